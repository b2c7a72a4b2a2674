//! Judges a run from its trace alone: what is physically true against what the engine recorded. It
//! imports no engine, so that one bug cannot hide in both.
//!
//! ```
//! use linetwin_base::{MachineId, SimTime, UnitId};
//! use linetwin_integrity::Auditor;
//! use linetwin_trace::{Fact, TraceRecord};
//!
//! // Two units come onto a line and one is taken off: so one must still be there when the run ends.
//! let judged = |left: u32| {
//!     let facts = [
//!         Fact::UnitEntered { unit: UnitId(1) },
//!         Fact::UnitEntered { unit: UnitId(2) },
//!         Fact::Rejected { machine: MachineId(3), unit: UnitId(1) },
//!         Fact::StillOnLine { units: left },
//!     ];
//!     let mut auditor = Auditor::new(None);
//!     auditor.absorb(&facts.map(|fact| TraceRecord { at: SimTime::START, fact }));
//!     auditor.finish().0.is_clean()
//! };
//! assert!(judged(1));
//! assert!(!judged(2), "units are conserved (I6)");
//! ```

mod across;
mod code_set;
mod faults;
mod invariants;
mod physical;
mod recorded;
mod settle;
mod unit_table;

use serde::Serialize;

use linetwin_base::{SimSpan, SimTime};
use linetwin_trace::{CloseReason, Fact, TraceRecord};

use faults::Faults;
use invariants::{Evidence, Liveness};
use physical::Physical;
use recorded::Recorded;

pub use across::Carried;
pub use faults::FaultOutcomes;
pub use invariants::{
    EventReplay, InvariantId, InvariantResult, ObjectState, Scope, StateSum, across_lines,
};
pub use recorded::SerialClasses;

/// What every good pack must have, by the order.
#[derive(Clone, Debug)]
pub struct Expected {
    /// Trade item.
    pub gtin: linetwin_gs1::Gtin,
    /// Lot.
    pub lot: linetwin_gs1::Lot,
    /// Expiry.
    pub expiry: linetwin_gs1::ExpiryDate,
    /// Lowest grade of a readable symbol, in tenths.
    pub minimum_grade_tenths: u8,
    /// Whether its symbol names lot and expiry.
    pub lot_and_expiry: bool,
    /// When the last fault that lasts is over.
    pub faults_over: SimTime,
    /// Longest time from then on that the line may make no progress.
    pub max_stall: SimSpan,
}

/// Reads a trace as it goes by and judges it at the end.
#[derive(Debug)]
pub struct Auditor {
    expected: Option<Expected>,
    physical: Physical,
    recorded: Recorded,
    faults: Faults,
    liveness: Liveness,
    closed: Option<CloseReason>,
}

/// The judgement.
#[derive(Clone, Debug, Serialize)]
pub struct Judgement {
    /// Each invariant and how often it was violated.
    pub invariants: Vec<InvariantResult>,
    /// Faults by kind and outcome.
    pub faults: Vec<FaultOutcomes>,
    /// Where the serial numbers are.
    pub serials: SerialClasses,
    /// Good packs: in closed containers, on the line or shipped.
    pub packed: u64,
}

impl Judgement {
    /// Adds a result that was judged elsewhere, in the order of invariants.
    pub fn add(&mut self, result: Option<InvariantResult>) {
        self.invariants.extend(result);
        self.invariants.sort_by_key(|result| result.id);
    }

    /// True when no invariant is violated.
    pub fn is_clean(&self) -> bool {
        self.invariants.iter().all(|invariant| invariant.violations == 0)
    }
}

impl Auditor {
    /// An auditor of a run; `expected` is nothing when the engine is detached.
    pub fn new(expected: Option<Expected>) -> Self {
        Self {
            expected,
            physical: Physical::default(),
            recorded: Recorded::default(),
            faults: Faults::default(),
            liveness: Liveness::default(),
            closed: None,
        }
    }

    /// Reads records, in the order of the trace.
    pub fn absorb(&mut self, records: &[TraceRecord]) {
        for record in records {
            match &record.fact {
                Fact::Recorded { fact, .. } => self.recorded.absorb(fact),
                Fact::FaultInjected { fault, kind, unit } => {
                    self.faults.injected(*kind, *unit, *fault);
                }
                Fact::Closed(reason) => {
                    self.closed = Some(*reason);
                    self.liveness.closed(record.at, *reason);
                }
                fact => {
                    self.liveness.absorb(record.at, fact);
                    self.physical.absorb(fact);
                }
            }
        }
        if self.physical.gone.is_empty() {
            return;
        }
        match &self.expected {
            Some(expected) => {
                settle::settle(expected, &self.faults, &mut self.physical, &mut self.recorded);
            }
            None => settle::settle_unrecorded(&self.faults, &mut self.physical),
        }
    }

    /// Judges the run. Also returns what the good packs and containers carry, for comparing lines.
    pub fn finish(self) -> (Judgement, Carried) {
        let saleable = self.physical.saleable();
        // A run that was cut off has messages under way: what the record does not have yet is no fault.
        let lags = self.closed == Some(CloseReason::TimeOver);
        let evidence = self.expected.as_ref().map(|expected| {
            let (physical, recorded) = (&self.physical, &self.recorded);
            Evidence::new(expected, physical, recorded, &self.liveness, &saleable, lags)
        });
        let (invariants, bad_packs) = invariants::judge(&self.physical, evidence.as_ref());
        let faults = self.faults.judge(&self.physical, &bad_packs, &invariants);
        let judgement = Judgement {
            invariants,
            faults,
            serials: self.recorded.classes(),
            packed: saleable.len() as u64 + self.physical.settled,
        };
        (judgement, Carried::by(&self.physical, self.recorded, &saleable))
    }
}

#[cfg(test)]
mod tests;
