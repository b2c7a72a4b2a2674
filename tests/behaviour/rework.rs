//! The rework bench of the bottle line: what was rejected unread is verified once more, and only what
//! is right comes back.

use linetwin::faults::{Fault, FaultKind, Rate};
use linetwin::symbol::Defect;

use crate::common::run::Run;
use crate::common::times::{hours, minutes, seconds};
use crate::common::trial::Trial;

fn order() -> Trial {
    Trial::on("bottle-line-240").quantity(960).lasts(hours(12))
}

fn run(trial: &Trial) -> Run {
    let run = trial.run();
    run.is_clean().made(960);
    run
}

/// Good bottles that are rejected because they are not read.
fn unread() -> Fault {
    Fault::NoRead { at: "camera-1".into(), every: Rate::EveryNth(20) }
}

/// Bottles without a code.
fn bare() -> Fault {
    Fault::MissingPrint { at: "printer-1".into(), every: Rate::EveryNth(30) }
}

#[test]
fn what_was_only_not_read_comes_back() {
    let run = run(&order().fault(unread()));
    // Fewer units came in than would have without a bench.
    assert!(run.injected(FaultKind::NoRead) >= 45, "{run}");
    assert!(run.throughput.returned >= 45, "{}: {run}", run.throughput.returned);
    assert_eq!(run.throughput.infeed, 960 + run.throughput.rejected, "{run}");
    assert!(run.throughput.rejected < 15, "{}: {run}", run.throughput.rejected);
}

#[test]
fn what_is_wrong_stays_out() {
    let run = run(&order().faults([unread(), bare()]));
    let bare = run.all_contained(FaultKind::MissingPrint);
    assert!(run.throughput.rejected >= bare, "{bare}: {run}");
    // Brought back at the end, after all others.
    let unread = run.outcomes(FaultKind::NoRead);
    assert_eq!(unread.harmless + unread.contained, unread.injected, "{unread:?}: {run}");
}

#[test]
fn a_bin_emptied_before_the_end_is_examined_all_the_same() {
    let run = run(&order().fault(unread()).set("twin.machines.gate-1.bin_capacity=10"));
    assert!(run.throughput.returned >= 45, "{}: {run}", run.throughput.returned);
}

#[test]
fn rework_is_no_way_around_the_checks() {
    let unreadable = Defect::DeadNozzles { rows: 12 };
    let (printer, gate, belt) = (|| "printer-1".into(), || "gate-1".into(), || "belt-5".into());
    let others = [
        Fault::SerialPrintedTwice { at: printer(), every: Rate::EveryNth(40) },
        Fault::Misprint { at: printer(), every: Rate::PerThousand(30.0), defect: unreadable },
        Fault::ConfirmSensorStuck { at: gate(), from: minutes(1), lasts: minutes(1) },
        Fault::GateFailsToFire { at: gate(), from: minutes(2), lasts: minutes(1) },
        Fault::UnitInserted { at: belt(), every: Rate::EveryNth(200) },
        Fault::UnitRemoved { at: belt(), every: Rate::EveryNth(190) },
    ];
    for seed in 0..12 {
        let cut = |minute| {
            let from = minutes(minute) + seconds(5 * seed);
            Fault::ControllerPowerCut { from, lasts: seconds(20) }
        };
        let trial = order().seed(seed).faults([unread(), bare()]).faults(others.clone());
        run(&trial.faults([cut(4), cut(6)]));
    }
}
