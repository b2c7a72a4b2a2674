//! Input that nobody would write: files with a byte changed, every number of a twin replaced by an
//! extreme one. Whatever is accepted must run without a panic and end.

use std::fs;
use std::path::Path;

use linetwin::base::Streams;
use linetwin::harness::{Place, load};
use linetwin::integrity::InvariantId;

use crate::common::project;
use crate::common::run::Run;

/// What must hold of a run that is cut off, too.
const PHYSICAL: [InvariantId; 3] = [InvariantId::I1, InvariantId::I6, InvariantId::I9];

fn put(folder: &Path, scenario: &str, twin: &str) -> std::path::PathBuf {
    fs::create_dir_all(folder.join("twins")).unwrap();
    fs::write(folder.join("twins/carton-line-250.ron"), twin).unwrap();
    let path = folder.join("scenario.ron");
    fs::write(&path, scenario).unwrap();
    path
}

fn texts() -> (String, String) {
    let read = |path: &str| fs::read_to_string(project(path)).unwrap();
    (read("scenarios/carton-line-250-faults.ron"), read("twins/carton-line-250.ron"))
}

#[test]
fn a_changed_byte_is_refused_with_a_place_or_makes_no_difference_to_safety() {
    let (scenario, twin) = texts();
    let folder = tempfile::tempdir().unwrap();
    let mut stream = Streams::new(1).stream("test", "bytes");
    let mut pick = |below: usize| (stream.unit() * below as f64) as usize;
    let garbage = b"()[]{}:,\"'\\/-.0189eEx#!\x00\xc3 \n";
    let mut refused = 0;
    for round in 0..1500 {
        let change_twin = round % 2 == 0;
        let mut bytes = if change_twin { twin.clone() } else { scenario.clone() }.into_bytes();
        for _ in 0..=pick(3) {
            let at = pick(bytes.len());
            match pick(3) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, garbage[pick(garbage.len())]),
                _ => bytes[at] = garbage[pick(garbage.len())],
            }
        }
        let changed = String::from_utf8_lossy(&bytes).into_owned();
        let (scenario, twin) = if change_twin { (&scenario, &changed) } else { (&changed, &twin) };
        let path = put(folder.path(), scenario, twin);
        if let Err(errors) = load(&path, None, &[]) {
            refused += 1;
            for error in errors.0 {
                let placed = |place: &Place| matches!(place, Place::File(_, 1.., 1..));
                assert!(placed(&error.place), "{error}");
                assert!(!error.message.is_empty());
            }
        }
    }
    assert!(refused > 500, "{refused} refused");
}

/// Places of all numbers in a text, outside comments and strings.
fn numbers(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or("");
        let mut quoted = false;
        let mut at = 0;
        while at < code.len() {
            let rest = &code[at..];
            let before = code[..at].chars().next_back().unwrap_or(' ');
            if rest.starts_with('"') {
                quoted = !quoted;
            }
            let length =
                rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
            if !quoted && length > 0 && !(before.is_alphanumeric() || before == '_') {
                found.push((start + at, start + at + length));
                at += length;
            } else {
                at += rest.chars().next().map_or(1, char::len_utf8);
            }
        }
        start += line.len();
    }
    found
}

#[test]
fn extreme_numbers_in_a_twin_are_refused_or_run_to_an_end() {
    let (scenario, twin) = texts();
    let scenario = scenario.replace("12000", "100").replace("12_000", "100");
    let folder = tempfile::tempdir().unwrap();
    let places = numbers(&twin);
    assert!(places.len() > 60, "{} numbers", places.len());
    let (mut refused, mut ran) = (0, 0);
    for (from, to) in places {
        for extreme in ["0", "1", "-1", "1e-9", "0.000002", "255", "65536", "1e9", "1e300", "NaN"] {
            let changed = format!("{}{extreme}{}", &twin[..from], &twin[to..]);
            let path = put(folder.path(), &scenario, &changed);
            let settings = ["expect=[]".to_owned(), "lasts=00:20:00".to_owned()];
            match load(&path, None, &settings) {
                Err(_) => refused += 1,
                Ok(job) => {
                    ran += 1;
                    let run = Run::of_job(&job);
                    let what = format!("{} -> {extreme}: {}", &twin[from - 20..to], run.ended);
                    // When time is over the record may lag behind (messages are under way), but
                    // nothing physical may be lost or doubled, and no container may be wrong.
                    for invariant in &run.integrity.invariants {
                        let open = run.ended != "order closed";
                        let fine = invariant.violations == 0
                            || (open && !PHYSICAL.contains(&invariant.id));
                        assert!(fine, "{what}: {invariant:?}");
                    }
                }
            }
        }
    }
    assert!(refused > 100 && ran > 100, "{refused} refused, {ran} ran");
}
