//! What the ledger needs of storage.
use std::collections::BTreeMap;
use std::ops::ControlFlow;
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Table {
    Meta,
    Objects,
    Containers,
    Orders,
    Ranges,
    Spaces,
    Imported,
    ImportedIndex,
    Senders,
}
#[derive(Default, Debug)]
pub struct Batch {
    pub rows: BTreeMap<(Table, u64), Option<Vec<u8>>>,
}
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);
impl StoreError {
    pub fn malformed(table: Table, key: u64) -> Self {
        Self(format!("row {key} of {table:?} is malformed"))
    }
    pub fn format(found: u32, expected: u32) -> Self {
        Self(format!("found format {found}, expected {expected}"))
    }
    pub fn other(what: &str) -> Self {
        Self(what.to_owned())
    }
}
pub trait Tables: Send + Sync {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError>;
    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError>;
}
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub blocks: u64,
    pub hash: [u8; 32],
}
pub trait Journal: Send + Sync {
    fn head(&self) -> Head;
    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError>;
    fn read(
        &self,
        first_block: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;
}
#[derive(Default, Debug)]
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
        for ((_, key), value) in self.0.range((table, from)..=(table, to)) {
            if visit(*key, value).is_break() {
                break;
            }
        }
        Ok(())
    }
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        for (place, row) in &batch.rows {
            match row {
                Some(value) => {
                    self.0.insert(*place, value.clone());
                }
                None => {
                    self.0.remove(place);
                }
            }
        }
        Ok(())
    }
}
#[derive(Default, Debug)]
pub struct MemoryJournal {
    blocks: Vec<Vec<u8>>,
    hash: [u8; 32],
}
impl Journal for MemoryJournal {
    fn head(&self) -> Head {
        Head { blocks: self.blocks.len() as u64, hash: self.hash }
    }
    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.hash).update(block);
        self.hash = *hasher.finalize().as_bytes();
        self.blocks.push(block.to_vec());
        Ok(self.head())
    }
    fn read(
        &self,
        first: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        for (n, block) in self.blocks.iter().enumerate().skip(first as usize) {
            if visit(n as u64, block).is_break() {
                break;
            }
        }
        Ok(())
    }
}

/// Where a ledger lives.
pub struct Store {
    pub tables: Box<dyn Tables>,
    pub journal: Box<dyn Journal>,
}
impl Store {
    /// In memory, gone with the process.
    pub fn memory() -> Self {
        Self {
            tables: Box::new(MemoryTables::default()),
            journal: Box::new(MemoryJournal::default()),
        }
    }
}
