//! What came of each injected fault, judged from the fate of what it hit.

use std::collections::BTreeMap;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use linetwin_base::UnitId;
use linetwin_trace::FaultKind;

use super::invariants::{InvariantResult, Scope};
use super::physical::{Physical, Place};

/// Faults of one kind and what came of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FaultOutcomes {
    /// The kind.
    pub kind: String,
    /// How many were injected.
    pub injected: u64,
    /// Nothing was wrong with the outcome, and nothing had to be done.
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
            let outcome = match unit {
                Some(unit) => of_unit(*kind, *unit, physical, bad, record_is_true),
                // What goes on for a while may find nobody talking.
                None if goes_on(*kind) && physical.messages_lost(*fault) == 0 => Outcome::Harmless,
                None if *kind == FaultKind::WrongBatchStarted && physical.wrong_batches > 0 => {
                    Outcome::Escaped
                }
                None if record_is_true && physical.forgotten == 0 => Outcome::Contained,
                None => Outcome::Escaped,
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

/// Whether a fault makes itself felt only by the messages that it loses.
const fn goes_on(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::LinkOutage
            | FaultKind::ControllerPowerCut
            | FaultKind::LedgerKilled
            | FaultKind::DiskFull
    )
}

/// What came of a fault that hit a unit.
fn of_unit(
    kind: FaultKind,
    unit: UnitId,
    physical: &Physical,
    bad: &[UnitId],
    record_is_true: bool,
) -> Outcome {
    let is_bad = bad.binary_search(&unit).is_ok();
    match (kind, physical.unit(unit).place) {
        // A second result must change nothing: not for this pack, and not by throwing it out.
        (FaultKind::DuplicateRead, Place::In(_)) if !is_bad => Outcome::Contained,
        (FaultKind::DuplicateRead, Place::Off | Place::OnLine) => Outcome::Harmless,
        // Gone without a word: nobody may believe that it is still there.
        (
            FaultKind::UnitRemoved | FaultKind::GoodUnitEjected | FaultKind::LayerShort,
            Place::Off,
        ) if !record_is_true => Outcome::Escaped,
        // It was thrown out, examined once more, found good and put back.
        (_, Place::In(_)) if physical.unit(unit).returned && !is_bad => Outcome::Contained,
        // Only a pack that had to go meets a gate that fails, and one that was not read must go:
        // sold, it has escaped, however good it is.
        (
            FaultKind::GateFailsToFire | FaultKind::NoRead | FaultKind::CameraOffline,
            Place::In(_),
        ) => Outcome::Escaped,
        (_, Place::In(_)) if is_bad => Outcome::Escaped,
        (_, Place::In(_)) => Outcome::Harmless,
        (_, Place::Off) => Outcome::Contained,
        // Still on its way when the run ended, or a sample: it has not been sold.
        (_, Place::OnLine | Place::Sample) => Outcome::Harmless,
    }
}
