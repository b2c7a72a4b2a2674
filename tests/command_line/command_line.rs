//! What a person or a pipeline gets from the program.

use std::fs;

use serde_json::Value;

use crate::common::program::linetwin;
use crate::common::project;

#[test]
fn a_run_writes_its_four_reports_and_shows_what_it_made() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let arguments = [
        "run",
        "scenarios/carton-line-250.ron",
        "--set",
        "order.quantity=500",
        "--set",
        "expect=[]",
        "--out",
        out.to_str().unwrap(),
    ];
    // Twice: a report replaces the one before.
    for _ in 0..2 {
        let output = linetwin(&arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}");
        assert!(text.contains("500 ("), "{text}");
        assert!(text.contains("clean: the record is true"), "{text}");
    }
    let mut files: Vec<String> = fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert_eq!(files, ["epcis.jsonl", "latency.hgrm", "report.html", "summary.json"]);
    let left = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left, 1, "nothing but the report is left behind");

    let page = fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("</html>"));
    for outside in ["http://", "https://", "src="] {
        let page = page.replace("http://www.w3.org/2000/svg", "").replace("src=\"data:", "");
        let found = page.contains(outside);
        assert!(!found, "the page needs something from outside: {outside}");
    }
    let hgrm = fs::read_to_string(out.join("latency.hgrm")).unwrap();
    assert!(hgrm.contains("#[Max"), "{hgrm}");
}

#[test]
fn the_summary_has_the_names_of_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let output = linetwin(&[
        "run",
        "scenarios/carton-line-250-faults.ron",
        "--set",
        "order.quantity=2000",
        "--set",
        "expect=[\"SerialsBalance\"]",
        "--json",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
    let written: Value =
        serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    assert_eq!(printed, written);
    assert_eq!(written["schema"], "linetwin.summary/1");
    let paths = [
        "/name",
        "/seed",
        "/digest",
        "/simulated_s",
        "/wall_s",
        "/speedup",
        "/throughput/infeed",
        "/throughput/good",
        "/throughput/rejected",
        "/throughput/containers/bundle",
        "/throughput/containers/case",
        "/throughput/containers/pallet",
        "/throughput/units_per_min",
        "/throughput/oee/availability",
        "/throughput/oee/performance",
        "/throughput/oee/quality",
        "/throughput/oee/oee",
        "/throughput/machines/0/id",
        "/throughput/machines/0/states/Execute",
        "/throughput/machines/0/processed",
        "/throughput/machines/0/defective",
        "/throughput/buffers/0/id",
        "/throughput/buffers/0/mean",
        "/throughput/buffers/0/max",
        "/throughput/buffers/0/capacity",
        "/throughput/bottleneck/0/id",
        "/throughput/bottleneck/0/share",
        "/engine/commands",
        "/engine/refusals",
        "/engine/latency_us",
        "/serials/allocated",
        "/serials/commissioned",
        "/serials/sampled",
        "/serials/scrapped",
        "/serials/returned",
        "/serials/void",
        "/serials/balance",
        "/integrity/verdict",
        "/integrity/invariants/0/id",
        "/integrity/invariants/0/violations",
        "/integrity/faults/0/kind",
        "/integrity/faults/0/injected",
        "/integrity/faults/0/harmless",
        "/integrity/faults/0/contained",
        "/integrity/faults/0/escaped",
        "/expectations/0/text",
        "/expectations/0/pass",
        "/expectations/0/actual",
    ];
    for path in paths {
        assert!(written.pointer(path).is_some(), "{path} is missing");
    }
    let number = |path: &str| written.pointer(path).and_then(Value::as_f64).unwrap();
    let oee = ["availability", "performance", "quality"];
    let product: f64 = oee.iter().map(|part| number(&format!("/throughput/oee/{part}"))).product();
    assert!((product - number("/throughput/oee/oee")).abs() < 1e-9);
    // OEE is also the rated time of the good units over the whole time.
    let rated = number("/throughput/good") * 60.0 / 250.0 / number("/simulated_s");
    assert!((rated - number("/throughput/oee/oee")).abs() < 1e-9);
}

#[test]
fn an_expectation_that_is_not_met_is_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let output = linetwin(&[
        "run",
        "scenarios/carton-line-250.ron",
        "--set",
        "order.quantity=200",
        "--set",
        "expect=[{\"Throughput\": {\"at_least\": \"999/min\"}}]",
        "--out",
        out.to_str().unwrap(),
    ]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("NOT MET") && text.contains("good units: at least 999/min"), "{text}");
    assert!(out.join("summary.json").exists(), "a failed run is reported like any other");
}

#[test]
fn help_teaches_with_examples() {
    for arguments in [&["--help"][..], &["run", "--help"]] {
        let output = linetwin(arguments);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert!(text.contains("linetwin run scenarios/carton-line-250-faults.ron"), "{text}");
    }
    assert_eq!(linetwin(&[]).status.code(), Some(2));
    assert_eq!(linetwin(&["fly"]).status.code(), Some(2));
}

/// Runs the program where no file may be longer than so many blocks of 512 bytes, as on a full disk.
fn with_files_up_to(blocks: u32, arguments: &[&str]) -> std::process::Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    std::process::Command::new("sh")
        .args(["-c", &script, "sh", env!("CARGO_BIN_EXE_linetwin")])
        .args(arguments)
        .current_dir(project(""))
        .output()
        .expect("a shell")
}

#[test]
fn what_cannot_be_written_is_exit_code_4_and_nothing_is_left_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (out, log, file, png) = (path("report"), path("log.csv"), path("file"), path("code.png"));
    let order = ["run", "scenarios/carton-line-250.ron", "--set", "expect=[]", "--out", &out];
    let on_disk = [&order[..], &["--store", "disk"]].concat();
    let physics = ["run", "scenarios/reference-line.ron", "--log", &log, "--out", &out];
    let swarm = ["swarm", "scenarios/carton-line-250.ron", "--seed", "1", "--out", &file];
    let check = ["check", "scenarios/imported-codes.ron", "--junit", &file];
    let encode = ["code", "encode", "(01)06291041500213(21)AB12", "--out", &png];
    for (blocks, arguments, reason) in [
        (64, &order[..], "EPCIS events cannot be written"),
        (64, &on_disk, "the ledger's store has failed"),
        (64, &physics, "the log cannot be written"),
        (0, &swarm, "cannot be written"),
        (0, &check, "cannot be written"),
        (0, &encode, "cannot be written"),
    ] {
        let output = with_files_up_to(blocks, arguments);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {text}");
        assert!(text.contains(reason), "{arguments:?}: {text}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_exit_code_4_and_no_bug_of_ours() {
    use std::process::{Command, Stdio};
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report").to_str().unwrap().to_owned();
    let program = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linetwin"));
        command.args(arguments).current_dir(project("")).stderr(Stdio::piped());
        command
    };
    let commands = [
        &["run", "scenarios/imported-codes.ron", "--out", &out][..],
        &["run", "scenarios/imported-codes.ron", "--json", "--out", &out],
        &["check", "scenarios/imported-codes.ron"],
        &["explore", "scenarios/imported-codes.ron", "--seeds", "1"],
        &["swarm", "scenarios/imported-codes.ron", "--seed", "1"],
        &["code", "parse", "(01)06291041500213(21)AB12"],
    ];
    for arguments in commands {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = program(arguments).stdout(full).output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {text}");
        assert!(
            text.contains("the output cannot be written: No space left"),
            "{arguments:?}: {text}"
        );
        assert!(!text.contains("panicked"), "{arguments:?}: {text}");
        // Whoever read it has gone: that needs no word.
        let mut child = program(arguments).stdout(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(4), "{arguments:?}: {text}");
        assert!(!text.contains("panicked") && !text.contains("error"), "{arguments:?}: {text}");
    }
}
