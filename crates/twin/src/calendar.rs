//! The calendar: which machine has something due when. Ties are broken by priority, then by the
//! order in which the moments were entered, so that a run never depends on anything else.

use linetwin_base::{MachineId, SimTime};

use super::machines::SimEvent;

/// A moment in the calendar.
#[derive(Copy, Clone, Debug)]
pub(super) struct Entry {
    key: u128,
    pub(super) machine: MachineId,
    pub(super) event: SimEvent,
}

// The calendar moves entries about all the time.
const _: () = assert!(size_of::<Entry>() == 32);

impl Entry {
    /// When it is due.
    pub(super) const fn at(&self) -> SimTime {
        SimTime::from_nanos((self.key >> 64) as u64)
    }
}

/// Among so many, looking at one after the other is faster than searching.
const FEW: usize = 32;

/// Moments to come.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    /// Latest first. A line has a handful of moments in its calendar, so moving them costs less than
    /// keeping a heap.
    moments: Vec<Entry>,
    sequence: u64,
}

impl Calendar {
    /// Enters a moment.
    pub(super) fn enter(&mut self, at: SimTime, machine: MachineId, event: SimEvent) {
        self.sequence += 1;
        let tie = event.priority() << 56 | self.sequence;
        let key = u128::from(at.as_nanos()) << 64 | u128::from(tie);
        let entry = Entry { key, machine, event };
        let at = if self.moments.len() <= FEW {
            self.moments.iter().rposition(|other| other.key > key).map_or(0, |later| later + 1)
        } else {
            self.moments.partition_point(|other| other.key > key)
        };
        self.moments.insert(at, entry);
    }

    /// Takes the earliest moment that lies before `until`.
    pub(super) fn next_before(&mut self, until: SimTime) -> Option<Entry> {
        if self.moments.last()?.at() < until { self.moments.pop() } else { None }
    }

    /// When the earliest moment is due.
    pub(super) fn next_at(&self) -> Option<SimTime> {
        self.moments.last().map(Entry::at)
    }

    /// True when nothing will happen any more.
    pub(super) fn is_empty(&self) -> bool {
        self.moments.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::machines::{infeed, table};
    use super::*;

    const READY: SimEvent = SimEvent::Infeed(infeed::Event::Ready);
    const EXIT: SimEvent = SimEvent::Table(table::Event::Exit);

    #[test]
    fn moments_come_by_time_then_priority_then_order_of_entry() {
        let mut calendar = Calendar::default();
        let at = SimTime::from_nanos;
        calendar.enter(at(5), MachineId(0), READY);
        calendar.enter(at(5), MachineId(1), EXIT);
        calendar.enter(at(5), MachineId(2), EXIT);
        calendar.enter(at(4), MachineId(3), READY);
        let order: Vec<u16> =
            std::iter::from_fn(|| calendar.next_before(at(6)).map(|e| e.machine.0)).collect();
        assert_eq!(order, [3, 1, 2, 0]);
        calendar.enter(at(6), MachineId(0), EXIT);
        assert!(calendar.next_before(at(6)).is_none());
        assert!(!calendar.is_empty());
    }

    #[test]
    fn moments_come_in_order_however_many_there_are() {
        let mut calendar = Calendar::default();
        let mut stream = linetwin_base::Streams::new(1).stream("test", "moments");
        let mut came = 0;
        let mut last = SimTime::START;
        while came < 5_000 {
            // Up to some hundred at a time, then all of them out.
            for _ in 0..stream.bits() % 300 {
                let at = SimTime::from_nanos(last.as_nanos() + stream.bits() % 1_000);
                calendar.enter(at, MachineId(0), EXIT);
            }
            for _ in 0..stream.bits() % 300 {
                let Some(entry) = calendar.next_before(SimTime::from_nanos(u64::MAX)) else {
                    break;
                };
                assert!(entry.at() >= last);
                last = entry.at();
                came += 1;
            }
        }
    }
}
