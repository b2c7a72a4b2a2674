//! What makes a machine stop or lose product besides failures: consumables, planned stops, lost speed,
//! rejects after a start.

use serde::{Deserialize, Serialize};

use linetwin_base::{Cause, ClockTime, Distribution};

use super::{FailureSpec, Interval};

/// What makes a machine stop by itself, and what it loses; each kind has those lists that it can have.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Stops<'a> {
    /// Failures.
    pub failures: &'a [FailureSpec],
    /// Its consumables.
    pub consumables: &'a [ConsumableSpec],
    /// Planned stops.
    pub planned_stops: &'a [PlannedStopSpec],
    /// How it loses speed.
    pub speed_losses: &'a [SpeedLossSpec],
    /// Products that it rejects after it has stood.
    pub startup_rejects: Option<&'a StartupRejectsSpec>,
}

impl<'a> Stops<'a> {
    /// Names of everything that the machine can stop for by itself: planned stops, failures, consumables.
    pub fn reasons(&self) -> Vec<&'a str> {
        let planned = self.planned_stops.iter().map(|planned| planned.name.as_str());
        let failures = self.failures.iter().map(|failure| failure.name.as_str());
        let consumables = self.consumables.iter().map(|consumable| consumable.name.as_str());
        planned.chain(failures).chain(consumables).collect()
    }
}

/// A consumable. It is full at the start; when its sensor reports empty, the machine stands until it is
/// refilled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumableSpec {
    /// What it is called.
    pub name: String,
    /// So much is in it when it is full, in any unit.
    pub capacity: f64,
    /// So much of it goes into one product, in the same unit.
    #[serde(default = "one")]
    pub consumption_per_product: f64,
    /// At so little a person is called; without, when it is empty.
    #[serde(default)]
    pub reorder_level: f64,
    /// Refilling it; the machine runs meanwhile, as long as something is left.
    pub refill_s: Distribution,
    /// The required skill; nothing means that the machine does it by itself.
    #[serde(default)]
    pub required_skill: Option<String>,
}

const fn one() -> f64 {
    1.0
}

impl ConsumableSpec {
    /// Products that so much is enough for.
    pub fn products(&self, amount: f64) -> u64 {
        // The smallest part of a product corrects a quotient that rounding put below a whole one.
        (amount / self.consumption_per_product + 1e-9) as u64
    }
}

/// A planned stop: work on a machine that stands meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedStopSpec {
    /// What it is called.
    pub name: String,
    /// What kind of work it is.
    pub kind: PlannedStopKind,
    /// When it comes. The next product waits for it.
    pub due: MaintenanceDue,
    /// How long it takes.
    pub takes_s: Distribution,
    /// The required skill; nothing means that the machine does it by itself.
    #[serde(default)]
    pub required_skill: Option<String>,
}

/// Kinds of planned stops.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlannedStopKind {
    /// Set-up, format change, line clearance: a loss in OEE, none in NEE.
    Setup,
    /// Cleaning: no planned busy time.
    Cleaning,
    /// Maintenance: no planned busy time.
    Maintenance,
    /// A break of the line: no planned busy time.
    Break,
}

impl PlannedStopKind {
    /// Why a machine stands meanwhile.
    pub const fn cause(self) -> Cause {
        match self {
            Self::Setup => Cause::Setup,
            Self::Cleaning => Cause::Cleaning,
            Self::Maintenance => Cause::Maintenance,
            Self::Break => Cause::Break,
        }
    }
}

/// When a planned stop comes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MaintenanceDue {
    /// Before the order begins.
    Start,
    /// Again and again, counted from the end of the last time.
    Every(Interval),
    /// Each day at this time.
    Daily(ClockTime),
}

/// How a machine loses speed for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeedLossSpec {
    /// What it is called, if there are several.
    #[serde(default)]
    pub name: String,
    /// From the end of one to the beginning of the next, in calendar time.
    pub interval_s: Distribution,
    /// Its length.
    pub lasts_s: Distribution,
    /// Share of the speed that is left, above 0.0 and up to 1.0.
    pub speed_factor: Distribution,
}

/// Products that a machine rejects when it starts again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartupRejectsSpec {
    /// So many, the first ones.
    pub count: u32,
    /// After so long without a product.
    pub after_idle_s: f64,
}
