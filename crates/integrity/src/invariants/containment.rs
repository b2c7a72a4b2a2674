//! I3, in both directions: recorded and physical containment agree.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_gs1::{Sscc, UnitCode};

use super::super::physical::Place;
use super::{Evidence, Violations, pack_code};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let Evidence { physical, recorded, packs, labels, lags, .. } = evidence;
    let unknown = |sscc: &Sscc| *lags && !recorded.has_container(sscc);
    for impossible in &recorded.impossible {
        found.violated(|| impossible.clone());
    }
    let mut inside: IndexMap<UnitCode, Sscc, FxBuildHasher> = IndexMap::default();
    for (id, _) in packs {
        let unit = physical.unit(*id);
        let Place::In(container) = unit.place else { continue };
        let Some(Some(sscc)) = labels.get(&container) else { continue };
        let Some(code) = unit.text.as_deref().and_then(pack_code) else { continue };
        inside.insert(code.unit, *sscc);
        let parent = recorded.units.get(&code.unit).and_then(|record| record.parent);
        if parent != Some(*sscc) && !unknown(sscc) {
            found.violated(|| format!("{} is in {sscc}, recorded in {}", code.unit, name(parent)));
        }
    }
    for (code, record) in &recorded.units {
        if let Some(parent) = record.parent
            && !inside.contains_key(code)
        {
            found.violated(|| format!("{code} is recorded in {parent} but is not in it"));
        }
    }
    let mut nested: IndexMap<Sscc, Sscc, FxBuildHasher> = IndexMap::default();
    for (id, sscc) in labels {
        let outer = physical.container(*id).parent;
        let outer = outer.and_then(|outer| labels.get(&outer).copied().flatten());
        if let (Some(sscc), Some(outer)) = (sscc, outer) {
            nested.insert(*sscc, outer);
        }
    }
    for (sscc, record) in &recorded.containers {
        let outer = nested.get(sscc).copied();
        if record.parent != outer && !outer.is_some_and(|outer| unknown(&outer)) {
            found.violated(|| {
                format!("{sscc} is in {}, recorded in {}", name(outer), name(record.parent))
            });
        }
    }
    for (inner, outer) in &nested {
        if !recorded.has_container(inner) && !lags {
            found.violated(|| format!("{inner} is in {outer} and not in the record"));
        }
    }
}

fn name(sscc: Option<Sscc>) -> String {
    sscc.map_or("nothing".to_owned(), |sscc| sscc.to_string())
}
