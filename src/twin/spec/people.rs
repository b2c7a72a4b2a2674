//! The people of a line.

use serde::{Deserialize, Serialize};

use crate::base::Distribution;

/// The operator who clears stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperatorSpec {
    /// From the call until the task is done.
    pub response_s: Distribution,
    /// Share of good symbols that the handheld scanner reads at the first try.
    pub scan_read_rate: f64,
}

impl Default for OperatorSpec {
    fn default() -> Self {
        Self {
            response_s: Distribution::Triangular { from: 10.0, mode: 20.0, to: 60.0 },
            scan_read_rate: 0.999,
        }
    }
}
