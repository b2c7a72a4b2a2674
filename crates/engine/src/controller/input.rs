//! The inputs of a line controller. Its state follows from nothing else.

use serde::{Deserialize, Serialize};

use linetwin_gs1::{CryptoCodeBuf, UnitCode};

use super::super::ledger::{LedgerEvent, ObjectCode, Operation, Refusal};
use super::super::protocol::{DeviceEvent, Reply};

/// An input of a line controller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Input {
    /// The order begins.
    Started,
    /// A device reports an event.
    Device(DeviceEvent),
    /// The ledger has replied.
    Answered(Answer),
    /// The requested wake-up time has come.
    TimerExpired,
    /// Power is back after a cut. Belts stand; calls for an operator and requested wake-ups are lost; so is
    /// whatever was sent by or to the controller in between, and perhaps what it sent last.
    PowerBack,
}

/// What a controller takes from the ledger's reply; the rest repeats what the line itself reported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The message answered.
    pub sequence: u64,
    /// Numbers given to the line, or why nothing was done.
    pub given: Result<Vec<ObjectCode>, Refusal>,
    /// Crypto codes of those that their issuer signed.
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
