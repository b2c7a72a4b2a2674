//! The auditor against small traces written by hand: each breaks one invariant.

use std::sync::Arc;

use linetwin_base::{ContainerId, Level, MachineId, SimSpan, SimTime, UnitId};
use linetwin_faults::FaultKind;
use linetwin_gs1::{Batch, CompanyPrefix, Gtin, PackCode, SerialNumber, Sscc, UnitCode};
use linetwin_trace::{RecordedChild, RecordedFact};

use super::InvariantId::{I1, I2, I3, I4, I5, I6, I8, I9, I10};
use super::*;

const MACHINE: MachineId = MachineId(0);
const CASE: ContainerId = ContainerId(1);

fn expected() -> Expected {
    Expected {
        faults_over: SimTime::START,
        max_stall: SimSpan::from_secs(3600),
        gtin: Gtin::parse("06291041500213").unwrap(),
        lot: "L7".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        minimum_grade_tenths: 15,
        lot_and_expiry: true,
    }
}

fn code(serial: &str) -> PackCode<'static> {
    let Expected { gtin, lot, expiry, .. } = expected();
    let unit = UnitCode { gtin, serial: SerialNumber::parse(serial).unwrap() };
    PackCode { unit, crypto_code: None, batch: Some(Batch { expiry, lot }) }
}

fn sscc() -> Sscc {
    Sscc::build(0, CompanyPrefix::parse("0614141").unwrap(), 1).unwrap()
}

fn printed(unit: u32, serial: &str) -> Fact {
    let text = Some(Arc::from(code(serial).element_string()));
    Fact::Printed { machine: MACHINE, unit: UnitId(unit), text, grade_tenths: Some(35) }
}

fn recorded(fact: RecordedFact) -> Fact {
    Fact::Recorded { happened: SimTime::START, fact }
}

fn commissioned(serial: &str) -> Fact {
    let (unit, Expected { lot, expiry, .. }) = (code(serial).unit, expected());
    recorded(RecordedFact::UnitCommissioned { unit, lot, expiry })
}

/// Two packs, A and B, commissioned and packed into one case: nothing is wrong.
fn clean() -> Vec<Fact> {
    let units = vec![code("A").unit, code("B").unit];
    let children: Vec<_> = units.iter().copied().map(RecordedChild::Unit).collect();
    let label = Arc::from(linetwin_gs1::Label::container_string(sscc()));
    vec![
        recorded(RecordedFact::SerialsAllocated(units)),
        Fact::UnitEntered { unit: UnitId(1) },
        Fact::UnitEntered { unit: UnitId(2) },
        printed(1, "A"),
        printed(2, "B"),
        commissioned("A"),
        commissioned("B"),
        Fact::UnitPlaced { unit: UnitId(1), container: CASE },
        Fact::UnitPlaced { unit: UnitId(2), container: CASE },
        Fact::ContainerClosed {
            machine: MACHINE,
            container: CASE,
            level: Level::Case,
            target: 2,
            children: 2,
        },
        Fact::ContainerLabelled { machine: MACHINE, container: CASE, text: label },
        recorded(RecordedFact::ContainerPacked { parent: sscc(), level: Level::Case, children }),
        Fact::LeftLine { container: Some(CASE) },
        Fact::StillOnLine { units: 0 },
    ]
}

fn judge(facts: Vec<Fact>) -> Judgement {
    let mut auditor = Auditor::new(Some(expected()));
    let at = SimTime::START;
    let records: Vec<_> = facts.into_iter().map(|fact| TraceRecord { at, fact }).collect();
    auditor.absorb(&records);
    auditor.finish().0
}

/// The invariants violated by a clean run that was changed.
fn violated(change: impl FnOnce(&mut Vec<Fact>)) -> Vec<InvariantId> {
    let mut facts = clean();
    change(&mut facts);
    let invariants = judge(facts).invariants.into_iter();
    invariants.filter(|invariant| invariant.violations > 0).map(|invariant| invariant.id).collect()
}

#[test]
fn a_clean_run_is_clean() {
    assert_eq!(violated(|_| {}), []);
}

#[test]
fn two_packs_with_one_code_break_i1() {
    let found = violated(|facts| facts[4] = printed(2, "A"));
    assert_eq!(found, [I1, I3, I4]);
}

#[test]
fn a_bare_pack_breaks_i2() {
    let bare = Fact::Printed { machine: MACHINE, unit: UnitId(2), text: None, grade_tenths: None };
    assert_eq!(violated(|facts| facts[4] = bare), [I2, I3, I4]);
}

#[test]
fn a_poor_symbol_breaks_i2_alone() {
    let text = Some(Arc::from(code("B").element_string()));
    let poor = Fact::Printed { machine: MACHINE, unit: UnitId(2), text, grade_tenths: Some(14) };
    assert_eq!(violated(|facts| facts[4] = poor), [I2]);
}

#[test]
fn a_pack_that_was_never_commissioned_breaks_i2_and_the_balance() {
    assert_eq!(violated(|facts| drop(facts.remove(6))), [I2, I5]);
}

#[test]
fn a_rejected_pack_in_the_record_of_a_case_breaks_i3_and_i4() {
    let found = violated(|facts| {
        facts[8] = Fact::Rejected { machine: MACHINE, unit: UnitId(2) };
    });
    assert_eq!(found, [I3, I4]);
}

#[test]
fn a_void_number_is_in_a_class_of_its_own_and_on_no_pack() {
    let mut facts = clean();
    let (c, d) = (code("C").unit, code("D").unit);
    facts.insert(1, recorded(RecordedFact::SerialsAllocated(vec![c, d])));
    facts.insert(2, recorded(RecordedFact::SerialsVoided(vec![c])));
    facts.insert(3, recorded(RecordedFact::SerialsReturned(vec![d])));
    let serials = judge(facts).serials;
    let expected =
        SerialClasses { allocated: 4, commissioned: 2, returned: 1, void: 1, ..Default::default() };
    assert_eq!(serials, expected);
    let void = recorded(RecordedFact::SerialsVoided(vec![code("B").unit]));
    assert_eq!(violated(|facts| facts.push(void)), [I2, I5], "it was commissioned before");
}

#[test]
fn a_unit_that_vanishes_breaks_i6() {
    let found = violated(|facts| facts.insert(1, Fact::UnitEntered { unit: UnitId(3) }));
    assert_eq!(found, [I6]);
}

#[test]
fn a_ledger_that_loses_what_it_acknowledged_breaks_i8() {
    assert_eq!(violated(|facts| facts.insert(7, Fact::LedgerRestarted { forgotten: 2 })), [I8]);
}

#[test]
fn a_case_closed_one_short_breaks_i9() {
    let found = violated(|facts| {
        facts[9] = Fact::ContainerClosed {
            machine: MACHINE,
            container: CASE,
            level: Level::Case,
            target: 3,
            children: 2,
        };
    });
    assert_eq!(found, [I9]);
}

#[test]
fn a_second_commissioning_breaks_the_balance() {
    assert_eq!(violated(|facts| facts.insert(6, commissioned("A"))), [I5]);
}

#[test]
fn faults_are_judged_by_the_fate_of_the_pack() {
    let fault = |kind, unit| Fact::FaultInjected { fault: 0, kind, unit: Some(UnitId(unit)) };
    let mut facts = clean();
    facts.push(fault(FaultKind::DuplicateRead, 1));
    facts.push(fault(FaultKind::GateFailsToFire, 2));
    facts.push(fault(FaultKind::Misprint, 2));
    let outcomes = judge(facts).faults;
    let row = |kind: &str| outcomes.iter().find(|row| row.kind == kind).unwrap();
    assert_eq!(row("DuplicateRead").contained, 1);
    assert_eq!(row("GateFailsToFire").escaped, 1);
    assert_eq!(row("Misprint").harmless, 1, "a misprint of good grade does no harm");
}

/// Facts of a second case with packs 3 and 4 that carry these codes; `recorded_as` are the record's.
fn second_case(serials: [&str; 2], recorded_as: [&str; 2]) -> Vec<Fact> {
    const SECOND: ContainerId = ContainerId(2);
    let prefix = CompanyPrefix::parse("0614141").unwrap();
    let sscc = Sscc::build(0, prefix, 2).unwrap();
    let units = recorded_as.map(|serial| code(serial).unit);
    let children = units.iter().copied().map(RecordedChild::Unit).collect();
    let mut facts = Vec::new();
    for (unit, serial) in [(3, serials[0]), (4, serials[1])] {
        facts.push(Fact::UnitEntered { unit: UnitId(unit) });
        facts.push(printed(unit, serial));
        facts.push(Fact::UnitPlaced { unit: UnitId(unit), container: SECOND });
    }
    facts.push(Fact::ContainerClosed {
        machine: MACHINE,
        container: SECOND,
        level: Level::Case,
        target: 2,
        children: 2,
    });
    let text = Arc::from(linetwin_gs1::Label::container_string(sscc));
    facts.push(Fact::ContainerLabelled { machine: MACHINE, container: SECOND, text });
    facts.push(recorded(RecordedFact::ContainerPacked {
        parent: sscc,
        level: Level::Case,
        children,
    }));
    facts.push(Fact::LeftLine { container: Some(SECOND) });
    facts
}

/// The invariants violated when a clean case is settled before a second one comes.
fn violated_later(later: Vec<Fact>) -> Vec<InvariantId> {
    let mut auditor = Auditor::new(Some(expected()));
    let at = SimTime::START;
    let records = |facts: Vec<Fact>| -> Vec<_> {
        facts.into_iter().map(|fact| TraceRecord { at, fact }).collect()
    };
    auditor.absorb(&records(clean()));
    assert_eq!(auditor.physical.settled, 2, "the first case is settled");
    assert_eq!(auditor.physical.containers().count(), 0, "and forgotten");
    auditor.absorb(&records(later));
    let invariants = auditor.finish().0.invariants.into_iter();
    invariants.filter(|invariant| invariant.violations > 0).map(|invariant| invariant.id).collect()
}

#[test]
fn what_was_settled_is_remembered() {
    let allocated = |serials: [&str; 2]| {
        let units = serials.map(|serial| code(serial).unit).to_vec();
        let mut facts = vec![recorded(RecordedFact::SerialsAllocated(units))];
        facts.extend(serials.map(commissioned));
        facts
    };
    let good = [allocated(["C", "D"]), second_case(["C", "D"], ["C", "D"])].concat();
    assert_eq!(violated_later(good), []);
    // A copy of a code that has left, in a case that the record has with another.
    let copy = [allocated(["C", "D"]), second_case(["C", "A"], ["C", "D"])].concat();
    assert_eq!(violated_later(copy), [I1, I3, I4]);
    // The record gives the same number out again.
    assert_eq!(violated_later(allocated(["A", "B"])), [I3, I5]);
    // A case that carries the label of one that has left.
    let mut relabelled = [allocated(["C", "D"]), second_case(["C", "D"], ["C", "D"])].concat();
    for fact in &mut relabelled {
        if let Fact::ContainerLabelled { text, .. } = fact {
            *text = Arc::from(linetwin_gs1::Label::container_string(sscc()));
        }
    }
    assert_eq!(violated_later(relabelled), [I3, I9]);
    // The record packs once more what has left.
    let again = vec![recorded(RecordedFact::ContainerPacked {
        parent: sscc(),
        level: Level::Case,
        children: Vec::new(),
    })];
    assert_eq!(violated_later(again), [I9]);
    // The record takes back what has left.
    let gone = vec![recorded(RecordedFact::UnitDecommissioned { unit: code("A").unit })];
    assert_eq!(violated_later(gone), [I2]);
}

/// How often I10 is violated when the line does this and then ends so, after so many seconds.
fn lifeless(more: Vec<Fact>, ends: CloseReason, after_s: u64) -> u64 {
    let mut auditor = Auditor::new(Some(expected()));
    let at = |seconds| SimTime::START + SimSpan::from_secs(seconds);
    let records = clean().into_iter().chain(more).map(|fact| TraceRecord { at: at(0), fact });
    auditor.absorb(&records.collect::<Vec<_>>());
    auditor.absorb(&[TraceRecord { at: at(after_s), fact: Fact::Closed(ends) }]);
    let invariants = auditor.finish().0.invariants;
    invariants.iter().find(|invariant| invariant.id == I10).expect("judged").violations
}

#[test]
fn a_line_that_stands_for_ever_is_not_alive() {
    assert_eq!(lifeless(Vec::new(), CloseReason::OrderClosed, 5), 0);
    assert_eq!(lifeless(Vec::new(), CloseReason::TimeOver, 3600), 0, "it may still go on");
    assert_eq!(lifeless(Vec::new(), CloseReason::TimeOver, 3601), 1);
    assert_eq!(lifeless(Vec::new(), CloseReason::Stuck, 5), 1);
    let lost = vec![Fact::UnitEntered { unit: UnitId(9) }];
    assert_eq!(lifeless(lost, CloseReason::OrderClosed, 5), 1, "the pack is in no record");
}

#[test]
fn names_are_those_of_reports_and_come_in_order() {
    assert!(InvariantId::ALL.is_sorted());
    for (number, id) in (1..).zip(InvariantId::ALL) {
        assert_eq!(id.to_string(), format!("I{number}"));
        let written = serde_json::to_string(id).unwrap();
        assert_eq!(written, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<InvariantId>(&written).unwrap(), *id);
    }
    assert!(serde_json::from_str::<InvariantId>("\"I0\"").is_err());
}
