//! A printer on a belt. It holds jobs sent by the line controller and prints the oldest one on the product
//! that triggers it. It reports by its own count; what is on the product is decided here, faults included.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy_app::prelude::*;
use bevy_ecs::prelude::*;

use linetwin_base::{Cause, Distribution, MachineId, SimTime, Stream, UnitId};
use linetwin_engine::{DeviceEvent, JobId};
use linetwin_faults::PrintVerdict;
use linetwin_line::MachineSpec;
use linetwin_line::{Task, WorkEvent};
use linetwin_trace::Fact;

use super::super::blueprint::{Blueprint, Build};
use super::super::item::Mark;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::kind::{MachineKind, Passing};
use super::print_head::PrintHead;
use super::stops::Stops;
use super::{Signal as AnySignal, belt};

/// Contents of the last prints that a printer keeps.
const KEPT: usize = 100;
/// The serial number begins behind `01`, the GTIN and `21`.
const SERIAL_AT: usize = 18;

/// What is scheduled for a printer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A print is finished.
    Done,
    /// The stop with this number is over.
    StopOver(u8),
}

/// Signals for a printer only.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// A job for its buffer.
    Print { job: JobId, text: Arc<str> },
}

/// State of a printer.
#[derive(Component, Debug)]
pub(in super::super) struct Printer {
    id: MachineId,
    belt: MachineId,
    print_time: Distribution,
    time_stream: Stream,
    head: PrintHead,
    /// While one of them lasts the belt stands.
    stops: Stops,
    jobs: VecDeque<(JobId, Arc<str>)>,
    /// The job that came last.
    newest: Option<JobId>,
    /// Contents of the last prints, oldest first.
    recent: VecDeque<Arc<str>>,
    /// Contents that a fault makes it print again, and which fault.
    replay: VecDeque<(u16, Arc<str>)>,
    /// Prints to be reported, oldest first.
    reports: VecDeque<(SimTime, JobId, u64)>,
}

impl MachineKind for Printer {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::Done => {
                let (_, job, at_um) = self.reports.pop_front().expect("a print is under way");
                meter.processed += 1;
                // Prints overlap: only their ends are logged.
                context.log(self.id, WorkEvent::Done(Task::Work));
                context.report(DeviceEvent::Printed { printer: self.id, job, at_um });
                if self.stops.stands() {
                    return;
                }
                if self.stops.stop(meter, context) {
                    context.signal(self.belt, AnySignal::Belt(belt::Signal::Hold(self.id)));
                } else if self.reports.is_empty() {
                    meter.suspend(context, Cause::Starved);
                }
            }
            Event::StopOver(which) => {
                if self.stops.over(which, context) && !self.stops.stop(meter, context) {
                    meter.suspend(context, Cause::Starved);
                    context.signal(self.belt, AnySignal::Belt(belt::Signal::Go(self.id)));
                }
            }
        }
    }

    fn on_signal(&mut self, signal: Signal, _: &mut Meter, _: &mut LineContext) {
        let Signal::Print { job, text } = signal;
        if self.newest.is_none_or(|newest| job > newest) {
            self.newest = Some(job);
            self.jobs.push_back((job, text));
        }
    }

    fn passing(&mut self, passing: Passing, meter: &mut Meter, context: &mut LineContext) {
        self.print(&passing, meter, context);
    }

    fn came(&mut self, which: u8, meter: &mut Meter, context: &mut LineContext) {
        self.stops.came(which, meter, context);
    }
}

impl Printer {
    fn print(&mut self, passing: &Passing, meter: &mut Meter, context: &mut LineContext) {
        let Some((job, text)) = self.jobs.pop_front() else {
            meter.defective += 1;
            self.lay_down(passing, None, context);
            return;
        };
        let verdict = context.faults.print(self.id, context.now());
        let mut hit = |fault| context.note_fault(fault, Some(passing.unit));
        let (printed, spoilt) = match verdict {
            PrintVerdict::Sound => (Some(text), None),
            PrintVerdict::Misprint(fault, flaw) => {
                hit(fault);
                (Some(text), Some(flaw))
            }
            PrintVerdict::Missing(fault) => {
                hit(fault);
                (None, None)
            }
            PrintVerdict::NoInk(fault) => {
                hit(fault);
                (None, None)
            }
            PrintVerdict::Repeated(fault) => {
                hit(fault);
                (Some(self.recent.back().cloned().unwrap_or(text)), None)
            }
            PrintVerdict::WrongText(fault, which) => {
                hit(fault);
                (Some(slip(&text, which)), None)
            }
            PrintVerdict::Stale(fault) => {
                hit(fault);
                (Some(stale(&text)), None)
            }
            PrintVerdict::Replay(fault, jobs) => {
                let from = self.recent.len().saturating_sub(jobs as usize);
                self.replay.extend(self.recent.range(from..).map(|old| (fault, Arc::clone(old))));
                (Some(text), None)
            }
        };
        let (printed, replayed) = match self.replay.pop_front() {
            Some((fault, old)) => {
                hit(fault);
                (Some(old), true)
            }
            None => (printed, false),
        };
        let mark = self.head.print(printed.as_ref(), spoilt);
        if replayed || !matches!(verdict, PrintVerdict::Sound) {
            meter.defective += 1;
        }
        // If a fault makes it repeat, it repeats what it printed last.
        if let Some(printed) = printed {
            if self.recent.len() == KEPT {
                self.recent.pop_front();
            }
            self.recent.push_back(printed);
        }
        self.lay_down(passing, mark, context);
        meter.execute(context);
        let takes = self.print_time.draw(&mut self.time_stream);
        self.stops.begin(takes, context);
        // Reports leave in the order of the products.
        let earliest = self.reports.back().map_or(SimTime::START, |last| last.0);
        let at = (context.now() + takes).max(earliest);
        self.reports.push_back((at, job, passing.at_um));
        context.events.schedule(at, self.id, Event::Done.into());
    }

    fn lay_down(&self, passing: &Passing, mark: Option<Mark>, context: &mut LineContext) {
        let unit: UnitId = passing.unit;
        let text = mark.as_ref().map(|mark| Arc::clone(&mark.text));
        let grade_tenths = mark.as_ref().and_then(|mark| mark.grade_tenths);
        context.note(Fact::Printed { machine: self.id, unit, text, grade_tenths });
        let mark = belt::Signal::Mark { ordinal: passing.ordinal, mark };
        context.signal(self.belt, AnySignal::Belt(mark));
    }
}

/// The content with one character of the serial number changed.
pub(super) fn slip(text: &str, which: u64) -> Arc<str> {
    let serial = text.get(SERIAL_AT..).unwrap_or_default();
    let length = serial.find('\u{1d}').unwrap_or(serial.len()).max(1);
    changed(text, SERIAL_AT + (which % length as u64) as usize)
}

/// The content as an older layout has it: another end of the lot, or of the last element.
fn stale(text: &str) -> Arc<str> {
    changed(text, text.len() - 1)
}

/// The content of a pack of another lot.
pub(super) fn of_another_lot(text: &str, which: u64) -> Arc<str> {
    stale(&slip(text, which))
}

/// The content with the next digit or letter in a place.
fn changed(text: &str, at: usize) -> Arc<str> {
    let change = |(place, c): (usize, char)| match c {
        _ if place != at => c,
        '0'..='8' | 'A'..='Y' | 'a'..='y' => char::from(c as u8 + 1),
        '9' => '0',
        'Z' => 'A',
        'z' => 'a',
        _ => '0',
    };
    let changed: String = text.char_indices().map(change).collect();
    changed.into()
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut context: ResMut<LineContext>) {
    let streams = blueprint.streams;
    for (id, spec) in blueprint.machines() {
        let MachineSpec::Printer(spec) = spec else { continue };
        let name = &spec.id;
        let mut printer = Printer {
            id,
            belt: blueprint.machine(&spec.on).expect("a checked twin names its belts"),
            print_time: spec.print_s.clone(),
            time_stream: streams.stream(name, "print time"),
            head: PrintHead::new(&blueprint, name, &spec.print),
            stops: Stops::new(id, &blueprint, |which| Event::StopOver(which).into()),
            newest: None,
            jobs: VecDeque::new(),
            recent: VecDeque::new(),
            replay: VecDeque::new(),
            reports: VecDeque::new(),
        };
        let mut meter = Meter::new(id);
        if printer.stops.set_up(&mut meter, &mut context) {
            context.signal(printer.belt, AnySignal::Belt(belt::Signal::Hold(id)));
        }
        commands.spawn((meter, printer));
    }
}
