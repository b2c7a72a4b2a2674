//! A reject gate on a belt with its bin. It pushes the product that stands before it when commanded; the
//! sensor in the bin confirms what fell.

use std::collections::VecDeque;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, Stream, UnitId};
use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_line::MachineSpec;
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build};
use super::super::item::Item;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::kind::{MachineKind, Passing, misrouted};
use super::{Signal as AnySignal, belt, rework_bench};

/// Products that fit into a bin above its full sensor.
const ABOVE_SENSOR: u32 = 5;

/// What is scheduled for a gate.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A product falls past the confirm sensor.
    Confirm,
}

/// Signals for a gate only.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// Push the product that stands before it.
    Reject,
    /// What is in its bin goes to a rework bench.
    GiveBin { to: MachineId },
    /// An operator empties its bin.
    EmptyBin(OperatorTask),
}

/// State of a reject gate.
#[derive(Component, Debug)]
pub(in super::super) struct RejectGate {
    id: MachineId,
    belt: MachineId,
    confirm: Distribution,
    stream: Stream,
    /// The product before the gate.
    before: Option<(u64, UnitId)>,
    /// Products on their way to the confirm sensor, oldest first.
    falling: VecDeque<UnitId>,
    in_bin: u32,
    /// What is in the bin, if there is a bench where it is verified again.
    kept: Vec<Item>,
    bench: Option<MachineId>,
    /// Products up to the bin's full sensor.
    bin_capacity: u32,
}

impl MachineKind for RejectGate {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        let Event::Confirm = event;
        let unit = self.falling.pop_front().expect("something was falling");
        match context.faults.confirm_stuck(self.id, context.now()) {
            Some(fault) => context.note_fault(fault, Some(unit)),
            None => context.report(DeviceEvent::RejectConfirmed { gate: self.id }),
        }
        self.in_bin += 1;
        if self.in_bin >= self.bin_capacity {
            context.report(DeviceEvent::BinFull { gate: self.id });
        }
        if self.falling.is_empty() {
            meter.suspend(context, Cause::Starved);
        }
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, context: &mut LineContext) {
        match signal {
            Signal::Reject => self.push(context),
            Signal::GiveBin { to } => {
                self.give_bin(to, context);
                context.signal(to, AnySignal::ReworkBench(rework_bench::Signal::BinGiven));
            }
            Signal::EmptyBin(task) => {
                if let Some(bench) = self.bench {
                    self.give_bin(bench, context);
                }
                self.in_bin = 0;
                context.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
            }
        }
    }

    fn passing(&mut self, passing: Passing, meter: &mut Meter, context: &mut LineContext) {
        self.before = Some((passing.ordinal, passing.unit));
        meter.processed += 1;
        let at_um = passing.at_um;
        context.report(DeviceEvent::ProductAtGate { gate: self.id, at_um });
        if let Some(fault) = context.faults.gate_fires(self.id, context.now())
            && context.faults.gate_stuck(self.id, context.now()).is_none()
        {
            context.note_fault(fault, Some(passing.unit));
            self.push(context);
        }
    }

    /// A unit falls into the bin.
    fn arrive(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        let Item::Unit(unit) = item else { misrouted(meter.machine, &item) };
        let id = unit.id;
        if self.bench.is_some() {
            self.kept.push(Item::Unit(unit));
        }
        context.arrived();
        context.note(Fact::Rejected { machine: self.id, unit: id });
        meter.defective += 1;
        meter.execute(context);
        self.falling.push_back(id);
        let falls = self.confirm.draw(&mut self.stream);
        context.schedule(falls, self.id, Event::Confirm.into());
    }

    fn repeat_status(&mut self, _: &mut Meter, context: &mut LineContext) {
        if self.in_bin >= self.bin_capacity {
            context.report(DeviceEvent::BinFull { gate: self.id });
        }
    }
}

impl RejectGate {
    fn give_bin(&mut self, bench: MachineId, context: &mut LineContext) {
        for item in self.kept.drain(..) {
            context.signal(bench, AnySignal::Arrive(item));
        }
        self.in_bin = 0;
    }

    fn push(&mut self, context: &mut LineContext) {
        let Some((ordinal, unit)) = self.before.take() else {
            return;
        };
        if self.in_bin + self.falling.len() as u32 >= self.bin_capacity + ABOVE_SENSOR {
            // Full to the brim: what is pushed comes back onto the belt.
            return;
        }
        match context.faults.gate_stuck(self.id, context.now()) {
            Some(fault) => context.note_fault(fault, Some(unit)),
            None => {
                let take_off = belt::Signal::TakeOff { ordinal, to: self.id };
                context.signal(self.belt, AnySignal::Belt(take_off));
            }
        }
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>) {
    for (id, spec) in blueprint.machines() {
        let MachineSpec::RejectGate(spec) = spec else { continue };
        let name = &spec.id;
        let gate = RejectGate {
            id,
            belt: blueprint.machine(&spec.on).expect("a checked twin names its belts"),
            confirm: spec.confirm_s.clone(),
            stream: blueprint.streams.stream(name, "confirm"),
            before: None,
            falling: VecDeque::new(),
            in_bin: 0,
            kept: Vec::new(),
            bench: bench_of(name, &blueprint),
            bin_capacity: spec.bin_capacity,
        };
        commands.spawn((Meter::new(id), gate));
    }
}

/// The bench at which this gate's rejects are verified again.
fn bench_of(gate: &str, blueprint: &Blueprint) -> Option<MachineId> {
    blueprint.machines().find_map(|(id, spec)| match spec {
        MachineSpec::ReworkBench(bench) if bench.gate == gate => Some(id),
        _ => None,
    })
}
