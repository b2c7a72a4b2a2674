//! Rectangles on the floor, which may be turned, and whether two of them overlap.

use super::pose::{Point, Pose};

/// See the module's first lines.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Rectangle {
    /// Its middle, and where its length points.
    pub middle: Pose,
    /// Along its heading.
    pub length_mm: f64,
    /// Across its heading.
    pub width_mm: f64,
}

impl Rectangle {
    /// Its corners, one after the other to the left, from the one behind on the right.
    pub fn corners(&self) -> [Point; 4] {
        let (on, left) = (self.length_mm / 2.0, self.width_mm / 2.0);
        let corner = |on_mm, left_mm| self.middle.beside(on_mm, left_mm).point();
        [corner(-on, -left), corner(on, -left), corner(on, left), corner(-on, left)]
    }

    /// Whether two overlap by more than `by_mm` in every direction.
    pub fn overlaps(&self, other: &Self, by_mm: f64) -> bool {
        // Two of them are apart if they are so along a side of one or the other.
        let apart = |one: &Self, other: &Self| {
            let seen = other.corners().map(|corner| one.middle.sees(corner));
            let within = |half_mm: f64, along: fn(&(f64, f64)) -> f64| {
                let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
                for place in &seen {
                    (least, most) = (least.min(along(place)), most.max(along(place)));
                }
                most > -half_mm + by_mm && least < half_mm - by_mm
            };
            !within(one.length_mm / 2.0, |place| place.0)
                || !within(one.width_mm / 2.0, |place| place.1)
        };
        !apart(self, other) && !apart(other, self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rectangle(x_mm: f64, y_mm: f64, heading_deg: f64) -> Rectangle {
        let middle = Pose { x_mm, y_mm, heading_deg };
        Rectangle { middle, length_mm: 1000.0, width_mm: 200.0 }
    }

    #[test]
    fn rectangles_overlap_if_they_share_more_than_an_edge() {
        let one = rectangle(0.0, 0.0, 0.0);
        assert!(!one.overlaps(&rectangle(1000.0, 0.0, 0.0), 1.0), "they touch");
        assert!(one.overlaps(&rectangle(990.0, 190.0, 0.0), 1.0));
        assert!(!one.overlaps(&rectangle(990.0, 210.0, 0.0), 1.0), "beside one another");
        assert!(one.overlaps(&rectangle(0.0, 0.0, 90.0), 1.0), "a cross has no corner inside");
        assert!(!one.overlaps(&rectangle(650.0, 0.0, 90.0), 1.0));
        // Turned by 45 degrees its nearest corner lies 424 mm from its middle.
        assert!(one.overlaps(&rectangle(800.0, 400.0, 45.0), 1.0));
        assert!(!one.overlaps(&rectangle(800.0, 600.0, 45.0), 1.0));
    }
}
