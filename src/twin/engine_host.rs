//! The engine as the twin carries it: line controller and ledger in process, in virtual time. How
//! long the ledger takes is measured with a clock that is handed in and never enters the trace.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::prelude::*;
use hdrhistogram::Histogram;

use super::Engine;
use crate::base::SimTime;
use crate::engine::store::{Head, StoreError};
use crate::engine::{
    LedgerEvent, LedgerService, LineLogic, Message, OrderId, OrderRecord, Receipt, Reply,
};

/// A clock for measuring how long the engine takes; nanoseconds from any fixed moment.
pub type WallClock = fn() -> u64;

/// Commands that are written together. In virtual time nobody outside hears an answer, so answers need
/// not wait for it; a run that is cut short is repeated.
const COMMIT_TOGETHER: usize = 256;

/// Longest latency that is told apart, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

/// Counts and times of the engine's work.
#[derive(Clone, Debug)]
pub struct EngineMeter {
    /// Commands that the ledger applied.
    pub commands: u64,
    /// Commands that it refused.
    pub refusals: u64,
    /// The same by kind of refusal.
    pub refusals_by_kind: BTreeMap<String, u64>,
    /// Blocks of the journal, their bytes and the last one's hash, once the run is over.
    pub journal: (u64, u64, [u8; 32]),
    /// Time from a command's arrival to its answer, in nanoseconds of wall-clock time.
    pub latency_ns: Histogram<u64>,
}

/// See the module's first lines.
#[derive(Resource)]
pub(super) struct EngineHost {
    pub(super) line: Box<dyn LineLogic>,
    ledger: LedgerService,
    clock: WallClock,
    pub(super) meter: EngineMeter,
    /// What the ledger has recorded since it was last asked.
    pub(super) events: Vec<(SimTime, LedgerEvent)>,
    /// The store has failed; the run cannot go on.
    pub(super) failed: Option<StoreError>,
    sender: Arc<str>,
}

impl EngineHost {
    pub(super) fn new(engine: Engine) -> Self {
        let Engine { line, sender, ledger, clock } = engine;
        let latency_ns = Histogram::new_with_bounds(1, LONGEST_NS, 3)
            .expect("the bounds are constants and in order");
        let meter = EngineMeter {
            commands: 0,
            refusals: 0,
            refusals_by_kind: BTreeMap::new(),
            journal: Default::default(),
            latency_ns,
        };
        Self { line, ledger, clock, meter, events: Vec::new(), failed: None, sender }
    }

    /// Gives a message to the ledger; the flag says whether it was heard for the first time.
    pub(super) fn receive(&mut self, message: &Message) -> Option<(Reply, bool)> {
        let begin = (self.clock)();
        let received = self.ledger.receive(&self.sender, message).and_then(|receipt| {
            if self.ledger.staged() >= COMMIT_TOGETHER {
                self.ledger.commit()?;
            }
            Ok(receipt)
        });
        let took = (self.clock)().saturating_sub(begin);
        let receipt = received.map_err(|error| self.failed = Some(error)).ok()?;
        let reply = match receipt {
            Receipt::Decided(reply) => reply,
            Receipt::Repeated(reply) | Receipt::Pending(reply) => return Some((reply, false)),
            Receipt::Ignored => return None,
        };
        self.meter.latency_ns.saturating_record(took.max(1));
        self.meter.commands += 1;
        match &reply.outcome {
            Ok(events) => {
                let events = events.iter().map(|event| (message.happened, event.clone()));
                self.events.extend(events);
            }
            Err(refusal) => {
                self.meter.refusals += 1;
                *self.meter.refusals_by_kind.entry(refusal.kind()).or_default() += 1;
            }
        }
        Some((reply, true))
    }

    /// Writes what is still waiting: the run is over.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        self.ledger.commit()?;
        self.ledger.flush()?;
        let Head { blocks, hash, .. } = self.ledger.journal().head();
        self.meter.journal = (blocks, self.ledger.written(), hash);
        Ok(())
    }

    pub(super) fn order(&self, id: OrderId) -> Option<&OrderRecord> {
        self.ledger.order(id)
    }
}
