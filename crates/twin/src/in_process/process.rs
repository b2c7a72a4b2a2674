//! The process of a ledger that runs inside this one: it takes messages, can be killed, have its disk filled,
//! and start again from what is durable. How long it takes is measured with a clock that is passed in and
//! never enters the trace. It imports neither link nor trace.

use linetwin_base::SimTime;
use linetwin_engine::store::{Head, Space, StoreError};
use linetwin_engine::{
    Command, LedgerEvent, LedgerService, LedgerSettings, Message, Operation, OrderId, Outcome,
    Receipt, Reply,
};
use linetwin_gs1::Batch;

use super::WallClock;

/// Commands that are written together. In virtual time an answer need not wait for that: nothing outside
/// the run acts on it, and a run that is cut short is repeated.
const COMMIT_TOGETHER: usize = 2048;

/// Why there must be a ledger.
const RUNS: &str = "a process that is not down has its ledger";

/// Whether the process runs.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It runs.
    Up,
    /// It will be killed as soon as it has made a command durable.
    Dying,
    /// It will fail at the next command that it cannot write.
    Full,
    /// It has been killed, or is starting.
    Down,
}

/// See the module's first lines.
pub(super) struct Process {
    /// Nothing while it is being started again, and when that failed.
    ledger: Option<LedgerService>,
    settings: LedgerSettings,
    space: Space,
    clock: WallClock,
    pub(super) state: State,
    /// Faults that keep the process down, of all lines together, and those of them that fill its disk.
    down: u32,
    full: u32,
    /// The store has failed; the run cannot go on.
    pub(super) failed: Option<StoreError>,
}

/// The result of a message.
pub(super) struct Received {
    pub(super) reply: Reply,
    /// Nothing for a repeat.
    pub(super) first: Option<First>,
}

/// A command that was decided now, not before.
pub(super) struct First {
    /// Lot and expiry of the units that were commissioned.
    pub(super) batch: Option<Batch>,
    pub(super) took_ns: u64,
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

impl Process {
    pub(super) const fn new(
        ledger: LedgerService,
        settings: LedgerSettings,
        space: Space,
        clock: WallClock,
    ) -> Self {
        let state = State::Up;
        Self { ledger: Some(ledger), settings, space, clock, state, down: 0, full: 0, failed: None }
    }

    /// Takes a message. No answer: it came out of turn, or the process has gone down with it.
    pub(super) fn receive(&mut self, sender: &str, message: &Message) -> Option<Received> {
        let begin = (self.clock)();
        // An answer that left is durable: a process that is about to die commits before each.
        let together = if self.state == State::Up { COMMIT_TOGETHER } else { 1 };
        let ledger = self.ledger.as_mut().expect(RUNS);
        let received = ledger.receive(sender, message).and_then(|receipt| {
            if ledger.staged() >= together {
                ledger.commit()?;
            }
            Ok(receipt)
        });
        let took_ns = (self.clock)().saturating_sub(begin);
        match received {
            Ok(Receipt::Decided(reply)) => {
                let batch = batch(ledger, &reply.outcome);
                Some(Received { reply, first: Some(First { batch, took_ns }) })
            }
            Ok(Receipt::Repeated(reply) | Receipt::Pending(reply)) => {
                Some(Received { reply, first: None })
            }
            Ok(Receipt::Ignored) => None,
            Err(StoreError::Full) if self.space.is_full() => {
                self.state = State::Down;
                None
            }
            Err(error) => {
                self.failed = Some(error);
                None
            }
        }
    }

    /// Kills the process as soon as it has made a command durable. What it has answered is durable by then:
    /// only in virtual time may answers leave before that.
    pub(super) fn kill(&mut self) {
        self.down += 1;
        self.commit_and(State::Dying);
    }

    /// Fills the disk. What was answered is durable by then, as above.
    pub(super) fn fill_disk(&mut self) {
        (self.down, self.full) = (self.down + 1, self.full + 1);
        self.commit_and(State::Full);
        self.space.set_full(true);
    }

    fn commit_and(&mut self, state: State) {
        if self.state == State::Up {
            self.state = state;
            let committed = self.ledger_mut().commit();
            self.failed = committed.err().or(self.failed.take());
        }
    }

    /// One fault less fills the disk; after the last there is space again.
    pub(super) fn empty_disk(&mut self) {
        self.full -= 1;
        self.space.set_full(self.full > 0);
    }

    /// One fault less keeps the process down. True if it was the last, so that it has started again.
    pub(super) fn revive(&mut self) -> bool {
        self.down -= 1;
        if self.down > 0 {
            return false;
        }
        if let Err(error) = self.start_again() {
            self.failed = Some(error);
        }
        true
    }

    /// How many messages of a sender the ledger has decided; nothing if there is no ledger any more.
    pub(super) fn decided(&self, sender: &str) -> Option<u64> {
        Some(self.ledger.as_ref()?.decided(sender))
    }

    /// An order of another line is started at the panel of this one. True if the ledger accepted it.
    pub(super) fn start_wrong_order(&mut self, order: OrderId, line: &str, now: SimTime) -> bool {
        if self.state != State::Up {
            return false;
        }
        let panel = format!("panel of {line}");
        let ledger = self.ledger_mut();
        let command = Command::StartOrder { order, line: line.into() };
        let sequence = ledger.decided(&panel) + 1;
        let message = Message { sequence, happened: now, by: None, why: None, command };
        match ledger.receive(&panel, &message) {
            Ok(Receipt::Decided(reply)) => reply.outcome.is_ok(),
            Ok(Receipt::Repeated(_) | Receipt::Pending(_) | Receipt::Ignored) => false,
            Err(error) => {
                self.failed = Some(error);
                false
            }
        }
    }

    /// The run is over: writes what is still waiting.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        if let Some(error) = self.failed.clone() {
            return Err(error);
        }
        self.space.set_full(false);
        if self.state == State::Down {
            self.start_again()?;
        }
        let ledger = self.ledger_mut();
        ledger.commit()?;
        ledger.flush()
    }

    pub(super) fn journal_end(&self) -> Option<JournalEnd> {
        let ledger = self.ledger.as_ref()?;
        let Head { blocks, hash, .. } = ledger.journal().head();
        Some(JournalEnd { blocks, bytes: ledger.written(), hash })
    }

    pub(super) fn ledger_mut(&mut self) -> &mut LedgerService {
        self.ledger.as_mut().expect(RUNS)
    }

    /// Starts again from what is durable. If that fails it stays down for good.
    fn start_again(&mut self) -> Result<(), StoreError> {
        self.state = State::Down;
        if let Some(ledger) = self.ledger.take() {
            self.ledger = Some(ledger.killed(self.settings.clone())?);
            self.state = State::Up;
        }
        Ok(())
    }
}

/// Lot and expiry of the units that were commissioned, where there are any. A command commissions for one
/// order.
fn batch(ledger: &LedgerService, outcome: &Outcome) -> Option<Batch> {
    let order = outcome.iter().flat_map(|events| events.iter()).find_map(|event| match event {
        LedgerEvent::StateChanged { operation: Operation::Commission, order, .. } => *order,
        _ => None,
    })?;
    let order = &ledger.order(order)?.order;
    Some(Batch { expiry: order.expiry, lot: order.lot })
}
