//! A store in memory that outlives the service on top of it.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use linetwin_engine::store::{
    Batch, Head, Journal, MemoryJournal, MemoryTables, Store, StoreError, Table, Tables,
};

/// Tables and journal that outlive the service.
#[derive(Clone, Default)]
pub struct Disk {
    tables: Arc<Mutex<MemoryTables>>,
    journal: Arc<Mutex<MemoryJournal>>,
}

impl Disk {
    pub fn store(&self) -> Store {
        Store { tables: Box::new(self.clone()), journal: Box::new(self.clone()), set_aside: None }
    }
}

impl Tables for Disk {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.tables.lock().unwrap().get(table, key)
    }
    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.tables.lock().unwrap().scan(table, from, to, visit)
    }
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.tables.lock().unwrap().commit(batch)
    }
}

impl Journal for Disk {
    fn start(&self) -> Head {
        self.journal.lock().unwrap().start()
    }
    fn head(&self) -> Head {
        self.journal.lock().unwrap().head()
    }
    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        self.journal.lock().unwrap().append(block)
    }
    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.journal.lock().unwrap().read(from, visit)
    }
}
