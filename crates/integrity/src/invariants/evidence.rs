//! What checkers judge by: what is physically true, what is recorded, and what follows from both.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::{ContainerId, UnitId};
use linetwin_gs1::{Label, PackCode, Sscc, UnitCode, parse_element_string};

use super::super::Expected;
use super::super::physical::Physical;
use super::super::recorded::Recorded;
use super::liveness::Liveness;

/// The evidence at the end of a run with an engine.
pub(in super::super) struct Evidence<'a> {
    pub(super) expected: &'a Expected,
    pub(super) physical: &'a Physical,
    pub(super) recorded: &'a Recorded,
    pub(super) liveness: &'a Liveness,
    /// The run was cut off: the record need not have what was under way.
    pub(super) lags: bool,
    /// Each saleable pack and its code; nothing if it cannot be read or is no pack code.
    pub(super) packs: Vec<(UnitId, Option<PackCode<'a>>)>,
    /// The first saleable pack that carries a code, readable or not.
    pub(super) bearer: IndexMap<UnitCode, UnitId, FxBuildHasher>,
    /// The SSCC on each labelled container; nothing if the label has none.
    pub(super) labels: IndexMap<ContainerId, Option<Sscc>, FxBuildHasher>,
}

impl<'a> Evidence<'a> {
    pub(in super::super) fn new(
        expected: &'a Expected,
        physical: &'a Physical,
        recorded: &'a Recorded,
        liveness: &'a Liveness,
        saleable: &[UnitId],
        lags: bool,
    ) -> Self {
        let mut packs = Vec::with_capacity(saleable.len());
        let mut bearer = IndexMap::default();
        for &id in saleable {
            let unit = physical.unit(id);
            let code = unit.text.as_deref().and_then(pack_code);
            if let Some(code) = &code {
                bearer.entry(code.unit).or_insert(id);
            }
            let minimum = expected.minimum_grade_tenths;
            let readable = unit.grade_tenths.is_some_and(|grade| grade >= minimum);
            packs.push((id, code.filter(|_| readable)));
        }
        let labels = container_labels(physical);
        Self { expected, physical, recorded, liveness, lags, packs, bearer, labels }
    }
}

/// The code of a pack with this symbol.
pub(in super::super) fn pack_code(text: &str) -> Option<PackCode<'_>> {
    match parse_element_string(text) {
        Ok(Label::Pack(code)) => Some(code),
        _ => None,
    }
}

fn container_labels(physical: &Physical) -> IndexMap<ContainerId, Option<Sscc>, FxBuildHasher> {
    let labelled = physical.containers().filter_map(|(id, container)| {
        let text = container.label.as_deref().filter(|_| !container.off)?;
        let sscc = match parse_element_string(text) {
            Ok(Label::Container(sscc)) => Some(sscc),
            _ => None,
        };
        Some((id, sscc))
    });
    labelled.collect()
}
