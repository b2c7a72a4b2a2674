//! The projective map from a symbol to the pixels of a picture that four corners give.

use super::locate::Point;

/// The map from module coordinates (0, 0 at the symbol's top left corner) to pixels.
#[derive(Copy, Clone, Debug)]
pub(super) struct Homography([f64; 9]);

impl Homography {
    /// Takes a rectangle, given by two opposite corners in module coordinates, to the four corners
    /// (top left, top right, bottom right, bottom left) of a quadrangle of pixels. `None` where the
    /// quadrangle has no area or folds over.
    pub(super) fn of_rectangle(from: Point, to: Point, corners: [Point; 4]) -> Option<Self> {
        let [p0, p1, p2, p3] = corners;
        // The unit square to a quadrangle (Heckbert, 1989).
        let (dx1, dy1) = (p1.x - p2.x, p1.y - p2.y);
        let (dx2, dy2) = (p3.x - p2.x, p3.y - p2.y);
        let (sx, sy) = (p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y);
        let area = dx1 * dy2 - dx2 * dy1;
        let (width, height) = (to.x - from.x, to.y - from.y);
        if area.abs() < 1e-9 || width.abs() < 1e-9 || height.abs() < 1e-9 {
            return None;
        }
        let g = (sx * dy2 - dx2 * sy) / area;
        let h = (dx1 * sy - sx * dy1) / area;
        if g <= -1.0 || h <= -1.0 || g + h <= -1.0 {
            return None;
        }
        let (a, b) = (p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x);
        let (d, e) = (p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y);
        // Module coordinates to the unit square first.
        let scaled = |along: f64, down: f64, rest: f64| {
            let (along, down) = (along / width, down / height);
            [along, down, rest - along * from.x - down * from.y]
        };
        let [x, y, w] = [scaled(a, b, p0.x), scaled(d, e, p0.y), scaled(g, h, 1.0)];
        Some(Self([x[0], x[1], x[2], y[0], y[1], y[2], w[0], w[1], w[2]]))
    }

    /// The pixel of a place in modules.
    pub(super) fn at(&self, column: f64, row: f64) -> Point {
        let m = &self.0;
        let w = m[6] * column + m[7] * row + m[8];
        Point {
            x: (m[0] * column + m[1] * row + m[2]) / w,
            y: (m[3] * column + m[4] * row + m[5]) / w,
        }
    }
}
