//! The line controller loses power in the middle of its work: what it knew it knows again, what it
//! cannot know it throws out, and nobody is told anything false.

use linetwin::report::Summary;

use crate::common;

const LINES: [&str; 3] = ["carton-line-250", "blister-cartoner-400", "bottle-line-240"];

fn run(stem: &str, faults: &str, more: &[&str]) -> Summary {
    let faults = format!("faults=[{faults}]");
    let mut all = vec!["expect=[]", "lasts=24:00:00", &faults];
    all.extend(more);
    let (result, _) = common::play(&common::scenario(stem, &all));
    let run = result.summary;
    let day = format!("{stem} {more:?} {faults}: {}", run.ended);
    assert!(run.passes(), "{day}");
    assert_eq!(run.integrity.verdict, "clean", "{day}: {:?}", run.integrity.invariants);
    assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{day}");
    for fault in &run.integrity.faults {
        assert_eq!(fault.escaped, 0, "{day}: {fault:?}");
    }
    run
}

fn cut(second: u32, lasts: u32) -> String {
    let time = |s: u32| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    format!(
        r#"{{"ControllerPowerCut": {{"from": "{}", "lasts": "{}"}}}}"#,
        time(second),
        time(lasts)
    )
}

#[test]
fn an_order_is_finished_whenever_the_power_fails() {
    for stem in LINES {
        // The bottle line is set up first, which takes two to five minutes.
        let latest = if stem == "bottle-line-240" { 540 } else { 240 };
        for second in (0..latest).step_by(7) {
            run(stem, &cut(second, 45), &["order.quantity=480", &format!("seed={second}")]);
        }
    }
}

#[test]
fn what_was_between_two_sensors_is_thrown_out() {
    let whole = run("carton-line-250", "", &["order.quantity=960"]);
    let run = run("carton-line-250", &cut(100, 60), &["order.quantity=960"]);
    assert_eq!(run.throughput.good, 960);
    let thrown_out = run.throughput.rejected - whole.throughput.rejected;
    // Between printer and gate there is room for eight cartons.
    assert!((1..=8).contains(&thrown_out), "{thrown_out}");
    // Less what the people took longer in the other run to clear the line at its end.
    assert!(run.simulated_s > whole.simulated_s + 40.0);
    let fault = &run.integrity.faults[0];
    assert_eq!((fault.kind.as_str(), fault.contained), ("ControllerPowerCut", 1));
}

#[test]
fn power_fails_again_and_again_on_a_hard_day() {
    let others = r#"
        {"Misprint": {"at": "printer-1", "every": {"PerThousand": 30}, "defect": {"DeadNozzles": {"rows": 12}}}},
        {"MissingPrint": {"at": "printer-1", "every": {"PerThousand": 20}}},
        {"SerialPrintedTwice": {"at": "printer-1", "every": {"PerThousand": 20}}},
        {"DuplicateRead": {"at": "camera-1", "every": {"PerThousand": 50}}},
        {"NoRead": {"at": "camera-1", "every": {"PerThousand": 50}}},
        {"GateFailsToFire": {"at": "gate-1", "from": "00:02:00", "lasts": "00:02:00"}},
        {"ConfirmSensorStuck": {"at": "gate-1", "from": "00:04:00", "lasts": "00:02:00"}},
        {"LinkOutage": {"from": "00:01:30", "lasts": "00:04:00"}}"#;
    let days = std::env::var("LINETWIN_POWER_CUT_DAYS").map_or(6, |days| days.parse().unwrap());
    for stem in LINES {
        for seed in 1..=days {
            let cuts = (1..12).map(|n| cut(n * (23 + seed % 40), 5 + 3 * seed % 60));
            let faults: Vec<String> = cuts.chain([others.to_owned()]).collect();
            let seed = format!("seed={seed}");
            let samples = r#"order.samples={"first": 2, "every": 60}"#;
            let unread = match stem {
                "bottle-line-240" => "twin_settings=[\"interventions.handheld_read_rate=0.5\"]",
                _ => "twin_settings=[\"machines.case-packer.packing.read_rate=0.7\"]",
            };
            run(stem, &faults.join(", "), &["order.quantity=700", &seed, samples, unread]);
        }
    }
}
