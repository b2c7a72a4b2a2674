//! Exit codes that need a cause from outside: 3, two runs that should be one differ; 130, Ctrl-C. Codes 0, 1, 2
//! and 4 are beside the tests of their commands.
//!
//! Only `run` listens for Ctrl-C, for it has a folder in the making to take away. The other commands end by
//! the signal itself, which a shell shows as 130, too, and have begun no file that could be left behind.
#![cfg(target_os = "linux")]

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::common::program::linetwin;
use crate::common::project;

/// Starts the program, presses Ctrl-C once `begun`, and returns the code that a shell shows.
#[expect(clippy::disallowed_methods, reason = "the program runs against the wall clock here")]
fn interrupted(arguments: &[&str], begun: impl Fn() -> bool) -> i32 {
    // A shell that starts tests in the background has them ignore Ctrl-C, and what they start as well.
    let mut child = Command::new("env")
        .args(["--default-signal=INT", env!("CARGO_BIN_EXE_linetwin")])
        .args(arguments)
        .current_dir(project(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    for _ in 0..100 {
        std::thread::sleep(Duration::from_millis(20));
        if begun() {
            break;
        }
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.expect("a system with kill").success(), "{arguments:?} was over too soon");
    let status = child.wait().unwrap();
    status.code().or(status.signal().map(|signal| 128 + signal)).unwrap()
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn a_run_that_is_interrupted_is_exit_code_130_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let run = ["run", "scenarios/carton-line-250.ron", "--speed", "real", "--trace", "--out"];
    let run = [&run[..], &[out.to_str().unwrap()]].concat();
    assert_eq!(interrupted(&run, || count(folder.path()) > 0), 130);
    assert_eq!(count(folder.path()), 0, "half a report is left");
    let on_disk = [&run[..], &["--store", "disk", "--verify-determinism"]].concat();
    assert_eq!(interrupted(&on_disk, || count(folder.path()) > 0), 130);
    assert_eq!(count(folder.path()), 0, "half a ledger is left");
}

#[test]
fn another_command_that_is_interrupted_has_written_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (out, junit) = (at("found"), at("junit.xml"));
    for arguments in [
        &["explore", "scenarios/plant-4-lines.ron", "--time", "1h", "--out", &out][..],
        &["check", "scenarios", "--jobs", "1", "--junit", &junit],
        &["validate", "--jobs", "1"],
        &["controller"],
    ] {
        assert_eq!(interrupted(arguments, || true), 130, "{arguments:?}");
        assert_eq!(count(folder.path()), 0, "{arguments:?}");
    }
}

#[test]
fn two_runs_of_one_seed_that_differ_are_exit_code_3_and_no_report() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // The program that is asked second starts with nothing to do; the first is our own controller.
    let (first, out, program) = (at("first"), at("report"), env!("CARGO_BIN_EXE_linetwin"));
    let silent = r#"while read -r a; do echo '{\"actions\":[]}'; done"#;
    let script = format!("if mkdir '{first}'; then exec '{program}' controller; else {silent}; fi");
    let controller = format!("stdio:sh -c \"{script}\"");
    let run = ["run", "scenarios/carton-line-250.ron", "--set", "order.quantity=48"];
    let more = ["--set", "lasts=00:30:00", "--set", "expect=[]", "--verify-determinism"];
    let where_to = ["--out", &out, "--controller", &controller];
    let output = linetwin(&[&run[..], &more, &where_to].concat());
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{told}");
    assert!(told.contains("two runs of seed 42 differ on line-1 in simulated second"), "{told}");
    assert!(told.contains("To replay it: linetwin run scenarios/carton-line-250.ron"), "{told}");
    assert_eq!(count(folder.path()), 1, "only the mark of the first program is there");
}
