//! Number spaces: which code belongs to which key. The n-th number of a space is computed, never
//! looked up, and a code gives back its n; whether that n was ever made is a comparison.

use std::sync::{Mutex, MutexGuard, PoisonError};

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use super::super::serials::{NumberSpace, SerialRule};
use super::LedgerSettings;
use super::code::ObjectCode;
use super::event::LedgerEvent;
use super::key::{ObjectKey, SpaceId};
use super::recent::Recent;
use crate::gs1::{CompanyPrefix, Gtin, Sscc, UnitCode};

/// What a space numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SpaceKind {
    /// Units of a trade item; the serial numbers are our own.
    Serials {
        /// The trade item.
        gtin: Gtin,
        /// How they are written.
        rule: SerialRule,
    },
    /// Logistic units of a company: SSCCs in the order of their serial references.
    Ssccs {
        /// The company.
        prefix: CompanyPrefix,
    },
}

#[derive(Debug)]
struct Space {
    kind: SpaceKind,
    made: u64,
    /// The permutation, for serial numbers.
    numbers: Option<NumberSpace>,
}

/// All number spaces of a ledger.
#[derive(Debug)]
pub(super) struct Spaces {
    /// Key from which each space's own is derived.
    master: [u8; 32],
    list: Vec<Space>,
    by_gtin: IndexMap<Gtin, SpaceId, FxBuildHasher>,
    by_prefix: IndexMap<CompanyPrefix, SpaceId, FxBuildHasher>,
    recent: Mutex<Recent>,
}

impl Spaces {
    pub(super) fn new(master: [u8; 32]) -> Self {
        let (by_gtin, by_prefix) = Default::default();
        let recent = Mutex::new(Recent::new());
        Self { master, list: Vec::new(), by_gtin, by_prefix, recent }
    }

    /// The id that the next space will have.
    pub(super) fn next_id(&self) -> SpaceId {
        SpaceId(self.list.len() as u16 + 1)
    }

    /// Adds a space from which `made` numbers were made.
    pub(super) fn open(&mut self, kind: SpaceKind, made: u64) {
        let id = self.next_id();
        let numbers = match &kind {
            SpaceKind::Serials { gtin, rule } => {
                self.by_gtin.insert(*gtin, id);
                let key = blake3::keyed_hash(&self.master, gtin.to_string().as_bytes());
                Some(NumberSpace::new(key.as_bytes(), rule))
            }
            SpaceKind::Ssccs { prefix } => {
                self.by_prefix.insert(*prefix, id);
                None
            }
        };
        self.list.push(Space { kind, made, numbers });
    }

    /// All spaces with how many numbers were made in each.
    pub(super) fn all(&self) -> impl Iterator<Item = (SpaceId, &SpaceKind, u64)> {
        let ids = (1..).map(SpaceId);
        ids.zip(&self.list).map(|(id, space)| (id, &space.kind, space.made))
    }

    pub(super) fn of_gtin(&self, gtin: Gtin) -> Option<SpaceId> {
        self.by_gtin.get(&gtin).copied()
    }

    pub(super) fn of_prefix(&self, prefix: CompanyPrefix) -> Option<SpaceId> {
        self.by_prefix.get(&prefix).copied()
    }

    /// Whether the space numbers saleable units.
    pub(super) fn is_serials(&self, id: SpaceId) -> bool {
        matches!(self.space(id).kind, SpaceKind::Serials { .. })
    }

    /// How the numbers of a space are written; none for SSCCs.
    pub(super) fn rule(&self, id: SpaceId) -> Option<&SerialRule> {
        match &self.space(id).kind {
            SpaceKind::Serials { rule, .. } => Some(rule),
            SpaceKind::Ssccs { .. } => None,
        }
    }

    /// How many numbers were made.
    pub(super) fn made(&self, id: SpaceId) -> u64 {
        self.space(id).made
    }

    /// Counts more numbers as made.
    pub(super) fn make(&mut self, id: SpaceId, count: u64) {
        self.list[usize::from(id.0) - 1].made += count;
    }

    /// How many more may be made before they could be guessed or do not fit.
    pub(super) fn left(&self, id: SpaceId) -> u64 {
        let space = self.space(id);
        let limit = match (&space.kind, &space.numbers) {
            (SpaceKind::Ssccs { prefix }, _) => Sscc::references(*prefix) - 1,
            (SpaceKind::Serials { .. }, Some(numbers)) => numbers.limit(),
            (SpaceKind::Serials { .. }, None) => 0,
        };
        limit.min(ObjectKey::COUNTERS) - space.made
    }

    /// The code of a key that was made.
    ///
    /// # Panics
    /// When the key's space does not exist: keys come from this ledger only.
    pub(super) fn code(&self, key: ObjectKey) -> ObjectCode {
        let space = self.space(key.space());
        match (&space.kind, &space.numbers) {
            (SpaceKind::Serials { gtin, .. }, Some(numbers)) => {
                let recent = self.recent().code(key);
                ObjectCode::Unit(recent.unwrap_or_else(|| {
                    let serial = numbers.serial_of(key.counter());
                    UnitCode { gtin: *gtin, serial }
                }))
            }
            (SpaceKind::Serials { .. }, None) => unreachable!("serial numbers have a permutation"),
            // References are counted from 1.
            (SpaceKind::Ssccs { prefix }, _) => {
                let sscc = Sscc::of_reference(*prefix, key.counter() + 1);
                ObjectCode::Container(sscc.expect("no more are made than fit"))
            }
        }
    }

    /// The key of a code; `None` if the code was never made.
    pub(super) fn key(&self, code: &ObjectCode) -> Option<ObjectKey> {
        match code {
            ObjectCode::Unit(unit) => {
                let mut recent = self.recent();
                if let Some(key) = recent.key(unit) {
                    return Some(key);
                }
                let id = self.of_gtin(unit.gtin)?;
                let space = self.space(id);
                let counter = space.numbers.as_ref()?.counter_of(&unit.serial)?;
                let key = (counter < space.made).then(|| ObjectKey::new(id, counter))?;
                recent.remember(*unit, key);
                Some(key)
            }
            ObjectCode::Container(sscc) => self.by_prefix.iter().find_map(|(prefix, id)| {
                let counter = sscc.reference(*prefix)?.checked_sub(1)?;
                (counter < self.space(*id).made).then(|| ObjectKey::new(*id, counter))
            }),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn space(&self, id: SpaceId) -> &Space {
        &self.list[usize::from(id.0) - 1]
    }
}

/// Names objects for somebody who reads the journal alone, and follows the spaces as it goes.
#[derive(Debug)]
pub struct SpaceNames(Spaces);

impl SpaceNames {
    /// As before the first event.
    pub fn new(settings: &LedgerSettings) -> Self {
        Self(Spaces::new(settings.master_key))
    }

    /// The event as everybody else names it; none if it names a number that was never made.
    pub fn name(&mut self, event: &LedgerEvent<ObjectKey>) -> Option<LedgerEvent> {
        match event {
            LedgerEvent::SpaceOpened { kind, .. } => self.0.open(kind.clone(), 0),
            LedgerEvent::NumbersMade { space, count } => {
                if space.0 == 0 || *space >= self.0.next_id() || *count > self.0.left(*space) {
                    return None;
                }
                self.0.make(*space, *count);
            }
            _ => {}
        }
        let mut known = true;
        event.visit_keys(|key| {
            let made = key.space() < self.0.next_id() && key.counter() < self.0.made(key.space());
            known &= made;
        });
        known.then(|| event.named(|key| self.0.code(key)))
    }
}
