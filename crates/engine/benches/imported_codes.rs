//! What numbers of an outside issuer cost on disk: importing them, giving them to an order, looking up one
//! among many. `cargo bench --bench imported_codes`; `-- --codes 10000000` for the large one.

#[path = "../../../benches/common/clock.rs"]
mod clock;

use std::sync::Arc;

use linetwin_base::SimTime;
use linetwin_engine::store::open_folder;
use linetwin_engine::{
    Command, IssuedCode, LedgerService, LedgerSettings, MOST_IMPORTED, Message, Order, OrderId,
    Product, Receipt, Samples, Serials,
};
use linetwin_gs1::{Gtin, UnitCode};

use clock::wall_clock;

const SENDER: &str = "site";

fn settings() -> LedgerSettings {
    LedgerSettings { master_key: [9; 32], epoch: "2026-11-02T06:00:00Z".parse().unwrap() }
}

fn gtin() -> Gtin {
    Gtin::parse("04601234567893").unwrap()
}

/// The n-th code: 13 characters in no order, a signature as long as 32 bytes in Base64.
fn code(n: u64) -> IssuedCode {
    let hash = blake3::hash(&n.to_le_bytes()).to_hex();
    let unit = UnitCode { gtin: gtin(), serial: hash[..13].parse().unwrap() };
    let crypto_code = format!("91EE07\u{1d}92{}", &hash[20..64]).parse().unwrap();
    IssuedCode { unit, crypto_code: Some(crypto_code) }
}

fn send(service: &mut LedgerService, command: Command) {
    let sequence = service.decided(SENDER) + 1;
    let message = Message { sequence, happened: SimTime::START, by: None, why: None, command };
    match service.receive(SENDER, &message).unwrap() {
        Receipt::Decided(reply) => reply.outcome.unwrap(),
        other => panic!("{other:?}"),
    };
}

fn order() -> Order {
    let serials = Serials::Imported { file: "pool.txt".to_owned(), crypto_codes: true };
    Order {
        product: Product {
            gtin: gtin(),
            name: "Bench".to_owned(),
            company_prefix: 7,
            serials,
            lot_and_expiry: false,
        },
        lot: "L1".parse().unwrap(),
        expiry: "2028-09-30".parse().unwrap(),
        quantity: 100_000,
        samples: Samples::default(),
        packaging: Vec::new(),
    }
}

/// Seconds that something took.
fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let begin = wall_clock();
    let done = work();
    ((wall_clock() - begin) as f64 / 1e9, done)
}

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--codes").skip(1);
    let codes: u64 = arguments.next().map_or(200_000, |n| n.parse().expect("a number"));
    let folder = tempfile::tempdir().unwrap();
    let open = || LedgerService::open(settings(), open_folder(folder.path()).unwrap()).unwrap();
    let mut service = open();
    send(&mut service, Command::CreateOrder(Arc::new(order())));
    for name in ["A", "B"] {
        let (name, meaning) = (Arc::from(name), Arc::from("released"));
        send(&mut service, Command::SignOrder { order: OrderId(1), name, meaning });
    }
    let (import_s, ()) = timed(|| {
        for first in (0..codes).step_by(MOST_IMPORTED) {
            let batch = (first..codes.min(first + MOST_IMPORTED as u64)).map(code).collect();
            send(&mut service, Command::ImportNumbers { gtin: gtin(), codes: batch });
            service.commit().unwrap();
        }
        service.flush().unwrap();
    });
    println!("{codes} codes imported, {:.0} a second", codes as f64 / import_s);
    let files = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
    let bytes: u64 = files.map(|file| file.metadata().unwrap().len()).sum();
    println!("{:.0} bytes a code on disk, audit trail included", bytes as f64 / codes as f64);
    let count = codes.min(100_000) as u32;
    let (given_s, ()) = timed(|| {
        send(&mut service, Command::AllocateSerials { order: OrderId(1), count });
        service.commit().unwrap();
    });
    println!(
        "{:.0} a second given to an order with their crypto_codes",
        f64::from(count) / given_s
    );
    drop(service);
    let (open_s, mut service) = timed(open);
    println!("{open_s:.2} s to open");
    let looked_up = codes.min(20_000);
    let (looked_up_s, ()) = timed(|| {
        for n in 0..looked_up {
            let found = service.ledger().state(&code(n * 7_919 % codes).unit.into()).unwrap();
            assert!(found.is_some(), "every code was imported");
        }
    });
    println!("{:.0} microseconds to look up a code", looked_up_s * 1e6 / looked_up as f64);
    let peak = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = peak.lines().find(|line| line.starts_with("VmHWM"));
    println!("memory at most: {}", peak.map_or("not known here", |line| line[6..].trim()));
}
