//! What a line controller hears. Its state follows from nothing else.

use serde::{Deserialize, Serialize};

use linetwin_gs1::{CryptoCodeBuf, UnitCode};

use super::super::ledger::{LedgerEvent, ObjectCode, Operation, Refusal};
use super::super::protocol::{DeviceEvent, Reply};

/// Whatever a controller hears.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// The order begins.
    Started,
    /// A device has something to say.
    Device(DeviceEvent),
    /// The ledger has answered.
    Answered(Answer),
    /// A moment that was asked for has come.
    TimerExpired,
    /// Power is back after a cut. Belts stand; calls for an operator and moments asked for are forgotten;
    /// whatever was said by or to the controller in between is lost, and so may be what it said last.
    PowerBack,
}

/// What a controller takes from the ledger's reply; the rest confirms what the line itself reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The message answered.
    pub sequence: u64,
    /// Numbers given to the line, or why nothing was done.
    pub given: Result<Vec<ObjectCode>, Refusal>,
    /// Tails of those that their issuer signed.
    pub crypto_codes: Vec<(UnitCode, CryptoCodeBuf)>,
}

impl Answer {
    /// Of a reply.
    pub fn of(reply: &Reply) -> Self {
        let given = reply.outcome.as_ref().map_err(Refusal::clone).map(|events| {
            let allocated = events.iter().filter_map(|event| match event {
                LedgerEvent::StateChanged {
                    operation: Operation::RequestAllocated,
                    objects,
                    ..
                } => Some(objects),
                _ => None,
            });
            allocated.flat_map(|objects| objects.iter().copied()).collect()
        });
        Self { sequence: reply.sequence, given, crypto_codes: reply.crypto_codes.clone() }
    }
}
