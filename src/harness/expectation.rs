//! What a scenario expects of its run, and whether it got it.

use serde::{Deserialize, Serialize};

use crate::report::{ExpectationSummary, Summary};
use crate::trace::FaultKind;

/// One expectation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Expectation {
    /// No invariant is violated.
    Integrity(Clean),
    /// Good units per minute over the whole run.
    Throughput {
        /// As `"225/min"`.
        at_least: PerMinute,
    },
    /// Overall equipment effectiveness.
    Oee {
        /// 0.0 to 1.0.
        at_least: f64,
    },
    /// No fault escaped.
    Escapes(Nothing),
    /// At least so many faults of a kind were injected and contained.
    Contained {
        /// The kind.
        kind: FaultKind,
        /// How many.
        at_least: u64,
    },
    /// Every serial number is in exactly one class.
    SerialsBalance,
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

/// A rate, written as `"225/min"`.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct PerMinute(pub f64);

impl<'de> Deserialize<'de> for PerMinute {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let value = text.strip_suffix("/min").and_then(|value| value.trim().parse().ok());
        match value {
            Some(value) if (0.0..=1e9).contains(&value) => Ok(Self(value)),
            _ => Err(serde::de::Error::custom(format!(
                "found `{text}`, expected a rate as \"225/min\""
            ))),
        }
    }
}

impl Serialize for PerMinute {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}/min", self.0))
    }
}

impl Expectation {
    /// Judges a run.
    pub fn judge(&self, run: &Summary) -> ExpectationSummary {
        let result =
            |text: String, pass: bool, actual: String| ExpectationSummary { text, pass, actual };
        match self {
            Self::Integrity(Clean::Clean) => {
                let broken = run.integrity.invariants.iter().filter(|i| i.violations > 0);
                let broken: Vec<&str> = broken.map(|invariant| invariant.id.as_str()).collect();
                let actual = if broken.is_empty() {
                    "clean".to_owned()
                } else {
                    format!("violated: {}", broken.join(", "))
                };
                result("integrity is clean".to_owned(), broken.is_empty(), actual)
            }
            Self::Throughput { at_least: PerMinute(least) } => {
                let actual = run.throughput.units_per_min;
                let text = format!("at least {least} good units a minute");
                result(text, actual >= *least, format!("{actual:.1}"))
            }
            Self::Oee { at_least } => {
                let actual = run.throughput.oee.oee;
                let text = format!("OEE at least {:.1} %", at_least * 100.0);
                result(text, actual >= *at_least, format!("{:.1} %", actual * 100.0))
            }
            Self::Escapes(Nothing::None) => {
                let escaped: u64 = run.integrity.faults.iter().map(|fault| fault.escaped).sum();
                result("no fault escapes".to_owned(), escaped == 0, format!("{escaped} escaped"))
            }
            Self::Contained { kind, at_least } => {
                let name = kind.to_string();
                let found = run.integrity.faults.iter().find(|fault| fault.kind == name);
                let contained = found.map_or(0, |fault| fault.contained);
                let text = format!("at least {at_least} {name} contained");
                result(text, contained >= *at_least, format!("{contained} contained"))
            }
            Self::SerialsBalance => {
                let balance = run.serials.balance;
                let text = "serial numbers balance".to_owned();
                result(text, balance == 0, format!("balance {balance}"))
            }
        }
    }
}
