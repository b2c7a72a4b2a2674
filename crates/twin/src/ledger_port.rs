//! What a line needs of a ledger, whoever keeps it: send a numbered message, poll what has come back by a
//! given time. Whether that takes virtual or wall-clock time, and what keeps the ledger, is left to the port;
//! nothing here imports a store, a link or a process.

use std::any::Any;
use std::collections::VecDeque;

use linetwin_base::{LineId, SimTime};
use linetwin_engine::store::StoreError;
use linetwin_engine::{Message, Outcome, Reply};
use linetwin_faults::FaultPlan;
use linetwin_gs1::Batch;
use linetwin_trace::Fact;

use super::coverage::CoveragePoint;
use super::line_context::LineContext;
use super::line_host::ControlEvent;
use super::machines::SimEvent;
use super::record::Record;

/// The way from the lines of a site to their ledger and back.
///
/// A port in virtual time can compute when something arrives and requests a poll for that time
/// ([`PortContext::poll_at`]). One in wall-clock time requests a poll a little later, as long as it waits for
/// something, while its host holds simulated time back to the clock. Its messages may get lost: the line
/// sends again what is not acknowledged in time.
pub trait LedgerPort: Any + Send + Sync {
    /// Takes a message of a line. It never waits for the answer.
    fn send(&mut self, message: Message, line: &mut PortContext);

    /// Gives a line what has come back for it. Called once for each requested poll.
    fn poll(&mut self, line: &mut PortContext);

    /// A fault of the line's plan begins or ends now. A port that cannot be made to fail in this way does
    /// nothing; then the fault counts as never injected.
    fn inject(&mut self, fault: LedgerFault, line: &mut PortContext) {
        let (_, _) = (fault, line);
    }

    /// False while no ledger would take a message.
    fn is_up(&self) -> bool {
        true
    }

    /// Why the run cannot go on, if it cannot.
    fn failure(&self) -> Option<PortError> {
        None
    }

    /// The run is over: makes durable what is held back.
    ///
    /// # Errors
    /// It failed, now or during the run.
    fn finish(&mut self) -> Result<(), PortError> {
        Ok(())
    }
}

/// Why a port has failed for good. A message that gets lost is no failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortError {
    /// The ledger's store.
    Store(StoreError),
    /// Another cause.
    Other(String),
}

/// A fault of the plan, by its number there, that concerns link or ledger.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LedgerFault {
    /// The link goes down. The plan decides at each message how long.
    LinkOutage(u16),
    /// The link gets slow; the same.
    LinkSlow(u16),
    /// The ledger's process is killed.
    Killed(u16),
    /// It may start again.
    Restarted,
    /// The ledger's disk is full.
    DiskFull(u16),
    /// There is space on it again.
    DiskFree,
    /// An order of another line is started on this one.
    WrongOrder(u16),
}

/// The outcome of a command, and what the trace needs that the answer does not have.
#[derive(Clone, Debug)]
pub struct Decision<'a> {
    /// When it happened on the line, by its message.
    pub happened: SimTime,
    /// What came of it.
    pub outcome: &'a Outcome,
    /// Lot and expiry of the units that were commissioned, where there are any.
    pub batch: Option<Batch>,
    /// How long it took, in nanoseconds of wall-clock time, where that is known.
    pub took_ns: Option<u64>,
}

/// A line, as a port has it for the length of a call.
pub struct PortContext<'a> {
    pub(super) line: LineId,
    pub(super) context: &'a mut LineContext,
    pub(super) record: &'a mut Record,
    pub(super) acknowledged: &'a mut VecDeque<Reply>,
}

impl PortContext<'_> {
    /// Which line it is.
    pub const fn line(&self) -> LineId {
        self.line
    }

    /// The time.
    pub fn now(&self) -> SimTime {
        self.context.now()
    }

    /// Requests a call of [`LedgerPort::poll`] for this line at a time; at once if it has passed.
    pub fn poll_at(&mut self, at: SimTime) {
        let (at, controller) = (at.max(self.context.now()), self.context.link());
        self.context.events.schedule(at, controller, SimEvent::Control(ControlEvent::Poll));
    }

    /// Gives the line an acknowledgement. It may come twice or in the wrong order.
    pub fn acknowledge(&mut self, reply: Reply) {
        self.acknowledged.push_back(reply);
    }

    /// Records what the ledger has decided, once a command.
    ///
    /// # Panics
    /// When units were commissioned and the decision names no batch.
    pub fn decided(&mut self, decision: &Decision) {
        self.record.decided(decision, self.context);
    }

    /// The line's fault plan, for ports that simulate what may go wrong.
    pub fn faults(&mut self) -> &mut FaultPlan {
        &mut self.context.faults
    }

    /// Writes into the trace that a fault of the plan was injected.
    pub fn injected(&mut self, fault: u16) {
        self.context.note_fault(fault, None);
    }

    /// Writes something else into the trace.
    pub fn note(&mut self, fact: Fact) {
        self.context.note(fact);
    }

    /// Writes into the trace that this coverage point was reached.
    pub fn reached(&mut self, point: CoveragePoint) {
        self.context.reached(point.name());
    }
}

impl From<StoreError> for PortError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
