//! The rework bench of the bottle line: what was thrown out unread is examined once more, and only what
//! is right comes back.

use linetwin::report::Summary;

use crate::common;

fn run(faults: &str, more: &[&str]) -> Summary {
    let faults = format!("faults=[{faults}]");
    let mut settings = vec!["expect=[]", "order.quantity=960", "lasts=12:00:00", &faults];
    settings.extend(more);
    let (result, _) = common::play(&common::scenario("bottle-line-240", &settings));
    let run = result.summary;
    let day = format!("{faults} {more:?}: {}", run.ended);
    assert!(run.passes(), "{day}");
    assert_eq!(run.integrity.verdict, "clean", "{day}: {:?}", run.integrity.invariants);
    assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{day}");
    assert!(run.integrity.faults.iter().all(|fault| fault.escaped == 0), "{day}");
    assert_eq!(run.throughput.good, 960, "{day}");
    run
}

const UNREAD: &str = r#"{"NoRead": {"at": "camera-1", "every": {"EveryNth": 20}}}"#;
const BARE: &str = r#"{"MissingPrint": {"at": "printer-1", "every": {"EveryNth": 30}}}"#;

#[test]
fn what_was_only_not_read_comes_back() {
    let run = run(UNREAD, &[]);
    // Fewer units came in than would have without a bench.
    let unread = run.integrity.faults[0].injected;
    assert!(unread >= 45, "{unread}");
    assert!(run.throughput.returned >= 45, "{}", run.throughput.returned);
    assert_eq!(run.throughput.infeed, 960 + run.throughput.rejected);
    assert!(run.throughput.rejected < 15, "{}", run.throughput.rejected);
}

#[test]
fn what_is_wrong_stays_out() {
    let run = run(&format!("{UNREAD}, {BARE}"), &[]);
    let of = |kind: &str| run.integrity.faults.iter().find(|fault| fault.kind == kind).unwrap();
    let bare = of("MissingPrint");
    assert_eq!(bare.contained, bare.injected);
    assert!(run.throughput.rejected >= bare.injected);
    // Brought back at the end, after all others.
    assert!(of("NoRead").harmless + of("NoRead").contained == of("NoRead").injected);
}

#[test]
fn a_bin_emptied_before_the_end_is_examined_all_the_same() {
    let run = run(UNREAD, &[r#"twin_settings=["machines.gate-1.bin_capacity=10"]"#]);
    assert!(run.throughput.returned >= 45, "{}", run.throughput.returned);
}

#[test]
fn rework_is_no_way_around_the_checks() {
    let others = r#"
        {"SerialPrintedTwice": {"at": "printer-1", "every": {"EveryNth": 40}}},
        {"Misprint": {"at": "printer-1", "every": {"PerThousand": 30}, "defect": {"DeadNozzles": {"rows": 12}}}},
        {"ConfirmSensorStuck": {"at": "gate-1", "from": "00:01:00", "lasts": "00:01:00"}},
        {"GateFailsToFire": {"at": "gate-1", "from": "00:02:00", "lasts": "00:01:00"}},
        {"UnitInserted": {"at": "belt-5", "every": {"EveryNth": 200}}},
        {"UnitRemoved": {"at": "belt-5", "every": {"EveryNth": 190}}}"#;
    for seed in 0..12 {
        let cut = format!(
            r#"{{"ControllerPowerCut": {{"from": "00:04:{:02}", "lasts": "00:00:20"}}}}"#,
            seed * 5
        );
        let again = cut.replace("00:04", "00:05").replace("from\": \"00:05", "from\": \"00:06");
        let faults = [UNREAD, BARE, others, &cut, &again].join(", ");
        run(&faults, &[&format!("seed={seed}")]);
    }
}
