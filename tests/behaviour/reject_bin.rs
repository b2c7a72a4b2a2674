//! What is rejected must be seen to fall. Where nobody saw it, or the bin can take no more, the line
//! stands until somebody has looked.

use linetwin::base::MachineState;
use linetwin::faults::{Fault, FaultKind, Rate};

use crate::common::run::Run;
use crate::common::times::{hours, minutes};
use crate::common::trial::{LINES, Trial, once_set_up};

/// An order of which every tenth pack is not read, and so rejected.
fn order_on(line: &str) -> Trial {
    let unread = Fault::NoRead { at: "camera-1".into(), every: Rate::EveryNth(10) };
    Trial::on(line).quantity(960).lasts(hours(24)).fault(unread)
}

fn run(trial: &Trial) -> Run {
    let run = trial.run();
    run.is_clean().made(960);
    run
}

/// Seconds that the belt with the gate stood for somebody.
fn held_s(run: &Run) -> f64 {
    run.machine("belt-2").in_state(MachineState::Held)
}

#[test]
fn a_fall_that_nobody_saw_stops_the_line_until_an_operator_has_looked() {
    for line in LINES {
        let trial = order_on(line);
        let sound = run(&trial);
        let (from, lasts) = (once_set_up(line) + minutes(1), minutes(2));
        let run = run(&trial.fault(Fault::ConfirmSensorStuck { at: "gate-1".into(), from, lasts }));
        let unseen = run.all_contained(FaultKind::ConfirmSensorStuck);
        // Each fall that was not seen costs the way of an operator.
        let more_s = held_s(&run) - held_s(&sound);
        assert!(more_s > 10.0 * unseen as f64, "{more_s} s for {unseen} falls: {run}");
    }
}

#[test]
fn a_full_bin_stops_the_line_until_it_is_empty() {
    let trial = order_on("carton-line-250");
    let roomy = run(&trial);
    let run = run(&trial.set("twin.machines.gate-1.bin_capacity=10"));
    assert_eq!(run.throughput.rejected, roomy.throughput.rejected, "{run}");
    let emptied = run.throughput.rejected / 10;
    assert!(emptied >= 10, "{}: {run}", run.throughput.rejected);
    let each_s = (held_s(&run) - held_s(&roomy)) / emptied as f64;
    // Somebody reacts, walks there and empties it: 20 to 70 seconds.
    assert!(each_s > 10.0 && each_s < 70.0, "{each_s} s each time: {run}");
}
