//! The same scenario and seed are the same run; another seed is another.

use std::io;
use std::ops::ControlFlow;

use linetwin::base::SimSpan;
use linetwin::engine::store::Store;
use linetwin::faults::Fault;
use linetwin::harness::{own_engine, run};

use crate::common::program::linetwin;
use crate::common::times::{minutes, seconds};
use crate::common::trial::Trial;

const QUANTITY: u32 = 1_500;

#[test]
fn the_same_seed_gives_the_same_run_however_it_is_cut() {
    for scenario in ["carton-line-250-faults", "blister-cartoner-400-faults"] {
        let job = Trial::of(scenario).quantity(QUANTITY).job();
        let digest = |stride: SimSpan| {
            let engine =
                own_engine(&job, Store::memory(), |controller| Box::new(controller)).unwrap();
            run(&job, engine, [io::sink()], stride, &mut |_| ControlFlow::Continue(()))
                .expect("nobody interrupts")
                .only()
                .digest
        };
        let whole = digest(SimSpan::from_secs(3600));
        assert_eq!(whole, digest(SimSpan::from_millis(1234)), "{scenario}");
        assert_eq!(
            whole,
            std::thread::scope(|s| s.spawn(|| digest(SimSpan::from_secs(7))).join().unwrap()),
            "{scenario} on another thread"
        );
    }
}

#[test]
fn another_seed_is_another_run_from_some_second_on() {
    let trial = Trial::of("carton-line-250").quantity(QUANTITY);
    let (one, two) = (trial.run(), trial.seed(43).run());
    assert_ne!(one.digest, two.digest);
    let second = one.result.digest.first_difference(&two.result.digest).expect("they differ");
    assert!(second < 10, "serial numbers differ from the first print on, not from second {second}");
}

#[test]
fn adding_a_fault_late_changes_nothing_before_it() {
    let trial = Trial::of("carton-line-250").quantity(QUANTITY);
    let clean = trial.run();
    let faulty = trial.fault(Fault::LinkOutage { from: minutes(5), lasts: seconds(30) }).run();
    assert_eq!(clean.result.digest.first_difference(&faulty.result.digest), Some(300));
}

#[test]
fn the_program_compares_two_runs_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let output = linetwin(&[
        "run",
        "scenarios/carton-line-250-faults.ron",
        "--set",
        "order.quantity=1500",
        "--set",
        "expect=[]",
        "--verify-determinism",
        "--out",
        out.to_str().unwrap(),
    ]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{text}");
    assert!(text.contains("Two runs gave the same digest."), "{text}");
}
