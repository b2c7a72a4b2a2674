//! Stores that are broken in one way each, under a ledger that works. A ledger is broken as its store is:
//! what it has said is worth what is found again after its process was killed.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard};

use linetwin::engine::store::{
    Batch, Head, Journal, MemoryJournal, MemoryTables, Store, StoreError, Table, Tables,
};
use linetwin::engine::{Block, KeyedOutcome, LedgerEvent, ObjectKey};

/// One way to be broken. What is not written is done as it should be.
pub trait BrokenStore: Send {
    /// Changes a block before it is written.
    fn writes(&mut self, _block: &mut Block) {}
    /// Changes what is there when the ledger starts.
    fn starts(&mut self, _blocks: &mut Vec<Vec<u8>>) {}
}

/// The store of a ledger, broken so.
pub fn store(broken: impl BrokenStore + 'static) -> Store {
    let shared = Arc::new(Mutex::new(Shared {
        journal: MemoryJournal::default(),
        blocks: Vec::new(),
        broken: Box::new(broken),
    }));
    let tables = TablesDouble { tables: MemoryTables::default(), shared: Arc::clone(&shared) };
    Store { tables: Box::new(tables), journal: Box::new(JournalDouble { shared }), set_aside: None }
}

struct Shared {
    journal: MemoryJournal,
    blocks: Vec<Vec<u8>>,
    broken: Box<dyn BrokenStore>,
}

impl Shared {
    fn start(&mut self) {
        let mut blocks = std::mem::take(&mut self.blocks);
        self.broken.starts(&mut blocks);
        self.journal = MemoryJournal::default();
        for block in &blocks {
            self.journal.append(block).unwrap();
        }
        self.blocks = blocks;
    }
}

struct JournalDouble {
    shared: Arc<Mutex<Shared>>,
}

impl JournalDouble {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }
}

impl Journal for JournalDouble {
    fn start(&self) -> Head {
        self.lock().journal.start()
    }

    fn head(&self) -> Head {
        self.lock().journal.head()
    }

    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        let mut shared = self.lock();
        let mut changed = Block::decode(block).unwrap();
        shared.broken.writes(&mut changed);
        let changed = changed.encode();
        let head = shared.journal.append(&changed);
        shared.blocks.push(changed);
        head
    }

    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.lock().journal.read(from, visit)
    }
}

struct TablesDouble {
    tables: MemoryTables,
    shared: Arc<Mutex<Shared>>,
}

impl Tables for TablesDouble {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.tables.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        // The senders are what a ledger that starts reads first.
        if table == Table::Senders {
            self.shared.lock().unwrap().start();
        }
        self.tables.scan(table, from, to, visit)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.tables.commit(batch)
    }
}

/// Says that a block is durable before it is: the last one is gone when the process is killed.
pub struct AcknowledgesEarly;

impl BrokenStore for AcknowledgesEarly {
    fn starts(&mut self, blocks: &mut Vec<Vec<u8>>) {
        blocks.pop();
    }
}

/// Forgets what came of the last messages of a kind when it is started again.
pub struct ForgetsLast(pub fn(&LedgerEvent<ObjectKey>) -> bool);

impl BrokenStore for ForgetsLast {
    fn starts(&mut self, blocks: &mut Vec<Vec<u8>>) {
        for bytes in blocks.iter_mut().rev() {
            let mut block = Block::decode(bytes).unwrap();
            let is_meant = |outcome: &KeyedOutcome| outcome.iter().flatten().any(self.0);
            if let Some(entry) = block.entries.iter_mut().rev().find(|e| is_meant(&e.outcome)) {
                entry.outcome = Ok(Vec::new());
                *bytes = block.encode();
                return;
            }
        }
    }
}

/// Writes what came of each message but the last of a block.
pub struct WritesOneLess;

impl BrokenStore for WritesOneLess {
    fn writes(&mut self, block: &mut Block) {
        if block.entries.len() > 1 {
            block.entries.pop();
        }
    }
}
