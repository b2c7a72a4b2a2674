//! The people of a line: what they can do, when they are on shift, and how long they take.

use serde::{Deserialize, Serialize};

use linetwin_base::{ClockTime, Day, Distribution};

/// A person who works at a line, or at several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PersonSpec {
    /// Name.
    pub name: String,
    /// What this person can do, in the words of `required_skill`; nothing means everything.
    pub skills: Vec<String>,
    /// When this person is on shift; nothing means always.
    pub shifts: Vec<ShiftSpec>,
    /// Breaks within a shift, each day. One that falls into a piece of work begins after it.
    pub breaks: Vec<BreakSpec>,
    /// From a call to setting out, where it is another place than the one where this person stands.
    pub response_time_s: Distribution,
    /// Walking speed, in metres a second.
    pub walking_speed_m_s: f64,
}

impl Default for PersonSpec {
    fn default() -> Self {
        Self {
            name: "operator".to_owned(),
            skills: Vec::new(),
            shifts: Vec::new(),
            breaks: Vec::new(),
            response_time_s: Distribution::Triangular { from: 3.0, mode: 8.0, to: 20.0 },
            walking_speed_m_s: 1.2,
        }
    }
}

/// A stretch of the day on which a person is on shift.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShiftSpec {
    /// Begin.
    pub from: ClockTime,
    /// End; on the next day, if it is not later than the begin.
    pub to: ClockTime,
    /// Days on which it begins; every day, if none is given.
    #[serde(default = "every_day")]
    pub days: Vec<Day>,
}

fn every_day() -> Vec<Day> {
    Day::ALL.to_vec()
}

/// A break.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakSpec {
    /// When it begins.
    pub at: ClockTime,
    /// How long it is.
    pub lasts_s: f64,
}

/// What the line controller calls people for, and how long it takes a person who stands there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InterventionSpec {
    /// The required skill; nothing means none.
    pub required_skill: Option<String>,
    /// Taking one product off a belt or out of a layer.
    pub removal_s: Distribution,
    /// Reading one code with the handheld scanner.
    pub handheld_scan_s: Distribution,
    /// Share of good symbols that the handheld scanner reads at the first try.
    pub handheld_read_rate: f64,
    /// Emptying a reject bin.
    pub empty_bin_s: Distribution,
    /// Finding out why product after product is rejected, or that a line is empty.
    pub inspection_s: Distribution,
}

impl Default for InterventionSpec {
    fn default() -> Self {
        Self {
            required_skill: None,
            removal_s: Distribution::Triangular { from: 4.0, mode: 8.0, to: 25.0 },
            handheld_scan_s: Distribution::Triangular { from: 2.0, mode: 3.0, to: 6.0 },
            handheld_read_rate: 0.999,
            empty_bin_s: Distribution::Triangular { from: 15.0, mode: 25.0, to: 50.0 },
            inspection_s: Distribution::Triangular { from: 10.0, mode: 20.0, to: 60.0 },
        }
    }
}
