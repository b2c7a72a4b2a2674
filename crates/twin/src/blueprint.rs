//! A line before it is built, and the schedules in which machine kinds build themselves, read meters and are
//! counted at the end.

use bevy_ecs::prelude::*;
use bevy_ecs::schedule::ScheduleLabel;

use linetwin_base::{LineId, MachineId, Streams, WeekClock};
use linetwin_line::{MachineSpec, TwinSpec};
use linetwin_symbol::Fidelity;

/// Runs once: each machine kind spawns its machines.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Build;

/// Runs at regular intervals of simulated time: meters are read.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sample;

/// Runs once, at the end: each machine kind counts the units in its machines.
#[derive(ScheduleLabel, Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct WipCount;

/// The line as it is to be built.
#[derive(Resource, Debug)]
pub(super) struct Blueprint {
    spec: TwinSpec,
    pub(super) streams: Streams,
    /// How much of a symbol is computed.
    pub(super) fidelity: Fidelity,
    pub(super) clock: WeekClock,
}

/// The line that a machine belongs to.
#[derive(Component, Copy, Clone, Debug, PartialEq, Eq)]
pub(super) struct OnLine(pub(super) LineId);

/// Work in process, line by line.
#[derive(Resource, Debug, Default)]
pub(super) struct WipCounts(Vec<u32>);

impl WipCounts {
    /// A count for so many lines.
    pub(super) fn new(lines: usize) -> Self {
        Self(vec![0; lines])
    }

    /// Adds units that were found on the line.
    pub(super) fn add(&mut self, line: OnLine, units: u32) {
        self.0[line.0.index()] += units;
    }

    /// The count of a line; all counts begin anew.
    pub(super) fn take(&mut self, line: LineId) -> u32 {
        let found = self.0[line.index()];
        self.0.fill(0);
        found
    }
}

impl Blueprint {
    pub(super) const fn new(
        spec: TwinSpec,
        streams: Streams,
        fidelity: Fidelity,
        clock: WeekClock,
    ) -> Self {
        Self { spec, streams, fidelity, clock }
    }

    pub(super) const fn spec(&self) -> &TwinSpec {
        &self.spec
    }

    /// Machines with their ids, in the order of the file.
    pub(super) fn machines(&self) -> impl Iterator<Item = (MachineId, &MachineSpec)> {
        let ids = (0..).map(MachineId);
        ids.zip(&self.spec.machines)
    }

    /// The machine with this name.
    pub(super) fn machine(&self, name: &str) -> Option<MachineId> {
        self.spec.index_of(name).map(|index| MachineId(index as u16))
    }
}
