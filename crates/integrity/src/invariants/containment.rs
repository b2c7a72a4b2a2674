//! I3, in both directions: recorded and physical containment agree.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use linetwin_gs1::Sscc;
use linetwin_trace::RecordedChild;

use super::super::physical::Place;
use super::{Evidence, Violations, pack_code};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let Evidence { physical, recorded, packs, labels, lags, .. } = evidence;
    let unknown = |sscc: &Sscc| *lags && !recorded.has_container(sscc);
    for impossible in &recorded.impossible {
        found.violated(|| impossible.clone());
    }
    let mut truly: IndexSet<(RecordedChild, Sscc), FxBuildHasher> = IndexSet::default();
    for (id, _) in packs {
        let unit = physical.unit(*id);
        let Place::In(container) = unit.place else { continue };
        let Some(Some(sscc)) = labels.get(&container) else { continue };
        let Some(code) = unit.text.as_deref().and_then(pack_code) else { continue };
        truly.insert((RecordedChild::Unit(code.unit), *sscc));
    }
    for (id, sscc) in labels {
        let outer = physical.container(*id).parent;
        let outer = outer.and_then(|outer| labels.get(&outer).copied().flatten());
        if let (Some(sscc), Some(outer)) = (sscc, outer) {
            truly.insert((RecordedChild::Container(*sscc), outer));
        }
    }
    for (child, parent) in &truly {
        let written = recorded.parent(child);
        if written != Some(*parent) && !unknown(parent) {
            found.violated(|| {
                format!("{} is in {parent}, recorded in {}", name(child), or_nothing(written))
            });
        }
    }
    for (child, parent) in recorded.children() {
        if !truly.contains(&(child, parent)) {
            found.violated(|| format!("{} is recorded in {parent} but is not in it", name(&child)));
        }
    }
    for id in physical.left_without_label() {
        found.violated(|| format!("container {} has left without a label", id.0));
    }
}

fn name(child: &RecordedChild) -> String {
    match child {
        RecordedChild::Unit(code) => code.to_string(),
        RecordedChild::Container(sscc) => sscc.to_string(),
    }
}

fn or_nothing(sscc: Option<Sscc>) -> String {
    sscc.map_or("nothing".to_owned(), |sscc| sscc.to_string())
}
