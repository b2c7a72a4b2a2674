//! Every scenario of the project is a test of its own (`linetwin check`): it meets what it expects and is
//! the run that is kept in `golden`. After a change that is meant to alter runs: `linetwin check --update`.

use linetwin::faults::FaultKind;
use linetwin::harness::check::{Checks, Verdict, check_all, find_scenarios};

use crate::common::project;
use crate::common::trial::{LINES, Trial};

#[test]
fn every_scenario_meets_its_expectations_and_is_the_run_it_was() {
    let mut scenarios = find_scenarios(&[project("scenarios")]).unwrap();
    assert!(scenarios.len() >= 17, "{scenarios:?}");
    // Each is run twice, beside others on another thread: it is the same run.
    let forward = scenarios.clone();
    scenarios.reverse();
    std::thread::scope(|threads| {
        for scenarios in [forward, scenarios] {
            threads.spawn(move || {
                for checked in check_all(&scenarios, Checks::OWN, 1, |_| {}) {
                    let scenario = checked.scenario.display();
                    assert_eq!(checked.verdict, Verdict::Passed, "{scenario}");
                }
            });
        }
    });
}

#[test]
fn machines_are_in_one_state_all_the_time() {
    for scenario in ["carton-line-250-faults", "blister-cartoner-400-faults"] {
        let run = Trial::of(scenario).run();
        for machine in &run.throughput.machines {
            let sum: f64 = machine.states.values().sum();
            let id = &machine.id;
            assert!((sum - run.simulated_s).abs() < 1e-6, "{id} was in states for {sum} s: {run}");
        }
    }
}

#[test]
fn fault_scenarios_contain_every_fault_they_inject() {
    let all = [
        FaultKind::Misprint,
        FaultKind::MissingPrint,
        FaultKind::SerialPrintedTwice,
        FaultKind::DuplicateRead,
        FaultKind::NoRead,
        FaultKind::GateFailsToFire,
        FaultKind::LinkOutage,
    ];
    for line in LINES {
        let run = Trial::of(&format!("{line}-faults")).run();
        let faults = &run.integrity.faults;
        let kinds: Vec<&str> = faults.iter().map(|fault| fault.kind.as_str()).collect();
        assert_eq!(kinds, all.map(FaultKind::name), "{run}");
        run.record_is_true();
        for fault in faults {
            assert_eq!(fault.contained + fault.harmless, fault.injected, "{fault:?}: {run}");
            assert!(fault.contained > 0, "{fault:?}: {run}");
        }
    }
}
