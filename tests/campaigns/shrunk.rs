//! What a failure is shrunk to: written to a file, read and run again, it shows the very finding that it was
//! shrunk for, whatever kind of finding that is. A scenario that passes never comes of it.

use linetwin::engine::{
    Action, Command, DeviceCommand, DeviceEvent, LineController, LineLogic, ObjectCode, Read,
};
use linetwin::faults::{Fault, Rate};
use linetwin::harness::campaign::{Finding, findings, shrink};
use linetwin::harness::{Parts, Scenario, load, play};
use linetwin::integrity::InvariantId::{I2, I3, I10};
use linetwin::symbol::Defect;

use crate::common::double::{Input, double};
use crate::common::project;
use crate::common::times::hours;
use crate::common::trial::Trial;

/// A line controller with a defect.
type Defective = fn(LineController) -> Box<dyn LineLogic>;

/// A controller that answers something else than it should.
fn answers(
    controller: LineController,
    mut instead: impl FnMut(&mut Vec<Action>) + Send + Sync + 'static,
) -> Box<dyn LineLogic> {
    double(controller, move |controller, now, input, out| {
        Input::give(input, controller, now, out);
        instead(out);
    })
}

fn own(controller: LineController) -> Box<dyn LineLogic> {
    Box::new(controller)
}

/// Leaves a child of every second case of units out of the record.
pub fn one_short(controller: LineController) -> Box<dyn LineLogic> {
    let mut cases = 0;
    answers(controller, move |out| {
        for action in out {
            if let Action::Send(message) = action
                && let Command::Pack { children, .. } = &mut message.command
                && let [.., ObjectCode::Unit(_)] = &children[..]
            {
                cases += 1;
                if cases % 2 == 0 {
                    children.pop();
                }
            }
        }
    })
}

/// Never accepts the second layer.
pub fn forgets_a_layer(controller: LineController) -> Box<dyn LineLogic> {
    let mut layers = 0;
    answers(controller, move |out| {
        out.retain(|action| {
            let accepts = matches!(action, Action::Device(DeviceCommand::AcceptLayer { .. }));
            layers += u32::from(accepts);
            !accepts || layers != 2
        });
    })
}

/// Takes every print that can be read for a good one.
fn ignores_grades(controller: LineController) -> Box<dyn LineLogic> {
    let lift = |read: &mut Read| {
        if let Read::Symbol { grade_tenths, .. } = read {
            *grade_tenths = 40;
        }
    };
    double(controller, move |controller, now, mut input, out| {
        match &mut input {
            Input::Event(DeviceEvent::SymbolRead { read, .. }) => lift(read),
            Input::Event(DeviceEvent::LayerRead { reads, .. }) => reads.iter_mut().for_each(lift),
            _ => {}
        }
        input.give(controller, now, out);
    })
}

/// Fails at the fortieth job of the printer, and names it.
fn falls_over(controller: LineController) -> Box<dyn LineLogic> {
    answers(controller, move |out| {
        for action in out {
            if let Action::Device(DeviceCommand::Print { job, .. }) = action {
                assert!(job.0 < 40, "the controller fell over at job {}", job.0);
            }
        }
    })
}

/// Order and faults that each of these runs has: misprints, of which most are of no importance.
fn trial() -> Trial {
    let (every, defect) = (Rate::EveryNth(30), Defect::LowContrast { contrast: 0.3 });
    let misprint = Fault::Misprint { at: "printer-1".into(), every, defect };
    let no_read = Fault::NoRead { at: "camera-1".into(), every: Rate::EveryNth(45) };
    Trial::on("carton-line-250").quantity(240).lasts(hours(2)).faults([misprint, no_read])
}

pub fn found(path: &std::path::Path, parts: Parts) -> Vec<Finding> {
    let job = load(path, None, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    match play(&job, parts) {
        Ok(result) => findings(&result),
        Err(words) => vec![Finding::Crash(words)],
    }
}

/// Puts a scenario into a file of its own, as `linetwin explore` does.
pub fn written(scenario: &Scenario, folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("small.ron");
    let text = scenario.text().replace("twins/", &format!("{}/", project("twins").display()));
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_shrunk_scenario_that_is_read_again_shows_the_finding_that_it_was_shrunk_for() {
    let unmet = r#"expect=[{"Throughput": {"at_least": "249/min"}}, {"Oee": {"at_most": 1}}]"#;
    let unmet_words = Finding::Unmet("good units: at least 249/min".to_owned());
    let escape = Finding::Escape("Misprint".to_owned());
    let crash = Finding::Crash("the controller fell over at job 40".to_owned());
    for (line, trial, finding, most_packs) in [
        (one_short as Defective, trial(), Finding::Invariant(I3), 120),
        (ignores_grades, trial(), Finding::Invariant(I2), 30),
        (ignores_grades, trial(), escape, 30),
        (forgets_a_layer, trial(), Finding::Invariant(I10), 120),
        (forgets_a_layer, trial(), Finding::NotClosed, 120),
        (own, trial().set(unmet), unmet_words, 1),
        (falls_over, trial(), crash, 75),
    ] {
        let parts = Parts { line: &line, ..Parts::OWN };
        let job = trial.job();
        let folder = tempfile::tempdir().unwrap();
        let whole = found(&written(&job.scenario, folder.path()), parts);
        assert!(whole.iter().any(|one| one.recurs_as(&finding)), "{finding}: {whole:?}");
        let small = shrink(&job.path, job.scenario.clone(), &finding, parts, 60);
        assert!(small.packs <= most_packs && small.packs < 240, "{finding}: {small:?}");
        assert!(small.runs <= 60 && small.faults <= 1, "{finding}: {small:?}");
        let again = found(&written(&small.scenario, folder.path()), parts);
        assert!(again.iter().any(|one| one.recurs_as(&finding)), "{finding}: {again:?}");
        // What is wrong is the controller, or what was expected.
        let with_ours = found(&written(&small.scenario, folder.path()), Parts::OWN);
        let passes = with_ours.is_empty();
        assert_eq!(passes, !matches!(finding, Finding::Unmet(_)), "{finding}: {with_ours:?}");
    }
}

#[test]
fn with_however_few_runs_no_scenario_that_passes_comes_of_it() {
    let finding = Finding::Invariant(I3);
    let parts = Parts { line: &one_short, ..Parts::OWN };
    let job = trial().job();
    let folder = tempfile::tempdir().unwrap();
    let mut packs = 240;
    for most_runs in [0, 1, 2, 5, 12, 30] {
        let small = shrink(&job.path, job.scenario.clone(), &finding, parts, most_runs);
        assert!(small.runs <= most_runs + 1, "{small:?}");
        assert!(small.packs <= packs, "more runs do not make it larger: {small:?}");
        packs = small.packs;
        let again = found(&written(&small.scenario, folder.path()), parts);
        assert!(again.contains(&finding), "{most_runs} runs: {again:?}");
    }
}

#[test]
fn a_scenario_that_does_not_fail_so_is_left_as_it_is() {
    let job = trial().job();
    for finding in [
        Finding::Invariant(I3),
        Finding::NotClosed,
        Finding::Escape("Misprint".to_owned()),
        Finding::Unmet("integrity is clean".to_owned()),
        Finding::Crash("a panic".to_owned()),
    ] {
        let same = shrink(&job.path, job.scenario.clone(), &finding, Parts::OWN, 40);
        assert_eq!(same.scenario, job.scenario, "{finding}");
    }
    // One that fails in another way is none either.
    let parts = Parts { line: &falls_over, ..Parts::OWN };
    let other = Finding::Crash("the controller got lost".to_owned());
    let same = shrink(&job.path, job.scenario.clone(), &other, parts, 40);
    assert_eq!(same.scenario, job.scenario);
}
