//! The seventeen machine states of PackML (ISA-TR88.00.02-2022) and why a machine left Execute.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A PackML state, numbered as in ISA-TR88.00.02.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum MachineState {
    /// Clearing faults after an abort.
    Clearing = 1,
    /// Powered and stationary.
    Stopped = 2,
    /// Getting ready to run.
    Starting = 3,
    /// Ready, waiting for a start.
    Idle = 4,
    /// Waiting for something outside: starved or blocked.
    Suspended = 5,
    /// Working on product.
    Execute = 6,
    /// Coming to a controlled stop.
    Stopping = 7,
    /// Coming to an emergency stop.
    Aborting = 8,
    /// After an emergency stop.
    Aborted = 9,
    /// On the way to Held.
    Holding = 10,
    /// Stopped by its own fault or by an operator.
    Held = 11,
    /// On the way from Held to Execute.
    Unholding = 12,
    /// On the way to Suspended.
    Suspending = 13,
    /// On the way from Suspended to Execute.
    Unsuspending = 14,
    /// On the way to Idle.
    Resetting = 15,
    /// Finishing the order.
    Completing = 16,
    /// The order is done.
    Completed = 17,
}

impl MachineState {
    /// How many slots a table needs that is indexed by [`Self::number`]; slot 0 stays empty.
    pub const SLOTS: usize = 18;

    /// All states in order of their numbers.
    pub const ALL: [Self; 17] = [
        Self::Clearing,
        Self::Stopped,
        Self::Starting,
        Self::Idle,
        Self::Suspended,
        Self::Execute,
        Self::Stopping,
        Self::Aborting,
        Self::Aborted,
        Self::Holding,
        Self::Held,
        Self::Unholding,
        Self::Suspending,
        Self::Unsuspending,
        Self::Resetting,
        Self::Completing,
        Self::Completed,
    ];

    /// The state's number in ISA-TR88.00.02, 1 to 17.
    pub const fn number(self) -> usize {
        self as usize
    }
}

impl fmt::Display for MachineState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Why a machine is in its state, where the state alone does not say.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Cause {
    /// It works, or the state says it all.
    None,
    /// Suspended: nothing to work on.
    Starved,
    /// Suspended: no room behind it.
    Blocked,
    /// Suspended: it waits for the line controller's answer.
    Controller,
    /// Suspended: the line has no serial number left to print.
    Numbers,
    /// Held: its own failure.
    Failure,
    /// Held: stopped by the line controller until an operator has been there.
    Operator,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "",
            Self::Starved => "starved",
            Self::Blocked => "blocked",
            Self::Controller => "waiting for the controller",
            Self::Numbers => "no serial numbers",
            Self::Failure => "own failure",
            Self::Operator => "waiting for the operator",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_stand_at_their_own_numbers() {
        for (index, state) in MachineState::ALL.into_iter().enumerate() {
            assert_eq!(state.number(), index + 1);
        }
    }
}
