//! One case from order to record, on a store in memory: `cargo run -p linetwin-engine --example one_case`.
//! Prints the EPCIS events that the ledger's facts come to.

use std::sync::Arc;

use linetwin_base::{Level, SimSpan, SimTime};
use linetwin_engine::store::MemoryTables;
use linetwin_engine::{
    Command, EpcisWriter, Ledger, LedgerEvent, LedgerSettings, ObjectCode, Order, OrderId, Product,
    Samples, Serials, Stop,
};
use linetwin_gs1::{CompanyPrefix, Gtin};

const ORDER: OrderId = OrderId(1);

/// A ledger, the writer of its events, and a clock of one second a command.
struct Site {
    ledger: Ledger,
    epcis: EpcisWriter<std::io::Stdout>,
    now: SimTime,
}

impl Site {
    /// Applies a command and returns the codes that it gave out.
    fn apply(&mut self, command: &Command) -> Result<Vec<ObjectCode>, Stop> {
        self.now += SimSpan::from_secs(1);
        let mut codes = Vec::new();
        for event in self.ledger.apply(self.now, command)? {
            let event = self.ledger.name(&event)?;
            self.epcis.write(self.now, &event).expect("standard output takes a line");
            if let LedgerEvent::StateChanged { objects, .. } = event {
                codes = objects.0;
            }
        }
        Ok(codes)
    }
}

fn order() -> Order {
    Order {
        product: Product {
            gtin: Gtin::parse("06291041500213").expect("its check digit is right"),
            name: "Amoxicillin 500 mg, 10 capsules".to_owned(),
            company_prefix: 7,
            serials: Serials::default(),
            lot_and_expiry: true,
        },
        lot: "L7".parse().expect("a lot"),
        expiry: "2028-09-30".parse().expect("a date"),
        quantity: 3,
        samples: Samples::default(),
        packaging: Vec::new(),
    }
}

fn main() -> Result<(), Stop> {
    let epoch = "2026-11-02T06:00:00Z".parse().expect("a moment");
    let settings = LedgerSettings { master_key: [7; 32], epoch };
    let prefix = CompanyPrefix::parse("6291041").expect("a company prefix");
    let mut site = Site {
        ledger: Ledger::open(settings, Box::new(MemoryTables::default()))?,
        epcis: EpcisWriter::new(std::io::stdout(), epoch, prefix, "line-1"),
        now: SimTime::START,
    };
    let line: Arc<str> = Arc::from("line-1");
    site.apply(&Command::CreateOrder(Arc::new(order())))?;
    for name in ["Asha Rao", "Ben Okri"] {
        let (name, meaning) = (Arc::from(name), Arc::from("released"));
        site.apply(&Command::SignOrder { order: ORDER, name, meaning })?;
    }
    let name = Arc::from("Chen Li");
    site.apply(&Command::ClearLine { order: ORDER, line: Arc::clone(&line), name })?;
    site.apply(&Command::StartOrder { order: ORDER, line })?;

    let children = site.apply(&Command::AllocateSerials { order: ORDER, count: 3 })?;
    let labels = site.apply(&Command::AllocateSsccs { order: ORDER, count: 1 })?;
    for child in &children {
        let ObjectCode::Unit(unit) = *child else { continue };
        site.apply(&Command::Commission { unit })?;
    }
    let (parent, level) = (labels[0], Level::Case);
    site.apply(&Command::Pack { parent, level, partial: false, children })?;
    Ok(())
}
