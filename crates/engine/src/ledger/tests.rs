//! The ledger through its public interface.

mod limits;

use std::sync::Arc;

use linetwin_base::{Level, SimSpan};
use linetwin_gs1::{Sscc, UnitCode};

use crate::order::{IdentificationKey, Order, PackagingLevel, Product};
use crate::store::{Batch, Head, MemoryTables, Table};
use crate::{Samples, Serials};

use super::*;

const NOW: SimTime = SimTime::START;
const DAY: u64 = 24 * 3600;

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [1; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

fn order_of(lot: &str) -> Order {
    let gtin = Gtin::parse("06291041500213").unwrap();
    let level = |level, children, mixed_lots| {
        let identification_key = IdentificationKey::Sscc;
        PackagingLevel { level, children, mixed_lots, identification_key }
    };
    Order {
        product: Product {
            gtin,
            name: "Test tablets".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: lot.parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: 10,
        samples: Samples::default(),
        packaging: vec![level(Level::Case, 2, false), level(Level::Pallet, 2, true)],
    }
}

/// A ledger with an order that runs, its serial numbers and SSCCs.
struct Site {
    ledger: Ledger,
    units: Vec<UnitCode>,
    ssccs: Vec<Sscc>,
    order: OrderId,
}

impl Site {
    fn new() -> Self {
        let ledger = Ledger::open(settings(), Box::new(MemoryTables::default())).unwrap();
        let mut site = Self { ledger, units: Vec::new(), ssccs: Vec::new(), order: OrderId(0) };
        site.run_order("L7");
        site
    }

    /// Another order, of which the units and SSCCs are put behind those of the ones before it.
    fn run_order(&mut self, lot: &str) {
        self.fine(Command::CreateOrder(Arc::new(order_of(lot))));
        let order = OrderId(self.order.0 + 1);
        self.order = order;
        for name in ["Asha Rao", "Ben Okri"] {
            self.fine(sign(order, name));
        }
        let line: Arc<str> = Arc::from("line-1");
        let name = Arc::from("Chen Li");
        self.fine(Command::ClearLine { order, line: Arc::clone(&line), name });
        self.fine(Command::StartOrder { order, line });
        for command in [
            Command::AllocateSerials { order, count: 10 },
            Command::AllocateSsccs { order, count: 4 },
        ] {
            let events = self.fine(command);
            let Some(LedgerEvent::StateChanged { objects, .. }) = events.last() else {
                panic!("{events:?}")
            };
            for object in objects {
                match object {
                    ObjectCode::Unit(unit) => self.units.push(*unit),
                    ObjectCode::Container(sscc) => self.ssccs.push(*sscc),
                }
            }
        }
    }

    fn apply_at(&mut self, now: SimTime, command: Command) -> Result<Vec<LedgerEvent>, Refusal> {
        match self.ledger.apply(now, &command) {
            Ok(events) => Ok(events.iter().map(|event| self.ledger.name(event).unwrap()).collect()),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Failed(error)) => panic!("{error}"),
        }
    }

    fn apply(&mut self, command: Command) -> Result<Vec<LedgerEvent>, Refusal> {
        self.apply_at(NOW, command)
    }

    #[track_caller]
    fn fine(&mut self, command: Command) -> Vec<LedgerEvent> {
        self.apply(command).unwrap()
    }

    #[track_caller]
    fn refused(&mut self, command: Command, kind: &str) {
        assert_eq!(self.apply(command).map_err(|refusal| refusal.kind()), Err(kind.to_owned()));
    }

    fn unit(&self, n: usize) -> ObjectCode {
        self.units[n].into()
    }

    fn sscc(&self, n: usize) -> ObjectCode {
        self.ssccs[n].into()
    }

    fn commission(&mut self, units: std::ops::Range<usize>) {
        for n in units {
            self.fine(Command::Commission { unit: self.units[n] });
        }
    }

    fn case(&mut self, label: usize, units: [usize; 2]) {
        self.fine(pack(self.sscc(label), Level::Case, &units.map(|n| self.unit(n))));
    }

    fn state(&mut self, code: ObjectCode) -> SerialState {
        self.ledger.state(&code).unwrap().unwrap()
    }
}

fn sign(order: OrderId, name: &str) -> Command {
    Command::SignOrder { order, name: Arc::from(name), meaning: Arc::from("released") }
}

fn pack(parent: ObjectCode, level: Level, children: &[ObjectCode]) -> Command {
    Command::Pack { parent, level, partial: false, children: children.to_vec() }
}

#[test]
fn a_unit_is_commissioned_once() {
    let mut site = Site::new();
    let unit = site.units[0];
    let events = site.fine(Command::Commission { unit });
    assert_eq!(
        events,
        [LedgerEvent::StateChanged {
            operation: Operation::Commission,
            from: SerialState::Allocated,
            to: SerialState::Commissioned,
            order: Some(site.order),
            reason: None,
            objects: List(vec![unit.into()]),
            contents: List::default(),
        }]
    );
    site.refused(Command::Commission { unit }, "State");
    assert_eq!(site.state(unit.into()), SerialState::Commissioned);
}

#[test]
fn a_scrapped_label_never_comes_back() {
    let mut site = Site::new();
    let unit = site.units[0];
    site.fine(Command::ScrapLabel { unit, reason: ScrapReason::NoRead });
    site.refused(Command::Commission { unit }, "State");
    site.refused(Command::ReturnSerials { units: vec![unit] }, "State");
    assert_eq!(site.state(unit.into()), SerialState::LabelScrapped);
}

#[test]
fn a_guessed_code_is_unknown() {
    let mut site = Site::new();
    let serial = "GUESSED".parse().unwrap();
    site.refused(Command::Commission { unit: UnitCode { serial, ..site.units[0] } }, "Unknown");
    let gtin = Gtin::parse("10614141123459").unwrap();
    site.refused(Command::Commission { unit: UnitCode { gtin, ..site.units[0] } }, "Unknown");
    let foreign = Sscc::parse("106141412345678908").unwrap();
    site.refused(pack(foreign.into(), Level::Case, &[site.unit(0)]), "Unknown");
}

#[test]
fn an_order_needs_two_people_and_a_cleared_line() {
    let mut site = Site::new();
    site.fine(Command::CreateOrder(Arc::new(order_of("L8"))));
    let order = OrderId(2);
    let line: Arc<str> = Arc::from("line-1");
    let start = || Command::StartOrder { order, line: Arc::clone(&line) };
    site.refused(Command::AllocateSerials { order, count: 1 }, "OrderState");
    site.fine(sign(order, "Asha Rao"));
    site.refused(sign(order, " asha  RAO "), "SamePerson");
    site.refused(sign(order, " "), "EmptySignature");
    site.refused(start(), "NotCleared");
    site.fine(sign(order, "Ben Okri"));
    site.refused(sign(order, "Chen Li"), "OrderStep");
    site.refused(start(), "NotCleared");
    let name = Arc::from("Chen Li");
    site.fine(Command::ClearLine { order, line: Arc::from("line-2"), name });
    site.refused(start(), "NotCleared");
    site.fine(Command::StartOrder { order, line: Arc::from("line-2") });
    site.refused(Command::CreateOrder(Arc::new(order_of("L8"))), "LotTaken");
}

#[test]
fn an_order_closes_only_when_every_serial_number_is_accounted_for() {
    let mut site = Site::new();
    let order = site.order;
    site.commission(0..1);
    site.refused(Command::CloseOrder { order }, "OrderStep");
    site.fine(Command::FinishOrder { order });
    site.refused(Command::CloseOrder { order }, "Unaccounted");
    site.fine(Command::ReturnSerials { units: site.units[1..9].to_vec() });
    site.refused(Command::CloseOrder { order }, "Unaccounted");
    site.fine(Command::Invalidate { objects: vec![site.unit(9)] });
    site.fine(Command::CloseOrder { order });
    site.refused(Command::AllocateSerials { order, count: 1 }, "OrderState");
    site.refused(Command::Commission { unit: site.units[1] }, "State");
    let expected = Reconciliation {
        allocated: 10,
        returned: 8,
        void: 1,
        loose: 1,
        ..Reconciliation::default()
    };
    assert_eq!(site.ledger.reconcile(order).unwrap(), expected);
}

#[test]
fn returned_numbers_are_given_to_the_next_order_before_new_ones_are_made() {
    let mut site = Site::new();
    let gtin = site.units[0].gtin;
    site.fine(Command::ReturnSerials { units: site.units[4..7].to_vec() });
    assert_eq!(site.ledger.in_pool(gtin, SerialState::Unallocated), 3);
    let order = site.order;
    let events = site.fine(Command::AllocateSerials { order, count: 5 });
    let Some(LedgerEvent::StateChanged { objects, .. }) = events.last() else {
        panic!("{events:?}")
    };
    assert_eq!(objects[..3], [site.unit(4), site.unit(5), site.unit(6)]);
    assert!(!site.units.iter().any(|unit| objects[3..].contains(&(*unit).into())));
    assert_eq!(site.ledger.in_pool(gtin, SerialState::Unallocated), 0);
}

#[test]
fn what_one_event_cannot_name_is_refused() {
    let mut site = Site::new();
    let order = site.order;
    site.refused(Command::AllocateSerials { order, count: u32::MAX }, "TooMany");
    site.refused(Command::AllocateSerials { order, count: 0 }, "NamesNothing");
    let gtin = site.units[0].gtin;
    site.refused(Command::RequestUnallocated { gtin, count: u32::MAX }, "TooMany");
}

#[test]
fn numbers_pass_from_the_enterprise_to_the_site_and_back() {
    let mut site = Site::new();
    let gtin = site.units[0].gtin;
    site.fine(Command::MakeNumbers { gtin, count: 10 });
    site.refused(Command::RequestUnallocated { gtin, count: 11 }, "PoolExhausted");
    site.fine(Command::RequestUnallocated { gtin, count: 4 });
    site.fine(Command::ReturnUnallocated { gtin, count: 1 });
    assert_eq!(site.ledger.in_pool(gtin, SerialState::Unassigned), 7);
    assert_eq!(site.ledger.in_pool(gtin, SerialState::Unallocated), 3);
}

#[test]
fn containers_hold_only_active_children_and_each_child_once() {
    let mut site = Site::new();
    site.commission(0..4);
    let (a, b, c) = (site.unit(0), site.unit(1), site.unit(2));
    let label = site.sscc(0);
    site.refused(pack(label, Level::Case, &[a, site.unit(5)]), "ChildNotActive");
    assert_eq!(site.ledger.parent(&a).unwrap(), None, "a refusal changes nothing");
    site.refused(pack(label, Level::Case, &[a, a]), "NamedTwice");
    site.refused(pack(label, Level::Case, &[]), "EmptyContainer");
    site.refused(pack(label, Level::Case, &[a]), "WrongCount");
    site.refused(pack(a, Level::Case, &[b, c]), "NoContainer");

    site.case(0, [0, 1]);
    assert_eq!(site.ledger.parent(&b).unwrap(), Some(label));
    site.refused(pack(label, Level::Case, &[c, site.unit(3)]), "LabelInUse");
    site.refused(pack(site.sscc(1), Level::Case, &[b, c]), "ChildPacked");
    let decommission = Command::Decommission { object: a, reason: DecommissionReason::FailedCheck };
    site.refused(decommission, "StillPacked");
    site.refused(Command::Sample { unit: site.units[0] }, "StillPacked");
}

#[test]
fn containers_stand_in_higher_ones_only() {
    let mut site = Site::new();
    site.commission(0..4);
    site.case(0, [0, 1]);
    site.case(1, [2, 3]);
    let cases = [site.sscc(0), site.sscc(1)];
    site.refused(pack(site.sscc(2), Level::Case, &cases), "WrongLevel");
    site.refused(pack(cases[0], Level::Pallet, &cases), "LabelInUse");
    site.fine(pack(site.sscc(2), Level::Pallet, &cases));
    let verification = site.ledger.verify(&site.units[3].into()).unwrap();
    assert_eq!(verification.parents, [cases[1], site.sscc(2)]);
    let inside = site.ledger.all_inside(&site.sscc(2)).unwrap();
    assert_eq!(inside.len(), 6);
}

#[test]
fn lots_are_mixed_only_where_the_rule_allows_it() {
    let mut site = Site::new();
    site.commission(0..2);
    site.run_order("L8");
    site.commission(10..12);
    let mixed = [site.unit(0), site.unit(10)];
    site.refused(pack(site.sscc(4), Level::Case, &mixed), "OtherOrder");
    site.case(0, [0, 1]);
    site.case(4, [10, 11]);
    site.fine(pack(site.sscc(5), Level::Pallet, &[site.sscc(0), site.sscc(4)]));
}

#[test]
fn a_container_can_be_opened_changed_and_labelled_anew() {
    let mut site = Site::new();
    site.commission(0..5);
    site.case(0, [0, 1]);
    site.case(1, [2, 3]);
    let (first, second) = (site.sscc(0), site.sscc(1));
    site.fine(pack(site.sscc(2), Level::Pallet, &[first, second]));
    let replace = Command::ReplaceChild { parent: first, out: site.unit(1), into: site.unit(4) };
    site.fine(replace);
    assert_eq!(site.ledger.parent(&site.unit(1)).unwrap(), None);
    site.fine(Command::Relabel { from: first, to: site.sscc(3) });
    assert_eq!(site.state(first), SerialState::Inactive);
    let (level, children) = site.ledger.children(&site.sscc(3)).unwrap().unwrap();
    assert_eq!((level, children), (Level::Case, vec![site.unit(0), site.unit(4)]));
    assert_eq!(site.ledger.parent(&site.sscc(3)).unwrap(), Some(site.sscc(2)));
    site.fine(Command::Unpack { parent: second, children: vec![site.unit(2)] });
    let add = |unit| Command::AddChildren { parent: second, children: vec![unit] };
    site.refused(add(site.unit(0)), "ChildPacked");
    site.fine(add(site.unit(1)));
    site.refused(add(site.unit(2)), "WrongCount");
}

#[test]
fn the_contents_of_a_container_are_compared_with_what_is_found_in_it() {
    let mut site = Site::new();
    site.commission(0..3);
    site.case(0, [0, 1]);
    let found = vec![site.unit(1), site.unit(2)];
    let events = site.fine(Command::CheckContents { parent: site.sscc(0), found });
    let missing = List(vec![site.unit(0)]);
    let (parent, alien) = (site.sscc(0), vec![site.unit(2)]);
    assert_eq!(events, [LedgerEvent::ContentsChecked { parent, missing, alien }]);
}

#[test]
fn what_is_shipped_leaves_with_all_that_is_in_it_and_comes_back_so() {
    let mut site = Site::new();
    site.commission(0..2);
    site.case(0, [0, 1]);
    let case = vec![site.sscc(0)];
    site.refused(Command::Ship { objects: vec![site.unit(0)] }, "StillPacked");
    site.fine(Command::Ship { objects: case.clone() });
    assert_eq!(site.state(site.unit(1)), SerialState::Released);
    site.refused(Command::Ship { objects: case.clone() }, "State");
    site.refused(Command::Unpack { parent: case[0], children: vec![] }, "State");
    site.fine(Command::Receive { objects: case.clone(), place: PlaceId(7) });
    site.fine(Command::AcceptReturn { objects: case });
    assert_eq!(site.state(site.unit(1)), SerialState::Commissioned);
}

#[test]
fn a_recalled_lot_is_neither_made_nor_packed_nor_shipped_nor_undone() {
    let mut site = Site::new();
    site.commission(0..4);
    site.case(0, [0, 1]);
    let (unit, place) = (site.units[2], PlaceId(1));
    let status = PackStatus::Locked;
    site.fine(Command::SetStatus { unit, status, place });
    site.fine(Command::RecallLot { gtin: unit.gtin, lot: order_of("L7").lot });
    site.refused(Command::Commission { unit: site.units[4] }, "Recalled");
    site.refused(pack(site.sscc(1), Level::Case, &[site.unit(3), site.unit(2)]), "ChildNotActive");
    site.refused(Command::Ship { objects: vec![site.sscc(0)] }, "Recalled");
    site.refused(Command::UndoStatus { unit, place }, "Undo");
    assert!(site.ledger.verify(&site.unit(3)).unwrap().recalled);
}

#[test]
fn a_supplied_pack_can_be_taken_back_for_ten_days() {
    let mut site = Site::new();
    site.commission(0..1);
    let (unit, place) = (site.units[0], PlaceId(1));
    let status = PackStatus::Supplied;
    let supply = || Command::SetStatus { unit, status, place };
    site.fine(supply());
    site.refused(supply(), "Status");
    let after = |days| NOW + SimSpan::from_secs(days * DAY);
    let late = site.apply_at(after(11), Command::UndoStatus { unit, place });
    assert_eq!(late, Err(Refusal::Undo { unit, status, fault: UndoFault::TooLate }));
    site.apply_at(after(9), Command::UndoStatus { unit, place }).unwrap();
    assert_eq!(site.ledger.verify(&unit.into()).unwrap().status, PackStatus::Active);
}

#[test]
fn a_ledger_is_the_same_after_it_was_written_and_opened_again() {
    let mut tables = SharedTables::default();
    let mut site = Site::new();
    site.ledger.tables = Box::new(tables.clone());
    // Everything so far was only in memory and is written now.
    site.commission(0..4);
    site.case(0, [0, 1]);
    site.fine(Command::ReturnSerials { units: site.units[6..8].to_vec() });
    let head = Head { blocks: 9, ..Head::default() };
    site.ledger.flush(head, Vec::new()).unwrap();
    let mut again = Ledger::open(settings(), Box::new(tables.clone())).unwrap();
    assert_eq!(again.flushed().unwrap(), Some(head));
    for n in 0..10 {
        let code = site.unit(n);
        assert_eq!(again.verify(&code).unwrap(), site.ledger.verify(&code).unwrap());
    }
    assert_eq!(again.children(&site.sscc(0)), site.ledger.children(&site.sscc(0)));
    assert_eq!(again.reconcile(site.order), site.ledger.reconcile(site.order));
    let records = |ledger: &Ledger| ledger.orders().cloned().collect::<Vec<_>>();
    assert_eq!(records(&again), records(&site.ledger));

    let other = LedgerSettings { master_key: [2; 32], ..settings() };
    assert!(Ledger::open(other, Box::new(tables.clone())).is_err(), "another master key");
    tables.spoil();
    assert!(Ledger::open(settings(), Box::new(tables)).is_err(), "a row that no ledger wrote");
}

/// Tables that outlive a ledger.
#[derive(Clone, Default)]
struct SharedTables(Arc<std::sync::Mutex<MemoryTables>>);

impl SharedTables {
    fn spoil(&mut self) {
        let mut batch = Batch::default();
        batch.rows.insert((Table::Orders, 1), Some(vec![0xff; 3]));
        self.commit(&batch).unwrap();
    }
}

impl Tables for SharedTables {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.lock().unwrap().get(table, key)
    }
    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> std::ops::ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.lock().unwrap().scan(table, from, to, visit)
    }
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.0.lock().unwrap().commit(batch)
    }
}
