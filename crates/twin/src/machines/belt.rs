//! Belts as the twin runs them: products come on, pass devices, queue and leave at the times that the
//! formulas of the line model give (`linetwin_line::motion`). The belt keeps its own clock, which runs only
//! while the belt runs, and a product is known by the belt time at which it came on; no product is ever
//! moved.

pub(in super::super) mod build;
mod encoder;
mod interference;
mod pace;
mod touching;

use std::collections::VecDeque;

use bevy_ecs::prelude::*;

use linetwin_base::{Cause, MachineId};
use linetwin_engine::{DeviceEvent, OperatorTask, Read, StopCause};
use linetwin_faults::Inserted;
use linetwin_line::motion::{BeltClock, BeltMotion, BeltNanos, Riding};

use super::super::item::{Item, Mark};
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::Signal as AnySignal;
use super::kind::{MachineKind, Passing};
use super::outlet::Outlet;

use encoder::Encoder;
use pace::Pace;

pub(in super::super) use build::plugin;

/// What is scheduled for a belt. The time of an event at a place along it changes with its speed: an event
/// whose epoch is not the belt's is stale, because the belt has changed its speed since.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// The head of the belt reaches its end.
    Exit { epoch: Epoch },
    /// A product reaches this device along the belt.
    Station { index: u8, epoch: Epoch },
    /// A person puts a product onto the belt as soon as a place is free.
    Insert,
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// How often a belt has changed its speed. Bytes, not a number: without alignment an event fits into eight
/// bytes, which is one register.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Epoch([u8; 4]);

impl Epoch {
    const fn next(self) -> Self {
        Self(u32::from_le_bytes(self.0).wrapping_add(1).to_le_bytes())
    }
}

/// Signals for a belt only.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// This mark is on the product now.
    Mark { ordinal: u64, mark: Option<Mark> },
    /// Push this product off, to this machine.
    TakeOff { ordinal: u64, to: MachineId },
    /// Stand still for this machine, at once.
    Hold(MachineId),
    /// This machine lets it run again.
    Go(MachineId),
    /// So many products are on a belt that sets this one's pace.
    Load { of: MachineId, units: u32 },
    /// The line controller stops it.
    Stop(StopCause),
    /// The line controller starts it.
    Start,
    /// An operator takes off the product that came on at this encoder reading.
    Remove { task: OperatorTask, entered_um: u64 },
    /// The same, as a sample.
    TakeSample { task: OperatorTask, entered_um: u64 },
    /// An operator has found out at the machine beside it why products are bad.
    FindCause(OperatorTask),
}

/// One product on the belt; empty when it was taken off.
#[derive(Debug)]
struct BeltProduct {
    item: Option<Item>,
    entered: BeltNanos,
    /// It touches the one before it: no sensor separates them.
    touches: bool,
}

/// Something along the belt that products pass.
#[derive(Debug)]
struct Station {
    what: DeviceKind,
    /// From the entry.
    at: BeltNanos,
    /// The next product that will pass it, by ordinal.
    next: u64,
}

#[derive(Copy, Clone, Debug)]
enum DeviceKind {
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
    products: VecDeque<BeltProduct>,
    /// Ordinal of the first of `products`.
    first: u64,
    /// Products on the belt.
    load: u32,
    stations: Vec<Station>,
    clock: BeltClock,
    pace: Pace,
    last_exit: Option<BeltNanos>,
    exit_scheduled: bool,
    /// Machines that make it stand.
    holds: Vec<MachineId>,
    /// Why, if the line controller stopped it.
    stop_cause: StopCause,
    epoch: Epoch,
    /// Whether the fault plan interferes with its products.
    interfered: bool,
    /// A product that a person is about to put on: the fault, and what kind.
    to_insert: Option<(u16, Inserted)>,
    /// Mark of the first product with a code that left the belt.
    long_gone: Option<Mark>,
    /// The operator's scanner.
    handheld: Reader,
    /// The sample that was taken last, and what it read as.
    sampled: Option<(OperatorTask, Read)>,
}

impl MachineKind for Belt {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::Outlet => self.retry(meter, context),
            Event::Exit { epoch } => {
                if epoch == self.epoch {
                    self.exit_scheduled = false;
                    self.exit(meter, context);
                }
            }
            Event::Station { index, epoch } => {
                if epoch == self.epoch {
                    self.pass(usize::from(index), context);
                }
            }
            Event::Insert => self.insert(meter, context),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, context: &mut LineContext) {
        match signal {
            Signal::Mark { ordinal, mark } => {
                if let Some(Item::Unit(unit)) = self.product_mut(ordinal) {
                    unit.mark = mark;
                }
            }
            Signal::TakeOff { ordinal, to } => {
                if let Some(item) = self.take_off(ordinal, meter, context) {
                    context.signal(to, AnySignal::Arrive(item));
                }
            }
            Signal::Hold(by) => {
                if by == context.operator {
                    self.stop_cause = StopCause::Controller;
                }
                self.brake(by, meter, context);
            }
            Signal::Go(by) => self.go(by, meter, context),
            Signal::Load { of, units } => {
                if self.pace.take_load(of, units) && self.clock.should_run() {
                    self.run(context);
                }
            }
            Signal::Stop(why) => {
                self.stop_cause = why;
                self.hold(context.operator, meter, context);
            }
            Signal::Start => self.go(context.operator, meter, context),
            Signal::Remove { task, entered_um } => {
                self.remove_by_hand(task, entered_um, false, meter, context);
            }
            Signal::TakeSample { task, entered_um } => {
                self.remove_by_hand(task, entered_um, true, meter, context);
            }
            // The operator's task at the machine beside the belt is done; the line controller gets the
            // report.
            Signal::FindCause(task) => {
                context.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
            }
        }
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        self.enter(item, meter, context);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    fn clear(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if let Some(item) = self.outlet.take() {
            context.remove_by_hand(self.id, item);
            self.head_gone(meter, context);
        }
        for ordinal in self.first..self.first + self.products.len() as u64 {
            if let Some(item) = self.take_off(ordinal, meter, context) {
                context.remove_by_hand(self.id, item);
            }
        }
    }
}

impl Belt {
    // --- the belt's clock --------------------------------------------------------------------

    fn ran(&self, context: &LineContext) -> BeltNanos {
        self.clock.at(context.now())
    }

    /// Schedules an event at belt time `ran`, unless the belt stands before: then it is scheduled when the
    /// belt starts. True if it was scheduled.
    fn schedule_at(&self, ran: BeltNanos, event: Event, context: &mut LineContext) -> bool {
        let at = self.clock.when(ran, context.now());
        if let Some(at) = at {
            context.events.schedule(at, self.id, event.into());
        }
        at.is_some()
    }

    /// Its speed changes: its events are scheduled for other times.
    fn reschedule(&mut self, context: &mut LineContext) {
        self.epoch = self.epoch.next();
        self.exit_scheduled = false;
        for index in 0..self.stations.len() {
            self.schedule_station(index, context);
        }
        self.schedule_exit(context);
        context.set_closed(self.id, !self.clock.should_run());
    }

    fn hold(&mut self, by: MachineId, meter: &mut Meter, context: &mut LineContext) {
        if !self.holds.contains(&by) {
            self.holds.push(by);
            if self.clock.should_run() {
                self.clock.set_speed(context.now(), 0);
                self.reschedule(context);
            }
        }
        self.show_state(meter, context);
    }

    /// It stands at once, as after a failure of power or of a device, even if it was slowing down already.
    fn brake(&mut self, by: MachineId, meter: &mut Meter, context: &mut LineContext) {
        self.clock.brake(context.now());
        self.reschedule(context);
        self.hold(by, meter, context);
    }

    fn go(&mut self, by: MachineId, meter: &mut Meter, context: &mut LineContext) {
        self.holds.retain(|holder| *holder != by);
        if self.holds.is_empty() && !self.clock.should_run() {
            self.run(context);
        }
        self.show_state(meter, context);
    }

    /// It runs from now on, as fast as it should.
    fn run(&mut self, context: &mut LineContext) {
        self.clock.set_speed(context.now(), self.pace.speed());
        if let Some(last) = self.products.back() {
            let free = self.clock.when(self.motion.free_from(last.entered), context.now());
            context.set_free_at(self.id, free.expect("a belt that runs comes everywhere"));
        }
        self.reschedule(context);
    }

    fn show_state(&self, meter: &mut Meter, context: &mut LineContext) {
        if self.holds.contains(&context.operator) {
            match self.stop_cause {
                StopCause::Operator => meter.hold(context, Cause::Operator),
                StopCause::NoSerials => meter.suspend(context, Cause::NoSerials),
                StopCause::Controller => meter.suspend(context, Cause::Controller),
            }
        } else if self.outlet.is_blocked() || !self.holds.is_empty() {
            meter.suspend(context, Cause::Blocked);
        } else if self.load == 0 {
            meter.suspend(context, Cause::Starved);
        } else {
            meter.execute(context);
        }
    }

    // --- products ----------------------------------------------------------------------------

    fn enter(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        let touching = if self.interfered { self.close_up(&item, context) } else { None };
        let entered = touching.unwrap_or_else(|| self.ran(context));
        let touches = touching.is_some();
        self.products.push_back(BeltProduct { item: Some(item), entered, touches });
        self.load += 1;
        self.pace.report_load(self.load, context);
        meter.level_up(context.now());
        let spaced = self.clock.when(self.motion.free_from(entered), context.now());
        // On one that stands, this time is found when it starts.
        context.set_free_at(self.id, spaced.unwrap_or(context.now()));
        if !self.stations.is_empty() {
            if !touches {
                let (at_um, _) = self.encoder.read(entered, context);
                context.report(DeviceEvent::ProductEntered { belt: self.id, at_um });
            }
            let ordinal = self.first + self.products.len() as u64 - 1;
            for index in 0..self.stations.len() {
                if self.stations[index].next == ordinal {
                    self.schedule_station(index, context);
                }
            }
        }
        self.schedule_exit(context);
        if self.load == 1 {
            self.show_state(meter, context);
        }
        if self.interfered {
            self.interfere(meter, context);
        }
    }

    fn product_mut(&mut self, ordinal: u64) -> Option<&mut Item> {
        let index = ordinal.checked_sub(self.first)?;
        self.products.get_mut(index as usize)?.item.as_mut()
    }

    /// Takes a product off the middle of the belt, and frees its place.
    fn take_off(
        &mut self,
        ordinal: u64,
        meter: &mut Meter,
        context: &mut LineContext,
    ) -> Option<Item> {
        let index = ordinal.checked_sub(self.first)?;
        let item = self.products.get_mut(index as usize)?.item.take()?;
        if let Some(next) = self.products.get_mut(index as usize + 1) {
            next.touches = false;
        }
        self.unload(meter, context);
        self.drop_empty_head();
        Some(item)
    }

    fn unload(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.load -= 1;
        self.pace.report_load(self.load, context);
        meter.level_down(context.now());
        meter.processed += 1;
        context.add_free_place(self.id);
        if self.load == 0 {
            self.show_state(meter, context);
        }
    }

    /// Drops places at the head from which products were taken, once no event needs them.
    fn drop_empty_head(&mut self) {
        let passed = self.stations.iter().map(|station| station.next).min();
        while let Some(head) = self.products.front()
            && head.item.is_none()
            && passed.is_none_or(|passed| self.first < passed)
        {
            self.products.pop_front();
            self.first += 1;
        }
    }

    // --- stations along the belt -------------------------------------------------------------

    /// Schedules the next product's passing of a station.
    fn schedule_station(&mut self, index: usize, context: &mut LineContext) {
        let (first, station) = (self.first, &mut self.stations[index]);
        station.next = station.next.max(first);
        // Places from which the product was taken are passed over.
        while let Some(product) = self.products.get((station.next - first) as usize) {
            if product.item.is_some() {
                let reached = product.entered + station.at;
                let event = Event::Station { index: index as u8, epoch: self.epoch };
                self.schedule_at(reached, event, context);
                return;
            }
            station.next += 1;
        }
    }

    fn pass(&mut self, index: usize, context: &mut LineContext) {
        let station = &mut self.stations[index];
        let (ordinal, what) = (station.next, station.what);
        station.next += 1;
        let (at_um, slipping) = self.encoder.read(self.clock.at(context.now()), context);
        let product = &self.products[(ordinal - self.first) as usize];
        if let Some(Item::Unit(unit)) = product.item.as_ref().filter(|_| !product.touches) {
            // Each product is hit once: where the first device expects it.
            if let Some(fault) = slipping.filter(|_| index == 0) {
                context.note_fault(fault, Some(unit.id));
            }
            match what {
                DeviceKind::Device(device) => {
                    let mark = unit.mark.clone();
                    let passing = Passing { ordinal, unit: unit.id, mark, at_um };
                    context.signal(device, AnySignal::Passing(passing));
                }
                DeviceKind::PassSensor => {
                    context.report(DeviceEvent::ProductLeft { belt: self.id, at_um });
                }
            }
        }
        self.schedule_station(index, context);
        self.drop_empty_head();
    }

    // --- the end of the belt -----------------------------------------------------------------

    fn schedule_exit(&mut self, context: &mut LineContext) {
        if self.exit_scheduled || self.outlet.is_blocked() {
            return;
        }
        let Some(head) = self.products.iter().find(|product| product.item.is_some()) else {
            return;
        };
        let at = self.motion.reaches_end(head.entered, self.last_exit);
        self.exit_scheduled = self.schedule_at(at, Event::Exit { epoch: self.epoch }, context);
    }

    /// The head is at the end: it leaves, or waits there.
    fn exit(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let ran = self.ran(context);
        let head = self.products.iter().position(|product| product.item.is_some());
        // The head may have been taken off by hand since; then the exit of another one is scheduled for
        // later.
        let arrived =
            |head: &usize| self.motion.has_come_through(self.products[*head].entered, ran);
        let Some(head) = head.filter(arrived) else {
            return self.schedule_exit(context);
        };
        debug_assert!(self.stands_at_end(head, ran), "it leaves from where the formula has it");
        let item = self.products[head].item.take().expect("just found");
        if self.interfered && self.long_gone.is_none() {
            self.long_gone = item.mark().cloned();
        }
        if self.outlet.send(item, context) {
            self.left(meter, context);
        } else if self.motion.accumulates() {
            self.show_state(meter, context);
        } else {
            self.hold(self.id, meter, context);
        }
    }

    /// Whether the line model's formula has the belt's first product at the end.
    fn stands_at_end(&self, head: usize, ran: BeltNanos) -> bool {
        let riding = Riding { entered: self.products[head].entered, ahead: 0 };
        self.motion.place(ran, riding, self.last_exit) >= self.motion.length()
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.retry(context) {
            self.head_gone(meter, context);
        }
    }

    /// The product that waited at the end is gone.
    fn head_gone(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.left(meter, context);
        if self.motion.accumulates() {
            self.show_state(meter, context);
        } else {
            self.go(self.id, meter, context);
        }
    }

    fn left(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.last_exit = Some(self.ran(context));
        self.unload(meter, context);
        self.drop_empty_head();
        self.schedule_exit(context);
    }
}
