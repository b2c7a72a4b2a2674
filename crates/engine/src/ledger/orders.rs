//! An order's life: created, released by two people, cleared for a line, running, closed.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::SimTime;

use super::super::order::Order;
use super::key::OrderId;
use super::state::SerialState;

/// State of an order.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OrderState {
    /// Known, not released.
    Created,
    /// Two people have released it.
    Released,
    /// A line makes it.
    Running,
    /// The line has paused it.
    Paused,
    /// Nothing more is made; what is left is being accounted for.
    Closing,
    /// Every serial number is in its final class.
    Closed,
}

/// What moves an order from one state to another.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum OrderStep {
    /// The second of two people has signed.
    Release,
    /// The line begins.
    Start,
    /// The line pauses.
    Pause,
    /// The line resumes.
    Resume,
    /// The line will make no more.
    Finish,
    /// Everything is accounted for.
    Close,
}

impl OrderState {
    /// The state after `step`, or `None` where it is refused.
    pub const fn after(self, step: OrderStep) -> Option<Self> {
        Some(match (self, step) {
            (Self::Created, OrderStep::Release) => Self::Released,
            (Self::Released, OrderStep::Start) => Self::Running,
            (Self::Running, OrderStep::Pause) => Self::Paused,
            (Self::Paused, OrderStep::Resume) => Self::Running,
            (Self::Released | Self::Running | Self::Paused, OrderStep::Finish) => Self::Closing,
            (Self::Closing, OrderStep::Close) => Self::Closed,
            (
                Self::Created
                | Self::Released
                | Self::Running
                | Self::Paused
                | Self::Closing
                | Self::Closed,
                _,
            ) => return None,
        })
    }

    /// Whether units may be commissioned. Those on the belt when a pause begins still may.
    pub const fn makes_units(self) -> bool {
        match self {
            Self::Running | Self::Paused => true,
            Self::Created | Self::Released | Self::Closing | Self::Closed => false,
        }
    }

    /// Whether numbers may be given to it.
    pub const fn takes_numbers(self) -> bool {
        match self {
            Self::Released | Self::Running | Self::Paused => true,
            Self::Created | Self::Closing | Self::Closed => false,
        }
    }
}

impl fmt::Display for OrderState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Created => "created",
            Self::Released => "released",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Closing => "closing",
            Self::Closed => "closed",
        })
    }
}

/// An electronic signature (21 CFR 11.50): who, what it means, when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// The signer's printed name.
    pub name: Arc<str>,
    /// What the signature means: released, line cleared.
    pub meaning: Arc<str>,
    /// When it was given.
    pub at: SimTime,
}

impl Signature {
    /// The same person, however the name was typed.
    pub(super) fn same_person(&self, name: &str) -> bool {
        let plain =
            |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        plain(&self.name) == plain(name)
    }
}

/// A line was found empty of everything that belongs to another order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearance {
    /// The line.
    pub line: Arc<str>,
    /// Who looked.
    pub signature: Signature,
}

/// An order as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderRecord {
    /// Its number.
    pub id: OrderId,
    /// What was ordered.
    pub order: Arc<Order>,
    /// Where it stands.
    pub state: OrderState,
    /// Who released it.
    pub signatures: Vec<Signature>,
    /// Where it may be made.
    pub clearance: Option<Clearance>,
    /// True once its lot was recalled.
    pub recalled: bool,
    /// Serial numbers that were given to it and went back unused.
    pub returned: u64,
    /// How many of its serial numbers are in each state, by OPC 30260's numbers.
    pub(super) tally: [u64; 12],
}

impl OrderRecord {
    pub(super) fn new(id: OrderId, order: Arc<Order>) -> Self {
        Self {
            id,
            order,
            state: OrderState::Created,
            signatures: Vec::new(),
            clearance: None,
            recalled: false,
            returned: 0,
            tally: [0; 12],
        }
    }

    /// How many of its serial numbers are in this state.
    pub const fn count(&self, state: SerialState) -> u64 {
        self.tally[state as usize]
    }

    /// Serial numbers that the line still has to account for.
    pub(super) const fn open(&self) -> u64 {
        self.count(SerialState::Allocated) + self.count(SerialState::Encoded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_typed_differently_is_the_same_person() {
        let name = "Asha  Rao".into();
        let signature = Signature { name, meaning: "released".into(), at: SimTime::START };
        assert!(signature.same_person(" asha rao "));
        assert!(!signature.same_person("Asha Roy"));
    }

    #[test]
    fn an_order_that_is_closed_stays_closed() {
        use OrderStep::{Close, Finish, Pause, Release, Resume, Start};
        for step in [Release, Start, Pause, Resume, Finish, Close] {
            assert_eq!(OrderState::Closed.after(step), None);
        }
    }
}
