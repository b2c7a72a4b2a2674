//! One or more samples of every kind of fact. A new kind does not compile until it has one.

use std::sync::Arc;

use linetwin_base::{Cause, ContainerId, Level, MachineId, MachineState, SimTime, UnitId};
use linetwin_faults::FaultKind;
use linetwin_gs1::{CompanyPrefix, Gtin, SerialNumber, Sscc, UnitCode};
use linetwin_trace::{CloseReason, Fact, MeterReading, RecordedChild, RecordedFact};

const MACHINE: MachineId = MachineId(3);
const UNIT: UnitId = UnitId(41);
const CONTAINER: ContainerId = ContainerId(5);

fn code(serial: &str) -> UnitCode {
    let gtin = Gtin::parse("06291041500213").unwrap();
    UnitCode { gtin, serial: SerialNumber::parse(serial).unwrap() }
}

fn sscc(number: u64) -> Sscc {
    Sscc::build(0, CompanyPrefix::parse("0614141").unwrap(), number).unwrap()
}

/// The kind that stands behind this one in the list of all.
fn after(fact: &Fact) -> Option<Fact> {
    let next = match fact {
        Fact::UnitEntered { .. } => Fact::Processed { machine: MACHINE, unit: UNIT },
        Fact::Processed { .. } => Fact::Printed {
            machine: MACHINE,
            unit: UNIT,
            text: Some(Arc::from("0106291041500213")),
            grade_tenths: Some(35),
        },
        Fact::Printed { .. } => {
            Fact::Inspected { machine: MACHINE, unit: UNIT, grade_tenths: Some(31) }
        }
        Fact::Inspected { .. } => Fact::Rejected { machine: MACHINE, unit: UNIT },
        Fact::Rejected { .. } => Fact::RemovedByHand { machine: MACHINE, unit: UNIT },
        Fact::RemovedByHand { .. } => Fact::SampleTaken { machine: MACHINE, unit: UNIT },
        Fact::SampleTaken { .. } => Fact::Returned { machine: MACHINE, unit: UNIT },
        Fact::Returned { .. } => Fact::UnitPlaced { unit: UNIT, container: CONTAINER },
        Fact::UnitPlaced { .. } => {
            Fact::ContainerPlaced { child: ContainerId(4), container: CONTAINER }
        }
        Fact::ContainerPlaced { .. } => Fact::ContainerRemoved { container: CONTAINER },
        Fact::ContainerRemoved { .. } => Fact::ContainerClosed {
            machine: MACHINE,
            container: CONTAINER,
            level: Level::Case,
            target: 48,
            children: 47,
        },
        Fact::ContainerClosed { .. } => Fact::ContainerLabelled {
            machine: MACHINE,
            container: CONTAINER,
            text: Arc::from("00006141410000000012"),
        },
        Fact::ContainerLabelled { .. } => Fact::LeftLine { container: Some(CONTAINER) },
        Fact::LeftLine { .. } => {
            Fact::FaultInjected { fault: 2, kind: FaultKind::NoRead, unit: Some(UNIT) }
        }
        Fact::FaultInjected { .. } => Fact::MessageLost { fault: Some(9) },
        Fact::MessageLost { .. } => Fact::Span {
            machine: MACHINE,
            state: MachineState::Held,
            cause: Cause::Failure,
            since: SimTime::from_nanos(7_000_000_123),
        },
        Fact::Span { .. } => Fact::Meter(Box::new(MeterReading {
            machine: MACHINE,
            states: vec![(6, 1_000), (11, 2_000)],
            causes: vec![(Cause::Starved, 300), (Cause::Failure, 2_000)],
            processed: 100,
            defective: 3,
            level: 7,
            level_max: 12,
            level_ns: 900_000,
        })),
        Fact::Meter(_) => Fact::StillOnLine { units: 6 },
        Fact::StillOnLine { .. } => Fact::Closed(CloseReason::OrderClosed),
        Fact::Closed(_) => record(RecordedFact::SerialsAllocated(vec![code("A1"), code("A2")])),
        Fact::Recorded { fact, .. } => match after_recorded(fact) {
            Some(next) => record(next),
            None => Fact::LedgerRestarted { forgotten: 2 },
        },
        Fact::LedgerRestarted { .. } => Fact::WrongBatchTried { started: false },
        Fact::WrongBatchTried { .. } => Fact::CoveragePoint { point: Arc::from("BinFull") },
        Fact::CoveragePoint { .. } => return None,
    };
    Some(next)
}

fn record(fact: RecordedFact) -> Fact {
    Fact::Recorded { happened: SimTime::from_nanos(5_500_000_000), fact }
}

fn after_recorded(fact: &RecordedFact) -> Option<RecordedFact> {
    let unit = code("A1");
    let next = match fact {
        RecordedFact::SerialsAllocated(_) => RecordedFact::UnitCommissioned {
            unit,
            lot: "L7".parse().unwrap(),
            expiry: "2028-09-30".parse().unwrap(),
        },
        RecordedFact::UnitCommissioned { .. } => RecordedFact::LabelScrapped { unit },
        RecordedFact::LabelScrapped { .. } => RecordedFact::UnitDecommissioned { unit },
        RecordedFact::UnitDecommissioned { .. } => RecordedFact::UnitSampled { unit },
        RecordedFact::UnitSampled { .. } => RecordedFact::ContainerPacked {
            parent: sscc(1),
            level: Level::Case,
            children: vec![RecordedChild::Unit(unit), RecordedChild::Container(sscc(2))],
        },
        RecordedFact::ContainerPacked { .. } => RecordedFact::SerialsReturned(vec![unit]),
        RecordedFact::SerialsReturned(_) => RecordedFact::OrderClosed,
        RecordedFact::OrderClosed => RecordedFact::Refused { reason: "pool is empty".into() },
        RecordedFact::Refused { .. } => RecordedFact::SerialsVoided(vec![unit]),
        RecordedFact::SerialsVoided(_) => return None,
    };
    Some(next)
}

/// A sample of every kind, with every option taken.
pub fn samples() -> Vec<Fact> {
    std::iter::successors(Some(Fact::UnitEntered { unit: UNIT }), after).collect()
}
