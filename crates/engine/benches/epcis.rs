//! What an EPCIS event of a line costs: packs commissioned at 250 a minute and packed in cases of 48,
//! as the writer of a run gets them; and apart from it, hash and JSON of those events.
//!
//! `cargo bench --bench epcis`; `-- --rounds 11` for steadier medians.

#[path = "../../../benches/common/clock.rs"]
mod clock;

use std::hint::black_box;
use std::sync::Arc;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_engine::{
    EpcisWriter, LedgerEvent, List, ObjectCode, Operation, Order, OrderId, Product, Samples,
    SerialState, Serials,
};
use linetwin_epcis::{Document, EpcisEvent};
use linetwin_gs1::{CompanyPrefix, Gtin, SerialNumber, Sscc, UnitCode};

use clock::wall_clock;

const CASES: u64 = 500;
const CASE: u64 = 48;
const BETWEEN_PACKS: SimSpan = SimSpan::from_millis(240);

/// The events of a line's ledger, in order.
fn ledger_events() -> Vec<(SimTime, LedgerEvent)> {
    let gtin = Gtin::parse("08901234567890").unwrap();
    let order = Order {
        product: Product {
            gtin,
            name: "Bench".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: "BN2026A17".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: (CASES * CASE) as u32,
        samples: Samples::default(),
        packaging: Vec::new(),
    };
    let mut at = SimTime::START;
    let mut events =
        vec![(at, LedgerEvent::OrderCreated { id: OrderId(1), order: Arc::new(order) })];
    for case in 0..CASES {
        let packs = (0..CASE).map(|pack| {
            let number = (case * CASE + pack).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            let serial = SerialNumber::parse(&format!("{number:012X}")[..12]).unwrap();
            ObjectCode::Unit(UnitCode { gtin, serial })
        });
        let packs: Vec<ObjectCode> = packs.collect();
        for pack in &packs {
            at += BETWEEN_PACKS;
            let commissioned = LedgerEvent::StateChanged {
                operation: Operation::Commission,
                from: SerialState::Encoded,
                to: SerialState::Commissioned,
                order: Some(OrderId(1)),
                reason: None,
                objects: List(vec![*pack]),
                contents: List::default(),
            };
            events.push((at, commissioned));
        }
        let digits = format!("08901234{case:09}");
        let parent = (0..10).find_map(|check| Sscc::parse(&format!("{digits}{check}")).ok());
        let parent = ObjectCode::Container(parent.unwrap());
        let (children, level) = (List(packs), Level::Case);
        events
            .push((at, LedgerEvent::Packed { parent, level, new: true, partial: false, children }));
    }
    events
}

fn write(events: &[(SimTime, LedgerEvent)], to: Vec<u8>) -> Vec<u8> {
    let start = "2026-11-02T06:00:00Z".parse().unwrap();
    let prefix = CompanyPrefix::parse("8901234").unwrap();
    let mut writer = EpcisWriter::new(to, start, prefix, "line-1");
    for (at, event) in events {
        writer.write(*at, event).unwrap();
    }
    writer.finish().unwrap()
}

/// Median nanoseconds of `rounds`.
fn median_ns(rounds: usize, mut work: impl FnMut()) -> f64 {
    let mut spent: Vec<u64> = (0..rounds)
        .map(|_| {
            let begin = wall_clock();
            work();
            wall_clock() - begin
        })
        .collect();
    spent.sort_unstable();
    spent[rounds / 2] as f64
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let rounds = arguments.iter().position(|argument| argument == "--rounds");
    let rounds = rounds.map_or(5, |at| arguments[at + 1].parse().expect("a number of rounds"));

    let events = ledger_events();
    let mut text = write(&events, Vec::new());
    let lines = std::str::from_utf8(&text).unwrap().lines();
    let typed: Vec<EpcisEvent> =
        lines.flat_map(|line| Document::from_json(line).unwrap().events).collect();
    let number = typed.len() as f64;
    println!("{number} events, {} bytes, {} packs", text.len(), CASES * CASE);

    let hash = median_ns(rounds, || {
        for event in &typed {
            black_box(event.hash());
        }
    });
    let json = median_ns(rounds, || {
        for event in &typed {
            black_box(event.to_json().to_string());
        }
    });
    let whole = median_ns(rounds, || {
        text.clear();
        text = write(&events, std::mem::take(&mut text));
    });
    for (what, ns) in [("hash", hash), ("to_json", json), ("writer, from ledger to line", whole)] {
        let packs = (CASES * CASE) as f64;
        println!(
            "{what:28} {:7.2} us an event {:7.2} us a pack",
            ns / number / 1e3,
            ns / packs / 1e3
        );
    }
}
