//! Random commands against a plain model of what a ledger must do: answers, refusals and states
//! agree after every step, also when the ledger is opened again from what it has stored; the EPCIS
//! events, replayed from nothing, come to the same. Set
//! `LINETWIN_SEQUENCES` to run more than the usual number of sequences.

mod model;
mod replay;
mod things;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};

use linetwin::base::{Level, SimSpan, SimTime};
use linetwin::engine::store::{
    Batch, Head, Journal, MemoryJournal, MemoryTables, Store, StoreError, Table, Tables,
};
use linetwin::engine::{
    Command, DecommissionReason, EpcisWriter, LedgerEvent, LedgerService, LedgerSettings, Message,
    ObjectCode, Order, OrderId, PackStatus, PackagingLevel, PlaceId, Product, Receipt, Samples,
    ScrapReason, SerialRule,
};
use linetwin::gs1::{CompanyPrefix, Gtin, Sscc, UnitCode};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use model::{Model, is_unit};
use replay::Replay;

/// What one step does: the operation and four numbers that choose its objects.
type Step = (u8, u8, u8, u8, u8);

/// Tables and journal that outlive the service.
#[derive(Clone, Default)]
struct Disk {
    tables: Arc<Mutex<MemoryTables>>,
    journal: Arc<Mutex<MemoryJournal>>,
}

impl Disk {
    fn store(&self) -> Store {
        Store { tables: Box::new(self.clone()), journal: Box::new(self.clone()), set_aside: None }
    }
}

impl Tables for Disk {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.tables.lock().unwrap().get(table, key)
    }
    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.tables.lock().unwrap().scan(table, from, to, visit)
    }
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        self.tables.lock().unwrap().commit(batch)
    }
}

impl Journal for Disk {
    fn start(&self) -> Head {
        self.journal.lock().unwrap().start()
    }
    fn head(&self) -> Head {
        self.journal.lock().unwrap().head()
    }
    fn append(&mut self, block: &[u8]) -> Result<Head, StoreError> {
        self.journal.lock().unwrap().append(block)
    }
    fn read(
        &self,
        from: &Head,
        visit: &mut dyn FnMut(&Head, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.journal.lock().unwrap().read(from, visit)
    }
}

const GTINS: [&str; 2] = ["06291041500213", "06291041500220"];
const LOTS: [&str; 2] = ["L7", "L8"];
const NAMES: [&str; 3] = ["Asha Rao", "Ben Okri", ""];
const LINES: [&str; 2] = ["line-1", "line-2"];
const LEVELS: [Level; 3] = [Level::Bundle, Level::Case, Level::Pallet];
const STATUSES: [PackStatus; 6] = [
    PackStatus::Active,
    PackStatus::Supplied,
    PackStatus::Locked,
    PackStatus::Stolen,
    PackStatus::Exported,
    PackStatus::Destroyed,
];

fn prefix() -> CompanyPrefix {
    CompanyPrefix::parse("6291041").unwrap()
}

fn gtin(n: u8) -> Gtin {
    Gtin::parse(GTINS[usize::from(n) % 2]).unwrap()
}

fn order(n: u8) -> Arc<Order> {
    let level = |level, children, mixed_lots| PackagingLevel { level, children, mixed_lots };
    let product = Product {
        gtin: gtin(n),
        name: "Test".to_owned(),
        company_prefix: 7,
        serials: SerialRule::default(),
    };
    // Bundles take any number; the rule for cases and pallets is there.
    let packaging = vec![level(Level::Case, 2, n % 3 == 2), level(Level::Pallet, 3, true)];
    Arc::new(Order {
        product,
        lot: LOTS[usize::from(n / 2) % 2].parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: u32::from(n != 7),
        samples: Samples::default(),
        packaging,
    })
}

/// The ledger, its model, and the store beneath.
struct Pair {
    disk: Disk,
    service: LedgerService,
    model: Model,
    now: SimTime,
    epcis: Option<EpcisWriter<Vec<u8>>>,
    /// What was answered to which command, by name.
    seen: BTreeSet<(String, String)>,
}

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [3; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

impl Pair {
    /// A pair with a running order, commissioned units and free labels.
    fn new() -> Self {
        let disk = Disk::default();
        let service = LedgerService::open(settings(), disk.store()).unwrap();
        let (model, seen) = Default::default();
        let epcis = Some(EpcisWriter::new(Vec::new(), settings().epoch, prefix()));
        let mut pair = Self { disk, service, model, now: SimTime::START, epcis, seen };
        // Two lots of one product: numbers of the first are at hand from 0, those of the second after.
        for (id, which) in [(OrderId(1), 0), (OrderId(2), 2)] {
            let sign = |name: &str| Command::SignOrder {
                order: id,
                name: Arc::from(name),
                meaning: Arc::from("released"),
            };
            let line: Arc<str> = Arc::from(LINES[0]);
            let name = Arc::from("Chen Li");
            for command in [
                Command::CreateOrder(order(which)),
                sign(NAMES[0]),
                sign(NAMES[1]),
                Command::ClearLine { order: id, line: Arc::clone(&line), name },
                Command::StartOrder { order: id, line },
                Command::AllocateSerials { order: id, count: 8 },
                Command::AllocateSsccs { order: id, count: 4 },
            ] {
                assert!(pair.apply(&command));
            }
            let of_order = |code: &ObjectCode| pair.model.things[code].order == Some(id);
            let units = pair.model.made.iter().filter(|code| is_unit(code) && of_order(code));
            for code in units.take(6).copied().collect::<Vec<_>>() {
                assert!(pair.apply(&Command::Commission { unit: as_unit(code) }));
            }
        }
        pair
    }

    /// Gives a command to both and compares; true if it was accepted.
    fn apply(&mut self, command: &Command) -> bool {
        let sequence = self.service.decided("test") + 1;
        let message =
            Message { sequence, happened: self.now, by: None, why: None, command: command.clone() };
        let reply = match self.service.receive("test", &message).unwrap() {
            Receipt::Decided(reply) => reply,
            other => panic!("{other:?}"),
        };
        let fresh =
            if reply.outcome.is_ok() { self.fresh(command, &reply.outcome) } else { vec![] };
        assert!(reply.outcome.is_err() || fresh.len() == self.model.lacking(command));
        for event in reply.outcome.iter().flat_map(|events| events.iter()) {
            self.epcis.as_mut().unwrap().write(self.now, event).unwrap();
        }
        let before = self.model.clone();
        let expected = self.model.apply(self.now, command, &fresh);
        if expected.is_err() {
            assert_eq!(self.model, before, "the model itself changes nothing when it refuses");
        }
        let expected = expected.map_err(str::to_owned);
        let actual = reply.outcome.map(|events| events.to_vec()).map_err(|r| r.kind());
        assert_eq!(actual, expected, "{command:?}");
        let answer = expected.as_ref().map_or_else(Clone::clone, |_| "accepted".to_owned());
        self.seen.insert((name_of(command), answer));
        expected.is_ok()
    }

    /// The codes of the numbers that an accepted command has made.
    fn fresh(&self, command: &Command, outcome: &linetwin::engine::Outcome) -> Vec<ObjectCode> {
        let events = outcome.as_ref().unwrap();
        let made = events.iter().find_map(|event| match event {
            LedgerEvent::NumbersMade { space, count } => Some((*space, *count as usize)),
            _ => None,
        });
        let Some((space, count)) = made else { return Vec::new() };
        if let Command::MakeNumbers { .. } = command {
            // Nobody is told these codes yet; the ledger can be asked.
            return self.service.made(space, count);
        }
        let Some(LedgerEvent::Moved { objects, .. }) = events.last() else { panic!("{events:?}") };
        objects[objects.len() - count..].to_vec()
    }

    /// The service goes and is opened again, with or without tables that are up to date.
    fn restart(&mut self, flush: bool) {
        self.service.commit().unwrap();
        if flush {
            self.service.flush().unwrap();
        }
        self.service = LedgerService::open(settings(), self.disk.store()).unwrap();
    }

    fn compare_everything(&mut self) {
        let ledger = self.service.ledger();
        for (code, thing) in &self.model.things {
            let found = ledger.verify(code).unwrap();
            assert_eq!(found.state, thing.state, "{code}");
            assert_eq!(found.parents.first().copied(), thing.parent, "{code}");
            assert_eq!(found.status, thing.status.0, "{code}");
            if !is_unit(code) {
                let inside = ledger.children(code).unwrap();
                let expected = thing.level.map(|level| (level, thing.children.clone()));
                assert_eq!(inside, expected, "{code}");
            }
        }
        for (id, order) in &self.model.orders {
            let record = ledger.order_record(*id).unwrap();
            assert_eq!((record.state, record.recalled), (order.state, order.recalled));
            let sum = ledger.reconcile(*id).unwrap();
            let own =
                |code: &&ObjectCode| is_unit(code) && self.model.things[*code].order == Some(*id);
            let held = self.model.made.iter().filter(own).count() as u64;
            assert_eq!(sum.allocated - sum.returned, held);
            assert_eq!(sum.allocated, sum.total(), "each number in one class");
        }
    }

    /// The EPCIS events of everything so far, replayed from nothing, come to the same state.
    fn compare_epcis(&mut self) {
        let events = self.epcis.take().unwrap().finish().unwrap();
        let mut replay = Replay::default();
        String::from_utf8(events).unwrap().lines().for_each(|line| replay.line(line));
        replay.compare(&self.model, prefix());
    }

    fn take(&mut self, step: Step) {
        let (operation, a, b, c, d) = step;
        match operation % 40 {
            0 => self.restart(a.is_multiple_of(2)),
            1 => self.now += SimSpan::from_secs(u64::from(a) * 3_600),
            _ => {
                let command = self.command(operation % 40, a, b, c, d);
                self.apply(&command);
            }
        }
    }

    fn command(&self, operation: u8, a: u8, b: u8, c: u8, d: u8) -> Command {
        let order = OrderId(u32::from(a % 4) + 1);
        let line: Arc<str> = Arc::from(LINES[usize::from(b) % 2]);
        let count = u32::from(b % 5);
        let unit = self.unit(a);
        let place = PlaceId(u32::from(c % 2));
        let (parent, other) = (self.label(a), self.label(b));
        match operation {
            2 => Command::CreateOrder(self::order(a % 8)),
            3 => Command::SignOrder {
                order,
                name: Arc::from(NAMES[usize::from(b) % 3]),
                meaning: Arc::from("released"),
            },
            4 => Command::ClearLine { order, line, name: Arc::from(NAMES[usize::from(c) % 3]) },
            5 => Command::StartOrder { order, line },
            6 if b.is_multiple_of(4) => Command::PauseOrder { order },
            6 => Command::ResumeOrder { order },
            7 if b.is_multiple_of(8) => Command::FinishOrder { order },
            7 | 8 => Command::CloseOrder { order },
            9 => Command::MakeNumbers { gtin: gtin(a), count },
            10 => Command::ProvideNumbers { gtin: gtin(a), count },
            11 => Command::GiveBackNumbers { gtin: gtin(a), count },
            12 => Command::AllocateSerials { order, count },
            13 => Command::AllocateSsccs { order, count },
            14 => Command::ReturnSerials { units: vec![unit, self.unit(b)] },
            15 => Command::Invalidate { objects: vec![self.any(a), self.any(b)] },
            16 => Command::Encode { unit },
            17 => Command::SampleLabel { unit },
            18 => Command::ScrapLabel { unit, reason: ScrapReason::NoRead },
            19 | 20 => Command::Commission { unit },
            21 => Command::Sample { unit },
            22 => {
                let reason = DecommissionReason::Damaged;
                Command::Decommission { object: self.any(a), reason }
            }
            23 => Command::Destroy { object: self.any(a) },
            24..=28 => Command::Pack {
                parent,
                level: LEVELS[usize::from(b) % 3],
                partial: b.is_multiple_of(5),
                children: self.children(&[c, d, c.wrapping_add(d)][..usize::from(b) % 4]),
            },
            29 => Command::AddChildren { parent, children: vec![self.any(b)] },
            30 => Command::Unpack { parent, children: self.inside(parent, b) },
            31 => Command::ReplaceChild { parent, out: self.child(parent, b), into: self.any(c) },
            32 => Command::MoveChildren {
                from: parent,
                to: other,
                children: vec![self.child(parent, c)],
            },
            33 => Command::Relabel { from: parent, to: other },
            34 => {
                let found = vec![self.any(b), self.child(parent, c)];
                Command::CheckContents { parent, found }
            }
            35 => Command::Ship { objects: vec![self.any(a)] },
            36 if b.is_multiple_of(2) => Command::VoidShipping { objects: vec![self.any(a)] },
            36 => Command::AcceptReturn { objects: vec![self.any(a)] },
            37 if b.is_multiple_of(2) => Command::Receive { objects: vec![self.any(a)], place },
            37 if b % 16 == 1 => {
                Command::RecallLot { gtin: gtin(a), lot: LOTS[usize::from(c) % 2].parse().unwrap() }
            }
            38 => {
                let status = STATUSES[usize::from(b) % STATUSES.len()];
                Command::SetStatus { unit, status, place }
            }
            _ => Command::UndoStatus { unit, place },
        }
    }

    /// Any code: mostly one that was made.
    fn any(&self, n: u8) -> ObjectCode {
        let made = &self.model.made;
        made.get(usize::from(n) % (made.len() + 1)).copied().unwrap_or_else(unknown)
    }

    fn pick(&self, n: u8, units: bool) -> Option<ObjectCode> {
        let all: Vec<_> = self.model.made.iter().filter(|code| is_unit(code) == units).collect();
        all.get(usize::from(n) % (all.len() + 1)).map(|code| **code)
    }

    fn unit(&self, n: u8) -> UnitCode {
        as_unit(self.pick(n, true).unwrap_or_else(unknown))
    }

    /// A container's label, now and then something else.
    fn label(&self, n: u8) -> ObjectCode {
        self.pick(n, false)
            .unwrap_or_else(|| if n.is_multiple_of(2) { self.any(n / 2) } else { foreign() })
    }

    fn children(&self, numbers: &[u8]) -> Vec<ObjectCode> {
        numbers.iter().map(|n| self.any(*n)).collect()
    }

    /// A child of a container, or anything if it has none.
    fn child(&self, parent: ObjectCode, n: u8) -> ObjectCode {
        let children = self.model.things.get(&parent).map(|thing| thing.children.as_slice());
        let children = children.unwrap_or_default();
        if children.is_empty() { self.any(n) } else { children[usize::from(n) % children.len()] }
    }

    fn inside(&self, parent: ObjectCode, n: u8) -> Vec<ObjectCode> {
        if n.is_multiple_of(3) { Vec::new() } else { vec![self.child(parent, n)] }
    }
}

fn name_of(command: &Command) -> String {
    let debug = format!("{command:?}");
    debug.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn as_unit(code: ObjectCode) -> UnitCode {
    match code {
        ObjectCode::Unit(unit) => unit,
        ObjectCode::Container(_) => unreachable!("only units were asked for"),
    }
}

fn unknown() -> ObjectCode {
    UnitCode { gtin: gtin(0), serial: "NEVERMADE222".parse().unwrap() }.into()
}

fn foreign() -> ObjectCode {
    Sscc::parse("106141412345678908").unwrap().into()
}

fn sequences() -> u32 {
    std::env::var("LINETWIN_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(2_000)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(sequences()) })]
    #[test]
    fn the_ledger_does_what_the_model_does(
        steps in prop::collection::vec(any::<Step>(), 1..60),
    ) {
        let mut pair = Pair::new();
        for step in steps {
            pair.take(step);
        }
        pair.compare_everything();
        pair.restart(false);
        pair.compare_everything();
        pair.compare_epcis();
    }
}

/// The model is worth as much as the steps that reach it: each command is accepted somewhere, and each
/// refusal that it can meet is met.
#[test]
fn random_steps_reach_every_answer() {
    let mut stream = ChaCha8Rng::seed_from_u64(5);
    let mut seen = BTreeSet::new();
    for _ in 0..4_000 {
        let mut pair = Pair::new();
        for _ in 0..60 {
            let [a, b, c, d, e, ..] = stream.next_u64().to_le_bytes();
            pair.take((a, b, c, d, e));
        }
        seen.append(&mut pair.seen);
    }
    let mut answers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (command, answer) in &seen {
        answers.entry(command).or_default().push(answer);
    }
    for (command, answers) in &answers {
        println!("{command}: {}", answers.join(" "));
    }
    let never: Vec<_> = answers.iter().filter(|(_, a)| !a.contains(&"accepted")).collect();
    assert!(never.is_empty(), "{never:?} were never accepted");
    assert_eq!(answers.len(), 36, "every kind of command was asked");
    let refusals: BTreeSet<&str> = answers.into_values().flatten().collect();
    let expected = BTreeSet::from([
        "ChildNotActive",
        "ChildPacked",
        "EmptyContainer",
        "EmptySignature",
        "LabelInUse",
        "LotTaken",
        "NamedTwice",
        "NamesNothing",
        "NoContainer",
        "NoSpace",
        "NotCleared",
        "NotEmpty",
        "NotInside",
        "OrderState",
        "OrderStep",
        "OtherOrder",
        "PoolExhausted",
        "Product",
        "Recalled",
        "SamePerson",
        "State",
        "Status",
        "StillPacked",
        "Unaccounted",
        "Undo",
        "Unknown",
        "UnknownLot",
        "UnknownOrder",
        "WrongCount",
        "WrongLevel",
        "accepted",
    ]);
    assert_eq!(refusals, expected);
}
