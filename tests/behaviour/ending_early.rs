//! Somebody ends an order before its quantity is reached: what is on the line is packed, open containers
//! are closed with what is in them, and everything is accounted for.

use linetwin::faults::{Fault, Rate};

use crate::common::run::Run;
use crate::common::times::{hours, minutes, seconds, time};
use crate::common::trial::{LINES, Trial};

/// An order of 4000 that is ended after so many seconds.
fn ended_after(line: &str, ends_s: u64) -> Trial {
    let ends = format!("order_ends={}", seconds(ends_s));
    Trial::on(line).quantity(4_000).lasts(hours(12)).set(ends)
}

fn run(trial: &Trial) -> Run {
    let run = trial.run();
    run.is_clean();
    assert_eq!(run.serials.commissioned, run.throughput.good, "{run}");
    run
}

#[test]
fn an_order_can_be_ended_at_any_moment() {
    for line in LINES {
        // The bottle line is set up first, which takes two to five minutes.
        let (ready, latest) = if line == "bottle-line-240" { (120, 300) } else { (0, 0) };
        let (mut made, mut ran_s) = (0, 0.0);
        for second in (0..latest + 400).step_by(29) {
            let run = run(&ended_after(line, second).seed(second));
            let good = run.throughput.good;
            assert!(good < 4_000, "{run}");
            let since_ready_s = second as f64 - f64::from(ready) + 1.0;
            // What the line makes in that time at most, and what was on it.
            assert!(second < latest + 60 || good as f64 / since_ready_s < 9.0, "{good}: {run}");
            if second >= latest + 60 {
                (made, ran_s) = (made + good, ran_s + since_ready_s);
            }
        }
        // A failure may stop a line for a minute, but not all of them all the time.
        assert!((1.0..9.0).contains(&(made as f64 / ran_s)), "{line}: {made} in {ran_s} s");
    }
}

#[test]
fn the_last_containers_are_closed_with_what_is_in_them() {
    let run = run(&ended_after("carton-line-250", 300));
    let good = run.throughput.good;
    assert_ne!(good % 48, 0, "the last case is a partial one");
    assert_eq!(run.throughput.containers.case, good.div_ceil(48));
    assert_eq!(run.throughput.containers.pallet, good.div_ceil(48).div_ceil(40));
}

#[test]
fn an_order_can_be_ended_on_a_hard_day() {
    let faults = [
        Fault::MissingPrint { at: "printer-1".into(), every: Rate::PerThousand(10.0) },
        Fault::NoRead { at: "camera-1".into(), every: Rate::PerThousand(30.0) },
        Fault::UnitRemoved { at: "belt-3".into(), every: Rate::EveryNth(70) },
        Fault::UnitInserted { at: "belt-3".into(), every: Rate::EveryNth(80) },
        Fault::GateFailsToFire { at: "gate-1".into(), from: minutes(1), lasts: seconds(30) },
        Fault::ControllerPowerCut { from: time("00:03:05"), lasts: seconds(30) },
        Fault::ControllerPowerCut { from: time("00:04:05"), lasts: seconds(30) },
        Fault::LinkOutage { from: minutes(2), lasts: minutes(2) },
    ];
    for line in LINES {
        for second in (180..260).step_by(11) {
            run(&ended_after(line, second).seed(second).faults(faults.clone()));
        }
    }
}
