//! Why a store cannot be used.

use super::Table;

/// Why a store cannot be used. All but [`Self::Locked`] need a person's attention.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The operating system could not do something.
    #[error("{what}: {reason}")]
    Io {
        /// What was to be done.
        what: String,
        /// The system's message.
        reason: String,
    },
    /// No space is left.
    #[error(
        "the disk is full; nothing more is accepted until there is space and the ledger was opened again"
    )]
    Full,
    /// Another process has it open.
    #[error("{0} is in use by another process")]
    Locked(String),
    /// A file of another program.
    #[error("{0} is no file of a linetwin ledger")]
    Foreign(String),
    /// A file of another version.
    #[error("{file} has format {found}, this program reads format {expected}")]
    Format {
        /// The file.
        file: String,
        /// Its format.
        found: u32,
        /// Ours.
        expected: u32,
    },
    /// Something acknowledged is not there any more, or was altered.
    #[error("block {block} of the journal is broken: {reason}")]
    Broken {
        /// Number of the first block that is wrong, from 0.
        block: u64,
        /// What is wrong with it.
        reason: String,
    },
    /// The file that attests the journal's length is damaged.
    #[error("the journal's head cannot be trusted: {0}")]
    Head(String),
    /// The tables as a whole are not what was written.
    #[error("the tables cannot be trusted: {0}")]
    Tables(String),
    /// A row is not what was written.
    #[error("row {key} of table {table} is damaged", table = .table.name())]
    Malformed {
        /// Its table.
        table: Table,
        /// Its key.
        key: u64,
    },
    /// It failed before; that error has the cause.
    #[error("the store has failed before and must be opened again")]
    Unusable,
    /// Journal, tables and settings do not belong together.
    #[error("{0}")]
    Mismatch(String),
}

impl StoreError {
    pub(super) fn io(what: impl Into<String>, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io { what: what.into(), reason: error.to_string() },
        }
    }
}
