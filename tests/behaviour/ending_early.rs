//! Somebody ends an order before its quantity is reached: what is on the line is packed, open containers
//! are closed with what is in them, and everything is accounted for.

use linetwin::report::Summary;

use crate::common;

fn run(stem: &str, ends_s: u32, more: &[&str]) -> Summary {
    let ends = format!("order_ends=00:{:02}:{:02}", ends_s / 60, ends_s % 60);
    let mut settings = vec!["expect=[]", "order.quantity=4000", "lasts=12:00:00", &ends];
    settings.extend(more);
    let (result, _) = common::play(&common::scenario(stem, &settings));
    let run = result.summary;
    let day = format!("{stem} {ends} {more:?}: {}", run.ended);
    assert!(run.passes(), "{day}");
    assert_eq!(run.integrity.verdict, "clean", "{day}: {:?}", run.integrity.invariants);
    assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{day}");
    assert_eq!(run.serials.commissioned, run.throughput.good, "{day}");
    assert!(run.integrity.faults.iter().all(|fault| fault.escaped == 0), "{day}");
    run
}

const LINES: [&str; 3] = ["carton-line-250", "blister-cartoner-400", "bottle-line-240"];

#[test]
fn an_order_can_be_ended_at_any_moment() {
    for stem in LINES {
        // The bottle line is set up first, which takes two to five minutes.
        let (ready, latest) = if stem == "bottle-line-240" { (120, 300) } else { (0, 0) };
        for second in (0..latest + 400).step_by(29) {
            let run = run(stem, second, &[&format!("seed={second}")]);
            assert!(run.throughput.good < 4_000, "{stem} {second}");
            // About what the line makes in that time, and what was on it.
            let made = run.throughput.good as f64 / (f64::from(second) - f64::from(ready) + 1.0);
            assert!(second < latest + 60 || (1.0..9.0).contains(&made), "{stem} {second}: {made}");
        }
    }
}

#[test]
fn the_last_containers_are_closed_with_what_is_in_them() {
    let run = run("carton-line-250", 300, &[]);
    let good = run.throughput.good;
    assert_ne!(good % 48, 0, "the last case is a partial one");
    assert_eq!(run.throughput.containers.case, good.div_ceil(48));
    assert_eq!(run.throughput.containers.pallet, good.div_ceil(48).div_ceil(40));
}

#[test]
fn an_order_can_be_ended_on_a_hard_day() {
    let faults = r#"faults=[
        {"MissingPrint": {"at": "printer-1", "every": {"PerThousand": 10}}},
        {"NoRead": {"at": "camera-1", "every": {"PerThousand": 30}}},
        {"UnitRemoved": {"at": "belt-3", "every": {"EveryNth": 70}}},
        {"UnitInserted": {"at": "belt-3", "every": {"EveryNth": 80}}},
        {"GateFailsToFire": {"at": "gate-1", "from": "00:01:00", "lasts": "00:00:30"}},
        {"ControllerPowerCut": {"from": "00:03:05", "lasts": "00:00:30"}},
        {"ControllerPowerCut": {"from": "00:04:05", "lasts": "00:00:30"}},
        {"LinkOutage": {"from": "00:02:00", "lasts": "00:02:00"}}]"#;
    for stem in LINES {
        for second in (180..260).step_by(11) {
            run(stem, second, &[faults, &format!("seed={second}")]);
        }
    }
}
