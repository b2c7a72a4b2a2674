//! Symbols that stand alone and square to the edges, as artwork does: the box around all that is
//! dark is the symbol, whatever size fits its sides is tried. Reads modules of a single pixel, which
//! are too small for the detector that follows edges. Also turned by quarters, and mirrored.

use super::decode::decode;
use super::locate::{Located, Point};
use super::matrix::Matrix;
use super::size::SymbolSize;

/// More wrong modules in finder and clock tracks than one in so many make another size.
const ONE_WRONG_IN: usize = 8;

/// Dark pixels of a picture.
pub(super) struct Dark<'a> {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Is the pixel at (x, y) dark?
    pub at: &'a dyn Fn(usize, usize) -> bool,
}

/// A box of pixels.
#[derive(Copy, Clone)]
struct Bounds {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

/// Reads the symbol that fills the box around all dark pixels.
pub(super) fn read_upright(dark: &Dark) -> Option<Located> {
    let bounds = bounding_box(dark)?;
    let Bounds { width, height, .. } = bounds;
    SymbolSize::all().find_map(|size| {
        (0..8).find_map(|turn| {
            let (across, down) = if turn % 2 == 0 {
                (size.columns(), size.rows())
            } else {
                (size.rows(), size.columns())
            };
            // Modules are at least a pixel and equally wide and high, to a fifth.
            let fits = width >= across
                && height >= down
                && (width * down).abs_diff(height * across) * 5 <= width * down;
            fits.then(|| sample(dark, bounds, size, turn)).flatten()
        })
    })
}

fn bounding_box(dark: &Dark) -> Option<Bounds> {
    let row = |y: usize| (0..dark.width).any(|x| (dark.at)(x, y));
    let column = |x: usize| (0..dark.height).any(|y| (dark.at)(x, y));
    let (top, bottom) = ((0..dark.height).find(|&y| row(y))?, (0..dark.height).rfind(|&y| row(y))?);
    let (left, right) =
        ((0..dark.width).find(|&x| column(x))?, (0..dark.width).rfind(|&x| column(x))?);
    Some(Bounds { left, top, width: right - left + 1, height: bottom - top + 1 })
}

/// Where (row, column) of a symbol lies in its box, both as shares of one: quarter turns
/// counter-clockwise, the second four seen in a mirror.
fn turned(turn: usize, across: f64, down: f64) -> (f64, f64) {
    let across = if turn < 4 { across } else { 1.0 - across };
    match turn % 4 {
        0 => (across, down),
        1 => (down, 1.0 - across),
        2 => (1.0 - across, 1.0 - down),
        _ => (1.0 - down, across),
    }
}

fn sample(dark: &Dark, bounds: Bounds, size: SymbolSize, turn: usize) -> Option<Located> {
    let Bounds { left, top, width, height } = bounds;
    let place = |across: f64, down: f64| {
        let (across, down) = turned(turn, across, down);
        Point { x: left as f64 + across * width as f64, y: top as f64 + down * height as f64 }
    };
    let matrix = Matrix::from_modules(size, |row, column| {
        let across = (column as f64 + 0.5) / size.columns() as f64;
        let down = (row as f64 + 0.5) / size.rows() as f64;
        let point = place(across, down);
        (dark.at)(point.x as usize, point.y as usize)
    });
    let (wrong, all) = matrix.fixed_pattern_damage();
    if wrong * ONE_WRONG_IN > all {
        return None;
    }
    let decoded = decode(&matrix).ok()?;
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let corners = corners.map(|(across, down)| place(across, down));
    Some(Located { matrix, corners, decoded })
}

#[cfg(test)]
mod tests {
    use super::super::encode::encode;
    use super::super::size::Shape;
    use super::*;

    #[test]
    fn a_symbol_of_single_pixels_is_read_in_all_eight_ways_to_lay_it() {
        for (content, shape) in [("0106291041500213", Shape::Square), ("10AB", Shape::Rectangle)] {
            let matrix = encode(content, shape).unwrap();
            let (rows, columns) = (matrix.size().rows(), matrix.size().columns());
            for turn in 0..8 {
                let (width, height) = if turn % 2 == 0 { (columns, rows) } else { (rows, columns) };
                let mut pixels = vec![false; (width + 2) * (height + 2)];
                for row in 0..rows {
                    for column in 0..columns {
                        let (x, y) = turned(
                            turn,
                            (column as f64 + 0.5) / columns as f64,
                            (row as f64 + 0.5) / rows as f64,
                        );
                        let (x, y) = ((x * width as f64) as usize, (y * height as f64) as usize);
                        pixels[(y + 1) * (width + 2) + x + 1] = matrix.dark(row, column);
                    }
                }
                let at = |x: usize, y: usize| pixels[y * (width + 2) + x];
                let dark = Dark { width: width + 2, height: height + 2, at: &at };
                let found = read_upright(&dark).unwrap_or_else(|| panic!("turn {turn}"));
                assert_eq!(found.decoded.content, content);
                assert_eq!(found.matrix, matrix);
            }
        }
    }
}
