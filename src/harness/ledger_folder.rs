//! A ledger's folder on disk: its settings as a file for people, and opening it.

use std::fs;
use std::io;
use std::path::Path;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use linetwin_engine::LedgerSettings;
use linetwin_engine::store::{Store, StoreError, open_folder};

const SETTINGS: &str = "ledger.ron";

/// The settings of a ledger. The key makes serial numbers unguessable: with it all of them can be computed.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Ledger", deny_unknown_fields)]
struct SettingsFile {
    epoch: Timestamp,
    master_key: String,
}

/// Opens a ledger's folder, or makes one with these settings.
///
/// # Errors
/// The folder cannot be opened, or was made with other settings.
pub fn create_ledger_folder(folder: &Path, settings: &LedgerSettings) -> Result<Store, StoreError> {
    let store = open_folder(folder)?;
    let file = SettingsFile {
        epoch: settings.epoch,
        master_key: blake3::Hash::from_bytes(settings.master_key).to_string(),
    };
    let text = ron::ser::to_string_pretty(&file, ron::ser::PrettyConfig::default());
    let text = text.expect("two texts can be written");
    write_for_us_alone(&folder.join(SETTINGS), &text)
        .map_err(|error| unreadable(folder, &error))?;
    Ok(store)
}

/// The file holds a key: no other user may read it, on systems that can forbid that.
fn write_for_us_alone(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, text.as_bytes())
}

/// The settings of a ledger's folder.
///
/// # Errors
/// There are none, or they cannot be read.
pub fn ledger_settings(folder: &Path) -> Result<LedgerSettings, StoreError> {
    let path = folder.join(SETTINGS);
    let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
    let wrong = |reason: String| StoreError::Io { what: path.display().to_string(), reason };
    let file: SettingsFile = ron::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let key = blake3::Hash::from_hex(&file.master_key)
        .map_err(|_| wrong("master_key: expected 64 hexadecimal digits".to_owned()))?;
    Ok(LedgerSettings { master_key: *key.as_bytes(), epoch: file.epoch })
}

fn unreadable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Io { what: path.display().to_string(), reason: error.to_string() }
}
