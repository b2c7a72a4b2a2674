//! The commands of the ledger.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use linetwin_base::Level;
use linetwin_gs1::{Gtin, Lot, UnitCode};

use super::super::order::Order;
use super::code::ObjectCode;
use super::imported::IssuedCode;
use super::key::OrderId;
use super::trail::{PackStatus, PlaceId};

/// Why a label was spoiled before its serial number was commissioned.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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
    /// What became of its product is not known: the controller had no power.
    InDoubt,
}

/// Why a commissioned unit was taken out of the record.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DecommissionReason {
    /// Failed a later check and was rejected.
    FailedCheck,
    /// Vanished between two sensors.
    Missing,
    /// Taken out at an aggregation station because it could not be read.
    Unreadable,
    /// Damaged.
    Damaged,
    /// Its label was replaced by another one.
    Relabelled,
}

/// Why an object's state was changed.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reason {
    /// A label was spoiled.
    Scrap(ScrapReason),
    /// A code was unbound.
    Decommission(DecommissionReason),
}

/// A command to the ledger. Each is applied whole or not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// Makes an order known.
    CreateOrder(Arc<Order>),
    /// One of the two signatures that release an order; the time is that of the command.
    SignOrder {
        /// The order.
        order: OrderId,
        /// The signer's printed name.
        name: Arc<str>,
        /// What the signature means.
        meaning: Arc<str>,
    },
    /// A person has looked and found the line empty of other orders.
    ClearLine {
        /// The order that it is cleared for.
        order: OrderId,
        /// The line.
        line: Arc<str>,
        /// Who looked.
        name: Arc<str>,
    },
    /// The line begins with the order.
    StartOrder {
        /// The order.
        order: OrderId,
        /// The line.
        line: Arc<str>,
    },
    /// The line pauses the order.
    PauseOrder {
        /// The order.
        order: OrderId,
    },
    /// The line resumes the order.
    ResumeOrder {
        /// The order.
        order: OrderId,
    },
    /// The line will make no more of the order.
    FinishOrder {
        /// The order.
        order: OrderId,
    },
    /// Closes the order; every serial number must be in a final class.
    CloseOrder {
        /// The order.
        order: OrderId,
    },
    /// Makes serial numbers for the enterprise's pool (`SNRequestUnassigned`).
    MakeNumbers {
        /// The trade item.
        gtin: Gtin,
        /// How many.
        count: u32,
    },
    /// Takes numbers of an outside issuer into the enterprise's pool.
    ImportNumbers {
        /// The trade item.
        gtin: Gtin,
        /// The codes that the issuer gave for it, in the order in which they shall be used.
        codes: Vec<IssuedCode>,
    },
    /// Moves serial numbers from the enterprise's pool to the site's (`SNRequestUnallocated`).
    RequestUnallocated {
        /// The trade item.
        gtin: Gtin,
        /// How many.
        count: u32,
    },
    /// Moves serial numbers from the site's pool back (`SNReturnUnallocated`).
    ReturnUnallocated {
        /// The trade item.
        gtin: Gtin,
        /// How many.
        count: u32,
    },
    /// Fetches serial numbers for an order (`SNRequestAllocated`), from the site's pool and, where
    /// the numbers are our own, new ones for what it lacks.
    AllocateSerials {
        /// The order.
        order: OrderId,
        /// How many.
        count: u32,
    },
    /// Fetches SSCCs for an order.
    AllocateSsccs {
        /// The order.
        order: OrderId,
        /// How many.
        count: u32,
    },
    /// Fetches what containers of a level carry for an order: SSCCs, or serial numbers of their GTIN.
    AllocateLabels {
        /// The order.
        order: OrderId,
        /// The level.
        level: Level,
        /// How many.
        count: u32,
    },
    /// Numbers that were not printed go back to the site's pool (`SNReturnAllocated`).
    ReturnSerials {
        /// The numbers.
        units: Vec<UnitCode>,
    },
    /// Numbers that shall never be used (`SNInvalidatingEvent`).
    Invalidate {
        /// The numbers.
        objects: Vec<ObjectCode>,
    },
    /// A label was printed.
    Encode {
        /// Its code.
        unit: UnitCode,
    },
    /// A printed label was kept, without a product.
    SampleLabel {
        /// Its code.
        unit: UnitCode,
    },
    /// A printed label was spoiled.
    ScrapLabel {
        /// Its code.
        unit: UnitCode,
        /// Why.
        reason: ScrapReason,
    },
    /// A unit was printed, verified, and has passed the reject gate.
    Commission {
        /// The unit.
        unit: UnitCode,
    },
    /// A unit was taken as a sample. It must not be packed.
    Sample {
        /// The unit.
        unit: UnitCode,
    },
    /// A unit, or an empty container, is no longer active. It must not be packed.
    Decommission {
        /// The object.
        object: ObjectCode,
        /// Why.
        reason: DecommissionReason,
    },
    /// A unit, or an empty container, was destroyed. It must not be packed.
    Destroy {
        /// The object.
        object: ObjectCode,
    },
    /// A closed container carries this label and holds these children.
    Pack {
        /// Its label.
        parent: ObjectCode,
        /// Its level.
        level: Level,
        /// True if it was closed with fewer children than it takes.
        partial: bool,
        /// All its children.
        children: Vec<ObjectCode>,
    },
    /// More children were put into a container.
    AddChildren {
        /// The container.
        parent: ObjectCode,
        /// What was added.
        children: Vec<ObjectCode>,
    },
    /// Children were taken out of a container.
    Unpack {
        /// The container.
        parent: ObjectCode,
        /// What was taken out; nothing stands for all of it.
        children: Vec<ObjectCode>,
    },
    /// One child was put in another one's place.
    ReplaceChild {
        /// The container.
        parent: ObjectCode,
        /// The child that was taken out.
        out: ObjectCode,
        /// The child that was put in.
        into: ObjectCode,
    },
    /// Children were moved from one container into another of the same level.
    MoveChildren {
        /// Where they were.
        from: ObjectCode,
        /// Where they are.
        to: ObjectCode,
        /// Which.
        children: Vec<ObjectCode>,
    },
    /// A container got another label: the new one holds what the old one held, where it stood.
    Relabel {
        /// The old label.
        from: ObjectCode,
        /// The new label.
        to: ObjectCode,
    },
    /// The contents of a container were scanned and compared.
    CheckContents {
        /// The container.
        parent: ObjectCode,
        /// All codes found in it.
        found: Vec<ObjectCode>,
    },
    /// Units and containers left the site, with all that is in them.
    Ship {
        /// What stands on its own.
        objects: Vec<ObjectCode>,
    },
    /// The shipping did not take place after all.
    VoidShipping {
        /// What stands on its own.
        objects: Vec<ObjectCode>,
    },
    /// They arrived somewhere.
    Receive {
        /// What stands on its own.
        objects: Vec<ObjectCode>,
        /// Where.
        place: PlaceId,
    },
    /// They came back to the site.
    AcceptReturn {
        /// What stands on its own.
        objects: Vec<ObjectCode>,
    },
    /// Something became of a pack in trade.
    SetStatus {
        /// The pack.
        unit: UnitCode,
        /// What.
        status: PackStatus,
        /// Where.
        place: PlaceId,
    },
    /// A status is taken back.
    UndoStatus {
        /// The pack.
        unit: UnitCode,
        /// Where.
        place: PlaceId,
    },
    /// A lot is recalled: nothing of it may be packed, shipped or made active again.
    RecallLot {
        /// The trade item.
        gtin: Gtin,
        /// The lot.
        lot: Lot,
    },
}

impl Command {
    /// How many numbers a line requests, if it requests any.
    pub const fn numbers_asked_mut(&mut self) -> Option<&mut u32> {
        match self {
            Self::AllocateSerials { count, .. }
            | Self::AllocateSsccs { count, .. }
            | Self::AllocateLabels { count, .. } => Some(count),
            _ => None,
        }
    }

    /// Whether a line requests numbers.
    pub const fn asks_for_numbers(&self) -> bool {
        matches!(
            self,
            Self::AllocateSerials { .. } | Self::AllocateSsccs { .. } | Self::AllocateLabels { .. }
        )
    }
}
