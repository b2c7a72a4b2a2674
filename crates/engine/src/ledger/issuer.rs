//! The report to an outside issuer about its numbers: which were used, spoiled, not used. Reads the record
//! and changes nothing.

use serde::Serialize;

use linetwin_gs1::{CryptoCodeBuf, Gtin, UnitCode};

use crate::store::StoreError;

use super::{IssuedCode, Ledger, LedgerEvent, ObjectKey, Operation, Refusal, SerialState, Stop};

/// What became of a number, in the classes that issuers use.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Usage {
    /// In a pool, or declared void there: nothing was printed.
    Unused,
    /// With a line, or on a label whose outcome is still open.
    Open,
    /// On a label that became no pack: spoiled, or kept as a sample of the print.
    Spoiled,
    /// On a pack, whatever became of that.
    Used,
}

impl From<SerialState> for Usage {
    fn from(state: SerialState) -> Self {
        match state {
            SerialState::Unassigned | SerialState::Unallocated | SerialState::SnInvalid => {
                Self::Unused
            }
            SerialState::Allocated | SerialState::Encoded => Self::Open,
            SerialState::LabelSampled | SerialState::LabelScrapped => Self::Spoiled,
            SerialState::Commissioned
            | SerialState::Sampled
            | SerialState::Inactive
            | SerialState::Destroyed
            | SerialState::Released => Self::Used,
        }
    }
}

/// A line of the report to an issuer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IssuedState {
    /// The code as it was given.
    pub code: IssuedCode,
    /// What became of it.
    pub usage: Usage,
    /// Its state in full.
    pub state: SerialState,
}

impl Ledger {
    /// The issuer's numbers of a trade item in the order of their import: `at_most` of them after the first
    /// `from`. An empty result: there are no more.
    ///
    /// # Errors
    /// The trade item is not known, its numbers are our own, or the store could not be read.
    pub fn issued(
        &mut self,
        gtin: Gtin,
        from: u64,
        at_most: u64,
    ) -> Result<Vec<IssuedState>, Stop> {
        let space = self.spaces.of_gtin(gtin).ok_or(Refusal::NoSpace(gtin))?;
        if !self.spaces.is_issued(space) {
            return Err(Refusal::NumbersOwn(gtin).into());
        }
        let to = from.saturating_add(at_most).min(self.spaces.made(space));
        let mut states = Vec::new();
        for counter in from..to {
            let key = ObjectKey::new(space, counter);
            let state = self.object(key)?.state;
            let number = self.spaces.issued(&*self.tables, key)?;
            let unit = UnitCode { gtin, serial: number.serial };
            let code = IssuedCode { unit, crypto_code: number.crypto_code.clone() };
            states.push(IssuedState { code, usage: state.into(), state });
        }
        Ok(states)
    }

    /// The crypto codes of numbers that events give to an order: the line prints them.
    ///
    /// # Errors
    /// The store could not be read.
    pub(crate) fn crypto_codes(
        &mut self,
        events: &[LedgerEvent<ObjectKey>],
    ) -> Result<Vec<(UnitCode, CryptoCodeBuf)>, StoreError> {
        let mut crypto_codes = Vec::new();
        for event in events {
            let LedgerEvent::StateChanged {
                operation: Operation::RequestAllocated, objects, ..
            } = event
            else {
                continue;
            };
            for &key in objects {
                let Some(gtin) = self.spaces.signed(key.space()) else { continue };
                let number = self.spaces.issued(&*self.tables, key)?;
                let unit = UnitCode { gtin, serial: number.serial };
                crypto_codes
                    .extend(number.crypto_code.clone().map(|crypto_code| (unit, crypto_code)));
            }
        }
        Ok(crypto_codes)
    }
}
