//! Belts as the twin runs them: products come on, pass devices, queue and leave when the formulas of the
//! line model say so (`linetwin_line::motion`). The belt keeps its own clock, which runs only while the belt
//! runs, and a product is known by the belt time at which it came on; no product is ever moved.

pub(in super::super) mod build;
mod encoder;
mod hands;
mod pace;
mod touching;

use std::collections::VecDeque;

use bevy::prelude::*;

use linetwin_base::{Cause, MachineId};
use linetwin_engine::{DeviceEvent, OperatorTask, Read, StopCause};
use linetwin_faults::Inserted;
use linetwin_line::motion::{BeltClock, BeltMotion, BeltNanos, Riding};

use super::super::floor::Floor;
use super::super::item::{Item, Mark};
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::Signal as AnySignal;
use super::kind::{MachineKind, Passing};
use super::outlet::Outlet;

use encoder::Encoder;
use pace::Pace;

pub(in super::super) use build::plugin;

/// What is scheduled for a belt. What is due at a place along it moves with it: an event whose epoch is not
/// the belt's is stale, because the belt has changed its speed since.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// The head of the belt reaches its end.
    Exit { epoch: u32 },
    /// A product reaches this device along the belt.
    Station { index: u8, epoch: u32 },
    /// Somebody puts a product onto the belt as soon as there is room.
    Insert,
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// What only a belt can be told.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// This is on the product now.
    Mark { ordinal: u64, mark: Option<Mark> },
    /// Push this product off, towards the machine that asks.
    TakeOff { ordinal: u64, to: MachineId },
    /// Stand still for this machine, at once.
    Hold(MachineId),
    /// This machine lets it run again.
    Go(MachineId),
    /// So many products are on one that it goes by.
    Load { of: MachineId, units: u32 },
    /// The line controller stops it.
    Stop(StopCause),
    /// The line controller starts it.
    Start,
    /// Somebody takes off the product that came on at this encoder reading.
    Remove { task: OperatorTask, entered_um: u64 },
    /// The same, as a sample.
    TakeSample { task: OperatorTask, entered_um: u64 },
    /// Somebody has found out at the machine beside it why products are bad.
    FindCause(OperatorTask),
}

/// One product on the belt; empty when it was taken off.
#[derive(Debug)]
struct Rider {
    item: Option<Item>,
    entered: BeltNanos,
    /// It touches the one before it: no sensor tells them apart.
    touches: bool,
}

/// Something along the belt that products pass.
#[derive(Debug)]
struct Station {
    what: StationKind,
    /// From the entry.
    at: BeltNanos,
    /// The next product that will pass it, by ordinal.
    next: u64,
}

#[derive(Copy, Clone, Debug)]
enum StationKind {
    Device(MachineId),
    /// The sensor behind the reject gate.
    PassSensor,
}

/// State of a belt.
#[derive(Component, Debug)]
pub(in super::super) struct Belt {
    id: MachineId,
    motion: BeltMotion,
    encoder: Encoder,
    outlet: Outlet,
    riders: VecDeque<Rider>,
    /// Ordinal of the first of `riders`.
    first: u64,
    /// Products on the belt.
    load: u32,
    stations: Vec<Station>,
    clock: BeltClock,
    pace: Pace,
    last_exit: Option<BeltNanos>,
    exit_scheduled: bool,
    /// Who makes it stand.
    holds: Vec<MachineId>,
    /// Why, if the line controller does.
    told_to_stand: StopCause,
    epoch: u32,
    /// Whether the plan of faults lays a hand on its products.
    meddled: bool,
    /// A product that somebody wants to put on: the fault, and what kind.
    to_insert: Option<(u16, Inserted)>,
    /// What the first product with a code that left the belt carries.
    long_gone: Option<Mark>,
    /// What an operator scans with.
    handheld: Reader,
    /// The sample that was taken last, and what it read as.
    sampled: Option<(OperatorTask, Read)>,
}

impl MachineKind for Belt {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, floor: &mut Floor) {
        match event {
            Event::Outlet => self.retry(meter, floor),
            Event::Exit { epoch } => {
                if epoch == self.epoch {
                    self.exit_scheduled = false;
                    self.exit(meter, floor);
                }
            }
            Event::Station { index, epoch } => {
                if epoch == self.epoch {
                    self.pass(usize::from(index), floor);
                }
            }
            Event::Insert => self.insert(meter, floor),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, floor: &mut Floor) {
        match signal {
            Signal::Mark { ordinal, mark } => {
                if let Some(Item::Unit(unit)) = self.rider_mut(ordinal) {
                    unit.mark = mark;
                }
            }
            Signal::TakeOff { ordinal, to } => {
                if let Some(item) = self.take_off(ordinal, meter, floor) {
                    floor.signal(to, AnySignal::Arrive(item));
                }
            }
            Signal::Hold(by) => {
                if by == floor.operator {
                    self.told_to_stand = StopCause::Controller;
                }
                self.brake(by, meter, floor);
            }
            Signal::Go(by) => self.go(by, meter, floor),
            Signal::Load { of, units } => {
                if self.pace.hear(of, units) && self.clock.is_told_to_run() {
                    self.run(floor);
                }
            }
            Signal::Stop(why) => {
                self.told_to_stand = why;
                self.hold(floor.operator, meter, floor);
            }
            Signal::Start => self.go(floor.operator, meter, floor),
            Signal::Remove { task, entered_um } => {
                self.remove_by_hand(task, entered_um, false, meter, floor);
            }
            Signal::TakeSample { task, entered_um } => {
                self.remove_by_hand(task, entered_um, true, meter, floor);
            }
            // He has done what he does at the machine beside the belt; the line controller hears of it.
            Signal::FindCause(task) => {
                floor.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
            }
        }
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, floor: &mut Floor) {
        self.enter(item, meter, floor);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.retry(meter, floor);
    }

    fn clear(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if let Some(item) = self.outlet.take() {
            floor.remove_by_hand(self.id, item);
            self.head_gone(meter, floor);
        }
        for ordinal in self.first..self.first + self.riders.len() as u64 {
            if let Some(item) = self.take_off(ordinal, meter, floor) {
                floor.remove_by_hand(self.id, item);
            }
        }
    }
}

impl Belt {
    // --- the belt's clock --------------------------------------------------------------------

    fn ran(&self, floor: &Floor) -> BeltNanos {
        self.clock.at(floor.now())
    }

    /// Enters what will happen at belt time `ran`, unless the belt stands before: then it is entered
    /// when the belt starts. True if it was entered.
    fn schedule_at(&self, ran: BeltNanos, event: Event, floor: &mut Floor) -> bool {
        let at = self.clock.when(ran, floor.now());
        if let Some(at) = at {
            floor.calendar.enter(at, self.id, event.into());
        }
        at.is_some()
    }

    /// Its speed changes: what is due is due at other moments.
    fn reschedule(&mut self, floor: &mut Floor) {
        self.epoch += 1;
        self.exit_scheduled = false;
        for index in 0..self.stations.len() {
            self.schedule_station(index, floor);
        }
        self.schedule_exit(floor);
        floor.set_shut(self.id, !self.clock.is_told_to_run());
    }

    fn hold(&mut self, by: MachineId, meter: &mut Meter, floor: &mut Floor) {
        if !self.holds.contains(&by) {
            self.holds.push(by);
            if self.clock.is_told_to_run() {
                self.clock.set_speed(floor.now(), 0);
                self.reschedule(floor);
            }
        }
        self.show_state(meter, floor);
    }

    /// It stands at once, as where power or a device fails, even if it was slowing down already.
    fn brake(&mut self, by: MachineId, meter: &mut Meter, floor: &mut Floor) {
        self.clock.brake(floor.now());
        self.reschedule(floor);
        self.hold(by, meter, floor);
    }

    fn go(&mut self, by: MachineId, meter: &mut Meter, floor: &mut Floor) {
        self.holds.retain(|holder| *holder != by);
        if self.holds.is_empty() && !self.clock.is_told_to_run() {
            self.run(floor);
        }
        self.show_state(meter, floor);
    }

    /// It runs from now on, as fast as it should.
    fn run(&mut self, floor: &mut Floor) {
        self.clock.set_speed(floor.now(), self.pace.speed());
        if let Some(last) = self.riders.back() {
            let free = self.clock.when(self.motion.free_from(last.entered), floor.now());
            floor.set_free_at(self.id, free.expect("a belt that runs comes everywhere"));
        }
        self.reschedule(floor);
    }

    fn show_state(&self, meter: &mut Meter, floor: &mut Floor) {
        if self.holds.contains(&floor.operator) {
            match self.told_to_stand {
                StopCause::Operator => meter.hold(floor, Cause::Operator),
                StopCause::Numbers => meter.suspend(floor, Cause::Numbers),
                StopCause::Controller => meter.suspend(floor, Cause::Controller),
            }
        } else if self.outlet.is_blocked() || !self.holds.is_empty() {
            meter.suspend(floor, Cause::Blocked);
        } else if self.load == 0 {
            meter.suspend(floor, Cause::Starved);
        } else {
            meter.execute(floor);
        }
    }

    // --- products ----------------------------------------------------------------------------

    fn enter(&mut self, item: Item, meter: &mut Meter, floor: &mut Floor) {
        let touching = if self.meddled { self.run_up(&item, floor) } else { None };
        let entered = touching.unwrap_or_else(|| self.ran(floor));
        let touches = touching.is_some();
        self.riders.push_back(Rider { item: Some(item), entered, touches });
        self.load += 1;
        self.pace.tell_load(self.load, floor);
        meter.level_up(floor.now());
        let spaced = self.clock.when(self.motion.free_from(entered), floor.now());
        // On one that stands, the moment is found when it starts.
        floor.set_free_at(self.id, spaced.unwrap_or(floor.now()));
        if !self.stations.is_empty() {
            if !touches {
                let (at_um, _) = self.encoder.read(entered, floor);
                floor.report(DeviceEvent::ProductEntered { belt: self.id, at_um });
            }
            let ordinal = self.first + self.riders.len() as u64 - 1;
            for index in 0..self.stations.len() {
                if self.stations[index].next == ordinal {
                    self.schedule_station(index, floor);
                }
            }
        }
        self.schedule_exit(floor);
        if self.load == 1 {
            self.show_state(meter, floor);
        }
        if self.meddled {
            self.meddle(meter, floor);
        }
    }

    fn rider_mut(&mut self, ordinal: u64) -> Option<&mut Item> {
        let index = ordinal.checked_sub(self.first)?;
        self.riders.get_mut(index as usize)?.item.as_mut()
    }

    /// Takes a product off the middle of the belt, and makes room for another.
    fn take_off(&mut self, ordinal: u64, meter: &mut Meter, floor: &mut Floor) -> Option<Item> {
        let index = ordinal.checked_sub(self.first)?;
        let item = self.riders.get_mut(index as usize)?.item.take()?;
        if let Some(next) = self.riders.get_mut(index as usize + 1) {
            next.touches = false;
        }
        self.unload(meter, floor);
        self.drop_empty_head();
        Some(item)
    }

    fn unload(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.load -= 1;
        self.pace.tell_load(self.load, floor);
        meter.level_down(floor.now());
        meter.processed += 1;
        floor.make_room(self.id);
        if self.load == 0 {
            self.show_state(meter, floor);
        }
    }

    /// Forgets places at the head from which products were taken, once nothing asks for them.
    fn drop_empty_head(&mut self) {
        let passed = self.stations.iter().map(|station| station.next).min();
        while let Some(head) = self.riders.front()
            && head.item.is_none()
            && passed.is_none_or(|passed| self.first < passed)
        {
            self.riders.pop_front();
            self.first += 1;
        }
    }

    // --- stations along the belt -------------------------------------------------------------

    /// Enters the moment at which the next product reaches a station.
    fn schedule_station(&mut self, index: usize, floor: &mut Floor) {
        let (first, station) = (self.first, &mut self.stations[index]);
        station.next = station.next.max(first);
        // Places from which the product was taken are passed over.
        while let Some(rider) = self.riders.get((station.next - first) as usize) {
            if rider.item.is_some() {
                let reached = rider.entered + station.at;
                let event = Event::Station { index: index as u8, epoch: self.epoch };
                self.schedule_at(reached, event, floor);
                return;
            }
            station.next += 1;
        }
    }

    fn pass(&mut self, index: usize, floor: &mut Floor) {
        let station = &mut self.stations[index];
        let (ordinal, what) = (station.next, station.what);
        station.next += 1;
        let (at_um, slipping) = self.encoder.read(self.clock.at(floor.now()), floor);
        let rider = &self.riders[(ordinal - self.first) as usize];
        if let Some(Item::Unit(unit)) = rider.item.as_ref().filter(|_| !rider.touches) {
            // Each product is hit once: where the first device expects it.
            if let Some(fault) = slipping.filter(|_| index == 0) {
                floor.note_fault(fault, Some(unit.id));
            }
            match what {
                StationKind::Device(device) => {
                    let mark = unit.mark.clone();
                    let passing = Passing { ordinal, unit: unit.id, mark, at_um };
                    floor.signal(device, AnySignal::Passing(passing));
                }
                StationKind::PassSensor => {
                    floor.report(DeviceEvent::ProductLeft { belt: self.id, at_um });
                }
            }
        }
        self.schedule_station(index, floor);
        self.drop_empty_head();
    }

    // --- the end of the belt -----------------------------------------------------------------

    fn schedule_exit(&mut self, floor: &mut Floor) {
        if self.exit_scheduled || self.outlet.is_blocked() {
            return;
        }
        let Some(head) = self.riders.iter().find(|rider| rider.item.is_some()) else {
            return;
        };
        let at = self.motion.reaches_end(head.entered, self.last_exit);
        self.exit_scheduled = self.schedule_at(at, Event::Exit { epoch: self.epoch }, floor);
    }

    /// The head is at the end: it leaves, or waits there.
    fn exit(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let ran = self.ran(floor);
        let head = self.riders.iter().position(|rider| rider.item.is_some());
        // The head may have been taken off by hand since; then another one is due later.
        let arrived = |head: &usize| self.motion.has_come_through(self.riders[*head].entered, ran);
        let Some(head) = head.filter(arrived) else {
            return self.schedule_exit(floor);
        };
        debug_assert!(self.stands_at_end(head, ran), "it leaves from where the formula has it");
        let item = self.riders[head].item.take().expect("just found");
        if self.meddled && self.long_gone.is_none() {
            self.long_gone = item.mark().cloned();
        }
        if self.outlet.send(item, floor) {
            self.left(meter, floor);
        } else if self.motion.accumulates() {
            self.show_state(meter, floor);
        } else {
            self.hold(self.id, meter, floor);
        }
    }

    /// Whether the formula by which others draw this belt has its first product at the end.
    fn stands_at_end(&self, head: usize, ran: BeltNanos) -> bool {
        let riding = Riding { entered: self.riders[head].entered, ahead: 0 };
        self.motion.place(ran, riding, self.last_exit) >= self.motion.length()
    }

    fn retry(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if self.outlet.retry(floor) {
            self.head_gone(meter, floor);
        }
    }

    /// What waited at the end is gone.
    fn head_gone(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.left(meter, floor);
        if self.motion.accumulates() {
            self.show_state(meter, floor);
        } else {
            self.go(self.id, meter, floor);
        }
    }

    fn left(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.last_exit = Some(self.ran(floor));
        self.unload(meter, floor);
        self.drop_empty_head();
        self.schedule_exit(floor);
    }
}
