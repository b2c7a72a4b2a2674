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
    pub between: Between,
    /// Length of a repair, once it begins.
    pub repair_s: Distribution,
    /// The skill that a repair takes, `"mechanic"`; it begins when somebody who has it is there. Without,
    /// the machine recovers by itself.
    #[serde(default)]
    pub needs: Option<String>,
}

/// What is counted from a repair to the next failure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Between {
    /// Seconds of the clock, whatever the machine does. When they have passed, the next product waits
    /// for the repair.
    Clock(Distribution),
    /// Seconds of work. A `Machine` stops in the middle of its work and goes on with it after the
    /// repair; other kinds finish what they have begun.
    Work(Distribution),
    /// Products worked on. The one after the last waits for the repair.
    Products(Distribution),
}

impl Between {
    /// The distribution, whatever it counts.
    pub const fn distribution(&self) -> &Distribution {
        match self {
            Self::Clock(of) | Self::Work(of) | Self::Products(of) => of,
        }
    }

    /// The same, to be changed.
    pub const fn distribution_mut(&mut self) -> &mut Distribution {
        match self {
            Self::Clock(of) | Self::Work(of) | Self::Products(of) => of,
        }
    }

    /// The kind's name as it is written.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Clock(_) => "Clock",
            Self::Work(_) => "Work",
            Self::Products(_) => "Products",
        }
    }
}
