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
