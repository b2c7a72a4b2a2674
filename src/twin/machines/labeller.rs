//! The case labeller: prints, applies and reads the label of one container at a time and lets it go
//! when the line controller says that the label is right.

use bevy::prelude::*;

use crate::base::{Cause, MachineId};
use crate::engine::{DeviceCommand, DeviceEvent};

use super::super::blueprint::{Blueprint, Build, Census, Found, OnLine};
use super::super::calendar::Due;
use super::super::floor::{Floor, Signal};
use super::super::item::Item;
use super::super::meter::Meter;
use super::super::spec::MachineSpec;
use super::super::work_log::WorkEvent;
use super::breakdown::Breakdowns;
use super::inlet::Inlet;
use super::label::LabelHead;
use super::outlet::Outlet;

/// State of a labeller.
#[derive(Component, Debug)]
pub(in super::super) struct Labeller {
    id: MachineId,
    label: LabelHead,
    breakdowns: Breakdowns,
    inlet: Inlet,
    working: Option<Item>,
    repairing: bool,
    outlet: Outlet,
}

impl Labeller {
    pub(in super::super) fn due(&mut self, due: Due, meter: &mut Meter, floor: &mut Floor) {
        match due {
            Due::Repaired => {
                floor.log(self.id, WorkEvent::Resume);
                self.repairing = false;
                self.repair_or_work(meter, floor);
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
                if self.working.is_none() && !self.outlet.is_blocked() {
                    self.start(meter, floor);
                }
            }
            Signal::DoorOpen => self.retry(meter, floor),
            Signal::Command(DeviceCommand::PrintLabel { text, .. }) => {
                meter.execute(floor);
                let takes = self.label.start(Some(text), floor);
                self.breakdowns.begin(takes);
            }
            Signal::Command(DeviceCommand::ReleaseContainer { .. }) => self.send(meter, floor),
            Signal::Command(DeviceCommand::SayAgain { .. }) => match &self.working {
                Some(Item::Container(container)) if !self.repairing => {
                    self.label.say_again(container, floor);
                }
                _ => {}
            },
            Signal::ClearLine => {}
            other => unreachable!("a labeller has no use for {other:?}"),
        }
    }

    fn start(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Some(item) = self.inlet.take(meter, floor) else {
            return meter.suspend(floor, Cause::Starved);
        };
        self.working = Some(item);
        self.repair_or_work(meter, floor);
    }

    fn repair_or_work(&mut self, meter: &mut Meter, floor: &mut Floor) {
        match self.breakdowns.repair_before_start(floor) {
            Some(repair) => {
                self.repairing = true;
                meter.hold(floor, Cause::Failure);
                floor.schedule(repair, self.id, Due::Repaired);
            }
            None => self.ready(meter, floor),
        }
    }

    fn ready(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if floor.attached {
            meter.suspend(floor, Cause::Controller);
            floor.report(DeviceEvent::ContainerReady { labeller: self.id });
        } else {
            meter.execute(floor);
            let takes = self.label.start(None, floor);
            self.breakdowns.begin(takes);
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
        let MachineSpec::CaseLabeller { id: name, room, label, failures, to } = spec else {
            continue;
        };
        let streams = blueprint.streams;
        let labeller = Labeller {
            id,
            label: LabelHead::new(id, label, &blueprint, name),
            breakdowns: Breakdowns::new(failures, streams, (id, name)),
            inlet: Inlet::new(id, *room, &mut floor),
            working: None,
            repairing: false,
            outlet: Outlet::new(id, to.as_deref().and_then(|to| blueprint.machine(to))),
        };
        commands.spawn((Meter::new(id), labeller));
    }
}

fn count(labellers: Query<(&OnLine, &Labeller)>, mut found: ResMut<Found>) {
    for (line, labeller) in &labellers {
        let working = labeller.working.as_ref().map_or(0, Item::units);
        found.add(*line, labeller.inlet.units() + working + labeller.outlet.units());
    }
}
