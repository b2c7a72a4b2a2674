//! The line controller loses power in the middle of its work: what it knew it knows again, what it
//! cannot know it rejects, and nothing false is recorded.

use linetwin::faults::{Fault, FaultKind, Rate};
use linetwin::symbol::Defect;

use crate::common::run::Run;
use crate::common::times::{hours, minutes, seconds};
use crate::common::trial::{LINES, Trial, once_set_up, tries};

fn order_on(line: &str, quantity: u32) -> Trial {
    Trial::on(line).quantity(quantity).lasts(hours(24))
}

fn run(trial: &Trial) -> Run {
    let run = trial.run();
    run.is_clean();
    run
}

#[test]
fn an_order_is_finished_whenever_the_power_fails() {
    for line in LINES {
        let latest = once_set_up(line) + minutes(4);
        let moments = (0..).step_by(7).take_while(|second| seconds(*second) < latest);
        for second in moments {
            let cut = Fault::ControllerPowerCut { from: seconds(second), lasts: seconds(45) };
            run(&order_on(line, 480).seed(second).fault(cut)).made(480);
        }
    }
}

#[test]
fn what_was_between_two_sensors_is_rejected() {
    // Nothing is rejected for another reason.
    let order = order_on("carton-line-250", 960).set("twin.machines.camera-1.read_rate=1.0");
    let whole = run(&order);
    let cut = Fault::ControllerPowerCut { from: seconds(100), lasts: seconds(60) };
    let run = run(&order.fault(cut));
    run.made(960);
    let rejected = run.throughput.rejected - whole.throughput.rejected;
    // Between printer and gate there is room for eight cartons.
    assert!((1..=8).contains(&rejected), "{rejected}: {run}");
    // Less what the people took longer in the other run to clear the line at its end.
    assert!(run.simulated_s > whole.simulated_s + 40.0, "{} s: {run}", whole.simulated_s);
    assert_eq!(run.all_contained(FaultKind::ControllerPowerCut), 1, "{run}");
}

#[test]
fn power_fails_again_and_again_on_a_hard_day() {
    let (printer, camera, gate) = (|| "printer-1".into(), || "camera-1".into(), || "gate-1".into());
    let unreadable = Defect::DeadNozzles { rows: 12 };
    let others = [
        Fault::Misprint { at: printer(), every: Rate::PerThousand(30.0), defect: unreadable },
        Fault::MissingPrint { at: printer(), every: Rate::PerThousand(20.0) },
        Fault::SerialPrintedTwice { at: printer(), every: Rate::PerThousand(20.0) },
        Fault::DuplicateRead { at: camera(), every: Rate::PerThousand(50.0) },
        Fault::NoRead { at: camera(), every: Rate::PerThousand(50.0) },
        Fault::GateFailsToFire { at: gate(), from: minutes(2), lasts: minutes(2) },
        Fault::ConfirmSensorStuck { at: gate(), from: minutes(4), lasts: minutes(2) },
        Fault::LinkOutage { from: seconds(90), lasts: minutes(4) },
    ];
    for line in LINES {
        let unread = match line {
            "bottle-line-240" => "twin.interventions.handheld_read_rate=0.5",
            _ => "twin.machines.case-packer.packing.read_rate=0.7",
        };
        for seed in 1..=tries("LINETWIN_POWER_CUT_DAYS", 6) {
            let cuts = (1..12).map(|n| {
                let (from, lasts) = (n * (23 + seed % 40), 5 + 3 * seed % 60);
                Fault::ControllerPowerCut { from: seconds(from), lasts: seconds(lasts) }
            });
            let trial = order_on(line, 700).seed(seed).samples(2, 60).set(unread);
            run(&trial.faults(cuts).faults(others.clone())).made(700);
        }
    }
}
