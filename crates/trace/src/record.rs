//! The schema of the trace.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::{Cause, ContainerId, Level, MachineId, MachineState, SimTime, UnitId};
use linetwin_faults::FaultKind;
use linetwin_gs1::{ExpiryDate, Lot, Sscc, UnitCode};

/// One fact and its moment.
#[derive(Clone, Debug, PartialEq)]
pub struct TraceRecord {
    /// When it became true, in simulated time.
    pub at: SimTime,
    /// What became true.
    pub fact: Fact,
}

/// Why the physical run ended.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CloseReason {
    /// The order was closed.
    OrderClosed,
    /// The simulated time of the run is over.
    TimeOver,
    /// Nothing can happen any more although the order is not closed.
    Stuck,
}

/// A fact. Those up to [`Fact::Recorded`] are physical: they are true whatever the engine has recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fact {
    /// A unit came onto the line.
    UnitEntered {
        /// The unit.
        unit: UnitId,
    },
    /// A machine finished its work on a unit.
    Processed {
        /// The machine.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
    },
    /// A printer printed on a unit.
    Printed {
        /// The printer.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
        /// Content of the symbol; `None` if nothing came onto the unit.
        text: Option<Arc<str>>,
        /// Its grade in tenths; `None` if it cannot be read as what was meant.
        grade_tenths: Option<u8>,
    },
    /// A camera on the line read what is printed on a unit.
    Inspected {
        /// The camera.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
        /// The grade it gave, in tenths; `None` if it read nothing.
        grade_tenths: Option<u8>,
    },
    /// A unit was rejected by a machine.
    Rejected {
        /// The machine.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
    },
    /// An operator took a unit off the line.
    RemovedByHand {
        /// Where.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
    },
    /// An operator took a unit as a sample.
    SampleTaken {
        /// Where.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
    },
    /// A rejected unit was found good and put back onto the line.
    Returned {
        /// Where.
        machine: MachineId,
        /// The unit.
        unit: UnitId,
    },
    /// A unit was put into a container.
    UnitPlaced {
        /// The unit.
        unit: UnitId,
        /// The container.
        container: ContainerId,
    },
    /// A container was put into another one.
    ContainerPlaced {
        /// The inner one.
        child: ContainerId,
        /// The outer one.
        container: ContainerId,
    },
    /// An operator took a container out of an open one and off the line.
    ContainerRemoved {
        /// The container.
        container: ContainerId,
    },
    /// A container was closed.
    ContainerClosed {
        /// The machine that closed it.
        machine: MachineId,
        /// The container.
        container: ContainerId,
        /// Its level.
        level: Level,
        /// How many children it was built for.
        target: u32,
        /// How many children it holds.
        children: u32,
    },
    /// A labeller labelled a container.
    ContainerLabelled {
        /// The labeller.
        machine: MachineId,
        /// The container.
        container: ContainerId,
        /// Content of the label.
        text: Arc<str>,
    },
    /// A finished container or unit left the end of the line.
    LeftLine {
        /// The container, if it was one.
        container: Option<ContainerId>,
    },
    /// A fault was injected.
    FaultInjected {
        /// Its place in the plan.
        fault: u16,
        /// Its kind.
        kind: FaultKind,
        /// The unit that it hit, if it hits units.
        unit: Option<UnitId>,
    },
    /// A message was lost because the link was down, or its sender or receiver had no power.
    MessageLost {
        /// The fault's place in the plan; nothing where it is in another line's.
        fault: Option<u16>,
    },
    /// A machine was in a state for at least a second, until now.
    Span {
        /// The machine.
        machine: MachineId,
        /// The state that has just ended.
        state: MachineState,
        /// Why it was in it.
        cause: Cause,
        /// Since when.
        since: SimTime,
    },
    /// A machine's counters, read at regular intervals and at the end.
    Meter(Box<MeterReading>),
    /// Units found on the line when the run ended, counted one by one.
    StillOnLine {
        /// How many.
        units: u32,
    },
    /// The run ended.
    Closed(CloseReason),
    /// A fact of the engine's record.
    Recorded {
        /// When it happened, by the ledger.
        happened: SimTime,
        /// The fact.
        fact: RecordedFact,
    },
    /// The ledger's process has started again after it was killed.
    LedgerRestarted {
        /// Messages that it had decided on and has no record of any more.
        forgotten: u64,
    },
    /// A person has tried to start another order on the line.
    WrongBatchTried {
        /// Whether the ledger accepted it.
        started: bool,
    },
    /// Line controller, ledger or twin reached a coverage point.
    CoveragePoint {
        /// Its name.
        point: Arc<str>,
    },
}

impl Fact {
    /// The machine that it is of, where it is a machine's.
    pub fn machine(&self) -> Option<MachineId> {
        match self {
            Self::Processed { machine, .. }
            | Self::Printed { machine, .. }
            | Self::Inspected { machine, .. }
            | Self::Rejected { machine, .. }
            | Self::RemovedByHand { machine, .. }
            | Self::SampleTaken { machine, .. }
            | Self::Returned { machine, .. }
            | Self::ContainerClosed { machine, .. }
            | Self::ContainerLabelled { machine, .. }
            | Self::Span { machine, .. } => Some(*machine),
            Self::Meter(reading) => Some(reading.machine),
            _ => None,
        }
    }
}

/// Counters since the start of the run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MeterReading {
    /// The machine.
    pub machine: MachineId,
    /// Time in each state, by state number.
    pub states: Vec<(u8, u64)>,
    /// Time in a state for each cause but [`Cause::None`], in nanoseconds.
    pub causes: Vec<(Cause, u64)>,
    /// Items worked on.
    pub processed: u64,
    /// Items found or made bad.
    pub defective: u64,
    /// Items waiting in its buffer now.
    pub level: u32,
    /// Most items that ever waited.
    pub level_max: u32,
    /// Items times nanoseconds.
    pub level_ns: u128,
}

impl MeterReading {
    /// Time in this state, in nanoseconds.
    pub fn state_ns(&self, state: MachineState) -> u64 {
        let found = self.states.iter().find(|(number, _)| usize::from(*number) == state.number());
        found.map_or(0, |(_, ns)| *ns)
    }

    /// Time for this cause, in nanoseconds.
    pub fn cause_ns(&self, cause: Cause) -> u64 {
        self.causes.iter().find(|(other, _)| *other == cause).map_or(0, |(_, ns)| *ns)
    }
}

/// A child as the record names it.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RecordedChild {
    /// A unit.
    Unit(UnitCode),
    /// A container.
    Container(Sscc),
}

/// A fact of the engine's record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum RecordedFact {
    /// Serial numbers went to the line.
    SerialsAllocated(Vec<UnitCode>),
    /// A unit became active.
    UnitCommissioned {
        /// The unit.
        unit: UnitCode,
        /// Its lot.
        lot: Lot,
        /// Its expiry.
        expiry: ExpiryDate,
    },
    /// A label was spoiled.
    LabelScrapped {
        /// Its code.
        unit: UnitCode,
    },
    /// A unit is no longer active.
    UnitDecommissioned {
        /// The unit.
        unit: UnitCode,
    },
    /// A unit is a sample.
    UnitSampled {
        /// The unit.
        unit: UnitCode,
    },
    /// A container holds these children.
    ContainerPacked {
        /// Its label.
        parent: Sscc,
        /// Its level.
        level: Level,
        /// Its children.
        children: Vec<RecordedChild>,
    },
    /// Serial numbers came back unused.
    SerialsReturned(Vec<UnitCode>),
    /// The order was closed.
    OrderClosed,
    /// The ledger refused a command.
    Refused {
        /// Why.
        reason: String,
    },
    /// Serial numbers of the line were declared void: they may not be printed.
    SerialsVoided(Vec<UnitCode>),
}

/// Where the twin writes its facts. Readers take them away in batches.
#[derive(Debug, Default)]
pub struct Trace {
    now: SimTime,
    records: Vec<TraceRecord>,
}

impl Trace {
    /// Sets the moment of all facts noted from now on.
    pub fn set_now(&mut self, now: SimTime) {
        self.now = now;
    }

    /// Notes a fact.
    #[inline]
    pub fn note(&mut self, fact: Fact) {
        self.records.push(TraceRecord { at: self.now, fact });
    }

    /// Takes all facts; what was in `into` is dropped and its memory used again.
    pub fn take(&mut self, into: &mut Vec<TraceRecord>) {
        into.clear();
        std::mem::swap(&mut self.records, into);
    }
}
