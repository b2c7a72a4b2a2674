//! What counts as a failure of a run, for campaigns and for `linetwin check`: no more than is wrong, and no less.

use linetwin::harness::campaign::{Finding, findings, shrink};
use linetwin::harness::check::{Checks, Keep, Verdict, check_one};
use linetwin::harness::{Parts, play};
use linetwin::integrity::InvariantId::{I3, I10};

use crate::common::times::{hours, minutes};
use crate::common::trial::Trial;
use crate::shrunk::{forgets_a_layer, found, one_short, written};

#[test]
fn one_violation_fails_a_scenario_that_expects_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let trial = Trial::on("carton-line-250").quantity(96).lasts(hours(2));
    let trial = trial.set(r#"expect=["SerialsBalance"]"#);
    let path = written(&trial.job().scenario, folder.path());
    let verdict =
        |parts| check_one(&path, Checks { parts, keep: Keep::Ignore, ..Checks::OWN }).verdict;
    assert_eq!(verdict(Parts::OWN), Verdict::Passed);
    let Verdict::Failed(words) = verdict(Parts { line: &forgets_a_layer, ..Parts::OWN }) else {
        panic!("it did not fail");
    };
    // The line stands still once, and for ever.
    let once = |words: &String| words.starts_with("I10 (") && words.contains(": 1 violations");
    assert!(words.iter().any(once), "{words:?}");
}

#[test]
fn a_run_without_an_order_cannot_leave_it_open() {
    let job = Trial::on("reference-line").lasts(minutes(10)).job();
    assert_eq!(findings(&play(&job, Parts::OWN).unwrap()), []);
}

#[test]
fn an_order_that_stays_open_fails_a_run_that_expects_nothing() {
    let job = Trial::on("carton-line-250").quantity(96).lasts(hours(2)).job();
    let run = play(&job, Parts { line: &forgets_a_layer, ..Parts::OWN }).unwrap();
    let closed = Finding::Unmet("the order is closed".to_owned());
    assert_eq!(findings(&run), [Finding::Invariant(I10), Finding::NotClosed, closed]);
    assert!(!run.only().summary.passes());
}

#[test]
fn of_several_lines_each_finding_is_told_once_and_the_most_important_first() {
    let job = Trial::of("plant-4-lines").set("lasts=02:00:00").job();
    let run = play(&job, Parts { line: &forgets_a_layer, ..Parts::OWN }).unwrap();
    let found = findings(&run);
    assert!(found.contains(&Finding::Invariant(I10)) && found.len() > 1, "{found:?}");
    assert!(found.is_sorted_by(|one, next| one < next), "{found:?}");
}

#[test]
fn a_run_that_fails_in_two_ways_is_shrunk_for_the_one_that_is_asked_for() {
    let too_much = r#"expect=[{"Throughput": {"at_least": "249/min"}}]"#;
    let job = Trial::on("carton-line-250").quantity(240).set(too_much).job();
    let parts = Parts { line: &one_short, ..Parts::OWN };
    let folder = tempfile::tempdir().unwrap();
    let unmet = Finding::Unmet("good units: at least 249/min".to_owned());
    for (finding, packs) in [(Finding::Invariant(I3), 49..=120), (unmet, 1..=1)] {
        let small = shrink(&job.path, job.scenario.clone(), &finding, parts, 40);
        assert!(packs.contains(&small.packs), "{finding}: {small:?}");
        let again = found(&written(&small.scenario, folder.path()), parts);
        assert!(again.contains(&finding), "{finding}: {again:?}");
    }
}
