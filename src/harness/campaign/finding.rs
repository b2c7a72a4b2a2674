//! What is wrong with a run, so that two runs can be compared in how they fail.

use std::fmt;

use serde::Serialize;

use linetwin_integrity::InvariantId;

use super::super::run::RunResult;

/// A way in which a run fails. In order: the first of several is the most important.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// The program failed, with this message.
    Crash(String),
    /// An invariant is violated.
    Invariant(InvariantId),
    /// Faults of this kind escaped.
    Escape(String),
    /// The order was not closed.
    NotClosed,
    /// Another expectation was not met.
    Unmet(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash(words) => f.write_str(words),
            Self::Invariant(id) => write!(f, "{id} is violated"),
            Self::Escape(kind) => write!(f, "{kind} escapes"),
            Self::NotClosed => f.write_str("the order is not closed"),
            Self::Unmet(text) => write!(f, "not met: {text}"),
        }
    }
}

/// Everything that is wrong with a run, the most important first.
pub fn findings(run: &RunResult) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for line in &run.lines {
        let summary = &line.summary;
        let broken = summary.integrity.invariants.iter().filter(|of| of.violations > 0);
        found.extend(broken.map(|of| Finding::Invariant(of.id)));
        let escaped = summary.integrity.faults.iter().filter(|fault| fault.escaped > 0);
        found.extend(escaped.map(|fault| Finding::Escape(fault.kind.clone())));
        if summary.ended != "order closed" && line.latency_ns.is_some() {
            found.push(Finding::NotClosed);
        }
        let unmet = summary.expectations.iter().filter(|expectation| !expectation.pass);
        found.extend(unmet.map(|expectation| Finding::Unmet(expectation.text.clone())));
    }
    let across = run.plant.iter().flat_map(|plant| &plant.across);
    let across = across.filter(|of| of.violations > 0);
    found.extend(across.map(|of| Finding::Invariant(of.id)));
    found.sort();
    found.dedup();
    found
}
