//! Printing, verifying and rejecting: from a serial number in the pool to a code that is
//! commissioned or scrapped.

use std::sync::Arc;

use linetwin_base::{MachineId, SimSpan, SimTime};
use linetwin_gs1::{CryptoCodeBuf, UnitCode};

use super::super::coverage::CoveragePoint;
use super::super::ledger::{Command, DecommissionReason, ObjectCode, ScrapReason};
use super::super::protocol::{Action, DeviceCommand, JobId, OperatorTask, Read};
use super::LineState;
use super::awaited::Awaited;
use super::register::{
    Check, GateVerdict, Leaving, PrintOutcome, ReadOutcome, Register, Verdict, Window, pack_code,
};
use super::state::StopReason;

/// So many codes of the products passed last are kept, to tell a copy from a wrong code.
const PASSED_KEPT: usize = 64;

impl LineState {
    /// Keeps the printer's buffer full and the pool ahead of the units on the line.
    pub(super) fn feed_printer(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let section = self.registers[0].layout();
        let belt = section.belt;
        while self.jobs.len() < self.layout.printer_buffer_jobs
            && let Some(unit) = self.pool.pop_front()
        {
            let job = JobId(self.next_job);
            self.next_job += 1;
            self.jobs.push_back((job, unit));
            self.print(job, unit, out);
        }
        self.request_serials_if_few(now, self.unprinted, out);
        if self.jobs.is_empty() && self.unprinted > 0 {
            if self.stop(belt, StopReason::NoSerials, out) {
                out.push(Action::Covered(CoveragePoint::SerialsExhausted));
            }
        } else {
            self.release(belt, StopReason::NoSerials, out);
        }
    }

    pub(super) fn print(&self, job: JobId, unit: UnitCode, out: &mut Vec<Action>) {
        let (printer, _) = self.registers[0].layout().printer.expect("checked in new");
        let crypto_code = self.crypto_codes.get(&unit).map(CryptoCodeBuf::as_crypto_code);
        let text = Arc::from(self.order.pack_code(unit, crypto_code).element_string());
        out.push(Action::Device(DeviceCommand::Print { printer, job, text }));
    }

    /// Releases as many units onto the line as will be lacking in the end, going by what is known now.
    pub(super) fn update_release_quota(&mut self, now: SimTime, out: &mut Vec<Action>) {
        if self.ending {
            return;
        }
        let on_belts = self.registers.iter().map(Register::maybe_good).sum::<u32>();
        let between = self.awaited.iter().map(Awaited::still_to_come).sum::<u32>();
        let coming = self.unprinted + on_belts + between;
        let lacking = self.packings[0].lacking();
        let units = lacking.saturating_sub(coming + self.awaiting_rework());
        if units > 0 {
            self.raise_release_quota(units, out);
            self.feed_printer(now, out);
        } else if lacking > 0 && coming == 0 {
            self.call_for_rework(out);
        }
    }

    fn raise_release_quota(&mut self, units: u32, out: &mut Vec<Action>) {
        self.unprinted += units;
        self.release_quota += u64::from(units);
        let (infeed, total) = (self.layout.infeed, self.release_quota);
        out.push(Action::Device(DeviceCommand::SetReleaseQuota { infeed, total }));
    }

    pub(super) fn printed(
        &mut self,
        now: SimTime,
        printer: MachineId,
        job: JobId,
        at_um: u64,
        out: &mut Vec<Action>,
    ) {
        let found = self
            .section_of(|register| register.layout().printer.is_some_and(|(id, _)| id == printer));
        let Some(section) = found else { return };
        let Some(index) = self.jobs.iter().position(|(id, _)| *id == job) else {
            return;
        };
        if index > 0 {
            out.push(Action::Covered(CoveragePoint::JobsSkipped));
        }
        for (_, unit) in self.jobs.drain(..index).collect::<Vec<_>>() {
            let reason = ScrapReason::LostJob;
            self.send(now, Command::ScrapLabel { unit, reason }, out);
        }
        let (_, unit) = self.jobs.pop_front().expect("just found");
        let position_um = self.registers[section].layout().printer.map_or(0, |p| p.1);
        let unclear = match self.registers[section].printed(at_um, position_um, unit) {
            PrintOutcome::Noted => None,
            PrintOutcome::NoWindow => Some(CoveragePoint::PrintWithoutProduct),
            PrintOutcome::SecondCode => Some(CoveragePoint::PrintedTwice),
        };
        if let Some(point) = unclear {
            // It is not known which product bears it: the number cannot be used again.
            out.push(Action::Covered(point));
            let reason = ScrapReason::Missing;
            self.send(now, Command::ScrapLabel { unit, reason }, out);
        } else {
            self.unprinted = self.unprinted.saturating_sub(1);
        }
        self.feed_printer(now, out);
    }

    pub(super) fn symbol_read(
        &mut self,
        now: SimTime,
        camera: MachineId,
        at_um: u64,
        read: &Read,
        out: &mut Vec<Action>,
    ) {
        let Some(section) = self.section_of(|r| r.layout().camera.0 == camera) else {
            return;
        };
        let prints = self.registers[section].layout().printer.is_some();
        let check = Check {
            order: &self.order,
            crypto_codes: &self.crypto_codes,
            minimum_grade_tenths: self.layout.minimum_grade_tenths,
            passed: &self.passed[section],
            awaited: (!prints).then_some(&self.awaited[section]),
        };
        match self.registers[section].read(at_um, read, &check) {
            ReadOutcome::Judged(Some(code)) => {
                self.awaited[section].arrive(&ObjectCode::Unit(code));
                let lost = self.awaited[section].settle();
                if !lost.unread.is_empty() {
                    out.push(Action::Covered(CoveragePoint::UnreadBetweenSections));
                }
                if !lost.missing.is_empty() {
                    out.push(Action::Covered(CoveragePoint::VanishedBetweenSections));
                }
                self.decommission(now, &lost.unread, DecommissionReason::FailedCheck, out);
                self.decommission(now, &lost.missing, DecommissionReason::Missing, out);
                self.update_release_quota(now, out);
            }
            // A result on a window that has one already, or on no window, changes nothing: a double
            // trigger must neither commission nor count twice.
            ReadOutcome::Repeated => {
                let belt = self.registers[section].layout().belt;
                let full = self.stops.contains(&(belt, StopReason::BinFull));
                out.push(Action::Covered(if full {
                    CoveragePoint::SecondResultWhileBinFull
                } else {
                    CoveragePoint::SecondResult
                }));
            }
            ReadOutcome::NoWindow => out.push(Action::Covered(CoveragePoint::ResultWithoutProduct)),
            ReadOutcome::Copy => out.push(Action::Covered(CoveragePoint::CopyRead)),
            ReadOutcome::Judged(None) => {}
        }
    }

    /// A product stands before a reject gate: it is rejected unless it is known to be good.
    pub(super) fn at_gate(
        &mut self,
        now: SimTime,
        gate: MachineId,
        at_um: u64,
        out: &mut Vec<Action>,
    ) {
        let Some(section) = self.section_of(|r| r.layout().gate.0 == gate) else {
            return;
        };
        let verdict = self.registers[section].at_gate(now, at_um);
        match verdict {
            GateVerdict::RejectUntracked => {
                out.push(Action::Covered(CoveragePoint::UntrackedAtGate))
            }
            GateVerdict::RejectWithoutResult => {
                out.push(Action::Covered(CoveragePoint::NoResultInTime));
            }
            GateVerdict::LetPass | GateVerdict::Reject | GateVerdict::RejectInDoubt => {}
        }
        let row = &mut self.consecutive_rejects[section];
        match verdict {
            GateVerdict::LetPass => {
                *row = 0;
                return;
            }
            GateVerdict::Reject
            | GateVerdict::RejectUntracked
            | GateVerdict::RejectWithoutResult => *row += 1,
            GateVerdict::RejectInDoubt => {}
        }
        out.push(Action::Device(DeviceCommand::Reject { gate }));
        let fall = self.registers[section].layout().confirm_timeout;
        out.push(Action::SetTimer(now + fall + SimSpan::from_nanos(1)));
        if verdict != GateVerdict::RejectInDoubt && *row == self.layout.max_consecutive_rejects {
            out.push(Action::Covered(CoveragePoint::ConsecutiveRejects));
            // The line makes nothing but rejects: it stands until an operator has found the cause.
            *row = 0;
            let belt = self.registers[section].layout().belt;
            self.stop(belt, StopReason::RejectsInARow, out);
            let task = OperatorTask::FindCause { belt };
            out.push(Action::Device(DeviceCommand::CallOperator(task)));
        }
    }

    pub(super) fn product_left(
        &mut self,
        now: SimTime,
        belt: MachineId,
        at_um: u64,
        out: &mut Vec<Action>,
    ) {
        let Some(section) = self.section_of(|r| r.layout().belt == belt) else {
            return;
        };
        // Samples are taken where the code is made, once it is known to be good.
        let prints = self.registers[section].layout().printer.is_some();
        let (good, owed) = (&mut self.good, &mut self.samples_owed);
        let samples = self.order.samples;
        let sample = || {
            *good += u64::from(prints);
            let due = prints && samples.takes(*good);
            let instead = prints && !due && *owed > 0;
            *owed -= u32::from(instead);
            due || instead
        };
        let entered_um = at_um.saturating_sub(self.registers[section].layout().exit_um);
        match self.registers[section].leave(at_um, sample) {
            Leaving::Sample { code, missing } => {
                out.push(Action::Covered(CoveragePoint::SampleDue));
                for window in missing {
                    self.account(now, section, &window, ScrapReason::Missing, out);
                }
                self.note_passed(section, code);
                self.stop(belt, StopReason::Removal(entered_um), out);
                let task = OperatorTask::TakeSample { belt, entered_um };
                out.push(Action::Device(DeviceCommand::CallOperator(task)));
            }
            Leaving::Good { code, missing } => {
                if !missing.is_empty() {
                    out.push(Action::Covered(CoveragePoint::VanishedBeforeExit));
                }
                for window in missing {
                    self.account(now, section, &window, ScrapReason::Missing, out);
                }
                self.note_passed(section, code);
                if self.registers[section].layout().printer.is_some() {
                    self.send(now, Command::Commission { unit: code }, out);
                }
                match self.awaited.get_mut(section + 1) {
                    Some(next) => next.expect(ObjectCode::Unit(code)),
                    None => self.packings[0].expect(ObjectCode::Unit(code)),
                }
            }
            Leaving::MustNotPass => {
                out.push(Action::Covered(CoveragePoint::RejectPassedGate));
                self.remove(belt, entered_um, out);
            }
            Leaving::Unknown => {
                out.push(Action::Covered(CoveragePoint::UntrackedDownstreamOfGate));
                self.remove(belt, entered_um, out);
            }
        }
    }

    /// An operator has taken a sample and scanned it. Where the encoder was wrong he took another product, or
    /// none, and the place of this one is not known: it is found further on as an untracked product, and the
    /// one that was taken is missing.
    pub(super) fn sample_taken(
        &mut self,
        now: SimTime,
        section: usize,
        mut window: Window,
        read: &Read,
        out: &mut Vec<Action>,
    ) {
        let taken = pack_code(read).map(|code| code.unit);
        if window.verdict == Verdict::Sample && taken != window.expected {
            window.verdict = Verdict::Reject(ScrapReason::Missing);
            self.samples_owed += 1;
            out.push(Action::Covered(CoveragePoint::WrongSample));
        }
        self.account(now, section, &window, ScrapReason::Missing, out);
    }

    /// Stops the belt until an operator has seen that this product is off it.
    pub(super) fn remove(&mut self, belt: MachineId, entered_um: u64, out: &mut Vec<Action>) {
        if self.stop(belt, StopReason::Removal(entered_um), out) {
            let task = OperatorTask::RemoveFromBelt { belt, entered_um };
            out.push(Action::Device(DeviceCommand::CallOperator(task)));
        }
    }

    /// Falls that were not confirmed in time: the gate did not fire, or its sensor is stuck. Either way the
    /// place of the product is not known.
    pub(super) fn check_confirm_timeouts(&mut self, now: SimTime, out: &mut Vec<Action>) {
        for section in 0..self.registers.len() {
            while let Some(entered_um) = self.registers[section].unconfirmed(now) {
                out.push(Action::Covered(CoveragePoint::RejectNotConfirmed));
                self.remove(self.registers[section].layout().belt, entered_um, out);
            }
        }
    }

    /// The bin is full: nothing may come to the gate until it is empty.
    pub(super) fn bin_full(&mut self, gate: MachineId, out: &mut Vec<Action>) {
        let Some(section) = self.section_of(|r| r.layout().gate.0 == gate) else {
            return;
        };
        let belt = self.registers[section].layout().belt;
        if self.stop(belt, StopReason::BinFull, out) {
            out.push(Action::Covered(CoveragePoint::BinFull));
            let task = OperatorTask::EmptyBin { gate };
            out.push(Action::Device(DeviceCommand::CallOperator(task)));
        }
    }

    pub(super) fn confirmed(&mut self, now: SimTime, gate: MachineId, out: &mut Vec<Action>) {
        let Some(section) = self.section_of(|r| r.layout().gate.0 == gate) else {
            return;
        };
        match self.registers[section].confirm_reject(now) {
            Some(window) => self.account(now, section, &window, ScrapReason::NoResult, out),
            None => out.push(Action::Covered(CoveragePoint::ConfirmationWithoutReject)),
        }
    }

    fn note_passed(&mut self, section: usize, code: UnitCode) {
        let passed = &mut self.passed[section];
        passed.push_back(code);
        if passed.len() > PASSED_KEPT {
            passed.pop_front();
        }
    }

    /// A product has left the line other than by being good: settles its code and releases another unit.
    pub(super) fn account(
        &mut self,
        now: SimTime,
        section: usize,
        window: &Window,
        unless_judged: ScrapReason,
        out: &mut Vec<Action>,
    ) {
        self.settle(now, section, window, unless_judged, out);
        self.update_release_quota(now, out);
        self.feed_printer(now, out);
    }

    /// Settles the code of a product that has left the line other than by being good.
    pub(super) fn settle(
        &mut self,
        now: SimTime,
        section: usize,
        window: &Window,
        unless_judged: ScrapReason,
        out: &mut Vec<Action>,
    ) {
        let reason = match window.verdict {
            Verdict::Reject(reason) => reason,
            Verdict::Good | Verdict::Pending | Verdict::Sample => unless_judged,
            Verdict::Untracked => return,
        };
        let prints = self.registers[section].layout().printer.is_some();
        match window.expected {
            Some(unit) if window.verdict == Verdict::Sample => {
                self.send(now, Command::Commission { unit }, out);
                self.send(now, Command::Sample { unit }, out);
            }
            Some(unit) if prints => {
                if self.keep_for_rework(unit, window, reason) {
                    return;
                }
                self.send(now, Command::ScrapLabel { unit, reason }, out);
            }
            Some(unit) => {
                let reason = match reason {
                    ScrapReason::Missing => DecommissionReason::Missing,
                    _ => DecommissionReason::FailedCheck,
                };
                self.send(now, Command::Decommission { object: unit.into(), reason }, out);
            }
            // It went past the printer without being printed on: there is no code to settle, but
            // the unit no longer waits for one.
            None if prints => self.unprinted = self.unprinted.saturating_sub(1),
            // Its code was read, and it is none of those on their way here: an untracked product.
            None if matches!(reason, ScrapReason::WrongCode | ScrapReason::Duplicate) => {}
            None => self.awaited[section].take_out_unread(),
        }
    }
}
