//! The house rules that a machine can check: who may import whom, formatting, no clock and no
//! unordered map where a run must be repeatable, files of a size that can be read.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use linetwin::trace::FaultKind;

/// Who may import whom, as in ARCHITECTURE.md.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("base", &[]),
    ("gs1", &["base"]),
    ("symbol", &["base", "gs1"]),
    ("trace", &["base", "gs1"]),
    ("faults", &["base", "symbol"]),
    ("engine", &["base", "gs1"]),
    ("twin", &["base", "gs1", "symbol", "engine", "faults", "trace"]),
    ("calibration", &["base", "twin"]),
    ("integrity", &["base", "gs1", "trace"]),
    ("report", &["base", "gs1", "trace", "integrity"]),
    (
        "harness",
        &[
            "base",
            "gs1",
            "symbol",
            "engine",
            "trace",
            "faults",
            "twin",
            "calibration",
            "integrity",
            "report",
        ],
    ),
    (
        "cli",
        &[
            "base",
            "gs1",
            "symbol",
            "engine",
            "trace",
            "faults",
            "twin",
            "calibration",
            "integrity",
            "report",
            "harness",
        ],
    ),
];

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

/// Module -> its files' paths and texts.
fn modules() -> BTreeMap<String, Vec<(PathBuf, String)>> {
    let mut modules = BTreeMap::new();
    for entry in fs::read_dir(common::project("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let files = sources(&path);
            let files = files.into_iter().map(|path| {
                let text = fs::read_to_string(&path).unwrap();
                (path, text)
            });
            modules.insert(name, files.collect());
        }
    }
    modules
}

/// Modules of ours that a text names as `crate::name`.
fn named_modules(text: &str) -> Vec<String> {
    let behind = text.match_indices("crate::").map(|(at, found)| &text[at + found.len()..]);
    let names = behind.map(|rest| {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        rest[..end].to_owned()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn modules_import_only_what_the_table_allows() {
    let modules = modules();
    let listed: Vec<&str> = MAY_IMPORT.iter().map(|(name, _)| *name).collect();
    for (module, files) in &modules {
        let allowed = MAY_IMPORT.iter().find(|(name, _)| name == module);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{module} is not in the table"));
        for (path, text) in files {
            assert!(!text.contains("use crate::{"), "{}: name the module", path.display());
            for named in named_modules(text) {
                let fine = named == *module || allowed.contains(&named.as_str());
                assert!(fine, "{}: {module} may not import {named}", path.display());
                assert!(listed.contains(&named.as_str()), "{}: {named}", path.display());
            }
        }
    }
    assert_eq!(modules.len(), MAY_IMPORT.len());
}

#[test]
fn architecture_shows_the_same_table() {
    let page = fs::read_to_string(common::project("ARCHITECTURE.md")).unwrap();
    for (module, allowed) in MAY_IMPORT {
        let allowed = match *allowed {
            [] => "nothing".to_owned(),
            _ if *module == "harness" => "all but cli".to_owned(),
            _ if *module == "cli" => "everything".to_owned(),
            allowed => allowed.join(", "),
        };
        let row = format!("| {module} | {allowed} |");
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
    let store = Path::new("src/engine/store");
    let files_of_store =
        ["disk.rs", "sqlite.rs"].map(|file| common::project("").join(store).join(file));
    for (module, files) in modules() {
        if ["harness", "cli"].contains(&module.as_str()) {
            continue;
        }
        for (path, text) in files {
            if files_of_store.contains(&path) {
                continue;
            }
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for (number, line) in code.enumerate() {
                for word in banned {
                    let found = line.contains(word);
                    assert!(!found, "{}, about line {number}: {word}", path.display());
                }
            }
        }
    }
}

#[test]
fn files_can_be_read_in_one_sitting_and_say_what_they_are_for() {
    for path in sources(&common::project("src")) {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(lines <= 500, "{} has {lines} lines: look for the second idea", path.display());
        assert!(text.starts_with("//!"), "{} does not say what it is for", path.display());
    }
}

#[test]
fn the_source_is_formatted() {
    let cargo = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(common::project(""))
            .output()
            .expect("cargo starts")
    };
    if !cargo(&["fmt", "--version"]).status.success() {
        println!("skipped: rustfmt is not installed (rustup component add rustfmt)");
        return;
    }
    let output = cargo(&["fmt", "--check"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn the_default_build_has_no_renderer_and_no_window() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--edges", "normal", "--prefix", "none", "--locked"])
        .current_dir(common::project(""))
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
    let read = |name: &str| fs::read_to_string(common::project(name)).unwrap();
    let (table, keys) = (read("docs/faults.md"), read("docs/files.md"));
    for kind in FaultKind::ALL {
        let name = format!("`{kind}`");
        for (book, text) in [("faults.md", &table), ("files.md", &keys)] {
            let stands = text.lines().any(|line| line.starts_with('|') && line.contains(&name));
            assert!(stands, "docs/{book} has no row for {name}");
        }
    }
    // What is said to hold it exists.
    for row in table.lines().filter(|line| line.starts_with("| `")) {
        let holders = row.split('|').nth(3).unwrap_or_default();
        let names: Vec<&str> = holders.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "nothing holds {row}");
        for name in names {
            let there = [format!("tests/{name}.rs"), format!("scenarios/{name}.ron")];
            assert!(there.iter().any(|path| common::project(path).exists()), "{name}?");
        }
    }
}
