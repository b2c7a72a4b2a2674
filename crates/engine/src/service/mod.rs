//! The ledger's service. Every system that sends commands to the ledger numbers its messages; the service
//! makes messages that come twice, late or out of order harmless, writes what was decided into the journal,
//! and releases answers once they are durable.
//!
//! A message is *received*: decided on and applied in memory. A *commit* writes everything received since the
//! last one as one block. Only then may the answers leave the process. After any failure of the store the
//! service answers nothing more: it is opened again from what is durable.

mod audit;
mod block;
mod senders;

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;

pub use audit::{AuditReader, AuditRecord};
pub use block::{Block, BlockError, Entry, KeyedOutcome};
pub use senders::SenderId;

use super::ledger::{
    Ledger, LedgerEvent, LedgerSettings, ObjectCode, OrderId, OrderRecord, Refusal, SpaceId, Stop,
};
use super::protocol::{Message, Reply};
use super::store::{Head, Journal, Store, StoreError};

use senders::{Senders, SequenceCheck};

/// How many answers are kept for repeats: never fewer than a sender has in flight.
pub const WINDOW: usize = 64;
/// The tables are written when this many blocks or changed rows have come together.
const FLUSH_BLOCKS: u64 = 256;
const FLUSH_ROWS: usize = 4096;
/// A block is closed when its events name more objects than this, so that it keeps a usual size.
const MOST_STAGED: usize = 1 << 20;

/// What becomes of a message.
#[derive(Clone, Debug)]
pub enum Receipt {
    /// Decided; the answer may leave when [`LedgerService::commit`] has returned.
    Decided(Reply),
    /// Decided earlier and durable: this was the answer.
    Repeated(Reply),
    /// Decided earlier and not yet durable: the same answer, held back like the first.
    Pending(Reply),
    /// It came before one that must come first, or its answer is long forgotten: no answer.
    Ignored,
}

/// A ledger that decides each message once and loses none.
pub struct LedgerService {
    ledger: Ledger,
    journal: Box<dyn Journal>,
    senders: Senders,
    staged: Block,
    /// Objects that the staged events name.
    staged_objects: usize,
    flushed: Head,
    /// Blocks that were given to the journal.
    submitted: u64,
    /// Messages of the blocks that are not known to be durable yet.
    in_flight: VecDeque<(u64, Vec<(SenderId, u64)>)>,
    written: u64,
    refusals: BTreeMap<String, u64>,
    failed: Option<StoreError>,
}

impl LedgerService {
    /// Opens what journal and tables hold. Blocks that the tables do not have yet are read from the
    /// journal and applied.
    ///
    /// # Errors
    /// The store cannot be read; journal and tables are not of one ledger; a block is not one.
    pub fn open(settings: LedgerSettings, store: Store) -> Result<Self, StoreError> {
        let Store { tables, journal, .. } = store;
        let senders = Senders::restore(&*tables)?;
        let ledger = Ledger::open(settings, tables)?;
        let flushed = ledger.flushed()?.unwrap_or_else(|| journal.start());
        let held = journal.head().blocks;
        if flushed.blocks > held {
            return Err(StoreError::Broken {
                block: held,
                reason: format!(
                    "the tables know {} blocks, the journal holds {held}",
                    flushed.blocks
                ),
            });
        }
        let (staged, in_flight, refusals) = Default::default();
        let mut service = Self {
            ledger,
            journal,
            senders,
            staged,
            staged_objects: 0,
            flushed,
            submitted: held,
            in_flight,
            written: 0,
            refusals,
            failed: None,
        };
        service.replay()?;
        Ok(service)
    }

    /// What another process would make of the store if this one were killed now: everything that is
    /// not durable is gone.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn killed(self, settings: LedgerSettings) -> Result<Self, StoreError> {
        let tables = self.ledger.into_tables();
        Self::open(settings, Store { tables, journal: self.journal, set_aside: None })
    }

    /// The ledger behind the service.
    pub const fn ledger(&mut self) -> &mut Ledger {
        &mut self.ledger
    }

    /// One order of the ledger.
    pub fn order(&self, id: OrderId) -> Option<&OrderRecord> {
        self.ledger.order_record(id)
    }

    /// The codes of the last `count` numbers that were made in a space, oldest first.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn made(&mut self, space: SpaceId, count: usize) -> Result<Vec<ObjectCode>, StoreError> {
        self.ledger.last_made(space, count as u64)
    }

    /// The journal behind it.
    pub fn journal(&self) -> &dyn Journal {
        &*self.journal
    }

    /// How many commands were refused since it was opened, by kind.
    pub const fn refusals(&self) -> &BTreeMap<String, u64> {
        &self.refusals
    }

    /// How many messages of a sender were decided; 0 for an unknown sender.
    pub fn decided(&self, sender: &str) -> u64 {
        self.senders.decided(sender)
    }

    /// Bytes of blocks that were written since it was opened.
    pub const fn written(&self) -> u64 {
        self.written
    }

    /// How many commands wait for a commit.
    pub const fn staged(&self) -> usize {
        self.staged.entries.len()
    }

    /// Takes a message from a sender.
    ///
    /// # Errors
    /// The store has failed, now or earlier.
    pub fn receive(&mut self, sender: &str, message: &Message) -> Result<Receipt, StoreError> {
        self.working()?;
        let id = self.senders.id(sender, &mut self.staged.new_senders);
        match self.senders.check_sequence(id, message.sequence) {
            SequenceCheck::Next => {}
            SequenceCheck::Early | SequenceCheck::Forgotten => return Ok(Receipt::Ignored),
            SequenceCheck::Before(answer) => {
                let reply = reply(&mut self.ledger, message.sequence, answer);
                let reply = reply.map_err(|error| self.fail(error))?;
                let pending = self.is_pending(id, message.sequence);
                return Ok(if pending {
                    Receipt::Pending(reply)
                } else {
                    Receipt::Repeated(reply)
                });
            }
        }
        let outcome = match self.ledger.apply(message.happened, &message.command) {
            Ok(events) => Ok(events),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Failed(error)) => return Err(self.fail(error)),
        };
        if let Err(refusal) = &outcome {
            *self.refusals.entry(refusal.kind()).or_default() += 1;
        }
        let answer = answer(&outcome);
        let reply = reply(&mut self.ledger, message.sequence, &answer);
        let reply = reply.map_err(|error| self.fail(error))?;
        self.senders.answered(id, message.sequence, answer);
        self.staged_objects += weight(&outcome);
        self.staged.entries.push(Entry {
            sender: id,
            sequence: message.sequence,
            happened: message.happened,
            by: message.by.clone(),
            why: message.why.clone(),
            outcome,
        });
        if self.staged_objects > MOST_STAGED {
            self.submit()?;
        }
        Ok(Receipt::Decided(reply))
    }

    /// Makes everything received durable.
    ///
    /// # Errors
    /// The store has failed: what was received since the last commit may or may not be there when the
    /// service is opened again, and none of its answers may leave.
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.submit()?;
        self.journal.finish().map_err(|error| self.fail(error))?;
        Ok(())
    }

    /// Begins to make durable everything received, and returns at once with a number: its answers may
    /// leave when [`Self::durable`] has reached it.
    ///
    /// # Errors
    /// As [`Self::commit`].
    pub fn submit(&mut self) -> Result<u64, StoreError> {
        self.working()?;
        if self.staged.entries.is_empty() {
            return Ok(self.submitted);
        }
        let block = std::mem::take(&mut self.staged);
        self.staged_objects = 0;
        let bytes = block.encode();
        self.written += bytes.len() as u64;
        self.submitted = self.journal.begin(bytes).map_err(|error| self.fail(error))?;
        let newest = block.entries.iter().map(|entry| (entry.sender, entry.sequence)).collect();
        self.in_flight.push_back((self.submitted, newest));
        self.durable();
        if flush_is_due(&self.ledger, self.submitted - self.flushed.blocks) {
            self.flush()?;
        }
        Ok(self.submitted)
    }

    /// How far what was submitted is durable.
    pub fn durable(&mut self) -> u64 {
        let durable = self.journal.head().blocks;
        while self.in_flight.front().is_some_and(|(block, _)| *block <= durable) {
            self.in_flight.pop_front();
        }
        durable
    }

    /// Writes the tables, so that the next start has nothing to replay.
    ///
    /// # Errors
    /// The store has failed.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        self.working()?;
        assert!(self.staged.entries.is_empty(), "tables never hold what the journal does not");
        let head = self.journal.finish().map_err(|error| self.fail(error))?;
        let senders = self.senders.rows();
        self.ledger.flush(head, senders).map_err(|error| self.fail(error))?;
        self.flushed = head;
        Ok(())
    }

    /// Whether a message that was decided is not durable yet.
    fn is_pending(&self, sender: SenderId, sequence: u64) -> bool {
        let durable = self.journal.head().blocks;
        let in_flight = self.in_flight.iter().filter(|(block, _)| *block > durable);
        let staged = self.staged.entries.iter().map(|entry| (entry.sender, entry.sequence));
        let mut waiting =
            in_flight.flat_map(|(_, messages)| messages.iter().copied()).chain(staged);
        waiting.any(|message| message == (sender, sequence))
    }

    fn working(&self) -> Result<(), StoreError> {
        self.failed.clone().map_or(Ok(()), Err)
    }

    fn fail(&mut self, error: StoreError) -> StoreError {
        self.failed = Some(error.clone());
        error
    }

    /// Applies the blocks that the tables do not have, and writes the tables every so often: a long
    /// journal takes no more memory than a short one.
    fn replay(&mut self) -> Result<(), StoreError> {
        let Self { ledger, journal, senders, flushed, .. } = self;
        let from = *flushed;
        let mut replay = |place: &Head, bytes: &[u8]| {
            let block = Block::decode(bytes).map_err(|error| StoreError::Broken {
                block: place.blocks - 1,
                reason: error.to_string(),
            })?;
            replay_block(ledger, senders, block)?;
            if flush_is_due(ledger, place.blocks - flushed.blocks) {
                ledger.flush(*place, senders.rows())?;
                *flushed = *place;
            }
            Ok(())
        };
        let mut fault = Ok(());
        journal.read(&from, &mut |place, bytes| {
            fault = replay(place, bytes);
            if fault.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        fault
    }
}

/// Whether it is time to write the tables, so many blocks after the last time.
fn flush_is_due(ledger: &Ledger, blocks: u64) -> bool {
    blocks >= FLUSH_BLOCKS || ledger.unflushed() >= FLUSH_ROWS
}

/// The outcome as it is returned to the sender, and kept for repeats.
fn answer(outcome: &KeyedOutcome) -> KeyedOutcome {
    let events = outcome.as_ref().map_err(Refusal::clone)?;
    Ok(events.iter().map(LedgerEvent::answer).collect())
}

/// An answer with codes in place of keys.
fn reply(ledger: &mut Ledger, sequence: u64, answer: &KeyedOutcome) -> Result<Reply, StoreError> {
    let events = match answer {
        Ok(events) => events,
        Err(refusal) => {
            let (outcome, crypto_codes) = (Err(refusal.clone()), Vec::new());
            return Ok(Reply { sequence, outcome, crypto_codes });
        }
    };
    let named = events.iter().map(|event| ledger.name(event));
    let named: Result<_, StoreError> = named.collect();
    Ok(Reply { sequence, outcome: Ok(named?), crypto_codes: ledger.crypto_codes(events)? })
}

/// How many objects an outcome names.
fn weight(outcome: &KeyedOutcome) -> usize {
    let lists = outcome.iter().flatten().map(|event| match event {
        LedgerEvent::StateChanged { objects, contents, .. } => objects.len() + contents.len(),
        LedgerEvent::Packed { children, .. } | LedgerEvent::Unpacked { children, .. } => {
            children.len()
        }
        LedgerEvent::ContentsChecked { missing, alien, .. } => missing.len() + alien.len(),
        LedgerEvent::Received { objects, .. } => objects.len(),
        LedgerEvent::NumbersImported { numbers, .. } => numbers.len(),
        _ => 1,
    });
    lists.sum()
}

fn replay_block(
    ledger: &mut Ledger,
    senders: &mut Senders,
    block: Block,
) -> Result<(), StoreError> {
    for name in block.new_senders {
        senders.id(&name, &mut Vec::new());
    }
    for entry in block.entries {
        for event in entry.outcome.iter().flatten() {
            ledger.evolve(entry.happened, event)?;
        }
        senders.answered(entry.sender, entry.sequence, answer(&entry.outcome));
    }
    Ok(())
}

impl std::fmt::Debug for LedgerService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LedgerService").field("ledger", &self.ledger).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
