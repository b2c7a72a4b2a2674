//! What printers, cameras, gates and labellers do wrong, one kind at a time, and what a correct line does
//! about it. Whatever happens, the order is made in full and the record is true.

use linetwin::base::SimSpan;
use linetwin::faults::{Fault, FaultKind, Rate};

use crate::common::run::Run;
use crate::common::times::{minutes, seconds};
use crate::common::trial::{LINES, Trial, once_set_up};

/// Makes an order of 960 on a line while this goes wrong.
fn run_on(line: &str, fault: Fault) -> Run {
    let run = Trial::on(line).quantity(960).fault(fault).run();
    run.is_clean().made(960);
    run
}

/// When the line has made product for a minute.
fn a_minute_on(line: &str) -> SimSpan {
    once_set_up(line) + minutes(1)
}

#[test]
fn without_ink_everything_is_rejected_until_somebody_refills() {
    for line in LINES {
        let from = a_minute_on(line);
        let fault = Fault::InkOut { at: "printer-1".into(), from, lasts: minutes(2) };
        let run = run_on(line, fault);
        let rejected = run.all_contained(FaultKind::InkOut);
        // Five rejects in a row stop the belt: by far not all that would have come were wasted.
        assert!((5..60).contains(&rejected), "{rejected}: {run}");
        assert!(run.serials.scrapped >= rejected, "{:?}: {run}", run.serials);
    }
}

#[test]
fn a_wrong_character_is_found() {
    for line in LINES {
        let fault = Fault::WrongText { at: "printer-1".into(), every: Rate::EveryNth(40) };
        let run = run_on(line, fault);
        assert!(run.all_contained(FaultKind::WrongText) >= 20, "{run}");
    }
}

#[test]
fn a_stale_layout_is_found_on_every_pack() {
    for line in LINES {
        let from = a_minute_on(line);
        let fault = Fault::StaleLayout { at: "printer-1".into(), from, lasts: minutes(2) };
        let run = run_on(line, fault);
        assert!(run.all_contained(FaultKind::StaleLayout) >= 3, "{run}");
    }
}

#[test]
fn a_buffer_that_is_replayed_gives_no_code_twice() {
    for line in LINES {
        let every = Rate::Nth(100);
        let run = run_on(line, Fault::BufferReplayed { at: "printer-1".into(), every, jobs: 12 });
        assert_eq!(run.all_contained(FaultKind::BufferReplayed), 12, "{run}");
    }
}

#[test]
fn while_a_camera_is_offline_nothing_passes() {
    let offline = |line: &str, camera: &str, lasts| {
        let fault = Fault::CameraOffline { at: camera.into(), from: a_minute_on(line), lasts };
        run_on(line, fault)
    };
    for line in LINES {
        let run = offline(line, "camera-1", minutes(3));
        let unread = run.all_contained(FaultKind::CameraOffline);
        assert!((5..100).contains(&unread), "{unread}: {run}");
    }
    let run = offline("bottle-line-240", "camera-2", minutes(1));
    assert!(run.all_contained(FaultKind::CameraOffline) >= 5, "{run}");
}

#[test]
fn a_frozen_image_passes_for_nothing() {
    for line in LINES {
        let from = a_minute_on(line);
        let fault = Fault::FrozenImage { at: "camera-1".into(), from, lasts: minutes(2) };
        let run = run_on(line, fault);
        let images = run.outcomes(FaultKind::FrozenImage);
        assert_eq!(images.contained + images.harmless, images.injected, "{images:?}: {run}");
        assert!(images.contained >= 5, "{images:?}: {run}");
    }
}

#[test]
fn a_result_that_comes_too_late_is_none() {
    // All products are behind the gate within a second.
    let (every, delay) = (Rate::EveryNth(50), seconds(3));
    let fault = Fault::LateResult { at: "camera-1".into(), every, delay };
    for line in LINES {
        let run = run_on(line, fault.clone());
        assert!(run.all_contained(FaultKind::LateResult) >= 15, "{run}");
    }
}

#[test]
fn a_good_unit_that_the_gate_pushed_off_is_missed_and_made_again() {
    let gates = LINES.map(|line| (line, "gate-1"));
    for (line, gate) in gates.into_iter().chain([("bottle-line-240", "gate-2")]) {
        let fault = Fault::GoodUnitEjected { at: gate.into(), every: Rate::EveryNth(60) };
        let run = run_on(line, fault);
        assert!(run.all_contained(FaultKind::GoodUnitEjected) >= 15, "{run}");
    }
}

#[test]
fn a_container_leaves_only_with_its_own_label() {
    for (line, labeller) in [
        ("carton-line-250", "case-labeller"),
        ("blister-cartoner-400", "bundler"),
        ("bottle-line-240", "case-labeller"),
    ] {
        for fault in [
            Fault::LabelMissing { at: labeller.into(), every: Rate::EveryNth(4) },
            Fault::LabelRepeated { at: labeller.into(), every: Rate::EveryNth(4) },
        ] {
            let run = run_on(line, fault.clone());
            assert!(run.all_contained(fault.kind()) >= 3, "{run}");
        }
    }
}

#[test]
fn a_layer_camera_that_takes_one_code_for_another_is_not_believed() {
    for (line, station) in [
        ("carton-line-250", "case-packer"),
        ("blister-cartoner-400", "bundler"),
        ("blister-cartoner-400", "case-packer"),
        ("bottle-line-240", "case-packer"),
    ] {
        let fault = Fault::LayerMisread { at: station.into(), every: Rate::EveryNth(3) };
        let run = run_on(line, fault);
        assert!(run.all_contained(FaultKind::LayerMisread) >= 2, "{run}");
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
    for (line, packer, _) in PACKERS {
        for fault in [
            Fault::LayerShort { at: packer.into(), every: Rate::EveryNth(70) },
            Fault::LayerOver { at: packer.into(), every: Rate::EveryNth(70) },
        ] {
            let run = run_on(line, fault.clone());
            assert!(run.all_contained(fault.kind()) >= 5, "{run}");
        }
    }
}

#[test]
fn a_pack_of_another_lot_or_one_that_was_packed_already_gets_into_no_container() {
    for (line, _, belt) in PACKERS {
        for fault in [
            Fault::AlienInserted { at: belt.into(), every: Rate::EveryNth(70) },
            Fault::PackedInserted { at: belt.into(), every: Rate::EveryNth(70) },
        ] {
            let run = run_on(line, fault.clone());
            assert!(run.all_contained(fault.kind()) >= 5, "{run}");
        }
    }
}

/// The belts with devices of each line.
const TRACKED_BELTS: [(&str, &str); 4] = [
    ("carton-line-250", "belt-2"),
    ("blister-cartoner-400", "belt-2"),
    ("bottle-line-240", "belt-2"),
    ("bottle-line-240", "belt-4"),
];

/// The encoder counts too much or too little, by as little as makes no difference and by as much as loses every
/// product: the register finds none or another one where it expects it.
#[test]
fn products_that_are_not_where_the_encoder_counts_them_never_make_the_record_false() {
    let mut rejected = 0;
    for (line, belt) in TRACKED_BELTS {
        for share in [0.01, 0.04, 0.09, 0.15, 0.3, 1.0, -0.05, -0.12, -0.5] {
            let (from, lasts) = (a_minute_on(line), minutes(1));
            let run = run_on(line, Fault::EncoderSlip { at: belt.into(), share, from, lasts });
            rejected += run.outcomes(FaultKind::EncoderSlip).contained;
        }
    }
    // How many depends on what else stops the lines in that minute.
    assert!(rejected > 150, "{rejected}");
}

/// No sensor sees a gap between a product and the one behind it, which passes every device unseen.
#[test]
fn products_that_touch_never_make_the_record_false() {
    for (line, belt) in TRACKED_BELTS {
        let fault = Fault::ProductsTouch { at: belt.into(), every: Rate::EveryNth(70) };
        let run = run_on(line, fault);
        assert!(run.all_contained(FaultKind::ProductsTouch) >= 3, "{run}");
    }
}

#[test]
fn a_fault_at_a_place_that_is_not_there_is_refused() {
    let fault = Fault::NoRead { at: "camera-7".into(), every: Rate::EveryNth(10) };
    let refusal = Trial::on("carton-line-250").fault(fault).refusal();
    assert!(refusal.contains("faults[0].at") && refusal.contains("`camera-7`"), "{refusal}");
}
