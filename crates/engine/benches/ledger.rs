//! What the ledger costs: commission and pack on disk beside appending the same bytes to a plain file, memory
//! for comparison, bytes a unit, and looking up a code among many.
//!
//! `cargo bench --bench ledger`; `-- --units 10000000 --rounds 1` for the large one. Figures depend on
//! the disk; ratios within one run carry over.

#[path = "../../../benches/common/clock.rs"]
mod clock;

use std::fs::OpenOptions;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_engine::store::{Store, open_folder, verify_folder};
use linetwin_engine::{
    Command, LedgerEvent, LedgerService, LedgerSettings, Message, ObjectCode, Order, OrderId,
    Product, Receipt, Samples, Serials,
};
use linetwin_gs1::Gtin;

use clock::wall_clock;

/// Units in a case.
/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CASE: usize = 48;

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [9; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

/// A line that sends messages and keeps of the answers only its numbers.
struct Line {
    service: LedgerService,
    sent: u64,
    batch: usize,
}

impl Line {
    fn new(store: Store, batch: usize) -> Self {
        let service = LedgerService::open(settings(), store).unwrap();
        let sent = service.decided("line-1");
        Self { service, sent, batch }
    }

    fn send(&mut self, command: Command) -> Vec<ObjectCode> {
        self.sent += 1;
        let happened = SimTime::START + SimSpan::from_millis(self.sent * 150);
        let message = Message { sequence: self.sent, happened, by: None, why: None, command };
        let reply = match self.service.receive("line-1", &message).unwrap() {
            Receipt::Decided(reply) => reply,
            other => panic!("{other:?}"),
        };
        if self.service.staged() >= self.batch {
            // Answers would leave as blocks become durable, while the next ones are decided on.
            self.service.submit().unwrap();
        }
        match reply.outcome.unwrap().last() {
            Some(LedgerEvent::StateChanged { objects, .. }) => objects.to_vec(),
            _ => Vec::new(),
        }
    }

    /// Releases an order and fetches its numbers. Orders are of at most 100 000 units.
    fn begin(&mut self, id: u32, units: u32) -> (Vec<ObjectCode>, Vec<ObjectCode>) {
        let gtin = Gtin::parse("06291041500213").unwrap();
        let order = OrderId(id);
        let line: Arc<str> = Arc::from("line-1");
        let sign = |name: &str| Command::SignOrder {
            order,
            name: Arc::from(name),
            meaning: Arc::from("released"),
        };
        self.send(Command::CreateOrder(Arc::new(Order {
            product: Product {
                gtin,
                name: "Bench".to_owned(),
                company_prefix: 7,
                serials: Serials::default(),
                lot_and_expiry: true,
            },
            lot: format!("L{id}").parse().unwrap(),
            expiry: "2028-09-30".parse().unwrap(),
            quantity: units,
            samples: Samples::default(),
            packaging: Vec::new(),
        })));
        self.send(sign("A"));
        self.send(sign("B"));
        self.send(Command::ClearLine { order, line: Arc::clone(&line), name: Arc::from("C") });
        self.send(Command::StartOrder { order, line });
        let labels =
            self.send(Command::AllocateSsccs { order, count: units.div_ceil(CASE as u32) });
        let serials = self.send(Command::AllocateSerials { order, count: units });
        self.service.commit().unwrap();
        (serials, labels)
    }

    /// Commissions and packs these units; returns nanoseconds.
    fn make(&mut self, units: &[ObjectCode], labels: &[ObjectCode]) -> u64 {
        let begin = wall_clock();
        for (case, label) in units.chunks(CASE).zip(labels) {
            for code in case {
                let ObjectCode::Unit(unit) = *code else { unreachable!("serial numbers") };
                self.send(Command::Commission { unit });
            }
            let children = case.to_vec();
            let (parent, level) = (*label, Level::Case);
            self.send(Command::Pack { parent, level, partial: false, children });
        }
        self.service.commit().unwrap();
        wall_clock() - begin
    }
}

/// Makes `units` in orders of at most 100 000; the numbers of an order are fetched before its time
/// counts. Returns seconds and all codes.
fn produce(store: Store, units: u32, batch: usize) -> (f64, LedgerService, Vec<ObjectCode>) {
    let mut line = Line::new(store, batch);
    let (mut left, mut id, mut spent) = (units, 0, 0);
    let mut codes = Vec::new();
    while left > 0 {
        id += 1;
        let now = left.min(100_000);
        let (serials, labels) = line.begin(id, now);
        spent += line.make(&serials, &labels);
        codes.extend(serials);
        left -= now;
    }
    (spent as f64 / 1e9, line.service, codes)
}

/// Appends to a file what the journal of `folder` holds, block by block, each made durable.
fn plain_file(folder: &Path, to: &Path) -> (f64, u64) {
    let mut blocks = Vec::new();
    verify_folder(folder, &mut |_, bytes| {
        blocks.push(bytes.to_vec());
        ControlFlow::Continue(())
    })
    .unwrap();
    let mut file = OpenOptions::new().create(true).append(true).open(to).unwrap();
    let begin = wall_clock();
    for block in &blocks {
        file.write_all(block).unwrap();
        file.sync_data().unwrap();
    }
    ((wall_clock() - begin) as f64 / 1e9, blocks.iter().map(|block| block.len() as u64).sum())
}

fn bytes_in(folder: &Path) -> u64 {
    let files = std::fs::read_dir(folder).unwrap();
    files.map(|file| file.unwrap().metadata().unwrap().len()).sum()
}

/// Memory of this process in bytes, where the system reports it.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split_whitespace().nth(1).and_then(|pages| pages.parse::<u64>().ok());
    pages.unwrap_or(0) * 4096
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn value(name: &str, usual: u32) -> u32 {
    let mut arguments = std::env::args().skip_while(|argument| argument != name);
    arguments.nth(1).and_then(|value| value.parse().ok()).unwrap_or(usual)
}

fn main() {
    let units = value("--units", 200_000);
    let rounds = value("--rounds", 3);
    let base = std::env::var("LINETWIN_BENCH_DIR").unwrap_or_else(|_| ".".to_owned());
    println!("commission + pack in cases of {CASE}, {units} units, medians of {rounds} rounds\n");
    println!(
        "{:>9} {:>14} {:>14} {:>8} {:>14}",
        "batch", "on disk /s", "plain file /s", "ratio", "memory /s"
    );
    for batch in [256, 16, 1] {
        let units = if batch == 1 { units.min(20_000) } else { units };
        let (mut disk, mut plain, mut memory) = (vec![], vec![], vec![]);
        for _ in 0..rounds {
            let folder = tempfile::tempdir_in(&base).unwrap();
            let ledger = folder.path().join("ledger");
            let (seconds, service, _) = produce(open_folder(&ledger).unwrap(), units, batch);
            drop(service);
            disk.push(f64::from(units) / seconds);
            let (seconds, _) = plain_file(&ledger, &folder.path().join("plain"));
            plain.push(f64::from(units) / seconds);
            let (seconds, ..) = produce(Store::memory(), units, batch);
            memory.push(f64::from(units) / seconds);
        }
        let (disk, plain, memory) = (median(disk), median(plain), median(memory));
        println!("{batch:>9} {disk:>14.0} {plain:>14.0} {:>8.2} {memory:>14.0}", disk / plain);
    }

    println!(
        "\n{:>9} {:>14} {:>12} {:>12} {:>12} {:>10} {:>10} {:>10}",
        "units",
        "on disk /s",
        "B/unit disk",
        "B/unit RSS",
        "open s",
        "verify us",
        "p99 us",
        "worst us"
    );
    let mut size = 10_000;
    while size <= units {
        let folder = tempfile::tempdir_in(&base).unwrap();
        let ledger = folder.path().join("ledger");
        let before = resident();
        let (seconds, mut service, codes) = produce(open_folder(&ledger).unwrap(), size, 256);
        service.flush().unwrap();
        let held = codes.capacity() as u64 * size_of::<ObjectCode>() as u64;
        let memory = resident().saturating_sub(before + held);
        drop(service);
        let on_disk = bytes_in(&ledger);
        // As after a start: nothing is in the ledger's own memory.
        let begin = wall_clock();
        let store = open_folder(&ledger).unwrap();
        let mut service = LedgerService::open(settings(), store).unwrap();
        let opened = (wall_clock() - begin) as f64 / 1e9;
        let mut stream = ChaCha8Rng::seed_from_u64(1);
        let mut took: Vec<f64> = (0..20_000)
            .map(|_| {
                let code = codes[stream.next_u32() as usize % codes.len()];
                let begin = wall_clock();
                let found = service.ledger().verify(&code).unwrap();
                assert_eq!(found.parents.len(), 1);
                (wall_clock() - begin) as f64 / 1e3
            })
            .collect();
        took.sort_by(f64::total_cmp);
        let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize];
        println!(
            "{size:>9} {:>14.0} {:>12.1} {:>12.1} {opened:>12.3} {:>10.1} {:>10.1} {:>10.0}",
            f64::from(size) / seconds,
            on_disk as f64 / f64::from(size),
            memory as f64 / f64::from(size),
            at(0.5),
            at(0.99),
            at(1.0),
        );
        size = size.saturating_mul(10);
    }
}
