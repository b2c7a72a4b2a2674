//! The service: repeats, gaps, restarts.

use std::sync::Arc;

use linetwin_base::SimTime;
use linetwin_gs1::{Gtin, UnitCode};

use crate::{Command, IssuedCode, Order, OrderId, Product, Samples, Serials, store::Store};

use super::*;

const LINE: &str = "line-1";

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [1; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

fn message(sequence: u64, command: Command) -> Message {
    Message { sequence, happened: SimTime::START, by: None, why: None, command }
}

fn order() -> Order {
    let gtin = Gtin::parse("06291041500213").unwrap();
    Order {
        product: Product {
            gtin,
            name: "Test".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: "L7".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: 10,
        samples: Samples::default(),
        packaging: Vec::new(),
    }
}

/// A service with a released order.
fn service() -> LedgerService {
    let mut service = LedgerService::open(settings(), Store::memory()).unwrap();
    let sign = |name: &str| Command::SignOrder {
        order: OrderId(1),
        name: Arc::from(name),
        meaning: Arc::from("released"),
    };
    let commands = [Command::CreateOrder(Arc::new(order())), sign("A"), sign("B")];
    for (sequence, command) in (1..).zip(commands) {
        let receipt = service.receive("site", &message(sequence, command)).unwrap();
        assert!(matches!(receipt, Receipt::Decided(Reply { outcome: Ok(_), .. })), "{receipt:?}");
    }
    service.commit().unwrap();
    service
}

fn allocate(sequence: u64) -> Message {
    message(sequence, Command::AllocateSerials { order: OrderId(1), count: 3 })
}

#[track_caller]
fn decided(receipt: Receipt) -> Reply {
    match receipt {
        Receipt::Decided(reply) => reply,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_that_comes_twice_is_applied_once_and_answered_alike() {
    let mut service = service();
    let first = decided(service.receive(LINE, &allocate(1)).unwrap());
    let again = service.receive(LINE, &allocate(1)).unwrap();
    assert!(matches!(&again, Receipt::Pending(reply) if reply.outcome == first.outcome));
    service.commit().unwrap();
    let again = service.receive(LINE, &allocate(1)).unwrap();
    assert!(matches!(&again, Receipt::Repeated(reply) if reply.outcome == first.outcome));
    let next = decided(service.receive(LINE, &allocate(2)).unwrap());
    assert_ne!(next.outcome, first.outcome, "other serial numbers");
}

#[test]
fn a_message_that_comes_too_early_waits_for_the_one_before_it() {
    let mut service = service();
    assert!(matches!(service.receive(LINE, &allocate(2)).unwrap(), Receipt::Ignored));
    decided(service.receive(LINE, &allocate(1)).unwrap());
    decided(service.receive(LINE, &allocate(2)).unwrap());
}

#[test]
fn a_repeat_is_never_refused_for_having_been_applied() {
    let mut service = service();
    let finish = message(1, Command::FinishOrder { order: OrderId(1) });
    assert!(decided(service.receive(LINE, &finish).unwrap()).outcome.is_ok());
    service.commit().unwrap();
    let again = service.receive(LINE, &finish).unwrap();
    assert!(matches!(again, Receipt::Repeated(Reply { outcome: Ok(_), .. })), "{again:?}");
}

#[test]
fn senders_count_for_themselves() {
    let mut service = service();
    let first = decided(service.receive("line-1", &allocate(1)).unwrap());
    let other = decided(service.receive("line-2", &allocate(1)).unwrap());
    assert_ne!(first.outcome, other.outcome);
    assert_eq!((service.decided("line-1"), service.decided("line-3")), (1, 0));
}

#[test]
fn a_refused_command_is_in_the_journal_and_counted() {
    let mut service = service();
    let unknown = message(1, Command::FinishOrder { order: OrderId(9) });
    assert!(decided(service.receive(LINE, &unknown).unwrap()).outcome.is_err());
    service.commit().unwrap();
    assert_eq!(service.refusals().get("UnknownOrder"), Some(&1));
    let mut found = 0;
    let mut count = |_: &Head, bytes: &[u8]| {
        let block = Block::decode(bytes).unwrap();
        found += block.entries.iter().filter(|entry| entry.outcome.is_err()).count();
        ControlFlow::Continue(())
    };
    service.journal().read(&service.journal().start(), &mut count).unwrap();
    assert_eq!(found, 1);
}

/// A code of an issuer.
fn issued(n: u32) -> IssuedCode {
    let unit = UnitCode { gtin: order().product.gtin, serial: format!("S{n}").parse().unwrap() };
    IssuedCode { unit, crypto_code: Some(format!("91EE07\u{1d}92sign{n}").parse().unwrap()) }
}

/// An order whose codes come from an issuer, who has sent six.
fn service_with_issued_codes() -> LedgerService {
    let mut service = LedgerService::open(settings(), Store::memory()).unwrap();
    let mut order = order();
    order.product.serials = Serials::Imported { file: "pool.txt".to_owned(), crypto_codes: true };
    let sign = |name: &str| Command::SignOrder {
        order: OrderId(1),
        name: Arc::from(name),
        meaning: Arc::from("released"),
    };
    let (gtin, codes) = (order.product.gtin, (0..6).map(issued).collect());
    let import = Command::ImportNumbers { gtin, codes };
    let commands = [Command::CreateOrder(Arc::new(order)), sign("A"), sign("B"), import];
    for (sequence, command) in (1..).zip(commands) {
        let reply = decided(service.receive("site", &message(sequence, command)).unwrap());
        assert!(reply.outcome.is_ok(), "{reply:?}");
    }
    service.commit().unwrap();
    service
}

#[test]
fn a_repeated_request_is_answered_with_the_crypto_codes_again() {
    let mut service = service_with_issued_codes();
    let given = decided(service.receive(LINE, &allocate(1)).unwrap());
    let expected: Vec<_> =
        (0..3).map(issued).map(|code| (code.unit, code.crypto_code.unwrap())).collect();
    assert_eq!(given.crypto_codes, expected);
    service.commit().unwrap();
    match service.receive(LINE, &allocate(1)).unwrap() {
        Receipt::Repeated(again) => assert_eq!(again.crypto_codes, expected),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_audit_trail_has_the_codes_that_an_answer_leaves_out() {
    let mut service = service_with_issued_codes();
    decided(service.receive(LINE, &allocate(1)).unwrap());
    service.commit().unwrap();
    let (mut reader, mut events) = (AuditReader::new(&settings()), Vec::new());
    let mut read = |behind: &Head, bytes: &[u8]| {
        let records = reader.block(behind.blocks - 1, bytes).unwrap();
        events.extend(records.into_iter().flat_map(|record| record.outcome.unwrap()));
        ControlFlow::Continue(())
    };
    service.journal().read(&service.journal().start(), &mut read).unwrap();
    let imported = events.iter().find_map(|event| match event {
        LedgerEvent::NumbersImported { numbers, .. } => Some(numbers),
        _ => None,
    });
    let codes: Vec<_> =
        imported.unwrap().iter().map(|n| (n.serial, n.crypto_code.clone())).collect();
    let sent: Vec<_> =
        (0..6).map(issued).map(|code| (code.unit.serial, code.crypto_code)).collect();
    assert_eq!(codes, sent);
    let Some(LedgerEvent::StateChanged { objects, .. }) = events.last() else {
        panic!("{events:?}")
    };
    let given: Vec<ObjectCode> = (0..3).map(|n| issued(n).unit.into()).collect();
    assert_eq!(**objects, *given, "the trail names numbers without the tables");
}
