//! What pages say is there: every file and folder that they name, every command and option, and no word that
//! has been retired.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::common::program::linetwin;
use crate::common::project;

/// README, ARCHITECTURE and what is in `docs/`, with their texts.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(project("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = docs.chain(["README.md", "ARCHITECTURE.md"].map(project));
    let pages = pages.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    let mut pages: Vec<_> = pages
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect();
    pages.sort();
    pages
}

/// What looks like a file or folder of ours.
fn named_paths(page: &str) -> BTreeSet<&str> {
    let roots = ["crates/", "src/", "tests/", "benches/", "docs/", "fuzz/", "scenarios/", "twins/"];
    let part_of_path = |c: char| c.is_ascii_alphanumeric() || "_./-".contains(c);
    let words = page.split(|c: char| !part_of_path(c)).map(|word| word.trim_matches('.'));
    // A link in docs/ begins one folder higher.
    let words = words.map(|word| word.trim_start_matches('/'));
    words.filter(|word| roots.iter().any(|root| word.starts_with(root))).collect()
}

/// The commands of a page, each with the options that stand behind it: `linetwin run X --seed 3`.
fn named_commands(page: &str) -> Vec<(Vec<String>, Vec<String>)> {
    let mut commands = Vec::new();
    // A command ends with its line or its code span; a line that ends in a backslash goes on.
    let page = page.replace("\\\n", " ");
    for piece in page.split(['\n', '`']) {
        let command = ["linetwin ", "cargo run --release -- ", "cargo run -- "]
            .iter()
            .find_map(|start| piece.trim_start_matches(['$', ' ']).strip_prefix(start));
        let Some(command) = command else { continue };
        let command = command.split(['#', '|', ';', '>']).next().unwrap();
        let words: Vec<&str> = command.split_whitespace().collect();
        let plain = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase());
        let names = words.iter().take(2).take_while(plain);
        let names: Vec<String> = names.map(|&word| word.to_owned()).collect();
        let options = words.iter().filter(|word| word.starts_with("--") && word.len() > 2);
        let options = options.map(|word| word.split(['=', ',', '.', ')']).next().unwrap());
        let options = options.map(str::to_owned);
        if !names.is_empty() {
            commands.push((names, options.collect()));
        }
    }
    commands
}

#[test]
fn paths_that_pages_name_exist() {
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let missing = named_paths(&text).into_iter().filter(|path| !project(path).exists());
        wrong.extend(missing.map(|path| format!("{}: {path}", page.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(named_paths("see `src/cli/`, [b](../docs/store.md).").contains("docs/store.md"));
    assert!(named_paths("see `src/cli/`, (tests/no.rs).").contains("tests/no.rs"));
}

/// The source files that a page names by the end of their path: `motion/clock.rs`.
fn named_sources(page: &str) -> BTreeSet<&str> {
    let spans = page.split('`').skip(1).step_by(2).flat_map(str::split_whitespace);
    spans.filter(|word| word.ends_with(".rs")).collect()
}

#[test]
fn source_files_that_pages_name_exist() {
    let mut all = Vec::new();
    let mut folders = ["crates", "src", "tests", "benches", "fuzz"].map(project).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { all.push(path) }
        }
    }
    let exists = |name: &str| all.iter().any(|path| path.ends_with(name.trim_start_matches("../")));
    let mut wrong = Vec::new();
    for (page, text) in pages() {
        let missing = named_sources(&text).into_iter().filter(|name| !exists(name));
        wrong.extend(missing.map(|name| format!("{}: {name}", page.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(named_sources("`a/b.rs` b.rs `c d.rs`"), ["a/b.rs", "d.rs"].into());
    assert!(exists("motion/clock.rs") && !exists("motion/watch.rs"));
}

/// The names in code spans and blocks of a page that could be those of variants: `Reject`, `StopBelt`.
fn named_variants(page: &str) -> BTreeSet<&str> {
    let code = page.split('`').skip(1).step_by(2);
    let words = code.flat_map(|code| code.split(|c: char| !c.is_ascii_alphanumeric()));
    let is_name = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(|c| c.is_ascii_uppercase())
            && letters.next().is_some_and(|c| c.is_ascii_lowercase())
    };
    words.filter(is_name).collect()
}

#[test]
fn the_page_of_the_controller_protocol_has_the_names_of_the_protocol() {
    let page = fs::read_to_string(project("docs/controller.md")).unwrap();
    let protocol = fs::read_to_string(project("crates/engine/src/protocol.rs")).unwrap();
    let on_page = named_variants(&page);
    for name in ["DeviceEvent", "OperatorTask", "StopCause", "DeviceCommand"] {
        let (_, body) = protocol.split_once(&format!("pub enum {name} {{\n")).expect(name);
        let (body, _) = body.split_once("\n}").expect(name);
        let variants = body.lines().filter_map(|line| line.strip_prefix("    "));
        let variants = variants.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase()));
        let variants = variants.map(|line| line.split([' ', ',', '(']).next().unwrap());
        let missing: Vec<&str> = variants.filter(|variant| !on_page.contains(variant)).collect();
        assert!(missing.is_empty(), "docs/controller.md has no {missing:?} of {name}");
    }
    let mut known = BTreeSet::new();
    for folder in ["crates/engine/src", "src/harness/controller", "crates/base/src"] {
        let mut folders = vec![project(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(path).unwrap();
                    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
                    known.extend(words.map(str::to_owned));
                }
            }
        }
    }
    // A name in the example that is the order's own.
    let unknown: Vec<_> = on_page.iter().filter(|name| !known.contains(**name)).collect();
    assert!(
        unknown.is_empty(),
        "docs/controller.md names what the protocol does not have: {unknown:?}"
    );
}

#[test]
fn commands_and_options_that_pages_name_exist() {
    let mut helps: BTreeMap<Vec<String>, Option<String>> = BTreeMap::new();
    let mut help = |names: &[String]| -> Option<String> {
        let known = helps.entry(names.to_vec()).or_insert_with(|| {
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let output = linetwin(&[&names[..], &["--help"]].concat());
            output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
        });
        known.clone()
    };
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (page, text) in pages() {
        for (names, options) in named_commands(&text) {
            // The second word may be a file's name.
            let found = help(&names).or_else(|| help(&names[..1]));
            let page = page.display();
            let Some(found) = found else {
                wrong.push(format!("{page}: linetwin {}", names.join(" ")));
                continue;
            };
            seen += 1;
            let missing = options.iter().filter(|option| !found.contains(option.as_str()));
            wrong.extend(missing.map(|option| format!("{page}: {} {option}", names.join(" "))));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 20, "only {seen} commands were found in the pages");
}

/// Keys and kinds of files that have other names now, where the old one is a word that nothing else has: what
/// one struct calls `scan_s` has another name, what another calls so has not.
fn retired_names() -> Vec<(String, String)> {
    let keys = ["crates/line/src/spec/packing.rs", "crates/line/src/kinds/belt.rs"];
    let keys = keys.map(|path| fs::read_to_string(project(path)).unwrap()).concat();
    let tables = ["src/harness/retired.rs", "crates/faults/src/retired.rs"];
    let text = tables.map(|path| fs::read_to_string(project(path)).unwrap()).concat();
    let rows = text.lines().filter_map(|line| {
        let row = line.trim().strip_prefix("(\"")?.strip_suffix("\"),")?;
        let mut parts = row.split("\", \"");
        let (_, old, new) = (parts.next()?, parts.next()?, parts.next()?);
        let alive = keys.contains(&format!(" {old}:"));
        (old.contains('_') && !alive).then(|| (old.to_owned(), new.to_owned()))
    });
    rows.collect()
}

#[test]
fn pages_twins_and_scenarios_use_no_retired_name() {
    let retired = retired_names();
    assert!(retired.len() > 15, "{retired:?}");
    let mut texts = pages();
    for folder in ["twins", "scenarios", "scenarios/found"] {
        for entry in fs::read_dir(project(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "ron") {
                let text = fs::read_to_string(&path).unwrap();
                texts.push((path, text));
            }
        }
    }
    let mut wrong = Vec::new();
    for (path, text) in &texts {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let words: BTreeSet<&str> = words.collect();
        let found = retired.iter().filter(|(old, _)| words.contains(old.as_str()));
        wrong.extend(found.map(|(old, new)| format!("{}: {old} is now {new}", path.display())));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
