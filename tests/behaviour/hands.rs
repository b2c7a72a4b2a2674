//! People lay hands on products without a word: take one off, put one on, change two. What is missing
//! is missed, what is untracked is rejected, what only changed places is no harm; the order is finished.

use linetwin::base::SimSpan;
use linetwin::faults::{Fault, FaultKind, Rate};

use crate::common::run::Run;
use crate::common::times::{hours, minutes, seconds};
use crate::common::trial::{Trial, tries};

fn order_on(line: &str) -> Trial {
    Trial::on(line).quantity(960).lasts(hours(24))
}

/// Makes the order while this goes wrong.
fn run_on(line: &str, fault: Fault) -> Run {
    let run = order_on(line).fault(fault).run();
    run.is_clean().made(960);
    run
}

/// Every belt on which units travel.
const BELTS: [(&str, &[&str]); 3] = [
    ("carton-line-250", &["belt-1", "belt-2", "belt-3"]),
    ("blister-cartoner-400", &["belt-1", "belt-2", "belt-3"]),
    ("bottle-line-240", &["belt-1", "belt-2", "belt-3", "belt-4", "belt-5"]),
];

#[test]
fn a_product_that_was_taken_off_is_missed_and_replaced() {
    for (line, belts) in BELTS {
        for &belt in belts {
            let fault = Fault::UnitRemoved { at: belt.into(), every: Rate::EveryNth(90) };
            let run = run_on(line, fault);
            assert!(run.all_contained(FaultKind::UnitRemoved) >= 10, "{run}");
        }
    }
}

#[test]
fn a_product_that_nobody_ordered_is_found() {
    for (line, belts) in BELTS {
        for &belt in belts {
            let fault = Fault::UnitInserted { at: belt.into(), every: Rate::EveryNth(90) };
            let run = run_on(line, fault);
            // A belt on which products queue has no room for one more most of the time.
            let outcomes = run.outcomes(FaultKind::UnitInserted);
            assert!(outcomes.injected >= 3, "{outcomes:?}: {run}");
            // In front of the printer, which stands on the second belt, it is a product like any other: one in
            // some hundred is rejected.
            if ["belt-1", "belt-2"].contains(&belt) {
                assert!(outcomes.harmless > 3 * outcomes.contained, "{outcomes:?}: {run}");
            } else {
                assert!(outcomes.contained > 0, "{outcomes:?}: {run}");
            }
        }
    }
}

#[test]
fn two_that_changed_places_are_packed_or_rejected_but_never_mistaken() {
    for (line, belts) in BELTS {
        for &belt in belts {
            let fault = Fault::UnitsSwapped { at: belt.into(), every: Rate::EveryNth(90) };
            let run = run_on(line, fault);
            assert!(run.injected(FaultKind::UnitsSwapped) >= 5, "{run}");
        }
    }
}

#[test]
fn hands_everywhere_on_a_day_that_is_hard_anyway() {
    let others = [
        Fault::MissingPrint { at: "printer-1".into(), every: Rate::PerThousand(10.0) },
        Fault::NoRead { at: "camera-1".into(), every: Rate::PerThousand(30.0) },
        Fault::GateFailsToFire { at: "gate-1".into(), from: minutes(1), lasts: seconds(30) },
        Fault::ControllerPowerCut { from: seconds(100), lasts: minutes(1) },
        Fault::LinkOutage { from: minutes(2), lasts: minutes(2) },
    ];
    for (line, belts) in BELTS {
        for seed in 1..=tries("LINETWIN_HAND_DAYS", 6) {
            let every = || Rate::EveryNth(150 + (seed % 50) as u32);
            let hands = belts.iter().flat_map(|&belt| {
                [
                    Fault::UnitRemoved { at: belt.into(), every: every() },
                    Fault::UnitInserted { at: belt.into(), every: every() },
                    Fault::UnitsSwapped { at: belt.into(), every: every() },
                ]
            });
            let trial = order_on(line).seed(seed).faults(hands).faults(others.clone());
            trial.run().is_clean().made(960);
        }
    }
}

#[test]
fn an_order_of_another_line_is_not_started() {
    for at in [SimSpan::ZERO, minutes(2)] {
        let trial = Trial::on("carton-line-250").quantity(960);
        let run = trial.fault(Fault::WrongBatchStarted { at }).run();
        run.closes_its_order().record_is_true().accounts_for_every_number().made(960);
        assert_eq!(run.all_contained(FaultKind::WrongBatchStarted), 1, "{run}");
    }
}
