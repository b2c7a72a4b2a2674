//! From tables to a ledger and back. The tables may lie behind the journal; they hold by how much.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use crate::store::{Batch, Head, StoreError, Table};

use super::key::Run;
use super::ranges::Custody;
use super::{Ledger, ObjectKey, OrderRecord, SpaceKind};

/// Version of what the rows hold. Another one is refused.
const FORMAT: u32 = 2;
const META_KEY: u64 = 0;

/// What the tables hold about themselves.
#[derive(Serialize, Deserialize)]
struct Meta {
    format: u32,
    /// Place in the journal up to which its blocks are in the tables.
    head: Head,
    /// Shows that the master key is the same, and nothing about it.
    key_check: [u8; 8],
    /// Calendar time of the start, in nanoseconds since 1970.
    epoch_ns: i64,
}

impl Ledger {
    /// About how many changed rows wait for `flush`.
    pub fn unflushed(&self) -> usize {
        self.objects.unflushed() + self.containers.unflushed() + self.spaces.unflushed()
    }

    /// Writes everything that has changed since the last flush, and `senders`, one row a sender; afterwards
    /// the tables agree with the journal up to `head`.
    ///
    /// # Errors
    /// The tables could not be written; then the ledger must be opened anew.
    pub(crate) fn flush(&mut self, head: Head, senders: Vec<Vec<u8>>) -> Result<(), StoreError> {
        let mut batch = Batch::default();
        self.objects.flush(&mut batch);
        self.containers.flush(&mut batch);
        self.spaces.flush(&mut batch);
        let rows = &mut batch.rows;
        for id in std::mem::take(&mut self.changed_orders) {
            rows.insert((Table::Orders, u64::from(id.0)), Some(to_bytes(&self.orders[&id])));
        }
        for (first, run) in self.ranges.take_changed() {
            rows.insert((Table::Ranges, first.to_bits()), run.map(|run| to_bytes(&run)));
        }
        for (id, kind, made) in self.spaces.all() {
            rows.insert((Table::Spaces, u64::from(id.0)), Some(to_bytes(&(kind, made))));
        }
        for (id, row) in (0..).zip(senders) {
            rows.insert((Table::Senders, id), Some(row));
        }
        let meta = Meta {
            format: FORMAT,
            head,
            key_check: self.key_check(),
            epoch_ns: self.settings.epoch.as_nanosecond() as i64,
        };
        rows.insert((Table::Meta, META_KEY), Some(to_bytes(&meta)));
        self.tables.commit(&batch)?;
        // What is dropped from memory here must be in the tables: a ledger that decides on older rows is
        // worse than none.
        if self.flushed()? != Some(head) {
            return Err(StoreError::Tables("what was just written is not there".to_owned()));
        }
        Ok(())
    }

    /// The place in the journal up to which its blocks are in the tables; none for empty tables.
    ///
    /// # Errors
    /// The tables cannot be read, or are not this ledger's.
    pub fn flushed(&self) -> Result<Option<Head>, StoreError> {
        let Some(bytes) = self.tables.get(Table::Meta, META_KEY)? else {
            return Ok(None);
        };
        let malformed = || StoreError::Malformed { table: Table::Meta, key: META_KEY };
        let meta: Meta = postcard::from_bytes(&bytes).map_err(|_| malformed())?;
        if meta.format != FORMAT {
            let (found, expected) = (meta.format, FORMAT);
            return Err(StoreError::Format { file: "the tables".to_owned(), found, expected });
        }
        if meta.key_check != self.key_check() {
            return Err(StoreError::Mismatch(
                "the ledger was made with another master key".to_owned(),
            ));
        }
        if i128::from(meta.epoch_ns) != self.settings.epoch.as_nanosecond() {
            return Err(StoreError::Mismatch("the ledger was made with another epoch".to_owned()));
        }
        Ok(Some(meta.head))
    }

    pub(super) fn restore(&mut self) -> Result<(), StoreError> {
        self.flushed()?;
        let (spaces, ranges) = (&mut self.spaces, &mut self.ranges);
        scan(&*self.tables, Table::Spaces, |_, (kind, made): (SpaceKind, u64)| {
            spaces.open(kind, made);
            Some(())
        })?;
        scan(&*self.tables, Table::Ranges, |first, (count, custody): (u64, Custody)| {
            ranges.restore(Run { first: ObjectKey::from_bits(first)?, count }, custody);
            Some(())
        })?;
        let (orders, lots) = (&mut self.orders, &mut self.lots);
        scan(&*self.tables, Table::Orders, |_, record: OrderRecord| {
            lots.insert((record.order.product.gtin, record.order.lot), record.id);
            orders.insert(record.id, record);
            Some(())
        })
    }

    fn key_check(&self) -> [u8; 8] {
        let hash = blake3::keyed_hash(&self.settings.master_key, b"linetwin ledger");
        hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes")
    }
}

/// Reads all rows of a table; `take` returns none for a row that no ledger wrote.
fn scan<V: for<'de> Deserialize<'de>>(
    tables: &dyn crate::store::Tables,
    table: Table,
    mut take: impl FnMut(u64, V) -> Option<()>,
) -> Result<(), StoreError> {
    let mut fault = None;
    tables.scan(table, 0, u64::MAX, &mut |key, bytes| {
        let taken = postcard::from_bytes(bytes).ok().and_then(|value| take(key, value));
        if taken.is_some() {
            return ControlFlow::Continue(());
        }
        fault = Some(StoreError::Malformed { table, key });
        ControlFlow::Break(())
    })?;
    fault.map_or(Ok(()), Err)
}

fn to_bytes<V: Serialize>(value: &V) -> Vec<u8> {
    postcard::to_stdvec(value).expect("a vector takes all")
}
