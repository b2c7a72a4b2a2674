//! `--store disk` and `linetwin audit` through the front door.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::common::program::linetwin;

/// Runs 960 packs on a bad day; returns the summary.
fn run(out: &Path, more: &[&str]) -> Value {
    let mut arguments = vec!["run", "scenarios/carton-line-250-faults.ron", "--json"];
    arguments.extend(["--set", "order.quantity=960", "--set", "expect=[]", "--out"]);
    arguments.push(out.to_str().unwrap());
    arguments.extend(more);
    let output = linetwin(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Exit code and what was said.
fn audit(arguments: &[&str]) -> (i32, String) {
    let mut all = vec!["audit"];
    all.extend(arguments);
    let output = linetwin(&all);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn a_run_is_the_same_in_memory_and_on_disk_and_its_trail_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let (memory, disk) = (folder.path().join("memory"), folder.path().join("disk"));
    let in_memory = run(&memory, &[]);
    let on_disk = run(&disk, &["--store", "disk", "--verify-determinism"]);
    assert_eq!(in_memory["digest"], on_disk["digest"]);
    assert_eq!(in_memory["engine"]["audit"], on_disk["engine"]["audit"]);
    let file = |folder: &Path| fs::read_to_string(folder.join("epcis.jsonl")).unwrap();
    assert_eq!(file(&memory), file(&disk));
    assert!(!memory.join("ledger").exists());

    let ledger = disk.join("ledger");
    let ledger = ledger.to_str().unwrap();
    let (exit, said) = audit(&["verify", ledger]);
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains(on_disk["engine"]["audit"]["hash"].as_str().unwrap()), "{said}");
    let finding: Value = serde_json::from_str(&audit(&["verify", ledger, "--json"]).1).unwrap();
    let line = on_disk["engine"]["commands"].as_u64().unwrap();
    assert_eq!(finding["commands"], line + 4, "and those of the site");

    let (exit, said) = audit(&["show", ledger]);
    assert_eq!(exit, 0);
    assert_eq!(said.lines().count() as u64, line + 4);
    for part in ["signed by Qualified person", "Commission (01)08901234567890(21)", "closed"] {
        assert!(said.contains(part), "{part}");
    }
    let (_, lines) = audit(&["show", ledger, "--json"]);
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));

    let (exit, said) = audit(&["orders", ledger]);
    assert_eq!(exit, 0);
    let orders: Value = serde_json::from_str(&said).unwrap();
    let (order, serials) = (&orders[0], &on_disk["serials"]);
    assert_eq!(order["state"], "closed");
    assert_eq!(order["balance"], 0);
    assert_eq!(order["serials"]["packed"], serials["commissioned"]);
    assert_eq!(order["serials"]["scrapped"], serials["scrapped"]);
    assert_eq!(order["serials"]["returned"], serials["returned"]);
    assert_eq!(order["serials"]["allocated"], serials["allocated"]);
}

#[test]
fn what_was_altered_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    run(&out, &["--store", "disk"]);
    let ledger = out.join("ledger");
    let said_of = || audit(&["verify", ledger.to_str().unwrap()]);
    let journal = ledger.join("journal.ltj");
    let whole = fs::read(&journal).unwrap();

    let mut bytes = whole.clone();
    bytes[20_000] ^= 0x10;
    fs::write(&journal, &bytes).unwrap();
    let (exit, said) = said_of();
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("of the journal is broken"), "{said}");

    bytes.clone_from(&whole);
    bytes.truncate(25_000);
    fs::write(&journal, &bytes).unwrap();
    let (exit, said) = said_of();
    assert_eq!(exit, 1, "{said}");
    assert!(said.contains("broken"), "{said}");

    fs::write(&journal, &whole).unwrap();
    assert_eq!(said_of().0, 0);
    fs::remove_file(ledger.join("head.ltj")).unwrap();
    assert_eq!(said_of().0, 1);
}

#[test]
fn what_is_no_ledger_is_bad_input() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    for command in ["verify", "show", "orders"] {
        let (exit, said) = audit(&[command, path]);
        assert_eq!(exit, 2, "{said}");
        assert!(said.contains("ledger.ron"), "{said}");
    }
    let settings = "(epoch: \"2026-11-02T06:00:00Z\", master_key: \"12\")";
    fs::write(folder.path().join("ledger.ron"), settings).unwrap();
    let (exit, said) = audit(&["verify", path]);
    assert_eq!(exit, 2);
    assert!(said.contains("expected 64 hexadecimal digits"), "{said}");
    fs::write(folder.path().join("ledger.ron"), settings.replace("12", &"12".repeat(32))).unwrap();
    let (exit, said) = audit(&["verify", path]);
    assert_eq!(exit, 2);
    assert!(said.contains("journal.ltj is no file of a linetwin ledger"), "{said}");
}
