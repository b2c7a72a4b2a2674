//! Pulled plugs: a process that is really killed, a simulated disk on which the power fails at any
//! write, tables that fail or are damaged. Whatever was acknowledged is there afterwards, nothing is
//! there twice, the audit trail is whole. Set `LINETWIN_KILLS`, `LINETWIN_CRASHES` and
//! `LINETWIN_TABLE_FAULTS` to try harder.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command as Process, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_engine::store::{
    Batch, DiskJournal, FaultPlan, FaultyTables, Finding, Head, MemoryTables, SimulatedDisk, Store,
    StoreError, Table, TableFault, Tables, open_folder, verify_folder, verify_journal,
};
use linetwin_engine::{
    AuditReader, Command, LedgerEvent, LedgerService, LedgerSettings, Message, ObjectCode, Order,
    OrderId, Outcome, Product, Receipt, Samples, SerialState, Serials,
};
use linetwin_gs1::Gtin;

const LINE: &str = "line-1";
/// Units of one order; then the next one begins.
const UNITS: u64 = 40;
/// Messages of one order: made, signed twice, cleared, started, two allocations, units, two cases.
const MESSAGES: u64 = 7 + UNITS + 2;

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [5; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

/// What a line has been told so far. The n-th message follows from the answers to those before it, so
/// that a line that was cut off can go on, and somebody else can check what it did.
#[derive(Default)]
struct Line {
    units: Vec<ObjectCode>,
    labels: Vec<ObjectCode>,
    /// Every serial number and label that was ever given out.
    given: BTreeSet<ObjectCode>,
}

impl Line {
    fn message(&self, sequence: u64) -> Message {
        let n = (sequence - 1) % MESSAGES;
        let order = OrderId(((sequence - 1) / MESSAGES) as u32 + 1);
        let line: Arc<str> = Arc::from(LINE);
        let sign = |name| Command::SignOrder { order, name, meaning: Arc::from("released") };
        let command = match n {
            0 => Command::CreateOrder(Arc::new(self::order(order))),
            1 => sign(Arc::from("Asha Rao")),
            2 => sign(Arc::from("Ben Okri")),
            3 => Command::ClearLine { order, line, name: Arc::from("Chen Li") },
            4 => Command::StartOrder { order, line },
            5 => Command::AllocateSerials { order, count: UNITS as u32 },
            6 => Command::AllocateSsccs { order, count: 2 },
            _ if n < 7 + UNITS => {
                let ObjectCode::Unit(unit) = self.units[(n - 7) as usize] else { unreachable!() };
                // Some are refused: that is an answer like any other.
                if n.is_multiple_of(9) {
                    Command::Sample { unit }
                } else {
                    Command::Commission { unit }
                }
            }
            _ => {
                let half = UNITS as usize / 2;
                let which = (n - 7 - UNITS) as usize;
                let units = &self.units[which * half..][..half];
                let good = units.iter().zip(which * half + 7..).filter(|(_, n)| n % 9 != 0);
                Command::Pack {
                    parent: self.labels[which],
                    level: Level::Case,
                    partial: false,
                    children: good.map(|(unit, _)| *unit).collect(),
                }
            }
        };
        let happened = SimTime::START + SimSpan::from_millis(sequence);
        Message { sequence, happened, by: None, why: None, command }
    }

    /// Takes the answer to a message that was not answered before.
    fn hear(&mut self, sequence: u64, outcome: &Outcome) {
        let n = (sequence - 1) % MESSAGES;
        let Ok(events) = outcome else {
            assert!(n >= 7 && n.is_multiple_of(9), "message {sequence}: {outcome:?}");
            return;
        };
        let Some(LedgerEvent::StateChanged { objects, .. }) = events.last() else { return };
        if n == 5 || n == 6 {
            for object in objects {
                assert!(self.given.insert(*object), "{object} was given out twice");
            }
            let pool = if n == 5 { &mut self.units } else { &mut self.labels };
            *pool = objects.to_vec();
        }
    }
}

fn order(id: OrderId) -> Order {
    let gtin = Gtin::parse("06291041500213").unwrap();
    Order {
        product: Product {
            gtin,
            name: "Test".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: format!("L{}", id.0).parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: UNITS as u32,
        samples: Samples::default(),
        packaging: Vec::new(),
    }
}

/// Takes up a line where the ledger left it: the answers that it needs stand in the journal.
fn resume(service: &LedgerService) -> Line {
    let mut line = Line::default();
    let mut reader = AuditReader::new(&settings());
    let journal = service.journal();
    let mut take = |place: &Head, bytes: &[u8]| {
        for record in reader.block(place.blocks - 1, bytes).unwrap() {
            line.hear(record.sequence, &record.outcome.map(Arc::from));
        }
        ControlFlow::Continue(())
    };
    journal.read(&journal.start(), &mut take).unwrap();
    assert!(line.given.len() as u64 <= (service.decided(LINE) / MESSAGES + 1) * (UNITS + 2));
    line
}

/// Sends messages in groups, until something fails; tells `acknowledge` what is durable.
fn produce(
    service: &mut LedgerService,
    stream: &mut ChaCha8Rng,
    acknowledge: &mut dyn FnMut(u64),
) -> Result<(), StoreError> {
    let mut line = resume(service);
    loop {
        let group = 1 + u64::from(stream.next_u32() % 64);
        for _ in 0..group {
            let sequence = service.decided(LINE) + 1;
            match service.receive(LINE, &line.message(sequence))? {
                Receipt::Decided(reply) => line.hear(sequence, &reply.outcome),
                other => panic!("{other:?}"),
            }
        }
        service.commit()?;
        acknowledge(service.decided(LINE));
        if stream.next_u32().is_multiple_of(16) {
            service.flush()?;
        }
    }
}

/// Everything that the first `decided` messages came to, worked out afresh, is what the ledger says.
fn assert_like_new(service: &mut LedgerService) {
    let decided = service.decided(LINE);
    let mut fresh = LedgerService::open(settings(), Store::memory()).unwrap();
    let mut line = Line::default();
    for sequence in 1..=decided {
        match fresh.receive(LINE, &line.message(sequence)).unwrap() {
            Receipt::Decided(reply) => line.hear(sequence, &reply.outcome),
            other => panic!("{other:?}"),
        }
    }
    let mut states: BTreeMap<SerialState, u64> = BTreeMap::new();
    for code in &line.given {
        let expected = fresh.ledger().verify(code).unwrap();
        assert_eq!(service.ledger().verify(code).unwrap(), expected, "{code}");
        *states.entry(expected.state).or_default() += 1;
        if let ObjectCode::Container(_) = code {
            let children = fresh.ledger().children(code).unwrap();
            assert_eq!(service.ledger().children(code).unwrap(), children, "{code}");
        }
    }
    let orders =
        |service: &mut LedgerService| service.ledger().orders().cloned().collect::<Vec<_>>();
    assert_eq!(orders(service), orders(&mut fresh));
    assert!(decided < 100 || states[&SerialState::Commissioned] > 20, "{states:?}");
    // A repeat of the last message is answered as it was.
    if decided > 0 {
        let last = Line { units: line.units, labels: line.labels, given: BTreeSet::new() };
        let again = service.receive(LINE, &last.message(decided)).unwrap();
        assert!(matches!(again, Receipt::Repeated(_)), "{again:?}");
    }
}

fn wanted(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|n| n.parse().ok()).unwrap_or(usual)
}

/// The process that gets killed: run by the test below, with a folder in its environment.
#[test]
fn a_line_that_never_stops() {
    let Ok(folder) = std::env::var("LINETWIN_CRASH_FOLDER") else { return };
    let seed = wanted("LINETWIN_CRASH_SEED", 0);
    let store = open_folder(Path::new(&folder)).unwrap();
    let mut service = LedgerService::open(settings(), store).unwrap();
    let mut out = std::io::stdout();
    let mut acknowledge = |sequence: u64| {
        writeln!(out, "acknowledged {sequence}").and_then(|()| out.flush()).unwrap();
    };
    acknowledge(service.decided(LINE));
    produce(&mut service, &mut ChaCha8Rng::seed_from_u64(seed), &mut acknowledge).unwrap();
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a process is killed after a random time")]
fn a_process_that_is_killed_has_kept_what_it_acknowledged() {
    let kills = wanted("LINETWIN_KILLS", 25);
    let folder = tempfile::tempdir().unwrap();
    let mut stream = ChaCha8Rng::seed_from_u64(23);
    let mut acknowledged = 0;
    for kill in 0..kills {
        let mut child = Process::new(std::env::current_exe().unwrap())
            .args(["--exact", "crash::a_line_that_never_stops", "--nocapture", "--test-threads=1"])
            .env("LINETWIN_CRASH_FOLDER", folder.path())
            .env("LINETWIN_CRASH_SEED", kill.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let heard = std::thread::spawn(move || {
            let mut last = 0;
            for line in out.lines().map_while(Result::ok) {
                let sequence =
                    line.split_once("acknowledged ").map(|(_, n)| n.trim().parse::<u64>());
                if let Some(Ok(sequence)) = sequence {
                    last = sequence;
                }
            }
            last
        });
        // From before it has opened its store to well into its work.
        std::thread::sleep(Duration::from_millis(u64::from(stream.next_u32() % 60)));
        child.kill().unwrap();
        child.wait().unwrap();
        acknowledged = heard.join().unwrap().max(acknowledged);
        let store = open_folder(folder.path()).unwrap();
        let service = LedgerService::open(settings(), store).unwrap();
        assert!(service.decided(LINE) >= acknowledged, "kill {kill}: acknowledged {acknowledged}");
    }
    assert!(acknowledged > 20 * kills, "it has worked: {acknowledged} messages");
    let finding = verify_folder(folder.path(), &mut |_, _| ControlFlow::Continue(()));
    assert!(matches!(finding, Ok(Finding::Whole(_))), "{finding:?}");
    let store = open_folder(folder.path()).unwrap();
    let mut service = LedgerService::open(settings(), store).unwrap();
    assert_like_new(&mut service);
    println!("{kills} kills, {} messages", service.decided(LINE));
}

/// Tables on a disk of their own: after a crash the last commits may be gone, never a part of one.
#[derive(Clone, Default)]
struct LaggingTables(Arc<Mutex<(MemoryTables, Vec<Batch>)>>);

impl LaggingTables {
    /// Keeps all commits but the last few.
    fn crash(&self, stream: &mut ChaCha8Rng) {
        let (tables, commits) = &mut *self.0.lock().unwrap();
        let lost = (stream.next_u32() as usize % 3).min(commits.len());
        commits.truncate(commits.len() - lost);
        *tables = MemoryTables::default();
        for batch in commits {
            tables.commit(batch).unwrap();
        }
    }
}

impl Tables for LaggingTables {
    fn get(&self, table: Table, key: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.0.lock().unwrap().0.get(table, key)
    }
    fn scan(
        &self,
        table: Table,
        from: u64,
        to: u64,
        visit: &mut dyn FnMut(u64, &[u8]) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        self.0.lock().unwrap().0.scan(table, from, to, visit)
    }
    fn commit(&mut self, batch: &Batch) -> Result<(), StoreError> {
        let (tables, commits) = &mut *self.0.lock().unwrap();
        commits.push(Batch { rows: batch.rows.clone() });
        tables.commit(batch)
    }
}

#[test]
fn the_power_may_fail_at_any_write() {
    let crashes = wanted("LINETWIN_CRASHES", 600);
    let mut stream = ChaCha8Rng::seed_from_u64(29);
    let mut left = crashes;
    let mut decided = 0;
    while left > 0 {
        let disk = SimulatedDisk::new(stream.next_u64());
        let tables = LaggingTables::default();
        let mut acknowledged = 0;
        let open = |disk: &SimulatedDisk| {
            let journal = DiskJournal::open(disk.clone())?;
            let tables = Box::new(tables.clone());
            let store = Store { tables, journal: Box::new(journal), set_aside: None };
            LedgerService::open(settings(), store)
        };
        for _ in 0..20 {
            left = left.saturating_sub(1);
            disk.crash_at(u64::from(stream.next_u32() % 60));
            if let Ok(mut service) = open(&disk) {
                assert!(service.decided(LINE) >= acknowledged);
                let stopped = produce(&mut service, &mut stream, &mut |n| acknowledged = n);
                assert!(stopped.is_err(), "only the crash ends it");
            }
            disk.restart();
            tables.crash(&mut stream);
        }
        let mut service = open(&disk).unwrap();
        assert!(service.decided(LINE) >= acknowledged);
        assert_like_new(&mut service);
        decided += service.decided(LINE);
        let finding = verify_journal(&disk, &mut |_, _| ControlFlow::Continue(()));
        assert!(matches!(finding, Ok(Finding::Whole(_))), "{finding:?}");
    }
    println!("{crashes} crashes, {decided} messages");
}

/// Inverts one bit of a row in a file of tables that nobody has open.
fn flip_a_bit(path: &Path, stream: &mut ChaCha8Rng) {
    let tables = rusqlite::Connection::open(path).unwrap();
    let count: u32 =
        tables.query_row("SELECT count(*) FROM objects", [], |row| row.get(0)).unwrap();
    let place = stream.next_u32() % count;
    let sql = "SELECT key, row FROM objects ORDER BY key LIMIT 1 OFFSET ?1";
    let (key, mut row): (i64, Vec<u8>) =
        tables.query_row(sql, [place], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let bit = stream.next_u32() as usize % (row.len() * 8);
    row[bit / 8] ^= 1 << (bit % 8);
    let changed = tables.execute("UPDATE objects SET row = ?2 WHERE key = ?1", (key, row)).unwrap();
    assert_eq!(changed, 1);
}

#[test]
fn whatever_happens_to_the_tables_the_ledger_stops_and_is_made_again_from_the_journal() {
    let rounds = wanted("LINETWIN_TABLE_FAULTS", 60);
    let folder = tempfile::tempdir().unwrap();
    let mut stream = ChaCha8Rng::seed_from_u64(31);
    let (mut acknowledged, mut failed_at_opening, mut remade) = (0, 0, 0);
    let mut damaged = false;
    let open = |plan: &FaultPlan| {
        let Store { tables, journal, set_aside } = open_folder(folder.path()).unwrap();
        let tables = Box::new(FaultyTables::new(tables, plan.clone()));
        (set_aside.is_some(), Store { tables, journal, set_aside })
    };
    for round in 0..rounds {
        let plan = FaultPlan::default();
        let (set_aside, store) = open(&plan);
        assert_eq!(
            set_aside, damaged,
            "round {round}: damage is seen, and nothing else taken for it"
        );
        let fault = TableFault::ALL[round as usize % TableFault::ALL.len()];
        let after = u64::from(stream.next_u32() % 12);
        if stream.next_u32().is_multiple_of(2) {
            plan.fail(fault, after);
        }
        match LedgerService::open(settings(), store) {
            Err(_) => failed_at_opening += 1,
            Ok(mut service) => {
                assert!(service.decided(LINE) >= acknowledged, "round {round}, {fault:?}");
                plan.fail(fault, after % 4);
                let stopped = produce(&mut service, &mut stream, &mut |sequence| {
                    assert!(plan.is_waiting(), "{fault:?} went unnoticed");
                    acknowledged = sequence;
                });
                let why = stopped.expect_err("only the fault ends it");
                let message = Line::default().message(1);
                assert_eq!(service.receive(LINE, &message).unwrap_err(), why, "it stays stopped");
                assert_eq!(service.commit(), Err(why));
            }
        }
        assert!(!plan.is_waiting(), "round {round}: {fault:?} has happened");
        damaged = round % 5 == 4;
        if damaged {
            flip_a_bit(&folder.path().join("tables.sqlite"), &mut stream);
            remade += 1;
        }
    }
    let (_, store) = open(&FaultPlan::default());
    let mut service = LedgerService::open(settings(), store).unwrap();
    assert!(service.decided(LINE) >= acknowledged);
    assert_like_new(&mut service);
    assert!(acknowledged > 20 * rounds && failed_at_opening > 0 && remade > 0);
    println!("{rounds} faults, {failed_at_opening} at opening, {remade} times made again");
}

#[test]
fn a_long_journal_is_replayed_a_piece_at_a_time() {
    const BLOCKS: u64 = 700;
    let disk = SimulatedDisk::new(37);
    let open = |tables: Box<dyn Tables>| {
        let journal = Box::new(DiskJournal::open(disk.clone()).unwrap());
        LedgerService::open(settings(), Store { tables, journal, set_aside: None })
    };
    let mut service = open(Box::<MemoryTables>::default()).unwrap();
    let mut line = Line::default();
    for sequence in 1..=BLOCKS {
        match service.receive(LINE, &line.message(sequence)).unwrap() {
            Receipt::Decided(reply) => line.hear(sequence, &reply.outcome),
            other => panic!("{other:?}"),
        }
        service.commit().unwrap();
    }
    drop(service);
    // Tables that are lost, and fail once more while they are made again.
    let (tables, plan) = (LaggingTables::default(), FaultPlan::default());
    plan.fail(TableFault::Full, 1);
    let stopped = open(Box::new(FaultyTables::new(Box::new(tables.clone()), plan)));
    assert_eq!(stopped.unwrap_err(), StoreError::Full);
    let pieces = tables.0.lock().unwrap().1.len();
    assert_eq!(pieces, 1, "what was replayed before it failed is kept");
    let mut service = open(Box::new(tables)).unwrap();
    let held = service.ledger().flushed().unwrap().unwrap().blocks;
    assert!((BLOCKS - 300..BLOCKS).contains(&held), "{held} of {BLOCKS} blocks are in the tables");
    assert_eq!(service.decided(LINE), BLOCKS);
    assert_like_new(&mut service);
}
