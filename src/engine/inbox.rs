//! The ledger's door: makes messages that come twice, late or out of order harmless.
//!
//! A line numbers its messages from 1. The next one expected is applied, one already applied is
//! answered again from memory, one that comes too early is left unanswered until the line repeats
//! what lies before it.

use std::collections::VecDeque;
use std::sync::Arc;

use super::ledger::{Ledger, LedgerEvent};
use super::protocol::{Message, Reply};

/// How many answers are kept for repeats: never fewer than a line has in flight.
pub(super) const WINDOW: usize = 64;

/// A ledger that hears each message once.
#[derive(Debug)]
pub struct LedgerService {
    ledger: Ledger,
    applied: u64,
    answers: VecDeque<Reply>,
}

impl LedgerService {
    /// Puts the door before a ledger.
    pub const fn new(ledger: Ledger) -> Self {
        Self { ledger, applied: 0, answers: VecDeque::new() }
    }

    /// The ledger behind the door.
    pub const fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// Takes a message; `None` if it came too early or its answer is long forgotten. The events in
    /// an answer to a repeat are those of the first time; `fresh` in the pair says which it is.
    pub fn receive(&mut self, message: Message) -> Option<(Reply, bool)> {
        if message.sequence <= self.applied {
            let old = self.answers.iter().find(|answer| answer.sequence == message.sequence)?;
            return Some((old.clone(), false));
        }
        if message.sequence > self.applied + 1 {
            return None;
        }
        let outcome = self.ledger.apply(message.command);
        let reply =
            Reply { sequence: message.sequence, outcome: outcome.map(Arc::<[LedgerEvent]>::from) };
        self.applied = message.sequence;
        if self.answers.len() == WINDOW {
            self.answers.pop_front();
        }
        self.answers.push_back(reply.clone());
        Some((reply, true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SimTime;
    use crate::engine::{Command, Order, Product};
    use crate::gs1::Gtin;

    fn message(sequence: u64, command: Command) -> Message {
        Message { sequence, happened: SimTime::START, command }
    }

    fn service() -> LedgerService {
        let mut service = LedgerService::new(Ledger::new([1; 32]));
        let gtin = Gtin::parse("06291041500213").unwrap();
        let order = Order {
            product: Product { gtin, name: "Test".to_owned(), company_prefix: 7 },
            lot: "L7".parse().unwrap(),
            expiry: "2028-09-30".parse().unwrap(),
            quantity: 10,
        };
        let (reply, fresh) = service.receive(message(1, Command::OpenOrder(order))).unwrap();
        assert!(fresh && reply.outcome.is_ok());
        service
    }

    #[test]
    fn a_message_that_comes_twice_is_applied_once_and_answered_alike() {
        let mut service = service();
        let allocate = || message(2, Command::AllocateSerials { count: 3 });
        let (first, fresh) = service.receive(allocate()).unwrap();
        assert!(fresh);
        let (again, fresh) = service.receive(allocate()).unwrap();
        assert!(!fresh);
        assert_eq!(again.outcome, first.outcome, "the same serial numbers, not three more");
        let next = message(3, Command::AllocateSerials { count: 3 });
        assert_ne!(service.receive(next).unwrap().0.outcome, first.outcome);
    }

    #[test]
    fn a_message_that_comes_too_early_waits_for_the_one_before_it() {
        let mut service = service();
        let allocate = |sequence| message(sequence, Command::AllocateSerials { count: 1 });
        assert!(service.receive(allocate(3)).is_none());
        assert!(service.receive(allocate(2)).is_some_and(|(_, fresh)| fresh));
        assert!(service.receive(allocate(3)).is_some_and(|(_, fresh)| fresh));
    }

    #[test]
    fn a_repeat_is_never_refused_for_having_been_applied() {
        let mut service = service();
        let mut close = || service.receive(message(2, Command::CloseOrder)).unwrap();
        let (first, again) = (close(), close());
        assert!(first.1 && first.0.outcome.is_ok());
        assert!(!again.1 && again.0.outcome.is_ok());
    }
}
