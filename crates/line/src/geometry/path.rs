//! The way of a belt over the floor: straight pieces and arcs, one after the other. It carries nothing; how
//! far a product has come on it is computed elsewhere (`motion`).

use crate::spec::PathPiece;

use super::pose::Pose;
use super::rectangle::Rectangle;

/// An arc is drawn and measured against others in pieces of this angle or less.
const CHORD_DEG: f64 = 15.0;

/// See the module's first lines.
///
/// ```
/// use linetwin_line::{Path, PathPiece, Pose};
///
/// let begin = Pose { x_mm: 0.0, y_mm: 0.0, heading_deg: 0.0 };
/// let corner = PathPiece::Turn { deg: 90.0, radius_mm: 500.0 };
/// let length_mm = 1000.0 + corner.length_mm();
/// let path = Path::new(begin, length_mm, vec![PathPiece::Straight { mm: 1000.0 }, corner]);
/// assert_eq!(path.point_at(400.0), Pose { x_mm: 400.0, y_mm: 0.0, heading_deg: 0.0 });
/// let end = path.point_at(length_mm);
/// assert!((end.x_mm - 1500.0).abs() < 1e-6 && (end.y_mm - 500.0).abs() < 1e-6);
/// assert_eq!(end.heading_deg, 90.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Path {
    /// Each piece with the pose at its beginning and how far from the belt's beginning that is.
    pieces: Vec<(f64, Pose, PathPiece)>,
    length_mm: f64,
    end: Pose,
    /// Millimetres of pieces in a millimetre of belt: 1, but for what rounding the pieces left over.
    scale: f64,
}

impl Path {
    /// The way of a belt of this length that begins at a pose. Its pieces must be as long, to the millimetre;
    /// without any it is straight.
    pub fn new(begin: Pose, length_mm: f64, pieces: Vec<PathPiece>) -> Self {
        let pieces =
            if pieces.is_empty() { vec![PathPiece::Straight { mm: length_mm }] } else { pieces };
        let (mut at_mm, mut pose) = (0.0, begin);
        let pieces = pieces.into_iter().map(|piece| {
            let placed = (at_mm, pose, piece);
            pose = along(pose, &piece, piece.length_mm());
            at_mm += piece.length_mm();
            placed
        });
        let pieces = pieces.collect();
        Self { pieces, length_mm, end: pose, scale: at_mm / length_mm }
    }

    /// The length of the belt.
    pub const fn length_mm(&self) -> f64 {
        self.length_mm
    }

    /// Where it begins.
    pub fn begin(&self) -> Pose {
        self.pieces.first().map_or(self.end, |(_, pose, _)| *pose)
    }

    /// Where it ends.
    pub const fn end(&self) -> Pose {
        self.end
    }

    /// Where a product is that has come so far, and where it goes. Before the beginning and beyond the end
    /// the way is straight.
    pub fn point_at(&self, place_mm: f64) -> Pose {
        if place_mm >= self.length_mm {
            return self.end.beside(place_mm - self.length_mm, 0.0);
        }
        let at_mm = place_mm * self.scale;
        let piece = self.pieces.iter().rev().find(|(from_mm, ..)| *from_mm <= at_mm);
        match piece {
            Some((from_mm, pose, piece)) => along(*pose, piece, at_mm - from_mm),
            None => self.begin().beside(place_mm, 0.0),
        }
    }

    /// The pieces of the way, each with the poses at its beginning and end.
    pub fn pieces(&self) -> impl Iterator<Item = (Pose, PathPiece, Pose)> {
        let ends = self.pieces.iter().skip(1).map(|(_, pose, _)| *pose).chain([self.end]);
        self.pieces.iter().zip(ends).map(|((_, begin, piece), end)| (*begin, *piece, end))
    }

    /// What a belt of this width covers, in straight pieces.
    pub fn covers(&self, width_mm: f64) -> Vec<Rectangle> {
        let rectangle = |begin: Pose, length_mm: f64| Rectangle {
            middle: begin.beside(length_mm / 2.0, 0.0),
            length_mm,
            width_mm,
        };
        let piece = |(_, begin, piece): &(f64, Pose, PathPiece)| match piece {
            PathPiece::Straight { mm } => vec![rectangle(*begin, *mm)],
            PathPiece::Turn { deg, .. } => {
                let chords = libm::ceil(deg.abs() / CHORD_DEG).max(1.0);
                let chord_mm = piece.length_mm() / chords;
                let begins = (0..chords as u32).map(|nth| f64::from(nth) * chord_mm);
                let half_deg = deg / chords / 2.0;
                let turned = begins.map(|at_mm| along(*begin, piece, at_mm).turned(half_deg));
                turned.map(|begin| rectangle(begin, chord_mm)).collect()
            }
        };
        self.pieces.iter().flat_map(piece).collect()
    }
}

/// So far along a piece that begins at a pose.
fn along(begin: Pose, piece: &PathPiece, way_mm: f64) -> Pose {
    match piece {
        PathPiece::Straight { .. } => begin.beside(way_mm, 0.0),
        PathPiece::Turn { deg, radius_mm } => {
            let side = deg.signum();
            // A whole turn or corner is not computed by way of its length, which is rounded.
            let whole = piece.length_mm();
            let turned_deg = if way_mm == whole { *deg } else { deg * way_mm / whole };
            let middle = begin.beside(0.0, side * radius_mm);
            middle.turned(turned_deg).beside(0.0, -side * radius_mm)
        }
    }
}
