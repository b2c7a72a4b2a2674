//! Settles units as they leave: once a container is off the end of the line and the record has it and
//! everything in it as it is, its good units need not be kept until the end of the run. Whatever is odd in
//! any way is kept and judged at the end.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use crate::base::{ContainerId, UnitId};
use crate::gs1::{Batch, Label, Sscc, UnitCode, parse_element_string};

use super::Expected;
use super::faults::Faults;
use super::invariants::pack_code;
use super::physical::{Physical, Place, Unit};
use super::recorded::{Class, Recorded};

/// Settles what can be settled of the containers that have left; the others wait.
pub(super) fn settle(
    expected: &Expected,
    faults: &Faults,
    physical: &mut Physical,
    recorded: &mut Recorded,
) {
    let mut waiting = std::mem::take(&mut physical.gone);
    waiting.retain(|container| !settled(*container, None, expected, faults, physical, recorded));
    physical.gone = waiting;
}

/// Settles the units of the containers that have left a line without an engine: no record will come.
pub(super) fn settle_unrecorded(faults: &Faults, physical: &mut Physical) {
    let mut left = std::mem::take(&mut physical.gone);
    while let Some(id) = left.pop() {
        let container = physical.container_mut(id);
        if container.off {
            continue;
        }
        left.extend_from_slice(&container.inner);
        for unit in std::mem::take(&mut container.units) {
            if !faults.hit(unit) && physical.unit(unit).place == Place::In(id) {
                physical.settle(unit);
            }
        }
    }
}

/// Settles a container and what is in it. True if nothing is left to wait for: the record has it.
fn settled(
    id: ContainerId,
    outer: Option<Sscc>,
    expected: &Expected,
    faults: &Faults,
    physical: &mut Physical,
    recorded: &mut Recorded,
) -> bool {
    let container = physical.container(id);
    let label = container.label.as_deref().map(parse_element_string);
    // What carries no SSCC is odd: there is nothing to wait for.
    let Some(Ok(Label::Container(sscc))) = label else { return true };
    let Some(record) = recorded.containers.get(&sscc) else { return false };
    if outer.is_some() && record.parent.is_none() {
        return false;
    }
    let as_it_is = record.parent == outer
        && record.packed == 1
        && record.children == container.children
        && container.children == container.target
        && Some(record.level) == container.level
        && !container.off;
    if !as_it_is {
        return true;
    }
    let inner = container.inner.clone();
    let codes = container.units.iter().map(|unit| {
        let code = good(physical.unit(*unit), id, expected)?;
        well_recorded(&code, sscc, expected, recorded).then_some((*unit, code))
    });
    // One odd unit throws a light on all others of its container.
    if let Some(codes) = codes.collect::<Option<Vec<_>>>()
        && all_different(&codes)
    {
        physical.container_mut(id).units = Vec::new();
        for (unit, code) in codes {
            // What became of a unit that a fault hit is told at the end.
            if !faults.hit(unit) {
                physical.settle(unit);
                recorded.settle(&code);
            }
        }
    }
    let mut all = true;
    for child in inner {
        all &= settled(child, Some(sscc), expected, faults, physical, recorded);
    }
    all
}

fn all_different(codes: &[(UnitId, UnitCode)]) -> bool {
    let mut seen = IndexSet::<&UnitCode, FxBuildHasher>::default();
    codes.iter().all(|(_, code)| seen.insert(code))
}

/// The code of a good pack that is where it should be.
fn good(unit: &Unit, container: ContainerId, expected: &Expected) -> Option<UnitCode> {
    let Expected { gtin, lot, expiry, lot_and_expiry, minimum_grade_tenths, .. } = *expected;
    let readable = unit.grade_tenths.is_some_and(|grade| grade >= minimum_grade_tenths);
    if !readable || unit.place != Place::In(container) || unit.returned {
        return None;
    }
    let code = pack_code(unit.text.as_deref()?)?;
    let batch = lot_and_expiry.then_some(Batch { expiry, lot });
    (code.unit.gtin == gtin && code.batch == batch).then_some(code.unit)
}

/// Whether the record has this code once, active, of the right batch and in this container.
fn well_recorded(code: &UnitCode, sscc: Sscc, expected: &Expected, recorded: &Recorded) -> bool {
    let Some(record) = recorded.units.get(code) else { return false };
    record.class == Class::Commissioned
        && record.commissioned == 1
        && recorded.parent(record) == Some(sscc)
        && recorded.printed(record) == Some((expected.lot, expected.expiry))
}
