//! What printers, cameras, gates and labellers do wrong, one kind at a time, and what a correct line does
//! about it. Whatever happens, the order is made in full and the record is true.

use linetwin::integrity::FaultOutcomes;
use linetwin::report::Summary;

use crate::common;

/// Makes an order of 960 on a line while this goes wrong.
fn run_on(stem: &str, faults: &str) -> Summary {
    // The bottle line is set up first.
    let faults = match stem {
        "bottle-line-240" => faults.replace("\"00:01:00\", \"lasts\"", "\"00:06:00\", \"lasts\""),
        _ => faults.to_owned(),
    };
    let faults = format!("faults=[{faults}]");
    let job = common::scenario(stem, &["expect=[]", "order.quantity=960", &faults]);
    let run = common::play(&job).0.summary;
    assert!(run.passes(), "{stem}, {faults}: {}", run.ended);
    assert_eq!(run.integrity.verdict, "clean", "{stem}: {:?}", run.integrity.invariants);
    assert_eq!((run.throughput.good, run.serials.balance), (960, 0), "{stem}, {faults}");
    assert_eq!(run.engine.refusals, 0, "{stem}: {:?}", run.engine.refusals_by_kind);
    run
}

fn outcomes(run: &Summary, kind: &str) -> FaultOutcomes {
    let rows = &run.integrity.faults;
    rows.iter().find(|row| row.kind == kind).cloned().expect("the fault was injected")
}

/// All faults of a kind ended with their product thrown out.
fn all_contained(run: &Summary, kind: &str) -> u64 {
    let row = outcomes(run, kind);
    assert_eq!(row.contained, row.injected, "{row:?}");
    row.injected
}

const LINES: [&str; 3] = ["carton-line-250", "blister-cartoner-400", "bottle-line-240"];

#[test]
fn without_ink_everything_is_thrown_out_until_somebody_refills() {
    let fault = r#"{"InkOut": {"at": "printer-1", "from": "00:01:00", "lasts": "00:02:00"}}"#;
    for stem in LINES {
        let run = run_on(stem, fault);
        let thrown_out = all_contained(&run, "InkOut");
        assert!(thrown_out >= 5, "{stem}: {thrown_out}");
        // Five rejects in a row stop the belt: by far not all that would have come were wasted.
        assert!(thrown_out < 60, "{stem}: {thrown_out}");
        assert!(run.serials.scrapped >= thrown_out, "{stem}: {:?}", run.serials);
    }
}

#[test]
fn a_wrong_character_is_found() {
    for stem in LINES {
        let run = run_on(stem, r#"{"WrongText": {"at": "printer-1", "every": {"EveryNth": 40}}}"#);
        assert!(all_contained(&run, "WrongText") >= 20, "{stem}");
    }
}

#[test]
fn a_stale_layout_is_found_on_every_pack() {
    let fault = r#"{"StaleLayout": {"at": "printer-1", "from": "00:01:00", "lasts": "00:02:00"}}"#;
    for stem in LINES {
        assert!(all_contained(&run_on(stem, fault), "StaleLayout") >= 3, "{stem}");
    }
}

#[test]
fn a_buffer_that_is_replayed_gives_no_code_twice() {
    let fault = r#"{"BufferReplayed": {"at": "printer-1", "every": {"Nth": 100}, "jobs": 12}}"#;
    for stem in LINES {
        assert_eq!(all_contained(&run_on(stem, fault), "BufferReplayed"), 12, "{stem}");
    }
}

#[test]
fn while_a_camera_is_offline_nothing_passes() {
    let fault = r#"{"CameraOffline": {"at": "camera-1", "from": "00:01:00", "lasts": "00:03:00"}}"#;
    for stem in LINES {
        let run = run_on(stem, fault);
        let blind = all_contained(&run, "CameraOffline");
        assert!((5..100).contains(&blind), "{stem}: {blind}");
    }
    let second =
        r#"{"CameraOffline": {"at": "camera-2", "from": "00:01:00", "lasts": "00:01:00"}}"#;
    assert!(all_contained(&run_on("bottle-line-240", second), "CameraOffline") >= 5);
}

#[test]
fn a_frozen_image_passes_for_nothing() {
    let fault = r#"{"FrozenImage": {"at": "camera-1", "from": "00:01:00", "lasts": "00:02:00"}}"#;
    for stem in LINES {
        let run = run_on(stem, fault);
        let row = outcomes(&run, "FrozenImage");
        assert_eq!((row.contained + row.harmless, row.escaped), (row.injected, 0), "{stem}");
        assert!(row.contained >= 5, "{stem}: {row:?}");
    }
}

#[test]
fn a_result_that_comes_too_late_is_none() {
    // All products are behind the gate within a second.
    let late =
        r#"{"LateResult": {"at": "camera-1", "every": {"EveryNth": 50}, "delay": "00:00:03"}}"#;
    for stem in LINES {
        assert!(all_contained(&run_on(stem, late), "LateResult") >= 15, "{stem}");
    }
}

#[test]
fn a_good_unit_that_the_gate_pushed_off_is_missed_and_made_again() {
    let fault = r#"{"GoodUnitEjected": {"at": "gate-1", "every": {"EveryNth": 60}}}"#;
    for stem in LINES {
        assert!(all_contained(&run_on(stem, fault), "GoodUnitEjected") >= 15, "{stem}");
    }
    let second = r#"{"GoodUnitEjected": {"at": "gate-2", "every": {"EveryNth": 60}}}"#;
    assert!(all_contained(&run_on("bottle-line-240", second), "GoodUnitEjected") >= 15);
}

#[test]
fn a_container_leaves_only_with_its_own_label() {
    for (stem, labeller) in [
        ("carton-line-250", "case-labeller"),
        ("blister-cartoner-400", "bundler"),
        ("bottle-line-240", "case-labeller"),
    ] {
        for kind in ["LabelMissing", "LabelRepeated"] {
            let fault =
                format!(r#"{{"{kind}": {{"at": "{labeller}", "every": {{"EveryNth": 4}}}}}}"#);
            let run = run_on(stem, &fault);
            assert!(all_contained(&run, kind) >= 3, "{stem}, {kind}");
        }
    }
}

#[test]
fn a_layer_camera_that_takes_one_code_for_another_is_not_believed() {
    for (stem, station) in [
        ("carton-line-250", "case-packer"),
        ("blister-cartoner-400", "bundler"),
        ("blister-cartoner-400", "case-packer"),
        ("bottle-line-240", "case-packer"),
    ] {
        let fault =
            format!(r#"{{"LayerMisread": {{"at": "{station}", "every": {{"EveryNth": 3}}}}}}"#);
        let run = run_on(stem, &fault);
        assert!(all_contained(&run, "LayerMisread") >= 2, "{stem}, {station}");
    }
}

/// The first packing machine of each line, and the belt before it.
const PACKERS: [(&str, &str, &str); 3] = [
    ("carton-line-250", "case-packer", "belt-3"),
    ("blister-cartoner-400", "bundler", "belt-3"),
    ("bottle-line-240", "case-packer", "belt-5"),
];

#[test]
fn a_layer_of_the_wrong_number_closes_no_container() {
    for (stem, packer, _) in PACKERS {
        for kind in ["LayerShort", "LayerOver"] {
            let fault =
                format!(r#"{{"{kind}": {{"at": "{packer}", "every": {{"EveryNth": 70}}}}}}"#);
            assert!(all_contained(&run_on(stem, &fault), kind) >= 5, "{stem} {kind}");
        }
    }
}

#[test]
fn a_pack_of_another_lot_or_one_that_was_packed_already_gets_into_no_container() {
    for (stem, _, belt) in PACKERS {
        for kind in ["AlienInserted", "PackedInserted"] {
            let fault = format!(r#"{{"{kind}": {{"at": "{belt}", "every": {{"EveryNth": 70}}}}}}"#);
            assert!(all_contained(&run_on(stem, &fault), kind) >= 5, "{stem} {kind}");
        }
    }
}

/// The encoder counts too much or too little, by as little as nobody notices and by as much as loses every
/// product: the register finds none or another one where it expects it.
#[test]
fn products_that_are_not_where_the_encoder_says_never_make_the_record_false() {
    let mut thrown_out = 0;
    for (stem, belts) in [
        ("carton-line-250", &["belt-2"][..]),
        ("blister-cartoner-400", &["belt-2"]),
        ("bottle-line-240", &["belt-2", "belt-4"]),
    ] {
        for belt in belts {
            for share in ["0.01", "0.04", "0.09", "0.15", "0.3", "1.0", "-0.05", "-0.12", "-0.5"] {
                let fault = format!(
                    r#"{{"EncoderSlip": {{"at": "{belt}", "share": {share}, "from": "00:01:00", "lasts": "00:01:00"}}}}"#
                );
                let run = run_on(stem, &fault);
                let row = outcomes(&run, "EncoderSlip");
                assert_eq!(row.escaped, 0, "{stem}, {belt}, {share}: {row:?}");
                thrown_out += row.contained;
            }
        }
    }
    assert!(thrown_out > 300, "{thrown_out}");
}

/// No sensor sees a gap between a product and the one behind it, which passes every device unseen.
#[test]
fn products_that_touch_never_make_the_record_false() {
    for (stem, belt) in [
        ("carton-line-250", "belt-2"),
        ("blister-cartoner-400", "belt-2"),
        ("bottle-line-240", "belt-2"),
        ("bottle-line-240", "belt-4"),
    ] {
        let fault =
            format!(r#"{{"ProductsTouch": {{"at": "{belt}", "every": {{"EveryNth": 70}}}}}}"#);
        assert!(all_contained(&run_on(stem, &fault), "ProductsTouch") >= 3, "{stem} {belt}");
    }
}
