//! Straight lines fitted to edges. Plain arithmetic and square roots, the same on every machine.

use crate::Point;

pub(super) fn distance(a: Point, b: Point) -> f64 {
    let (x, y) = (b.x - a.x, b.y - a.y);
    libm::sqrt(x * x + y * y)
}

/// A line through a point, with a direction of length 1.
#[derive(Copy, Clone, Debug)]
pub(super) struct StraightLine {
    through: Point,
    along: Point,
}

impl StraightLine {
    /// The line with the least squared distances, without what lies far off: nearly half of the
    /// points may belong to damage. `None` with fewer than three points, or where all are one.
    pub(super) fn through_most(points: &[Point], tolerance: f64) -> Option<Self> {
        if points.len() < 3 {
            return None;
        }
        let middle_distance = |line: &Self| {
            let mut off: Vec<f64> = points.iter().map(|&point| line.distance(point)).collect();
            off.sort_by(f64::total_cmp);
            off[off.len() / 2]
        };
        // Of the lines through two points half of them apart, the one that most points are near to.
        let half = points.len() / 2;
        let pairs = points.iter().zip(points[half..].iter().chain(&points[..half]));
        let (near, _) = pairs
            .filter_map(|(&from, &to)| Self::through_two(from, to))
            .map(|line| (line, middle_distance(&line)))
            .min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        let limit = (3.0 * middle_distance(&near)).max(tolerance);
        let kept: Vec<Point> =
            points.iter().copied().filter(|&point| near.distance(point) <= limit).collect();
        Self::through_all(&kept)
    }

    fn through_two(from: Point, to: Point) -> Option<Self> {
        let length = distance(from, to);
        let along = Point { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
        (length > 1e-9).then_some(Self { through: from, along })
    }

    fn through_all(points: &[Point]) -> Option<Self> {
        if points.len() < 3 {
            return None;
        }
        let count = points.len() as f64;
        let middle = Point {
            x: points.iter().map(|point| point.x).sum::<f64>() / count,
            y: points.iter().map(|point| point.y).sum::<f64>() / count,
        };
        let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
        for point in points {
            let (x, y) = (point.x - middle.x, point.y - middle.y);
            xx += x * x;
            xy += x * y;
            yy += y * y;
        }
        // The longer axis of the points' spread: eigenvector of [[xx, xy], [xy, yy]].
        let half = (xx - yy) / 2.0;
        let root = libm::sqrt(half * half + xy * xy);
        let (x, y) = if half >= 0.0 { (half + root, xy) } else { (xy, root - half) };
        let length = libm::sqrt(x * x + y * y);
        (length > 1e-9)
            .then(|| Self { through: middle, along: Point { x: x / length, y: y / length } })
    }

    fn distance(&self, point: Point) -> f64 {
        let (x, y) = (point.x - self.through.x, point.y - self.through.y);
        (x * self.along.y - y * self.along.x).abs()
    }

    /// Where two lines cross; `None` where they are parallel.
    pub(super) fn crossing(&self, other: &Self) -> Option<Point> {
        let sine = self.along.x * other.along.y - self.along.y * other.along.x;
        if sine.abs() < 1e-6 {
            return None;
        }
        let (x, y) = (other.through.x - self.through.x, other.through.y - self.through.y);
        let far = (x * other.along.y - y * other.along.x) / sine;
        Some(Point {
            x: self.through.x + far * self.along.x,
            y: self.through.y + far * self.along.y,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::homography::Homography;

    const fn point(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_homography_takes_corners_to_corners_and_keeps_lines_straight() {
        let corners = [point(10.0, 12.0), point(105.0, 8.0), point(118.0, 97.0), point(3.0, 110.0)];
        let map = Homography::of_rectangle(point(-0.5, 0.0), point(24.5, 18.0), corners).unwrap();
        for ((column, row), corner) in
            [(-0.5, 0.0), (24.5, 0.0), (24.5, 18.0), (-0.5, 18.0)].into_iter().zip(corners)
        {
            assert!(distance(map.at(column, row), corner) < 1e-9);
        }
        let row: Vec<Point> = (0..24).map(|column| map.at(f64::from(column), 7.0)).collect();
        let line = StraightLine::through_all(&row).unwrap();
        assert!(row.iter().all(|&point| line.distance(point) < 1e-9));
    }

    #[test]
    fn what_folds_over_is_no_symbol() {
        let (from, to) = (point(0.0, 0.0), point(10.0, 10.0));
        let flat = [point(0.0, 0.0), point(9.0, 0.0), point(18.0, 0.0), point(27.0, 0.0)];
        assert!(Homography::of_rectangle(from, to, flat).is_none());
        let arrow = [point(0.0, 0.0), point(10.0, 0.0), point(2.0, 2.0), point(0.0, 10.0)];
        assert!(Homography::of_rectangle(from, to, arrow).is_none());
    }

    #[test]
    fn a_line_forgets_what_lies_far_off() {
        let mut points: Vec<Point> =
            (0..20).map(|at| point(f64::from(at), 3.0 + 0.5 * f64::from(at))).collect();
        for at in [2, 3, 4, 11, 17] {
            points[at].y += 5.0;
        }
        let line = StraightLine::through_most(&points, 0.01).unwrap();
        assert!(line.distance(point(100.0, 53.0)) < 1e-6);
        assert!(StraightLine::through_most(&points[..2], 0.01).is_none());
        assert!(StraightLine::through_most(&[point(1.0, 1.0); 9], 0.01).is_none());
        let upright: Vec<Point> = (0..9).map(|at| point(4.0, f64::from(at))).collect();
        let crossing = StraightLine::through_most(&upright, 0.01).unwrap().crossing(&line).unwrap();
        assert!(distance(crossing, point(4.0, 5.0)) < 1e-6);
    }
}
