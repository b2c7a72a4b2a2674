//! Number spaces: which code belongs to which key. The n-th of our own numbers is computed, never looked up,
//! and the n can be computed back from the code; whether that n was ever made is a comparison. Numbers of an
//! outside issuer are read from the tables.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use linetwin_base::Level;
use linetwin_gs1::{CompanyPrefix, Gtin, Sscc, UnitCode};

use super::super::serials::{NumberSpace, SerialRule};
use super::super::store::{Batch, StoreError, Tables};
use super::code::ObjectCode;
use super::imported::{IssuedIndex, IssuedNumber, IssuedNumbers};
use super::key::{ObjectKey, SpaceId};
use super::recent::Recent;

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
    /// Units of a trade item; the serial numbers are an outside issuer's, in the order of import.
    Issued {
        /// The trade item.
        gtin: Gtin,
        /// Whether the issuer signs them: all of them, or none.
        crypto_codes: bool,
    },
    /// Containers that are a trade item; the serial numbers are our own.
    Containers {
        /// The trade item.
        gtin: Gtin,
        /// Its level: another one has another GTIN.
        level: Level,
        /// How they are written.
        rule: SerialRule,
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
    issued: IssuedNumbers,
    issued_index: IssuedIndex,
    recent: Recent,
}

impl Spaces {
    pub(super) fn new(master: [u8; 32]) -> Self {
        let (by_gtin, by_prefix) = Default::default();
        Self {
            master,
            list: Vec::new(),
            by_gtin,
            by_prefix,
            issued: IssuedNumbers::new(),
            issued_index: IssuedIndex::new(&master),
            recent: Recent::new(),
        }
    }

    /// The id that the next space will have.
    pub(super) fn next_id(&self) -> SpaceId {
        SpaceId(self.list.len() as u16 + 1)
    }

    /// Adds a space from which `made` numbers were made.
    pub(super) fn open(&mut self, kind: SpaceKind, made: u64) {
        let id = self.next_id();
        let numbers = match &kind {
            SpaceKind::Serials { gtin, rule } | SpaceKind::Containers { gtin, rule, .. } => {
                self.by_gtin.insert(*gtin, id);
                let key = blake3::keyed_hash(&self.master, gtin.to_string().as_bytes());
                Some(NumberSpace::new(key.as_bytes(), rule))
            }
            SpaceKind::Ssccs { prefix } => {
                self.by_prefix.insert(*prefix, id);
                None
            }
            SpaceKind::Issued { gtin, .. } => {
                self.by_gtin.insert(*gtin, id);
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
    pub(super) fn is_units(&self, id: SpaceId) -> bool {
        match self.kind(id) {
            SpaceKind::Serials { .. } | SpaceKind::Issued { .. } => true,
            SpaceKind::Ssccs { .. } | SpaceKind::Containers { .. } => false,
        }
    }

    /// What a space numbers.
    pub(super) fn kind(&self, id: SpaceId) -> &SpaceKind {
        &self.space(id).kind
    }

    /// How many numbers were made.
    pub(super) fn made(&self, id: SpaceId) -> u64 {
        self.space(id).made
    }

    /// Counts more numbers as made.
    pub(super) fn make(&mut self, id: SpaceId, count: u64) {
        self.list[usize::from(id.0) - 1].made += count;
    }

    /// How many more numbers can be made before they could be guessed or do not fit.
    pub(super) fn left(&self, id: SpaceId) -> u64 {
        let space = self.space(id);
        let limit = match &space.kind {
            SpaceKind::Ssccs { prefix } => Sscc::references(*prefix) - 1,
            SpaceKind::Serials { .. } | SpaceKind::Containers { .. } => space.permutation().limit(),
            SpaceKind::Issued { .. } => ObjectKey::COUNTERS,
        };
        limit.min(ObjectKey::COUNTERS) - space.made
    }

    /// Adds the next numbers of an outside issuer.
    pub(super) fn import(
        &mut self,
        tables: &dyn Tables,
        id: SpaceId,
        numbers: &[IssuedNumber],
    ) -> Result<(), StoreError> {
        let first = ObjectKey::new(id, self.made(id));
        self.issued_index.add(tables, first, numbers)?;
        self.learn(tables, id, numbers)
    }

    /// As [`Self::import`], without the index from codes to keys.
    pub(super) fn learn(
        &mut self,
        tables: &dyn Tables,
        id: SpaceId,
        numbers: &[IssuedNumber],
    ) -> Result<(), StoreError> {
        let first = ObjectKey::new(id, self.made(id));
        self.issued.add(tables, first, numbers)?;
        self.make(id, numbers.len() as u64);
        Ok(())
    }

    /// Whether an outside issuer gave the numbers of a space.
    pub(super) fn is_issued(&self, id: SpaceId) -> bool {
        match self.kind(id) {
            SpaceKind::Issued { .. } => true,
            SpaceKind::Serials { .. } | SpaceKind::Ssccs { .. } | SpaceKind::Containers { .. } => {
                false
            }
        }
    }

    /// The trade item of a space whose numbers are signed by their issuer.
    pub(super) fn signed(&self, id: SpaceId) -> Option<Gtin> {
        match self.kind(id) {
            SpaceKind::Issued { gtin, crypto_codes: true } => Some(*gtin),
            SpaceKind::Issued { crypto_codes: false, .. }
            | SpaceKind::Serials { .. }
            | SpaceKind::Ssccs { .. }
            | SpaceKind::Containers { .. } => None,
        }
    }

    /// The number that an outside issuer gave; the key is of one.
    pub(super) fn issued(
        &mut self,
        tables: &dyn Tables,
        key: ObjectKey,
    ) -> Result<&IssuedNumber, StoreError> {
        self.issued.number(tables, key)
    }

    /// The code of a key that was made.
    ///
    /// # Panics
    /// When the key's space does not exist: keys come from this ledger only.
    pub(super) fn code(
        &mut self,
        tables: &dyn Tables,
        key: ObjectKey,
    ) -> Result<ObjectCode, StoreError> {
        if let Some(unit) = self.recent.code(key) {
            return Ok(ObjectCode::Unit(unit));
        }
        let space = &self.list[usize::from(key.space().0) - 1];
        let (gtin, serial) = match &space.kind {
            // References are counted from 1.
            SpaceKind::Ssccs { prefix } => {
                let sscc = Sscc::of_reference(*prefix, key.counter() + 1);
                return Ok(ObjectCode::Container(sscc.expect("no more are made than fit")));
            }
            SpaceKind::Serials { gtin, .. } | SpaceKind::Containers { gtin, .. } => {
                (*gtin, space.permutation().serial_of(key.counter()))
            }
            SpaceKind::Issued { gtin, .. } => (*gtin, self.issued.number(tables, key)?.serial),
        };
        Ok(ObjectCode::Unit(UnitCode { gtin, serial }))
    }

    /// The key of a code; `None` if the code was never made.
    pub(super) fn key(
        &mut self,
        tables: &dyn Tables,
        code: &ObjectCode,
    ) -> Result<Option<ObjectKey>, StoreError> {
        let unit = match code {
            ObjectCode::Unit(unit) => unit,
            ObjectCode::Container(sscc) => {
                return Ok(self.by_prefix.iter().find_map(|(prefix, id)| {
                    let counter = sscc.reference(*prefix)?.checked_sub(1)?;
                    (counter < self.made(*id)).then(|| ObjectKey::new(*id, counter))
                }));
            }
        };
        if let Some(key) = self.recent.key(unit) {
            return Ok(Some(key));
        }
        let Some(id) = self.of_gtin(unit.gtin) else { return Ok(None) };
        let space = &self.list[usize::from(id.0) - 1];
        let key = match &space.kind {
            SpaceKind::Serials { .. } | SpaceKind::Containers { .. } => {
                let counter = space.permutation().counter_of(&unit.serial);
                counter.filter(|n| *n < space.made).map(|counter| ObjectKey::new(id, counter))
            }
            SpaceKind::Issued { .. } => {
                self.issued_index.find(&mut self.issued, tables, id, &unit.serial)?
            }
            SpaceKind::Ssccs { .. } => unreachable!("no GTIN leads to SSCCs"),
        };
        if let Some(key) = key {
            self.recent.remember(*unit, key);
        }
        Ok(key)
    }

    /// Puts changed rows into a batch.
    pub(super) fn flush(&mut self, batch: &mut Batch) {
        self.issued.flush(batch);
        self.issued_index.flush(batch);
    }

    /// About how many changed rows wait for [`Self::flush`].
    pub(super) fn unflushed(&self) -> usize {
        self.issued.unflushed() + self.issued_index.unflushed()
    }

    fn space(&self, id: SpaceId) -> &Space {
        &self.list[usize::from(id.0) - 1]
    }
}

impl Space {
    fn permutation(&self) -> &NumberSpace {
        self.numbers.as_ref().expect("our own serial numbers have a permutation")
    }
}
