//! Tables in an SQLite file, which any tool for such files can open. One STRICT table a kind of row;
//! a row is its number, its bytes, and a check of both. Never repairs: what is damaged is made again from
//! the journal.
//!
//! Write-ahead log with `synchronous=NORMAL`: a commit is whole or absent after a crash, and those
//! that are there are the first ones. The last ones may be gone after a power cut, which does no harm,
//! for they are in the journal. It is never ahead of the journal, for the journal was synced before.
//!
//! SQLite sees a torn write but not every damaged page: it drops the log from the first bad frame on,
//! and where later frames are in the file already, older rows stand among newer ones, each whole in
//! itself. So every commit also writes the sum of all rows' checks, and opening reads every row once
//! and compares: no row is altered, missing, or older than the others.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, OptionalExtension, params};

use super::{Batch, StoreError, Table, Tables};

/// "LTwn": tells our files from other SQLite files.
const APPLICATION: i32 = 0x4c54_776e;
const FORMAT: i32 = 3;

/// Tables in an SQLite file.
#[derive(Debug)]
pub struct SqliteTables {
    connection: Mutex<Connection>,
    /// Sum of all rows' checks, as it stands in the file.
    sum: i64,
    usable: bool,
}

impl SqliteTables {
    /// Opens a file, or makes one, and reads every row.
    ///
    /// # Errors
    /// It is damaged ([`StoreError::Tables`]), another program's, of another version, or in use.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path).map_err(wrong)?;
        let number = |name: &str| -> Result<i32, StoreError> {
            connection.pragma_query_value(None, name, |row| row.get(0)).map_err(wrong)
        };
        let (application, format) = (number("application_id")?, number("user_version")?);
        let objects: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(wrong)?;
        let file = || path.display().to_string();
        if objects == 0 {
            connection.pragma_update(None, "page_size", 4096).map_err(wrong)?;
        } else if application != APPLICATION {
            return Err(StoreError::Foreign(file()));
        } else if format != FORMAT {
            let (found, expected) = (format as u32, FORMAT as u32);
            return Err(StoreError::Format { file: file(), found, expected });
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(wrong)?;
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(wrong)?;
        connection.pragma_update(None, "cache_size", -16_384).map_err(wrong)?;
        if objects == 0 {
            let columns =
                "(key INTEGER PRIMARY KEY, row BLOB NOT NULL, checked INTEGER NOT NULL) STRICT";
            let tables =
                Table::ALL.map(|table| format!("CREATE TABLE {} {columns};", table.name()));
            let sum =
                "CREATE TABLE sum (checked INTEGER NOT NULL) STRICT; INSERT INTO sum VALUES (0);";
            connection
                .execute_batch(&format!(
                    "BEGIN; {} {sum} PRAGMA application_id={APPLICATION}; PRAGMA user_version={FORMAT}; COMMIT;",
                    tables.concat()
                ))
                .map_err(wrong)?;
        }
        let sum =
            connection.query_row("SELECT checked FROM sum", [], |row| row.get(0)).map_err(wrong)?;
        let tables = Self { connection: Mutex::new(connection), sum, usable: true };
        tables.check_all()?;
        Ok(tables)
    }

    /// Renames a file and its log to a name that is free, `tables-damaged-1.sqlite` and so on.
    ///
    /// # Errors
    /// It cannot be renamed.
    pub fn set_aside(path: &Path) -> Result<PathBuf, StoreError> {
        let named = |number: u32| path.with_file_name(format!("tables-damaged-{number}.sqlite"));
        let aside = (1..).map(named).find(|path| !path.exists()).expect("a number is free");
        let log = |path: &Path| path.with_extension("sqlite-wal");
        // The log first: left alone it would be taken for that of the next file.
        let renamed = match std::fs::rename(log(path), log(&aside)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => std::fs::rename(path, &aside),
        };
        renamed.map_err(|error| StoreError::io("setting damaged tables aside", &error))?;
        Ok(aside)
    }

    /// Reads every row and compares the sum of their checks.
    fn check_all(&self) -> Result<(), StoreError> {
        let mut sum = 0i64;
        for table in Table::ALL {
            self.scan(table, 0, u64::MAX, &mut |key, row| {
                sum = sum.wrapping_add(check(table, key, row));
                ControlFlow::Continue(())
            })
            .map_err(|error| match error {
                StoreError::Malformed { .. } => StoreError::Tables(error.to_string()),
                other => other,
            })?;
        }
        if sum == self.sum {
            return Ok(());
        }
        Err(StoreError::Tables("rows are missing, or of different moments".to_owned()))
    }

    fn connection(&self) -> Result<std::sync::MutexGuard<'_, Connection>, StoreError> {
        if !self.usable {
            return Err(StoreError::Unusable);
        }
        Ok(self.connection.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn try_commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction().map_err(wrong)?;
        let mut sum = self.sum;
        for ((table, key), row) in &batch.rows {
            let (name, number) = (table.name(), *key as i64);
            let sql = format!("SELECT checked FROM {name} WHERE key = ?1");
            let mut statement = transaction.prepare_cached(&sql).map_err(wrong)?;
            let before = statement.query_row([number], |row| row.get::<_, i64>(0)).optional();
            sum = sum.wrapping_sub(before.map_err(wrong)?.unwrap_or(0));
            match row {
                Some(row) => {
                    let sql = format!("INSERT OR REPLACE INTO {name} VALUES (?1, ?2, ?3)");
                    let mut statement = transaction.prepare_cached(&sql).map_err(wrong)?;
                    let checked = check(*table, *key, row);
                    sum = sum.wrapping_add(checked);
                    statement.execute(params![number, row, checked]).map_err(wrong)?;
                }
                None => {
                    let sql = format!("DELETE FROM {name} WHERE key = ?1");
                    let mut statement = transaction.prepare_cached(&sql).map_err(wrong)?;
                    statement.execute([number]).map_err(wrong)?;
                }
            }
        }
        transaction.execute("UPDATE sum SET checked = ?1", [sum]).map_err(wrong)?;
        transaction.commit().map_err(wrong)?;
        self.sum = sum;
        Ok(())
    }
}

impl Tables for SqliteTables {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        let connection = self.connection()?;
        let sql = format!("SELECT row, checked FROM {} WHERE key = ?1", table.name());
        let mut statement = connection.prepare_cached(&sql).map_err(wrong)?;
        let row = statement
            .query_row(params![key as i64], |row| {
                Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?))
            })
            .optional()
            .map_err(wrong)?;
        let Some((row, checked)) = row else { return Ok(None) };
        if check(table, key, &row) != checked {
            return Err(StoreError::Malformed { table, key });
        }
        Ok(Some(row))
    }

    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let connection = self.connection()?;
        let sql = format!(
            "SELECT key, row, checked FROM {} WHERE key BETWEEN ?1 AND ?2 ORDER BY key",
            table.name()
        );
        let mut statement = connection.prepare_cached(&sql).map_err(wrong)?;
        let to = i64::try_from(to).unwrap_or(i64::MAX);
        let mut rows = statement.query(params![from as i64, to]).map_err(wrong)?;
        while let Some(row) = rows.next().map_err(wrong)? {
            let key = row.get::<_, i64>(0).map_err(wrong)? as u64;
            let bytes = row.get_ref(1).and_then(|bytes| Ok(bytes.as_blob()?)).map_err(wrong)?;
            if check(table, key, bytes) != row.get::<_, i64>(2).map_err(wrong)? {
                return Err(StoreError::Malformed { table, key });
            }
            if visit(key, bytes).is_break() {
                break;
            }
        }
        Ok(())
    }

    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        if !self.usable {
            return Err(StoreError::Unusable);
        }
        self.try_commit(batch).inspect_err(|_| self.usable = false)
    }
}

/// Start of the BLAKE3 hash of a row and its place.
fn check(table: Table, key: u64, row: &[u8]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(table.name().as_bytes());
    hasher.update(&key.to_le_bytes());
    hasher.update(row);
    let hash = hasher.finalize();
    i64::from_le_bytes(hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes"))
}

fn wrong(error: rusqlite::Error) -> StoreError {
    use rusqlite::ErrorCode::{
        DatabaseBusy, DatabaseCorrupt, DatabaseLocked, DiskFull, NotADatabase, Unknown,
    };
    match error.sqlite_error_code() {
        Some(DiskFull) => StoreError::Full,
        Some(DatabaseBusy | DatabaseLocked) => StoreError::Locked("tables.sqlite".to_owned()),
        // Without a code: a value of another type than was written. Unknown: a table is not there.
        None | Some(NotADatabase | DatabaseCorrupt | Unknown) => {
            StoreError::Tables(error.to_string())
        }
        Some(_) => StoreError::Io { what: "tables.sqlite".to_owned(), reason: error.to_string() },
    }
}
