//! A print rendered dot by dot: reflectances of the carton around and under a symbol, eight dots to a module.
//! Geometry (skew, stretch) is not in here: it is where the dots lie, and left to the camera.

use rand::Rng;

use super::defect::{DOTS, Defect};
use super::grain::{grain, unit};
use super::matrix::Matrix;
use super::print::{Flaw, PAPER, Print};

/// Modules of carton rendered around a symbol: its quiet zone, and space for ink that runs over.
pub const MARGIN: usize = 3;

/// Reflectances, row by row from the top left.
#[derive(Clone, Debug)]
pub struct Sheet {
    width: usize,
    height: usize,
    reflectance: Vec<f32>,
}

impl Print {
    /// Renders the print.
    pub fn sheet(&self) -> Sheet {
        let columns = (self.matrix.size().columns() + 2 * MARGIN) * DOTS;
        let rows = (self.matrix.size().rows() + 2 * MARGIN) * DOTS;
        let mut ink = Ink { width: columns, height: rows, cover: vec![0.0; columns * rows] };
        ink.lay_down(&self.matrix, self.growth());
        for flaw in &self.flaws {
            ink.spoil(flaw);
        }
        let contrast = self.contrast();
        let unevenness = self.unevenness(contrast);
        let cells_across = columns / DOTS;
        let mut reflectance = ink.cover;
        for (row, dots) in reflectance.chunks_exact_mut(columns).enumerate() {
            let cells = &unevenness[row / DOTS * cells_across..][..cells_across];
            for (dots, darker) in dots.chunks_exact_mut(DOTS).zip(cells) {
                for dot in dots {
                    *dot = (PAPER as f32) - *dot * darker;
                }
            }
        }
        Sheet { width: columns, height: rows, reflectance }
    }

    /// How much darker than paper full ink is, module by module.
    fn unevenness(&self, contrast: f64) -> Vec<f32> {
        let size = self.matrix.size();
        let cells = (size.columns() + 2 * MARGIN) * (size.rows() + 2 * MARGIN);
        let mut stream = grain(self.grain, "print", "mottle");
        let mottle = self.quality.mottle.min(contrast);
        (0..cells).map(|_| (contrast - mottle * unit(&mut stream)) as f32).collect()
    }
}

impl Sheet {
    /// Dots across.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// Dots down.
    pub const fn height(&self) -> usize {
        self.height
    }

    /// Reflectance at a place given in dots from the outer edge, between dots in proportion; paper
    /// beyond the edge.
    pub fn at(&self, x: f64, y: f64) -> f32 {
        let (x, y) = (x - 0.5, y - 0.5);
        // The whole part, downwards. A negative whole number comes out one lower, with a share of 1
        // instead of 0: the same place.
        let whole = |value: f64| value as i64 - i64::from(value < 0.0);
        let (left, top) = (whole(x), whole(y));
        let (right_share, low_share) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let [upper, lower] = self
            .square(left, top)
            .map(|[left, right]| left * (1.0 - right_share) + right * right_share);
        upper * (1.0 - low_share) + lower * low_share
    }

    /// The dot at a place and those right of it, below it, and both.
    fn square(&self, left: i64, top: i64) -> [[f32; 2]; 2] {
        let (width, height) = (self.width as i64, self.height as i64);
        if (0..width - 1).contains(&left) && (0..height - 1).contains(&top) {
            let first = top as usize * self.width + left as usize;
            let below = &self.reflectance[first + self.width..];
            let here = &self.reflectance[first..];
            return [[here[0], here[1]], [below[0], below[1]]];
        }
        let dot = |column: i64, row: i64| {
            if (0..width).contains(&column) && (0..height).contains(&row) {
                self.reflectance[row as usize * self.width + column as usize]
            } else {
                PAPER as f32
            }
        };
        [[dot(left, top), dot(left + 1, top)], [dot(left, top + 1), dot(left + 1, top + 1)]]
    }

    /// Mean reflectance in a round aperture of `aperture` modules at the centre of each module,
    /// with a ring of one module of quiet zone: (rows + 2) x (columns + 2) values.
    pub fn through_aperture(&self, aperture: f64) -> Vec<f32> {
        let radius = aperture / 2.0 * DOTS as f64;
        let middle = DOTS as f64 / 2.0;
        let mut mask = Vec::new();
        for row in 0..DOTS {
            for column in 0..DOTS {
                let (dx, dy) = (column as f64 + 0.5 - middle, row as f64 + 0.5 - middle);
                if dx * dx + dy * dy <= radius * radius {
                    mask.push(row * self.width + column);
                }
            }
        }
        let (columns, rows) = (self.width / DOTS, self.height / DOTS);
        let mut samples = Vec::with_capacity(columns * rows);
        for row in MARGIN - 1..rows - MARGIN + 1 {
            for column in MARGIN - 1..columns - MARGIN + 1 {
                let corner = row * DOTS * self.width + column * DOTS;
                let sum: f32 = mask.iter().map(|dot| self.reflectance[corner + dot]).sum();
                samples.push(sum / mask.len() as f32);
            }
        }
        samples
    }
}

/// Ink on a sheet: share of each dot that is covered, 0 to 1.
struct Ink {
    width: usize,
    height: usize,
    cover: Vec<f32>,
}

impl Ink {
    /// Lays down modules whose edges have moved outwards by half the growth.
    fn lay_down(&mut self, matrix: &Matrix, growth: f64) {
        let mut moved = MovedEdges::new(growth);
        let (rows, columns) = (matrix.size().rows() as i64, matrix.size().columns() as i64);
        let dark = |row: i64, column: i64| {
            (0..rows).contains(&row)
                && (0..columns).contains(&column)
                && matrix.dark(row as usize, column as usize)
        };
        for row in -1..=rows {
            for column in -1..=columns {
                let here = dark(row, column);
                // With growth, light modules are covered by dark ones; with loss, the other way.
                let yields = if growth >= 0.0 { !here } else { here };
                let other = |&(down, right): &(i64, i64)| dark(row + down, column + right) != here;
                let takes = NEIGHBOURS.iter().map(|at| usize::from(yields && other(at)));
                let taken = moved.over(takes.fold(0, |neighbours, takes| neighbours << 1 | takes));
                let x = (column + MARGIN as i64) as usize * DOTS;
                let y = (row + MARGIN as i64) as usize * DOTS;
                for (dy, taken) in taken.iter().enumerate() {
                    let dots = &mut self.cover[(y + dy) * self.width + x..][..DOTS];
                    for (cover, taken) in dots.iter_mut().zip(taken) {
                        *cover = if here { 1.0 - taken } else { *taken };
                    }
                }
            }
        }
    }

    /// Adds one flaw. Those of contrast, growth and geometry are dealt with elsewhere.
    fn spoil(&mut self, flaw: &Flaw) {
        let mut stream = grain(flaw.place, "print", "place of a flaw");
        match flaw.defect {
            Defect::InkSpread { .. }
            | Defect::LowContrast { .. }
            | Defect::Skew { .. }
            | Defect::Stretch { .. } => {}
            Defect::DeadNozzles { rows } => self.kill_rows(rows as usize, &mut stream),
            Defect::Smear { modules } => self.smear(modules),
            Defect::Spots { count, diameter_modules } => {
                self.drops(count, diameter_modules, 1.0, &mut stream);
            }
            Defect::Voids { count, diameter_modules } => {
                self.drops(count, diameter_modules, 0.0, &mut stream);
            }
            Defect::PartialPrint { share } => {
                let printed = (self.width - 2 * MARGIN * DOTS) as f64 * share;
                let end = MARGIN * DOTS + (printed + 0.5) as usize;
                for row in self.cover.chunks_exact_mut(self.width) {
                    row[end..].fill(0.0);
                }
            }
            Defect::DoubleStrike { modules, strength } => self.strike_again(modules, strength),
            Defect::QuietZoneIntrusion { share } => {
                let side = (unit(&mut stream) * 4.0) as usize;
                self.intrude(share, side);
            }
        }
    }

    fn kill_rows(&mut self, rows: usize, stream: &mut impl Rng) {
        let symbol = self.height - 2 * MARGIN * DOTS;
        let rows = rows.min(symbol);
        let first = MARGIN * DOTS + (unit(stream) * (symbol - rows + 1) as f64) as usize;
        self.cover[first * self.width..(first + rows) * self.width].fill(0.0);
    }

    /// Every dot's ink fades along travel, to the right, over the length of the trail.
    fn smear(&mut self, modules: f64) {
        let fade = (1.0 / (modules * DOTS as f64).max(1.0)) as f32;
        for row in self.cover.chunks_exact_mut(self.width) {
            let mut trail = 0.0_f32;
            for cover in row {
                trail = (trail - fade).max(*cover);
                *cover = trail;
            }
        }
    }

    fn drops(&mut self, count: u32, diameter: f64, cover: f32, stream: &mut impl Rng) {
        let radius = diameter / 2.0 * DOTS as f64;
        let margin = (MARGIN * DOTS) as f64;
        for _ in 0..count {
            let x = margin + unit(stream) * (self.width as f64 - 2.0 * margin);
            let y = margin + unit(stream) * (self.height as f64 - 2.0 * margin);
            let from = |centre: f64| (centre - radius).max(0.0) as usize;
            let to = |centre: f64, end: usize| ((centre + radius) as usize + 1).min(end);
            for row in from(y)..to(y, self.height) {
                for column in from(x)..to(x, self.width) {
                    let (dx, dy) = (column as f64 + 0.5 - x, row as f64 + 0.5 - y);
                    if dx * dx + dy * dy <= radius * radius {
                        self.cover[row * self.width + column] = cover;
                    }
                }
            }
        }
    }

    fn strike_again(&mut self, modules: f64, strength: f64) {
        let shift = (modules * DOTS as f64).round_ties_even() as i64;
        for row in self.cover.chunks_exact_mut(self.width) {
            let first = row.to_vec();
            for (column, cover) in row.iter_mut().enumerate() {
                let from = column as i64 - shift;
                if (0..first.len() as i64).contains(&from) {
                    *cover = cover.max(first[from as usize] * strength as f32);
                }
            }
        }
    }

    /// A dark edge along one side: 0 left, 1 right, 2 top, 3 bottom; it comes from outside.
    fn intrude(&mut self, share: f64, side: usize) {
        let free = ((1.0 - share) * DOTS as f64).round_ties_even() as usize;
        let edge = MARGIN * DOTS - free;
        for row in 0..self.height {
            for column in 0..self.width {
                let from_outside = [column, self.width - 1 - column, row, self.height - 1 - row];
                if from_outside[side] < edge {
                    self.cover[row * self.width + column] = 1.0;
                }
            }
        }
    }
}

/// Where a module's neighbours lie, (down, right).
const NEIGHBOURS: [(i64, i64); 8] =
    [(0, -1), (0, 1), (-1, 0), (1, 0), (-1, -1), (-1, 1), (1, -1), (1, 1)];

/// Dots of one module that its neighbours' moved edges take, by which neighbours take any. Few of
/// the patterns occur in a symbol, and those often: each is worked out once.
struct MovedEdges {
    /// How much of dot 0, 1, ... from an edge is covered by what moved over it.
    reach: [f32; DOTS],
    patterns: Vec<Option<[[f32; DOTS]; DOTS]>>,
}

impl MovedEdges {
    fn new(growth: f64) -> Self {
        let moved = (growth.abs() / 2.0 * DOTS as f64) as f32;
        let reach = std::array::from_fn(|dot| (moved - dot as f32).clamp(0.0, 1.0));
        Self { reach, patterns: vec![None; 1 << NEIGHBOURS.len()] }
    }

    /// `neighbours` has a bit for each of [`NEIGHBOURS`], the first one highest.
    fn over(&mut self, neighbours: usize) -> &[[f32; DOTS]; DOTS] {
        let reach = self.reach;
        self.patterns[neighbours].get_or_insert_with(|| {
            // From the low edge, where the neighbour lies before; from the high one; from any.
            let from = |step: i64, dot: usize| match step {
                -1 => reach[dot],
                1 => reach[DOTS - 1 - dot],
                _ => 1.0,
            };
            let mut taken = [[0.0_f32; DOTS]; DOTS];
            for (bit, (down, right)) in NEIGHBOURS.iter().rev().enumerate() {
                if neighbours >> bit & 1 == 0 {
                    continue;
                }
                for (dy, row) in taken.iter_mut().enumerate() {
                    for (dx, dot) in row.iter_mut().enumerate() {
                        *dot = dot.max(from(*down, dy).min(from(*right, dx)));
                    }
                }
            }
            taken
        })
    }
}

#[cfg(test)]
mod tests;
