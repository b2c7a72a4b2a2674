//! A merge as the twin file has it.

use serde::{Deserialize, Serialize};

use crate::check::{Checker, Problem};

use super::MachineSpec;
use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Where lanes join: the only machine that several feed. It holds one product; the machine that has waited
/// longest is next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MergeSpec {
    /// Name.
    pub id: String,
    /// Machines that come in before all others, the most important one first.
    #[serde(default)]
    pub priority: Vec<String>,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for MergeSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Junction
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 600.0 }
    }

    fn to(&self) -> &[String] {
        self.to.as_slice()
    }

    fn joins_ways(&self) -> bool {
        true
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        let twin = checker.twin;
        for (nth, name) in self.priority.iter().enumerate() {
            let feeders = twin.machines.iter().filter(|other| other.to().contains(&self.id));
            if !feeders.clone().any(|feeder| feeder.id() == name) {
                let names = feeders.map(MachineSpec::id);
                let expected = "the id of a machine that feeds it";
                let path = format!("{at}.priority[{nth}]");
                checker.problems.push(Problem::unknown_name(path, name, expected, names));
            }
        }
    }
}
