//! The case labeller: prints, applies and reads the label of one container at a time and discharges it when
//! the line controller finds the label right.

use std::convert::Infallible;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, MachineId};
use linetwin_engine::DeviceEvent;
use linetwin_line::MachineSpec;

use super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::item::Item;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::input_queue::InputQueue;
use super::kind::MachineKind;
use super::label::{LabelCommand, LabelHead};
use super::outlet::Outlet;
use super::stops::Stops;

/// What is scheduled for a labeller.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A label has been printed, applied and read.
    Labelled,
    /// The stop with this number is over.
    StopOver(u8),
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// There are no signals for a labeller only.
pub(in super::super) type Signal = Infallible;

/// State of a labeller.
#[derive(Component, Debug)]
pub(in super::super) struct Labeller {
    id: MachineId,
    label: LabelHead,
    stops: Stops,
    queue: InputQueue,
    working: Option<Item>,
    outlet: Outlet,
}

impl MachineKind for Labeller {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::StopOver(which) => {
                if self.stops.over(which, context) {
                    match self.working {
                        Some(_) => self.begin(meter, context),
                        None => self.start(meter, context),
                    }
                }
            }
            Event::Labelled => {
                let Some(Item::Container(container)) = &mut self.working else {
                    panic!("a container was being labelled");
                };
                if self.label.finish(container, context) {
                    meter.suspend(context, Cause::Controller);
                } else {
                    self.send(meter, context);
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
        let idle = self.working.is_none() && !self.stops.stands();
        if idle && !self.outlet.is_blocked() {
            self.start(meter, context);
        }
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    fn came(&mut self, which: u8, meter: &mut Meter, context: &mut LineContext) {
        self.stops.came(which, meter, context);
    }

    fn label(&mut self, command: LabelCommand, meter: &mut Meter, context: &mut LineContext) {
        // Otherwise no answer is awaited.
        if self.waits_for_answer() {
            match command {
                LabelCommand::Print(text) => {
                    meter.execute(context);
                    let takes = self.label.start(Some(text), context);
                    self.stops.begin(takes, context);
                }
                LabelCommand::Release => self.send(meter, context),
            }
        }
    }

    fn repeat_status(&mut self, _: &mut Meter, context: &mut LineContext) {
        match &self.working {
            Some(Item::Container(container)) if !self.stops.stands() => {
                self.label.repeat_status(container, context);
            }
            _ => {}
        }
    }
}

impl Labeller {
    /// A container stands here, and nothing is being done to it.
    const fn waits_for_answer(&self) -> bool {
        self.working.is_some() && !self.label.is_busy()
    }

    fn start(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let Some(item) = self.queue.take(meter, context) else {
            return meter.suspend(context, Cause::Starved);
        };
        self.working = Some(item);
        self.begin(meter, context);
    }

    /// Works on the container before it, unless it must stop first.
    fn begin(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.stops.stop(meter, context) {
            return;
        }
        if context.attached {
            meter.suspend(context, Cause::Controller);
            context.report(DeviceEvent::ContainerReady { labeller: self.id });
        } else {
            meter.execute(context);
            let takes = self.label.start(None, context);
            self.stops.begin(takes, context);
        }
    }

    fn send(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let item = self.working.take().expect("a container stands here");
        meter.processed += 1;
        if self.outlet.send(item, context) {
            self.start(meter, context);
        } else {
            meter.suspend(context, Cause::Blocked);
        }
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.retry(context) {
            self.start(meter, context);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::CaseLabeller(spec) = spec else { continue };
        let mut labeller = Labeller {
            id,
            label: LabelHead::new((id, Event::Labelled.into()), &spec.label, &blueprint, &spec.id),
            stops: Stops::new(id, &blueprint, |which| Event::StopOver(which).into()),
            queue: InputQueue::new(id, spec.queue_capacity, &mut context),
            working: None,
            outlet: Outlet::new(
                id,
                spec.to.as_deref().and_then(|to| blueprint.machine(to)),
                Event::Outlet,
            ),
        };
        let mut meter = Meter::new(id);
        labeller.stops.set_up(&mut meter, &mut context);
        commands.spawn((meter, labeller));
    }
}

fn count(labellers: Query<(&OnLine, &Labeller)>, mut found: ResMut<WipCounts>) {
    for (line, labeller) in &labellers {
        let working = labeller.working.as_ref().map_or(0, Item::units);
        found.add(*line, labeller.queue.units() + working + labeller.outlet.units());
    }
}
