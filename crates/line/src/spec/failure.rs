//! How machines fail.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

/// One way in which a machine fails.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureSpec {
    /// What it is called, if a machine fails in several ways.
    #[serde(default)]
    pub name: String,
    /// From a repair to the next failure.
    pub time_to_failure: Interval,
    /// Length of a repair, once it begins.
    pub repair_s: Distribution,
    /// The skill that a repair takes, `"mechanic"`; it begins when a person who has it is there. Without, the
    /// machine recovers by itself.
    #[serde(default)]
    pub required_skill: Option<String>,
}

/// What is counted from the end of one stop to the next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Interval {
    /// Seconds that pass, whatever the machine does. When they have passed, the next product waits
    /// for the repair.
    CalendarTime(Distribution),
    /// Seconds of work. A `Machine` stops in the middle of its work and goes on with it after the
    /// repair; other kinds finish what they have begun.
    OperatingTime(Distribution),
    /// Products worked on. The one after the last waits for the repair.
    Cycles(Distribution),
}

impl Interval {
    /// The distribution, whatever it counts.
    pub const fn distribution(&self) -> &Distribution {
        match self {
            Self::CalendarTime(of) | Self::OperatingTime(of) | Self::Cycles(of) => of,
        }
    }

    /// The same, to be changed.
    pub const fn distribution_mut(&mut self) -> &mut Distribution {
        match self {
            Self::CalendarTime(of) | Self::OperatingTime(of) | Self::Cycles(of) => of,
        }
    }

    /// The kind's name as it is written.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::CalendarTime(_) => "CalendarTime",
            Self::OperatingTime(_) => "OperatingTime",
            Self::Cycles(_) => "Cycles",
        }
    }
}
