//! A station on its own: what fills a layer, what is taken out, which label lets a case go.

use std::sync::Arc;

use linetwin_base::{Level, MachineId};
use linetwin_gs1::{Batch, CompanyPrefix, Gtin, PackCode, UnitCode};

use super::*;

fn code(serial: &str) -> PackCode<'static> {
    let gtin = Gtin::parse("06291041500213").unwrap();
    let unit = UnitCode { gtin, serial: serial.parse().unwrap() };
    let (expiry, lot) = ("2028-09-30".parse().unwrap(), "L7".parse().unwrap());
    PackCode { unit, crypto_code: None, batch: Some(Batch { expiry, lot }) }
}

fn child(serial: &str) -> ObjectCode {
    ObjectCode::Unit(code(serial).unit)
}

fn see(serial: &str) -> Read {
    if serial.is_empty() {
        return Read::NoRead;
    }
    Read::Symbol { text: Arc::from(code(serial).element_string()), grade_tenths: 40 }
}

fn layer(packing: &mut Packing, serials: [&str; 3]) -> LayerVerdict {
    packing.read_layer(&serials.map(see))
}

/// A station for cases of three, with A, B, C, D, E on their way.
fn station() -> Packing {
    let (station, labeller) = (MachineId(0), MachineId(1));
    let layout = StationLayout { station, labeller, level: Level::Case, children: 3, layer: 3 };
    let mut packing = Packing::new(layout, 5, true);
    for serial in ["A", "B", "C", "D", "E"] {
        packing.expect(child(serial));
    }
    assert_eq!(packing.begin(), Some((1, 3)));
    packing
}

#[test]
fn a_layer_of_the_right_children_in_any_order_fills_the_case() {
    let mut packing = station();
    assert_eq!(layer(&mut packing, ["B", "A", "C"]), LayerVerdict::Accept);
    assert!(packing.between_containers());
    assert_eq!(packing.begin(), Some((2, 2)), "the last case is a partial one");
}

#[test]
fn what_cannot_be_read_is_read_again_then_by_hand_then_taken_out() {
    let mut packing = station();
    for _ in 0..RESCANS {
        assert_eq!(layer(&mut packing, ["A", "", "C"]), LayerVerdict::Rescan);
    }
    assert_eq!(layer(&mut packing, ["A", "", "C"]), LayerVerdict::ScanByHand(1));
    let mut verdict = packing.scanned(1, &Read::NoRead);
    while verdict == LayerVerdict::ScanByHand(1) {
        verdict = packing.scanned(1, &Read::NoRead);
    }
    assert_eq!(verdict, LayerVerdict::Remove(1));
    packing.removed(1);
    // The next child takes its place.
    assert_eq!(layer(&mut packing, ["A", "C", "D"]), LayerVerdict::Accept);
    assert_eq!(packing.awaited().settle().unread, [child("B")], "the one that was not read");
}

#[test]
fn several_children_that_cannot_be_read_are_all_accounted_for() {
    let mut packing = station();
    for _ in 0..=RESCANS {
        layer(&mut packing, ["", "B", ""]);
    }
    // He tries each of the two as often as the other, then takes the first one out.
    let give_up = |packing: &mut Packing, first: usize| {
        let mut verdict = packing.scanned(first, &Read::NoRead);
        while let LayerVerdict::ScanByHand(place) = verdict {
            verdict = packing.scanned(place, &Read::NoRead);
        }
        verdict
    };
    assert_eq!(give_up(&mut packing, 0), LayerVerdict::Remove(0));
    packing.removed(0);
    for _ in 0..=RESCANS {
        layer(&mut packing, ["B", "", "D"]);
    }
    assert_eq!(give_up(&mut packing, 1), LayerVerdict::Remove(1));
    packing.removed(1);
    assert_eq!(layer(&mut packing, ["B", "D", "E"]), LayerVerdict::Accept);
    assert_eq!(packing.awaited().settle().unread, [child("A"), child("C")]);
}

#[test]
fn a_place_found_empty_is_not_scanned_again() {
    let mut packing = station();
    for _ in 0..=RESCANS {
        layer(&mut packing, ["A", "", "C"]);
    }
    assert_eq!(packing.scanned(1, &Read::NothingThere), LayerVerdict::Remove(1));
    packing.removed(1);
    assert_eq!(layer(&mut packing, ["A", "C", "D"]), LayerVerdict::Accept);
    assert_eq!(packing.awaited().settle().unread, [child("B")]);
}

#[test]
fn a_child_read_by_hand_completes_the_layer() {
    let mut packing = station();
    for _ in 0..=RESCANS {
        layer(&mut packing, ["A", "", "C"]);
    }
    assert_eq!(packing.scanned(1, &see("B")), LayerVerdict::Accept);
    assert_eq!(packing.scanned(1, &see("B")), LayerVerdict::Nothing, "he comes too late");
}

#[test]
fn a_layer_that_was_accepted_is_known_again_by_any_child() {
    let mut packing = station();
    assert_eq!(layer(&mut packing, ["A", "B", "C"]), LayerVerdict::Accept);
    packing.mark_in_doubt();
    for _ in 0..RESCANS {
        assert_eq!(layer(&mut packing, ["", "", ""]), LayerVerdict::Rescan);
    }
    // Nothing may be taken out that is recorded to be in.
    let mut verdict = layer(&mut packing, ["", "", ""]);
    for _ in 0..10 * HAND_SCANS {
        let LayerVerdict::ScanByHand(place) = verdict else { panic!("{verdict:?}") };
        verdict = packing.scanned(place, &Read::NoRead);
    }
    assert_eq!(packing.scanned(2, &see("C")), LayerVerdict::AcceptAgain);
    assert_eq!(packing.begin(), Some((2, 2)));
    assert_eq!(layer(&mut packing, ["D", "E", "X"]), LayerVerdict::Remove(2));
}

#[test]
fn after_a_power_cut_a_misread_child_does_not_make_an_accepted_layer_a_new_one() {
    let mut packing = station();
    assert_eq!(layer(&mut packing, ["A", "B", "C"]), LayerVerdict::Accept);
    packing.mark_in_doubt();
    for _ in 0..RESCANS {
        assert_eq!(layer(&mut packing, ["A", "X", "C"]), LayerVerdict::Rescan);
    }
    assert_eq!(layer(&mut packing, ["A", "X", "C"]), LayerVerdict::ScanByHand(1));
    assert_eq!(packing.scanned(1, &see("B")), LayerVerdict::AcceptAgain);
}

#[test]
fn of_two_containers_read_as_one_both_are_scanned_until_it_is_clear_which_is_which() {
    let mut packing = Packing { holds_units: false, ..station() };
    assert_eq!(layer(&mut packing, ["B", "B", "C"]), LayerVerdict::ScanByHand(0));
    // Had the second one been misread, the first would stay what it is.
    assert_eq!(packing.scanned(0, &see("B")), LayerVerdict::ScanByHand(1));
    assert_eq!(packing.scanned(1, &see("A")), LayerVerdict::Accept);
}

#[test]
fn untracked_products_and_doubles_are_taken_out() {
    let mut packing = station();
    assert_eq!(layer(&mut packing, ["A", "X", "C"]), LayerVerdict::Remove(1));
    assert_eq!(layer(&mut packing, ["A", "A", "C"]), LayerVerdict::Remove(1));
}

#[test]
fn only_the_right_label_lets_a_case_go() {
    let mut packing = station();
    layer(&mut packing, ["A", "B", "C"]);
    let prefix = CompanyPrefix::parse("6291041").unwrap();
    let sscc = |n| Sscc::build(0, prefix, n).unwrap();
    assert_eq!(packing.start_label(|| Some(sscc(1))), Some(sscc(1)));
    assert_eq!(packing.start_label(|| Some(sscc(2))), Some(sscc(1)), "printed again, not anew");
    let label = |sscc| {
        let text = Arc::from(Label::container_string(sscc));
        Read::Symbol { text, grade_tenths: 40 }
    };
    assert_eq!(packing.label_read(&Read::NoRead), LabelVerdict::PrintAgain);
    assert_eq!(packing.label_read(&label(sscc(2))), LabelVerdict::PrintAgain);
    let children = ["A", "B", "C"].map(child).to_vec();
    let released = LabelVerdict::Release(sscc(1), children);
    assert_eq!(packing.label_read(&label(sscc(1))), released);
    assert_eq!(packing.label_read(&label(sscc(1))), LabelVerdict::ReleaseAgain);
    assert_eq!(packing.label_read(&Read::NoRead), LabelVerdict::ReadAgain);
    assert_eq!(packing.label_read(&label(sscc(3))), LabelVerdict::Nothing);
    assert!(!packing.is_done(), "two more are to come");
}

#[test]
fn where_nothing_lies_nothing_is_taken_out() {
    let mut packing = station();
    layer(&mut packing, ["A", "X", "C"]);
    packing.removed(3);
    packing.removed(usize::MAX);
    assert_eq!(packing.scanned(3, &see("B")), LayerVerdict::Nothing);
    assert_eq!(packing.scanned(1, &see("B")), LayerVerdict::Accept);
}

/// A station for cases of two.
fn pairs() -> Packing {
    let mut packing = station();
    packing.layout.children = 2;
    packing.layout.layer = 2;
    packing.begin();
    packing
}

#[test]
fn after_a_power_cut_half_of_a_layer_does_not_make_it_the_one_before() {
    let mut packing = pairs();
    assert_eq!(packing.read_layer(&["A", "B"].map(see)), LayerVerdict::Accept);
    packing.mark_in_doubt();
    packing.expect(child("X"));
    packing.begin();
    // B was misread, or X stands beside A and does not belong there any more: both are equally likely.
    assert_eq!(packing.read_layer(&["A", "X"].map(see)), LayerVerdict::Remove(0));
}

#[test]
fn an_order_that_ends_early_ends_with_fewer() {
    let mut packing = station();
    assert_eq!(packing.end_with(5), None, "the open case will hold what it was to");
    assert_eq!(packing.end_with(2), Some((1, 2)));
    assert_eq!(packing.end_with(2), None, "that was said");
}
