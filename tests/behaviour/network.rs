//! Links that lose, repeat, delay and overtake, a ledger whose process is killed, a clock that is set:
//! the line goes on, nothing is lost, nothing is recorded twice.

use linetwin::integrity::InvariantId;
use linetwin::report::Summary;

use crate::common;

/// Runs an order on the carton line with one fault.
fn run_with(stem: &str, quantity: u32, faults: &str) -> Summary {
    let faults = format!("faults=[{faults}]");
    let quantity = format!("order.quantity={quantity}");
    let job = common::scenario(stem, &["expect=[]", &quantity, &faults]);
    let (result, _) = common::play(&job);
    let run = result.summary;
    assert!(run.passes(), "{faults}: {}", run.ended);
    assert_eq!(run.integrity.verdict, "clean", "{faults}: {:?}", run.integrity.invariants);
    assert_eq!(run.serials.balance, 0, "{faults}");
    assert_eq!(run.engine.refusals, 0, "{faults}: {:?}", run.engine.refusals_by_kind);
    run
}

/// How many faults of this kind were injected; all of them must have been contained.
fn contained(run: &Summary, kind: &str) -> u64 {
    let rows = &run.integrity.faults;
    let row = rows.iter().find(|row| row.kind == kind).expect("the fault was injected");
    assert_eq!(row.contained, row.injected, "{row:?}");
    row.contained
}

#[test]
fn a_link_that_loses_every_tenth_message_costs_time_and_no_truth() {
    let lossy = r#"{"MessageLost": {"every": {"PerThousand": 100}}}"#;
    let run = run_with("carton-line-250", 960, lossy);
    assert!(contained(&run, "MessageLost") > 50);
    assert_eq!(run.throughput.good, 960);
    let clean = run_with("carton-line-250", 960, "");
    assert_eq!(clean.engine.commands, run.engine.commands, "each command was decided once");
}

#[test]
fn what_arrives_twice_counts_once() {
    let twice = r#"{"MessageRepeated": {"every": {"PerThousand": 300}}}"#;
    let run = run_with("carton-line-250", 960, twice);
    assert!(contained(&run, "MessageRepeated") > 200);
    let clean = run_with("carton-line-250", 960, "");
    assert_eq!(clean.engine.commands, run.engine.commands);
    assert_eq!((run.throughput.good, run.serials), (960, clean.serials));
}

#[test]
fn what_is_overtaken_is_put_in_its_place() {
    let late = r#"{"MessageOvertaken": {"every": {"PerThousand": 50}, "delay": "00:00:03"}}"#;
    let run = run_with("carton-line-250", 960, late);
    assert!(contained(&run, "MessageOvertaken") > 30);
    assert_eq!(run.throughput.good, 960);
}

#[test]
fn a_slow_link_slows_nothing_but_the_end() {
    let slow = r#"{"LinkSlow": {"from": "00:00:30", "lasts": "00:10:00", "delay": "00:00:04"}}"#;
    let run = run_with("carton-line-250", 960, slow);
    assert_eq!(contained(&run, "LinkSlow"), 1);
    let clean = run_with("carton-line-250", 960, "");
    assert_eq!(run.throughput.good, 960);
    // It is longer than the line waits for an answer: everything is sent several times.
    let belt = |run: &Summary| {
        let belt = run.throughput.machines.iter().find(|machine| machine.id == "belt-2").unwrap();
        belt.states["Execute"]
    };
    assert!((belt(&run) - belt(&clean)).abs() < 5.0, "{} and {}", belt(&run), belt(&clean));
}

#[test]
fn a_ledger_that_is_killed_knows_afterwards_what_it_acknowledged() {
    for stem in ["carton-line-250", "bottle-line-240", "blister-cartoner-400"] {
        // The bottle line is set up first.
        let begins = if stem == "bottle-line-240" { 5 } else { 0 };
        let kill = |minute: u32, second: u32, lasts: &str| {
            let from = format!("00:{:02}:{second:02}", begins + minute);
            format!(r#"{{"LedgerKilled": {{"from": "{from}", "lasts": "{lasts}"}}}}"#)
        };
        let kills = [
            kill(0, 20, "00:00:30"),
            kill(2, 0, "00:01:00"),
            kill(2, 30, "00:01:00"),
            kill(4, 0, "00:00:01"),
        ];
        let run = run_with(stem, 960, &kills.join(","));
        let row = run.integrity.faults.iter().find(|row| row.kind == "LedgerKilled").unwrap();
        assert_eq!(row.escaped, 0, "{stem}");
        assert!(row.contained >= 3, "{stem}: in the last second nobody may have said anything");
        assert_eq!(run.throughput.good, 960, "{stem}");
        let i8 = run.integrity.invariants.iter().find(|invariant| invariant.id == InvariantId::I8);
        assert_eq!(i8.map(|invariant| invariant.violations), Some(0));
    }
}

#[test]
fn a_ledger_whose_disk_is_full_refuses_what_is_new_and_forgets_nothing() {
    for stem in ["carton-line-250", "bottle-line-240", "blister-cartoner-400"] {
        let full = |from: &str, lasts: &str| {
            format!(r#"{{"DiskFull": {{"from": "{from}", "lasts": "{lasts}"}}}}"#)
        };
        let kill = r#"{"LedgerKilled": {"from": "00:06:10", "lasts": "00:00:30"}}"#;
        let faults = [
            full("00:00:30", "00:01:00"),
            full("00:06:00", "00:02:00"),
            full("00:07:30", "00:01:00"),
            kill.to_owned(),
        ];
        let run = run_with(stem, 2400, &faults.join(","));
        let row = run.integrity.faults.iter().find(|row| row.kind == "DiskFull").unwrap();
        assert_eq!((row.injected, row.escaped), (3, 0), "{stem}");
        assert!(row.contained >= 1, "{stem}: {row:?}");
        assert_eq!(run.throughput.good, 2400, "{stem}");
    }
    // It is still full when nobody waits any more.
    let faults = r#"faults=[{"DiskFull": {"from": "00:01:00", "lasts": "05:00:00"}}]"#;
    let settings = ["expect=[]", "order.quantity=2400", "lasts=00:30:00", faults];
    let run = common::play(&common::scenario("carton-line-250", &settings)).0.summary;
    assert_eq!((run.ended.as_str(), run.integrity.verdict), ("time over", "clean"));
}

#[test]
fn a_clock_that_is_set_back_or_forth_changes_stamps_and_nothing_else() {
    let steps = r#"{"ClockStep": {"at": "00:01:00", "offset_s": -3600.0}},
                   {"ClockStep": {"at": "00:02:00", "offset_s": 7200.0}}"#;
    let run = run_with("carton-line-250", 960, steps);
    assert_eq!(contained(&run, "ClockStep"), 2);
    let clean = run_with("carton-line-250", 960, "");
    assert_eq!(run.simulated_s, clean.simulated_s);
    assert_eq!(run.throughput.good, 960);
}

#[test]
fn a_poor_link_costs_time_and_no_truth() {
    let settings = [
        "expect=[]",
        "order.quantity=960",
        "twin.link.lost=0.02",
        "twin.link.repeated=0.02",
        "twin.link.overtaken=0.02",
    ];
    let poor = common::play(&common::scenario("carton-line-250", &settings)).0.summary;
    assert!(poor.passes(), "{}", poor.ended);
    assert_eq!((poor.throughput.good, poor.integrity.verdict), (960, "clean"));
    let clean = run_with("carton-line-250", 960, "");
    assert_eq!(poor.engine.commands, clean.engine.commands, "each command was decided once");
    // The line itself has its numbers and goes on; only at the end it waits for the last answer.
    assert!((0.0..60.0).contains(&(poor.simulated_s - clean.simulated_s)));
    assert_ne!(poor.digest, clean.digest);
}

#[test]
fn everything_at_once() {
    let all = r#"{"MessageLost": {"every": {"PerThousand": 50}}},
                 {"MessageRepeated": {"every": {"PerThousand": 100}}},
                 {"MessageOvertaken": {"every": {"PerThousand": 20}, "delay": "00:00:05"}},
                 {"LinkSlow": {"from": "00:01:00", "lasts": "00:03:00", "delay": "00:00:01"}},
                 {"LinkOutage": {"from": "00:03:00", "lasts": "00:01:00"}},
                 {"LedgerKilled": {"from": "00:02:00", "lasts": "00:00:20"}},
                 {"ControllerPowerCut": {"from": "00:02:10", "lasts": "00:00:30"}},
                 {"ClockStep": {"at": "00:02:20", "offset_s": -600.0}},
                 {"NoRead": {"at": "camera-1", "every": {"PerThousand": 10}}},
                 {"SerialPrintedTwice": {"at": "printer-1", "every": {"PerThousand": 5}}}"#;
    for seed in 1..=10 {
        let faults = format!("faults=[{all}]");
        let seed = format!("seed={seed}");
        let settings = ["expect=[]", "order.quantity=1200", &seed, &faults];
        for stem in ["carton-line-250", "bottle-line-240"] {
            let (result, _) = common::play(&common::scenario(stem, &settings));
            let run = &result.summary;
            assert!(run.passes(), "{stem}, {seed}: {}", run.ended);
            assert_eq!(run.integrity.verdict, "clean", "{seed}: {:?}", run.integrity.invariants);
            assert!(run.integrity.faults.iter().all(|fault| fault.escaped == 0), "{stem}, {seed}");
        }
    }
}
