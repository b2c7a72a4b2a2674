//! A ledger's folder: journal, head, tables, and a lock that keeps a second process out.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::{
    DiskJournal, Finding, PipelinedJournal, RealDisk, SqliteTables, Store, StoreError,
    verify_journal,
};

const TABLES: &str = "tables.sqlite";

/// Opens a ledger's folder, or makes one.
///
/// # Errors
/// Another process has it; a file is not ours, or not as it was written.
pub fn open_folder(folder: &Path) -> Result<Store, StoreError> {
    let disk = RealDisk::open(folder).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => StoreError::Locked(folder.display().to_string()),
        _ => StoreError::io(folder.display().to_string(), &error),
    })?;
    let journal = Box::new(PipelinedJournal::new(DiskJournal::open(disk)?));
    let tables = Box::new(SqliteTables::open(&folder.join(TABLES))?);
    Ok(Store { tables, journal })
}

/// Checks every byte of a folder's journal without changing anything; `visit` gets each block.
///
/// # Errors
/// There is none, it is not ours, or something acknowledged is not as it was written.
pub fn verify_folder(
    folder: &Path,
    visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
) -> Result<Finding, StoreError> {
    let disk = RealDisk::open_to_read(folder)
        .map_err(|error| StoreError::io(folder.display().to_string(), &error))?;
    verify_journal(&disk, visit)
}
