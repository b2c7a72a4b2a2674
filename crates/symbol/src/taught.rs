//! A taught line camera: the symbol's size, its scale and about where it lies are given. Where the general
//! detector gives up - it follows the outline and stops at a gap of a quarter module - the taught one matches
//! the whole finder pattern against the picture and takes the best place.

use std::f64::consts::PI;

use super::camera::Optics;
use super::decode::decode;
use super::homography::Homography;
use super::locate::{Located, Point, read};
use super::matrix::Matrix;
use super::picture::Picture;
use super::size::SymbolSize;

/// The settings of a taught camera.
#[derive(Copy, Clone, Debug)]
pub struct Taught {
    /// The size of the symbols.
    pub size: SymbolSize,
    /// Scale and tolerances of place.
    pub optics: Optics,
}

/// Reads as a taught camera does: with the general detector, and where that finds nothing, by
/// matching the finder pattern.
pub fn read_taught(picture: &Picture, taught: &Taught) -> Option<Located> {
    read(picture).or_else(|| {
        let finder = Finder::new(taught.size);
        let corners = finder.search(picture, &taught.optics);
        let matrix = finder.modules(picture, &corners)?;
        let decoded = decode(&matrix).ok()?;
        Some(Located { matrix, corners, decoded })
    })
}

/// What must be dark and what light, as places in the unit square of the symbol.
struct Finder {
    size: SymbolSize,
    dark: Vec<Point>,
    light: Vec<Point>,
}

impl Finder {
    fn new(size: SymbolSize) -> Self {
        let (rows, columns) = (size.rows(), size.columns());
        let middle = |row: f64, column: f64| Point {
            x: (column + 0.5) / columns as f64,
            y: (row + 0.5) / rows as f64,
        };
        let (mut dark, mut light) = (Vec::new(), Vec::new());
        for row in 0..rows {
            dark.push(middle(row as f64, 0.0));
            light.push(middle(row as f64, -1.0));
            light.push(middle(row as f64, columns as f64));
            let clock = if row % 2 == 1 { &mut dark } else { &mut light };
            clock.push(middle(row as f64, columns as f64 - 1.0));
        }
        for column in 0..columns {
            dark.push(middle(rows as f64 - 1.0, column as f64));
            light.push(middle(-1.0, column as f64));
            light.push(middle(rows as f64, column as f64));
            let clock = if column % 2 == 0 { &mut dark } else { &mut light };
            clock.push(middle(0.0, column as f64));
        }
        Self { size, dark, light }
    }

    /// How much lighter the light places are than the dark ones, in grey values.
    fn score(&self, picture: &Picture, corners: &[Point; 4]) -> f64 {
        let Some(plane) = unit_square_to(corners) else { return f64::NEG_INFINITY };
        let mean = |places: &[Point]| {
            let sum: u32 =
                places.iter().map(|place| nearest(picture, plane.at(place.x, place.y))).sum();
            f64::from(sum) / places.len() as f64
        };
        mean(&self.light) - mean(&self.dark)
    }

    /// The corners at which the finder pattern fits best.
    fn search(&self, picture: &Picture, optics: &Optics) -> [Point; 4] {
        let scale = optics.pixels_per_module;
        let (wide, high) = (self.size.columns() as f64 * scale, self.size.rows() as f64 * scale);
        let (x, y) = (picture.width() as f64 / 2.0, picture.height() as f64 / 2.0);
        let jitter = optics.trigger_jitter_modules + 0.5;
        let mut best = (f64::NEG_INFINITY, [Point { x, y }; 4]);
        for angle in steps(optics.max_rotation_deg, 1.0) {
            for right in steps(jitter, 0.5) {
                for down in steps(1.5, 0.5) {
                    let centre = Point { x: x + right * scale, y: y + down * scale };
                    let corners = rectangle(centre, wide, high, angle * PI / 180.0);
                    let score = self.score(picture, &corners);
                    if score > best.0 {
                        best = (score, corners);
                    }
                }
            }
        }
        self.refine(picture, best, scale)
    }

    /// Moves sides, then corners, in ever smaller steps as long as the fit gets better.
    fn refine(&self, picture: &Picture, mut best: (f64, [Point; 4]), scale: f64) -> [Point; 4] {
        // Whole symbol, each side, each corner.
        const GROUPS: [&[usize]; 9] =
            [&[0, 1, 2, 3], &[0, 1], &[1, 2], &[2, 3], &[3, 0], &[0], &[1], &[2], &[3]];
        let mut step = scale / 2.0;
        while step > scale / 12.0 {
            let mut better = false;
            for group in GROUPS {
                for (dx, dy) in [(step, 0.0), (-step, 0.0), (0.0, step), (0.0, -step)] {
                    let mut corners = best.1;
                    for &corner in group {
                        corners[corner].x += dx;
                        corners[corner].y += dy;
                    }
                    let score = self.score(picture, &corners);
                    if score > best.0 {
                        best = (score, corners);
                        better = true;
                    }
                }
            }
            if !better {
                step /= 2.0;
            }
        }
        best.1
    }

    /// The modules between the corners. The threshold lies half way between what should be light
    /// and what should be dark.
    fn modules(&self, picture: &Picture, corners: &[Point; 4]) -> Option<Matrix> {
        let plane = unit_square_to(corners)?;
        let (rows, columns) = (self.size.rows() as f64, self.size.columns() as f64);
        let median = |places: &[Point]| {
            let mut greys: Vec<u32> =
                places.iter().map(|place| nearest(picture, plane.at(place.x, place.y))).collect();
            greys.sort_unstable();
            greys[greys.len() / 2]
        };
        let threshold = median(&self.light) + median(&self.dark);
        Some(Matrix::from_modules(self.size, |row, column| {
            // Five places in the middle half of a module.
            let seen: u32 = [(0.0, 0.0), (-0.2, 0.0), (0.2, 0.0), (0.0, -0.2), (0.0, 0.2)]
                .into_iter()
                .map(|(dx, dy)| {
                    let x = (column as f64 + 0.5 + dx) / columns;
                    let y = (row as f64 + 0.5 + dy) / rows;
                    nearest(picture, plane.at(x, y))
                })
                .sum();
            2 * seen < 5 * threshold
        }))
    }
}

/// `None` where the corners are no quadrangle.
fn unit_square_to(corners: &[Point; 4]) -> Option<Homography> {
    Homography::of_rectangle(Point { x: 0.0, y: 0.0 }, Point { x: 1.0, y: 1.0 }, *corners)
}

/// Values from `-reach` to `reach`, 0 among them.
fn steps(reach: f64, step: f64) -> impl Iterator<Item = f64> {
    let count = libm::ceil(reach / step) as i32;
    (-count..=count).map(move |at| f64::from(at) * step)
}

fn nearest(picture: &Picture, point: Point) -> u32 {
    u32::from(picture.at(libm::floor(point.x) as i64, libm::floor(point.y) as i64))
}

/// Corners of a rectangle: top left, top right, bottom right, bottom left.
fn rectangle(centre: Point, wide: f64, high: f64, angle: f64) -> [Point; 4] {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    [(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)].map(|(x, y)| {
        let (x, y) = (x * wide, y * high);
        Point { x: centre.x + x * cosine - y * sine, y: centre.y + x * sine + y * cosine }
    })
}
