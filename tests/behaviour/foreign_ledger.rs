//! A ledger behind a port of somebody else's: on a thread of its own, reached by channels, with no fault that
//! the simulation could inject into it. The line completes the order and records the same facts.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;

use linetwin::base::{LineId, SimSpan, SimTime, Streams};
use linetwin::engine::store::Store;
use linetwin::engine::{LedgerEvent, Message, Operation, Receipt, Reply};
use linetwin::gs1::Batch;
use linetwin::harness::{Job, OwnEngine, own_engine};
use linetwin::trace::{CloseReason, Fact, RecordedFact};
use linetwin::twin::{Decision, InProcessLedger, LONE_LINE, LedgerPort, PortContext, Twin};

use crate::common::trial::Trial;

/// After this time the line looks for a reply.
const ROUND_TRIP: SimSpan = SimSpan::from_millis(40);

/// The line's end of the channels.
struct Channels {
    to_ledger: Sender<Message>,
    // The world of the twin may be shared between threads, a receiver may not.
    from_ledger: Mutex<Receiver<Option<(Reply, bool)>>>,
    /// When that happened on the line which the ledger has not answered yet.
    happened: VecDeque<SimTime>,
    batch: Batch,
}

impl Channels {
    /// Starts the ledger's thread, which ends with the port.
    fn to(mut ledger: InProcessLedger, batch: Batch) -> Self {
        let (to_ledger, messages) = channel::<Message>();
        let (replies, from_ledger) = channel();
        thread::spawn(move || {
            for message in messages {
                let ledger = ledger.ledger();
                let receipt = ledger.receive(LONE_LINE, &message).expect("a store in memory");
                ledger.commit().expect("a store in memory");
                let reply = match receipt {
                    Receipt::Decided(reply) => Some((reply, true)),
                    Receipt::Repeated(reply) | Receipt::Pending(reply) => Some((reply, false)),
                    Receipt::Ignored => None,
                };
                if replies.send(reply).is_err() {
                    return;
                }
            }
        });
        let from_ledger = Mutex::new(from_ledger);
        Self { to_ledger, from_ledger, happened: VecDeque::new(), batch }
    }
}

impl LedgerPort for Channels {
    fn send(&mut self, message: Message, line: &mut PortContext) {
        self.happened.push_back(message.happened);
        self.to_ledger.send(message).expect("the ledger's thread runs");
        line.poll_at(line.now() + ROUND_TRIP);
    }

    fn poll(&mut self, line: &mut PortContext) {
        let from_ledger = self.from_ledger.get_mut().unwrap_or_else(PoisonError::into_inner);
        let answered = from_ledger.recv().expect("the ledger's thread runs");
        let happened = self.happened.pop_front().expect("as many answers as messages");
        let Some((reply, first)) = answered else { return };
        if first {
            let commissions = |event: &LedgerEvent| {
                let commission = Operation::Commission;
                matches!(event, LedgerEvent::StateChanged { operation, .. } if *operation == commission)
            };
            let commissioned = reply.outcome.iter().any(|events| events.iter().any(commissions));
            line.decided(&Decision {
                happened,
                outcome: &reply.outcome,
                batch: commissioned.then_some(self.batch),
                took_ns: None,
            });
        }
        line.acknowledge(reply);
    }
}

/// What the ledger recorded during a run, in order, and why the order was closed.
fn recorded(
    job: &Job,
    port: impl FnOnce(InProcessLedger) -> Box<dyn LedgerPort>,
) -> (Vec<RecordedFact>, Option<CloseReason>) {
    let OwnEngine { ledger, controllers } =
        own_engine(job, Store::memory(), |controller| Box::new(controller))
            .expect("a store in memory takes an order")
            .expect("the scenario has an engine");
    let setups = job.lines.iter().zip(controllers).map(|(line, it)| line.setup(Some(it)));
    let mut twin = Twin::new(setups, job.scenario.optics, Some(port(ledger)));
    twin.add_people(&job.people, Streams::new(job.scenario.seed), job.lines[0].clock);
    let line = LineId(0);
    let (mut records, mut facts, mut until) = (Vec::new(), Vec::new(), SimTime::START);
    let mut over = false;
    while !over {
        until += SimSpan::from_secs(60);
        over = twin.advance(until);
        twin.take_trace(line, &mut records);
        facts.extend(records.drain(..).filter_map(|record| match record.fact {
            Fact::Recorded { fact, .. } => Some(fact),
            _ => None,
        }));
    }
    (facts, twin.ended(line))
}

#[test]
fn a_ledger_on_another_thread_keeps_the_same_record() {
    let job = Trial::on("carton-line-250").quantity(480).job();
    let (order, _) = job.lines[0].engine.as_ref().expect("the scenario has an engine");
    let batch = Batch { expiry: order.expiry, lot: order.lot };
    let ours = recorded(&job, |ledger| Box::new(ledger));
    let foreign = recorded(&job, |ledger| Box::new(Channels::to(ledger, batch)));
    assert_eq!(foreign, ours);
    let (facts, ended) = foreign;
    assert_eq!(ended, Some(CloseReason::OrderClosed));
    let commissioned = |fact: &&RecordedFact| matches!(fact, RecordedFact::UnitCommissioned { .. });
    assert!(facts.iter().filter(commissioned).count() >= 480);
}
