//! Campaigns: many seeds of a scenario, each with its own bad day. Nothing on it makes a line sell what it
//! should not or write down what is not true; a line controller that does is found, and its failure is made
//! small.

use linetwin::engine::{Action, Command, LineController, LineLogic, ObjectCode};
use linetwin::faults::Rate;
use linetwin::harness::campaign::{
    Explored, Finding, Plan, Shrunk, draw, explore, failure_report, shrink, try_seed,
};
use linetwin::harness::check::Part;
use linetwin::harness::{Job, Parts, load, load_scenario, play};
use linetwin::integrity::InvariantId;

use crate::common::double::{Input, double};
use crate::common::program::linetwin;
use crate::common::project;
use crate::common::trial::{Trial, tries};

const SCENARIOS: [&str; 5] = [
    "carton-line-250",
    "blister-cartoner-400",
    "bottle-line-240",
    "carton-line-two-cartoners",
    "plant-4-lines",
];

fn plan(seeds: u64) -> Plan {
    Plan { first: 1, seeds, part: Part::WHOLE, time: None, threads: 2, keep_going: true }
}

/// `LINETWIN_SEEDS=200 cargo test --test campaigns` tries more of them.
#[test]
fn no_seed_makes_the_record_false() {
    let seeds = tries("LINETWIN_SEEDS", 12);
    for scenario in SCENARIOS {
        let job = Trial::of(scenario).job();
        let explored = explore(&job, Parts::OWN, plan(seeds), |_| {});
        assert!(explored.failed.is_empty(), "{scenario}: {:?}", explored.failed);
        assert_eq!(explored.seeds, seeds);
        assert!(explored.faults.values().sum::<u64>() > 100, "{scenario}: {:?}", explored.faults);
        let reached = explored.coverage.values().filter(|times| **times > 0).count();
        assert!(reached > 25, "{scenario}: {:?}", explored.coverage);
    }
}

/// Leaves the last child of a case of units out of what is sent to the ledger, if this is the one to spoil.
fn leave_one_out(action: &mut Action, mut is_to_be_spoilt: impl FnMut() -> bool) {
    if let Action::Send(message) = action
        && let Command::Pack { children, .. } = &mut message.command
        && let [.., ObjectCode::Unit(_)] = &children[..]
        && is_to_be_spoilt()
    {
        children.pop();
    }
}

/// A controller that leaves the last child of every fourth case out of the record.
fn one_short(controller: LineController) -> Box<dyn LineLogic> {
    let mut cases = 0u32;
    double(controller, move |controller, now, input, out| {
        let from_device = matches!(input, Input::Event(_));
        input.give(controller, now, out);
        for action in out.iter_mut().filter(|_| from_device) {
            leave_one_out(action, || {
                cases += 1;
                cases.is_multiple_of(4)
            });
        }
    })
}

const BROKEN: Parts = Parts { line: &one_short, ..Parts::OWN };

fn failing(explored: &Explored) -> Vec<(u64, Vec<Finding>)> {
    explored.failed.iter().map(|tried| (tried.seed, tried.findings.clone())).collect()
}

#[test]
fn the_same_seeds_fail_in_the_same_way_whatever_the_threads_and_parts() {
    let job = Trial::of("carton-line-250").job();
    let one_thread = explore(&job, BROKEN, Plan { threads: 1, ..plan(12) }, |_| {});
    let whole = failing(&one_thread);
    assert!(whole.len() > 6 && whole.len() < 13, "{whole:?}");
    assert_eq!(failing(&explore(&job, BROKEN, plan(12), |_| {})), whole);
    let parts = ["1/3", "2/3", "3/3"].map(|part| {
        let part = part.parse().unwrap();
        failing(&explore(&job, BROKEN, Plan { part, ..plan(12) }, |_| {}))
    });
    let mut together = parts.concat();
    together.sort();
    assert_eq!(together, whole);
    // It stops at the first.
    let first = explore(&job, BROKEN, Plan { keep_going: false, ..plan(12) }, |_| {});
    assert_eq!(failing(&first), whole[..1]);
    assert_eq!(try_seed(&job, BROKEN, whole[0].0).findings, whole[0].1);
}

#[test]
fn a_failure_is_made_small_and_explained() {
    let job = Trial::of("carton-line-250").job();
    let first = explore(&job, BROKEN, Plan { keep_going: false, ..plan(12) }, |_| {});
    let failed = &first.failed[0];
    let finding = &failed.findings[0];
    assert_eq!(*finding, Finding::Invariant(InvariantId::I3));
    let Shrunk { scenario, faults, packs, runs } =
        shrink(&job.path, draw(&job, failed.seed), finding, BROKEN, 2000);
    // Four cases of 48 are needed, and no fault.
    assert_eq!(faults, 0, "{:?}", scenario.faults);
    assert!((145..=250).contains(&packs), "{packs} packs after {runs} runs");
    assert!(scenario.twin_settings.is_empty(), "{:?}", scenario.twin_settings);
    // It fails by itself, when it is read from its text.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.ron");
    let text = scenario.text().replace("twins/", &format!("{}/", project("twins").display()));
    std::fs::write(&path, text).unwrap();
    let small = load(&path, None, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let told = failure_report(&small, BROKEN);
    assert!(told.contains("What is wrong: I3 is violated"), "{told}");
    assert!(told.contains("is put into container"), "{told}");
    // With our own controller it is a run like any other.
    assert!(play(&small, Parts::OWN).unwrap().only().summary.passes());
}

#[test]
fn what_hits_at_a_rate_can_be_written_out_and_is_the_same_run() {
    let job: Job = Trial::of("carton-line-250").job();
    for seed in 1..=4 {
        let drawn = draw(&job, seed);
        let job = load_scenario(&job.path, drawn.clone()).unwrap();
        let run = play(&job, Parts::OWN).unwrap().only();
        let mut written = drawn;
        for (fault, hits) in written.faults.iter_mut().zip(&run.fault_hits) {
            if let Some(rate) = fault.rate_mut() {
                *rate = Rate::Exactly(hits.clone());
            }
        }
        let job = load_scenario(&job.path, written).unwrap();
        assert_eq!(play(&job, Parts::OWN).unwrap().only().digest, run.digest, "seed {seed}");
    }
}

#[test]
fn a_seed_is_written_out_read_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bad-day.ron");
    let scenario = project("scenarios/bottle-line-240.ron");
    let write = |to: &str| {
        let seed = ["--seed", "7"];
        let arguments =
            [&["swarm", scenario.to_str().unwrap()][..], &seed, &["--out", to]].concat();
        linetwin(&arguments).status.code()
    };
    assert_eq!(write(out.to_str().unwrap()), Some(0));
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("WrongText(") && text.contains("seed: 7"), "{text}");
    // What is there already is not overwritten, and the same seed gives the same file.
    assert_eq!(write(out.to_str().unwrap()), Some(2));
    let again = folder.path().join("again.ron");
    assert_eq!(write(again.to_str().unwrap()), Some(0));
    assert_eq!(text, std::fs::read_to_string(&again).unwrap());
    // Beside the project's scenarios it would find its twin by itself.
    let twin = project("twins/bottle-line-240.ron");
    let text = text.replace("twins/bottle-line-240.ron", twin.to_str().unwrap());
    std::fs::write(&out, text).unwrap();
    let reports = folder.path().join("report");
    let run = ["run", out.to_str().unwrap(), "--out", reports.to_str().unwrap()];
    assert_eq!(linetwin(&run).status.code(), Some(0));
}

#[test]
fn the_command_shows_what_was_tried() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let scenario = project("scenarios/carton-line-250.ron");
    let run = |more: &[&str]| {
        let arguments = [&["explore", scenario.to_str().unwrap(), "--out", out], more].concat();
        linetwin(&arguments)
    };
    let output = run(&["--seeds", "6", "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["schema"], &json["seeds"]), (&"linetwin.explore/1".into(), &6.into()));
    let table = run(&["--seeds", "2"]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("nothing failed"));
    // Two seeds cannot bring about everything; whoever wants that is told what is lacking.
    let demanding = run(&["--seeds", "2", "--require-coverage"]);
    assert_eq!(demanding.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&demanding.stdout).contains("never reached: "));
    assert_eq!(run(&["--time", "10"]).status.code(), Some(2));
    assert_eq!(run(&["--seeds", "1", "--set", "order.quantity=0"]).status.code(), Some(2));
}
