//! Rejected products with whose code nothing was found wrong: it was not read, or not in time, or the power
//! had failed. Where there is a rework bench their numbers are kept, and when the rest of the order is made
//! they are verified there once more. The good ones go back onto the line.

use serde::{Deserialize, Serialize};

use linetwin_base::{MachineId, SimTime};
use linetwin_gs1::UnitCode;

use super::super::coverage::CoveragePoint;
use super::super::ledger::{Command, ObjectCode, ScrapReason};
use super::super::protocol::{Action, DeviceCommand, OperatorTask, Read};
use super::LineState;
use super::register::{Check, Window, pack_code};

/// See the module's first lines.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Rework {
    /// Codes of products in the bin or at the bench, and why they were rejected.
    kept: Vec<(UnitCode, ScrapReason)>,
    /// An operator is there, or on his way.
    called: bool,
    /// The code returned last.
    returned: Option<UnitCode>,
}

/// Whether a product rejected for this reason may be good.
const fn may_be_good(reason: ScrapReason) -> bool {
    match reason {
        ScrapReason::NoRead | ScrapReason::NoResult | ScrapReason::InDoubt => true,
        ScrapReason::LowGrade
        | ScrapReason::WrongCode
        | ScrapReason::Duplicate
        | ScrapReason::Missing
        | ScrapReason::LostJob => false,
    }
}

impl LineState {
    /// Keeps the number of a rejected product, if it may come back; false if not.
    pub(super) fn keep_for_rework(
        &mut self,
        unit: UnitCode,
        window: &Window,
        reason: ScrapReason,
    ) -> bool {
        let keep = self.layout.rework.is_some() && window.was_rejected() && may_be_good(reason);
        if keep {
            self.rework.kept.push((unit, reason));
        }
        keep
    }

    /// Products that may come back.
    pub(super) fn awaiting_rework(&self) -> u32 {
        self.rework.kept.len() as u32
    }

    /// Nothing is left on the line and the order lacks units: has the rejected products verified again.
    pub(super) fn call_for_rework(&mut self, out: &mut Vec<Action>) {
        if let Some(bench) = self.layout.rework
            && !self.rework.called
        {
            self.rework.called = true;
            let task = OperatorTask::Rework { bench };
            out.push(Action::Device(DeviceCommand::CallOperator(task)));
        }
    }

    pub(super) fn reworked(
        &mut self,
        now: SimTime,
        bench: MachineId,
        read: &Read,
        out: &mut Vec<Action>,
    ) {
        let back = Action::Device(DeviceCommand::ReturnUnit { bench });
        let found = pack_code(read).map(|code| code.unit);
        if found.is_some() && found == self.rework.returned {
            return out.extend([Action::Covered(CoveragePoint::ReworkReportedTwice), back]);
        }
        let known = found.and_then(|unit| self.rework.kept.iter().position(|it| it.0 == unit));
        let Some(place) = known else {
            out.push(Action::Covered(CoveragePoint::ReworkedUntracked));
            return out.push(Action::Device(DeviceCommand::DiscardUnit { bench }));
        };
        let (unit, _) = self.rework.kept.swap_remove(place);
        let check = Check {
            order: &self.order,
            crypto_codes: &self.crypto_codes,
            minimum_grade_tenths: self.layout.minimum_grade_tenths,
            passed: &self.passed[0],
            awaited: None,
        };
        match check.judge(read, Some(unit)) {
            Ok(()) => {
                out.push(Action::Covered(CoveragePoint::ReworkedGood));
                self.rework.returned = Some(unit);
                self.send(now, Command::Commission { unit }, out);
                self.packings[0].expect(ObjectCode::Unit(unit));
                out.push(back);
            }
            Err(reason) => {
                out.push(Action::Covered(CoveragePoint::ReworkedBad));
                self.send(now, Command::ScrapLabel { unit, reason }, out);
                out.push(Action::Device(DeviceCommand::DiscardUnit { bench }));
            }
        }
    }

    /// Products that were not found at the bench, or are no longer needed, will not come back.
    pub(super) fn give_up_rework(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.rework.called = false;
        if !self.rework.kept.is_empty() {
            out.push(Action::Covered(CoveragePoint::ReworkGivenUp));
        }
        for (unit, reason) in std::mem::take(&mut self.rework.kept) {
            self.send(now, Command::ScrapLabel { unit, reason }, out);
        }
    }

    /// After a power cut: an operator who was called has left.
    pub(super) fn forget_call_for_rework(&mut self, out: &mut Vec<Action>) {
        self.rework.called = false;
        let bench = self.layout.rework;
        out.extend(bench.map(|machine| Action::Device(DeviceCommand::RepeatStatus { machine })));
    }
}
