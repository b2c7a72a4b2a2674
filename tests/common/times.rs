//! Lengths of simulated time.

use linetwin::base::SimSpan;

/// As a scenario writes it: "00:06:10".
pub fn time(text: &str) -> SimSpan {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

pub const fn seconds(count: u64) -> SimSpan {
    SimSpan::from_secs(count)
}

pub const fn minutes(count: u64) -> SimSpan {
    seconds(60 * count)
}

pub const fn hours(count: u64) -> SimSpan {
    minutes(60 * count)
}
