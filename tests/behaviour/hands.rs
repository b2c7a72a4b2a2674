//! People lay hands on products without a word: take one off, put one on, change two. What is missing
//! is missed, what is strange goes, what only changed places is no harm; the order is finished.

use linetwin::report::Summary;

use crate::common;

fn run(stem: &str, faults: &str, more: &[&str]) -> Summary {
    let faults = format!("faults=[{faults}]");
    let mut all = vec!["expect=[]", "lasts=24:00:00", "order.quantity=960", &faults];
    all.extend(more);
    let (result, _) = common::play(&common::scenario(stem, &all));
    let run = result.summary;
    let day = format!("{stem} {faults} {more:?}: {}", run.ended);
    assert!(run.passes(), "{day}");
    assert_eq!(run.integrity.verdict, "clean", "{day}: {:?}", run.integrity.invariants);
    assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{day}");
    assert_eq!(run.throughput.good, 960, "{day}");
    for fault in &run.integrity.faults {
        assert_eq!(fault.escaped, 0, "{day}: {fault:?}");
    }
    run
}

/// Every belt on which units travel.
const BELTS: [(&str, &[&str]); 3] = [
    ("carton-line-250", &["belt-1", "belt-2", "belt-3"]),
    ("blister-cartoner-400", &["belt-1", "belt-2", "belt-3"]),
    ("bottle-line-240", &["belt-1", "belt-2", "belt-3", "belt-4", "belt-5"]),
];

fn hand(kind: &str, belt: &str, every: u32) -> String {
    format!(r#"{{"{kind}": {{"at": "{belt}", "every": {{"EveryNth": {every}}}}}}}"#)
}

#[test]
fn a_product_that_was_taken_off_is_missed_and_replaced() {
    for (stem, belts) in BELTS {
        for belt in belts {
            let run = run(stem, &hand("UnitRemoved", belt, 90), &[]);
            let fault = &run.integrity.faults[0];
            assert!(fault.injected >= 10, "{stem} {belt}: {fault:?}");
            assert_eq!(fault.contained, fault.injected, "{stem} {belt}: {fault:?}");
        }
    }
}

#[test]
fn a_product_that_nobody_ordered_is_found() {
    for (stem, belts) in BELTS {
        for belt in belts {
            let run = run(stem, &hand("UnitInserted", belt, 90), &[]);
            let fault = &run.integrity.faults[0];
            // A belt on which products queue has no room for one more most of the time.
            assert!(fault.injected >= 3, "{stem} {belt}: {fault:?}");
        }
    }
}

#[test]
fn two_that_changed_places_are_packed_or_thrown_out_but_never_mistaken() {
    for (stem, belts) in BELTS {
        for belt in belts {
            let run = run(stem, &hand("UnitsSwapped", belt, 90), &[]);
            assert!(run.integrity.faults[0].injected >= 5, "{stem} {belt}");
        }
    }
}

#[test]
fn hands_everywhere_on_a_day_that_is_hard_anyway() {
    let others = r#"
        {"MissingPrint": {"at": "printer-1", "every": {"PerThousand": 10}}},
        {"NoRead": {"at": "camera-1", "every": {"PerThousand": 30}}},
        {"GateFailsToFire": {"at": "gate-1", "from": "00:01:00", "lasts": "00:00:30"}},
        {"ControllerPowerCut": {"from": "00:01:40", "lasts": "00:01:00"}},
        {"LinkOutage": {"from": "00:02:00", "lasts": "00:02:00"}}"#;
    let days = std::env::var("LINETWIN_HAND_DAYS").map_or(6, |days| days.parse().unwrap());
    for (stem, belts) in BELTS {
        for seed in 1..=days {
            let hands = belts.iter().flat_map(|belt| {
                let kinds = ["UnitRemoved", "UnitInserted", "UnitsSwapped"];
                kinds.map(|kind| hand(kind, belt, 150 + seed % 50))
            });
            let faults: Vec<String> = hands.chain([others.to_owned()]).collect();
            run(stem, &faults.join(", "), &[&format!("seed={seed}")]);
        }
    }
}

#[test]
fn an_order_of_another_line_is_not_started() {
    for at in ["00:00:00", "00:02:00"] {
        let fault = format!(r#"faults=[{{"WrongBatchStarted": {{"at": "{at}"}}}}]"#);
        let settings = ["expect=[]", "order.quantity=960", &fault];
        let run = common::play(&common::scenario("carton-line-250", &settings)).0.summary;
        assert!(run.passes(), "{at}: {}", run.ended);
        assert_eq!((run.throughput.good, run.integrity.verdict), (960, "clean"));
        let row = &run.integrity.faults[0];
        assert_eq!((row.kind.as_str(), row.contained), ("WrongBatchStarted", 1));
    }
}
