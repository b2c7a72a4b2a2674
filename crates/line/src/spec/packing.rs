//! How packing machines work, and their labels.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

use super::{FailureSpec, UpkeepSpec};

/// How the codes of a layer are read.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScanMode {
    /// By a camera that sees the whole layer.
    #[default]
    LayerCamera,
    /// By a person with the handheld scanner, one after the other.
    Handheld,
}

/// How a packing machine works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackingSpec {
    /// Products that can wait before it.
    pub room: u32,
    /// Placing one product.
    pub place_s: Distribution,
    /// How the codes of a layer are read.
    #[serde(default)]
    pub scan: ScanMode,
    /// Reading the codes of a layer, or one code by hand.
    pub scan_s: Distribution,
    /// Share of good symbols that the layer camera reads in one scan.
    pub read_rate: f64,
    /// Closing a full container.
    pub close_s: Distribution,
    /// The skill of the person who places, reads and closes; without, the machine does it.
    #[serde(default)]
    pub by_hand: Option<String>,
    /// Failures.
    #[serde(default)]
    pub failures: Vec<FailureSpec>,
    /// Materials, planned work, losses.
    #[serde(default)]
    pub upkeep: UpkeepSpec,
}

/// How a container label is printed and read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSpec {
    /// Print, apply and read.
    pub label_s: Distribution,
    /// Share of labels read at the first try.
    pub read_rate: f64,
}
