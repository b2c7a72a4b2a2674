//! The messages between devices, line controller and ledger. Devices report what they sensed and have no
//! serial numbers but those that they are commanded to print; places on a belt are encoder readings.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::{MachineId, SimTime};
use linetwin_gs1::{CryptoCodeBuf, UnitCode};

use super::coverage::CoveragePoint;
use super::ledger::{Command, LedgerEvent, Refusal};

/// Number of a print job, counted up by the controller.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobId(pub u64);

/// The result of a camera or a scanner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Read {
    /// No symbol was decoded.
    NoRead,
    /// There is nothing that could bear a symbol. Only people can see that.
    NothingThere,
    /// A symbol was decoded.
    Symbol {
        /// Its content, with ASCII 29 for FNC1.
        text: Arc<str>,
        /// Its grade by ISO/IEC 15415 in tenths, 0 to 40.
        grade_tenths: u8,
    },
}

/// What a device reports to the line controller. `at_um` is the belt's encoder reading, in micrometres of
/// travel, when the device was triggered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceEvent {
    /// The entry sensor of a tracked belt saw a product.
    ProductEntered {
        /// The belt.
        belt: MachineId,
        /// Encoder reading.
        at_um: u64,
    },
    /// A printer reports a job as printed on the product before it.
    Printed {
        /// The printer.
        printer: MachineId,
        /// The job, by the printer's own count.
        job: JobId,
        /// Encoder reading.
        at_um: u64,
    },
    /// A camera delivers a result.
    SymbolRead {
        /// The camera.
        camera: MachineId,
        /// Encoder reading at the trigger, not at the result.
        at_um: u64,
        /// The result.
        read: Read,
    },
    /// A product stands before a reject gate; a [`DeviceCommand::Reject`] must come now.
    ProductAtGate {
        /// The gate.
        gate: MachineId,
        /// Encoder reading.
        at_um: u64,
    },
    /// The confirm sensor of a gate's bin saw a product fall.
    RejectConfirmed {
        /// The gate.
        gate: MachineId,
    },
    /// The bin of a gate is full up to its sensor; the next product may not fall into it.
    BinFull {
        /// The gate.
        gate: MachineId,
    },
    /// The sensor behind a gate saw a product pass.
    ProductLeft {
        /// The belt.
        belt: MachineId,
        /// Encoder reading.
        at_um: u64,
    },
    /// An aggregation station read the codes of a layer, place by place.
    LayerRead {
        /// The station.
        station: MachineId,
        /// One result a child, in the order in which the children were placed.
        reads: Vec<Read>,
    },
    /// A closed container stands before a labeller.
    ContainerReady {
        /// The labeller.
        labeller: MachineId,
    },
    /// The labeller's scanner read the label just applied.
    LabelRead {
        /// The labeller.
        labeller: MachineId,
        /// The result.
        read: Read,
    },
    /// A product at a rework bench was read once more.
    Reworked {
        /// The bench.
        bench: MachineId,
        /// The result.
        read: Read,
    },
    /// An operator has ended the order on the line's panel: what is on the line is packed, no more units are
    /// released.
    OrderEnded,
    /// An operator has walked from the infeed to the first packing station.
    LineWalked {
        /// Units on the way, or still to be released.
        on_the_way: u64,
        /// Units in the open layer of the station.
        in_layer: u32,
    },
    /// An operator has been where he was called to.
    OperatorDone {
        /// What he was called for.
        task: OperatorTask,
        /// What his handheld scanner read, where he was to scan.
        read: Read,
    },
}

/// What the controller requests of an operator.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperatorTask {
    /// See that a product is off a stopped belt and in the bin; take it there if it is not.
    RemoveFromBelt {
        /// The belt.
        belt: MachineId,
        /// Encoder reading at which it came onto the belt.
        entered_um: u64,
    },
    /// Take a product off a stopped belt, as a sample.
    TakeSample {
        /// The belt.
        belt: MachineId,
        /// Encoder reading at which it came onto the belt.
        entered_um: u64,
    },
    /// Walk from the infeed to a station and count what is on the way there.
    WalkLine {
        /// The first packing station.
        station: MachineId,
        /// Take off everything that is there: nothing more is needed.
        clear: bool,
    },
    /// Bring what is in the bin of its gate to a rework bench and verify it there.
    Rework {
        /// The bench.
        bench: MachineId,
    },
    /// Empty the bin of a gate.
    EmptyBin {
        /// The gate.
        gate: MachineId,
    },
    /// Find the cause of consecutive rejects, and report when the belt may run again.
    FindCause {
        /// The belt, which stands.
        belt: MachineId,
    },
    /// Read one child of the open layer with the handheld scanner.
    ScanChild {
        /// The station.
        station: MachineId,
        /// Place in the layer.
        place: usize,
    },
    /// Take one child out of the open layer.
    RemoveChild {
        /// The station.
        station: MachineId,
        /// Place in the layer.
        place: usize,
    },
}

/// Why a belt is made to stand.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopCause {
    /// An operator has a task there.
    Operator,
    /// There are no serial numbers.
    NoSerials,
    /// The line controller has no power, or cannot go on.
    Controller,
}

/// What the line controller commands a device. A command that arrives twice changes nothing the second time:
/// jobs and containers are numbered, counts are totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DeviceCommand {
    /// Release units onto the line until so many have come.
    SetReleaseQuota {
        /// The infeed.
        infeed: MachineId,
        /// All units since the order began.
        total: u64,
    },
    /// Put a job at the end of the printer's buffer.
    Print {
        /// The printer.
        printer: MachineId,
        /// Its number.
        job: JobId,
        /// What to print.
        text: Arc<str>,
    },
    /// Push out the product that stands before the gate now.
    Reject {
        /// The gate.
        gate: MachineId,
    },
    /// Stop a belt until commanded to start.
    StopBelt {
        /// The belt.
        belt: MachineId,
        /// Why.
        why: StopCause,
    },
    /// Let a stopped belt run.
    StartBelt {
        /// The belt.
        belt: MachineId,
    },
    /// Start a container of this many children.
    BuildContainer {
        /// The station.
        station: MachineId,
        /// Which one, counted from 1.
        number: u64,
        /// Its children.
        children: u32,
    },
    /// The layer is right: go on, and close the container if it is full.
    AcceptLayer {
        /// The station.
        station: MachineId,
    },
    /// Read the layer again.
    RescanLayer {
        /// The station.
        station: MachineId,
    },
    /// If an answer is awaited: report again what for.
    RepeatStatus {
        /// A station or labeller.
        machine: MachineId,
    },
    /// Print and apply a label to the container before the labeller, then read it.
    PrintLabel {
        /// The labeller.
        labeller: MachineId,
        /// What to print.
        text: Arc<str>,
    },
    /// The label is right: discharge the container.
    ReleaseContainer {
        /// The labeller.
        labeller: MachineId,
    },
    /// Put the product at the bench back onto the line.
    ReturnUnit {
        /// The bench.
        bench: MachineId,
    },
    /// The product at the bench stays out.
    DiscardUnit {
        /// The bench.
        bench: MachineId,
    },
    /// Call an operator.
    CallOperator(OperatorTask),
}

/// What a line controller does after an input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Action {
    /// Command a device.
    Device(DeviceCommand),
    /// Send to the ledger; it may get lost on the way.
    Send(Message),
    /// Call [`super::LineLogic::wake`] at this time; at once if it has passed, as it may have while there was
    /// no power.
    SetTimer(SimTime),
    /// Every unit is accounted for and the ledger has acknowledged everything.
    OrderClosed,
    /// Nothing is to be done: this coverage point was reached.
    Covered(CoveragePoint),
}

/// A command on its way to the ledger. The number makes repeats harmless.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Counts up from 1 without gaps.
    pub sequence: u64,
    /// When it happened on the line, which may be long before the ledger receives it.
    pub happened: SimTime,
    /// The person behind it, where there is one.
    pub by: Option<Arc<str>>,
    /// Why, in that person's words.
    pub why: Option<Arc<str>>,
    /// The command.
    pub command: Command,
}

/// The ledger's answer to one message.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The message answered.
    pub sequence: u64,
    /// What came of it.
    pub outcome: Outcome,
    /// Crypto codes of the units that were given to an order, where their issuer signs.
    pub crypto_codes: Vec<(UnitCode, CryptoCodeBuf)>,
}

/// What came of a command: events, or a refusal that changed nothing.
pub type Outcome = Result<Arc<[LedgerEvent]>, Refusal>;
