//! After a power cut: what the controller can still be sure of, and what it does about the rest.
//!
//! It has every input from before the cut, but none of what happened since, nor whether its last
//! commands arrived. So it repeats every command that may be awaited, in a form that changes nothing when it
//! arrives twice; it has the machines that wait for an answer report again; and every product with a code on
//! a tracked belt is in doubt, and rejected.

use linetwin_base::{MachineId, SimTime};

use super::super::coverage::CoveragePoint;
use super::super::ledger::ScrapReason;
use super::super::protocol::{Action, DeviceCommand, OperatorTask, StopCause};
use super::LineState;
use super::packing::Packing;
use super::register::Register;
use super::state::{Phase, StopReason};
use super::watchdog::Watchdog;

impl LineState {
    pub(super) fn power_is_back(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.note_restart_coverage(out);
        self.outbox.restart(now, out);
        match self.phase {
            Phase::Idle => return self.start(now, out),
            Phase::Closed => return out.push(Action::OrderClosed),
            Phase::Opening | Phase::Running | Phase::Closing(_) | Phase::NotClosed => {}
        }
        for (belt, reason) in self.stops.clone() {
            if let Some(task) = self.task_of(belt, reason) {
                out.push(Action::Device(DeviceCommand::CallOperator(task)));
            }
        }
        for section in 0..self.registers.len() {
            let belt = self.registers[section].layout().belt;
            for entered_um in self.registers[section].mark_in_doubt(ScrapReason::InDoubt) {
                self.remove(belt, entered_um, out);
            }
        }
        let gates = self.registers.iter().map(|section| section.layout().gate.0);
        out.extend(gates.map(|machine| Action::Device(DeviceCommand::RepeatStatus { machine })));
        for index in 0..self.packings.len() {
            self.request_status(index, out);
        }
        if self.release_quota > 0 {
            // An order that is being ended, or packed, releases no more units.
            let over = self.ending || self.packings[0].is_full();
            let (infeed, total) = (self.layout.infeed, if over { 0 } else { self.release_quota });
            out.push(Action::Device(DeviceCommand::SetReleaseQuota { infeed, total }));
        }
        for (job, unit) in self.jobs.clone() {
            self.print(job, unit, out);
        }
        self.feed_printer(now, out);
        self.wait_to_retry(out);
        self.forget_call_for_rework(out);
        self.watchdog = Watchdog::default();
        self.watchdog.last_activity_at = now;
        self.check_watchdog(now, out);
        for section in &self.registers {
            let belt = section.layout().belt;
            out.push(Action::Device(match self.stop_cause(belt) {
                Some(why) => DeviceCommand::StopBelt { belt, why },
                None => DeviceCommand::StartBelt { belt },
            }));
        }
    }

    /// Notes the coverage point in which the power failed.
    fn note_restart_coverage(&self, out: &mut Vec<Action>) {
        use CoveragePoint as S;
        let phase = match self.phase {
            Phase::Idle | Phase::Opening => Some(S::PowerBackBeforeNumbers),
            Phase::Running => Some(S::PowerBackWhileRunning),
            Phase::Closing(_) => Some(S::PowerBackWhileClosing),
            Phase::Closed | Phase::NotClosed => None,
        };
        let (registers, packings) = (&self.registers, &self.packings);
        let also = [
            (S::PowerBackWithProducts, registers.iter().any(|register| !register.is_empty())),
            (S::PowerBackWhileFalling, registers.iter().any(Register::has_fired)),
            (S::PowerBackWithOpenCase, packings.iter().any(|packing| packing.open() > 0)),
            (S::PowerBackWithLayer, packings.iter().any(Packing::has_layer)),
            (S::PowerBackWithLabel, packings.iter().any(Packing::is_labelling)),
            (S::PowerBackWithStop, !self.stops.is_empty()),
            (S::PowerBackWithRework, self.awaiting_rework() > 0),
            (S::PowerBackUnanswered, self.outbox.is_unanswered()),
        ];
        let also = also.into_iter().filter(|(_, so)| *so).map(|(point, _)| point);
        out.extend(phase.into_iter().chain(also).map(Action::Covered));
    }

    /// What an operator is to do about a belt that stands.
    fn task_of(&self, belt: MachineId, reason: StopReason) -> Option<OperatorTask> {
        let section = self.registers.iter().find(|section| section.layout().belt == belt)?;
        match reason {
            StopReason::Removal(entered_um) if section.is_sample(entered_um) => {
                Some(OperatorTask::TakeSample { belt, entered_um })
            }
            StopReason::Removal(entered_um) => {
                Some(OperatorTask::RemoveFromBelt { belt, entered_um })
            }
            StopReason::BinFull => Some(OperatorTask::EmptyBin { gate: section.layout().gate.0 }),
            StopReason::RejectsInARow => Some(OperatorTask::FindCause { belt }),
            StopReason::NoSerials => None,
        }
    }

    fn request_status(&mut self, index: usize, out: &mut Vec<Action>) {
        let packing = &mut self.packings[index];
        packing.mark_in_doubt();
        let (station, labeller) = (packing.layout().station, packing.layout().labeller);
        if let Some((number, children)) = packing.current() {
            let command = DeviceCommand::BuildContainer { station, number, children };
            out.push(Action::Device(command));
        }
        out.push(Action::Device(DeviceCommand::RepeatStatus { machine: station }));
        if labeller != station {
            out.push(Action::Device(DeviceCommand::RepeatStatus { machine: labeller }));
        }
    }

    /// Every tracked belt is stopped for good.
    pub(super) fn stop_belts(&self, out: &mut Vec<Action>) {
        let why = StopCause::Controller;
        let belts = self.registers.iter().map(|section| section.layout().belt);
        out.extend(belts.map(|belt| Action::Device(DeviceCommand::StopBelt { belt, why })));
    }
}
