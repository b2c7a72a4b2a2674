//! What is thrown out must be seen to fall. Where nobody saw it, or the bin can take no more, the line
//! stands until somebody has looked.

use linetwin::report::Summary;

use crate::common;

fn run(stem: &str, settings: &[&str]) -> Summary {
    let mut all = vec!["order.quantity=960", "expect=[]", "lasts=24:00:00"];
    all.extend(settings);
    let (result, _) = common::play(&common::scenario(stem, &all));
    let run = result.summary;
    assert!(run.passes(), "{stem}: {}", run.ended);
    assert_eq!(run.integrity.verdict, "clean", "{stem}: {:?}", run.integrity.invariants);
    assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{stem}");
    run
}

fn held_s(run: &Summary, machine: &str) -> f64 {
    let machine = run.throughput.machines.iter().find(|found| found.id == machine);
    machine.expect("a machine of the line").states.get("Held").copied().unwrap_or(0.0)
}

const EVERY_TENTH_UNREAD: &str = r#"{"NoRead": {"at": "camera-1", "every": {"EveryNth": 10}}}"#;

#[test]
fn a_fall_that_nobody_saw_stops_the_line_until_an_operator_has_looked() {
    for (stem, belt) in [
        ("carton-line-250", "belt-2"),
        ("blister-cartoner-400", "belt-2"),
        ("bottle-line-240", "belt-2"),
    ] {
        let stuck =
            r#"{"ConfirmSensorStuck": {"at": "gate-1", "from": "00:01:00", "lasts": "00:02:00"}}"#;
        let sound = run(stem, &[&format!("faults=[{EVERY_TENTH_UNREAD}]")]);
        let run = run(stem, &[&format!("faults=[{EVERY_TENTH_UNREAD}, {stuck}]")]);
        let fault = run.integrity.faults.iter().find(|fault| fault.kind == "ConfirmSensorStuck");
        let fault = fault.expect("it has hit");
        assert_eq!(fault.contained, fault.injected, "{stem}: {fault:?}");
        // Each fall that was not seen costs the way of an operator.
        let more_s = held_s(&run, belt) - held_s(&sound, belt);
        assert!(more_s > 10.0 * fault.injected as f64, "{stem}: {more_s} s for {fault:?}");
    }
}

#[test]
fn a_full_bin_stops_the_line_until_it_is_empty() {
    let faults = format!("faults=[{EVERY_TENTH_UNREAD}]");
    let capacity = r#"twin_settings=["machines.gate-1.bin_capacity=10"]"#;
    let roomy = run("carton-line-250", &[&faults]);
    let run = run("carton-line-250", &[&faults, capacity]);
    assert_eq!(run.throughput.rejected, roomy.throughput.rejected);
    let emptied = run.throughput.rejected / 10;
    assert!(emptied >= 10, "{}", run.throughput.rejected);
    let more_s = held_s(&run, "belt-2") - held_s(&roomy, "belt-2");
    // Somebody reacts, walks there and empties it: 20 to 70 seconds.
    assert!(more_s > 10.0 * emptied as f64 && more_s < 70.0 * emptied as f64, "{more_s}");
}
