//! The house rules that a machine can check: who may import whom, formatting, no clock and no
//! unordered map where a run must be repeatable, files of a size that can be read.

use std::fs;
use std::path::{Path, PathBuf};

use linetwin::faults::FaultKind;

use crate::common::project;

/// Which crates of ours each crate stands on, as in ARCHITECTURE.md. The compiler holds it; this test
/// holds that nobody widens it by a line in a Cargo.toml.
const STANDS_ON: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("gs1", &[]),
    ("symbol", &[]),
    ("epcis", &["gs1"]),
    ("faults", &["base", "symbol"]),
    ("line", &["base", "faults", "symbol"]),
    ("trace", &["base", "faults", "gs1"]),
    ("engine", &["base", "epcis", "gs1"]),
    ("twin", &["base", "engine", "faults", "gs1", "line", "symbol", "trace"]),
    ("integrity", &["base", "faults", "gs1", "trace"]),
];

/// What each folder of the program may import: of its neighbours, and of the crates.
const MAY_IMPORT: &[(&str, &[&str], &[&str])] = &[
    ("calibration", &[], &["base", "line"]),
    ("measure", &[], &["base", "faults", "line", "trace"]),
    ("report", &["measure"], &["base", "faults", "gs1", "integrity", "trace"]),
    ("harness", &["calibration", "measure", "report"], ALL),
    ("cli", &["calibration", "harness", "report"], ALL),
];

const ALL: &[&str] =
    &["base", "engine", "epcis", "faults", "gs1", "integrity", "line", "symbol", "trace", "twin"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The folders of `crates/`.
fn crates() -> Vec<String> {
    let entries = fs::read_dir(project("crates")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// Every source file of the project, and the crate or folder of `src` that it belongs to.
fn rooms() -> Vec<(String, PathBuf, String)> {
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let mut rooms = Vec::new();
    for name in crates() {
        for path in sources(&project(&format!("crates/{name}/src"))) {
            rooms.push((name.clone(), path.clone(), read(&path)));
        }
    }
    let root = project("src");
    for path in sources(&root) {
        let below = path.strip_prefix(&root).unwrap();
        let room = below.iter().next().unwrap().to_str().unwrap().to_owned();
        rooms.push((room, path.clone(), read(&path)));
    }
    rooms
}

/// What a text names behind a prefix: `crate::name`, `linetwin_name`.
fn named_behind(text: &str, prefix: &str) -> Vec<String> {
    let behind = text.match_indices(prefix).map(|(at, found)| &text[at + found.len()..]);
    let names = behind.map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn crates_stand_on_what_the_table_allows() {
    let listed: Vec<&str> = STANDS_ON.iter().map(|(name, _)| *name).collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    assert_eq!(crates(), sorted, "crates/ and the table");
    for (name, allowed) in STANDS_ON {
        let manifest = fs::read_to_string(project(&format!("crates/{name}/Cargo.toml"))).unwrap();
        let manifest = manifest.split("[dev-dependencies]").next().unwrap();
        let mut own = named_behind(manifest, "\nlinetwin-");
        own.sort();
        assert_eq!(own, *allowed, "crates/{name}/Cargo.toml");
    }
}

#[test]
fn folders_of_the_program_import_what_the_table_allows() {
    let root = project("src");
    for (room, path, text) in rooms().iter().filter(|(_, path, _)| path.starts_with(&root)) {
        if room.ends_with(".rs") {
            continue;
        }
        let row = MAY_IMPORT.iter().find(|(name, ..)| name == room);
        let (_, folders, crates) = row.unwrap_or_else(|| panic!("{room} is not in the table"));
        assert!(!text.contains("use crate::{"), "{}: name the folder", path.display());
        for named in named_behind(text, "crate::") {
            let fine = named == *room || folders.contains(&named.as_str());
            assert!(fine, "{}: {room} may not import {named}", path.display());
        }
        for named in named_behind(text, "linetwin_") {
            let fine = crates.contains(&named.as_str());
            assert!(fine, "{}: {room} may not import {named}", path.display());
        }
    }
}

#[test]
fn architecture_shows_the_same_tables() {
    let page = fs::read_to_string(project("ARCHITECTURE.md")).unwrap();
    let shown = |allowed: &[&str]| match allowed {
        [] => "nothing".to_owned(),
        ALL => "every crate".to_owned(),
        allowed => allowed.join(", "),
    };
    for (name, allowed) in STANDS_ON {
        let row = format!("| `{name}` | {} |", shown(allowed));
        assert!(page.contains(&row), "ARCHITECTURE.md has no row {row:?}");
    }
    for (name, folders, crates) in MAY_IMPORT {
        let row = format!("| `{name}` | {} | {} |", shown(folders), shown(crates));
        assert!(page.contains(&row), "ARCHITECTURE.md has no row {row:?}");
    }
}

#[test]
fn what_must_be_repeatable_reads_no_clock_and_walks_no_unordered_map() {
    // clippy holds this too (clippy.toml); here it holds without clippy and for the whole word.
    let banned = [
        "Instant",
        "SystemTime",
        "HashMap",
        "HashSet",
        "thread_rng",
        "rand::rng",
        "getrandom",
        "Timestamp::now",
        "Zoned::now",
        "std::env",
        "std::fs",
    ];
    // The ledger's files are opened here and nowhere else in the engine.
    let files_of_store =
        ["disk.rs", "sqlite.rs"].map(|file| project("crates/engine/src/store").join(file));
    for (room, path, text) in rooms() {
        if ["harness", "cli"].contains(&room.as_str()) || files_of_store.contains(&path) {
            continue;
        }
        let code = text.lines().enumerate();
        for (number, line) in code.filter(|(_, line)| !line.trim_start().starts_with("//")) {
            for word in banned {
                assert!(!line.contains(word), "{}:{}: {word}", path.display(), number + 1);
            }
        }
    }
}

#[test]
fn files_can_be_read_in_one_sitting_and_say_what_they_are_for() {
    for (_, path, text) in rooms() {
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines: look for the second idea", path.display());
        assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
    }
}

#[test]
#[ignore = "needs rustfmt: run by .ci/run"]
fn the_source_is_formatted() {
    let cargo = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(project(""))
            .output()
            .expect("cargo starts")
    };
    let output = cargo(&["fmt", "--all", "--check"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_default_build_has_no_renderer_and_no_window() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--locked"])
        .current_dir(project(""))
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("bevy_ecs"));
    for absent in ["wgpu", "winit", "bevy_render", "bevy_window", "alsa", "libudev"] {
        let found = tree.lines().any(|line| line.starts_with(absent));
        assert!(!found, "the default build depends on {absent}");
    }
}

#[test]
fn every_kind_of_fault_stands_in_the_books() {
    let read = |name: &str| fs::read_to_string(project(name)).unwrap();
    let (table, keys) = (read("docs/faults.md"), read("docs/files.md"));
    for kind in FaultKind::ALL {
        let name = format!("`{kind}`");
        let row = |text: &str, more: &str| {
            let mut rows = text.lines().filter(|line| line.starts_with('|'));
            rows.any(|row| row.contains(&name) && row.contains(more))
        };
        let answer = format!("| {} |", kind.right_answer_text());
        assert!(row(&table, &answer), "docs/faults.md has no row for {name} with {answer}");
        for field in kind.fields() {
            let field = format!("`{field}`");
            assert!(row(&keys, &field), "docs/files.md has no row for {name} with {field}");
        }
    }
    // What is said to hold it exists.
    let tests = sources(&project("tests"));
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let holders = row.split('|').nth(3).unwrap_or_default();
        let names: Vec<&str> = holders.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "nothing holds {row}");
        for name in names {
            let scenario = project(&format!("scenarios/{name}.ron")).exists();
            let test = tests.iter().any(|path| path.file_stem().unwrap() == name);
            assert!(scenario || test, "{name}?");
        }
    }
}
