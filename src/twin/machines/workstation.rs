//! A machine that works on one product at a time, with room for some before it. It stands for
//! whatever has no model of its own.

use bevy::prelude::*;

use crate::base::{Cause, Distribution, MachineId, Stream};
use crate::trace::Fact;

use super::super::blueprint::{Blueprint, Build, Census, Found, OnLine};
use super::super::calendar::Due;
use super::super::floor::{Floor, Signal};
use super::super::item::Item;
use super::super::meter::Meter;
use super::super::spec::MachineSpec;
use super::breakdown::Breakdowns;
use super::inlet::Inlet;
use super::outlet::Outlet;

/// State of a generic machine.
#[derive(Component, Debug)]
pub(in super::super) struct Workstation {
    id: MachineId,
    service: Distribution,
    stream: Stream,
    reject_share: f64,
    reject_stream: Stream,
    breakdowns: Breakdowns,
    inlet: Inlet,
    working: Option<Item>,
    outlet: Outlet,
}

impl Workstation {
    pub(in super::super) fn due(&mut self, due: Due, meter: &mut Meter, floor: &mut Floor) {
        match due {
            Due::Done => self.done(meter, floor),
            Due::Repaired => {
                meter.execute(floor);
                let service = self.service.draw(&mut self.stream);
                floor.schedule(service, self.id, Due::Done);
            }
            Due::Outlet => self.retry(meter, floor),
            other => unreachable!("a machine has no {other:?}"),
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
            Signal::ClearLine => {
                while let Some(item) = self.inlet.take(meter, floor) {
                    floor.remove_by_hand(self.id, item);
                }
            }
            other => unreachable!("a machine has no use for {other:?}"),
        }
    }

    fn start(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Some(item) = self.inlet.take(meter, floor) else {
            meter.suspend(floor, Cause::Starved);
            return;
        };
        self.working = Some(item);
        match self.breakdowns.repair_before_start(floor.now()) {
            Some(repair) => {
                meter.hold(floor, Cause::Failure);
                floor.schedule(repair, self.id, Due::Repaired);
            }
            None => {
                meter.execute(floor);
                let service = self.service.draw(&mut self.stream);
                floor.schedule(service, self.id, Due::Done);
            }
        }
    }

    fn done(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let item = self.working.take().expect("work was under way");
        meter.processed += 1;
        if let Item::Unit(unit) = &item {
            let (machine, unit) = (self.id, unit.id);
            floor.note(Fact::Processed { machine, unit });
            if self.reject_share > 0.0 && self.reject_stream.chance(self.reject_share) {
                meter.defective += 1;
                floor.arrived();
                floor.note(Fact::Ejected { machine, unit });
                return self.start(meter, floor);
            }
        }
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
        let MachineSpec::Machine { id: name, service_s, room, reject_share, failures, to } = spec
        else {
            continue;
        };
        let streams = blueprint.streams;
        let workstation = Workstation {
            id,
            service: service_s.clone(),
            stream: streams.stream(name, "service"),
            reject_share: *reject_share,
            reject_stream: streams.stream(name, "reject"),
            breakdowns: Breakdowns::new(failures.as_ref(), streams, name),
            inlet: Inlet::new(id, *room, &mut floor),
            working: None,
            outlet: Outlet::new(id, to.as_deref().and_then(|to| blueprint.machine(to))),
        };
        commands.spawn((Meter::new(id), workstation));
    }
}

fn count(machines: Query<(&OnLine, &Workstation)>, mut found: ResMut<Found>) {
    for (line, machine) in &machines {
        let working = machine.working.as_ref().map_or(0, Item::units);
        found.add(*line, machine.inlet.units() + working + machine.outlet.units());
    }
}
