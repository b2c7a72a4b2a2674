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

impl Finding {
    /// Whether it is the same failure in another run: the message of a program that failed may name the
    /// number of a pack, or a time, which is another one there.
    pub fn recurs_as(&self, other: &Self) -> bool {
        let words = |text: &str| text.replace(|c: char| c.is_ascii_digit(), "");
        match (self, other) {
            (Self::Crash(one), Self::Crash(other)) => words(one) == words(other),
            _ => self == other,
        }
    }
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

#[cfg(test)]
mod tests {
    use super::Finding::{self, Crash, Escape, Invariant, NotClosed, Unmet};
    use super::InvariantId::{I1, I2, I10};

    /// One of each, and two that differ in what they hold; the most important first.
    fn all() -> Vec<Finding> {
        vec![
            Crash("a stop".to_owned()),
            Crash("at pack 7".to_owned()),
            Invariant(I1),
            Invariant(I2),
            Invariant(I10),
            Escape("Misprint".to_owned()),
            Escape("WrongText".to_owned()),
            NotClosed,
            Unmet("OEE: at least 3 %".to_owned()),
            Unmet("OEE: at least 4 %".to_owned()),
        ]
    }

    #[test]
    fn the_most_important_comes_first_and_no_two_are_alike() {
        let sorted = all();
        let mut mixed = all();
        mixed.reverse();
        mixed.sort();
        assert_eq!(mixed, sorted);
        for (at, one) in sorted.iter().enumerate() {
            for (other_at, other) in sorted.iter().enumerate() {
                assert_eq!(one == other, at == other_at, "{one}, {other}");
                assert_eq!(one.cmp(other), at.cmp(&other_at), "{one}, {other}");
                assert_eq!(one.recurs_as(other), at == other_at, "{one}, {other}");
            }
        }
    }

    #[test]
    fn a_program_that_fails_in_the_same_way_at_another_pack_has_the_same_failure() {
        assert!(Crash("at pack 7".to_owned()).recurs_as(&Crash("at pack 12".to_owned())));
        assert!(!Crash("at pack 7".to_owned()).recurs_as(&Crash("at case 7".to_owned())));
        assert!(
            !Unmet("OEE: at least 3 %".to_owned()).recurs_as(&Unmet("OEE: at least 4 %".into()))
        );
    }

    #[test]
    fn it_is_told_in_words() {
        let words: Vec<String> = all().iter().map(ToString::to_string).collect();
        assert_eq!(
            [&words[1], &words[2], &words[5], &words[7], &words[8]],
            [
                "at pack 7",
                "I1 is violated",
                "Misprint escapes",
                "the order is not closed",
                "not met: OEE: at least 3 %"
            ]
        );
    }
}
