//! `linetwin check`: scenarios as tests, in a folder of their own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::common::program::linetwin;
use crate::common::project;

/// A folder with a twin and a scenario that passes; the twin lies among the scenarios.
fn folder(expect: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let twin = fs::read_to_string(project("twins/carton-line-250.ron")).unwrap();
    fs::write(folder.path().join("twin.ron"), twin).unwrap();
    write_scenario(folder.path(), "short", 240, expect);
    folder
}

fn write_scenario(folder: &Path, stem: &str, quantity: u32, expect: &str) {
    let text = format!(
        r#"Scenario(
    name: "A short order",
    twin: "twin.ron",
    seed: 3,
    order: (
        product: (gtin: "08901234567890", name: "Amoxicillin", company_prefix: 7),
        lot: "L1", expiry: "2028-09-30", quantity: {quantity},
    ),
    expect: [{expect}],
)
"#
    );
    fs::write(folder.join(format!("{stem}.ron")), text).unwrap();
}

fn check(folder: &Path, arguments: &[&str]) -> Output {
    linetwin(&[&["check", folder.to_str().unwrap()], arguments].concat())
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

const GOOD: &str = r#"Integrity(clean), Throughput(at_least: "10/min", at_most: "250/min"), Closes(within: "02:00:00")"#;

#[test]
fn a_run_is_kept_and_must_be_the_same_from_then_on() {
    let folder = folder(GOOD);
    let path = folder.path();
    let first = check(path, &[]);
    assert_eq!(first.status.code(), Some(1));
    assert!(told(&first).contains("`linetwin check --update` keeps this one"), "{}", told(&first));
    assert_eq!(check(path, &["--no-golden"]).status.code(), Some(0));
    assert!(!path.join("golden").exists());

    assert_eq!(check(path, &["--update"]).status.code(), Some(0));
    let again = check(path, &[]);
    assert_eq!(again.status.code(), Some(0), "{}", told(&again));
    assert!(told(&again).contains("1 scenarios: 1 passed, 0 failed"));

    // Another seed is another run.
    let file = path.join("short.ron");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("seed: 3", "seed: 4")).unwrap();
    let other = check(path, &[]);
    assert_eq!(other.status.code(), Some(1));
    let words = told(&other);
    for part in ["another run than the one that was kept", "digest: was", "they diverge between"] {
        assert!(words.contains(part), "no `{part}` in {words}");
    }
    let updated = check(path, &["--update"]);
    assert_eq!(updated.status.code(), Some(0));
    assert!(told(&updated).contains("digest: was"), "an update says what is different");
    assert_eq!(check(path, &[]).status.code(), Some(0));
}

#[test]
fn with_traces_the_record_is_named_in_which_a_run_parts_from_the_one_that_was_kept() {
    let folder = folder(GOOD);
    let (path, traces) = (folder.path(), folder.path().join("traces"));
    let with_traces = ["--traces", traces.to_str().unwrap()];
    let kept = check(path, &["--update", with_traces[0], with_traces[1]]);
    assert_eq!(kept.status.code(), Some(0), "{}", told(&kept));
    let golden = fs::read_to_string(path.join("golden/short.txt")).unwrap();
    let digest = golden.lines().find_map(|line| line.strip_prefix("digest: ")).unwrap();
    assert!(traces.join(digest).with_extension("ltz").is_file());

    // The camera is slower to say what it has seen.
    let twin = path.join("twin.ron");
    let text = fs::read_to_string(&twin).unwrap();
    let slower = text.replacen("decode_s: Uniform(from: 0.020", "decode_s: Uniform(from: 0.021", 1);
    assert_ne!(text, slower);
    fs::write(&twin, slower).unwrap();
    let other = check(path, &with_traces);
    assert_eq!(other.status.code(), Some(1));
    let words = told(&other);
    for part in ["they diverge in second ", ", camera-1", "was  00:00:", "is   00:00:"] {
        assert!(words.contains(part), "no `{part}` in {words}");
    }
    assert_eq!(fs::read_dir(&traces).unwrap().count(), 1, "a run that fails leaves no trace");

    // A trace that is none is said to be none.
    fs::write(traces.join(digest).with_extension("ltz"), "nonsense").unwrap();
    let broken = check(path, &with_traces);
    assert_eq!(broken.status.code(), Some(1));
    assert!(told(&broken).contains("found"), "{}", told(&broken));
}

#[test]
fn what_is_expected_and_does_not_come_true_fails_and_is_not_kept() {
    let folder = folder(
        r#"Integrity(clean), Throughput(at_least: "249/min"), Rejects(at_least: "50 %"),
        Closes(within: "00:00:10"), RecordDelay(percentile: 50, at_most: "00:00:00.001"),
        InState(machine: "printer-1", state: Execute, at_most: "00:00:01"), Oee(at_least: "99.9 %")"#,
    );
    let failed = check(folder.path(), &["--update"]);
    assert_eq!(failed.status.code(), Some(1));
    let words = told(&failed);
    for part in [
        "expected good units: at least 249/min, found",
        "expected units thrown out: at least 50 %, found",
        "expected order closed within 00:00:10, found order closed after",
        "expected 50 % of facts recorded within 00:00:00.001, found",
        "expected printer-1 is Execute: at most 00:00:01, found",
        "expected OEE: at least 99.9 %, found",
    ] {
        assert!(words.contains(part), "no `{part}` in {words}");
    }
    assert!(!folder.path().join("golden").exists(), "a run that fails is not kept");
}

#[test]
fn a_file_without_expectations_or_with_mistakes_is_refused() {
    for (expect, part) in [
        ("", "expected at least `Integrity(clean)`"),
        ("Throughput()", "expect[0]: found no range, expected `at_least`"),
        (r#"Throughput(at_least: "9/min", at_most: "8/min")"#, "found no range"),
        (r#"Rejects(at_most: "101 %")"#, "found `101 %`, expected a share"),
        (
            r#"InState(machine: "printer", state: Held, at_most: "00:01:00")"#,
            "did you mean `printer-1`?",
        ),
        (r#"RecordDelay(percentile: 0, at_most: "00:01:00")"#, "expected above 0, up to 100"),
        (r#"Covered(point: "BinFul")"#, "did you mean `BinFull`?"),
        (r#"Reached(situation: "BinFull")"#, "`Reached` is now `Covered(point: ...)`"),
        (r#"Troughput(at_least: "9/min")"#, "did you mean `Throughput`?"),
    ] {
        let folder = folder(expect);
        let refused = check(folder.path(), &[]);
        assert_eq!(refused.status.code(), Some(2), "{expect}");
        assert!(told(&refused).contains(part), "{expect}: no `{part}` in {}", told(&refused));
    }
    let missing = linetwin(&["check", "/nowhere"]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(told(&missing).contains("found nothing there"));
    assert_eq!(linetwin(&["check", "--partition", "5/4"]).status.code(), Some(2));
}

#[test]
fn a_golden_file_that_is_none_is_named_with_its_line() {
    let folder = folder(GOOD);
    fs::create_dir(folder.path().join("golden")).unwrap();
    fs::write(folder.path().join("golden/short.txt"), "digest: 12\nnonsense\n").unwrap();
    let failed = check(folder.path(), &[]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(told(&failed).contains("short.txt:2: found `nonsense`"), "{}", told(&failed));
}

#[test]
fn reports_for_pipelines_say_what_passed_and_what_failed() {
    let folder = folder(GOOD);
    write_scenario(folder.path(), "too-slow", 120, r#"Throughput(at_least: "249/min")"#);
    let at = |name: &str| folder.path().join(name);
    let (junit, markdown) = (at("junit.xml"), at("summary.md"));
    let text = |path: &PathBuf| path.to_str().unwrap().to_owned();
    let arguments = ["--no-golden", "--junit", &text(&junit), "--markdown", &text(&markdown)];
    let output = check(folder.path(), &[&arguments[..], &["--json"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let xml = fs::read_to_string(&junit).unwrap();
    assert!(
        xml.contains(r#"name="scenarios" tests="2" skipped="0" errors="0" failures="1""#),
        "{xml}"
    );
    assert!(xml.contains("expected good units: at least 249/min"), "{xml}");
    let page = fs::read_to_string(&markdown).unwrap();
    assert!(page.contains("## linetwin: 2 scenarios, 1 failed"), "{page}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema"], "linetwin.check/1");
    assert_eq!(json["failed"], 1);
    assert_eq!(json["scenarios"].as_array().unwrap().len(), 2);
}

#[test]
fn parts_and_filters_choose_scenarios() {
    let folder = folder(GOOD);
    write_scenario(folder.path(), "other", 120, GOOD);
    let names = |arguments: &[&str]| -> Vec<String> {
        let arguments = [&["--no-golden", "--json"], arguments].concat();
        let output = check(folder.path(), &arguments);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let name = |one: &serde_json::Value| {
            let path = PathBuf::from(one["scenario"].as_str().unwrap());
            path.file_stem().unwrap().to_str().unwrap().to_owned()
        };
        json["scenarios"].as_array().unwrap().iter().map(name).collect()
    };
    assert_eq!(names(&[]), ["other", "short"]);
    assert_eq!(names(&["--partition", "1/2"]), ["other"]);
    assert_eq!(names(&["--partition", "2/2"]), ["short"]);
    assert_eq!(names(&["--filter", "shor"]), ["short"]);
    assert_eq!(check(folder.path(), &["--filter", "nothing"]).status.code(), Some(2));
}
