//! Simulated time: whole nanoseconds since the start of a run. It never reads a clock.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A moment of a run, in nanoseconds since its start.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct SimTime(u64);

/// A length of simulated time, in nanoseconds.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SimSpan(u64);

impl SimTime {
    /// The start of the run.
    pub const START: Self = Self(0);
    /// Later than every moment that a run can reach.
    pub const NEVER: Self = Self(u64::MAX);

    /// The moment `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the start.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds since the start, for reports only: a float never decides what happens next.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }

    /// The whole second that this moment lies in.
    pub const fn second(self) -> u64 {
        self.0 / NANOS_PER_SECOND
    }

    /// Time passed since `earlier`; zero if `earlier` is later.
    pub const fn since(self, earlier: Self) -> SimSpan {
        SimSpan(self.0.saturating_sub(earlier.0))
    }
}

impl SimSpan {
    /// No time at all.
    pub const ZERO: Self = Self(0);

    /// `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// `millis` milliseconds.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis * 1_000_000)
    }

    /// `secs` whole seconds.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs * NANOS_PER_SECOND)
    }

    /// `secs` seconds rounded to the nanosecond; negative values and NaN become zero.
    pub fn from_secs_f64(secs: f64) -> Self {
        Self((secs * NANOS_PER_SECOND as f64 + 0.5) as u64)
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Seconds, for reports only.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SECOND as f64
    }
}

impl Add<SimSpan> for SimTime {
    type Output = Self;
    fn add(self, span: SimSpan) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<SimSpan> for SimTime {
    fn add_assign(&mut self, span: SimSpan) {
        *self = *self + span;
    }
}

impl Add for SimSpan {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for SimSpan {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl fmt::Display for SimTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        SimSpan(self.0).fmt(f)
    }
}

/// `HH:MM:SS`, with milliseconds when there are any.
impl fmt::Display for SimSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / NANOS_PER_SECOND;
        let millis = self.0 / 1_000_000 % 1000;
        let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        write!(f, "{h:02}:{m:02}:{s:02}")?;
        if millis > 0 {
            write!(f, ".{millis:03}")?;
        }
        Ok(())
    }
}

/// A text that is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found `{found}`, expected a length of time as \"HH:MM:SS\", for example \"00:10:00\"")]
pub struct ParseSpanError {
    found: String,
}

impl FromStr for SimSpan {
    type Err = ParseSpanError;

    /// Reads `HH:MM:SS`, perhaps with milliseconds behind a point; hours may exceed 24, minutes and
    /// seconds stay below 60.
    fn from_str(text: &str) -> Result<Self, ParseSpanError> {
        let wrong = || ParseSpanError { found: text.to_owned() };
        let (whole, millis) = match text.split_once('.') {
            Some((whole, millis)) if millis.len() == 3 => (whole, millis),
            Some(_) => return Err(wrong()),
            None => (text, "000"),
        };
        let digits = millis.bytes().all(|b| b.is_ascii_digit());
        let millis: u64 = millis.parse().ok().filter(|_| digits).ok_or_else(wrong)?;
        let mut parts = whole.split(':');
        let mut part = |below: u64| -> Result<u64, ParseSpanError> {
            let digits = parts.next().ok_or_else(wrong)?;
            let shaped =
                (2..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            let value: u64 = digits.parse().map_err(|_| wrong())?;
            if shaped && value < below { Ok(value) } else { Err(wrong()) }
        };
        let seconds = part(1_000_000)? * 3600 + part(60)? * 60 + part(60)?;
        if parts.next().is_some() {
            return Err(wrong());
        }
        Ok(Self::from_secs(seconds) + Self::from_nanos(millis * 1_000_000))
    }
}

impl<'de> Deserialize<'de> for SimSpan {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if !from.is_human_readable() {
            return u64::deserialize(from).map(Self);
        }
        let text = String::deserialize(from)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for SimSpan {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if to.is_human_readable() { to.collect_str(self) } else { self.0.serialize(to) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_what_it_prints() {
        let span: SimSpan = "26:05:09".parse().unwrap();
        assert_eq!(span, SimSpan::from_secs(26 * 3600 + 5 * 60 + 9));
        assert_eq!(span.to_string(), "26:05:09");
        let span: SimSpan = "00:00:01.050".parse().unwrap();
        assert_eq!(span, SimSpan::from_nanos(1_050_000_000));
        assert_eq!(span.to_string(), "00:00:01.050");
    }

    #[test]
    fn a_span_refuses_what_is_no_time() {
        let shapes = ["", "10", "00:60:00", "00:00:60", "1:2:3:4", "-1:00:00", "00:00:+1"];
        for wrong in shapes.into_iter().chain(["00:00:01.5", "00:00:01.+50", "00:00:01."]) {
            assert!(wrong.parse::<SimSpan>().is_err(), "{wrong} was accepted");
        }
    }
}
