//! What a site does before its lines start: opens its ledger, creates the orders, imports an issuer's codes
//! for them, releases each with two signatures, clears the lines.

use std::sync::{Arc, OnceLock};
use std::time::Instant;

use linetwin_base::{SimTime, Streams};
use linetwin_engine::store::{FillingJournal, Space, Store, StoreError};
use linetwin_engine::{
    Command, IssuedCode, LedgerService, LedgerSettings, LineController, LineLogic, MOST_IMPORTED,
    Message, Order, OrderId, OrderState, Receipt, Refusal,
};
use linetwin_faults::Fault;
use linetwin_gs1::Lot;
use linetwin_twin::InProcessLedger;

use super::load::Job;
use super::pool_file::PoolFile;

/// The system that orders come from.
const SENDER: &str = "site";
/// The signers of a simulated site: a role has no other name there.
const RELEASED_BY: [&str; 2] = ["Head of production", "Qualified person"];
const CLEARED_BY: &str = "Line supervisor";
/// A line beside those of the job.
const OTHER_LINE: &str = "another line";

/// The engine of this crate for a job.
pub struct OwnEngine {
    /// The ledger, and the link to it.
    pub ledger: InProcessLedger,
    /// A controller for each line.
    pub controllers: Vec<Box<dyn LineLogic>>,
}

/// Nanoseconds since the first call, for measuring the engine. Never enters a trace.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that is handed to those who may measure"
)]
pub fn wall_clock() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// The settings of a job's ledger.
pub fn engine_settings(job: &Job) -> LedgerSettings {
    let master_key = Streams::new(job.scenario.seed).key("ledger", "master");
    LedgerSettings { master_key, epoch: job.scenario.start }
}

/// The engine of this crate for a job, around line controllers that may be others. Nothing for a job
/// whose engine is detached.
///
/// # Errors
/// The store failed.
pub fn own_engine(
    job: &Job,
    store: Store,
    mut line: impl FnMut(LineController) -> Box<dyn LineLogic>,
) -> Result<Option<OwnEngine>, StoreError> {
    if job.lines.iter().all(|line| line.engine.is_none()) {
        return Ok(None);
    }
    let space = Space::default();
    let journal = Box::new(FillingJournal::new(store.journal, space.clone()));
    let mut ledger = LedgerService::open(engine_settings(job), Store { journal, ..store })?;
    let (mut controllers, mut senders) = (Vec::new(), Vec::new());
    let mut imported: Vec<&PoolFile> = Vec::new();
    for of in &job.lines {
        let (order, layout) = of.engine.clone().expect("all lines have an engine or none has");
        // Lines that make the same product use the same codes.
        let pool = of.pool.as_ref().filter(|pool| !imported.contains(pool));
        imported.extend(pool);
        let id = release_order(&mut ledger, &order, &layout.line, pool)?;
        senders.push(Arc::clone(&layout.line));
        controllers.push(line(LineController::new(id, order, layout)));
    }
    let mut other_orders = Vec::new();
    for (index, of) in job.lines.iter().enumerate() {
        let confuses = |fault: &Fault| matches!(fault, Fault::WrongBatchStarted { .. });
        let confused = of.engine.as_ref().filter(|_| of.faults.iter().any(confuses));
        let other = confused.map(|(order, _)| {
            let lot = Lot::parse(&format!("OTHER-{index}")).unwrap_or(order.lot);
            release_order(&mut ledger, &Order { lot, ..order.clone() }, OTHER_LINE, None)
        });
        other_orders.push(other.transpose()?);
    }
    let mut ledger = InProcessLedger::new(ledger, engine_settings(job), space, wall_clock);
    for ((of, sender), other_order) in job.lines.iter().zip(senders).zip(other_orders) {
        ledger.join(sender, &of.twin.link, of.streams, other_order);
    }
    Ok(Some(OwnEngine { ledger, controllers }))
}

/// Creates and releases an order so that its line may start, and imports the codes of its pool.
fn release_order(
    service: &mut LedgerService,
    order: &Order,
    line: &str,
    pool: Option<&PoolFile>,
) -> Result<OrderId, StoreError> {
    let id = OrderId(service.ledger().orders().count() as u32 + 1);
    let line = Arc::from(line);
    let signed = RELEASED_BY.map(|name| Command::SignOrder {
        order: id,
        name: Arc::from(name),
        meaning: Arc::from("released for production"),
    });
    decide(service, Command::CreateOrder(Arc::new(order.clone())))?;
    if let Some(pool) = pool {
        import(service, pool)?;
    }
    let cleared = Command::ClearLine { order: id, line, name: Arc::from(CLEARED_BY) };
    for command in signed.into_iter().chain([cleared]) {
        decide(service, command)?;
    }
    service.commit()?;
    let state = service.order(id).map(|order| order.state);
    assert_eq!(state, Some(OrderState::Released), "an order that was signed twice is released");
    Ok(id)
}

/// Gives a command to the ledger, which must accept it.
fn decide(service: &mut LedgerService, command: Command) -> Result<(), StoreError> {
    let sequence = service.decided(SENDER) + 1;
    let happened = SimTime::START;
    let message = Message { sequence, happened, by: None, why: None, command };
    match service.receive(SENDER, &message)? {
        Receipt::Decided(reply) => {
            let refused = |refusal: Refusal| StoreError::Mismatch(refusal.to_string());
            reply.outcome.map(|_| ()).map_err(refused)
        }
        other => unreachable!("the next message is decided, not {other:?}"),
    }
}

/// Imports all codes of a file, as many at a time as the ledger takes. The file was checked; if it has
/// changed since, there is no run.
fn import(service: &mut LedgerService, pool: &PoolFile) -> Result<(), StoreError> {
    let gtin = pool.gtin;
    let mut codes = Vec::new();
    let mut send = |codes: Vec<IssuedCode>| {
        decide(service, Command::ImportNumbers { gtin, codes })?;
        service.commit()
    };
    let mut failed = None;
    let read = pool.read(&mut |code| {
        codes.push(code);
        if codes.len() < MOST_IMPORTED {
            return Ok(());
        }
        send(std::mem::take(&mut codes)).map_err(|error| {
            let reason = error.to_string();
            failed = Some(error);
            reason
        })
    });
    if let Some(error) = failed {
        return Err(error);
    }
    read.map_err(|errors| StoreError::Mismatch(errors.to_string()))?;
    if codes.is_empty() { Ok(()) } else { send(codes) }
}
