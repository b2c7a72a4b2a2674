//! Random commands against a plain model of what a ledger must do: answers, refusals and states
//! agree after every step, also when the ledger is opened again from what it has stored; the EPCIS
//! events, replayed from nothing, come to the same. Set
//! `LINETWIN_SEQUENCES` to run more than the usual number of sequences.

mod disk;
mod model;
mod numbers;
mod replay;
mod steps;
mod things;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::disk::Disk;
use self::model::{Model, is_unit};
use self::replay::Replay;
use self::steps::{LINES, NAMES, as_unit, gtin, issued, order, prefix};
use proptest::prelude::*;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_engine::{
    Command, EpcisWriter, IssuedCode, LedgerEvent, LedgerService, LedgerSettings, Message,
    ObjectCode, Operation, OrderId, Receipt, Reply,
};

/// What one step does: the operation and four numbers that choose its objects.
type Step = (u8, u8, u8, u8, u8);

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
        let epcis = Some(EpcisWriter::new(Vec::new(), settings().epoch, prefix(), "line-1"));
        let mut pair = Self { disk, service, model, now: SimTime::START, epcis, seen };
        // Two lots of one product, whose numbers are made, and one of another, whose numbers are given.
        for (id, which) in [(OrderId(1), 0), (OrderId(2), 3), (OrderId(3), 2)] {
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
            ] {
                assert!(pair.apply(&command));
            }
            if which == 2 {
                let codes = (0..10).map(|n| issued(gtin(2), n)).collect();
                assert!(pair.apply(&Command::ImportNumbers { gtin: gtin(2), codes }));
            }
            for command in [
                Command::AllocateSerials { order: id, count: 8 },
                Command::AllocateSsccs { order: id, count: 4 },
            ] {
                assert!(pair.apply(&command));
            }
            if which != 2 {
                let level = Level::Inner;
                assert!(pair.apply(&Command::AllocateLabels { order: id, level, count: 3 }));
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
        self.check_tails(&reply);
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

    /// Whoever is given numbers of an issuer is given their crypto codes.
    fn check_tails(&self, reply: &Reply) {
        let given =
            reply.outcome.iter().flat_map(|events| events.iter()).flat_map(|event| match event {
                LedgerEvent::StateChanged {
                    operation: Operation::RequestAllocated,
                    objects,
                    ..
                } => &objects[..],
                _ => &[],
            });
        let given: BTreeSet<&ObjectCode> = given.collect();
        let of = |code: &&IssuedCode| given.contains(&ObjectCode::Unit(code.unit));
        let issued = self.model.issued.iter().filter(of);
        let expected: BTreeMap<_, _> =
            issued.map(|code| (code.unit, code.crypto_code.clone().unwrap())).collect();
        assert_eq!(reply.crypto_codes.iter().cloned().collect::<BTreeMap<_, _>>(), expected);
    }

    /// The codes of the numbers that an accepted command has made.
    fn fresh(&mut self, command: &Command, outcome: &linetwin_engine::Outcome) -> Vec<ObjectCode> {
        let events = outcome.as_ref().unwrap();
        let made = events.iter().find_map(|event| match event {
            LedgerEvent::NumbersMade { space, count } => Some((*space, *count as usize)),
            _ => None,
        });
        let Some((space, count)) = made else { return Vec::new() };
        if let Command::MakeNumbers { .. } = command {
            // Nobody is told these codes yet; the ledger can be asked.
            return self.service.made(space, count).unwrap();
        }
        let Some(LedgerEvent::StateChanged { objects, .. }) = events.last() else {
            panic!("{events:?}")
        };
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
        for gtin in (0..3).map(gtin).filter(|gtin| self.model.is_issued(*gtin)) {
            assert_eq!(ledger.issued(gtin, 0, u64::MAX).unwrap(), self.model.report(gtin));
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
                let command = self.model.command(operation % 40, a, b, c, d);
                self.apply(&command);
            }
        }
    }
}

fn name_of(command: &Command) -> String {
    let debug = format!("{command:?}");
    debug.chars().take_while(char::is_ascii_alphanumeric).collect()
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
    assert_eq!(answers.len(), 38, "every kind of command was asked");
    let refusals: BTreeSet<&str> = answers.into_values().flatten().collect();
    let expected = BTreeSet::from([
        "ChildNotActive",
        "ChildPacked",
        "EmptyContainer",
        "EmptySignature",
        "Known",
        "LabelInUse",
        "LotTaken",
        "NamedTwice",
        "NamesNothing",
        "NoContainer",
        "NoLevel",
        "NoSpace",
        "NoUnit",
        "NotCleared",
        "NotEmpty",
        "NotInside",
        "NumbersIssued",
        "NumbersOwn",
        "OrderState",
        "OrderStep",
        "OtherGtin",
        "OtherOrder",
        "PoolExhausted",
        "Product",
        "Recalled",
        "SamePerson",
        "State",
        "Status",
        "StillPacked",
        "CryptoCode",
        "Unaccounted",
        "Undo",
        "Unknown",
        "UnknownLot",
        "UnknownOrder",
        "WrongCount",
        "WrongLabel",
        "WrongLevel",
        "accepted",
    ]);
    assert_eq!(refusals, expected);
}
