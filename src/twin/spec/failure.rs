//! How machines fail.

use serde::{Deserialize, Serialize};

use crate::base::Distribution;

/// Failures by clock time: at the first start of work after the time between failures has passed,
/// the machine is repaired first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureSpec {
    /// From a repair to the next failure.
    pub between_s: Distribution,
    /// Length of a repair.
    pub repair_s: Distribution,
}
