//! The ledger (L3): the one record of every serial number, container and order. It decides without changing
//! anything and changes only by the events that were decided, so a refusal changes nothing and the journal of
//! events is the ledger. It reads no clock and opens no file: time and tables are passed in.

mod cached;
mod code;
mod command;
mod decide;
mod event;
mod evolve;
mod imported;
mod issuer;
mod key;
mod names;
mod orders;
mod query;
mod ranges;
mod recent;
mod refusal;
mod rows;
mod saved;
mod spaces;
mod state;
mod trail;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

pub use code::ObjectCode;
pub use command::{Command, DecommissionReason, Reason, ScrapReason};
pub use event::LedgerEvent;
pub use imported::{IssuedCode, IssuedNumber, MOST_IMPORTED};
pub use issuer::{IssuedState, Usage};
pub use key::{List, ObjectKey, OrderId, SpaceId};
pub use names::SpaceNames;
pub use orders::{Clearance, OrderRecord, OrderState, OrderStep, Signature};
pub use query::{Reconciliation, Verification};
pub use refusal::Refusal;
pub use spaces::SpaceKind;
pub use state::{Operation, SerialState};
pub use trail::{PackStatus, PlaceId, Trail, UndoFault};

use linetwin_base::SimTime;
use linetwin_gs1::{Gtin, Lot};

use super::store::{StoreError, Tables};

use cached::Cached;
use ranges::Ranges;
use rows::{Contents, Object, Page};
use spaces::Spaces;

/// Pages of 64 objects that are kept decoded, and contents of containers.
const CACHED_PAGES: usize = 1 << 13;
const CACHED_CONTAINERS: usize = 1 << 14;

/// What a ledger is made with and keeps for ever.
#[derive(Clone, Debug)]
pub struct LedgerSettings {
    /// Makes the serial numbers unguessable. Secret; every number space's key is derived from it.
    pub master_key: [u8; 32],
    /// Calendar time of [`SimTime::START`].
    pub epoch: Timestamp,
}

/// The record of one site.
pub struct Ledger {
    settings: LedgerSettings,
    tables: Box<dyn Tables>,
    spaces: Spaces,
    ranges: Ranges,
    objects: Cached<Page>,
    containers: Cached<Contents>,
    orders: BTreeMap<OrderId, OrderRecord>,
    lots: BTreeMap<(Gtin, Lot), OrderId>,
    changed_orders: BTreeSet<OrderId>,
}

/// Why there are no events: the command was refused, or the store could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// The command was refused and has changed nothing.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store failed. Whether anything was changed is not known: the ledger must be opened anew.
    #[error(transparent)]
    Failed(#[from] StoreError),
}

impl Ledger {
    /// The tables as they were written last.
    pub fn into_tables(self) -> Box<dyn Tables> {
        self.tables
    }

    /// The ledger that these tables hold; an empty one if they are empty.
    ///
    /// # Errors
    /// The tables cannot be read, or hold what no ledger wrote.
    pub fn open(settings: LedgerSettings, tables: Box<dyn Tables>) -> Result<Self, StoreError> {
        let mut ledger = Self {
            spaces: Spaces::new(settings.master_key),
            ranges: Ranges::default(),
            objects: Cached::new(super::store::Table::Objects, CACHED_PAGES),
            containers: Cached::new(super::store::Table::Containers, CACHED_CONTAINERS),
            orders: BTreeMap::new(),
            lots: BTreeMap::new(),
            changed_orders: BTreeSet::new(),
            settings,
            tables,
        };
        ledger.restore()?;
        Ok(ledger)
    }

    /// Decides on a command and, if it is accepted, applies it.
    ///
    /// # Errors
    /// A [`Refusal`], and nothing has changed; or the store failed.
    pub fn apply(
        &mut self,
        now: SimTime,
        command: &Command,
    ) -> Result<Vec<LedgerEvent<ObjectKey>>, Stop> {
        let events = self.decide(now, command)?;
        for event in &events {
            self.evolve(now, event)?;
        }
        Ok(events)
    }

    /// An event with codes in place of keys.
    ///
    /// # Errors
    /// The store could not be read.
    pub fn name(&mut self, event: &LedgerEvent<ObjectKey>) -> Result<LedgerEvent, StoreError> {
        event.named(|key| self.code(key))
    }

    /// The state of an object and where it is, by its row or, if nothing was printed yet, its run.
    fn object(&mut self, key: ObjectKey) -> Result<Object, StoreError> {
        let (page, place) = rows::page_of(key);
        if let Some(object) = self.objects.get(&*self.tables, page)?.row(place) {
            return Ok(object.clone());
        }
        let custody = self.ranges.custody(key).expect("a key that was made has a run");
        Ok(Object::new(custody.state))
    }

    fn contents(&mut self, key: ObjectKey) -> Result<&Contents, StoreError> {
        self.containers.get(&*self.tables, key.to_bits())
    }

    fn key(&mut self, code: &ObjectCode) -> Result<ObjectKey, Stop> {
        let key = self.spaces.key(&*self.tables, code)?;
        key.ok_or_else(|| Refusal::Unknown(*code).into())
    }

    fn code(&mut self, key: ObjectKey) -> Result<ObjectCode, StoreError> {
        self.spaces.code(&*self.tables, key)
    }
}

impl std::fmt::Debug for Ledger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ledger").field("orders", &self.orders.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
