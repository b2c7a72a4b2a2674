//! What machines log of their own work, as a line's historian would keep it: when they begin and end, stop
//! and go on, what they read. Kept only on request; it is not in the trace.

use linetwin_base::{MachineId, SimTime};

use super::kinds::MachineSpec;

/// What a machine works at.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// What the machine is there for, where it does one thing only.
    Work,
    /// Placing a child into a container.
    Place,
    /// Reading the codes of a layer with a camera.
    Scan,
    /// Closing a container.
    Close,
    /// Printing, applying and reading a label.
    Label,
}

impl Task {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Work, Self::Place, Self::Scan, Self::Close, Self::Label];

    /// As a log writes it; nothing for the work itself.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Work => "",
            Self::Place => "place",
            Self::Scan => "scan",
            Self::Close => "close",
            Self::Label => "label",
        }
    }
}

/// What happened at a machine.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum WorkEvent {
    /// Work begins.
    Start(Task),
    /// Work is done.
    Done(Task),
    /// The machine stops by itself: the place of the reason among [`MachineSpec::stop_reasons`].
    Stop(u8),
    /// A person has come and begins to repair, refill or set up what it has stopped for.
    Repair,
    /// It goes on.
    Resume,
    /// The product that was done last is taken off the line as bad.
    Reject,
    /// A code was read.
    Read(Task),
    /// A code could not be read.
    NoRead(Task),
}

impl MachineSpec {
    /// Names of everything that the machine can stop for by itself, see [`Stops::reasons`](crate::Stops::reasons).
    pub fn stop_reasons(&self) -> Vec<&str> {
        self.stops().map_or_else(Vec::new, |stops| stops.reasons())
    }
}

/// An event and where and when it happened.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct WorkRecord {
    /// When.
    pub at: SimTime,
    /// Where.
    pub machine: MachineId,
    /// What.
    pub event: WorkEvent,
}
