//! A machine that works on one product at a time, with room for some before it. It stands for
//! whatever has no model of its own.

use std::collections::VecDeque;

use bevy::prelude::*;

use crate::base::{Cause, Distribution, MachineId, Stream};
use crate::trace::Fact;

use super::super::blueprint::{Blueprint, Build, Census};
use super::super::calendar::Due;
use super::super::floor::{Floor, Signal};
use super::super::item::Item;
use super::super::meter::Meter;
use super::super::spec::MachineSpec;
use super::breakdown::Breakdowns;
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
    queue: VecDeque<Item>,
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
                self.queue.push_back(item);
                meter.level_up(floor.now());
                if self.working.is_none() && !self.outlet.is_blocked() {
                    self.start(meter, floor);
                }
            }
            Signal::DoorOpen => self.retry(meter, floor),
            other => unreachable!("a machine has no use for {other:?}"),
        }
    }

    fn start(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Some(item) = self.queue.pop_front() else {
            meter.suspend(floor, Cause::Starved);
            return;
        };
        meter.level_down(floor.now());
        floor.make_room(self.id);
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
        floor.set_room(id, *room);
        let streams = blueprint.streams;
        let workstation = Workstation {
            id,
            service: service_s.clone(),
            stream: streams.stream(name, "service"),
            reject_share: *reject_share,
            reject_stream: streams.stream(name, "reject"),
            breakdowns: Breakdowns::new(failures.as_ref(), streams, name),
            queue: VecDeque::new(),
            working: None,
            outlet: Outlet::new(id, to.as_deref().and_then(|to| blueprint.machine(to))),
        };
        commands.spawn((Meter::new(id), workstation));
    }
}

fn count(machines: Query<&Workstation>, mut blueprint: ResMut<Blueprint>) {
    for machine in &machines {
        let inside = machine.queue.iter().chain(&machine.working);
        blueprint.units_found += inside.map(Item::units).sum::<u32>() + machine.outlet.units();
    }
}
