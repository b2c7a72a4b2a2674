//! I4: active means present.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::UnitId;
use linetwin_gs1::UnitCode;

use super::super::physical::Place;
use super::super::recorded::Class;
use super::{Evidence, Violations, pack_code};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let Evidence { physical, recorded, bearer, .. } = evidence;
    // Packs that are still on the line count as present.
    let mut on_line: IndexMap<UnitCode, UnitId, FxBuildHasher> = IndexMap::default();
    let mut rejected: IndexMap<UnitCode, UnitId, FxBuildHasher> = IndexMap::default();
    let mut samples: IndexMap<UnitCode, UnitId, FxBuildHasher> = IndexMap::default();
    for (id, unit) in physical.units() {
        let Some(code) = unit.text.as_deref().and_then(pack_code) else { continue };
        match unit.place {
            Place::OnLine => on_line.insert(code.unit, id),
            Place::Off => rejected.insert(code.unit, id),
            Place::Sample => samples.insert(code.unit, id),
            Place::In(_) => None,
        };
    }
    for (code, record) in &recorded.units {
        if record.class == Class::Sampled && !samples.contains_key(code) {
            found.violated(|| format!("{code} is a sample and its pack was not taken"));
        }
        if record.class != Class::Commissioned
            || record.left
            || bearer.contains_key(code)
            || on_line.contains_key(code)
        {
            continue;
        }
        found.violated(|| match rejected.get(code).or_else(|| samples.get(code)) {
            Some(id) => format!("{code} is active, its pack {} was taken off the line", id.0),
            None => format!("{code} is active and on no pack"),
        });
    }
}
