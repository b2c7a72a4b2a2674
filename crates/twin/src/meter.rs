//! What a machine counts: time in each PackML state and for each cause, items worked on, items waiting.
//! Like an energy meter it only ever counts up; it is read at regular intervals into the trace.

use bevy_ecs::prelude::*;

use linetwin_base::{Cause, MachineId, MachineState, SimSpan, SimTime, Stay};
use linetwin_trace::{Fact, MeterReading};

use super::blueprint::OnLine;
use super::line_context::{ActiveLine, LineContext};

/// A state that lasted this long is written into the trace as a span.
const NOTABLE: SimSpan = SimSpan::from_secs(1);

/// The counters of one machine.
#[derive(Component, Debug)]
pub(super) struct Meter {
    pub(super) machine: MachineId,
    state: MachineState,
    cause: Cause,
    since: SimTime,
    /// When the current state, with its cause, began: `since` moves at every reading.
    began: SimTime,
    states_ns: [u64; MachineState::SLOTS],
    causes_ns: [u64; Cause::ALL.len()],
    pub(super) processed: u64,
    pub(super) defective: u64,
    level: u32,
    level_max: u32,
    level_since: SimTime,
    level_ns: u128,
}

impl Meter {
    /// A machine before its order begins.
    pub(super) const fn new(machine: MachineId) -> Self {
        Self {
            machine,
            state: MachineState::Stopped,
            cause: Cause::None,
            since: SimTime::START,
            began: SimTime::START,
            states_ns: [0; MachineState::SLOTS],
            causes_ns: [0; Cause::ALL.len()],
            processed: 0,
            defective: 0,
            level: 0,
            level_max: 0,
            level_since: SimTime::START,
            level_ns: 0,
        }
    }

    /// The order begins: a machine that is not being set up is ready and waits for product.
    pub(super) fn begin_order(&mut self, context: &mut LineContext) {
        if self.state == MachineState::Stopped {
            self.suspend(context, Cause::Starved);
        }
    }

    /// The machine works.
    pub(super) fn execute(&mut self, context: &mut LineContext) {
        self.enter(context, Stay::Execute, Cause::None);
    }

    /// The machine waits for something outside.
    pub(super) fn suspend(&mut self, context: &mut LineContext, cause: Cause) {
        self.enter(context, Stay::Suspended, cause);
    }

    /// The machine is stopped by itself or for a person.
    pub(super) fn hold(&mut self, context: &mut LineContext, cause: Cause) {
        self.enter(context, Stay::Held, cause);
    }

    /// The machine is made ready for its order.
    pub(super) fn prepare(&mut self, context: &mut LineContext, cause: Cause) {
        self.enter(context, Stay::Resetting, cause);
    }

    /// The machine's part of the order is done.
    pub(super) fn complete(&mut self, context: &mut LineContext) {
        self.enter(context, Stay::Completed, Cause::None);
    }

    /// Transient states on the way to a dwell state ([`MachineState::towards`]) are passed at once.
    fn enter(&mut self, context: &mut LineContext, state: Stay, cause: Cause) {
        let state = state.state();
        if self.state == state && self.cause == cause {
            return;
        }
        let now = context.now();
        self.settle(now);
        if now.since(self.began) >= NOTABLE {
            self.note_span(context);
        }
        self.state = state;
        self.cause = cause;
        self.began = now;
    }

    fn note_span(&self, context: &mut LineContext) {
        context.note(Fact::Span {
            machine: self.machine,
            state: self.state,
            cause: self.cause,
            since: self.began,
        });
    }

    /// An item came into the machine's buffer.
    pub(super) fn level_up(&mut self, now: SimTime) {
        self.settle_level(now);
        self.level += 1;
        self.level_max = self.level_max.max(self.level);
    }

    /// An item left the machine's buffer.
    pub(super) fn level_down(&mut self, now: SimTime) {
        self.settle_level(now);
        self.level -= 1;
    }

    fn settle_level(&mut self, now: SimTime) {
        let span = now.since(self.level_since).as_nanos();
        self.level_ns += u128::from(span) * u128::from(self.level);
        self.level_since = now;
    }

    fn settle(&mut self, now: SimTime) {
        let span = now.since(self.since).as_nanos();
        self.states_ns[self.state.number()] += span;
        self.causes_ns[self.cause.index()] += span;
        self.since = now;
    }

    fn reading(&mut self, now: SimTime) -> MeterReading {
        self.settle(now);
        self.settle_level(now);
        let states = self.states_ns.iter().enumerate();
        let causes = Cause::ALL.into_iter().zip(self.causes_ns);
        MeterReading {
            machine: self.machine,
            states: states
                .filter(|(_, ns)| **ns > 0)
                .map(|(number, ns)| (number as u8, *ns))
                .collect(),
            causes: causes.filter(|(cause, ns)| *cause != Cause::None && *ns > 0).collect(),
            processed: self.processed,
            defective: self.defective,
            level: self.level,
            level_max: self.level_max,
            level_ns: self.level_ns,
        }
    }
}

type Meters<'w, 's> = Query<'w, 's, (&'static OnLine, &'static mut Meter)>;

/// Reads the meters of all lines that run into their traces, in the order of the machines.
pub(super) fn read_meters(mut lines: Query<(&OnLine, &mut ActiveLine)>, mut meters: Meters) {
    for (line, mut context) in &mut lines {
        let context = &mut context.0;
        if context.closed.is_none() {
            read(*line, context, &mut meters);
        }
    }
}

/// Reads the meters of a line that has ended, and ends its spans.
pub(super) fn close_meters(
    line: In<OnLine>,
    mut lines: Query<(&OnLine, &mut ActiveLine)>,
    mut meters: Meters,
) {
    let context = lines.iter_mut().find(|(on, _)| **on == *line);
    let mut context = context.expect("every line has a context").1;
    let context = &mut context.0;
    read(*line, context, &mut meters);
    for meter in of_line(*line, &mut meters) {
        if context.now().since(meter.began) >= NOTABLE {
            meter.note_span(context);
        }
    }
}

fn read(line: OnLine, context: &mut LineContext, meters: &mut Meters) {
    let now = context.now();
    for mut meter in of_line(line, meters) {
        let reading = meter.reading(now);
        context.note(Fact::Meter(Box::new(reading)));
    }
}

fn of_line<'a>(line: OnLine, meters: &'a mut Meters) -> Vec<Mut<'a, Meter>> {
    let meters = meters.iter_mut().filter(|(on, _)| **on == line);
    let mut meters: Vec<Mut<Meter>> = meters.map(|(_, meter)| meter).collect();
    meters.sort_unstable_by_key(|meter| meter.machine);
    meters
}
