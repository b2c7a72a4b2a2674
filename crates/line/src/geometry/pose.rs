//! Places on the floor, seen from above: x along the line, y across it to the left, headings in degrees to
//! the left. Free of machines.

/// A point on the floor.
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Point {
    /// Along the line.
    pub x_mm: f64,
    /// Across the line, to the left.
    pub y_mm: f64,
}

/// A point, and the direction of something that is there.
///
/// ```
/// use linetwin_line::Pose;
///
/// let pose = Pose { x_mm: 1000.0, y_mm: 0.0, heading_deg: 90.0 };
/// let other = pose.beside(200.0, 50.0);
/// assert_eq!(other, Pose { x_mm: 950.0, y_mm: 200.0, heading_deg: 90.0 });
/// ```
#[derive(Copy, Clone, Debug, Default, PartialEq)]
pub struct Pose {
    /// Along the line.
    pub x_mm: f64,
    /// Across the line, to the left.
    pub y_mm: f64,
    /// 0 along the line, 90 to the left of it; -180 up to 180.
    pub heading_deg: f64,
}

impl Point {
    /// How far it is from here to there.
    pub fn distance_mm(self, other: Self) -> f64 {
        libm::hypot(self.x_mm - other.x_mm, self.y_mm - other.y_mm)
    }
}

impl Pose {
    /// Where it is.
    pub const fn point(self) -> Point {
        Point { x_mm: self.x_mm, y_mm: self.y_mm }
    }

    /// So far on, and so far to the left, with the same heading.
    #[must_use]
    pub fn beside(self, on_mm: f64, left_mm: f64) -> Self {
        let (cosine, sine) = direction(self.heading_deg);
        Self {
            x_mm: self.x_mm + on_mm * cosine - left_mm * sine,
            y_mm: self.y_mm + on_mm * sine + left_mm * cosine,
            ..self
        }
    }

    /// At the same place, turned to the left.
    #[must_use]
    pub fn turned(self, deg: f64) -> Self {
        let heading_deg = libm::fmod(self.heading_deg + deg, 360.0);
        let whole_deg = match heading_deg {
            above if above > 180.0 => above - 360.0,
            below if below <= -180.0 => below + 360.0,
            within => within,
        };
        Self { heading_deg: whole_deg, ..self }
    }

    /// How far on and how far to the left a point lies, seen from here.
    pub fn sees(self, point: Point) -> (f64, f64) {
        let (cosine, sine) = direction(self.heading_deg);
        let (x_mm, y_mm) = (point.x_mm - self.x_mm, point.y_mm - self.y_mm);
        (x_mm * cosine + y_mm * sine, y_mm * cosine - x_mm * sine)
    }
}

/// Cosine and sine, without rounding where a line goes straight or turns a corner.
pub(super) fn direction(heading_deg: f64) -> (f64, f64) {
    match libm::fmod(heading_deg + 360.0, 360.0) {
        0.0 => (1.0, 0.0),
        90.0 => (0.0, 1.0),
        180.0 => (-1.0, 0.0),
        270.0 => (0.0, -1.0),
        other => (libm::cos(other.to_radians()), libm::sin(other.to_radians())),
    }
}
