//! The port to a ledger in this process, in virtual time: a simulated link for each line, one ledger for all
//! of them, and what faults do to both. It sees of the lines only what they send.

mod link;
mod process;

use std::sync::Arc;

use linetwin_base::Streams;
use linetwin_engine::store::Space;
use linetwin_engine::{LedgerService, LedgerSettings, Message, OrderId, Reply};
use linetwin_line::LinkSpec;
use linetwin_trace::Fact;

use super::coverage::CoveragePoint;
use super::ledger_port::{Decision, LedgerFault, LedgerPort, PortContext, PortError};

use link::{Link, Parcel};
use process::{First, Process, Received, State};

pub use process::JournalEnd;

/// A clock for measuring how long the engine takes; nanoseconds from any fixed moment.
pub type WallClock = fn() -> u64;

/// See the module's first lines.
pub struct InProcessLedger {
    process: Process,
    lines: Vec<LineEnd>,
}

/// The ledger's end of a line.
struct LineEnd {
    /// Its name as a sender of messages.
    sender: Arc<str>,
    /// A released order of another line, if the two are going to be confused.
    other_order: Option<OrderId>,
    link: Link,
    /// The last of its messages that the ledger has answered.
    answered: u64,
    /// The fault of its plan that has brought the ledger's process down last.
    killed_by: Option<u16>,
}

impl InProcessLedger {
    /// A ledger without lines. `settings` are what it was opened with, for starting it again; `space` is the
    /// space on its disk; `clock` measures how long it takes.
    pub const fn new(
        ledger: LedgerService,
        settings: LedgerSettings,
        space: Space,
        clock: WallClock,
    ) -> Self {
        Self { process: Process::new(ledger, settings, space, clock), lines: Vec::new() }
    }

    /// Joins the next line to it, in the order of the twin's lines: its name as a sender, its link, its
    /// random streams, and a released order of another line, if the two are going to be confused.
    pub fn join(
        &mut self,
        sender: Arc<str>,
        link: &LinkSpec,
        streams: Streams,
        other_order: Option<OrderId>,
    ) {
        let link = Link::new(link, streams);
        self.lines.push(LineEnd { sender, other_order, link, answered: 0, killed_by: None });
    }

    /// The ledger, for queries when the run is over.
    pub fn ledger(&mut self) -> &mut LedgerService {
        self.process.ledger_mut()
    }

    /// Its journal; nothing if it could not be started again.
    pub fn journal_end(&self) -> Option<JournalEnd> {
        self.process.journal_end()
    }

    /// A message has arrived at the ledger.
    fn receive(&mut self, message: Message, line: &mut PortContext) {
        let Self { process, lines } = self;
        let end = &mut lines[line.line().index()];
        let state = process.state;
        if state == State::Down {
            line.reached(CoveragePoint::CommandWhileLedgerDown);
            return line.note(Fact::MessageLost { fault: end.killed_by });
        }
        let message = without_numbers_if_withheld(message, line);
        let Some(Received { reply, first }) = process.receive(&end.sender, &message) else {
            if process.state == State::Down {
                line.reached(CoveragePoint::DiskFullAtCommand);
                line.note(Fact::MessageLost { fault: end.killed_by });
            } else {
                line.reached(CoveragePoint::CommandOutOfTurn);
            }
            return;
        };
        match first {
            Some(first) => {
                end.answered = message.sequence;
                decided(&message, &reply, &first, line);
                if state == State::Dying {
                    process.state = State::Down;
                    line.reached(CoveragePoint::AnswerLostInCrash);
                    return line.note(Fact::MessageLost { fault: end.killed_by });
                }
            }
            None => line.reached(CoveragePoint::CommandRepeated),
        }
        end.link.send(Parcel::Acknowledgement(reply), line);
    }

    /// One fault less keeps the ledger down; after the last it starts again.
    fn revive(&mut self, line: &mut PortContext) {
        if self.process.revive() {
            let end = &self.lines[line.line().index()];
            let known = self.process.decided(&end.sender);
            let forgotten = known.map_or(0, |known| end.answered.saturating_sub(known));
            line.note(Fact::LedgerRestarted { forgotten });
        }
    }
}

impl LedgerPort for InProcessLedger {
    fn send(&mut self, message: Message, line: &mut PortContext) {
        let end = &mut self.lines[line.line().index()];
        end.link.send(Parcel::Message(message), line);
    }

    fn poll(&mut self, line: &mut PortContext) {
        let end = &mut self.lines[line.line().index()];
        match end.link.arrived(line.now()) {
            Parcel::Message(message) => self.receive(message, line),
            Parcel::Acknowledgement(reply) => line.acknowledge(reply),
        }
    }

    fn inject(&mut self, fault: LedgerFault, line: &mut PortContext) {
        let end = &mut self.lines[line.line().index()];
        match fault {
            LedgerFault::LinkOutage(fault) => line.injected(fault),
            LedgerFault::LinkSlow(fault) => line.injected(fault),
            LedgerFault::Killed(fault) => {
                line.injected(fault);
                end.killed_by = Some(fault);
                self.process.kill();
            }
            LedgerFault::Restarted => self.revive(line),
            LedgerFault::DiskFull(fault) => {
                line.injected(fault);
                end.killed_by = Some(fault);
                self.process.fill_disk();
            }
            LedgerFault::DiskFree => {
                self.process.empty_disk();
                self.revive(line);
            }
            LedgerFault::WrongOrder(fault) => {
                line.injected(fault);
                let start = |order| self.process.start_wrong_order(order, &end.sender, line.now());
                let started = end.other_order.is_some_and(start);
                line.note(Fact::WrongBatchTried { started });
            }
        }
    }

    fn is_up(&self) -> bool {
        self.process.state != State::Down
    }

    fn failure(&self) -> Option<PortError> {
        self.process.failed.clone().map(PortError::Store)
    }

    fn finish(&mut self) -> Result<(), PortError> {
        self.process.finish().map_err(PortError::Store)
    }
}

/// Where a fault withholds numbers, a request for some becomes one for none, which the ledger refuses.
fn without_numbers_if_withheld(mut message: Message, line: &mut PortContext) -> Message {
    if message.command.asks_for_numbers() {
        let now = line.now();
        if let Some(fault) = line.faults().numbers_withheld(now) {
            line.injected(fault);
            if let Some(count) = message.command.numbers_asked_mut() {
                *count = 0;
            }
        }
    }
    message
}

/// The ledger has decided a command.
fn decided(message: &Message, reply: &Reply, first: &First, line: &mut PortContext) {
    let First { batch, took_ns } = *first;
    let (happened, outcome) = (message.happened, &reply.outcome);
    line.decided(&Decision { happened, outcome, batch, took_ns: Some(took_ns) });
    if outcome.is_err() {
        line.reached(CoveragePoint::CommandRefused);
    }
}
