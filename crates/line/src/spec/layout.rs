//! Where machines stand, seen from above, as the twin file has it. It is for drawing: no run depends on it.
//! Along the line is x, across it is y to the left, angles are degrees to the left.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Where machines stand, as far as it is given; the rest is laid out by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LayoutSpec {
    /// Where a machine stands. What follows it goes on from there.
    pub places: BTreeMap<String, PlaceSpec>,
    /// The way of a belt, from its beginning; straight, if none is given.
    pub paths: BTreeMap<String, Vec<PathPiece>>,
    /// How large a machine is.
    pub sizes: BTreeMap<String, SizeSpec>,
    /// From the middle of one lane to the middle of the next one beside it.
    pub lane_distance_mm: Option<f64>,
}

/// Where a machine has its middle, or a belt its beginning, and where product goes from there.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceSpec {
    /// Along the line.
    pub x_mm: f64,
    /// Across the line, to the left.
    pub y_mm: f64,
    /// 0 along the line, 90 to the left of it.
    #[serde(default)]
    pub heading_deg: f64,
}

/// A piece of a belt's way.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum PathPiece {
    /// Straight on.
    Straight {
        /// Its length.
        mm: f64,
    },
    /// An arc.
    Turn {
        /// To the left; below zero to the right.
        deg: f64,
        /// Of the middle of the belt.
        radius_mm: f64,
    },
}

/// How large a machine is, seen from above.
#[derive(Copy, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SizeSpec {
    /// Along the way of the product; a belt has its own.
    pub length_mm: Option<f64>,
    /// Across it.
    pub width_mm: Option<f64>,
}

impl LayoutSpec {
    /// Whether nothing is given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl PathPiece {
    /// How long it is, along the middle of the belt.
    pub fn length_mm(&self) -> f64 {
        match self {
            Self::Straight { mm } => *mm,
            Self::Turn { deg, radius_mm } => deg.abs().to_radians() * radius_mm,
        }
    }
}
