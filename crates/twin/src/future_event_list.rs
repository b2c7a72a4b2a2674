//! The future event list: which event is scheduled at which machine when. Ties are broken by priority, then
//! by the order in which events were scheduled, so that a run never depends on anything else.

use linetwin_base::{MachineId, SimTime};

use super::machines::SimEvent;

/// An event and its time.
#[derive(Copy, Clone, Debug)]
pub(super) struct ScheduledEvent {
    key: u128,
    pub(super) machine: MachineId,
    pub(super) event: SimEvent,
}

// Scheduled events are moved about all the time, and given to `schedule` in a register.
const _: () = assert!(size_of::<ScheduledEvent>() == 32 && size_of::<SimEvent>() <= 8);

impl ScheduledEvent {
    /// Its time.
    pub(super) const fn at(&self) -> SimTime {
        SimTime::from_nanos((self.key >> 64) as u64)
    }
}

/// Up to so many events, looking at one after the other is faster than searching.
const FEW: usize = 32;

/// Scheduled events.
#[derive(Debug, Default)]
pub(super) struct FutureEventList {
    /// Latest first. A line has a handful of scheduled events, so moving them costs less than
    /// keeping a heap.
    events: Vec<ScheduledEvent>,
    sequence: u64,
}

impl FutureEventList {
    /// Schedules an event.
    pub(super) fn schedule(&mut self, at: SimTime, machine: MachineId, event: SimEvent) {
        self.sequence += 1;
        let tie = event.priority() << 56 | self.sequence;
        let key = u128::from(at.as_nanos()) << 64 | u128::from(tie);
        let scheduled = ScheduledEvent { key, machine, event };
        let at = if self.events.len() <= FEW {
            self.events.iter().rposition(|other| other.key > key).map_or(0, |later| later + 1)
        } else {
            self.events.partition_point(|other| other.key > key)
        };
        self.events.insert(at, scheduled);
    }

    /// Takes the earliest event that lies before `until`.
    pub(super) fn next_before(&mut self, until: SimTime) -> Option<ScheduledEvent> {
        if self.events.last()?.at() < until { self.events.pop() } else { None }
    }

    /// Time of the earliest event.
    pub(super) fn next_at(&self) -> Option<SimTime> {
        self.events.last().map(ScheduledEvent::at)
    }

    /// True when no event is scheduled.
    pub(super) fn is_empty(&self) -> bool {
        self.events.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::machines::{infeed, table};
    use super::*;

    const READY: SimEvent = SimEvent::Infeed(infeed::Event::Ready);
    const EXIT: SimEvent = SimEvent::Table(table::Event::Exit);

    #[test]
    fn events_come_by_time_then_priority_then_order_of_scheduling() {
        let mut events = FutureEventList::default();
        let at = SimTime::from_nanos;
        events.schedule(at(5), MachineId(0), READY);
        events.schedule(at(5), MachineId(1), EXIT);
        events.schedule(at(5), MachineId(2), EXIT);
        events.schedule(at(4), MachineId(3), READY);
        let order: Vec<u16> =
            std::iter::from_fn(|| events.next_before(at(6)).map(|e| e.machine.0)).collect();
        assert_eq!(order, [3, 1, 2, 0]);
        events.schedule(at(6), MachineId(0), EXIT);
        assert!(events.next_before(at(6)).is_none());
        assert!(!events.is_empty());
    }

    #[test]
    fn events_come_in_order_however_many_there_are() {
        let mut events = FutureEventList::default();
        let mut stream = linetwin_base::Streams::new(1).stream("test", "moments");
        let mut came = 0;
        let mut last = SimTime::START;
        while came < 5_000 {
            // Up to some hundred at a time, then all of them out.
            for _ in 0..stream.bits() % 300 {
                let at = SimTime::from_nanos(last.as_nanos() + stream.bits() % 1_000);
                events.schedule(at, MachineId(0), EXIT);
            }
            for _ in 0..stream.bits() % 300 {
                let Some(scheduled) = events.next_before(SimTime::from_nanos(u64::MAX)) else {
                    break;
                };
                assert!(scheduled.at() >= last);
                last = scheduled.at();
                came += 1;
            }
        }
    }
}
