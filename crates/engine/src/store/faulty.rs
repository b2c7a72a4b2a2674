//! Tables that fail on purpose, around tables that work: they cannot be read, cannot be written, find no
//! space, or report a commit that was not made. They never alter a row by themselves.

use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Batch, StoreError, Table, Tables};

/// How tables fail.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum TableFault {
    /// A row cannot be read.
    Read,
    /// A commit cannot be written.
    Write,
    /// A commit finds no space.
    Full,
    /// A commit is reported as made, and was not.
    Lost,
}

impl TableFault {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Full, Self::Lost];
}

/// When the next fault happens. Clones share one plan, so that it can be made while others hold the tables.
#[derive(Clone, Debug, Default)]
pub struct FaultPlan(Arc<Mutex<Option<(TableFault, u64)>>>);

impl FaultPlan {
    /// After so many more reads, or commits for faults of commits, one fails so.
    pub fn fail(&self, fault: TableFault, after: u64) {
        *self.due() = Some((fault, after));
    }

    /// Whether a fault was planned and has not happened.
    pub fn is_waiting(&self) -> bool {
        self.due().is_some()
    }

    fn due(&self) -> MutexGuard<'_, Option<(TableFault, u64)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a read or a commit; gives the fault if it is this one's.
    fn count(&self, reads: bool) -> Option<TableFault> {
        let mut due = self.due();
        let (fault, after) =
            due.as_mut().filter(|(fault, _)| (*fault == TableFault::Read) == reads)?;
        let fault = *fault;
        match after.checked_sub(1) {
            Some(left) => {
                *after = left;
                None
            }
            None => {
                *due = None;
                Some(fault)
            }
        }
    }
}

/// Tables that fail by a plan.
pub struct FaultyTables {
    inner: Box<dyn Tables>,
    plan: FaultPlan,
}

impl FaultyTables {
    /// These tables, failing after a plan.
    pub const fn new(inner: Box<dyn Tables>, plan: FaultPlan) -> Self {
        Self { inner, plan }
    }

    fn count_read(&self) -> Result<(), StoreError> {
        self.plan.count(true).map_or(Ok(()), |_| Err(failure("reading the tables")))
    }
}

impl Tables for FaultyTables {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.count_read()?;
        self.inner.get(table, key)
    }

    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.count_read()?;
        self.inner.scan(table, from, to, visit)
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        match self.plan.count(false) {
            None => self.inner.commit(batch),
            Some(TableFault::Lost) => Ok(()),
            Some(TableFault::Full) => Err(StoreError::Full),
            Some(TableFault::Write | TableFault::Read) => Err(failure("writing the tables")),
        }
    }
}

fn failure(what: &str) -> StoreError {
    StoreError::io(what, &std::io::Error::other("simulated failure"))
}

impl std::fmt::Debug for FaultyTables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FaultyTables").field("plan", &self.plan).finish_non_exhaustive()
    }
}
