//! Files that earlier versions have stored (`tests/stored/`, the version in the name) are opened for ever, and
//! say what they said then; a file of a version that nobody here knows is refused with its version.
//!
//! They are of 96 packs of `scenarios/imported-codes.ron`, with every twentieth read missing: own numbers for
//! containers, an issuer's for packs. A new version adds files of its own and leaves these as they are.

use std::fs;
use std::path::{Path, PathBuf};

use linetwin::harness::traces_at;
use linetwin::trace::{Digest, Fact, TraceRecord};
use serde_json::{Value, json};

use crate::common::program::linetwin;
use crate::common::project;

const LEDGER: &str = "tests/stored/ledger-2-tables-3";
const TRACE: &str = "tests/stored/trace-1.ltz";
const AUDIT_HASH: &str = "e30fdd210493b875f8b1c81f83e889fb1f7044525b5ad595b2b7399e195b873e";
const DIGEST: &str = "e7bd1bb61dd3f02ec1e485fe9c62a9ff";

/// A copy of the stored ledger: opening it locks the folder, and may make its tables again.
fn ledger() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("ledger");
    fs::create_dir(&copy).unwrap();
    for file in fs::read_dir(project(LEDGER)).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), copy.join(file.file_name())).unwrap();
    }
    (folder, copy)
}

/// Exit code and what was said.
fn said(arguments: &[&str]) -> (i32, String) {
    let output = linetwin(arguments);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn audit(command: &str, ledger: &Path) -> (i32, String) {
    said(&["audit", command, ledger.to_str().unwrap()])
}

#[test]
fn a_stored_ledger_is_whole_and_shows_what_became_of_every_number() {
    let (_folder, ledger) = ledger();
    let (exit, verified) = audit("verify", &ledger);
    assert_eq!(exit, 0, "{verified}");
    assert!(verified.contains(AUDIT_HASH), "{verified}");
    assert!(verified.starts_with("3 blocks, 116 commands (0 refused), 25450 bytes"), "{verified}");

    let (exit, shown) = audit("show", &ledger);
    assert_eq!((exit, shown.lines().count()), (0, 116), "{shown}");
    let imported = "site#2 site: 320 numbers imported into space 1: 5DyjP4LetGCvP to MfoXq9KB4Z6nz";
    assert!(shown.contains(imported), "{shown}");

    let (exit, orders) = audit("orders", &ledger);
    assert_eq!(exit, 0, "{orders}");
    let orders: Value = serde_json::from_str(&orders).unwrap();
    let expected = json!([{
        "order": 1, "state": "closed", "gtin": "04601234567893", "lot": "RU2026A03", "quantity": 96,
        "released_by": ["Head of production", "Qualified person"], "recalled": false,
        "serials": {
            "allocated": 105, "returned": 4, "open": 0, "void": 0, "scrapped": 5, "label_samples": 0,
            "packed": 96, "loose": 0, "sampled": 0, "decommissioned": 0, "destroyed": 0, "released": 0,
        },
        "balance": 0,
    }]);
    assert_eq!(orders, expected);
}

#[test]
fn a_stored_trace_has_the_digest_of_its_run() {
    let mut traces = traces_at(&project(TRACE)).unwrap();
    let (_, trace) = traces.pop().expect("a trace");
    let header = trace.header();
    assert_eq!(header.scenario, "Carton line, 250/min, codes of an outside issuer");
    assert_eq!((header.seed, header.start.to_string().as_str()), (7, "2026-11-02T06:00:00Z"));
    let records: Vec<TraceRecord> = trace.map(|record| record.unwrap()).collect();
    let placed = records.iter().filter(|it| matches!(it.fact, Fact::UnitPlaced { .. })).count();
    assert_eq!(placed, 96, "every pack is in a case");
    let mut digest = Digest::default();
    digest.absorb(&records);
    assert_eq!(digest.finish().to_string(), DIGEST);
    let (exit, told) = said(&["diff", TRACE, TRACE]);
    assert_eq!(exit, 0, "{told}");
}

#[test]
fn a_ledger_of_an_unknown_version_is_refused_with_its_version() {
    // The version of the journal lies in bytes 12 to 15, that of an SQLite file in 60 to 63.
    for (file, at, bytes, words) in [
        ("journal.ltj", 12, 9_u32.to_le_bytes(), "has format 9, this program reads format 2"),
        ("tables.sqlite", 60, 9_u32.to_be_bytes(), "has format 9, this program reads format 3"),
    ] {
        let (_folder, ledger) = ledger();
        let path = ledger.join(file);
        let mut content = fs::read(&path).unwrap();
        content[at..at + 4].copy_from_slice(&bytes);
        fs::write(&path, content).unwrap();
        let (exit, told) = audit("orders", &ledger);
        assert_ne!(exit, 0, "{file}: {told}");
        assert!(told.contains(file) && told.contains(words), "{file}: {told}");
    }
}
