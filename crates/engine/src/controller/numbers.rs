//! Serial numbers and SSCCs in the line's own pool: when to request more, and what to do when there are none.
//! After a refusal the line waits, shows why, and requests again.

use serde::{Deserialize, Serialize};

use linetwin_base::{SimSpan, SimTime};

use super::super::coverage::CoveragePoint;
use super::super::ledger::{Command, ObjectCode, Refusal};
use super::super::order::PoolRule;
use super::super::protocol::{Action, DeviceCommand};
use super::LineState;
use super::state::Phase;

/// After a refusal the line requests again this much later.
const RETRY_AFTER: SimSpan = SimSpan::from_secs(30);

/// A kind of numbers.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum NumberKind {
    Serials,
    Ssccs,
}

/// Numbers that were requested.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Numbers {
    /// Number of the message that requested serial numbers, until it is answered.
    serials: Option<u64>,
    /// The same for SSCCs.
    ssccs: Option<u64>,
    /// The last request was refused; the next one may leave at this time.
    retry_at: Option<SimTime>,
}

impl Numbers {
    /// What the message with this number, now answered, requested, if it did.
    pub(super) fn answered(&mut self, sequence: u64) -> Option<NumberKind> {
        if self.serials == Some(sequence) {
            self.serials = None;
            Some(NumberKind::Serials)
        } else if self.ssccs == Some(sequence) {
            self.ssccs = None;
            Some(NumberKind::Ssccs)
        } else {
            None
        }
    }
}

impl LineState {
    /// Requests serial numbers if the pool holds too few for units that are still to be printed.
    pub(super) fn request_serials_if_few(
        &mut self,
        now: SimTime,
        unprinted: u32,
        out: &mut Vec<Action>,
    ) {
        let reserve = (f64::from(self.order.quantity) * self.layout.serial_reserve) as u32;
        let all = unprinted.saturating_add(reserve);
        let (low, high) = match self.layout.pool {
            PoolRule::WholeOrder => (unprinted, all),
            PoolRule::Kept { low, high } => (low.min(unprinted), high.min(all)),
        };
        let ready = (self.pool.len() + self.jobs.len()) as u32;
        if ready < low {
            self.request_serials(now, high.saturating_sub(ready), out);
        }
    }

    fn request_serials(&mut self, now: SimTime, count: u32, out: &mut Vec<Action>) {
        if self.numbers.serials.is_none() && self.numbers.retry_at.is_none() && count > 0 {
            let order = self.order_id;
            let asked = self.send(now, Command::AllocateSerials { order, count }, out);
            self.numbers.serials = Some(asked);
        }
    }

    pub(super) fn request_ssccs(&mut self, now: SimTime, count: u32, out: &mut Vec<Action>) {
        if self.numbers.ssccs.is_none() && self.numbers.retry_at.is_none() {
            let order = self.order_id;
            let asked = self.send(now, Command::AllocateSsccs { order, count }, out);
            self.numbers.ssccs = Some(asked);
        }
    }

    /// Requests what is lacking, once the time to wait after a refusal is over.
    pub(super) fn retry_requests(&mut self, now: SimTime, out: &mut Vec<Action>) {
        if self.numbers.retry_at.is_none_or(|at| now < at) {
            return;
        }
        self.numbers.retry_at = None;
        let containers = self.containers_to_label();
        if self.ssccs.is_empty() && containers > 0 {
            self.request_ssccs(now, containers, out);
        }
        match self.phase {
            Phase::Opening => self.request_serials_if_few(now, self.order.quantity, out),
            _ => self.feed_printer(now, out),
        }
    }

    /// Containers that will need a label.
    pub(super) fn containers_to_label(&self) -> u32 {
        self.packings.iter().map(super::packing::Packing::containers_to_label).sum()
    }

    /// Takes what is left, or waits.
    pub(super) fn numbers_refused(
        &mut self,
        now: SimTime,
        asked: NumberKind,
        refusal: &Refusal,
        out: &mut Vec<Action>,
    ) {
        let left = match refusal {
            Refusal::SpaceExhausted { left, .. } => *left,
            Refusal::PoolExhausted { available, .. } => *available,
            _ => 0,
        };
        if left > 0 && asked == NumberKind::Serials {
            return self.request_serials(now, u32::try_from(left).unwrap_or(u32::MAX), out);
        }
        out.push(Action::Covered(CoveragePoint::SerialsRefused));
        self.numbers.retry_at = Some(now + RETRY_AFTER);
        self.wait_to_retry(out);
    }

    pub(super) fn wait_to_retry(&self, out: &mut Vec<Action>) {
        out.extend(self.numbers.retry_at.map(Action::SetTimer));
    }

    /// Numbers have come.
    pub(super) fn take_numbers(
        &mut self,
        now: SimTime,
        numbers: &[ObjectCode],
        out: &mut Vec<Action>,
    ) {
        let before = self.pool.len();
        for number in numbers {
            match number {
                ObjectCode::Unit(unit) => self.pool.push_back(*unit),
                ObjectCode::Container(sscc) => self.ssccs.push_back(*sscc),
            }
        }
        if self.pool.len() == before {
            // Containers may have waited for these.
            let waiting = self.packings.iter().filter(|packing| packing.waits_for_label());
            let labellers = waiting.map(|packing| packing.layout().labeller);
            let again = labellers.map(|machine| DeviceCommand::RepeatStatus { machine });
            out.extend(again.map(Action::Device));
            return;
        }
        if self.phase == Phase::Opening {
            self.phase = Phase::Running;
            self.update_release_quota(now, out);
            self.check_watchdog(now, out);
            for index in 0..self.packings.len() {
                self.begin_container(index, out);
            }
        }
        self.feed_printer(now, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{layout, order};
    use super::*;

    #[test]
    fn nothing_is_requested_when_nothing_is_lacking() {
        let mut state = LineState::new(crate::OrderId(1), order(0), layout(1));
        state.numbers.retry_at = Some(SimTime::START);
        let mut out = Vec::new();
        state.retry_requests(SimTime::START, &mut out);
        assert_eq!(out, [], "no unit is to be printed, no case to be labelled");
    }
}
