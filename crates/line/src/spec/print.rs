//! How well a printer prints, and how it gets worse with use.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;
use linetwin_symbol::Shape;

/// How well a printer prints. Reflectances are shares of a perfect white's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrintSpec {
    /// Outline of the symbol.
    pub shape: Shape,
    /// Reflectance of carton less that of ink.
    pub contrast: Distribution,
    /// How much wider than a module a dark module is, in modules.
    pub growth: Distribution,
    /// Unevenness of the ink, as reflectance.
    pub mottle: f64,
    /// How it gets worse with use; nothing means not at all.
    pub wear: Option<WearSpec>,
}

impl Default for PrintSpec {
    fn default() -> Self {
        Self {
            shape: Shape::Square,
            contrast: Distribution::Triangular { from: 0.60, mode: 0.74, to: 0.80 },
            growth: Distribution::Triangular { from: 0.0, mode: 0.08, to: 0.20 },
            mottle: 0.05,
            wear: None,
        }
    }
}

/// How a print head gets worse with use, until it is cleaned and its ink is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WearSpec {
    /// Prints from one nozzle's failure to the next one's, on average; without memory.
    pub prints_per_dead_nozzle: f64,
    /// Contrast lost by every thousand prints.
    pub contrast_lost_per_thousand: f64,
    /// Prints after which the head is cleaned and the ink changed, between two products.
    pub serviced_every_prints: u32,
}
