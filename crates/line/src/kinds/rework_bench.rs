//! A rework bench as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

use crate::check::Checker;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Where a person verifies again what a reject gate has rejected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReworkBenchSpec {
    /// Name.
    pub id: String,
    /// The gate; it must be the first one of the line.
    pub gate: String,
    /// Verifying one product.
    pub verify_s: Distribution,
    /// Where good ones go back onto the line: behind the last gate.
    pub returns_to: String,
}

impl MachineKind for ReworkBenchSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::Beside(&self.gate)
    }

    fn drawing(&self) -> Drawing {
        Drawing::Bench
    }

    fn footprint(&self) -> Footprint {
        Footprint::Aside { length_mm: 1500.0, width_mm: 800.0 }
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.takes_time(format!("{at}.verify_s"), &self.verify_s);
        checker.names(format!("{at}.gate"), &self.gate, "RejectGate");
        checker.names(format!("{at}.returns_to"), &self.returns_to, "Belt");
    }
}
