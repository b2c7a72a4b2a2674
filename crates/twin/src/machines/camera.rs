//! A camera on a belt: it takes a picture of each product that triggers it and reports the result some time
//! later.

use std::collections::VecDeque;
use std::convert::Infallible;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, SimTime, Stream, UnitId};
use linetwin_engine::{DeviceEvent, Read};
use linetwin_faults::ReadVerdict;
use linetwin_line::MachineSpec;
use linetwin_line::Task;
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build};
use super::super::item::Mark;
use super::super::line_context::{LineContext, read_event};
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::kind::{MachineKind, Passing};

/// How far a product has moved on when a double trigger fires, in micrometres; less on belts whose
/// products follow one another closely.
const DOUBLE_TRIGGER_UM: u64 = 3_000;

/// What is scheduled for a camera.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A result is ready.
    Result,
}

/// There are no signals for a camera only.
pub(in super::super) type Signal = Infallible;

/// State of a camera.
#[derive(Component, Debug)]
pub(in super::super) struct Camera {
    id: MachineId,
    decode: Distribution,
    decode_stream: Stream,
    reader: Reader,
    double_trigger_um: u64,
    /// Results under way: when, encoder reading at the trigger, what.
    results: VecDeque<(SimTime, u64, Read)>,
    /// When the last result leaves that is not delayed.
    in_order: SimTime,
    /// What was read last, for an image that freezes.
    last: Read,
}

impl MachineKind for Camera {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        let Event::Result = event;
        let (_, at_um, read) = self.results.pop_front().expect("a result is under way");
        meter.processed += 1;
        if read == Read::NoRead {
            meter.defective += 1;
        }
        context.log(self.id, read_event(Task::Work, &read));
        context.report(DeviceEvent::SymbolRead { camera: self.id, at_um, read });
        if self.results.is_empty() {
            meter.suspend(context, Cause::Starved);
        }
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, _: &mut LineContext) {
        match signal {}
    }

    fn passing(&mut self, passing: Passing, meter: &mut Meter, context: &mut LineContext) {
        let Passing { unit, mark, at_um, .. } = passing;
        meter.execute(context);
        let seen = self.reader.read(mark.as_ref());
        self.note(unit, mark.as_ref(), &seen, context);
        match context.faults.read(self.id, context.now()) {
            ReadVerdict::Sound => {
                self.last.clone_from(&seen);
                self.deliver(at_um, seen, context);
            }
            ReadVerdict::Offline(fault) => {
                context.note_fault(fault, Some(unit));
                meter.suspend(context, Cause::Starved);
            }
            ReadVerdict::Frozen(fault) => {
                context.note_fault(fault, Some(unit));
                self.deliver(at_um, self.last.clone(), context);
            }
            ReadVerdict::Late(fault, by) => {
                context.note_fault(fault, Some(unit));
                let takes = self.decode.draw(&mut self.decode_stream);
                self.enter(context.now() + takes + by, at_um, seen, context);
            }
            ReadVerdict::NoRead(fault) => {
                context.note_fault(fault, Some(unit));
                self.deliver(at_um, Read::NoRead, context);
            }
            ReadVerdict::Twice(fault) => {
                context.note_fault(fault, Some(unit));
                self.deliver(at_um, seen.clone(), context);
                // The second result takes as long as the first: no draw of its own, so that this
                // fault moves no other reading.
                self.enter(self.in_order, at_um + self.double_trigger_um, seen, context);
            }
        }
    }
}

impl Camera {
    /// Notes what a camera read; a bare product is not noted.
    fn note(&self, unit: UnitId, mark: Option<&Mark>, seen: &Read, context: &mut LineContext) {
        if mark.is_none() {
            return;
        }
        let grade_tenths = match seen {
            Read::Symbol { grade_tenths, .. } => Some(*grade_tenths),
            Read::NoRead | Read::NothingThere => None,
        };
        context.note(Fact::Inspected { machine: self.id, unit, grade_tenths });
        context.borderline_prints.consider(unit, mark, seen);
    }

    /// Results leave in the order of the triggers; one that a fault has delayed is overtaken.
    fn deliver(&mut self, at_um: u64, read: Read, context: &mut LineContext) {
        let takes = self.decode.draw(&mut self.decode_stream);
        self.in_order = self.in_order.max(context.now() + takes);
        self.enter(self.in_order, at_um, read, context);
    }

    fn enter(&mut self, at: SimTime, at_um: u64, read: Read, context: &mut LineContext) {
        let behind = self.results.iter().rposition(|(other, ..)| *other <= at);
        self.results.insert(behind.map_or(0, |place| place + 1), (at, at_um, read));
        context.events.schedule(at, self.id, Event::Result.into());
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>) {
    let streams = blueprint.streams;
    for (id, spec) in blueprint.machines() {
        let MachineSpec::Camera(spec) = spec else { continue };
        let name = &spec.id;
        let pitch_mm = blueprint.machines().find_map(|(_, belt)| match belt {
            MachineSpec::Belt(belt) if belt.id == spec.on => Some(belt.pitch_mm),
            _ => None,
        });
        let quarter_um = (pitch_mm.unwrap_or(0.0) * 250.0) as u64;
        let camera = Camera {
            id,
            decode: spec.decode_s.clone(),
            decode_stream: streams.stream(name, "decode time"),
            reader: Reader::new(&blueprint, (name, "read"), spec.read_rate, spec.optics),
            double_trigger_um: DOUBLE_TRIGGER_UM.min(quarter_um),
            results: VecDeque::new(),
            in_order: SimTime::START,
            last: Read::NoRead,
        };
        commands.spawn((Meter::new(id), camera));
    }
}
