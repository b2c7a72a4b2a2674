//! The twin file: a line as data. Lengths are millimetres of belt, times are seconds drawn from a
//! distribution; machines are named by `id` and stand in the order of the file.

mod blocking;
mod control;
mod failure;
mod layout;
mod packing;
mod people;
mod print;
mod routing;
mod stops;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use blocking::Blocking;
pub use control::{ControllerSpec, LinkSpec, ReplenishmentPolicy};
pub use failure::{FailureSpec, Interval};
pub use layout::{LayoutSpec, PathPiece, PlaceSpec, SizeSpec};
pub use packing::{LabelSpec, PackingSpec, ScanMode};
pub use people::{BreakSpec, InterventionSpec, PersonSpec, ShiftSpec};
pub use print::{PrintSpec, WearSpec};
pub use routing::{BeltSpeedSpec, DivertRule, QueueDiscipline};
pub use stops::{
    ConsumableSpec, MaintenanceDue, PlannedStopKind, PlannedStopSpec, SpeedLossSpec,
    StartupRejectsSpec, Stops,
};

use crate::kinds::MachineSpec;

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
    /// The people of the line; if none is given, one person who can do everything and is always there.
    #[serde(default = "one_person")]
    pub people: Vec<PersonSpec>,
    /// What the line controller calls people for.
    #[serde(default)]
    pub interventions: InterventionSpec,
    /// Where machines stand, in metres from the begin of the line, if elsewhere than the line's belts put
    /// them.
    #[serde(default)]
    pub positions_m: BTreeMap<String, f64>,
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

/// The people of a line whose file names none.
pub fn one_person() -> Vec<PersonSpec> {
    vec![PersonSpec::default()]
}
