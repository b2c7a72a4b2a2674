//! What the ledger is asked, what it answers, and why it refuses.

use crate::base::Level;
use crate::gs1::{ExpiryDate, Lot, Sscc, UnitCode};

use super::super::order::Order;
use super::super::serials::SpaceExhausted;
use super::state::{Operation, SerialState};

/// What stands in a container: a unit or another container.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChildCode {
    /// A saleable unit.
    Unit(UnitCode),
    /// A bundle or case.
    Container(Sscc),
}

impl std::fmt::Display for ChildCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unit(unit) => unit.fmt(f),
            Self::Container(sscc) => write!(f, "(00){sscc}"),
        }
    }
}

/// Why a label was spoiled before its serial number was commissioned.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ScrapReason {
    /// The camera read nothing.
    NoRead,
    /// The symbol's grade is too low.
    LowGrade,
    /// Another code than the one sent to the printer.
    WrongCode,
    /// A code that was already used.
    Duplicate,
    /// No camera result had arrived when the unit stood before the gate.
    NoResult,
    /// The unit vanished between two sensors.
    Missing,
    /// The job left the printer's buffer without being reported as printed.
    LostJob,
}

/// Why a commissioned unit was taken out of the record.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecommissionReason {
    /// Failed a later check and was ejected.
    FailedCheck,
    /// Vanished between two sensors.
    Missing,
    /// Taken out at an aggregation station because it could not be read.
    Unreadable,
}

/// What the ledger can be asked to do. Each command is applied whole or not at all.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Opens an order. One order at a time has a lot of a GTIN.
    OpenOrder(Order),
    /// Fetches serial numbers for the open order.
    AllocateSerials {
        /// How many.
        count: u32,
    },
    /// Fetches SSCCs for the open order.
    AllocateSsccs {
        /// How many.
        count: u32,
    },
    /// A unit was printed, verified, and has passed the reject gate.
    Commission {
        /// The unit.
        unit: UnitCode,
    },
    /// A printed label was spoiled.
    ScrapLabel {
        /// Its code.
        unit: UnitCode,
        /// Why.
        reason: ScrapReason,
    },
    /// A commissioned unit is no longer active.
    Decommission {
        /// The unit.
        unit: UnitCode,
        /// Why.
        reason: DecommissionReason,
    },
    /// A closed container carries this label and holds these children.
    Pack {
        /// Its label.
        parent: Sscc,
        /// Its level.
        level: Level,
        /// All its children.
        children: Vec<ChildCode>,
    },
    /// Serial numbers that were not printed go back.
    ReturnSerials {
        /// The numbers.
        units: Vec<UnitCode>,
    },
    /// Closes the order; every serial number must be in a final class.
    CloseOrder,
}

/// A fact of the record.
#[derive(Clone, Debug, PartialEq)]
pub enum LedgerEvent {
    /// An order was opened.
    OrderOpened(Order),
    /// Serial numbers went to the line.
    SerialsAllocated(Vec<UnitCode>),
    /// SSCCs went to the line.
    SsccsAllocated(Vec<Sscc>),
    /// A unit became active.
    UnitCommissioned {
        /// The unit.
        unit: UnitCode,
        /// Its lot.
        lot: Lot,
        /// Its expiry.
        expiry: ExpiryDate,
    },
    /// A printed label was spoiled.
    LabelScrapped {
        /// Its code.
        unit: UnitCode,
        /// Why.
        reason: ScrapReason,
    },
    /// A unit is no longer active.
    UnitDecommissioned {
        /// The unit.
        unit: UnitCode,
        /// Why.
        reason: DecommissionReason,
    },
    /// A container became active and holds these children.
    ContainerPacked {
        /// Its label.
        parent: Sscc,
        /// Its level.
        level: Level,
        /// All its children.
        children: Vec<ChildCode>,
    },
    /// Serial numbers came back unused.
    SerialsReturned(Vec<UnitCode>),
    /// The order was closed.
    OrderClosed,
}

/// Why a command was refused. A refused command has changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No order is open.
    #[error("no order is open")]
    NoOrder,
    /// An order is open already.
    #[error("an order is open already")]
    OrderOpen,
    /// The order's company prefix length is not 6 to 12.
    #[error("the company prefix of GTIN {0} has a length outside 6 to 12")]
    Prefix(crate::gs1::Gtin),
    /// The number space may not give that many.
    #[error(transparent)]
    Space(#[from] SpaceExhausted),
    /// No more SSCCs fit the company prefix.
    #[error("the SSCCs of the company prefix are used up")]
    SsccsExhausted,
    /// The code was never issued.
    #[error("{0} was never issued")]
    UnknownUnit(UnitCode),
    /// The code is not in a state in which this can be done.
    #[error("{unit} is {state}: {operation:?} is not possible")]
    State {
        /// The code.
        unit: UnitCode,
        /// Its state.
        state: SerialState,
        /// What was asked.
        operation: Operation,
    },
    /// The SSCC was never issued.
    #[error("SSCC {0} was never issued")]
    UnknownSscc(Sscc),
    /// The SSCC already names a container.
    #[error("SSCC {0} is in use")]
    SsccInUse(Sscc),
    /// A container that stands for nothing.
    #[error("container {0} holds nothing")]
    EmptyContainer(Sscc),
    /// The child is not active.
    #[error("{0} is not active")]
    ChildNotActive(ChildCode),
    /// The child has a parent already, or stands twice in the list.
    #[error("{child} is already packed in {parent}")]
    ChildPacked {
        /// The child.
        child: ChildCode,
        /// Where it is.
        parent: Sscc,
    },
    /// The unit is in a container and must be taken out first.
    #[error("{unit} is packed in {parent} and cannot be decommissioned")]
    StillPacked {
        /// The unit.
        unit: UnitCode,
        /// Where it is.
        parent: Sscc,
    },
    /// The order cannot be closed while serial numbers are with the line.
    #[error("{0} serial numbers are neither used nor returned")]
    Unaccounted(u64),
}
