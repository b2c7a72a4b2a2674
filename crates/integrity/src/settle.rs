//! Settles containers that have left: once a container is off the end of the line and the record has it and
//! everything in it as it is, neither it nor its good units need be kept until the end of the run. Whatever
//! is odd in any way is kept and judged at the end.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use linetwin_base::{ContainerId, UnitId};
use linetwin_gs1::{Batch, Label, Sscc, UnitCode, parse_element_string};

use super::Expected;
use super::faults::Faults;
use super::invariants::pack_code;
use super::physical::{Physical, Place, Unit};
use super::recorded::{Class, Recorded};

/// The result of settling a container.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Outcome {
    /// It and all that is in it.
    Settled,
    /// Something about it or in it is judged at the end.
    Kept,
    /// The record does not have it yet, or something in it.
    Waits,
}

/// Settles what can be settled of the containers that have left; the others wait.
pub(super) fn settle(
    expected: &Expected,
    faults: &Faults,
    physical: &mut Physical,
    recorded: &mut Recorded,
) {
    let mut waiting = std::mem::take(&mut physical.gone);
    waiting.retain(|container| {
        of_container(*container, None, expected, faults, physical, recorded) == Outcome::Waits
    });
    physical.gone = waiting;
}

/// Settles what has left a line without an engine: no record will come.
pub(super) fn settle_unrecorded(faults: &Faults, physical: &mut Physical) {
    for container in std::mem::take(&mut physical.gone) {
        of_unrecorded(container, faults, physical);
    }
}

/// Settles a container and what is in it, but for units that a fault hit and containers taken off the line.
fn of_unrecorded(id: ContainerId, faults: &Faults, physical: &mut Physical) -> Outcome {
    let container = physical.container_mut(id);
    if container.off {
        return Outcome::Kept;
    }
    let (mut units, mut inner) =
        (std::mem::take(&mut container.units), std::mem::take(&mut container.inner));
    inner.retain(|child| of_unrecorded(*child, faults, physical) != Outcome::Settled);
    units.retain(|unit| {
        let stays = faults.hit(*unit) || physical.unit(*unit).place != Place::In(id);
        if !stays {
            physical.settle(*unit);
        }
        stays
    });
    done(id, units, inner, physical)
}

/// Drops a container if nothing is left in it that has to be judged.
fn done(
    id: ContainerId,
    units: Vec<UnitId>,
    inner: Vec<ContainerId>,
    physical: &mut Physical,
) -> Outcome {
    if units.is_empty() && inner.is_empty() {
        physical.settle_container(id);
        return Outcome::Settled;
    }
    let container = physical.container_mut(id);
    (container.units, container.inner) = (units, inner);
    Outcome::Kept
}

/// Settles a container and what is in it.
fn of_container(
    id: ContainerId,
    outer: Option<Sscc>,
    expected: &Expected,
    faults: &Faults,
    physical: &mut Physical,
    recorded: &mut Recorded,
) -> Outcome {
    let container = physical.container(id);
    let label = container.label.as_deref().map(parse_element_string);
    // A label without an SSCC is odd: there is nothing to wait for.
    let Some(Ok(Label::Container(sscc))) = label else { return Outcome::Kept };
    if recorded.settled_containers.contains(&sscc) {
        return Outcome::Kept;
    }
    let Some(record) = recorded.containers.get(&sscc) else { return Outcome::Waits };
    if outer.is_some() && record.parent.is_none() {
        return Outcome::Waits;
    }
    let as_it_is = record.parent == outer
        && record.packed == 1
        && record.children == container.children
        && container.children == container.target
        && Some(record.level) == container.level
        && !container.off;
    if !as_it_is {
        return Outcome::Kept;
    }
    let (mut units, inner) = (container.units.clone(), container.inner.clone());
    let codes = units.iter().map(|unit| {
        let code = good(physical.unit(*unit), id, expected)?;
        well_recorded(&code, sscc, expected, recorded).then_some((*unit, code))
    });
    // One odd unit makes all others of its container suspect.
    if let Some(codes) = codes.collect::<Option<Vec<_>>>()
        && all_different(&codes)
    {
        // The outcome of a unit that a fault hit is judged at the end.
        units.retain(|unit| faults.hit(*unit));
        for (unit, code) in codes {
            if !faults.hit(unit) {
                physical.settle(unit);
                recorded.settle(&code);
            }
        }
    }
    let mut waits = false;
    let mut kept = Vec::new();
    for child in inner {
        match of_container(child, Some(sscc), expected, faults, physical, recorded) {
            Outcome::Settled => {}
            outcome => {
                kept.push(child);
                waits |= outcome == Outcome::Waits;
            }
        }
    }
    match done(id, units, kept, physical) {
        Outcome::Settled => {
            recorded.settle_container(sscc);
            Outcome::Settled
        }
        _ if waits => Outcome::Waits,
        outcome => outcome,
    }
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
        && !record.astray
        && !record.left
        && record.parent == Some(sscc)
        && recorded.printed(record) == Some((expected.lot, expected.expiry))
}
