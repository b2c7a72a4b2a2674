//! I1. Uses what is printed whether or not it is readable: a poor duplicate is a duplicate.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use linetwin_base::UnitId;
use linetwin_gs1::UnitCode;

use super::super::across::Carried;
use super::{Evidence, Violations, pack_code};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let Evidence { physical, recorded, packs, bearer, .. } = evidence;
    for (id, _) in packs {
        let Some(code) = physical.unit(*id).text.as_deref().and_then(pack_code) else {
            continue;
        };
        if recorded.settled.contains(&code.unit) {
            found.packs.push(*id);
            found
                .violated(|| format!("pack {} and one that left before carry {}", id.0, code.unit));
        }
        let first = bearer[&code.unit];
        if first != *id {
            found.packs.extend([first, *id]);
            found.violated(|| format!("packs {} and {} carry {}", first.0, id.0, code.unit));
        }
    }
}

/// The same between lines.
pub(super) fn across(lines: &[(String, Carried)], found: &mut Violations) {
    let mut bearers: IndexMap<UnitCode, (usize, UnitId), FxBuildHasher> = IndexMap::default();
    for (index, (name, carried)) in lines.iter().enumerate() {
        for (other, earlier) in lines.iter().filter(|(other, _)| other != name) {
            for (code, id) in &carried.units {
                if earlier.settled.contains(code) {
                    found.violated(|| {
                        format!("pack {} of {name} carries {code} as one of {other}", id.0)
                    });
                }
            }
        }
        for (other, earlier) in &lines[..index] {
            for _ in 0..earlier.settled.common(&carried.settled) {
                found.violated(|| format!("a pack of {name} carries the code of one of {other}"));
            }
        }
        for (code, id) in &carried.units {
            let (first, other) = *bearers.entry(*code).or_insert((index, *id));
            if first != index {
                let first = &lines[first].0;
                found.violated(|| {
                    format!("pack {} of {first} and {} of {name} carry {code}", other.0, id.0)
                });
            }
        }
    }
}
