//! The ledger through its front door.

use super::*;
use crate::gs1::Gtin;

fn order() -> Order {
    Order {
        product: super::super::order::Product {
            gtin: Gtin::parse("06291041500213").unwrap(),
            name: "Test tablets".to_owned(),
            company_prefix: 7,
        },
        lot: "L7".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: 10,
    }
}

/// An open ledger with ten serial numbers and three SSCCs at the line.
fn open_ledger() -> (Ledger, Vec<UnitCode>, Vec<Sscc>) {
    let mut ledger = Ledger::new([1; 32]);
    ledger.apply(Command::OpenOrder(order())).unwrap();
    let serials = ledger.apply(Command::AllocateSerials { count: 10 }).unwrap();
    let ssccs = ledger.apply(Command::AllocateSsccs { count: 3 }).unwrap();
    match (&serials[..], &ssccs[..]) {
        ([LedgerEvent::SerialsAllocated(units)], [LedgerEvent::SsccsAllocated(ssccs)]) => {
            (ledger, units.clone(), ssccs.clone())
        }
        other => panic!("{other:?}"),
    }
}

fn pack(parent: Sscc, level: Level, children: &[ChildCode]) -> Command {
    Command::Pack { parent, level, children: children.to_vec() }
}

#[test]
fn a_unit_is_commissioned_once() {
    let (mut ledger, units, _) = open_ledger();
    let unit = units[0];
    let events = ledger.apply(Command::Commission { unit }).unwrap();
    let (lot, expiry) = (order().lot, order().expiry);
    assert_eq!(events, [LedgerEvent::UnitCommissioned { unit, lot, expiry }]);
    assert_eq!(
        ledger.apply(Command::Commission { unit }),
        Err(Refusal::State {
            unit,
            state: SerialState::Commissioned,
            operation: Operation::Encode
        })
    );
    assert_eq!(ledger.state(&unit), Some(SerialState::Commissioned));
}

#[test]
fn a_scrapped_label_never_comes_back() {
    let (mut ledger, units, _) = open_ledger();
    let unit = units[0];
    let reason = ScrapReason::NoRead;
    ledger.apply(Command::ScrapLabel { unit, reason }).unwrap();
    assert!(ledger.apply(Command::Commission { unit }).is_err());
    assert!(ledger.apply(Command::ReturnSerials { units: vec![unit] }).is_err());
    assert_eq!(ledger.state(&unit), Some(SerialState::LabelScrapped));
}

#[test]
fn a_foreign_code_is_unknown() {
    let (mut ledger, units, _) = open_ledger();
    let unit = UnitCode { serial: "GUESSED".parse().unwrap(), ..units[0] };
    assert_eq!(ledger.apply(Command::Commission { unit }), Err(Refusal::UnknownUnit(unit)));
    let unit = UnitCode { gtin: Gtin::parse("10614141123459").unwrap(), ..units[0] };
    assert_eq!(ledger.apply(Command::Commission { unit }), Err(Refusal::UnknownUnit(unit)));
}

#[test]
fn containers_hold_only_active_children_and_each_child_once() {
    let (mut ledger, units, ssccs) = open_ledger();
    for &unit in &units[..3] {
        ledger.apply(Command::Commission { unit }).unwrap();
    }
    let child = |n: usize| ChildCode::Unit(units[n]);
    let case = |children: &[ChildCode]| pack(ssccs[0], Level::Case, children);

    let inactive = ledger.apply(case(&[child(0), child(5)]));
    assert_eq!(inactive, Err(Refusal::ChildNotActive(child(5))));
    assert_eq!(ledger.parent(&child(0)), None, "a refusal changes nothing");
    let twice = ledger.apply(case(&[child(0), child(0)]));
    assert!(matches!(twice, Err(Refusal::ChildPacked { .. })));
    assert_eq!(ledger.apply(case(&[])), Err(Refusal::EmptyContainer(ssccs[0])));

    ledger.apply(case(&[child(0), child(1)])).unwrap();
    assert_eq!(ledger.parent(&child(1)), Some(ssccs[0]));
    assert_eq!(ledger.apply(case(&[child(2)])), Err(Refusal::SsccInUse(ssccs[0])));
    let again = ledger.apply(pack(ssccs[1], Level::Case, &[child(1)]));
    assert_eq!(again, Err(Refusal::ChildPacked { child: child(1), parent: ssccs[0] }));
    let reason = DecommissionReason::FailedCheck;
    let packed = ledger.apply(Command::Decommission { unit: units[0], reason });
    assert_eq!(packed, Err(Refusal::StillPacked { unit: units[0], parent: ssccs[0] }));

    let inner = ChildCode::Container(ssccs[0]);
    let unknown = Sscc::parse("106141412345678908").unwrap();
    let foreign = ledger.apply(pack(unknown, Level::Pallet, &[inner]));
    assert_eq!(foreign, Err(Refusal::UnknownSscc(unknown)));
    let same_level = ledger.apply(pack(ssccs[1], Level::Case, &[inner]));
    assert_eq!(same_level, Err(Refusal::ChildNotActive(inner)));
    ledger.apply(pack(ssccs[1], Level::Pallet, &[inner])).unwrap();
    assert_eq!(ledger.parent(&inner), Some(ssccs[1]));
}

#[test]
fn an_order_closes_only_when_every_serial_number_is_accounted_for() {
    let (mut ledger, units, _) = open_ledger();
    ledger.apply(Command::Commission { unit: units[0] }).unwrap();
    assert_eq!(ledger.apply(Command::CloseOrder), Err(Refusal::Unaccounted(9)));
    let rest = units[1..].to_vec();
    ledger.apply(Command::ReturnSerials { units: rest }).unwrap();
    ledger.apply(Command::CloseOrder).unwrap();
    assert_eq!(ledger.apply(Command::AllocateSerials { count: 1 }), Err(Refusal::NoOrder));
    assert_eq!(ledger.apply(Command::Commission { unit: units[1] }), Err(Refusal::NoOrder));
}
