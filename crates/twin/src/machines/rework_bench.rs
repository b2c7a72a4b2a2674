//! A rework bench: what a reject gate threw out is examined there once more, one product at a time. What
//! the line controller finds right goes back onto the line; the rest stays out for good.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, Stream};
use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_line::MachineSpec;
use linetwin_symbol::Optics;
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build, Census, Found, OnLine};
use super::super::floor::Floor;
use super::super::item::Item;
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::super::people::{self, Errand, Urgency};
use super::kind::MachineKind;
use super::outlet::Outlet;
use super::{Signal as AnySignal, gate};

/// What is scheduled for a bench.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A product has been examined.
    Done,
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// What only a bench can be told.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// Somebody has come to examine what is in the gate's bin.
    Rework(OperatorTask),
    /// That was all of the bin.
    BinGiven,
    /// The product that was examined goes back onto the line.
    Return,
    /// The product that was examined stays out for good.
    Discard,
}

/// State of a rework bench.
#[derive(Component, Debug)]
pub(in super::super) struct ReworkBench {
    id: MachineId,
    gate: MachineId,
    verify: Distribution,
    stream: Stream,
    reader: Reader,
    /// Products that wait here, oldest first.
    basket: VecDeque<Item>,
    /// The product under the reader, and what was read of it once it was.
    examined: Option<(Item, Option<Read>)>,
    /// What somebody was called for, while he is here.
    task: Option<OperatorTask>,
    wanted_elsewhere: bool,
    /// The skill that it takes.
    needs: Option<Arc<str>>,
    outlet: Outlet,
}

impl MachineKind for ReworkBench {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, floor: &mut Floor) {
        match event {
            Event::Done => {
                let (item, seen) = self.examined.as_mut().expect("something was examined");
                let read = self.reader.read(item.mark());
                *seen = Some(read.clone());
                meter.processed += 1;
                meter.suspend(floor, Cause::Controller);
                floor.report(DeviceEvent::Reworked { bench: self.id, read });
            }
            Event::Outlet => self.retry(meter, floor),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, floor: &mut Floor) {
        match signal {
            Signal::Rework(task) => {
                self.task = Some(task);
                let give = gate::Signal::GiveBin { to: self.id };
                floor.signal(self.gate, AnySignal::RejectGate(give));
            }
            Signal::BinGiven => self.go_on(meter, floor),
            Signal::Return => self.give_back(meter, floor),
            Signal::Discard => {
                if matches!(self.examined, Some((_, Some(_)))) {
                    self.examined = None;
                    meter.defective += 1;
                    self.go_on(meter, floor);
                }
            }
        }
    }

    fn arrive(&mut self, item: Item, _: &mut Meter, _: &mut Floor) {
        self.basket.push_back(item);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.retry(meter, floor);
    }

    fn relieve(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.wanted_elsewhere = true;
        if self.examined.is_none() {
            self.go_on(meter, floor);
        }
    }

    fn repeat_status(&mut self, _: &mut Meter, floor: &mut Floor) {
        if let Some((_, Some(read))) = &self.examined {
            floor.report(DeviceEvent::Reworked { bench: self.id, read: read.clone() });
        }
    }
}

impl ReworkBench {
    /// Takes the next product in hand, if somebody is here, who leaves when there is none or when wanted
    /// elsewhere; then somebody is called for the rest.
    fn go_on(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Some(task) = self.task.filter(|_| self.examined.is_none()) else { return };
        let (machine, errand) = (self.id, Errand::Task(task));
        if std::mem::take(&mut self.wanted_elsewhere) {
            self.task = None;
            let release = people::Signal::Release { machine, errand };
            floor.signal(floor.operator, AnySignal::People(release));
            let (needs, urgency) = (self.needs.clone(), Urgency::Ahead);
            let call = people::Signal::Call { machine, errand, needs, urgency };
            floor.signal(floor.operator, AnySignal::People(call));
            return meter.hold(floor, Cause::Operator);
        }
        if self.outlet.is_blocked() {
            return;
        }
        if let Some(item) = self.basket.pop_front() {
            self.examined = Some((item, None));
            meter.execute(floor);
            let takes = self.verify.draw(&mut self.stream);
            floor.schedule(takes, self.id, Event::Done.into());
            return;
        }
        meter.suspend(floor, Cause::Starved);
        self.task = None;
        let release = people::Signal::Release { machine, errand };
        floor.signal(floor.operator, AnySignal::People(release));
        floor.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
    }

    fn give_back(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if !matches!(self.examined, Some((_, Some(_)))) {
            return;
        }
        let Some((item, _)) = self.examined.take() else { return };
        if let Item::Unit(unit) = &item {
            floor.note(Fact::Returned { machine: self.id, unit: unit.id });
            floor.on_the_way += 1;
        }
        if !self.outlet.send(item, floor) {
            meter.suspend(floor, Cause::Blocked);
        }
        self.go_on(meter, floor);
    }

    fn retry(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if self.outlet.retry(floor) {
            self.go_on(meter, floor);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(Census, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::ReworkBench(spec) = spec else { continue };
        let name = &spec.id;
        let read_rate = blueprint.spec().interventions.handheld_read_rate;
        let bench = ReworkBench {
            id,
            gate: blueprint.machine(&spec.gate).expect("a checked twin names its gates"),
            verify: spec.verify_s.clone(),
            stream: blueprint.streams.stream(name, "verify"),
            reader: Reader::new(&blueprint, (name, "read"), read_rate, Optics::default()),
            basket: VecDeque::new(),
            examined: None,
            task: None,
            wanted_elsewhere: false,
            needs: blueprint.spec().interventions.required_skill.as_deref().map(Arc::from),
            outlet: Outlet::new(id, blueprint.machine(&spec.returns_to), Event::Outlet),
        };
        commands.spawn((Meter::new(id), bench));
    }
}

/// Products at the bench are off the line; only what waits to go back onto it counts.
fn count(benches: Query<(&OnLine, &ReworkBench)>, mut found: ResMut<Found>) {
    for (line, bench) in &benches {
        found.add(*line, bench.outlet.units());
    }
}
