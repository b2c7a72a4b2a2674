//! A ledger's folder: journal, head, tables, and a lock that keeps a second process out.

use std::fs::{self, File, TryLockError};
use std::ops::ControlFlow;
use std::path::Path;

use super::{
    DiskJournal, Finding, Journal, RealDisk, SqliteTables, Store, StoreError, Tables,
    verify_journal,
};

const LOCK: &str = "lock";
const TABLES: &str = "tables.sqlite";

/// An opened folder.
#[derive(Debug)]
pub struct Opened {
    /// Journal and tables.
    pub store: Store,
    /// Keep it: the folder is ours as long as it lives.
    pub lock: File,
}

/// Opens a ledger's folder, or makes one.
///
/// # Errors
/// Another process has it; a file is not ours, or not as it was written.
pub fn open_folder(folder: &Path) -> Result<Opened, StoreError> {
    let io = |error: std::io::Error| StoreError::io(folder.display().to_string(), &error);
    fs::create_dir_all(folder).map_err(io)?;
    let lock = File::create(folder.join(LOCK)).map_err(io)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => StoreError::Locked(folder.display().to_string()),
        TryLockError::Error(error) => io(error),
    })?;
    let disk = RealDisk::open(folder).map_err(io)?;
    let journal: Box<dyn Journal> = Box::new(DiskJournal::open(disk)?);
    let tables: Box<dyn Tables> = Box::new(SqliteTables::open(&folder.join(TABLES))?);
    Ok(Opened { store: Store { tables, journal }, lock })
}

/// Checks every byte of a folder's journal without changing anything; `visit` gets each block.
///
/// # Errors
/// There is none, it is not ours, or something acknowledged is not as it was written.
pub fn verify_folder(
    folder: &Path,
    visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> Result<Finding, StoreError> {
    let io = |error: std::io::Error| StoreError::io(folder.display().to_string(), &error);
    let disk = RealDisk::open_to_read(folder).map_err(io)?;
    verify_journal(&disk, visit)
}
