//! The seventeen machine states of PackML, the transitions between them (ISA-TR88.00.02-2022), and why a
//! machine left Execute. When a machine changes its state is decided elsewhere.

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

    /// The state after this input; nothing where the standard has no such transition.
    pub fn after(self, input: Input) -> Option<Self> {
        let (complete, commands, may_stop) = self.ways();
        match input {
            Input::StateComplete => complete,
            Input::Command(Command::Stop) => may_stop.then_some(Self::Stopping),
            Input::Command(Command::Abort) => {
                (!matches!(self, Self::Aborting | Self::Aborted)).then_some(Self::Aborting)
            }
            Input::Command(command) => {
                commands.iter().find(|(other, _)| *other == command).map(|(_, to)| *to)
            }
        }
    }

    /// A row of the standard's table: the state after this one is complete, the commands that it obeys
    /// besides Stop and Abort, and whether it obeys Stop.
    const fn ways(self) -> (Option<Self>, &'static [(Command, Self)], bool) {
        use Command::{Clear, Complete, Hold, Reset, Start, Suspend, Unhold, Unsuspend};
        match self {
            Self::Clearing => (Some(Self::Stopped), &[], false),
            Self::Stopped => (None, &[(Reset, Self::Resetting)], false),
            Self::Starting => (Some(Self::Execute), &[], true),
            Self::Idle => (None, &[(Start, Self::Starting)], true),
            Self::Suspended => (
                None,
                &[
                    (Unsuspend, Self::Unsuspending),
                    (Hold, Self::Holding),
                    (Complete, Self::Completing),
                ],
                true,
            ),
            Self::Execute => (
                None,
                &[(Hold, Self::Holding), (Suspend, Self::Suspending), (Complete, Self::Completing)],
                true,
            ),
            Self::Stopping => (Some(Self::Stopped), &[], false),
            Self::Aborting => (Some(Self::Aborted), &[], false),
            Self::Aborted => (None, &[(Clear, Self::Clearing)], false),
            Self::Holding => (Some(Self::Held), &[], true),
            Self::Held => (None, &[(Unhold, Self::Unholding), (Complete, Self::Completing)], true),
            Self::Unholding => (Some(Self::Execute), &[], true),
            Self::Suspending => (Some(Self::Suspended), &[], true),
            Self::Unsuspending => (Some(Self::Execute), &[], true),
            Self::Resetting => (Some(Self::Idle), &[], true),
            Self::Completing => (Some(Self::Completed), &[], true),
            Self::Completed => (None, &[(Reset, Self::Resetting)], true),
        }
    }

    /// The input that brings a machine nearer to a dwell state; nothing when it is there. A machine that
    /// follows these inputs takes only transitions of the standard.
    pub fn towards(self, target: Stay) -> Option<Input> {
        if self == target.state() {
            return None;
        }
        let command = match (self, target) {
            (Self::Stopped | Self::Completed, _) => Command::Reset,
            (Self::Aborted, _) => Command::Clear,
            (Self::Idle, _) => Command::Start,
            (Self::Execute | Self::Suspended, Stay::Held) => Command::Hold,
            (Self::Execute, Stay::Suspended) => Command::Suspend,
            (Self::Execute | Self::Suspended | Self::Held, Stay::Completed) => Command::Complete,
            (Self::Execute | Self::Suspended | Self::Held, Stay::Resetting) => Command::Stop,
            (Self::Suspended, Stay::Execute | Stay::Suspended) => Command::Unsuspend,
            (Self::Held, Stay::Execute | Stay::Suspended | Stay::Held) => Command::Unhold,
            (
                Self::Clearing
                | Self::Starting
                | Self::Stopping
                | Self::Aborting
                | Self::Holding
                | Self::Unholding
                | Self::Suspending
                | Self::Unsuspending
                | Self::Resetting
                | Self::Completing
                // It is there already, as seen above.
                | Self::Execute,
                _,
            ) => return Some(Input::StateComplete),
        };
        Some(Input::Command(command))
    }
}

/// A command to a machine, numbered as in ISA-TR88.00.02.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Command {
    /// Get ready to run.
    Reset = 1,
    /// Run.
    Start = 2,
    /// Come to a controlled stop.
    Stop = 3,
    /// Pause for a cause within the machine.
    Hold = 4,
    /// Go on after a pause.
    Unhold = 5,
    /// Pause for a cause outside the machine.
    Suspend = 6,
    /// Go on after such a pause.
    Unsuspend = 7,
    /// Stop at once.
    Abort = 8,
    /// Clear faults after an abort.
    Clear = 9,
    /// The order is done.
    Complete = 10,
}

/// What changes a state.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The task of an acting state is done.
    StateComplete,
    /// A command.
    Command(Command),
}

/// The dwell states. Transient acting states between them are passed at once.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Stay {
    /// Being set up.
    Resetting,
    /// Working on product.
    Execute,
    /// Waiting for something outside.
    Suspended,
    /// Stopped by itself or for a person.
    Held,
    /// The order is done.
    Completed,
}

impl Stay {
    /// As one of all states.
    pub const fn state(self) -> MachineState {
        match self {
            Self::Resetting => MachineState::Resetting,
            Self::Execute => MachineState::Execute,
            Self::Suspended => MachineState::Suspended,
            Self::Held => MachineState::Held,
            Self::Completed => MachineState::Completed,
        }
    }
}

impl fmt::Display for MachineState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// Why a machine is in its state, where the state alone does not tell.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Cause {
    /// It works, or the state tells everything.
    None,
    /// Suspended: nothing to work on.
    Starved,
    /// Suspended: no free place downstream.
    Blocked,
    /// Suspended: it waits for the line controller's answer.
    Controller,
    /// Suspended: the line has no serial number left to print.
    NoSerials,
    /// Held: its own failure, while it is repaired.
    Failure,
    /// Held, or not yet set up: a person has been called and is not there.
    Operator,
    /// Held: a consumable has run out and is being refilled.
    Material,
    /// Being set up, or made ready for another format or order.
    Setup,
    /// Held: planned cleaning.
    Cleaning,
    /// Held: planned maintenance.
    Maintenance,
    /// Held: a planned break.
    Break,
}

impl Cause {
    /// All causes, each at its own place.
    pub const ALL: [Self; 12] = [
        Self::None,
        Self::Starved,
        Self::Blocked,
        Self::Controller,
        Self::NoSerials,
        Self::Failure,
        Self::Operator,
        Self::Material,
        Self::Setup,
        Self::Cleaning,
        Self::Maintenance,
        Self::Break,
    ];

    /// Its place in [`Self::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Whether the time was planned not to be worked in: it is not planned busy time.
    pub const fn is_planned_downtime(self) -> bool {
        matches!(self, Self::Cleaning | Self::Maintenance | Self::Break)
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "",
            Self::Starved => "starved",
            Self::Blocked => "blocked",
            Self::Controller => "waiting for the controller",
            Self::NoSerials => "no serial numbers",
            Self::Failure => "own failure",
            Self::Operator => "waiting for somebody",
            Self::Material => "out of material",
            Self::Setup => "being set up",
            Self::Cleaning => "cleaning",
            Self::Maintenance => "maintenance",
            Self::Break => "break",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of ISA-TR88.00.02-2022: state, state after it is complete, commands.
    const TABLE: &str = "\
        Clearing Stopped
        Stopped - Reset:Resetting
        Starting Execute
        Idle - Start:Starting
        Suspended - Unsuspend:Unsuspending Hold:Holding Complete:Completing
        Execute - Hold:Holding Suspend:Suspending Complete:Completing
        Stopping Stopped
        Aborting Aborted
        Aborted - Clear:Clearing
        Holding Held
        Held - Unhold:Unholding Complete:Completing
        Unholding Execute
        Suspending Suspended
        Unsuspending Execute
        Resetting Idle
        Completing Completed
        Completed - Reset:Resetting";

    const COMMANDS: [Command; 10] = [
        Command::Reset,
        Command::Start,
        Command::Stop,
        Command::Hold,
        Command::Unhold,
        Command::Suspend,
        Command::Unsuspend,
        Command::Abort,
        Command::Clear,
        Command::Complete,
    ];

    #[test]
    fn states_causes_and_commands_stand_at_their_own_numbers() {
        for (index, state) in MachineState::ALL.into_iter().enumerate() {
            assert_eq!(state.number(), index + 1);
        }
        for (index, cause) in Cause::ALL.into_iter().enumerate() {
            assert_eq!(cause.index(), index);
        }
        for (index, command) in COMMANDS.into_iter().enumerate() {
            assert_eq!(command as usize, index + 1);
        }
    }

    #[test]
    fn every_way_is_one_of_the_standard_and_every_way_of_the_standard_is_there() {
        let mut ways = 0;
        for (row, state) in TABLE.lines().zip(MachineState::ALL) {
            let mut words = row.split_whitespace();
            assert_eq!(words.next(), Some(state.to_string().as_str()));
            let complete = words.next().filter(|word| *word != "-").map(str::to_owned);
            let commands: Vec<&str> = words.collect();
            let name = |state: Option<MachineState>| state.map(|state| state.to_string());
            assert_eq!(name(state.after(Input::StateComplete)), complete, "{state}");
            ways += usize::from(complete.is_some());
            for command in COMMANDS {
                let named = format!("{command:?}:");
                let no_stop = ["Clearing", "Stopped", "Stopping", "Aborting", "Aborted"];
                let listed = commands.iter().find_map(|word| word.strip_prefix(&named));
                let expected = match command {
                    Command::Stop if no_stop.contains(&state.to_string().as_str()) => None,
                    Command::Stop => Some("Stopping"),
                    Command::Abort if state.to_string().starts_with("Abort") => None,
                    Command::Abort => Some("Aborting"),
                    _ => listed,
                };
                let found = name(state.after(Input::Command(command)));
                assert_eq!(found.as_deref(), expected, "{state} and {command:?}");
                ways += usize::from(expected.is_some());
            }
        }
        assert_eq!(ways, 49);
    }

    #[test]
    fn from_any_state_a_machine_reaches_any_state_to_stay_in_by_ways_of_the_standard() {
        let targets =
            [Stay::Resetting, Stay::Execute, Stay::Suspended, Stay::Held, Stay::Completed];
        for from in MachineState::ALL {
            for target in targets {
                let mut state = from;
                let mut steps = 0;
                while let Some(input) = state.towards(target) {
                    let next = state.after(input);
                    state = next.unwrap_or_else(|| panic!("{state} has no way by {input:?}"));
                    steps += 1;
                    assert!(steps < 12, "from {from} to {target:?} in circles");
                }
                assert_eq!(state, target.state());
            }
        }
    }

    #[test]
    fn an_order_starts_by_resetting_and_starting() {
        let mut passed = vec![];
        let mut state = MachineState::Stopped;
        while let Some(input) = state.towards(Stay::Execute) {
            state = state.after(input).unwrap();
            passed.push(state.to_string());
        }
        assert_eq!(passed, ["Resetting", "Idle", "Starting", "Execute"]);
    }
}
