//! What lines are compared by: the codes of everything that has left them or would be sold.

use linetwin_base::{ContainerId, UnitId};
use linetwin_gs1::{Label, Sscc, UnitCode, parse_element_string};

use super::code_set::CodeSet;
use super::invariants::pack_code;
use super::physical::Physical;
use super::recorded::Recorded;

/// What the good packs and the containers of a line carry.
#[derive(Debug, Default)]
pub struct Carried {
    /// Packs that were judged at the end.
    pub(super) units: Vec<(UnitCode, UnitId)>,
    /// Those that were settled before.
    pub(super) settled: CodeSet<UnitCode>,
    pub(super) containers: Vec<(Sscc, ContainerId)>,
    pub(super) settled_containers: CodeSet<Sscc>,
}

impl Carried {
    pub(super) fn by(physical: &Physical, recorded: Recorded, saleable: &[UnitId]) -> Self {
        let units = saleable.iter().filter_map(|id| {
            let code = physical.unit(*id).text.as_deref().and_then(pack_code)?;
            Some((code.unit, *id))
        });
        let labelled = physical.containers().filter(|(_, container)| !container.off);
        let containers = labelled.filter_map(|(id, container)| {
            match parse_element_string(container.label.as_deref()?) {
                Ok(Label::Container(sscc)) => Some((sscc, id)),
                _ => None,
            }
        });
        Self {
            units: units.collect(),
            settled: recorded.settled,
            containers: containers.collect(),
            settled_containers: recorded.settled_containers,
        }
    }
}
