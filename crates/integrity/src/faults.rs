//! The outcome of each injected fault, judged by what became of what it hit.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use linetwin_base::UnitId;
use linetwin_faults::{FaultKind, RightAnswer};

use super::invariants::{InvariantResult, Scope};
use super::physical::{Physical, Place};

/// Faults of one kind and their outcomes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FaultOutcomes {
    /// The kind.
    pub kind: String,
    /// How many were injected.
    pub injected: u64,
    /// Nothing was wrong afterwards, and nothing had to be done.
    pub harmless: u64,
    /// Found and handled.
    pub contained: u64,
    /// A bad pack would be sold, or the record is false.
    pub escaped: u64,
}

enum Outcome {
    Harmless,
    Contained,
    Escaped,
}

/// Faults injected during a run.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Kind, the unit hit, place in the plan.
    injected: Vec<(FaultKind, Option<UnitId>, u16)>,
    /// Every unit that was hit.
    hit: IndexSet<UnitId, FxBuildHasher>,
}

impl Faults {
    pub(super) fn injected(&mut self, kind: FaultKind, unit: Option<UnitId>, fault: u16) {
        self.injected.push((kind, unit, fault));
        self.hit.extend(unit);
    }

    /// Whether a fault has hit this unit.
    pub(super) fn hit(&self, unit: UnitId) -> bool {
        self.hit.contains(&unit)
    }

    /// Judges every fault; `bad` are the packs that must not be sold, in order.
    pub(super) fn judge(
        &self,
        physical: &Physical,
        bad: &[UnitId],
        invariants: &[InvariantResult],
    ) -> Vec<FaultOutcomes> {
        let record_is_true = invariants
            .iter()
            .filter(|invariant| invariant.id.scope() == Scope::Record)
            .all(|invariant| invariant.violations == 0);
        let mut kinds: BTreeMap<FaultKind, FaultOutcomes> = BTreeMap::new();
        for (kind, unit, fault) in &self.injected {
            let answer = kind.right_answer();
            let outcome = match unit {
                Some(unit) => of_unit(answer, *unit, physical, bad, record_is_true),
                None => of_line(answer, *fault, physical, record_is_true),
            };
            let row = kinds.entry(*kind).or_default();
            row.kind = kind.to_string();
            row.injected += 1;
            match outcome {
                Outcome::Harmless => row.harmless += 1,
                Outcome::Contained => row.contained += 1,
                Outcome::Escaped => row.escaped += 1,
            }
        }
        kinds.into_values().collect()
    }
}

/// The outcome of a fault that hit no unit.
fn of_line(answer: RightAnswer, fault: u16, physical: &Physical, record_is_true: bool) -> Outcome {
    let escaped = match answer {
        // A fault that lasts may fall into a time without messages.
        RightAnswer::TrueRecordIfCutOff if physical.messages_lost(fault) == 0 => {
            return Outcome::Harmless;
        }
        RightAnswer::OrderRefused => physical.wrong_batches > 0,
        RightAnswer::GoodOrRejected
        | RightAnswer::Rejected
        | RightAnswer::Unaffected
        | RightAnswer::Missed
        | RightAnswer::TrueRecord
        | RightAnswer::TrueRecordIfCutOff => false,
    };
    let held = !escaped && record_is_true && physical.forgotten == 0;
    if held { Outcome::Contained } else { Outcome::Escaped }
}

/// The outcome of a fault that hit a unit.
fn of_unit(
    answer: RightAnswer,
    unit: UnitId,
    physical: &Physical,
    bad: &[UnitId],
    record_is_true: bool,
) -> Outcome {
    let is_bad = bad.binary_search(&unit).is_ok();
    let place = match physical.unit(unit).place {
        // It went off the line with its container.
        Place::In(container) if physical.is_off(container) => Place::Off,
        place => place,
    };
    match (place, answer) {
        (Place::In(_), _) if is_bad => Outcome::Escaped,
        (Place::In(_), RightAnswer::Unaffected) => Outcome::Contained,
        // It was rejected, verified again, found good and put back.
        (Place::In(_), _) if physical.unit(unit).returned => Outcome::Contained,
        (Place::In(_), RightAnswer::Rejected) => Outcome::Escaped,
        (
            Place::In(_),
            RightAnswer::GoodOrRejected
            | RightAnswer::Missed
            | RightAnswer::TrueRecord
            | RightAnswer::TrueRecordIfCutOff
            | RightAnswer::OrderRefused,
        ) => Outcome::Harmless,
        (Place::Off, RightAnswer::Unaffected) => Outcome::Harmless,
        // Gone, and the record has it as present.
        (Place::Off, RightAnswer::Missed) if !record_is_true => Outcome::Escaped,
        (
            Place::Off,
            RightAnswer::GoodOrRejected
            | RightAnswer::Rejected
            | RightAnswer::Missed
            | RightAnswer::TrueRecord
            | RightAnswer::TrueRecordIfCutOff
            | RightAnswer::OrderRefused,
        ) => Outcome::Contained,
        // Still on its way when the run ended, or a sample: it has not been sold.
        (Place::OnLine | Place::Sample, _) => Outcome::Harmless,
    }
}
