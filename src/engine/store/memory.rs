//! A store that is gone with the process.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use super::{Batch, Head, Journal, StoreError, Table, Tables, chain, genesis};

/// Tables in memory.
#[derive(Debug, Default)]
pub struct MemoryTables(BTreeMap<(Table, u64), Vec<u8>>);

impl Tables for MemoryTables {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(&(table, key)).cloned())
    }

    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for ((_, key), row) in self.0.range((table, from)..=(table, to)) {
            if visit(*key, row).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        for (place, row) in &batch.rows {
            match row {
                Some(row) => self.0.insert(*place, row.clone()),
                None => self.0.remove(place),
            };
        }
        Ok(())
    }
}

/// A journal in memory.
#[derive(Debug)]
pub struct MemoryJournal {
    bytes: Vec<u8>,
    /// Where each block ends.
    ends: Vec<usize>,
    hash: [u8; 32],
}

impl Default for MemoryJournal {
    fn default() -> Self {
        Self { bytes: Vec::new(), ends: Vec::new(), hash: genesis() }
    }
}

impl Journal for MemoryJournal {
    fn start(&self) -> Head {
        Head { blocks: 0, end: 0, hash: genesis() }
    }

    fn head(&self) -> Head {
        let end = self.bytes.len() as u64;
        Head { blocks: self.ends.len() as u64, end, hash: self.hash }
    }

    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        self.hash = chain(&self.hash, self.ends.len() as u64, block);
        self.bytes.extend_from_slice(block);
        self.ends.push(self.bytes.len());
        Ok(self.head())
    }

    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for number in from.blocks as usize..self.ends.len() {
            let begin = number.checked_sub(1).map_or(0, |before| self.ends[before]);
            if visit(number as u64, &self.bytes[begin..self.ends[number]]).is_break() {
                break;
            }
        }
        Ok(())
    }
}
