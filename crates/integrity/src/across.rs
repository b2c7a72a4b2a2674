//! What must hold between the lines of a plant: codes are unique across all of them.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::{ContainerId, UnitId};
use linetwin_gs1::{Label, Sscc, UnitCode, parse_element_string};

use super::code_set::CodeSet;
use super::invariants::{Finding, InvariantResult, pack_code};
use super::physical::Physical;
use super::recorded::Recorded;

/// What the good packs and the containers of a line carry.
#[derive(Debug, Default)]
pub struct Carried {
    /// Packs that were judged at the end.
    units: Vec<(UnitCode, UnitId)>,
    /// Those that were settled before.
    settled: CodeSet<UnitCode>,
    containers: Vec<(Sscc, ContainerId)>,
    settled_containers: CodeSet<Sscc>,
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

/// I1 and I9 between lines, each with its name; what a line breaks by itself is in its own judgement.
pub fn across_lines(lines: &[(String, Carried)]) -> Vec<InvariantResult> {
    let rule = "No two saleable packs of different lines carry the same GTIN and serial number.";
    let mut packs = Finding::new("I1", rule);
    let mut containers = Finding::new("I9", "No two lines use the same SSCC.");
    let mut bearers: IndexMap<UnitCode, (usize, UnitId), FxBuildHasher> = IndexMap::default();
    let mut labels: IndexMap<Sscc, (usize, ContainerId), FxBuildHasher> = IndexMap::default();
    for (index, (name, carried)) in lines.iter().enumerate() {
        for (other, earlier) in lines.iter().filter(|(other, _)| other != name) {
            for (code, id) in &carried.units {
                if earlier.settled.contains(code) {
                    packs.violated(|| {
                        format!("pack {} of {name} carries {code} as one of {other}", id.0)
                    });
                }
            }
            for (sscc, id) in &carried.containers {
                if earlier.settled_containers.contains(sscc) {
                    containers.violated(|| {
                        format!("container {} of {name} is {sscc} as one of {other}", id.0)
                    });
                }
            }
        }
        for (other, earlier) in &lines[..index] {
            for _ in 0..earlier.settled.common(&carried.settled) {
                packs.violated(|| format!("a pack of {name} carries the code of one of {other}"));
            }
            for _ in 0..earlier.settled_containers.common(&carried.settled_containers) {
                containers
                    .violated(|| format!("a container of {name} has the SSCC of one of {other}"));
            }
        }
        for (code, id) in &carried.units {
            let (first, other) = *bearers.entry(*code).or_insert((index, *id));
            if first != index {
                let first = &lines[first].0;
                packs.violated(|| {
                    format!("pack {} of {first} and {} of {name} carry {code}", other.0, id.0)
                });
            }
        }
        for (sscc, id) in &carried.containers {
            let (first, other) = *labels.entry(*sscc).or_insert((index, *id));
            if first != index {
                let first = &lines[first].0;
                containers.violated(|| {
                    format!("container {} of {first} and {} of {name} are {sscc}", other.0, id.0)
                });
            }
        }
    }
    vec![packs.0, containers.0]
}
