//! The register on its own: what a product is judged by, and when it is rejected.

use std::sync::Arc;

use linetwin_base::SimSpan;
use linetwin_gs1::CryptoCode;

use super::super::tests;
use super::*;

const MINIMUM: u8 = 15;

fn order() -> Order {
    tests::order(10)
}

/// Printer at 100 mm, camera at 300 mm, gate at 600 mm, sensor behind it at 800 mm.
fn register() -> Register {
    Register::new(tests::section(0))
}

fn code(serial: &str) -> UnitCode {
    UnitCode { gtin: order().product.gtin, serial: serial.parse().unwrap() }
}

fn symbol(serial: &str, grade_tenths: u8) -> Read {
    signed(serial, None, grade_tenths)
}

fn signed(serial: &str, crypto_code: Option<CryptoCode>, grade_tenths: u8) -> Read {
    let text = order().pack_code(code(serial), crypto_code).element_string();
    Read::Symbol { text: Arc::from(text), grade_tenths }
}

fn crypto_code(signature: &str) -> CryptoCode<'_> {
    CryptoCode::new("EE07", signature).unwrap()
}

/// An issuer has signed S and T.
fn crypto_codes() -> BTreeMap<UnitCode, CryptoCodeBuf> {
    let signed = [("S", "signS"), ("T", "signT")];
    signed.map(|(serial, signature)| (code(serial), crypto_code(signature).into())).into()
}

/// A product that came on at `entered_mm` and was printed with this serial number.
fn printed(register: &mut Register, entered_mm: u64, serial: &str) {
    register.enter(entered_mm * 1000);
    let outcome = register.printed((entered_mm + 100) * 1000, 100_000, code(serial));
    assert_eq!(outcome, PrintOutcome::Noted);
}

fn read(register: &mut Register, entered_mm: u64, read: &Read) -> ReadOutcome {
    let (order, passed, crypto_codes) = (order(), VecDeque::new(), crypto_codes());
    let check = Check {
        order: &order,
        crypto_codes: &crypto_codes,
        minimum_grade_tenths: MINIMUM,
        passed: &passed,
        awaited: None,
    };
    register.read((entered_mm + 300) * 1000, read, &check)
}

fn verdict(serial: &str, result: &Read) -> Verdict {
    let mut register = register();
    printed(&mut register, 0, serial);
    assert_eq!(read(&mut register, 0, result), ReadOutcome::Judged(None));
    register.windows[0].verdict
}

#[test]
fn only_the_code_that_was_printed_is_good() {
    assert_eq!(verdict("A", &symbol("A", 15)), Verdict::Good);
    assert_eq!(verdict("A", &symbol("A", 14)), Verdict::Reject(ScrapReason::LowGrade));
    assert_eq!(verdict("A", &symbol("B", 40)), Verdict::Reject(ScrapReason::WrongCode));
    assert_eq!(verdict("A", &Read::NoRead), Verdict::Reject(ScrapReason::NoRead));
    let text = Arc::from("no code of ours");
    let foreign = Read::Symbol { text, grade_tenths: 40 };
    assert_eq!(verdict("A", &foreign), Verdict::Reject(ScrapReason::WrongCode));
}

#[test]
fn a_code_with_the_crypto_code_of_another_is_not_good() {
    let wrong = Verdict::Reject(ScrapReason::WrongCode);
    assert_eq!(verdict("S", &signed("S", Some(crypto_code("signS")), 40)), Verdict::Good);
    assert_eq!(verdict("S", &signed("S", Some(crypto_code("signT")), 40)), wrong);
    assert_eq!(verdict("S", &signed("S", None, 40)), wrong);
    assert_eq!(
        verdict("A", &signed("A", Some(crypto_code("signS")), 40)),
        wrong,
        "no issuer signed A"
    );
}

#[test]
fn a_second_result_for_a_product_changes_nothing() {
    let mut register = register();
    printed(&mut register, 0, "A");
    assert_eq!(read(&mut register, 0, &symbol("A", 40)), ReadOutcome::Judged(None));
    assert_eq!(read(&mut register, 3, &Read::NoRead), ReadOutcome::Repeated);
    assert_eq!(register.windows[0].verdict, Verdict::Good);
    assert_eq!(read(&mut register, 200, &symbol("A", 40)), ReadOutcome::NoWindow);
}

#[test]
fn a_product_that_was_printed_on_twice_is_rejected() {
    let mut register = register();
    printed(&mut register, 0, "A");
    let second = register.printed(100_000, 100_000, code("B"));
    assert_eq!(second, PrintOutcome::SecondCode, "B can be used no more");
    assert_eq!(read(&mut register, 0, &symbol("A", 40)), ReadOutcome::Repeated);
    assert_eq!(register.at_gate(SimTime::START, 600_000), GateVerdict::Reject);
    let window = register.confirm_reject(SimTime::START).unwrap();
    assert_eq!(window.expected, Some(code("A")), "and neither can A, which is settled with it");
}

#[test]
fn a_product_in_doubt_is_rejected() {
    let mut register = register();
    printed(&mut register, 0, "A");
    let at = SimTime::START;
    assert_eq!(
        register.at_gate(at, 600_000),
        GateVerdict::RejectWithoutResult,
        "no result has come"
    );
    assert_eq!(
        register.at_gate(at, 900_000),
        GateVerdict::RejectUntracked,
        "this product is untracked"
    );
}

#[test]
fn an_untracked_product_must_fall_as_well() {
    let at = |millis| SimTime::START + SimSpan::from_millis(millis);
    let mut register = register();
    printed(&mut register, 0, "A");
    read(&mut register, 0, &symbol("A", 40));
    // Half a pitch and more before where A is: if it does not fall it is not taken for A.
    assert_eq!(register.at_gate(at(1_000), 660_000), GateVerdict::RejectUntracked);
    assert_eq!(register.unconfirmed(at(1_151)), Some(60_000), "an operator must look");
    assert!(matches!(register.leave(860_000, || false), Leaving::MustNotPass));
    assert_eq!(register.removed(60_000).unwrap().expected, None);
    assert!(matches!(register.leave(800_000, || false), Leaving::Good { .. }));
}

#[test]
fn a_good_product_leaves_and_those_before_it_that_did_not_come_are_missing() {
    let mut register = register();
    for (entered_mm, serial) in [(0, "A"), (200, "B")] {
        printed(&mut register, entered_mm, serial);
        read(&mut register, entered_mm, &symbol(serial, 40));
    }
    match register.leave(1_000_000, || false) {
        Leaving::Good { code: left, missing } => {
            assert_eq!(left, code("B"));
            assert_eq!(missing.len(), 1);
            assert_eq!(missing[0].expected, Some(code("A")));
        }
        other => panic!("{other:?}"),
    }
    assert!(register.is_empty());
}

#[test]
fn a_fall_is_credited_to_the_product_that_can_have_fallen() {
    let mut register = register();
    printed(&mut register, 0, "A");
    printed(&mut register, 200, "B");
    let at = |millis| SimTime::START + SimSpan::from_millis(millis);
    assert_eq!(register.at_gate(at(1_000), 600_000), GateVerdict::RejectWithoutResult);
    assert_eq!(register.at_gate(at(1_333), 800_000), GateVerdict::RejectWithoutResult);
    // A did not fall: its gate stuck, and it comes to the sensor behind the gate.
    let fallen = register.confirm_reject(at(1_450)).expect("B has fallen");
    assert_eq!(fallen.expected, Some(code("B")));
    assert!(matches!(register.leave(800_000, || false), Leaving::MustNotPass));
    let removed = register.removed(0).expect("an operator has taken A off");
    assert_eq!(removed.expected, Some(code("A")));
}

#[test]
fn a_fall_that_is_not_confirmed_in_time_is_noticed_once() {
    let mut register = register();
    printed(&mut register, 0, "A");
    let at = |millis| SimTime::START + SimSpan::from_millis(millis);
    assert_eq!(register.at_gate(at(1_000), 600_000), GateVerdict::RejectWithoutResult);
    assert_eq!(register.unconfirmed(at(1_150)), None, "it may still fall");
    assert_eq!(register.unconfirmed(at(1_151)), Some(0));
    assert_eq!(register.unconfirmed(at(1_151)), None);
    assert!(register.confirm_reject(at(1_151)).is_none(), "too late to count");
    assert_eq!(register.removed(0).expect("an operator has looked").expected, Some(code("A")));
    assert!(register.is_empty());
}

#[test]
fn an_untracked_product_has_its_place_among_the_others() {
    let mut register = register();
    printed(&mut register, 0, "A");
    printed(&mut register, 200, "B");
    assert_eq!(register.at_gate(SimTime::START, 710_000), GateVerdict::RejectUntracked);
    let places: Vec<u64> = register.windows.iter().map(|window| window.entered_um).collect();
    assert_eq!(places, [0, 110_000, 200_000]);
}
