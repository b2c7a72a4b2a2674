//! What can be claimed of a run. A claim that does not hold says what was wrong, how the run ended, and the
//! scenario and settings that bring it about again.

use linetwin::faults::FaultKind;

use super::run::Run;

impl Run {
    /// The order is closed, the record is true, no fault has escaped, every serial number is in one class, and the
    /// ledger refused nothing.
    #[track_caller]
    pub fn is_clean(&self) -> &Self {
        self.closes_its_order().record_is_true().accounts_for_every_number().refuses_nothing()
    }

    /// The order is closed, and whatever else the scenario expects has come true.
    #[track_caller]
    pub fn closes_its_order(&self) -> &Self {
        let failed: Vec<_> = self.expectations.iter().filter(|it| !it.pass).collect();
        assert!(failed.is_empty(), "{failed:?}: {self}");
        self
    }

    /// No invariant is violated and no fault has escaped, however the run ended.
    #[track_caller]
    pub fn record_is_true(&self) -> &Self {
        assert_eq!(self.integrity.verdict, "clean", "{:?}: {self}", self.integrity.invariants);
        assert_eq!(self.escaped(), 0, "{:?}: {self}", self.integrity.faults);
        self
    }

    /// Every serial number is in one class.
    #[track_caller]
    pub fn accounts_for_every_number(&self) -> &Self {
        assert_eq!(self.serials.balance, 0, "{:?}: {self}", self.serials);
        self
    }

    /// The ledger refused no command.
    #[track_caller]
    pub fn refuses_nothing(&self) -> &Self {
        assert_eq!(self.engine.refusals, 0, "{:?}: {self}", self.engine.refusals_by_kind);
        self
    }

    /// So many units are packed.
    #[track_caller]
    pub fn made(&self, units: u64) -> &Self {
        assert_eq!(self.throughput.good, units, "units packed: {self}");
        self
    }

    /// It ended for this reason, as the summary has it.
    #[track_caller]
    pub fn ended_with(&self, reason: &str) -> &Self {
        assert_eq!(self.ended, reason, "{self}");
        self
    }

    /// Each fault of the kind that has hit was contained. How many that were.
    #[track_caller]
    pub fn all_contained(&self, kind: FaultKind) -> u64 {
        let outcomes = self.outcomes(kind);
        assert_eq!(outcomes.contained, outcomes.injected, "{outcomes:?}: {self}");
        outcomes.contained
    }
}

/// The same to a hundredth.
#[track_caller]
pub fn near(found: f64, exact: f64) {
    within(0.01, found, exact);
}

/// The same up to a tolerance.
#[track_caller]
pub fn within(tolerance: f64, found: f64, exact: f64) {
    assert!((found - exact).abs() < tolerance, "found {found}, expected {exact}");
}
