//! Link and line controller, as the twin file has them.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

/// The link between line controller and ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkSpec {
    /// One way.
    pub latency_s: Distribution,
    /// An unacknowledged message is sent again after this time.
    pub retry_s: f64,
    /// Share of messages and answers that get lost.
    pub lost: f64,
    /// Share that arrives twice.
    pub repeated: f64,
    /// Share that arrives late, behind others.
    pub overtaken: f64,
    /// How late those arrive.
    pub overtaken_by_s: Distribution,
}

impl Default for LinkSpec {
    fn default() -> Self {
        Self {
            latency_s: Distribution::Uniform { from: 0.002, to: 0.010 },
            retry_s: 2.0,
            lost: 0.0,
            repeated: 0.0,
            overtaken: 0.0,
            overtaken_by_s: Distribution::Uniform { from: 0.1, to: 1.0 },
        }
    }
}

/// How the line's own pool of serial numbers is replenished.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplenishmentPolicy {
    /// All that the order will need, with the reserve.
    #[default]
    WholeOrder,
    /// When fewer than `min` are left, enough to have `max` again.
    ReorderPoint {
        /// With fewer numbers than this more are requested.
        min: u32,
        /// Most numbers in the pool.
        max: u32,
    },
}

/// What the line controller is configured for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ControllerSpec {
    /// Lowest ISO/IEC 15415 grade that passes, 0.0 to 4.0.
    pub minimum_grade: f64,
    /// So many rejects one after the other stop the belt until an operator has looked; 0 for never.
    pub max_consecutive_rejects: u32,
    /// Share of serial numbers fetched on top of the quantity.
    pub serial_reserve: f64,
    /// How many serial numbers the line keeps.
    pub pool: ReplenishmentPolicy,
    /// After so long without any device event an operator walks along the line.
    pub inactivity_timeout_s: f64,
}

impl Default for ControllerSpec {
    fn default() -> Self {
        Self {
            minimum_grade: 1.5,
            max_consecutive_rejects: 5,
            serial_reserve: 0.05,
            pool: ReplenishmentPolicy::WholeOrder,
            inactivity_timeout_s: 600.0,
        }
    }
}
