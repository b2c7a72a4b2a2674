//! Which message of each sender comes next, and the answers to the last ones.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::store::{StoreError, Table, Tables};

use super::WINDOW;
use super::block::KeyedOutcome;

/// A system that sends commands, numbered in the order of their first messages.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SenderId(pub u16);

/// What is known of a sender.
#[derive(Debug, Serialize, Deserialize)]
struct Sender {
    name: Arc<str>,
    /// Number of the last message that was decided.
    decided: u64,
    /// Answers to the last messages, oldest first.
    answers: VecDeque<(u64, KeyedOutcome)>,
}

/// All senders.
#[derive(Debug, Default)]
pub(super) struct Senders {
    list: Vec<Sender>,
    ids: BTreeMap<Arc<str>, SenderId>,
}

/// Where a message's number puts it.
#[derive(Debug)]
pub(super) enum SequenceCheck<'a> {
    /// It is the next one.
    Next,
    /// One before it is missing.
    Early,
    /// It was decided, like this.
    Before(&'a KeyedOutcome),
    /// It was decided so long ago that no sender can be waiting for the answer.
    Forgotten,
}

impl Senders {
    /// The id of a sender; a new one is added, here and to `new`.
    pub(super) fn id(&mut self, name: &str, new: &mut Vec<Arc<str>>) -> SenderId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let name: Arc<str> = Arc::from(name);
        new.push(Arc::clone(&name));
        let id = SenderId(self.list.len() as u16);
        self.ids.insert(Arc::clone(&name), id);
        self.list.push(Sender { name, decided: 0, answers: VecDeque::new() });
        id
    }

    pub(super) fn decided(&self, name: &str) -> u64 {
        self.ids.get(name).map_or(0, |id| self.list[usize::from(id.0)].decided)
    }

    pub(super) fn check_sequence(&self, id: SenderId, sequence: u64) -> SequenceCheck<'_> {
        let sender = &self.list[usize::from(id.0)];
        if sequence == sender.decided + 1 {
            return SequenceCheck::Next;
        }
        if sequence > sender.decided {
            return SequenceCheck::Early;
        }
        let known = sender.answers.iter().rev().find(|(number, _)| *number == sequence);
        known.map_or(SequenceCheck::Forgotten, |(_, outcome)| SequenceCheck::Before(outcome))
    }

    pub(super) fn answered(&mut self, id: SenderId, sequence: u64, outcome: KeyedOutcome) {
        let sender = &mut self.list[usize::from(id.0)];
        sender.decided = sequence;
        if sender.answers.len() == WINDOW {
            sender.answers.pop_front();
        }
        sender.answers.push_back((sequence, outcome));
    }

    /// One row a sender, for the tables.
    pub(super) fn rows(&self) -> Vec<Vec<u8>> {
        let rows = self.list.iter().map(postcard::to_stdvec);
        rows.map(|row| row.expect("a vector takes all")).collect()
    }

    pub(super) fn restore(tables: &dyn Tables) -> Result<Self, StoreError> {
        let mut senders = Self::default();
        let mut malformed = None;
        tables.scan(Table::Senders, 0, u64::MAX, &mut |key, bytes| {
            let Ok(sender) = postcard::from_bytes::<Sender>(bytes) else {
                malformed = Some(key);
                return ControlFlow::Break(());
            };
            let id = SenderId(senders.list.len() as u16);
            senders.ids.insert(Arc::clone(&sender.name), id);
            senders.list.push(sender);
            ControlFlow::Continue(())
        })?;
        match malformed {
            None => Ok(senders),
            Some(key) => Err(StoreError::Malformed { table: Table::Senders, key }),
        }
    }
}
