//! The twin file: a line as data. Lengths are millimetres of belt, times are seconds drawn from a
//! distribution; machines are named by `id` and stand in the order of the file.

mod control;
mod failure;
mod layout;
mod machine;
mod packing;
mod people;
mod print;
mod upkeep;
mod ways;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use control::{ControllerSpec, LinkSpec, PoolRule};
pub use failure::{Between, FailureSpec};
pub use layout::{LayoutSpec, PathPiece, PlaceSpec, SizeSpec};
pub use machine::{Blocking, MachineSpec};
pub use packing::{LabelSpec, PackingSpec, ScanMode};
pub use people::{BreakSpec, HandworkSpec, PersonSpec, ShiftSpec};
pub use print::PrintSpec;
pub use upkeep::{
    MaterialSpec, Occasion, PlannedKind, PlannedSpec, SlowSpec, StartupSpec, UpkeepSpec,
};
pub use ways::{BeltSpeedSpec, DivertRule, TableOrder};

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Twin", deny_unknown_fields)]
pub struct TwinSpec {
    /// Name for people.
    pub name: String,
    /// Rated speed of the line, for OEE.
    pub rated_units_per_min: f64,
    /// The machine whose Execute time is the line's production time; usually the infeed.
    pub lead_machine: String,
    /// Who works here; one person who can do everything and is always there, if nothing is said.
    #[serde(default = "one_person")]
    pub people: Vec<PersonSpec>,
    /// What the line controller calls people for.
    #[serde(default)]
    pub handwork: HandworkSpec,
    /// Where machines stand, in metres from the begin of the line, if elsewhere than the line's belts
    /// say.
    #[serde(default)]
    pub places_m: BTreeMap<String, f64>,
    /// Where machines stand, seen from above. It is for drawing: no run depends on it.
    #[serde(default, skip_serializing_if = "LayoutSpec::is_empty")]
    pub layout: LayoutSpec,
    /// The link between line controller and ledger.
    #[serde(default)]
    pub link: LinkSpec,
    /// What the line controller is configured for.
    #[serde(default)]
    pub controller: ControllerSpec,
    /// Machines and devices.
    pub machines: Vec<MachineSpec>,
}

/// Who works at a line of which nothing is said.
pub fn one_person() -> Vec<PersonSpec> {
    vec![PersonSpec::default()]
}
