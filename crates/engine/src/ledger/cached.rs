//! Rows of a table that were used lately, decoded. Bounded: two generations, of which the older one
//! is dropped when the younger one is full; rows that were changed stay until they were flushed.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::super::store::{Batch, StoreError, Table, Tables};

/// A value that is kept in one row. The default is the value of an absent row.
pub(super) trait Row: Default {
    /// The bytes to store.
    fn encode(&self) -> Vec<u8>;
    /// The value again; `None` if no value was written like that.
    fn decode(bytes: &[u8]) -> Option<Self>;
}

type Generation<V> = IndexMap<u64, V, FxBuildHasher>;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Cached<V> {
    table: Table,
    young: Generation<V>,
    old: Generation<V>,
    changed: Vec<u64>,
    most: usize,
}

impl<V: Row> Cached<V> {
    /// A cache of at most about `2 * most` rows and those that were changed since the last flush.
    pub(super) fn new(table: Table, most: usize) -> Self {
        let (young, old) = Default::default();
        Self { table, young, old, changed: Vec::new(), most }
    }

    pub(super) fn get(&mut self, tables: &dyn Tables, key: u64) -> Result<&V, StoreError> {
        let place = self.load(tables, key)?;
        Ok(&self.young[place])
    }

    /// The row, which will be written with the next flush.
    pub(super) fn change(&mut self, tables: &dyn Tables, key: u64) -> Result<&mut V, StoreError> {
        let place = self.load(tables, key)?;
        if self.changed.last() != Some(&key) {
            self.changed.push(key);
        }
        Ok(&mut self.young[place])
    }

    /// Puts all changed rows into a batch and forgets those that have not been used for long.
    pub(super) fn flush(&mut self, batch: &mut Batch) {
        self.changed.sort_unstable();
        self.changed.dedup();
        for key in self.changed.drain(..) {
            let row = self.young.get(&key).or_else(|| self.old.get(&key));
            let row = row.expect("a changed row stays until it is flushed");
            batch.rows.insert((self.table, key), Some(row.encode()));
        }
        if self.young.len() > self.most {
            self.old = std::mem::take(&mut self.young);
        }
    }

    /// The younger generation becomes the older one, but for rows that were changed and not yet flushed.
    fn turn(&mut self) {
        let mut changed = Generation::default();
        for key in &self.changed {
            let row = self.young.swap_remove(key).or_else(|| self.old.swap_remove(key));
            if let Some(row) = row {
                changed.insert(*key, row);
            }
        }
        self.old = std::mem::replace(&mut self.young, changed);
    }

    /// How many rows are changed and not yet flushed; one may count several times.
    pub(super) fn unflushed(&self) -> usize {
        self.changed.len()
    }

    fn load(&mut self, tables: &dyn Tables, key: u64) -> Result<usize, StoreError> {
        if let Some(place) = self.young.get_index_of(&key) {
            return Ok(place);
        }
        // A reader of a whole order reads more than is kept.
        if self.young.len() > self.most + self.changed.len() {
            self.turn();
        }
        let row = match self.old.swap_remove(&key) {
            Some(row) => row,
            None => match tables.get(self.table, key)? {
                Some(bytes) => {
                    V::decode(&bytes).ok_or(StoreError::Malformed { table: self.table, key })?
                }
                None => V::default(),
            },
        };
        Ok(self.young.insert_full(key, row).0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::store::MemoryTables;
    use super::*;

    #[derive(Debug, Default, PartialEq)]
    struct Number(u64);

    impl Row for Number {
        fn encode(&self) -> Vec<u8> {
            self.0.to_le_bytes().to_vec()
        }
        fn decode(bytes: &[u8]) -> Option<Self> {
            Some(Self(u64::from_le_bytes(bytes.try_into().ok()?)))
        }
    }

    const MOST: usize = 8;

    /// Row n holds 100 + n.
    fn tables() -> MemoryTables {
        let mut tables = MemoryTables::default();
        let row = |n: u64| ((Table::Objects, n), Some(Number(100 + n).encode()));
        tables.commit(&Batch { rows: (0..100).map(row).collect() }).unwrap();
        tables
    }

    fn kept(cache: &Cached<Number>) -> usize {
        cache.young.len() + cache.old.len()
    }

    #[test]
    fn who_reads_everything_does_not_keep_everything() {
        let (tables, mut cache) = (tables(), Cached::<Number>::new(Table::Objects, MOST));
        for n in 0..100 {
            assert_eq!(cache.get(&tables, n).unwrap(), &Number(100 + n));
            assert!(kept(&cache) <= 2 * (MOST + 1), "{} rows", kept(&cache));
        }
        // What was used last is still there, and what was used long ago is read again.
        let empty = MemoryTables::default();
        for n in (100 - MOST as u64..100).rev() {
            assert_eq!(cache.get(&empty, n).unwrap(), &Number(100 + n));
        }
        assert_eq!(cache.get(&empty, 0).unwrap(), &Number(0));
    }

    #[test]
    fn what_was_changed_is_kept_until_it_is_flushed() {
        let (mut tables, mut cache) = (tables(), Cached::<Number>::new(Table::Objects, MOST));
        for n in 0..20 {
            cache.change(&tables, n).unwrap().0 += 1_000;
        }
        assert_eq!(cache.unflushed(), 20);
        for n in 20..100 {
            cache.get(&tables, n).unwrap();
            assert!(kept(&cache) <= 2 * (MOST + 20 + 1), "{} rows", kept(&cache));
        }
        for n in 0..20 {
            assert_eq!(cache.get(&tables, n).unwrap(), &Number(1_100 + n));
        }
        let mut batch = Batch::default();
        cache.flush(&mut batch);
        assert_eq!((batch.rows.len(), cache.unflushed()), (20, 0));
        tables.commit(&batch).unwrap();
        for n in 0..100 {
            cache.get(&tables, n).unwrap();
        }
        assert!(kept(&cache) <= 2 * (MOST + 1), "nothing more is kept than before");
        assert_eq!(cache.get(&tables, 0).unwrap(), &Number(1_100));
    }

    #[test]
    fn a_flush_lets_go_of_what_is_not_used() {
        let (tables, mut cache) = (tables(), Cached::<Number>::new(Table::Objects, MOST));
        for n in 0..=MOST as u64 {
            cache.change(&tables, n).unwrap();
        }
        let mut batch = Batch::default();
        cache.flush(&mut batch);
        assert_eq!((cache.young.len(), cache.old.len()), (0, MOST + 1), "the next use decides");
        cache.flush(&mut batch);
        assert_eq!((cache.young.len(), cache.old.len()), (0, MOST + 1));
    }
}
