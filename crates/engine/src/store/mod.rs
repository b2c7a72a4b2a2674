//! Where a ledger lives: a *journal* of blocks, which is the truth, and *tables*, which are what the journal
//! comes to and can always be made again from it. Stores bytes and numbers; never interprets them.
//!
//! A block is durable when [`Journal::append`] has returned. Tables may lag behind the journal; how far is
//! known, because the number of blocks they hold is written with them in one batch.
//!
//! After any failure an object is unusable until it is opened again. A sync that failed is never
//! tried a second time: what it had to write may be gone although the second one succeeds.

mod disk;
mod error;
mod faulty;
mod filling;
mod folder;
mod journal;
mod memory;
mod pipelined;
mod simulated_disk;
mod sqlite;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use disk::{Disk, DiskError, FileName, RealDisk};
pub use error::StoreError;
pub use faulty::{FaultPlan, FaultyTables, TableFault};
pub use filling::{FillingJournal, Space};
pub use folder::{open_folder, verify_folder};
pub use journal::{DiskJournal, Finding, verify_journal};
pub use memory::{MemoryJournal, MemoryTables};
pub use pipelined::PipelinedJournal;
pub use simulated_disk::SimulatedDisk;
pub use sqlite::SqliteTables;

/// The tables of a ledger. The numbers are part of the file format.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// What the tables hold about themselves.
    Meta,
    /// Pages of units and labels.
    Objects,
    /// Contents of containers.
    Containers,
    /// Orders.
    Orders,
    /// Runs of numbers.
    Ranges,
    /// Number spaces.
    Spaces,
    /// Systems that send commands.
    Senders,
    /// Numbers that came from an outside issuer.
    Issued,
    /// Where those are.
    IssuedIndex,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 9] = [
        Self::Meta,
        Self::Objects,
        Self::Containers,
        Self::Orders,
        Self::Ranges,
        Self::Spaces,
        Self::Senders,
        Self::Issued,
        Self::IssuedIndex,
    ];

    /// Its name in a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Meta => "meta",
            Self::Objects => "objects",
            Self::Containers => "containers",
            Self::Orders => "orders",
            Self::Ranges => "ranges",
            Self::Spaces => "spaces",
            Self::Senders => "senders",
            Self::Issued => "issued",
            Self::IssuedIndex => "issued_index",
        }
    }
}

/// Changes that are made together or not at all; none deletes a row.
#[derive(Debug, Default)]
pub struct Batch {
    /// Rows by table and key.
    pub rows: BTreeMap<(Table, u64), Option<Vec<u8>>>,
}

/// Rows of bytes under dense numbers.
pub trait Tables: Send + Sync {
    /// One row; none if it is absent.
    ///
    /// # Errors
    /// It could not be read, or is not what was written.
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError>;

    /// Rows from `from` to `to`, both included, in the order of their keys.
    ///
    /// # Errors
    /// They could not be read, or are not what was written.
    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;

    /// Makes all changes of a batch or none.
    ///
    /// # Errors
    /// They could not be made; the tables must be opened again.
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError>;
}

/// A place in a journal behind one of its blocks.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many blocks lie before it.
    pub blocks: u64,
    /// Where in the journal it is, in bytes.
    pub end: u64,
    /// Hash of the last block, which covers all before it.
    pub hash: [u8; 32],
}

/// A chain of blocks to which one can only be added.
pub trait Journal: Send + Sync {
    /// Where its first block begins.
    fn start(&self) -> Head;

    /// Where it ends.
    fn head(&self) -> Head;

    /// Adds a block; it is durable when this returns.
    ///
    /// # Errors
    /// It could not be made durable; the journal must be opened again.
    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError>;

    /// Takes a block that may become durable later. Returns how many blocks there are with it; it is
    /// durable when [`Self::head`] counts as many.
    ///
    /// # Errors
    /// This one or one before it could not be made durable; the journal must be opened again.
    fn begin(&mut self, block: Vec<u8>) -> Result<u64, StoreError> {
        self.append(&block).map(|head| head.blocks)
    }

    /// Waits until everything that was begun is durable.
    ///
    /// # Errors
    /// It could not be made durable; the journal must be opened again.
    fn finish(&mut self) -> Result<Head, StoreError> {
        Ok(self.head())
    }

    /// Blocks from a place on, each with the place behind it; each is checked against the chain.
    ///
    /// # Errors
    /// They could not be read, or are not what was written.
    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError>;
}

/// Tables and journal of one ledger.
pub struct Store {
    /// See [`Tables`].
    pub tables: Box<dyn Tables>,
    /// See [`Journal`].
    pub journal: Box<dyn Journal>,
    /// Where damaged tables were put, if there were any; those here are empty then.
    pub set_aside: Option<PathBuf>,
}

impl Store {
    /// In memory, gone with the process.
    pub fn memory() -> Self {
        let (tables, journal) = (MemoryTables::default(), MemoryJournal::default());
        Self { tables: Box::new(tables), journal: Box::new(journal), set_aside: None }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("head", &self.journal.head()).finish_non_exhaustive()
    }
}

/// What the chain of blocks begins with, the same for every journal.
fn genesis() -> [u8; 32] {
    *blake3::hash(b"linetwin journal").as_bytes()
}

/// Hash of a block in its place in the chain.
fn chain(before: &[u8; 32], number: u64, block: &[u8]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    hasher.update(before);
    hasher.update(&number.to_le_bytes());
    hasher.update(&(block.len() as u64).to_le_bytes());
    hasher.update(block);
    *hasher.finalize().as_bytes()
}
