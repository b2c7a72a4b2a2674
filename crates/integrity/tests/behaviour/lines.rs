//! Words for traces: an order, its codes, and what can happen.

use std::sync::Arc;

use linetwin_base::{ContainerId, Level, MachineId, SimSpan, SimTime, UnitId};
use linetwin_gs1::{
    Batch, CompanyPrefix, ExpiryDate, Gtin, Label, Lot, PackCode, SerialNumber, Sscc, UnitCode,
};
use linetwin_integrity::Expected;
use linetwin_trace::{Fact, RecordedChild, RecordedFact, TraceRecord};

/// The machine of all facts; the auditor does not ask which.
pub const MACHINE: MachineId = MachineId(0);

/// What the order is for. No fault lasts; a line may stand for an hour.
pub fn expected() -> Expected {
    Expected {
        faults_over: SimTime::START,
        max_stall: SimSpan::from_secs(3600),
        gtin: Gtin::parse("06291041500213").unwrap(),
        lot: lot("L7"),
        expiry: expiry("2028-09-30"),
        minimum_grade_tenths: 15,
        lot_and_expiry: true,
    }
}

/// A lot.
pub fn lot(text: &str) -> Lot {
    text.parse().unwrap()
}

/// An expiry date.
pub fn expiry(text: &str) -> ExpiryDate {
    text.parse().unwrap()
}

/// The order's code with this serial number.
pub fn unit_code(serial: &str) -> UnitCode {
    UnitCode { gtin: expected().gtin, serial: SerialNumber::parse(serial).unwrap() }
}

/// The content of a symbol.
pub fn symbol(unit: UnitCode, lot: Lot, expiry: ExpiryDate) -> Arc<str> {
    Arc::from(
        PackCode { unit, crypto_code: None, batch: Some(Batch { expiry, lot }) }.element_string(),
    )
}

/// The content of the order's symbol with this serial number.
pub fn pack(serial: &str) -> Arc<str> {
    symbol(unit_code(serial), expected().lot, expected().expiry)
}

/// The SSCC with this number.
pub fn sscc(number: u64) -> Sscc {
    Sscc::build(0, CompanyPrefix::parse("0614141").unwrap(), number).unwrap()
}

/// The content of the label with this number.
pub fn label(number: u64) -> Arc<str> {
    Arc::from(Label::container_string(sscc(number)))
}

/// Units come onto the line.
pub fn enter(unit: u32) -> Fact {
    Fact::UnitEntered { unit: UnitId(unit) }
}

/// A good print.
pub fn print(unit: u32, serial: &str) -> Fact {
    print_text(unit, Some(pack(serial)), Some(35))
}

/// A print.
pub fn print_text(unit: u32, text: Option<Arc<str>>, grade_tenths: Option<u8>) -> Fact {
    Fact::Printed { machine: MACHINE, unit: UnitId(unit), text, grade_tenths }
}

/// A gate rejects a unit.
pub fn reject(unit: u32) -> Fact {
    Fact::Rejected { machine: MACHINE, unit: UnitId(unit) }
}

/// A person takes a unit off.
pub fn remove(unit: u32) -> Fact {
    Fact::RemovedByHand { machine: MACHINE, unit: UnitId(unit) }
}

/// A person takes a sample.
pub fn sample(unit: u32) -> Fact {
    Fact::SampleTaken { machine: MACHINE, unit: UnitId(unit) }
}

/// A rejected unit comes back.
pub fn give_back(unit: u32) -> Fact {
    Fact::Returned { machine: MACHINE, unit: UnitId(unit) }
}

/// A unit is put into a container.
pub fn place(unit: u32, container: u32) -> Fact {
    Fact::UnitPlaced { unit: UnitId(unit), container: ContainerId(container) }
}

/// A container is put into another one.
pub fn nest(child: u32, container: u32) -> Fact {
    Fact::ContainerPlaced { child: ContainerId(child), container: ContainerId(container) }
}

/// A container is closed.
pub fn close(container: u32, level: Level, target: u32, children: u32) -> Fact {
    let container = ContainerId(container);
    Fact::ContainerClosed { machine: MACHINE, container, level, target, children }
}

/// A container gets a label.
pub fn apply(container: u32, text: Arc<str>) -> Fact {
    Fact::ContainerLabelled { machine: MACHINE, container: ContainerId(container), text }
}

/// A container leaves the end of the line.
pub fn leave(container: u32) -> Fact {
    Fact::LeftLine { container: Some(ContainerId(container)) }
}

/// A container is taken out of an open one.
pub fn take_out(container: u32) -> Fact {
    Fact::ContainerRemoved { container: ContainerId(container) }
}

/// Units that are found in the end.
pub fn still(units: u32) -> Fact {
    Fact::StillOnLine { units }
}

/// A fact of the record.
pub fn recorded(fact: RecordedFact) -> Fact {
    Fact::Recorded { happened: SimTime::START, fact }
}

/// Numbers go to the line.
pub fn allocated(serials: &[&str]) -> Fact {
    recorded(RecordedFact::SerialsAllocated(serials.iter().map(|it| unit_code(it)).collect()))
}

/// A unit becomes active.
pub fn commissioned(serial: &str) -> Fact {
    let (unit, order) = (unit_code(serial), expected());
    recorded(RecordedFact::UnitCommissioned { unit, lot: order.lot, expiry: order.expiry })
}

/// A label is spoiled.
pub fn scrapped(serial: &str) -> Fact {
    recorded(RecordedFact::LabelScrapped { unit: unit_code(serial) })
}

/// A unit is no longer active.
pub fn decommissioned(serial: &str) -> Fact {
    recorded(RecordedFact::UnitDecommissioned { unit: unit_code(serial) })
}

/// A container holds these units.
pub fn packed(number: u64, serials: &[&str]) -> Fact {
    let children = serials.iter().map(|it| RecordedChild::Unit(unit_code(it))).collect();
    recorded(RecordedFact::ContainerPacked { parent: sscc(number), level: Level::Case, children })
}

/// A pallet holds these cases.
pub fn palletised(number: u64, cases: &[u64]) -> Fact {
    let children = cases.iter().map(|it| RecordedChild::Container(sscc(*it))).collect();
    recorded(RecordedFact::ContainerPacked { parent: sscc(number), level: Level::Pallet, children })
}

/// All at the start.
pub fn at_once(facts: impl IntoIterator<Item = Fact>) -> Vec<TraceRecord> {
    facts.into_iter().map(|fact| TraceRecord { at: SimTime::START, fact }).collect()
}
