//! What a site does before a line starts: makes the order known, releases it with two signatures,
//! clears the line.

use std::sync::Arc;

use crate::base::SimTime;
use crate::engine::store::{Store, StoreError};
use crate::engine::{
    Command, LedgerService, LedgerSettings, LineLayout, Message, Order, OrderId, OrderState,
    Receipt,
};

/// The system that orders come from.
const SENDER: &str = "site";
/// Who signs in a simulated site: a role has no other name there.
const RELEASED_BY: [&str; 2] = ["Head of production", "Qualified person"];
const CLEARED_BY: &str = "Line supervisor";

/// A ledger with an order that the line may start.
///
/// # Errors
/// The store failed.
pub(super) fn released_order(
    settings: LedgerSettings,
    store: Store,
    order: &Order,
    layout: &LineLayout,
) -> Result<(LedgerService, OrderId), StoreError> {
    let mut service = LedgerService::open(settings, store)?;
    let id = OrderId(service.ledger().orders().count() as u32 + 1);
    let line = Arc::clone(&layout.line);
    let signed = RELEASED_BY.map(|name| Command::SignOrder {
        order: id,
        name: Arc::from(name),
        meaning: Arc::from("released for production"),
    });
    let mut commands = vec![Command::CreateOrder(Arc::new(order.clone()))];
    commands.extend(signed);
    commands.push(Command::ClearLine { order: id, line, name: Arc::from(CLEARED_BY) });
    for command in commands {
        let sequence = service.decided(SENDER) + 1;
        let happened = SimTime::START;
        let message = Message { sequence, happened, by: None, why: None, command };
        match service.receive(SENDER, &message)? {
            Receipt::Decided(reply) => {
                reply.outcome.map_err(|refusal| StoreError::Mismatch(refusal.to_string()))?;
            }
            other => unreachable!("the next message is decided, not {other:?}"),
        }
    }
    service.commit()?;
    let state = service.order(id).map(|order| order.state);
    assert_eq!(state, Some(OrderState::Released), "an order that was signed twice is released");
    Ok((service, id))
}
