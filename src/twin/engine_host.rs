//! The engine as the twin carries it: line controller and ledger in process, in virtual time. How
//! long the ledger takes is measured with a clock that is handed in and never enters the trace.

use bevy::prelude::*;
use hdrhistogram::Histogram;

use crate::base::SimTime;
use crate::engine::{LedgerEvent, LedgerService, LineLogic, Message, Reply};

/// A clock for measuring how long the engine takes; nanoseconds from any fixed moment.
pub type WallClock = fn() -> u64;

/// Longest latency that is told apart, in nanoseconds.
const LONGEST_NS: u64 = 60_000_000_000;

/// Counts and times of the engine's work.
#[derive(Clone, Debug)]
pub struct EngineMeter {
    /// Commands that the ledger applied.
    pub commands: u64,
    /// Commands that it refused.
    pub refusals: u64,
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
}

impl EngineHost {
    pub(super) fn new(line: Box<dyn LineLogic>, ledger: LedgerService, clock: WallClock) -> Self {
        let latency_ns = Histogram::new_with_bounds(1, LONGEST_NS, 3)
            .expect("the bounds are constants and in order");
        let meter = EngineMeter { commands: 0, refusals: 0, latency_ns };
        Self { line, ledger, clock, meter, events: Vec::new() }
    }

    /// Gives a message to the ledger; the flag says whether it was heard for the first time.
    pub(super) fn receive(&mut self, message: Message) -> Option<(Reply, bool)> {
        let happened = message.happened;
        let begin = (self.clock)();
        let answer = self.ledger.receive(message);
        let took = (self.clock)().saturating_sub(begin);
        if let Some((reply, true)) = &answer {
            self.meter.latency_ns.saturating_record(took.max(1));
            self.meter.commands += 1;
            match &reply.outcome {
                Ok(events) => {
                    self.events.extend(events.iter().map(|event| (happened, event.clone())));
                }
                Err(_) => self.meter.refusals += 1,
            }
        }
        answer
    }
}
