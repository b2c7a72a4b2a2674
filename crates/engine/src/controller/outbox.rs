//! Store and forward: every message stays here until the ledger has acknowledged it, so that the
//! line goes on while the link is down and nothing is lost or applied twice.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use linetwin_base::{SimSpan, SimTime};

use super::super::coverage::CoveragePoint;
use super::super::ledger::Command;
use super::super::protocol::{Action, Message};
use super::super::service::WINDOW;

/// Messages on their way to the ledger, oldest first.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Outbox {
    waiting: VecDeque<Message>,
    /// How many of `waiting` have been sent since the last time-out.
    in_flight: usize,
    next_sequence: u64,
    retry: SimSpan,
    /// When the oldest message in flight counts as lost.
    deadline: SimTime,
    /// A wake-up has been requested for this time, or none is pending.
    wake_at: Option<SimTime>,
}

impl Outbox {
    pub(super) const fn new(retry: SimSpan) -> Self {
        Self {
            waiting: VecDeque::new(),
            in_flight: 0,
            next_sequence: 1,
            retry,
            deadline: SimTime::NEVER,
            wake_at: None,
        }
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Adds a command and sends it if the window allows. Returns its message number.
    pub(super) fn push(&mut self, now: SimTime, command: Command, out: &mut Vec<Action>) -> u64 {
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.waiting.push_back(Message { sequence, happened: now, by: None, why: None, command });
        self.fill_window(now, out);
        sequence
    }

    /// Takes an answer; `true` if it is the first one to a message in flight. Answers come in
    /// order, so everything up to this one is acknowledged.
    pub(super) fn acknowledge(
        &mut self,
        now: SimTime,
        sequence: u64,
        out: &mut Vec<Action>,
    ) -> bool {
        let expected = self.waiting.front().map(|message| message.sequence);
        if self.in_flight == 0 || expected != Some(sequence) {
            return false;
        }
        self.waiting.pop_front();
        self.in_flight -= 1;
        self.deadline = now + self.retry;
        self.fill_window(now, out);
        true
    }

    /// Sends everything in flight again if the oldest has waited too long.
    pub(super) fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        if self.wake_at.is_some_and(|at| at <= now) {
            self.wake_at = None;
        }
        if self.in_flight > 0 && now >= self.deadline {
            out.push(Action::Covered(CoveragePoint::SentAgain));
            self.in_flight = 0;
            self.fill_window(now, out);
        }
        self.schedule_wake(out);
    }

    /// Messages that were sent and not answered.
    pub(super) fn is_unanswered(&self) -> bool {
        self.in_flight > 0
    }

    /// Sends everything again: it is not known what has arrived.
    pub(super) fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.in_flight = 0;
        self.wake_at = None;
        self.fill_window(now, out);
    }

    fn fill_window(&mut self, now: SimTime, out: &mut Vec<Action>) {
        if self.in_flight == 0 {
            self.deadline = now + self.retry;
        }
        while self.in_flight < WINDOW.min(self.waiting.len()) {
            out.push(Action::Send(self.waiting[self.in_flight].clone()));
            self.in_flight += 1;
        }
        self.schedule_wake(out);
    }

    fn schedule_wake(&mut self, out: &mut Vec<Action>) {
        if self.in_flight > 0 && self.wake_at.is_none() {
            self.wake_at = Some(self.deadline);
            out.push(Action::SetTimer(self.deadline));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OrderId;

    fn sent(out: &[Action]) -> Vec<u64> {
        out.iter()
            .filter_map(|action| match action {
                Action::Send(message) => Some(message.sequence),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn what_is_not_acknowledged_is_sent_again_in_order() {
        let second = |s: u64| SimTime::from_nanos(s * 1_000_000_000);
        let mut outbox = Outbox::new(SimSpan::from_secs(2));
        let mut out = Vec::new();
        for _ in 0..3 {
            outbox.push(second(0), Command::CloseOrder { order: OrderId(1) }, &mut out);
        }
        assert_eq!(sent(&out), [1, 2, 3]);
        assert!(outbox.acknowledge(second(1), 1, &mut out));
        assert!(!outbox.acknowledge(second(1), 1, &mut out), "a repeat counts once");

        out.clear();
        outbox.wake(second(2), &mut out);
        assert_eq!(sent(&out), [] as [u64; 0], "the acknowledgement restarted the clock");
        outbox.wake(second(3), &mut out);
        assert_eq!(sent(&out), [2, 3]);
        assert!(outbox.acknowledge(second(4), 2, &mut out));
        assert!(outbox.acknowledge(second(4), 3, &mut out));
        assert!(outbox.is_empty());
    }

    #[test]
    fn no_more_is_in_flight_than_the_ledger_remembers() {
        let mut outbox = Outbox::new(SimSpan::from_secs(2));
        let mut out = Vec::new();
        for _ in 0..WINDOW + 10 {
            outbox.push(SimTime::START, Command::CloseOrder { order: OrderId(1) }, &mut out);
        }
        assert_eq!(sent(&out).len(), WINDOW);
        outbox.acknowledge(SimTime::START, 1, &mut out);
        assert_eq!(sent(&out).len(), WINDOW + 1);
    }
}
