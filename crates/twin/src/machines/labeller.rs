//! The case labeller: prints, applies and reads the label of one container at a time and lets it go
//! when the line controller says that the label is right.

use std::convert::Infallible;

use bevy::prelude::*;

use linetwin_base::{Cause, MachineId};
use linetwin_engine::DeviceEvent;
use linetwin_line::MachineSpec;

use super::super::blueprint::{Blueprint, Build, Census, Found, OnLine};
use super::super::floor::Floor;
use super::super::item::Item;
use super::super::meter::Meter;
use super::inlet::Inlet;
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

/// Nothing is told to a labeller only.
pub(in super::super) type Signal = Infallible;

/// State of a labeller.
#[derive(Component, Debug)]
pub(in super::super) struct Labeller {
    id: MachineId,
    label: LabelHead,
    stops: Stops,
    inlet: Inlet,
    working: Option<Item>,
    outlet: Outlet,
}

impl MachineKind for Labeller {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, floor: &mut Floor) {
        match event {
            Event::StopOver(which) => {
                if self.stops.over(which, floor) {
                    match self.working {
                        Some(_) => self.begin(meter, floor),
                        None => self.start(meter, floor),
                    }
                }
            }
            Event::Labelled => {
                let Some(Item::Container(container)) = &mut self.working else {
                    panic!("a container was being labelled");
                };
                if self.label.finish(container, floor) {
                    meter.suspend(floor, Cause::Controller);
                } else {
                    self.send(meter, floor);
                }
            }
            Event::Outlet => self.retry(meter, floor),
        }
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, _: &mut Floor) {
        match signal {}
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, floor: &mut Floor) {
        self.inlet.arrive(item, meter, floor);
        let idle = self.working.is_none() && !self.stops.stands();
        if idle && !self.outlet.is_blocked() {
            self.start(meter, floor);
        }
    }

    fn inlet_opened(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.retry(meter, floor);
    }

    fn came(&mut self, which: u8, meter: &mut Meter, floor: &mut Floor) {
        self.stops.came(which, meter, floor);
    }

    fn label(&mut self, command: LabelCommand, meter: &mut Meter, floor: &mut Floor) {
        // Otherwise nobody has asked.
        if self.waits_for_word() {
            match command {
                LabelCommand::Print(text) => {
                    meter.execute(floor);
                    let takes = self.label.start(Some(text), floor);
                    self.stops.begin(takes, floor);
                }
                LabelCommand::Release => self.send(meter, floor),
            }
        }
    }

    fn repeat_status(&mut self, _: &mut Meter, floor: &mut Floor) {
        match &self.working {
            Some(Item::Container(container)) if !self.stops.stands() => {
                self.label.say_again(container, floor);
            }
            _ => {}
        }
    }
}

impl Labeller {
    /// A container stands here, and nothing is being done to it.
    const fn waits_for_word(&self) -> bool {
        self.working.is_some() && !self.label.is_busy()
    }

    fn start(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Some(item) = self.inlet.take(meter, floor) else {
            return meter.suspend(floor, Cause::Starved);
        };
        self.working = Some(item);
        self.begin(meter, floor);
    }

    /// Works on the container before it, unless it must stop first.
    fn begin(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if self.stops.stop(meter, floor) {
            return;
        }
        if floor.attached {
            meter.suspend(floor, Cause::Controller);
            floor.report(DeviceEvent::ContainerReady { labeller: self.id });
        } else {
            meter.execute(floor);
            let takes = self.label.start(None, floor);
            self.stops.begin(takes, floor);
        }
    }

    fn send(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let item = self.working.take().expect("a container stands here");
        meter.processed += 1;
        if self.outlet.send(item, floor) {
            self.start(meter, floor);
        } else {
            meter.suspend(floor, Cause::Blocked);
        }
    }

    fn retry(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if self.outlet.retry(floor) {
            self.start(meter, floor);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(Census, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut floor: ResMut<Floor>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::CaseLabeller(spec) = spec else { continue };
        let mut labeller = Labeller {
            id,
            label: LabelHead::new((id, Event::Labelled.into()), &spec.label, &blueprint, &spec.id),
            stops: Stops::new(id, &blueprint, |which| Event::StopOver(which).into()),
            inlet: Inlet::new(id, spec.queue_capacity, &mut floor),
            working: None,
            outlet: Outlet::new(
                id,
                spec.to.as_deref().and_then(|to| blueprint.machine(to)),
                Event::Outlet,
            ),
        };
        let mut meter = Meter::new(id);
        labeller.stops.set_up(&mut meter, &mut floor);
        commands.spawn((meter, labeller));
    }
}

fn count(labellers: Query<(&OnLine, &Labeller)>, mut found: ResMut<Found>) {
    for (line, labeller) in &labellers {
        let working = labeller.working.as_ref().map_or(0, Item::units);
        found.add(*line, labeller.inlet.units() + working + labeller.outlet.units());
    }
}
