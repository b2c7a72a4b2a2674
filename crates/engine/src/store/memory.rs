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
#[derive(Debug, Default)]
pub struct MemoryJournal {
    bytes: Vec<u8>,
    /// The place behind each block.
    heads: Vec<Head>,
}

impl Journal for MemoryJournal {
    fn start(&self) -> Head {
        Head { blocks: 0, end: 0, hash: genesis() }
    }

    fn head(&self) -> Head {
        self.heads.last().copied().unwrap_or_else(|| self.start())
    }

    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        let Head { blocks, hash, .. } = self.head();
        self.bytes.extend_from_slice(block);
        let end = self.bytes.len() as u64;
        self.heads.push(Head { blocks: blocks + 1, end, hash: chain(&hash, blocks, block) });
        Ok(self.head())
    }

    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let mut begin = from.end as usize;
        for place in self.heads.iter().skip(from.blocks as usize) {
            let end = place.end as usize;
            if visit(place, &self.bytes[begin..end]).is_break() {
                break;
            }
            begin = end;
        }
        Ok(())
    }
}
