//! The expectations of a scenario, and whether its run met them.

mod quantity;

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use linetwin_base::{MachineState, SimSpan};
use linetwin_engine as engine;
use linetwin_faults::FaultKind;
use linetwin_line::{MachineSpec, Problem, TwinSpec};
use linetwin_twin as twin;

use crate::report::{ExpectationSummary, Summary};

pub use quantity::{PerMinute, Share};

/// One expectation. Of `at_least` and `at_most` one may be left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Expectation {
    /// No invariant is violated.
    Integrity(Clean),
    /// No fault escaped.
    Escapes(Nothing),
    /// Every serial number is in exactly one class.
    SerialsBalance,
    /// Good units per minute over the whole run.
    Throughput {
        /// As `"225/min"`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<PerMinute>,
        /// As `"250/min"`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<PerMinute>,
    },
    /// Overall equipment effectiveness.
    Oee {
        /// As `"85 %"` or 0.85.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<Share>,
        /// The same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<Share>,
    },
    /// Units rejected for good, of those released onto the line.
    Rejects {
        /// As `"0.5 %"` or 0.005.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<Share>,
        /// The same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<Share>,
    },
    /// The order is closed so soon.
    Closes {
        /// Simulated time since the start.
        within: SimSpan,
    },
    /// A fact is in the ledger so soon after it happened on the line, in simulated time. The computing time
    /// of the ledger is not included: that differs from machine to machine.
    RecordDelay {
        /// Of all facts, counted from the fastest: above 0, up to 100.
        percentile: f64,
        /// The longest delay of those.
        at_most: SimSpan,
    },
    /// At least so many faults of a kind were injected and contained.
    Contained {
        /// The kind.
        kind: FaultKind,
        /// How many.
        at_least: u64,
    },
    /// A coverage point was reached at least so many times.
    Covered {
        /// Its name, as `linetwin explore` lists it.
        point: String,
        /// How many times.
        #[serde(default = "once")]
        at_least: u64,
    },
    /// A machine was in a state for so long.
    InState {
        /// The machine.
        machine: String,
        /// The state.
        state: MachineState,
        /// Simulated time.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_least: Option<SimSpan>,
        /// The same.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at_most: Option<SimSpan>,
    },
}

const fn once() -> u64 {
    1
}

/// Every coverage point, with its meaning.
pub fn coverage_points() -> impl Iterator<Item = (&'static str, &'static str)> {
    let engine = engine::CoveragePoint::ALL.iter().map(|it| (it.name(), it.words()));
    engine.chain(twin::CoveragePoint::ALL.iter().map(|it| (it.name(), it.words())))
}

/// The word `clean`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Clean {
    /// No violation.
    #[serde(rename = "clean")]
    Clean,
}

/// The word `none`.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Nothing {
    /// Not one.
    #[serde(rename = "none")]
    None,
}

impl Expectation {
    /// What is wrong with an expectation by itself, by its path within the expectation.
    pub(super) fn problem(&self, twin: &TwinSpec) -> Option<Problem> {
        let ranges = "`at_least`, `at_most`, or both, the first not above the second";
        let range = |wrong: bool| wrong.then(|| Problem::new("", "no range", ranges));
        match self {
            Self::Throughput { at_least, at_most } => range(is_no_range(at_least, at_most)),
            Self::Oee { at_least, at_most } | Self::Rejects { at_least, at_most } => {
                range(is_no_range(at_least, at_most))
            }
            Self::InState { machine, at_least, at_most, .. } => {
                if twin.index_of(machine).is_none() {
                    let names = twin.machines.iter().map(MachineSpec::id);
                    return Some(Problem::unknown_name("machine", machine, "a machine", names));
                }
                range(is_no_range(at_least, at_most))
            }
            Self::RecordDelay { percentile, .. } => {
                let ok = *percentile > 0.0 && *percentile <= 100.0;
                let found = percentile.to_string();
                (!ok).then(|| Problem::new("percentile", found, "above 0, up to 100"))
            }
            Self::Covered { point, .. } => {
                let names = || coverage_points().map(|(name, _)| name);
                let known = names().any(|name| name == point);
                let expected = "a coverage point";
                (!known).then(|| Problem::unknown_name("coverage point", point, expected, names()))
            }
            Self::Integrity(_)
            | Self::Escapes(_)
            | Self::SerialsBalance
            | Self::Closes { .. }
            | Self::Contained { .. } => None,
        }
    }

    /// Judges a run.
    pub fn judge(&self, run: &Summary) -> ExpectationSummary {
        let result = |text: &str, pass: bool, actual: String| ExpectationSummary {
            text: text.to_owned(),
            pass,
            actual,
        };
        match self {
            Self::Integrity(Clean::Clean) => {
                let broken = run.integrity.invariants.iter().filter(|i| i.violations > 0);
                let broken: Vec<&str> = broken.map(|invariant| invariant.id.as_str()).collect();
                let actual = if broken.is_empty() {
                    "clean".to_owned()
                } else {
                    format!("violated: {}", broken.join(", "))
                };
                result("integrity is clean", broken.is_empty(), actual)
            }
            Self::Escapes(Nothing::None) => {
                let escaped: u64 = run.integrity.faults.iter().map(|fault| fault.escaped).sum();
                result("no fault escapes", escaped == 0, format!("{escaped} escaped"))
            }
            Self::SerialsBalance => {
                let balance = run.serials.balance;
                result("serial numbers balance", balance == 0, format!("balance {balance}"))
            }
            Self::Throughput { at_least, at_most } => {
                let actual = run.throughput.units_per_min;
                let pass = within(&PerMinute(actual), at_least, at_most);
                let text = format!("good units: {}", range(at_least, at_most));
                result(&text, pass, format!("{actual:.1}/min"))
            }
            Self::Oee { at_least, at_most } => {
                let actual = run.throughput.oee.oee;
                let pass = within(&Share(actual), at_least, at_most);
                let text = format!("OEE: {}", range(at_least, at_most));
                result(&text, pass, percent(actual))
            }
            Self::Rejects { at_least, at_most } => {
                let made = &run.throughput;
                let actual = made.rejected as f64 / made.infeed.max(1) as f64;
                let pass = within(&Share(actual), at_least, at_most);
                let text = format!("units thrown out: {}", range(at_least, at_most));
                let actual = format!("{}, {} of {}", percent(actual), made.rejected, made.infeed);
                result(&text, pass, actual)
            }
            Self::Closes { within } => {
                let ended = run.ended == "order closed";
                let after = SimSpan::from_secs_f64(run.simulated_s);
                let actual = format!("{} after {after}", run.ended);
                result(&format!("order closed within {within}"), ended && after <= *within, actual)
            }
            Self::RecordDelay { percentile, at_most } => {
                let text = format!("{percentile} % of facts recorded within {at_most}");
                let delay_s = run.engine.record_delay.percentile_s(*percentile);
                let pass = delay_s.is_some_and(|delay_s| delay_s <= at_most.as_secs_f64());
                let actual = delay_s.map_or("nothing recorded".to_owned(), |s| format!("{s:.3} s"));
                result(&text, pass, actual)
            }
            Self::Contained { kind, at_least } => {
                let name = kind.to_string();
                let found = run.integrity.faults.iter().find(|fault| fault.kind == name);
                let contained = found.map_or(0, |fault| fault.contained);
                let text = format!("at least {at_least} {name} contained");
                result(&text, contained >= *at_least, format!("{contained} contained"))
            }
            Self::Covered { point, at_least } => {
                let times = run.coverage.get(point).copied().unwrap_or(0);
                let text = format!("{point}: at least {at_least} times");
                result(&text, times >= *at_least, format!("{times} times"))
            }
            Self::InState { machine, state, at_least, at_most } => {
                let of = run.throughput.machines.iter().find(|of| of.id == *machine);
                let seconds = of.map_or(0.0, |of| of.in_state(*state));
                let actual = SimSpan::from_secs_f64(seconds);
                let text = format!("{machine} is {state}: {}", range(at_least, at_most));
                result(&text, within(&actual, at_least, at_most), actual.to_string())
            }
        }
    }
}

fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

fn is_no_range<T: PartialOrd>(at_least: &Option<T>, at_most: &Option<T>) -> bool {
    match (at_least, at_most) {
        (None, None) => true,
        (Some(least), Some(most)) => least > most,
        _ => false,
    }
}

fn within<T: PartialOrd>(actual: &T, at_least: &Option<T>, at_most: &Option<T>) -> bool {
    at_least.as_ref().is_none_or(|least| actual >= least)
        && at_most.as_ref().is_none_or(|most| actual <= most)
}

fn range<T: Display>(at_least: &Option<T>, at_most: &Option<T>) -> String {
    match (at_least, at_most) {
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => String::new(),
    }
}
