//! A printer on a belt. It holds jobs sent by the line controller and prints the oldest one on the
//! product that triggers it. What it reports is what it believes; what is on the product is decided
//! here, faults included.

use std::collections::VecDeque;
use std::sync::Arc;

use bevy::prelude::*;

use crate::base::{Cause, Distribution, MachineId, SimTime, Stream, UnitId};
use crate::engine::{DeviceCommand, DeviceEvent, JobId};
use crate::faults::PrintVerdict;
use crate::trace::{Fact, FaultKind};

use super::super::blueprint::{Blueprint, Build};
use super::super::calendar::Due;
use super::super::floor::{Floor, Passing, Signal};
use super::super::item::Mark;
use super::super::meter::Meter;
use super::super::spec::MachineSpec;
use super::super::work_log::{Task, WorkEvent};
use super::breakdown::Breakdowns;
use super::print_head::PrintHead;

/// State of a printer.
#[derive(Component, Debug)]
pub(in super::super) struct Printer {
    id: MachineId,
    belt: MachineId,
    print_time: Distribution,
    time_stream: Stream,
    head: PrintHead,
    breakdowns: Breakdowns,
    /// Being repaired; the belt stands.
    repairing: bool,
    jobs: VecDeque<(JobId, Arc<str>)>,
    /// The job that came last.
    newest: Option<JobId>,
    /// Content of the print before.
    last: Option<Arc<str>>,
    /// Prints to be reported, oldest first.
    reports: VecDeque<(SimTime, JobId, u64)>,
}

impl Printer {
    pub(in super::super) fn due(&mut self, due: Due, meter: &mut Meter, floor: &mut Floor) {
        match due {
            Due::Done => {
                let (_, job, at_um) = self.reports.pop_front().expect("a print is under way");
                meter.processed += 1;
                // Prints overlap: only their ends are logged.
                floor.log(self.id, WorkEvent::Done(Task::Work));
                floor.report(DeviceEvent::Printed { printer: self.id, job, at_um });
                if self.repairing {
                    return;
                }
                if self.repair(meter, floor) {
                    floor.signal(self.belt, Signal::Hold(self.id));
                } else if self.reports.is_empty() {
                    meter.suspend(floor, Cause::Starved);
                }
            }
            Due::Repaired => {
                floor.log(self.id, WorkEvent::Resume);
                if self.repair(meter, floor) {
                    return;
                }
                meter.suspend(floor, Cause::Starved);
                floor.signal(self.belt, Signal::Go(self.id));
            }
            other => unreachable!("a printer has no {other:?}"),
        }
    }

    pub(in super::super) fn signal(
        &mut self,
        signal: Signal,
        meter: &mut Meter,
        floor: &mut Floor,
    ) {
        match signal {
            Signal::Passing(passing) => self.print(&passing, meter, floor),
            Signal::Command(DeviceCommand::Print { job, text, .. }) => {
                if self.newest.is_none_or(|newest| job > newest) {
                    self.newest = Some(job);
                    self.jobs.push_back((job, text));
                }
            }
            Signal::ClearLine => {}
            other => unreachable!("a printer has no use for {other:?}"),
        }
    }

    /// Begins a repair, if one is due.
    fn repair(&mut self, meter: &mut Meter, floor: &mut Floor) -> bool {
        let repair = self.breakdowns.repair_before_start(floor);
        self.repairing = repair.is_some();
        if let Some(takes) = repair {
            meter.hold(floor, Cause::Failure);
            floor.schedule(takes, self.id, Due::Repaired);
        }
        self.repairing
    }

    fn print(&mut self, passing: &Passing, meter: &mut Meter, floor: &mut Floor) {
        let Some((job, text)) = self.jobs.pop_front() else {
            meter.defective += 1;
            self.lay_down(passing, None, floor);
            return;
        };
        let name = Arc::clone(&floor.names);
        let verdict = floor.faults.print(&name[self.id.index()]);
        let (printed, spoilt) = match verdict {
            PrintVerdict::Sound => (Some(text), None),
            PrintVerdict::Misprint(fault, flaw) => {
                floor.note_fault(fault, FaultKind::Misprint, Some(passing.unit));
                (Some(text), Some(flaw))
            }
            PrintVerdict::Missing(fault) => {
                floor.note_fault(fault, FaultKind::MissingPrint, Some(passing.unit));
                (None, None)
            }
            PrintVerdict::Repeated(fault) => {
                let again = self.last.clone().unwrap_or(text);
                floor.note_fault(fault, FaultKind::SerialPrintedTwice, Some(passing.unit));
                (Some(again), None)
            }
        };
        let mark = self.head.print(printed.as_ref(), spoilt);
        if !matches!(verdict, PrintVerdict::Sound) {
            meter.defective += 1;
        }
        // What it repeats, should it repeat, is what it laid down last.
        self.last = printed.or(self.last.take());
        self.lay_down(passing, mark, floor);
        meter.execute(floor);
        let takes = self.print_time.draw(&mut self.time_stream);
        self.breakdowns.begin(takes);
        // Reports leave in the order of the products.
        let earliest = self.reports.back().map_or(SimTime::START, |last| last.0);
        let at = (floor.now() + takes).max(earliest);
        self.reports.push_back((at, job, passing.at_um));
        floor.calendar.enter(at, self.id, Due::Done, 0);
    }

    fn lay_down(&self, passing: &Passing, mark: Option<Mark>, floor: &mut Floor) {
        let unit: UnitId = passing.unit;
        let text = mark.as_ref().map(|mark| Arc::clone(&mark.text));
        let grade_tenths = mark.as_ref().and_then(|mark| mark.grade_tenths);
        floor.note(Fact::Printed { machine: self.id, unit, text, grade_tenths });
        floor.signal(self.belt, Signal::Mark { ordinal: passing.ordinal, mark });
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>) {
    let streams = blueprint.streams;
    for (id, spec) in blueprint.machines() {
        let MachineSpec::Printer { id: name, on, print_s, print, failures, .. } = spec else {
            continue;
        };
        let printer = Printer {
            id,
            belt: blueprint.machine(on).expect("a checked twin names its belts"),
            print_time: print_s.clone(),
            time_stream: streams.stream(name, "print time"),
            head: PrintHead::new(&blueprint, name, print),
            breakdowns: Breakdowns::new(failures, streams, (id, name)),
            repairing: false,
            newest: None,
            jobs: VecDeque::new(),
            last: None,
            reports: VecDeque::new(),
        };
        commands.spawn((Meter::new(id), printer));
    }
}
