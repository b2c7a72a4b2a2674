//! A machine that works on one product at a time, with a queue before it. It stands for every machine that
//! has no model of its own.

use std::convert::Infallible;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, SimSpan, SimTime, Stream};
use linetwin_line::{Blocking, MachineSpec};
use linetwin_line::{Task, WorkEvent};
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::item::Item;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::input_queue::InputQueue;
use super::kind::MachineKind;
use super::outlet::Outlet;
use super::speed_losses::SpeedLosses;
use super::startup_rejects::StartupRejects;
use super::stops::Stops;

/// What is scheduled for a machine.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// Work on a product is finished.
    Done,
    /// It fails in the middle of its work.
    Fails,
    /// The stop with this number is over.
    StopOver(u8),
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// There are no signals for a machine of this kind only.
pub(in super::super) type Signal = Infallible;

/// State of a generic machine.
#[derive(Component, Debug)]
pub(in super::super) struct Workstation {
    id: MachineId,
    service: Distribution,
    stream: Stream,
    reject_share: f64,
    reject_stream: Stream,
    stops: Stops,
    speed_losses: SpeedLosses,
    startup_rejects: Option<StartupRejects>,
    queue: InputQueue,
    /// It begins only when a place behind it is kept for the product.
    reserves: bool,
    reserved: bool,
    /// At work, or stopped by itself.
    busy: bool,
    working: Option<Item>,
    /// When work on it began.
    began: SimTime,
    /// Work that a failure has interrupted.
    left: Option<SimSpan>,
    outlet: Outlet,
}

impl MachineKind for Workstation {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::Done => self.done(meter, context),
            Event::Fails => {
                let stands = self.stops.stop(meter, context);
                debug_assert!(stands, "it has just failed");
            }
            Event::StopOver(which) => {
                if self.stops.over(which, context) {
                    self.begin(meter, context);
                }
            }
            Event::Outlet => self.retry(meter, context),
        }
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, _: &mut LineContext) {
        match signal {}
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        self.queue.arrive(item, meter, context);
        if !self.busy && !self.outlet.is_blocked() {
            self.start(meter, context);
        }
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    fn came(&mut self, which: u8, meter: &mut Meter, context: &mut LineContext) {
        self.stops.came(which, meter, context);
    }

    fn clear(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let held = self.outlet.take();
        let blocked = held.is_some();
        if let Some(item) = held {
            context.remove_by_hand(self.id, item);
        }
        while let Some(item) = self.queue.take(meter, context) {
            context.remove_by_hand(self.id, item);
        }
        if blocked {
            self.start(meter, context);
        }
    }
}

impl Workstation {
    /// Starts on the next product, if there is one, and where required if a place is free for it.
    fn start(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.reserves {
            if self.queue.is_empty() {
                return meter.suspend(context, Cause::Starved);
            }
            self.reserved = self.reserved || self.outlet.reserve(context);
            if !self.reserved {
                return meter.suspend(context, Cause::Blocked);
            }
        } else {
            self.working = self.queue.take(meter, context);
            if self.working.is_none() {
                return meter.suspend(context, Cause::Starved);
            }
        }
        self.busy = true;
        self.begin(meter, context);
    }

    /// Works, unless it must stop first.
    fn begin(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.stops.stop(meter, context) {
            return;
        }
        if self.working.is_none() {
            self.working = self.queue.take(meter, context);
        }
        if self.working.is_none() {
            // It has been set up, or what waited was taken off the line meanwhile.
            self.busy = false;
            if std::mem::take(&mut self.reserved) {
                self.outlet.give_up_reserved(context);
            }
            return meter.suspend(context, Cause::Starved);
        }
        meter.execute(context);
        let work = self.left.take().unwrap_or_else(|| {
            self.began = context.now();
            context.log(self.id, WorkEvent::Start(Task::Work));
            self.stops.begin_product(context);
            self.speed_losses.stretch(self.service.draw(&mut self.stream), context.now())
        });
        match self.stops.strikes_within(work) {
            None => {
                self.stops.work(work);
                context.schedule(work, self.id, Event::Done.into());
            }
            Some(until) => {
                self.stops.work(until);
                self.left = Some(work - until);
                context.schedule(until, self.id, Event::Fails.into());
            }
        }
    }

    fn done(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let item = self.working.take().expect("work was under way");
        self.busy = false;
        meter.processed += 1;
        context.log(self.id, WorkEvent::Done(Task::Work));
        if let Item::Unit(unit) = &item {
            let (machine, unit) = (self.id, unit.id);
            context.note(Fact::Processed { machine, unit });
            if self.rejects(context.now()) {
                meter.defective += 1;
                context.log(self.id, WorkEvent::Reject);
                context.arrived();
                context.note(Fact::Rejected { machine, unit });
                return self.start(meter, context);
            }
        }
        if self.reserves {
            self.reserved = false;
            self.outlet.send_to_reserved(item, context);
            self.start(meter, context);
        } else if self.outlet.send(item, context) {
            self.start(meter, context);
        } else {
            meter.suspend(context, Cause::Blocked);
        }
    }

    /// Whether it takes the product that is finished now off the line.
    fn rejects(&mut self, now: SimTime) -> bool {
        let spoilt = self.startup_rejects.as_mut().is_some_and(|of| of.spoils(self.began, now));
        let bad = self.reject_share > 0.0 && self.reject_stream.chance(self.reject_share);
        spoilt || bad
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let waits_for_place = self.reserves && !self.busy;
        if self.outlet.retry(context) || waits_for_place {
            self.start(meter, context);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::Machine(spec) = spec else { continue };
        let name = &spec.id;
        let streams = blueprint.streams;
        let mut workstation = Workstation {
            id,
            service: spec.service_s.clone(),
            stream: streams.stream(name, "service"),
            reject_share: spec.reject_share,
            reject_stream: streams.stream(name, "reject"),
            stops: Stops::new(id, &blueprint, |which| Event::StopOver(which).into()),
            speed_losses: SpeedLosses::new(&spec.speed_losses, &blueprint, name),
            startup_rejects: spec.startup_rejects.as_ref().map(StartupRejects::new),
            queue: InputQueue::new(id, spec.queue_capacity, &mut context),
            reserves: spec.blocking == Blocking::BeforeService,
            reserved: false,
            busy: false,
            working: None,
            began: SimTime::START,
            left: None,
            outlet: Outlet::new(
                id,
                spec.to.as_deref().and_then(|to| blueprint.machine(to)),
                Event::Outlet,
            ),
        };
        let mut meter = Meter::new(id);
        workstation.busy = workstation.stops.set_up(&mut meter, &mut context);
        commands.spawn((meter, workstation));
    }
}

fn count(machines: Query<(&OnLine, &Workstation)>, mut found: ResMut<WipCounts>) {
    for (line, machine) in &machines {
        let working = machine.working.as_ref().map_or(0, Item::units);
        found.add(*line, machine.queue.units() + working + machine.outlet.units());
    }
}
