//! A rework bench: what a reject gate rejected is verified there again, one product at a time. What the line
//! controller finds good goes back onto the line; the rest stays off for good.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, Stream};
use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_line::MachineSpec;
use linetwin_symbol::Optics;
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build, OnLine, WipCount, WipCounts};
use super::super::item::Item;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::super::people::{self, Assignment, Urgency};
use super::kind::MachineKind;
use super::outlet::Outlet;
use super::{Signal as AnySignal, gate};

/// What is scheduled for a bench.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A product has been read.
    Done,
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// Signals for a bench only.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// An operator has come to verify what is in the gate's bin.
    Rework(OperatorTask),
    /// That was all of the bin.
    BinGiven,
    /// The product that was read goes back onto the line.
    Return,
    /// The product that was read stays off for good.
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
    /// The operator's task, while he is here.
    task: Option<OperatorTask>,
    needed_elsewhere: bool,
    /// The required skill.
    needs: Option<Arc<str>>,
    outlet: Outlet,
}

impl MachineKind for ReworkBench {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::Done => {
                let (item, seen) = self.examined.as_mut().expect("something was examined");
                let read = self.reader.read(item.mark());
                *seen = Some(read.clone());
                meter.processed += 1;
                meter.suspend(context, Cause::Controller);
                context.report(DeviceEvent::Reworked { bench: self.id, read });
            }
            Event::Outlet => self.retry(meter, context),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, context: &mut LineContext) {
        match signal {
            Signal::Rework(task) => {
                self.task = Some(task);
                let give = gate::Signal::GiveBin { to: self.id };
                context.signal(self.gate, AnySignal::RejectGate(give));
            }
            Signal::BinGiven => self.go_on(meter, context),
            Signal::Return => self.give_back(meter, context),
            Signal::Discard => {
                if matches!(self.examined, Some((_, Some(_)))) {
                    self.examined = None;
                    meter.defective += 1;
                    self.go_on(meter, context);
                }
            }
        }
    }

    fn arrive(&mut self, item: Item, _: &mut Meter, _: &mut LineContext) {
        self.basket.push_back(item);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    fn relieve(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.needed_elsewhere = true;
        if self.examined.is_none() {
            self.go_on(meter, context);
        }
    }

    fn repeat_status(&mut self, _: &mut Meter, context: &mut LineContext) {
        if let Some((_, Some(read))) = &self.examined {
            context.report(DeviceEvent::Reworked { bench: self.id, read: read.clone() });
        }
    }
}

impl ReworkBench {
    /// Picks the next product, if an operator is here. He leaves when there is none, or when needed
    /// elsewhere; then one is called for the rest.
    fn go_on(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let Some(task) = self.task.filter(|_| self.examined.is_none()) else { return };
        let (machine, assignment) = (self.id, Assignment::Task(task));
        if std::mem::take(&mut self.needed_elsewhere) {
            self.task = None;
            let release = people::Signal::Release { machine, assignment };
            context.signal(context.operator, AnySignal::People(release));
            let (needs, urgency) = (self.needs.clone(), Urgency::Ahead);
            let call = people::Signal::Call { machine, assignment, needs, urgency };
            context.signal(context.operator, AnySignal::People(call));
            return meter.hold(context, Cause::Operator);
        }
        if self.outlet.is_blocked() {
            return;
        }
        if let Some(item) = self.basket.pop_front() {
            self.examined = Some((item, None));
            meter.execute(context);
            let takes = self.verify.draw(&mut self.stream);
            context.schedule(takes, self.id, Event::Done.into());
            return;
        }
        meter.suspend(context, Cause::Starved);
        self.task = None;
        let release = people::Signal::Release { machine, assignment };
        context.signal(context.operator, AnySignal::People(release));
        context.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
    }

    fn give_back(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if !matches!(self.examined, Some((_, Some(_)))) {
            return;
        }
        let Some((item, _)) = self.examined.take() else { return };
        if let Item::Unit(unit) = &item {
            context.note(Fact::Returned { machine: self.id, unit: unit.id });
            context.on_the_way += 1;
        }
        if !self.outlet.send(item, context) {
            meter.suspend(context, Cause::Blocked);
        }
        self.go_on(meter, context);
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.retry(context) {
            self.go_on(meter, context);
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(WipCount, count);
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
            needed_elsewhere: false,
            needs: blueprint.spec().interventions.required_skill.as_deref().map(Arc::from),
            outlet: Outlet::new(id, blueprint.machine(&spec.returns_to), Event::Outlet),
        };
        commands.spawn((Meter::new(id), bench));
    }
}

/// Products at the bench are off the line; only what waits to go back onto it counts.
fn count(benches: Query<(&OnLine, &ReworkBench)>, mut found: ResMut<WipCounts>) {
    for (line, bench) in &benches {
        found.add(*line, bench.outlet.units());
    }
}
