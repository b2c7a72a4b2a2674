//! The engine as the twin carries it, in process and in virtual time: a line controller for each line,
//! one ledger for all of them. How long the ledger takes is measured with a clock that is handed in
//! and never enters the trace.

use std::collections::BTreeMap;
use std::sync::Arc;

use bevy::prelude::*;
use hdrhistogram::Histogram;

use linetwin_base::SimTime;
use linetwin_engine::store::{Head, Space, StoreError};
use linetwin_engine::{
    Command, LedgerEvent, LedgerService, LedgerSettings, LineLogic, Message, OrderId, OrderRecord,
    Receipt, Reply,
};

/// A clock for measuring how long the engine takes; nanoseconds from any fixed moment.
pub type WallClock = fn() -> u64;

/// Commands that are written together. In virtual time nobody outside hears an answer, so answers need
/// not wait for it; a run that is cut short is repeated.
const COMMIT_TOGETHER: usize = 2048;

/// Longest latency that is told apart, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

/// What a line is driven by.
pub struct LineEngine {
    /// Its controller.
    pub line: Box<dyn LineLogic>,
    /// Its name as the ledger knows it.
    pub sender: Arc<str>,
    /// A released order of another line, if somebody is going to confuse them.
    pub other_order: Option<OrderId>,
}

/// The ledger of the site, and a clock for measuring it.
pub struct SiteEngine {
    /// The ledger.
    pub ledger: LedgerService,
    /// What it was made with, for starting it again.
    pub settings: LedgerSettings,
    /// The space on its disk.
    pub space: Space,
    /// For measuring the ledger's latency.
    pub clock: WallClock,
}

/// Counts and times of the ledger's work for one line.
#[derive(Clone, Debug)]
pub struct EngineMeter {
    /// Commands that the ledger applied.
    pub commands: u64,
    /// Commands that it refused.
    pub refusals: u64,
    /// The same by kind of refusal.
    pub refusals_by_kind: BTreeMap<String, u64>,
    /// Time from a command's arrival to its answer, in nanoseconds of wall-clock time.
    pub latency_ns: Histogram<u64>,
}

/// The ledger's journal when a run is over.
#[derive(Copy, Clone, Debug)]
pub struct JournalEnd {
    /// Its blocks.
    pub blocks: u64,
    /// Its bytes.
    pub bytes: u64,
    /// The last block's hash.
    pub hash: [u8; 32],
}

/// A line's own part of the engine.
#[derive(Component)]
pub(super) struct LineHost {
    pub(super) line: Box<dyn LineLogic>,
    sender: Arc<str>,
    other_order: Option<OrderId>,
    /// The last message that the ledger has answered.
    answered: u64,
    pub(super) meter: EngineMeter,
    /// What the ledger has recorded for this line since it was last asked.
    pub(super) events: Vec<(SimTime, LedgerEvent)>,
}

/// Whether the ledger's process runs.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Process {
    /// It runs.
    Up,
    /// It will be killed as soon as it has made a command durable.
    Dying,
    /// It will fail at the next command that it cannot write.
    Full,
    /// It has been killed, or is starting.
    Down,
}

/// What all lines share of the engine.
#[derive(Resource)]
pub(super) struct SiteHost {
    /// Nothing only while it is being started again.
    ledger: Option<LedgerService>,
    settings: LedgerSettings,
    space: Space,
    clock: WallClock,
    pub(super) process: Process,
    /// Faults that keep the process down, of all lines together, and those of them that fill its disk.
    down: u32,
    full: u32,
    /// The store has failed; the run cannot go on.
    pub(super) failed: Option<StoreError>,
}

/// The engine as one line has it at this moment.
pub(super) struct EngineHost<'a> {
    pub(super) own: &'a mut LineHost,
    pub(super) site: &'a mut SiteHost,
}

impl LineHost {
    pub(super) fn new(engine: LineEngine) -> Self {
        let latency_ns = Histogram::new_with_bounds(1, LONGEST_NS, 3)
            .expect("the bounds are constants and in order");
        let meter =
            EngineMeter { commands: 0, refusals: 0, refusals_by_kind: BTreeMap::new(), latency_ns };
        let events = Vec::new();
        let LineEngine { line, sender, other_order } = engine;
        Self { line, sender, other_order, answered: 0, meter, events }
    }
}

impl SiteHost {
    pub(super) fn new(engine: SiteEngine) -> Self {
        let SiteEngine { ledger, settings, space, clock } = engine;
        Self {
            ledger: Some(ledger),
            settings,
            space,
            clock,
            process: Process::Up,
            down: 0,
            full: 0,
            failed: None,
        }
    }

    /// Writes what is still waiting: the run is over.
    pub(super) fn finish(&mut self) -> Result<JournalEnd, StoreError> {
        self.space.set_full(false);
        if self.process == Process::Down {
            self.start_again()?;
        }
        let ledger = self.ledger_mut();
        ledger.commit()?;
        ledger.flush()?;
        let Head { blocks, hash, .. } = ledger.journal().head();
        Ok(JournalEnd { blocks, bytes: ledger.written(), hash })
    }

    /// The ledger.
    pub(super) fn ledger_mut(&mut self) -> &mut LedgerService {
        self.ledger.as_mut().expect("it is there but for the moment in which it starts again")
    }

    /// The process has started again from what is durable.
    fn start_again(&mut self) -> Result<&mut LedgerService, StoreError> {
        let ledger = self.ledger.take().expect("it starts once at a time");
        Ok(self.ledger.insert(ledger.killed(self.settings.clone())?))
    }
}

impl EngineHost<'_> {
    /// As [`Self::receive`], of a line to which no numbers are given: its request is one for none, which
    /// the ledger refuses.
    pub(super) fn receive_without_numbers(&mut self, message: &Message) -> Option<(Reply, bool)> {
        let mut message = message.clone();
        if let Some(count) = message.command.numbers_asked_mut() {
            *count = 0;
        }
        self.receive(&message)
    }

    /// Gives a message to the ledger; the flag says whether it was heard for the first time.
    pub(super) fn receive(&mut self, message: &Message) -> Option<(Reply, bool)> {
        let Self { own, site } = self;
        let begin = (site.clock)();
        // An answer that was heard is durable: a process that is about to die commits before each.
        let together = if site.process == Process::Up { COMMIT_TOGETHER } else { 1 };
        let ledger = site.ledger.as_mut().expect("it is there but for a moment");
        let received = ledger.receive(&own.sender, message).and_then(|receipt| {
            if ledger.staged() >= together {
                ledger.commit()?;
            }
            Ok(receipt)
        });
        let took = (site.clock)().saturating_sub(begin);
        let receipt = match received {
            Ok(receipt) => receipt,
            Err(StoreError::Full) if site.space.is_full() => {
                site.process = Process::Down;
                return None;
            }
            Err(error) => {
                site.failed = Some(error);
                return None;
            }
        };
        let reply = match receipt {
            Receipt::Decided(reply) => reply,
            Receipt::Repeated(reply) | Receipt::Pending(reply) => return Some((reply, false)),
            Receipt::Ignored => return None,
        };
        own.answered = message.sequence;
        let meter = &mut own.meter;
        meter.latency_ns.saturating_record(took.max(1));
        meter.commands += 1;
        match &reply.outcome {
            Ok(events) => {
                let events = events.iter().map(|event| (message.happened, event.clone()));
                own.events.extend(events);
            }
            Err(refusal) => {
                meter.refusals += 1;
                *meter.refusals_by_kind.entry(refusal.kind()).or_default() += 1;
            }
        }
        Some((reply, true))
    }

    /// Kills the ledger's process as soon as it has made a command durable. What it has answered is
    /// durable by then: only in virtual time may answers run ahead of that.
    pub(super) fn kill(&mut self) {
        self.site.down += 1;
        if self.site.process == Process::Up {
            self.site.process = Process::Dying;
            let committed = self.site.ledger_mut().commit();
            self.site.failed = committed.err().or(self.site.failed.take());
        }
    }

    /// Somebody starts an order of another line at the panel of this one. True if it was let.
    pub(super) fn start_wrong_order(&mut self, now: SimTime) -> bool {
        let Some(order) = self.own.other_order.filter(|_| self.site.process == Process::Up) else {
            return false;
        };
        let line = Arc::clone(&self.own.sender);
        let panel = format!("panel of {line}");
        let ledger = self.site.ledger_mut();
        let command = Command::StartOrder { order, line };
        let sequence = ledger.decided(&panel) + 1;
        let message = Message { sequence, happened: now, by: None, why: None, command };
        match ledger.receive(&panel, &message) {
            Ok(Receipt::Decided(reply)) => reply.outcome.is_ok(),
            Ok(_) => false,
            Err(error) => {
                self.site.failed = Some(error);
                false
            }
        }
    }

    /// Fills the ledger's disk. What it has answered is durable by then, as above.
    pub(super) fn fill_disk(&mut self) {
        (self.site.down, self.site.full) = (self.site.down + 1, self.site.full + 1);
        if self.site.process == Process::Up {
            self.site.process = Process::Full;
            let committed = self.site.ledger_mut().commit();
            self.site.failed = committed.err().or(self.site.failed.take());
        }
        self.site.space.set_full(true);
    }

    /// One thing less fills the disk; after the last there is space again.
    pub(super) fn empty_disk(&mut self) {
        self.site.full -= 1;
        self.site.space.set_full(self.site.full > 0);
    }

    /// One thing less keeps the process down. After the last it starts again: then how many messages of
    /// this line it has forgotten is returned.
    pub(super) fn revive(&mut self) -> Option<u64> {
        self.site.down -= 1;
        if self.site.down > 0 {
            return None;
        }
        self.site.process = Process::Up;
        Some(match self.site.start_again() {
            Ok(ledger) => self.own.answered.saturating_sub(ledger.decided(&self.own.sender)),
            Err(error) => {
                self.site.failed = Some(error);
                0
            }
        })
    }

    pub(super) fn order(&self, id: OrderId) -> Option<&OrderRecord> {
        self.site.ledger.as_ref()?.order(id)
    }
}
