//! The infeed: releases units onto the line, one when the last has gone in and its interval has passed. With
//! a line controller it keeps to the release quota.

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, SimSpan, SimTime, Stream};
use linetwin_line::{Blocking, MachineSpec};
use linetwin_line::{Task, WorkEvent};
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build};
use super::super::item::{Item, Unit};
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::kind::MachineKind;
use super::outlet::Outlet;
use super::speed_losses::SpeedLosses;
use super::startup_rejects::StartupRejects;
use super::stops::Stops;

/// What is scheduled for an infeed.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// The next unit can come onto the line.
    Ready,
    /// The stop with this number is over.
    StopOver(u8),
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// Signals for an infeed only.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// Release quota.
    SetReleaseQuota(u64),
}

/// State of an infeed.
#[derive(Component, Debug)]
pub(in super::super) struct Infeed {
    id: MachineId,
    cycle_time: Distribution,
    stream: Stream,
    stops: Stops,
    speed_losses: SpeedLosses,
    startup_rejects: Option<StartupRejects>,
    outlet: Outlet,
    /// It gets a unit ready only when a place on the line is kept for it.
    reserves: bool,
    reserved: bool,
    /// Release quota; without a controller, none.
    release_quota: Option<u64>,
    came: u64,
    /// Getting a unit ready, or stopped by itself.
    running: bool,
    next_ready: SimTime,
    /// When it began to get that unit ready.
    began: SimTime,
    /// The beginning is in its log.
    logged: bool,
}

impl MachineKind for Infeed {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            // Before the very first unit no place has been kept yet.
            Event::Ready if self.reserves && !self.reserved => self.prepare(meter, context),
            Event::Ready => {
                if std::mem::take(&mut self.logged) {
                    context.log(self.id, WorkEvent::Done(Task::Work));
                }
                self.ready(meter, context);
            }
            Event::StopOver(which) => {
                if self.stops.over(which, context) && !self.stops.stop(meter, context) {
                    self.prepare(meter, context);
                }
            }
            Event::Outlet => self.retry(meter, context),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, context: &mut LineContext) {
        let Signal::SetReleaseQuota(total) = signal;
        let to_come = |all: Option<u64>| all.map_or(0, |all| all.saturating_sub(self.came));
        context.on_the_way -= to_come(self.release_quota);
        self.release_quota = Some(total);
        context.on_the_way += to_come(self.release_quota);
        if !self.running && !self.outlet.is_blocked() {
            self.prepare(meter, context);
        }
    }

    fn priority(event: &Event) -> u64 {
        match event {
            Event::Ready => 1,
            Event::StopOver(_) | Event::Outlet => 0,
        }
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    /// Nothing waits here.
    fn clear(&mut self, _: &mut Meter, _: &mut LineContext) {}

    fn came(&mut self, which: u8, meter: &mut Meter, context: &mut LineContext) {
        self.stops.came(which, meter, context);
    }
}

impl Infeed {
    /// The next unit will be ready after its interval, if one may come.
    fn prepare(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.release_quota.is_some_and(|total| total <= self.came) {
            self.running = false;
            meter.complete(context);
            return;
        }
        if self.reserves && !self.reserved {
            self.reserved = self.outlet.reserve(context);
            if !self.reserved {
                self.running = false;
                return meter.suspend(context, Cause::Blocked);
            }
            self.next_ready = context.now() + self.interval(context);
        }
        self.running = true;
        meter.execute(context);
        // A machine that had to wait meanwhile has begun long ago, and would seem to take longer.
        if self.began == context.now() {
            context.log(self.id, WorkEvent::Start(Task::Work));
            self.logged = true;
        }
        let at = self.next_ready.max(context.now());
        context.events.schedule(at, self.id, Event::Ready.into());
    }

    /// A unit is ready: it comes onto the line, unless the infeed must stop first or has spoilt it.
    fn ready(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.stops.stop(meter, context) {
            return;
        }
        let (began, now) = (self.began, context.now());
        if self.startup_rejects.as_mut().is_some_and(|of| of.spoils(began, now)) {
            meter.processed += 1;
            meter.defective += 1;
            self.next_ready = now + self.interval(context);
            return self.prepare(meter, context);
        }
        self.let_in(meter, context);
    }

    fn let_in(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.running = false;
        let unit = Item::Unit(Unit { id: context.new_unit(), mark: None });
        if self.reserves {
            self.reserved = false;
            self.outlet.send_to_reserved(unit, context);
            self.entered(meter, context);
        } else if self.outlet.send(unit, context) {
            self.entered(meter, context);
        } else {
            meter.suspend(context, Cause::Blocked);
        }
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.retry(context) {
            self.entered(meter, context);
        } else if self.reserves && !self.running {
            self.prepare(meter, context);
        }
    }

    fn entered(&mut self, meter: &mut Meter, context: &mut LineContext) {
        context.note(Fact::UnitEntered { unit: context.last_unit() });
        meter.processed += 1;
        // A unit that waited at the inlet already when the quota was reached.
        context.on_the_way += u64::from(self.release_quota.is_some_and(|total| total <= self.came));
        self.came += 1;
        if !self.reserves {
            self.next_ready = context.now() + self.interval(context);
        }
        self.prepare(meter, context);
    }

    /// Until the next unit is ready.
    fn interval(&mut self, context: &mut LineContext) -> SimSpan {
        self.began = context.now();
        let interval =
            self.speed_losses.stretch(self.cycle_time.draw(&mut self.stream), context.now());
        self.stops.begin(interval, context);
        interval
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

/// A unit that waits outside is not on the line yet: an infeed holds no work in process.
fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::Infeed(spec) = spec else { continue };
        let mut stream = blueprint.streams.stream(&spec.id, "interval");
        let reserves = spec.blocking == Blocking::BeforeService;
        let first = if reserves { SimSpan::ZERO } else { spec.cycle_time_s.draw(&mut stream) };
        let attached = context.attached;
        let mut infeed = Infeed {
            id,
            cycle_time: spec.cycle_time_s.clone(),
            stream,
            stops: Stops::new(id, &blueprint, |which| Event::StopOver(which).into()),
            speed_losses: SpeedLosses::new(&spec.speed_losses, &blueprint, &spec.id),
            startup_rejects: spec.startup_rejects.as_ref().map(StartupRejects::new),
            outlet: Outlet::new(id, blueprint.machine(&spec.to), Event::Outlet),
            reserves,
            reserved: false,
            release_quota: attached.then_some(0),
            came: 0,
            running: !attached,
            next_ready: SimTime::START + first,
            began: SimTime::START,
            logged: false,
        };
        let mut meter = Meter::new(id);
        if infeed.stops.set_up(&mut meter, &mut context) {
            infeed.running = true;
        } else if !attached {
            context.schedule(first, id, Event::Ready.into());
            meter.execute(&mut context);
        }
        commands.spawn((meter, infeed));
    }
}
