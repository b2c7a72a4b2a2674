//! What a machine needs besides product: materials, set-up, cleaning; and how it loses speed or spoils
//! products after a stop.

use serde::{Deserialize, Serialize};

use linetwin_base::{Cause, ClockTime, Distribution};

use super::Between;

/// See the module's first lines. A machine of which nothing is said needs nothing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UpkeepSpec {
    /// What it uses up.
    pub materials: Vec<MaterialSpec>,
    /// Work that is planned.
    pub planned: Vec<PlannedSpec>,
    /// How it loses speed.
    pub slow: Vec<SlowSpec>,
    /// Products that it spoils when it has stood; an infeed and a `Machine` only.
    pub startup: Option<StartupSpec>,
}

/// Something that a machine uses up. It is full at the start; when its sensor says empty, the machine
/// stands until it is refilled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialSpec {
    /// What it is called.
    pub name: String,
    /// So much is in it when it is full, in any unit.
    pub holds: f64,
    /// So much of it goes into one product, in the same unit.
    #[serde(default = "one")]
    pub uses: f64,
    /// At so little somebody is called; without, when it is empty.
    #[serde(default)]
    pub low_at: f64,
    /// Refilling it; the machine runs meanwhile, as long as something is left.
    pub refill_s: Distribution,
    /// The skill that it takes; nothing means that the machine does it by itself.
    #[serde(default)]
    pub needs: Option<String>,
}

const fn one() -> f64 {
    1.0
}

impl MaterialSpec {
    /// Products that so much is enough for.
    pub fn products(&self, amount: f64) -> u64 {
        // The smallest part of a product mends a quotient that rounding put below a whole one.
        (amount / self.uses + 1e-9) as u64
    }
}

/// Work on a machine that is planned. The machine stands meanwhile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedSpec {
    /// What it is called.
    pub name: String,
    /// What kind of work it is.
    pub kind: PlannedKind,
    /// When it is due. The next product waits for it.
    pub due: Occasion,
    /// How long it takes.
    pub takes_s: Distribution,
    /// The skill that it takes; nothing means that the machine does it by itself.
    #[serde(default)]
    pub needs: Option<String>,
}

/// Kinds of planned work.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlannedKind {
    /// Set-up, format change, line clearance: a loss in OEE, none in NEE.
    Setup,
    /// Cleaning: no planned busy time.
    Cleaning,
    /// Maintenance: no planned busy time.
    Maintenance,
    /// A break of the line: no planned busy time.
    Break,
}

impl PlannedKind {
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

/// When planned work is due.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Occasion {
    /// Before the order begins.
    Start,
    /// Again and again, counted from the end of the last time.
    Every(Between),
    /// Each day at this time.
    Daily(ClockTime),
}

/// How a machine loses speed for a while.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlowSpec {
    /// What it is called, if there are several.
    #[serde(default)]
    pub name: String,
    /// From the end of one such while to the next, by the clock.
    pub between_s: Distribution,
    /// Its length.
    pub lasts_s: Distribution,
    /// Share of the speed that is left, above 0.0 and up to 1.0.
    pub speed: Distribution,
}

/// Products that a machine spoils when it starts again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartupSpec {
    /// The first so many are thrown out.
    pub rejects: u32,
    /// After so long without a product.
    pub after_s: f64,
}
