//! The grid of a printed symbol, found in its picture after the idea of the reference decode (ISO/IEC 16022,
//! annex on the reference decode algorithm): the outer edges give the ideal grid, the transitions of the
//! clock tracks give the print's own grid.

use crate::homography::Homography;
use crate::{Located, Point, SymbolSize};

use super::geometry::{StraightLine, distance};
use super::light::Light;

/// How far from its expected place an edge is looked for, in modules.
const OUTER_REACH: f64 = 0.9;
const CLOCK_REACH: f64 = 0.9;
/// Step of that search, in modules.
const STEP: f64 = 0.05;
/// Heights within a clock track at which its transitions are looked for, in modules.
const CLOCK_HEIGHTS: [f64; 3] = [0.35, 0.5, 0.65];
/// The grid is fitted so many times, each time from the one before.
const ROUNDS: usize = 3;

/// An axis of the symbol.
#[derive(Copy, Clone, PartialEq)]
enum Axis {
    Across,
    Down,
}

/// The grid as measured.
pub(super) struct Grid {
    size: SymbolSize,
    ideal: Homography,
    /// By how much a dark area is larger on each of its sides, in modules: across, down.
    growth: [f64; 2],
    /// Deviation of each column line (0 to columns) for each row of data regions, in modules.
    columns: Vec<Vec<f64>>,
    /// Deviation of each row line (0 to rows) for each column of data regions, in modules.
    rows: Vec<Vec<f64>>,
}

impl Grid {
    /// The grid between the corners that a detector found. `None` where these are no quadrangle.
    pub(super) fn between_corners(located: &Located) -> Option<Self> {
        let size = located.matrix.size();
        let (region_rows, region_columns) = size.region();
        Some(Self {
            size,
            ideal: from_corners(size, [0.0; 2], located.corners)?,
            growth: [0.0; 2],
            columns: vec![vec![0.0; size.columns() + 1]; size.rows() / region_rows],
            rows: vec![vec![0.0; size.rows() + 1]; size.columns() / region_columns],
        })
    }

    /// Fits the grid to the edges, looked for near where they stand on the grid so far. Where too
    /// few of them can be found, the grid stays.
    pub(super) fn fit(&mut self, light: &Light<'_>, threshold: f32) {
        let edges = Edges { light, threshold };
        for _ in 0..ROUNDS {
            let Some(corners) = self.corners(&edges) else { break };
            let Some(ideal) = from_corners(self.size, self.growth, corners) else { break };
            self.ideal = ideal;
            self.measure_growth(&edges);
            self.ideal = from_corners(self.size, self.growth, corners).unwrap_or(ideal);
        }
        self.measure_deviations(&edges);
    }

    /// Corners of the ink: where the four outer edges cross.
    fn corners(&self, edges: &Edges<'_, '_>) -> Option<[Point; 4]> {
        let (rows, columns) = (self.size.rows() as f64, self.size.columns() as f64);
        let [across, down] = self.growth;
        let outwards =
            |axis: Axis, line: f64, sign: f64, modules: &mut dyn Iterator<Item = usize>| {
                let found: Vec<Point> = modules
                    .filter_map(|module| {
                        let beside = module as f64 + 0.5;
                        let at = edges.find(self, axis, line, beside, -sign, OUTER_REACH)?;
                        Some(self.place(axis, at, beside))
                    })
                    .collect();
                StraightLine::through_most(&found, 0.02 * self.module_px())
            };
        let left = outwards(Axis::Across, -across, -1.0, &mut (0..self.size.rows()))?;
        let bottom = outwards(Axis::Down, rows + down, 1.0, &mut (0..self.size.columns()))?;
        // Only the dark modules of a clock track have an outer edge.
        let dark_of_right = (1..self.size.rows()).step_by(2);
        let right = outwards(Axis::Across, columns + across, 1.0, &mut { dark_of_right })?;
        let dark_of_top = (0..self.size.columns()).step_by(2);
        let top = outwards(Axis::Down, -down, -1.0, &mut { dark_of_top })?;
        Some([
            top.crossing(&left)?,
            top.crossing(&right)?,
            bottom.crossing(&right)?,
            bottom.crossing(&left)?,
        ])
    }

    /// From the dark share of the clock tracks, which no scale can change.
    fn measure_growth(&mut self, edges: &Edges<'_, '_>) {
        for axis in [Axis::Across, Axis::Down] {
            let (mut dark, mut all, mut pairs) = (0.0, 0.0, 0_u32);
            for track in 0..self.tracks(axis) {
                let found: Vec<Option<f64>> = (1..self.lines(axis))
                    .map(|line| self.transition(edges, axis, track, line))
                    .collect();
                // Three transitions in a row: a dark and a light module, in either order.
                for (at, three) in found.windows(3).enumerate() {
                    let &[Some(first), Some(middle), Some(last)] = three else { continue };
                    let first_is_dark = is_dark(axis, at + 1);
                    dark += if first_is_dark { middle - first } else { last - middle };
                    all += last - first;
                    pairs += 1;
                }
            }
            if pairs > 0 && all > 0.0 {
                self.growth[axis as usize] = (dark / all - 0.5).clamp(-0.4, 0.4);
            }
        }
    }

    fn measure_deviations(&mut self, edges: &Edges<'_, '_>) {
        for axis in [Axis::Across, Axis::Down] {
            for track in 0..self.tracks(axis) {
                for line in 1..self.lines(axis) {
                    let expected = self.grown(axis, line);
                    let found = self.transition(edges, axis, track, line);
                    let deviation = found.map_or(0.0, |found| found - expected);
                    match axis {
                        Axis::Across => self.columns[track][line] = deviation,
                        Axis::Down => self.rows[track][line] = deviation,
                    }
                }
            }
        }
    }

    /// Where the transition of a clock track at a line of the grid was found, in modules.
    fn transition(
        &self,
        edges: &Edges<'_, '_>,
        axis: Axis,
        track: usize,
        line: usize,
    ) -> Option<f64> {
        let inwards = match axis {
            Axis::Across => (track * self.size.region().0) as f64,
            Axis::Down => ((track + 1) * self.size.region().1 - 1) as f64,
        };
        // From light to dark where the module behind the line is dark.
        let sign = if is_dark(axis, line) { 1.0 } else { -1.0 };
        let expected = self.grown(axis, line);
        let (mut sum, mut count) = (0.0, 0.0);
        for height in CLOCK_HEIGHTS {
            let at = edges.find(self, axis, expected, inwards + height, sign, CLOCK_REACH);
            if let Some(at) = at {
                sum += at;
                count += 1.0;
            }
        }
        (count > 0.0).then(|| sum / count)
    }

    /// Where a line's edge stands once the dark module beside it has grown.
    fn grown(&self, axis: Axis, line: usize) -> f64 {
        let growth = self.growth[axis as usize];
        line as f64 + if is_dark(axis, line) { -growth } else { growth }
    }

    /// Clock tracks along an axis.
    fn tracks(&self, axis: Axis) -> usize {
        match axis {
            Axis::Across => self.columns.len(),
            Axis::Down => self.rows.len(),
        }
    }

    /// Modules along an axis; lines 1 to this less one are transitions.
    const fn lines(&self, axis: Axis) -> usize {
        match axis {
            Axis::Across => self.size.columns(),
            Axis::Down => self.size.rows(),
        }
    }

    fn place(&self, axis: Axis, along: f64, beside: f64) -> Point {
        match axis {
            Axis::Across => self.ideal.at(along, beside),
            Axis::Down => self.ideal.at(beside, along),
        }
    }

    /// Pixel of a place between modules on the ideal grid.
    pub(super) fn ideal(&self, column: f64, row: f64) -> Point {
        self.ideal.at(column, row)
    }

    /// Pixel of a module's centre on the print's own grid; -1 and beyond the last is quiet zone.
    pub(super) fn centre(&self, column: isize, row: isize) -> Point {
        let (region_rows, region_columns) = self.size.region();
        let inside = |at: isize, count: usize| at.clamp(0, count as isize - 1) as usize;
        let (near_column, near_row) =
            (inside(column, self.size.columns()), inside(row, self.size.rows()));
        let columns = &self.columns[near_row / region_rows];
        let rows = &self.rows[near_column / region_columns];
        let shift = |lines: &[f64], near: usize, at: isize| {
            if at == near as isize { f64::midpoint(lines[near], lines[near + 1]) } else { 0.0 }
        };
        self.ideal.at(
            column as f64 + 0.5 + shift(columns, near_column, column),
            row as f64 + 0.5 + shift(rows, near_row, row),
        )
    }

    /// Mean width and height of a module, in pixels.
    pub(super) fn spacing(&self) -> (f64, f64) {
        let (rows, columns) = (self.size.rows(), self.size.columns());
        let (mut width, mut height) = (0.0, 0.0);
        for row in 0..rows {
            let row = row as f64 + 0.5;
            width += distance(self.ideal.at(0.0, row), self.ideal.at(columns as f64, row));
        }
        for column in 0..columns {
            let column = column as f64 + 0.5;
            height += distance(self.ideal.at(column, 0.0), self.ideal.at(column, rows as f64));
        }
        let modules = (rows * columns) as f64;
        (width / modules, height / modules)
    }

    /// Mean of width and height of a module, in pixels.
    pub(super) fn module_px(&self) -> f64 {
        let (width, height) = self.spacing();
        f64::midpoint(width, height)
    }

    /// Largest deviation of an intersection from its ideal place, in modules.
    pub(super) fn non_uniformity(&self) -> f64 {
        let largest = |lines: &[f64]| lines.iter().fold(0.0, |most: f64, off| most.max(off * off));
        let mut most: f64 = 0.0;
        for columns in &self.columns {
            for rows in &self.rows {
                most = most.max(largest(columns) + largest(rows));
            }
        }
        libm::sqrt(most)
    }

    /// Growth as reports give it, across and down: dark share of the clock tracks, nominally 0.50,
    /// between 0.35 and 0.65.
    pub(super) fn print_growth(&self) -> [f32; 2] {
        self.growth.map(|growth| (growth / 0.15) as f32)
    }
}

/// Is the module of a clock track behind a line dark? Those on top are dark where even, those on the
/// right where odd.
const fn is_dark(axis: Axis, line: usize) -> bool {
    match axis {
        Axis::Across => line.is_multiple_of(2),
        Axis::Down => !line.is_multiple_of(2),
    }
}

fn from_corners(
    size: SymbolSize,
    [across, down]: [f64; 2],
    corners: [Point; 4],
) -> Option<Homography> {
    let from = Point { x: -across, y: -down };
    let to = Point { x: size.columns() as f64 + across, y: size.rows() as f64 + down };
    Homography::of_rectangle(from, to, corners)
}

/// Looks for edges at the global threshold.
struct Edges<'a, 'b> {
    light: &'a Light<'b>,
    threshold: f32,
}

impl Edges<'_, '_> {
    /// The edge nearest to `expected` along an axis, `beside` being the other coordinate; it goes
    /// from light to dark where `sign` is positive. `None` where none is within reach.
    fn find(
        &self,
        grid: &Grid,
        axis: Axis,
        expected: f64,
        beside: f64,
        sign: f64,
        reach: f64,
    ) -> Option<f64> {
        // Positive on the side that comes first.
        let height = |along: f64| {
            let value = self.light.at(grid.place(axis, along, beside)) - self.threshold;
            f64::from(value) * sign
        };
        let steps = (2.0 * reach / STEP) as usize;
        let mut nearest: Option<f64> = None;
        let mut before = height(expected - reach);
        for step in 1..=steps {
            let along = expected - reach + step as f64 * STEP;
            let here = height(along);
            if before >= 0.0 && here < 0.0 {
                let edge = along - STEP * here / (here - before);
                let closer = |other: f64| (edge - expected).abs() < (other - expected).abs();
                if nearest.is_none_or(closer) {
                    nearest = Some(edge);
                }
            }
            before = here;
        }
        nearest
    }
}
