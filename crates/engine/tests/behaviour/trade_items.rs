//! A hierarchy in which inner packs, bundles and cases are trade items themselves: what the ledger
//! makes of labels with a GTIN, and what EPCIS says of them.

use std::sync::Arc;

use linetwin_base::{Level, SimTime};
use linetwin_engine::{
    Command, DecommissionReason, EpcisWriter, IdentificationKey, Ledger, LedgerEvent,
    LedgerSettings, ObjectCode, Order, OrderId, PackagingLevel, Product, Refusal, Samples,
    SerialRule, SerialState, Serials, Stop, store::MemoryTables,
};
use linetwin_gs1::{CompanyPrefix, Gtin, sgtin_uri};

const ORDER: OrderId = OrderId(1);
const NOW: SimTime = SimTime::START;

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [1; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

fn prefix() -> CompanyPrefix {
    CompanyPrefix::parse("6291041").unwrap()
}

fn trade_item(gtin: &str) -> IdentificationKey {
    IdentificationKey::Gtin { gtin: Gtin::parse(gtin).unwrap(), serials: SerialRule::default() }
}

/// Two of each in the next; only pallets carry an SSCC.
fn order() -> Order {
    let level = |level, identification_key| PackagingLevel {
        level,
        children: 2,
        mixed_lots: false,
        identification_key,
    };
    Order {
        product: Product {
            gtin: Gtin::parse("06291041500213").unwrap(),
            name: "Test".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: "L7".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: 16,
        samples: Samples::default(),
        packaging: vec![
            level(Level::Inner, trade_item("16291041500210")),
            level(Level::Bundle, trade_item("26291041500217")),
            level(Level::Case, trade_item("36291041500214")),
            level(Level::Pallet, IdentificationKey::Sscc),
        ],
    }
}

struct Site {
    ledger: Ledger,
    epcis: EpcisWriter<Vec<u8>>,
}

impl Site {
    /// A running order.
    fn new() -> Self {
        let epcis = EpcisWriter::new(Vec::new(), settings().epoch, prefix(), "line-1");
        let ledger = Ledger::open(settings(), Box::new(MemoryTables::default())).unwrap();
        let mut site = Self { ledger, epcis };
        site.fine(Command::CreateOrder(Arc::new(order())));
        for name in ["Asha Rao", "Ben Okri"] {
            let (name, meaning) = (Arc::from(name), Arc::from("released"));
            site.fine(Command::SignOrder { order: ORDER, name, meaning });
        }
        let line: Arc<str> = Arc::from("line-1");
        let name = Arc::from("Chen Li");
        site.fine(Command::ClearLine { order: ORDER, line: Arc::clone(&line), name });
        site.fine(Command::StartOrder { order: ORDER, line });
        site
    }

    /// What the command moved last.
    #[track_caller]
    fn fine(&mut self, command: Command) -> Vec<ObjectCode> {
        let events = self.ledger.apply(NOW, &command).unwrap();
        let mut moved = Vec::new();
        for event in &events {
            let event = self.ledger.name(event).unwrap();
            self.epcis.write(NOW, &event).unwrap();
            if let LedgerEvent::StateChanged { objects, .. } = event {
                moved = objects.0;
            }
        }
        moved
    }

    fn refused(&mut self, command: Command) -> Refusal {
        match self.ledger.apply(NOW, &command) {
            Err(Stop::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }

    fn label(&mut self, level: Level) -> ObjectCode {
        self.fine(Command::AllocateLabels { order: ORDER, level, count: 1 })[0]
    }

    /// Packs everything, two by two, up to a level; what was made at each, units first.
    fn packed_up_to(&mut self, highest: Level) -> Vec<Vec<ObjectCode>> {
        let units = self.fine(Command::AllocateSerials { order: ORDER, count: 16 });
        for unit in &units {
            self.fine(Command::Commission { unit: as_unit(*unit) });
        }
        let mut made = vec![units];
        for level in Level::ALL.into_iter().filter(|level| *level <= highest) {
            let children = made.last().unwrap().clone();
            let count = (children.len() / 2) as u32;
            let labels = self.fine(Command::AllocateLabels { order: ORDER, level, count });
            for (parent, children) in labels.iter().zip(children.chunks(2)) {
                self.fine(pack(*parent, level, children));
            }
            made.push(labels);
        }
        made
    }
}

fn as_unit(code: ObjectCode) -> linetwin_gs1::UnitCode {
    match code {
        ObjectCode::Unit(unit) => unit,
        ObjectCode::Container(sscc) => panic!("{sscc} is no GTIN and serial number"),
    }
}

fn pack(parent: ObjectCode, level: Level, children: &[ObjectCode]) -> Command {
    Command::Pack { parent, level, partial: false, children: children.to_vec() }
}

#[test]
fn a_unit_is_found_through_every_level_and_ships_with_its_pallet() {
    let mut site = Site::new();
    let made = site.packed_up_to(Level::Pallet);
    let first = |level: usize| made[level][0];
    let found = site.ledger.verify(&first(0)).unwrap();
    assert_eq!(found.parents, [first(1), first(2), first(3), first(4)]);
    site.fine(Command::Ship { objects: vec![first(4)] });
    for level in &made {
        let state = site.ledger.verify(&level[0]).unwrap().state;
        assert_eq!(state, SerialState::Released, "{}", level[0]);
    }
    let sum = site.ledger.reconcile(ORDER).unwrap();
    assert_eq!((sum.allocated, sum.released), (16, 16), "units are counted, labels are not");
}

#[test]
fn a_case_that_is_a_trade_item_ships_and_is_unpacked_on_its_own() {
    let mut site = Site::new();
    let made = site.packed_up_to(Level::Case);
    let (bundle, case) = (made[2][0], made[3][0]);
    site.fine(Command::Ship { objects: vec![case] });
    site.fine(Command::AcceptReturn { objects: vec![case] });
    site.fine(Command::Unpack { parent: case, children: vec![bundle] });
    assert_eq!(site.ledger.verify(&bundle).unwrap().parents, []);
    assert_eq!(site.ledger.children(&case).unwrap(), Some((Level::Case, vec![made[2][1]])));
}

#[test]
fn a_level_takes_the_labels_of_its_own_trade_item_only() {
    let mut site = Site::new();
    let made = site.packed_up_to(Level::Inner);
    for other in [Level::Case, Level::Pallet] {
        let wrong = site.label(other);
        let refusal = site.refused(pack(wrong, Level::Bundle, &made[1][..2]));
        assert_eq!(refusal, Refusal::WrongLabel { label: wrong, level: Level::Bundle });
    }
    let right = site.label(Level::Bundle);
    site.fine(pack(right, Level::Bundle, &made[1][..2]));
}

#[test]
fn a_container_is_no_unit_although_its_code_looks_like_one() {
    let mut site = Site::new();
    let made = site.packed_up_to(Level::Inner);
    let unit = as_unit(made[1][0]);
    for command in [Command::Commission { unit }, Command::Sample { unit }] {
        assert_eq!(site.refused(command), Refusal::NoUnit(unit));
    }
    let (object, reason) = (unit.into(), DecommissionReason::Damaged);
    let refusal = site.refused(Command::Decommission { object, reason });
    assert_eq!(refusal, Refusal::NotEmpty(object), "it holds two packs");
}

#[test]
fn a_trade_item_stands_on_one_level_and_stays_there() {
    let mut site = Site::new();
    let refused = |site: &mut Site, words: &str, change: &dyn Fn(&mut Order)| {
        let mut order = order();
        order.lot = "L8".parse().unwrap();
        change(&mut order);
        let refusal = site.refused(Command::CreateOrder(Arc::new(order)));
        assert_eq!(refusal.kind(), "Product", "{refusal}");
        assert!(refusal.to_string().contains(words), "{refusal}");
    };
    refused(&mut site, "stands on two levels", &|order| {
        order.packaging[1].identification_key = trade_item("16291041500210");
    });
    refused(&mut site, "stands on two levels", &|order| {
        order.packaging[0].identification_key = trade_item("06291041500213");
    });
    // On one level here; the order that runs has it for bundles.
    refused(&mut site, "numbers containers of one level", &|order| {
        order.packaging.remove(1);
        order.packaging[1].identification_key = trade_item("26291041500217");
    });
}

#[test]
fn epcis_names_trade_items_by_gtin_and_serial_as_parents_too() {
    let mut site = Site::new();
    let made = site.packed_up_to(Level::Inner);
    let uri = sgtin_uri(&as_unit(made[1][0]), prefix());
    let text = String::from_utf8(site.epcis.finish().unwrap()).unwrap();
    let packed = text.lines().find(|line| line.contains(&format!("\"parentID\":\"{uri}\"")));
    let packed = packed.expect("an aggregation");
    assert!(packed.contains("\"bizStep\":\"packing\""), "{packed}");
    assert!(packed.contains("\"inner\""), "{packed}");
}
