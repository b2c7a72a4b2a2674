//! The digest of a run: a hash chained over its simulated seconds. Two runs are the same exactly
//! when their digests are; two that differ name the first second in which they do.

use std::sync::Arc;

use linetwin_base::MachineId;

use super::record::{Fact, TraceRecord};

/// Hashes a trace as it goes by.
#[derive(Debug, Default)]
pub struct Digest {
    /// The chain so far, the second that is not over yet, and its encoded records.
    bytes: Vec<u8>,
    second: u64,
    chain: [u8; 32],
    seconds: Vec<(u64, u64)>,
}

/// The digest of a whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDigest {
    hash: [u8; 32],
    /// (second, first eight bytes of the chain after it), for each second in which anything
    /// happened.
    seconds: Vec<(u64, u64)>,
}

impl Digest {
    /// Adds records, which come in the order of their times.
    pub fn absorb(&mut self, records: &[TraceRecord]) {
        for record in records {
            if record.at.second() != self.second {
                self.close_second();
                self.second = record.at.second();
            }
            if self.bytes.is_empty() {
                self.bytes.extend(self.chain);
                self.bytes.extend(self.second.to_le_bytes());
            }
            let within = record.at.as_nanos() % 1_000_000_000;
            self.bytes.extend((within as u32).to_le_bytes());
            encode(&record.fact, &mut self.bytes);
        }
    }

    /// The digest of everything absorbed.
    pub fn finish(mut self) -> RunDigest {
        self.close_second();
        RunDigest { hash: self.chain, seconds: self.seconds }
    }

    fn close_second(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        self.chain = *blake3::hash(&self.bytes).as_bytes();
        let head: [u8; 8] = self.chain[..8].try_into().expect("a hash has 32 bytes");
        self.seconds.push((self.second, u64::from_le_bytes(head)));
        self.bytes.clear();
    }
}

/// Coverage points that have been renamed since runs were first hashed, and the name that is hashed: a new
/// name must not change a digest.
const HASHED_AS: &[(&str, &str)] = &[
    ("AnswerLostInCrash", "AnswerNeverLeft"),
    ("CommandRepeated", "CommandHeardTwice"),
    ("CommandWhileLedgerDown", "CommandToNobody"),
    ("ConfirmationWithoutReject", "FallOfNobody"),
    ("ConsecutiveRejects", "RejectsInARow"),
    ("InactivityTimeout", "LineSilent"),
    ("InputWithoutPower", "ToldWithoutPower"),
    ("PowerFailsBeforeOutput", "PowerFailsInMidSentence"),
    ("PrintWithoutProduct", "PrintedOnNothing"),
    ("RejectNotConfirmed", "FallNotConfirmed"),
    ("RejectPassedGate", "PassedTheGate"),
    ("ResultWithoutProduct", "ResultForNobody"),
    ("ReworkReportedTwice", "ReworkSaidTwice"),
    ("ReworkedUntracked", "ReworkedStranger"),
    ("SerialsExhausted", "NumbersRanOut"),
    ("SerialsRefused", "NumbersRefused"),
    ("SerialsReturnedAtEnd", "LeftBehind"),
    ("UnexpectedAnswer", "AnswerNotAwaited"),
    ("UntrackedAtGate", "StrangerAtGate"),
    ("UntrackedDownstreamOfGate", "StrangerBehindGate"),
];

/// Adds a fact so that no other fact gives the same bytes. The facts that every unit makes again and again
/// are written by hand: otherwise a line without an engine spends a tenth of its time on them. The first byte
/// keeps the two ways apart: Postcard begins with the number of the fact's kind, below 128.
fn encode(fact: &Fact, bytes: &mut Vec<u8>) {
    let mut short = |kind: u8, machine: MachineId, number: u32| {
        let ([m0, m1], [n0, n1, n2, n3]) = (machine.0.to_le_bytes(), number.to_le_bytes());
        bytes.extend([kind, m0, m1, n0, n1, n2, n3]);
    };
    match fact {
        Fact::UnitEntered { unit } => short(0x80, MachineId(0), unit.0),
        Fact::Processed { machine, unit } => short(0x81, *machine, unit.0),
        Fact::UnitPlaced { unit, container } => {
            short(0x82, MachineId(0), unit.0);
            bytes.extend(container.0.to_le_bytes());
        }
        Fact::CoveragePoint { point } => {
            let renamed = HASHED_AS.iter().find(|(name, _)| **name == **point);
            let point = renamed.map_or_else(|| Arc::clone(point), |(_, name)| Arc::from(*name));
            append(&Fact::CoveragePoint { point }, bytes);
        }
        fact => append(fact, bytes),
    }
}

fn append(fact: &Fact, bytes: &mut Vec<u8>) {
    let encoded = postcard::to_extend(fact, std::mem::take(bytes));
    *bytes = encoded.expect("a fact can always be encoded into memory");
}

impl RunDigest {
    /// Two bytes of the chain after each so many simulated seconds: enough to find when two runs diverge.
    pub fn chain_samples(&self, every_s: u64) -> Vec<u16> {
        let steps = self.seconds.last().map_or(0, |(last, _)| last / every_s + 1);
        let mut seconds = self.seconds.iter().peekable();
        let mut head = 0;
        let samples = (1..=steps).map(|step| {
            while let Some((_, at)) = seconds.next_if(|(second, _)| *second < step * every_s) {
                head = *at as u16;
            }
            head
        });
        samples.collect()
    }

    /// The first simulated second in which the two runs differ; `None` if they are the same.
    pub fn first_difference(&self, other: &Self) -> Option<u64> {
        let (mut ours, mut theirs) = (self.seconds.iter(), other.seconds.iter());
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return None,
                (Some(one), Some(two)) if one == two => {}
                (Some((one, _)), Some((two, _))) => return Some(*one.min(two)),
                (Some((second, _)), None) | (None, Some((second, _))) => return Some(*second),
            }
        }
    }
}

impl std::fmt::Display for RunDigest {
    /// The first sixteen bytes in hexadecimal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.hash[..16].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fact;
    use linetwin_base::{SimTime, UnitId};

    fn run(units: &[(u64, u32)]) -> RunDigest {
        let mut digest = Digest::default();
        for &(millis, unit) in units {
            let unit = UnitId(unit);
            let at = SimTime::from_nanos(millis * 1_000_000);
            let fact = Fact::UnitEntered { unit };
            digest.absorb(&[TraceRecord { at, fact }]);
        }
        digest.finish()
    }

    #[test]
    fn the_first_second_that_differs_is_named() {
        let one = run(&[(100, 1), (1_100, 2), (7_100, 3), (9_000, 4)]);
        assert_eq!(one.first_difference(&one.clone()), None);
        assert_eq!(one.first_difference(&run(&[(100, 1), (1_100, 2), (7_101, 3)])), Some(7));
        assert_eq!(one.first_difference(&run(&[(100, 1), (1_100, 2), (7_100, 3)])), Some(9));
        assert_eq!(one.first_difference(&run(&[(100, 1), (900, 9), (1_100, 2)])), Some(0));
        assert_ne!(one.to_string(), run(&[(100, 1)]).to_string());
        let other = run(&[(100, 1), (1_100, 2), (7_101, 3), (9_000, 4)]);
        let (one, other) = (one.chain_samples(4), other.chain_samples(4));
        assert_eq!((one.len(), other.len()), (3, 3));
        let same: Vec<bool> = one.iter().zip(&other).map(|(one, other)| one == other).collect();
        assert_eq!(same, [true, false, false]);
    }
}
