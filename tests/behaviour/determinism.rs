//! The same scenario and seed are the same run; another seed is another.

use std::io;
use std::ops::ControlFlow;

use linetwin::base::SimSpan;
use linetwin::engine::store::Store;
use linetwin::harness::{own_engine, run};

use crate::common;

const SHORT: &str = "order.quantity=1500";

#[test]
fn the_same_seed_gives_the_same_run_however_it_is_cut() {
    for stem in ["carton-line-250-faults", "blister-cartoner-400-faults"] {
        let job = common::scenario(stem, &[SHORT]);
        let digest = |stride: SimSpan| {
            let engine =
                own_engine(&job, Store::memory(), |controller| Box::new(controller)).unwrap();
            run(&job, engine, [io::sink()], stride, &mut |_| ControlFlow::Continue(()))
                .expect("nobody interrupts")
                .only()
                .digest
        };
        let whole = digest(SimSpan::from_secs(3600));
        assert_eq!(whole, digest(SimSpan::from_millis(1234)), "{stem}");
        assert_eq!(
            whole,
            std::thread::scope(|s| s.spawn(|| digest(SimSpan::from_secs(7))).join().unwrap())
        );
    }
}

#[test]
fn another_seed_is_another_run_from_some_second_on() {
    let one = common::play(&common::scenario("carton-line-250", &[SHORT])).0;
    let two = common::play(&common::scenario("carton-line-250", &[SHORT, "seed=43"])).0;
    assert_ne!(one.summary.digest, two.summary.digest);
    let second = one.digest.first_difference(&two.digest).expect("they differ");
    assert!(second < 10, "serial numbers differ from the first print on, not from second {second}");
}

#[test]
fn adding_a_fault_late_changes_nothing_before_it() {
    let clean = common::play(&common::scenario("carton-line-250", &[SHORT])).0;
    let outage = r#"faults=[{"LinkOutage": {"from": "00:05:00", "lasts": "00:00:30"}}]"#;
    let faulty = common::play(&common::scenario("carton-line-250", &[SHORT, outage])).0;
    assert_eq!(clean.digest.first_difference(&faulty.digest), Some(300));
}

#[test]
fn the_program_compares_two_runs_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report");
    let output = common::linetwin(&[
        "run",
        "scenarios/carton-line-250-faults.ron",
        "--set",
        SHORT,
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
