//! The calendar: which machine has something due when. Ties are broken by priority, then by the
//! order in which the moments were entered, so that a run never depends on anything else.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use crate::base::{MachineId, SimTime};

/// What is due at a machine.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A piece of work is finished.
    Done,
    /// The machine fails in the middle of its work.
    Broken,
    /// A repair is finished.
    Repaired,
    /// The next machine's door opens by itself now.
    Outlet,
    /// The head of the belt reaches its end.
    Exit,
    /// A product reaches this device along the belt.
    Station(u8),
    /// A camera result is ready.
    Result,
    /// A product falls past the confirm sensor.
    Confirm,
    /// A child lies in its place.
    Placed,
    /// A layer has been scanned.
    Scanned,
    /// A container is closed.
    Closed,
    /// A label has been printed, applied and read.
    Labelled,
    /// The next unit can come onto the line.
    Ready,
    /// The operator is where he was called to.
    Arrived,
    /// The oldest message arrives at the ledger.
    ToLedger,
    /// The oldest answer arrives at the line.
    ToLine,
    /// The line controller asked to be woken.
    Wake,
    /// Somebody puts a product onto the belt as soon as there is room.
    Insert,
    /// A fault that lasts begins.
    Begin(u16),
    /// The line controller loses power.
    PowerCut(u16),
    /// Somebody ends the order.
    EndOrder,
    /// The line controller has power again, and has started.
    PowerBack,
}

impl Due {
    /// What makes room comes before what needs room.
    const fn priority(self) -> u64 {
        match self {
            Self::Ready => 1,
            _ => 0,
        }
    }
}

/// A moment in the calendar.
#[derive(Copy, Clone, Debug)]
pub(super) struct Entry {
    key: u128,
    pub(super) machine: MachineId,
    pub(super) due: Due,
    /// Moments of a belt that has been stopped since are stale: their epoch is not the belt's.
    pub(super) epoch: u32,
}

impl Entry {
    /// When it is due.
    pub(super) const fn at(&self) -> SimTime {
        SimTime::from_nanos((self.key >> 64) as u64)
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}
impl Eq for Entry {}
impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

/// Moments to come, earliest first.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    heap: BinaryHeap<Reverse<Entry>>,
    sequence: u64,
}

impl Calendar {
    /// Enters a moment.
    pub(super) fn enter(&mut self, at: SimTime, machine: MachineId, due: Due, epoch: u32) {
        self.sequence += 1;
        let tie = due.priority() << 56 | self.sequence;
        let key = u128::from(at.as_nanos()) << 64 | u128::from(tie);
        self.heap.push(Reverse(Entry { key, machine, due, epoch }));
    }

    /// Takes the earliest moment that lies before `until`.
    pub(super) fn next_before(&mut self, until: SimTime) -> Option<Entry> {
        if self.heap.peek()?.0.at() < until {
            self.heap.pop().map(|Reverse(entry)| entry)
        } else {
            None
        }
    }

    /// When the earliest moment is due.
    pub(super) fn next_at(&self) -> Option<SimTime> {
        self.heap.peek().map(|Reverse(entry)| entry.at())
    }

    /// True when nothing will happen any more.
    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_by_time_then_priority_then_order_of_entry() {
        let mut calendar = Calendar::default();
        let at = SimTime::from_nanos;
        calendar.enter(at(5), MachineId(0), Due::Ready, 0);
        calendar.enter(at(5), MachineId(1), Due::Done, 0);
        calendar.enter(at(5), MachineId(2), Due::Done, 0);
        calendar.enter(at(4), MachineId(3), Due::Ready, 0);
        let order: Vec<u16> =
            std::iter::from_fn(|| calendar.next_before(at(6)).map(|e| e.machine.0)).collect();
        assert_eq!(order, [3, 1, 2, 0]);
        calendar.enter(at(6), MachineId(0), Due::Done, 0);
        assert!(calendar.next_before(at(6)).is_none());
        assert!(!calendar.is_empty());
    }
}
