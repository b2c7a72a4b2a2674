//! What a site does before a line starts: makes the order known, takes in an issuer's codes for it,
//! releases it with two signatures, clears the line.

use std::sync::Arc;

use crate::base::SimTime;
use crate::engine::store::{Store, StoreError};
use crate::engine::{
    Command, IssuedCode, LedgerService, LedgerSettings, LineLayout, MOST_IMPORTED, Message, Order,
    OrderId, OrderState, Receipt, Refusal,
};

use super::pool_file::PoolFile;

/// The system that orders come from.
const SENDER: &str = "site";
/// Who signs in a simulated site: a role has no other name there.
const RELEASED_BY: [&str; 2] = ["Head of production", "Qualified person"];
const CLEARED_BY: &str = "Line supervisor";

/// A ledger with an order that the line may start, and the codes of its pool.
///
/// # Errors
/// The store failed.
pub(super) fn released_order(
    settings: LedgerSettings,
    store: Store,
    order: &Order,
    layout: &LineLayout,
    pool: Option<&PoolFile>,
) -> Result<(LedgerService, OrderId), StoreError> {
    let mut service = LedgerService::open(settings, store)?;
    let id = OrderId(service.ledger().orders().count() as u32 + 1);
    let line = Arc::clone(&layout.line);
    let signed = RELEASED_BY.map(|name| Command::SignOrder {
        order: id,
        name: Arc::from(name),
        meaning: Arc::from("released for production"),
    });
    tell(&mut service, Command::CreateOrder(Arc::new(order.clone())))?;
    if let Some(pool) = pool {
        import(&mut service, pool)?;
    }
    let cleared = Command::ClearLine { order: id, line, name: Arc::from(CLEARED_BY) };
    for command in signed.into_iter().chain([cleared]) {
        tell(&mut service, command)?;
    }
    service.commit()?;
    let state = service.order(id).map(|order| order.state);
    assert_eq!(state, Some(OrderState::Released), "an order that was signed twice is released");
    Ok((service, id))
}

/// Gives a command to the ledger, which must accept it.
fn tell(service: &mut LedgerService, command: Command) -> Result<(), StoreError> {
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

/// Takes in all codes of a file, as many at a time as the ledger takes. The file was checked; if it
/// has changed since, there is no run.
fn import(service: &mut LedgerService, pool: &PoolFile) -> Result<(), StoreError> {
    let gtin = pool.gtin;
    let mut codes = Vec::new();
    let mut send = |codes: Vec<IssuedCode>| {
        tell(service, Command::ImportNumbers { gtin, codes })?;
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
