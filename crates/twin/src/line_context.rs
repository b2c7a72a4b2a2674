//! What the machines of one line share: the future event list, the inlets between them, the signals of the
//! moment, the trace, the faults, and the port to the line controller. Machines never touch one another; they
//! pass items through inlets and leave signals here.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy_ecs::prelude::*;

use linetwin_base::{ContainerId, MachineId, SimSpan, SimTime, UnitId};
use linetwin_engine::{DeviceEvent, Read};
use linetwin_faults::FaultPlan;
use linetwin_line::{Task, WorkEvent, WorkRecord};
use linetwin_trace::{CloseReason, Fact, Trace};

use super::borderline_prints::BorderlinePrints;
use super::future_event_list::FutureEventList;
use super::item::Item;
use super::machines::{Signal, SimEvent};

/// The entry of a machine.
#[derive(Clone, Debug)]
pub(super) struct Inlet {
    /// Items that still fit.
    free_places: u32,
    /// Closed while a belt stands.
    closed: bool,
    /// The place behind the inlet is free from then on.
    free_at: SimTime,
    /// Machines to signal when it opens, in the order in which they came.
    waiting: Vec<MachineId>,
    /// Of these, those to signal before all others, in this order.
    first: Vec<MachineId>,
    /// Machines that an event wakes, and when.
    wakeups: Vec<(MachineId, SimTime)>,
}

/// A machine that sends items on.
#[derive(Debug)]
pub(super) struct Sender {
    pub(super) machine: MachineId,
    /// Scheduled for it where the time is known at which the next machine takes an item.
    pub(super) retry: SimEvent,
}

/// A line's context while the line runs.
#[derive(Component, Debug)]
pub(super) struct ActiveLine(pub(super) LineContext);

/// See the module's first lines. A resource while its line is being built.
#[derive(Resource, Debug)]
pub(super) struct LineContext {
    now: SimTime,
    /// Events are run up to here.
    pub(super) until: SimTime,
    pub(super) events: FutureEventList,
    inlets: Vec<Inlet>,
    pub(super) signals: VecDeque<(MachineId, Signal)>,
    pub(super) device_events: VecDeque<DeviceEvent>,
    pub(super) trace: Trace,
    /// Nothing unless a log was requested.
    pub(super) work_log: Option<Vec<WorkRecord>>,
    pub(super) faults: FaultPlan,
    pub(super) borderline_prints: BorderlinePrints,
    /// True when a line controller is attached.
    pub(super) attached: bool,
    /// What signals to people are addressed to; no machine has this id.
    pub(super) operator: MachineId,
    pub(super) closed: Option<CloseReason>,
    /// Units that the line controller has released and that are not yet in a container or off the line.
    pub(super) on_the_way: u64,
    next_unit: u32,
    next_container: u32,
}

impl LineContext {
    pub(super) fn new(
        machines: usize,
        faults: FaultPlan,
        borderline_prints: BorderlinePrints,
        attached: bool,
    ) -> Self {
        let operator = MachineId(machines as u16);
        let slots = machines + 2;
        let inlet = Inlet {
            free_places: 0,
            closed: false,
            free_at: SimTime::START,
            waiting: Vec::new(),
            first: Vec::new(),
            wakeups: Vec::new(),
        };
        Self {
            now: SimTime::START,
            until: SimTime::START,
            events: FutureEventList::default(),
            inlets: vec![inlet; slots],
            signals: VecDeque::new(),
            device_events: VecDeque::new(),
            trace: Trace::default(),
            work_log: None,
            faults,
            borderline_prints,
            attached,
            operator,
            closed: None,
            on_the_way: 0,
            next_unit: 0,
            next_container: 0,
        }
    }

    pub(super) const fn now(&self) -> SimTime {
        self.now
    }

    /// What events at the line controller and its port are addressed to; no machine has this id.
    pub(super) const fn link(&self) -> MachineId {
        MachineId(self.operator.0 + 1)
    }

    pub(super) fn set_now(&mut self, now: SimTime) {
        assert!(now >= self.now, "time runs forward");
        self.now = now;
        self.trace.set_now(now);
    }

    #[inline]
    pub(super) fn note(&mut self, fact: Fact) {
        self.trace.note(fact);
    }

    /// For the machine's own log, if one is kept.
    pub(super) fn log(&mut self, machine: MachineId, event: impl Into<Option<WorkEvent>>) {
        if let (Some(log), Some(event)) = (&mut self.work_log, event.into()) {
            log.push(WorkRecord { at: self.now, machine, event });
        }
    }

    /// A fault of the plan has hit, this unit if it hits units.
    pub(super) fn note_fault(&mut self, fault: u16, unit: Option<UnitId>) {
        let kind = self.faults.kind(fault);
        self.note(Fact::FaultInjected { fault, kind, unit });
    }

    /// Line controller, ledger or twin reached the coverage point with this name.
    pub(super) fn reached(&mut self, point: &str) {
        self.note(Fact::CoveragePoint { point: Arc::from(point) });
    }

    pub(super) fn new_unit(&mut self) -> UnitId {
        self.next_unit += 1;
        UnitId(self.next_unit)
    }

    /// The unit made last.
    pub(super) const fn last_unit(&self) -> UnitId {
        UnitId(self.next_unit)
    }

    pub(super) fn new_container(&mut self) -> ContainerId {
        self.next_container += 1;
        ContainerId(self.next_container)
    }

    /// Schedules an event `after` from now.
    pub(super) fn schedule(&mut self, after: SimSpan, machine: MachineId, event: SimEvent) {
        self.events.schedule(self.now + after, machine, event);
    }

    /// Leaves a signal for another machine, to be acted on within this moment.
    pub(super) fn signal(&mut self, to: MachineId, signal: Signal) {
        self.signals.push_back((to, signal));
    }

    /// Reports to the line controller, if there is one.
    pub(super) fn report(&mut self, event: DeviceEvent) {
        if self.attached {
            self.device_events.push_back(event);
        }
    }

    /// A unit is where it is going to, or off the line.
    pub(super) fn arrived(&mut self) {
        self.on_the_way = self.on_the_way.saturating_sub(1);
    }

    /// An operator takes an item off the line before it was packed.
    pub(super) fn remove_by_hand(&mut self, machine: MachineId, item: Item) {
        if let Item::Unit(unit) = item {
            self.arrived();
            self.note(Fact::RemovedByHand { machine, unit: unit.id });
        }
    }

    /// Offers an item to the next machine, or discharges it at the end of the line. Returns it if no place is
    /// free; then a `InletOpen` signal will follow, or this event.
    pub(super) fn offer(
        &mut self,
        sender: &Sender,
        to: Option<MachineId>,
        item: Item,
    ) -> Option<Item> {
        let from = sender.machine;
        let Some(to) = to else {
            let container = match &item {
                Item::Unit(_) => None,
                Item::Container(container) => Some(container.id),
            };
            self.note(Fact::LeftLine { container });
            return None;
        };
        let inlet = &mut self.inlets[to.index()];
        if inlet.free_places > 0 && !inlet.closed && inlet.free_at <= self.now {
            inlet.free_places -= 1;
            // An event may have woken it, and it waits no more.
            if !inlet.waiting.is_empty() {
                inlet.waiting.retain(|waiting| *waiting != from);
            }
            self.signal(to, Signal::Arrive(item));
            return None;
        }
        if !inlet.waiting.contains(&from) {
            inlet.waiting.push(from);
        }
        if inlet.free_places > 0 && !inlet.closed {
            let wakeup = (from, inlet.free_at);
            inlet.wakeups.retain(|(_, at)| *at > self.now);
            // Once is enough: a machine that tries again before then would be woken again and again.
            if !inlet.wakeups.contains(&wakeup) {
                inlet.wakeups.push(wakeup);
                self.events.schedule(inlet.free_at, from, sender.retry);
            }
        }
        Some(item)
    }

    /// Takes a place behind an inlet for an item that will come later; `false` if there is none, then a
    /// `InletOpen` signal will follow. At the end of the line there always is.
    pub(super) fn reserve(&mut self, from: MachineId, to: Option<MachineId>) -> bool {
        let Some(to) = to else { return true };
        let inlet = &mut self.inlets[to.index()];
        if inlet.free_places > 0 {
            inlet.free_places -= 1;
            return true;
        }
        if !inlet.waiting.contains(&from) {
            inlet.waiting.push(from);
        }
        false
    }

    /// Takes a place behind an inlet if one is free at once. Machines that wait there go on waiting.
    pub(super) fn try_reserve(&mut self, machine: MachineId) -> bool {
        let now = self.now;
        let inlet = &mut self.inlets[machine.index()];
        let free = inlet.free_places > 0 && !inlet.closed && inlet.free_at <= now;
        inlet.free_places -= u32::from(free);
        free
    }

    /// Through this inlet these come before all others, in this order.
    pub(super) fn set_priority(&mut self, machine: MachineId, first: Vec<MachineId>) {
        self.inlets[machine.index()].first = first;
    }

    /// Sets the number of free places at the start.
    pub(super) fn set_free_places(&mut self, machine: MachineId, free_places: u32) {
        self.inlets[machine.index()].free_places = free_places;
    }

    /// One more place is free.
    pub(super) fn add_free_place(&mut self, machine: MachineId) {
        self.inlets[machine.index()].free_places += 1;
        self.notify_waiting(machine);
    }

    /// The place behind the inlet is taken until then.
    pub(super) fn set_free_at(&mut self, machine: MachineId, at: SimTime) {
        self.inlets[machine.index()].free_at = at;
    }

    /// Closes the inlet, or opens it.
    pub(super) fn set_closed(&mut self, machine: MachineId, closed: bool) {
        self.inlets[machine.index()].closed = closed;
        if !closed {
            self.notify_waiting(machine);
        }
    }

    fn notify_waiting(&mut self, machine: MachineId) {
        let Inlet { waiting, first, .. } = &mut self.inlets[machine.index()];
        if waiting.is_empty() {
            return;
        }
        let rank = |waiting: &MachineId| first.iter().position(|one| one == waiting);
        waiting.sort_by_key(|waiting| rank(waiting).unwrap_or(first.len()));
        let waiting = waiting.drain(..);
        self.signals.extend(waiting.map(|waiting| (waiting, Signal::InletOpen)));
    }
}

/// The log's event for a code that was read; nothing where there was none to read.
pub(super) const fn read_event(task: Task, read: &Read) -> Option<WorkEvent> {
    match read {
        Read::Symbol { .. } => Some(WorkEvent::Read(task)),
        Read::NoRead => Some(WorkEvent::NoRead(task)),
        Read::NothingThere => None,
    }
}
