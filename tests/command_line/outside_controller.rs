//! Line controllers in other programs: they are given what ours is given, they are judged as ours is, and
//! whatever they do wrong is named, with its place, and harms nothing else.

use std::process::{Command, Output};

use linetwin::base::{MachineId, Stream, Streams};
use linetwin::engine::{Action, DeviceCommand, JobId, LineController, OperatorTask, StopCause};
use linetwin::harness::campaign::{Finding, Plan, explore};
use linetwin::harness::check::Part;
use linetwin::harness::controller::{ControllerCommand, line_of};
use linetwin::harness::{Job, Parts, RunResult, play};

use crate::common::double::{Input, double};
use crate::common::program::linetwin;
use crate::common::project;
use crate::common::times::hours;
use crate::common::trial::Trial;

/// Our own controller, in another process.
fn own() -> ControllerCommand {
    let program = env!("CARGO_BIN_EXE_linetwin");
    format!("stdio:'{program}' controller").parse().unwrap()
}

fn play_with(job: &Job, command: &ControllerCommand) -> Result<RunResult, String> {
    play(job, Parts { line: &line_of(Some(command)), ..Parts::OWN })
}

#[test]
fn our_own_controller_in_another_process_is_the_same_run() {
    for trial in [
        Trial::of("bottle-line-240-every-fault").quantity(400),
        Trial::of("carton-line-250-network").quantity(300),
        Trial::of("imported-codes").quantity(200),
        Trial::of("plant-4-lines"),
    ] {
        let job = trial.job();
        let (ours, theirs) = (play(&job, Parts::OWN).unwrap(), play_with(&job, &own()).unwrap());
        assert_eq!(ours.first_difference(&theirs), None, "{trial}");
        for (ours, theirs) in ours.lines.iter().zip(&theirs.lines) {
            assert_eq!(ours.summary.coverage, theirs.summary.coverage, "{trial}");
        }
    }
}

/// `python3 docs/controller.py`.
fn example() -> ControllerCommand {
    let file = project("docs/controller.py");
    format!("stdio:python3 '{}'", file.display()).parse().unwrap()
}

#[test]
#[ignore = "needs python3: run by .ci/run"]
fn the_example_makes_an_order_on_a_good_day() {
    let command = example();
    let job = Trial::on("carton-line-250").quantity(300).job();
    let run = play_with(&job, &command).unwrap().only().summary;
    assert_eq!((run.ended.as_str(), run.throughput.good), ("order closed", 300));
    assert_eq!((run.integrity.verdict, run.engine.refusals), ("clean", 0));
}

#[test]
#[ignore = "needs python3: run by .ci/run"]
fn the_example_is_found_out_on_bad_days() {
    let command = example();
    let job = Trial::of("carton-line-250").job();
    let plan =
        Plan { first: 1, seeds: 1, part: Part::WHOLE, time: None, threads: 2, keep_going: true };
    let parts = Parts { line: &line_of(Some(&command)), ..Parts::OWN };
    let explored = explore(&job, parts, plan, |_| {});
    assert!(!explored.failed.is_empty());
    let crash = |tried: &linetwin::harness::campaign::Tried| match &tried.findings[0] {
        Finding::Crash(words) => words.contains("controller.py"),
        _ => false,
    };
    assert!(explored.failed.iter().any(crash), "{:?}", explored.failed);
}

fn run_with(program: &str) -> Output {
    let out = tempfile::tempdir().unwrap();
    let command = format!("stdio:{program}");
    let out = out.path().to_str().unwrap();
    linetwin(&[
        "run",
        "scenarios/carton-line-250.ron",
        "--set",
        "order.quantity=48",
        "--out",
        out,
        "--controller",
        &command,
    ])
}

/// A program that answers the task as it should, and everything else with this.
fn always(answer: &str) -> String {
    let quoted = answer.replace('"', "\\\"");
    format!(
        "sh -c \"read -r a; echo '{{\\\"actions\\\":[]}}'; while read -r a; do echo '{quoted}'; done\""
    )
}

#[cfg(unix)]
#[test]
fn what_a_program_does_wrong_is_named() {
    let device = |command: &str| always(&format!("{{\"actions\":[{{\"Device\":{command}}}]}}"));
    for (program, code, part) in [
        ("no-such-program".to_owned(), 2, "there is no program `no-such-program`"),
        ("./no/such/program".to_owned(), 2, "there is no program `./no/such/program`"),
        ("'unbalanced".to_owned(), 2, "a quotation mark has no second one"),
        (String::new(), 2, "expected a command"),
        ("true".to_owned(), 1, "answer 1 has not come"),
        ("cat".to_owned(), 1, "answer 1, column 11: unknown field `protocol`, expected `actions`"),
        ("printf '{\"actions\":[]}'".to_owned(), 1, "answer 1: the line has no end"),
        (always("what?"), 1, "answer 2, column 1: expected value at line 1 column 1, in `what?`"),
        (always("{\"actions\":[\"Jump\"]}"), 1, "unknown variant `Jump`"),
        (device("{\"Reject\":{\"gate\":2}}"), 1, "found machine 2 in `Reject"),
        (device("{\"Reject\":{\"gate\":999}}"), 1, "expected a gate"),
        (
            device("{\"SetReleaseQuota\":{\"infeed\":0,\"total\":18446744073709551615}}"),
            1,
            "units in `SetReleaseQuota",
        ),
        (
            device("{\"Print\":{\"printer\":3,\"job\":1,\"text\":\"hello\"}}"),
            1,
            "found `hello`, expected the code of a pack",
        ),
        (
            device("{\"BuildContainer\":{\"station\":7,\"number\":1,\"children\":4000000000}}"),
            1,
            "found 4000000000 children, expected 1 to 48",
        ),
        (always("{\"actions\":[{\"SetTimer\":0}]}"), 1, "time stands still"),
    ] {
        let output = run_with(&program);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{program}: {told}");
        assert!(told.contains(part), "{program}: no `{part}` in {told}");
    }
}

#[test]
fn what_is_sent_to_our_controller_is_checked() {
    use std::io::Write as _;
    let mut child = Command::new(env!("CARGO_BIN_EXE_linetwin"))
        .arg("controller")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"{\"protocol\": 1}\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("line 1: invalid type"));
}

/// One command to a device, out of nowhere, but one that a controller may give.
fn any_command(controller: &LineController, stream: &mut Stream) -> Option<DeviceCommand> {
    let (_, order, layout) = controller.task();
    let (bits, small) = (stream.bits(), (stream.bits() % 40) as usize);
    let section = &layout.sections[bits as usize % layout.sections.len()];
    let at = &layout.stations[bits as usize / 7 % layout.stations.len()];
    let (belt, gate) = (section.belt, section.gate.0);
    let (station, labeller) = (at.station, at.labeller);
    let entered_um = (bits >> 20) % 2_000_000;
    let sscc = "00089012340000000014".into();
    let bench = |command: fn(MachineId) -> DeviceCommand| layout.rework.map(command);
    let task = match bits % 8 {
        0 => OperatorTask::RemoveFromBelt { belt, entered_um },
        1 => OperatorTask::TakeSample { belt, entered_um },
        2 => OperatorTask::WalkLine {
            station: layout.stations[0].station,
            clear: small.is_multiple_of(2),
        },
        3 => OperatorTask::EmptyBin { gate },
        4 => OperatorTask::FindCause { belt },
        5 => OperatorTask::ScanChild { station, place: small },
        _ => OperatorTask::RemoveChild { station, place: small },
    };
    match stream.bits() % 14 {
        0 => {
            Some(DeviceCommand::SetReleaseQuota { infeed: layout.infeed, total: small as u64 * 10 })
        }
        1 => section.printer.map(|(printer, _)| DeviceCommand::Print {
            printer,
            job: JobId(small as u64),
            text: format!("01{}21MAD{small}\u{1d}172809301{}L7", order.product.gtin, 0).into(),
        }),
        2 => Some(DeviceCommand::Reject { gate }),
        3 => Some(DeviceCommand::StopBelt { belt, why: StopCause::Operator }),
        4 => Some(DeviceCommand::StartBelt { belt }),
        5 => Some(DeviceCommand::BuildContainer {
            station,
            number: small as u64,
            children: 1 + small as u32 % at.children,
        }),
        6 => Some(DeviceCommand::AcceptLayer { station }),
        7 => Some(DeviceCommand::RescanLayer { station }),
        8 => Some(DeviceCommand::RepeatStatus { machine: [station, labeller, gate][small % 3] }),
        9 => Some(DeviceCommand::PrintLabel { labeller, text: sscc }),
        10 => Some(DeviceCommand::ReleaseContainer { labeller }),
        11 => bench(|bench| DeviceCommand::ReturnUnit { bench }),
        12 => bench(|bench| DeviceCommand::DiscardUnit { bench }),
        _ => Some(DeviceCommand::CallOperator(task)),
    }
}

/// Whatever commands a controller gives, if it may give them, the line goes on being a line.
#[test]
fn no_command_brings_the_line_down() {
    for (line, seeds) in
        [("carton-line-250", 30), ("bottle-line-240", 30), ("blister-cartoner-400", 10)]
    {
        for seed in 0..seeds {
            let mad = |controller: LineController| {
                let mut stream = Streams::new(seed).stream("test", "mad");
                double(controller, move |controller, now, input, out| {
                    let raves = !matches!(input, Input::Start);
                    input.give(controller, now, out);
                    if raves && stream.chance(0.2) {
                        out.extend(any_command(controller, &mut stream).map(Action::Device));
                    }
                })
            };
            let trial = Trial::on(line).seed(seed).quantity(300).lasts(hours(2));
            let ran = play(&trial.job(), Parts { line: &mad, ..Parts::OWN });
            assert!(ran.is_ok(), "{}: {trial}", ran.unwrap_err());
        }
    }
}
