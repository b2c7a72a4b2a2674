//! The machines' meters, which only count up: their readings at one time, and the differences between two.

use linetwin_base::{Cause, MachineState, SimTime};
use linetwin_trace::MeterReading;

use super::LineInfo;

/// All meters at one moment, by machine.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// When they were read.
    pub at: SimTime,
    /// The readings; nothing of a machine means that it has done nothing yet.
    pub readings: Vec<MeterReading>,
}

/// The latest readings.
#[derive(Debug)]
pub struct Meters {
    machines: usize,
    last: Row,
}

impl Meters {
    pub(super) fn new(machines: usize) -> Self {
        Self { machines, last: Row::default() }
    }

    /// Whether a reading of this moment is the first of a new row.
    pub(super) fn begins_row(&self, at: SimTime) -> bool {
        self.last.at != at
    }

    /// Takes a reading. True when every machine of this moment has been read.
    pub(super) fn read(&mut self, at: SimTime, reading: &MeterReading) -> bool {
        if self.begins_row(at) {
            self.last.at = at;
            self.last.readings.clear();
        }
        // A run may end at the very moment of a reading: the last one counts.
        match self.last.readings.get_mut(reading.machine.index()) {
            Some(earlier) => earlier.clone_from(reading),
            None => self.last.readings.push(reading.clone()),
        }
        reading.machine.index() + 1 == self.machines
    }

    /// The latest.
    pub const fn last(&self) -> &Row {
        &self.last
    }
}

/// What lies between two readings of all meters.
#[derive(Copy, Clone, Debug)]
pub struct Stretch<'a> {
    from: &'a Row,
    to: &'a Row,
}

impl<'a> Stretch<'a> {
    /// From the first row to the second, which is not earlier.
    pub const fn between(from: &'a Row, to: &'a Row) -> Self {
        Self { from, to }
    }

    /// A machine's time in Execute or Held, in nanoseconds.
    pub fn busy_ns(&self, machine: usize) -> u64 {
        self.counted(machine, busy_ns)
    }

    /// A machine's time for a cause, in nanoseconds.
    pub fn for_cause_ns(&self, machine: usize, cause: Cause) -> u64 {
        self.counted(machine, |reading| reading.cause_ns(cause))
    }

    /// Share of the stretch.
    pub fn share(&self, ns: u64) -> f64 {
        ns as f64 / self.span_ns()
    }

    /// Mean number of products that waited at a machine.
    pub fn mean_level(&self, machine: usize) -> f64 {
        let level = |row: &Row| row.readings.get(machine).map_or(0, |reading| reading.level_ns);
        (level(self.to) - level(self.from)) as f64 / self.span_ns()
    }

    fn span_ns(&self) -> f64 {
        self.to.at.since(self.from.at).as_nanos() as f64
    }

    fn counted(&self, machine: usize, of: impl Fn(&MeterReading) -> u64) -> u64 {
        let at = |row: &Row| row.readings.get(machine).map_or(0, &of);
        at(self.to) - at(self.from)
    }
}

/// How long each machine has held up the line.
#[derive(Debug)]
pub struct Bottleneck {
    /// Whether a machine works; one that only carries is left out.
    works: Vec<bool>,
    /// The machines in the order in which product comes to them.
    line_order: Vec<usize>,
    held_up_ns: Vec<u64>,
    total_ns: u64,
    /// Time in which each machine was active, and up to when.
    active_ns: Vec<u64>,
    at: SimTime,
}

impl Bottleneck {
    pub(super) fn new(line: &LineInfo) -> Self {
        let carriers = ["Belt", "AccumulationTable", "Diverter", "Merge"];
        let works: Vec<bool> =
            line.machines.iter().map(|(_, kind)| !carriers.contains(&kind.as_str())).collect();
        let nothing = vec![0; works.len()];
        Self {
            works,
            line_order: line.line_order.clone(),
            held_up_ns: nothing.clone(),
            total_ns: 0,
            active_ns: nothing,
            at: SimTime::START,
        }
    }

    /// The bottleneck of a stretch of time is the machine that was active (Execute or Held) for most of it; a
    /// starved or blocked machine waits for another one. Belts, tables and junctions carry, they do not work,
    /// and are left out. The stretches are those between two meter readings.
    pub(super) fn row(&mut self, row: &Row) {
        let length = row.at.since(self.at).as_nanos();
        let mut most = None;
        for (place, &index) in self.line_order.iter().enumerate() {
            let Some(reading) = row.readings.get(index) else { continue };
            let active_ns = busy_ns(reading);
            let active = active_ns - std::mem::replace(&mut self.active_ns[index], active_ns);
            // While no machine is active the line waits for something outside it. Of equals the one further
            // downstream holds up the others.
            if self.works[index] && active > 0 {
                most = most.max(Some((active, place, index)));
            }
        }
        if let Some((_, _, slowest)) = most {
            self.held_up_ns[slowest] += length;
        }
        self.total_ns += length;
        self.at = row.at;
    }

    /// Share of the run in which each machine held up the line, by machine; nothing where it never did.
    pub fn shares(&self) -> impl Iterator<Item = Option<f64>> {
        let share = |ns: &u64| (*ns > 0).then(|| *ns as f64 / self.total_ns as f64);
        self.held_up_ns.iter().map(share)
    }
}

/// Time in Execute or Held: a product is in the machine.
pub(super) fn busy_ns(reading: &MeterReading) -> u64 {
    reading.state_ns(MachineState::Execute) + reading.state_ns(MachineState::Held)
}
