//! Calls for people.

use std::sync::Arc;

use linetwin_base::{LineId, MachineId};
use linetwin_engine::OperatorTask;

/// A signal to people.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// The line controller calls an operator.
    Task(OperatorTask),
    /// The panel from which the line controller calls has no power.
    CallsWithdrawn,
    /// A machine calls a person.
    Call { machine: MachineId, assignment: Assignment, needs: Option<Arc<str>>, urgency: Urgency },
    /// The person who does this there is not needed any more.
    Release { machine: MachineId, assignment: Assignment },
}

/// What a person is to do.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Assignment {
    /// A task of the line controller.
    Task(OperatorTask),
    /// Repair, refill, set up or clean a machine: one of the reasons for which it stops.
    Stop(u8),
    /// Work at a machine until needed elsewhere.
    Attend,
}

impl Assignment {
    /// Whether a person who is at it may be asked to break off.
    pub(super) const fn can_be_left(self) -> bool {
        matches!(self, Self::Attend | Self::Task(OperatorTask::Rework { .. }))
    }

    /// Whether the machine, not the clock, ends it.
    pub(super) const fn machine_ends_it(self) -> bool {
        matches!(self, Self::Stop(_)) || self.can_be_left()
    }
}

/// Which call is answered first; among equals, the one that has waited longer.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Urgency {
    /// The line or a machine stands.
    Stands,
    /// Planned work, for which a machine stands.
    Planned,
    /// A material runs low; rejects are to be verified again.
    Ahead,
    /// A machine that is worked by hand.
    Attend,
}

/// A call.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) line: LineId,
    pub(super) machine: MachineId,
    pub(super) assignment: Assignment,
    /// The required skill.
    pub(super) needs: Option<Arc<str>>,
    pub(super) urgency: Urgency,
    /// A person has been asked to break off for it.
    pub(super) asked: bool,
}

impl Call {
    pub(super) fn is_for(&self, line: LineId, machine: MachineId, assignment: Assignment) -> bool {
        self.line == line && self.machine == machine && self.assignment == assignment
    }
}

/// Where a task of the line controller is done.
pub(super) const fn place(task: OperatorTask) -> MachineId {
    match task {
        OperatorTask::RemoveFromBelt { belt, .. }
        | OperatorTask::TakeSample { belt, .. }
        | OperatorTask::FindCause { belt } => belt,
        OperatorTask::EmptyBin { gate } => gate,
        OperatorTask::Rework { bench } => bench,
        OperatorTask::WalkLine { station, .. }
        | OperatorTask::ScanChild { station, .. }
        | OperatorTask::RemoveChild { station, .. } => station,
    }
}
