//! The invariants: one row each in the list below, with what must hold, its scope, and the checker, which is
//! a file of its own. No other file lists the invariants.

mod balance;
mod conservation;
mod containers;
mod containment;
mod events;
mod evidence;
mod liveness;
mod memory;
mod presence;
mod true_codes;
mod unique_codes;

use std::fmt;

use serde::{Deserialize, Serialize};

use linetwin_base::UnitId;

use super::across::Carried;
use super::physical::Physical;

pub use events::{EventReplay, ObjectState, StateSum};
pub(super) use evidence::{Evidence, pack_code};
pub(super) use liveness::Liveness;

/// How many violations are described.
const EXAMPLES: usize = 5;

/// Makes [`InvariantId`] of a list: name, scope, what must hold, the checker, and what must hold between the
/// lines of a plant, if anything must.
macro_rules! invariants {
    ($($name:ident: $scope:ident, $rule:literal, $check:expr, $across:expr;)*) => {
        /// An invariant, by its number.
        #[derive(
            Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        pub enum InvariantId {
            $(#[doc = $rule] $name,)*
        }

        impl InvariantId {
            /// Every one, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// As reports and scenarios write it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            const fn invariant(self) -> Invariant {
                match self {
                    $(Self::$name => Invariant {
                        scope: Scope::$scope,
                        rule: $rule,
                        check: $check,
                        across: $across,
                    },)*
                }
            }
        }
    };
}

invariants! {
    I1: Unit,
        "No two saleable packs carry the same GTIN and serial number.",
        Check::Record(unique_codes::check),
        Some(Across {
            rule: "No two saleable packs of different lines carry the same GTIN and serial number.",
            check: unique_codes::across,
        });
    I2: Unit,
        "Every saleable pack's code is readable and commissioned for its product, lot and expiry.",
        Check::Record(true_codes::check),
        None;
    I3: Record,
        "Recorded parent-child is physical containment, at every level.",
        Check::Record(containment::check),
        None;
    I4: Record,
        "No ejected, sampled or scrapped pack is active in the record, none active is physically absent.",
        Check::Record(presence::check),
        None;
    I5: Record,
        "Serial numbers balance: allocated = commissioned + sampled + scrapped + decommissioned + returned + void.",
        Check::Record(balance::check),
        None;
    I6: Line,
        "Units are conserved: in = packed + ejected + sampled + on the line.",
        Check::Physical(conservation::check),
        None;
    I7: Ledger,
        "EPCIS events replayed from nothing give the ledger's state; the audit trail's chain holds.",
        Check::Events,
        None;
    I8: Ledger,
        "Nothing that the ledger acknowledged was lost when its process was killed.",
        Check::Record(memory::check),
        None;
    I9: Container,
        "SSCCs are unique, and no container is closed with a wrong count.",
        Check::Record(containers::check),
        Some(Across { rule: "No two lines use the same SSCC.", check: containers::across });
    I10: Line,
        "When faults are over the line goes on, until its order is closed and no pack is left on it.",
        Check::Record(liveness::check),
        None;
}

/// What an invariant is about.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// A pack: one that violates it must not be sold.
    Unit,
    /// A container.
    Container,
    /// The record of packs and containers: where it is violated the record is false.
    Record,
    /// The line as a whole.
    Line,
    /// The ledger.
    Ledger,
}

/// What must hold between lines.
struct Across {
    rule: &'static str,
    check: fn(&[(String, Carried)], &mut Violations),
}

/// A row of the list.
struct Invariant {
    scope: Scope,
    rule: &'static str,
    check: Check,
    across: Option<Across>,
}

/// The checker, by what it judges from.
enum Check {
    /// From what is physically true alone, on every run.
    Physical(fn(&Physical, &mut Violations)),
    /// From what is true and what is recorded, on runs with an engine.
    Record(fn(&Evidence, &mut Violations)),
    /// From EPCIS events and the ledger, by [`EventReplay`].
    Events,
}

impl InvariantId {
    /// What must hold.
    pub const fn rule(self) -> &'static str {
        self.invariant().rule
    }

    /// What it is about.
    pub const fn scope(self) -> Scope {
        self.invariant().scope
    }
}

impl fmt::Display for InvariantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An invariant and how often it was violated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InvariantResult {
    /// Which.
    pub id: InvariantId,
    /// What must hold.
    pub rule: &'static str,
    /// How often it did not.
    pub violations: u64,
    /// The first few, in words.
    pub examples: Vec<String>,
}

/// Counts violations of one invariant, keeping the first few in words.
pub(super) struct Violations {
    result: InvariantResult,
    /// Packs that must not be sold.
    packs: Vec<UnitId>,
}

impl Violations {
    fn of(id: InvariantId, rule: &'static str) -> Self {
        let result = InvariantResult { id, rule, violations: 0, examples: Vec::new() };
        Self { result, packs: Vec::new() }
    }

    fn violated(&mut self, example: impl FnOnce() -> String) {
        self.violated_times(1, example);
    }

    /// So many at once, with the same description.
    fn violated_times(&mut self, times: u64, example: impl FnOnce() -> String) {
        self.result.violations += times;
        if self.result.examples.len() < EXAMPLES {
            self.result.examples.push(example());
        }
    }
}

/// Judges every invariant that can be judged from a trace; without an engine only what is physical. Also
/// returns the packs that must not be sold, in order.
pub(super) fn judge(
    physical: &Physical,
    evidence: Option<&Evidence>,
) -> (Vec<InvariantResult>, Vec<UnitId>) {
    let (mut results, mut bad) = (Vec::new(), Vec::new());
    for &id in InvariantId::ALL {
        let Invariant { rule, check, .. } = id.invariant();
        let mut found = Violations::of(id, rule);
        match (check, evidence) {
            (Check::Physical(check), _) => check(physical, &mut found),
            (Check::Record(check), Some(evidence)) => check(evidence, &mut found),
            (Check::Record(_), None) | (Check::Events, _) => continue,
        }
        results.push(found.result);
        bad.append(&mut found.packs);
    }
    bad.sort_unstable();
    bad.dedup();
    (results, bad)
}

/// Judges what must hold between lines, each with its name. What a line violates by itself is in its own
/// judgement.
pub fn across_lines(lines: &[(String, Carried)]) -> Vec<InvariantResult> {
    let between = InvariantId::ALL.iter().filter_map(|id| Some((*id, id.invariant().across?)));
    let results = between.map(|(id, Across { rule, check })| {
        let mut found = Violations::of(id, rule);
        check(lines, &mut found);
        found.result
    });
    results.collect()
}
