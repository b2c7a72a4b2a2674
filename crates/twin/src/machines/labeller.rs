//! The case labeller: prints, applies and reads the label of one container at a time and lets it go
//! when the line controller says that the label is right.

use bevy::prelude::*;

use linetwin_base::{Cause, MachineId};
use linetwin_engine::{DeviceCommand, DeviceEvent};
use linetwin_line::MachineSpec;

use super::super::blueprint::{Blueprint, Build, Census, Found, OnLine};
use super::super::calendar::Due;
use super::super::floor::{Floor, Signal};
use super::super::item::Item;
use super::super::meter::Meter;
use super::inlet::Inlet;
use super::label::LabelHead;
use super::outlet::Outlet;
use super::stops::Stops;

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

impl Labeller {
    pub(in super::super) fn due(&mut self, due: Due, meter: &mut Meter, floor: &mut Floor) {
        match due {
            Due::Over(which) => {
                if self.stops.over(which, floor) {
                    match self.working {
                        Some(_) => self.begin(meter, floor),
                        None => self.start(meter, floor),
                    }
                }
            }
            Due::Labelled => {
                let Some(Item::Container(container)) = &mut self.working else {
                    unreachable!("a container was being labelled");
                };
                if self.label.finish(container, floor) {
                    meter.suspend(floor, Cause::Controller);
                } else {
                    self.send(meter, floor);
                }
            }
            Due::Outlet => self.retry(meter, floor),
            other => unreachable!("a labeller has no {other:?}"),
        }
    }

    pub(in super::super) fn signal(
        &mut self,
        signal: Signal,
        meter: &mut Meter,
        floor: &mut Floor,
    ) {
        match signal {
            Signal::Arrive(item) => {
                self.inlet.arrive(item, meter, floor);
                let idle = self.working.is_none() && !self.stops.stands();
                if idle && !self.outlet.is_blocked() {
                    self.start(meter, floor);
                }
            }
            Signal::DoorOpen => self.retry(meter, floor),
            Signal::Command(DeviceCommand::PrintLabel { text, .. }) if self.waits_for_word() => {
                meter.execute(floor);
                let takes = self.label.start(Some(text), floor);
                self.stops.begin(takes, floor);
            }
            Signal::Command(DeviceCommand::ReleaseContainer { .. }) if self.waits_for_word() => {
                self.send(meter, floor);
            }
            // Nobody has asked.
            Signal::Command(
                DeviceCommand::PrintLabel { .. } | DeviceCommand::ReleaseContainer { .. },
            ) => {}
            Signal::Command(DeviceCommand::SayAgain { .. }) => match &self.working {
                Some(Item::Container(container)) if !self.stops.stands() => {
                    self.label.say_again(container, floor);
                }
                _ => {}
            },
            Signal::Came(which) => self.stops.came(which, meter, floor),
            other => unreachable!("a labeller has no use for {other:?}"),
        }
    }

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
            label: LabelHead::new(id, &spec.label, &blueprint, &spec.id),
            stops: Stops::new(id, &blueprint),
            inlet: Inlet::new(id, spec.queue_capacity, &mut floor),
            working: None,
            outlet: Outlet::new(id, spec.to.as_deref().and_then(|to| blueprint.machine(to))),
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
