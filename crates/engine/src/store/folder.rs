//! A ledger's folder: journal, head, tables, and a lock that keeps a second process out. Tables that
//! are damaged are set aside, never deleted, for the journal has all that they held.

use std::io;
use std::ops::ControlFlow;
use std::path::Path;

use super::{
    DiskJournal, Finding, PipelinedJournal, RealDisk, SqliteTables, Store, StoreError,
    verify_journal,
};

const TABLES: &str = "tables.sqlite";

/// Opens a ledger's folder, or makes one. Missing tables are begun anew; damaged ones are renamed first
/// ([`Store::set_aside`]).
///
/// # Errors
/// Another process has it; a file is not ours; the journal is not as it was written.
pub fn open_folder(folder: &Path) -> Result<Store, StoreError> {
    let disk = RealDisk::open(folder).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => StoreError::Locked(folder.display().to_string()),
        _ => StoreError::io(folder.display().to_string(), &error),
    })?;
    let journal = Box::new(PipelinedJournal::new(DiskJournal::open(disk)?));
    let path = folder.join(TABLES);
    let (tables, set_aside) = match SqliteTables::open(&path) {
        Ok(tables) => (tables, None),
        Err(StoreError::Tables(_)) => {
            let aside = SqliteTables::set_aside(&path)?;
            (SqliteTables::open(&path)?, Some(aside))
        }
        Err(other) => return Err(other),
    };
    Ok(Store { tables: Box::new(tables), journal, set_aside })
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
