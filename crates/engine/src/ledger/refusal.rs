//! Why a command was refused. A refused command has changed nothing.

use serde::{Deserialize, Serialize};

use linetwin_base::Level;
use linetwin_gs1::{Gtin, Lot, UnitCode};

use super::code::ObjectCode;
use super::key::OrderId;
use super::orders::{OrderState, OrderStep};
use super::state::{Operation, SerialState};
use super::trail::{PackStatus, UndoFault};

/// Why a command was refused. The variants' names are what reports count by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Refusal {
    /// No such order.
    #[error("{0} does not exist")]
    UnknownOrder(OrderId),
    /// The lot of this GTIN has an order already.
    #[error("lot {lot} of GTIN {gtin} is made by {order} already")]
    LotTaken {
        /// The trade item.
        gtin: Gtin,
        /// The lot.
        lot: Lot,
        /// Its order.
        order: OrderId,
    },
    /// Product data that contradict what is known of the GTIN, or themselves.
    #[error("GTIN {gtin}: {what}")]
    Product {
        /// The trade item.
        gtin: Gtin,
        /// What is wrong.
        what: String,
    },
    /// The order is not in a state in which this can be done.
    #[error("{order} is {state}: {step:?} is not possible")]
    OrderStep {
        /// The order.
        order: OrderId,
        /// Its state.
        state: OrderState,
        /// What was requested.
        step: OrderStep,
    },
    /// The order's state does not allow it.
    #[error("{order} is {state}: {what} is not possible")]
    OrderState {
        /// The order.
        order: OrderId,
        /// Its state.
        state: OrderState,
        /// What was requested.
        what: Operation,
    },
    /// The same person signed twice.
    #[error("{order} is signed by {name} already; two people must release it")]
    SamePerson {
        /// The order.
        order: OrderId,
        /// The signer.
        name: String,
    },
    /// A signature without a name or a meaning.
    #[error("a signature needs a name and a meaning")]
    EmptySignature,
    /// The line was not cleared for this order.
    #[error("line {line} is not cleared for {order}")]
    NotCleared {
        /// The order.
        order: OrderId,
        /// The line.
        line: String,
    },
    /// Serial numbers of the order are still with the line.
    #[error("{order}: {count} serial numbers are neither used nor returned")]
    Unaccounted {
        /// The order.
        order: OrderId,
        /// How many.
        count: u64,
    },
    /// No number space for this GTIN.
    #[error("GTIN {0} has no number space")]
    NoSpace(Gtin),
    /// More numbers were requested than may be made: they could be guessed, or do not fit.
    #[error("{asked} numbers asked for, {left} may still be made in this number space")]
    SpaceExhausted {
        /// Requested.
        asked: u64,
        /// Left.
        left: u64,
    },
    /// A pool does not hold that many.
    #[error("{asked} numbers asked for, the pool holds {available}")]
    PoolExhausted {
        /// Requested.
        asked: u64,
        /// There.
        available: u64,
    },
    /// Numbers that an outside issuer gives cannot be made here.
    #[error("the serial numbers of GTIN {0} come from an outside issuer")]
    NumbersIssued(Gtin),
    /// Numbers of this trade item are made here and come from no issuer.
    #[error("the serial numbers of GTIN {0} are our own")]
    NumbersOwn(Gtin),
    /// An issuer's code of another trade item than the one it is imported for.
    #[error("{unit} is no code of GTIN {expected}")]
    OtherGtin {
        /// The code.
        unit: UnitCode,
        /// What it is imported for.
        expected: Gtin,
    },
    /// An issuer's code without a crypto code where the product has one, or the other way round.
    #[error("{unit} comes {found} crypto code, all others of its GTIN {expected} one",
        found = if *.expected { "without a" } else { "with a" },
        expected = if *.expected { "with" } else { "without" })]
    CryptoCode {
        /// The code.
        unit: UnitCode,
        /// Whether there should be one.
        expected: bool,
    },
    /// An issuer's code that was imported before.
    #[error("{0} was imported before")]
    Known(UnitCode),
    /// The code was never issued.
    #[error("{0} was never issued")]
    Unknown(ObjectCode),
    /// The code is not in a state in which this can be done.
    #[error("{object} is {state}: {operation} is not possible")]
    State {
        /// The code.
        object: ObjectCode,
        /// Its state.
        state: SerialState,
        /// What was requested.
        operation: Operation,
    },
    /// A code was named twice in one command.
    #[error("{0} is named twice")]
    NamedTwice(ObjectCode),
    /// A command that names nothing.
    #[error("the command names no object")]
    NamesNothing,
    /// The label already names a container.
    #[error("{0} is in use")]
    LabelInUse(ObjectCode),
    /// The order packs nothing at this level.
    #[error("{order} has no {level}")]
    NoLevel {
        /// The order.
        order: OrderId,
        /// The level.
        level: Level,
    },
    /// A label that containers of this level do not carry.
    #[error("{label} is no label of a {level}")]
    WrongLabel {
        /// The label.
        label: ObjectCode,
        /// The level.
        level: Level,
    },
    /// The code is a container's where a unit's is needed.
    #[error("{0} is no saleable unit")]
    NoUnit(UnitCode),
    /// The code is a unit's where a container's is needed.
    #[error("{0} is no container")]
    NoContainer(ObjectCode),
    /// A container that would hold nothing.
    #[error("container {0} holds nothing")]
    EmptyContainer(ObjectCode),
    /// Something that must be empty first.
    #[error("{0} is not empty")]
    NotEmpty(ObjectCode),
    /// A container closed with another number of children than it takes.
    #[error("{parent} holds {found} children, a {level} takes {expected}")]
    WrongCount {
        /// The container.
        parent: ObjectCode,
        /// Its level.
        level: Level,
        /// Children in it.
        found: u32,
        /// Children that it takes.
        expected: u32,
    },
    /// A child of the same or a higher level than its container.
    #[error("{child} cannot stand in a {level}")]
    WrongLevel {
        /// The child.
        child: ObjectCode,
        /// The container's level.
        level: Level,
    },
    /// The child is not active.
    #[error("{0} is not active")]
    ChildNotActive(ObjectCode),
    /// The child has a parent already.
    #[error("{child} is already packed in {parent}")]
    ChildPacked {
        /// The child.
        child: ObjectCode,
        /// Where it is.
        parent: ObjectCode,
    },
    /// The child is not in this container.
    #[error("{child} is not in {parent}")]
    NotInside {
        /// The child.
        child: ObjectCode,
        /// Where it should be.
        parent: ObjectCode,
    },
    /// A child of another order where lots must not be mixed.
    #[error("{child} is of {found}, {parent} holds {expected} only")]
    OtherOrder {
        /// The child.
        child: ObjectCode,
        /// Its order.
        found: OrderId,
        /// The container.
        parent: ObjectCode,
        /// The container's order.
        expected: OrderId,
    },
    /// The object is in a container and must be taken out first.
    #[error("{object} is packed in {parent} and must be taken out first")]
    StillPacked {
        /// The object.
        object: ObjectCode,
        /// Where it is.
        parent: ObjectCode,
    },
    /// The lot was recalled.
    #[error("the lot of {0} was recalled")]
    Recalled(ObjectCode),
    /// No order made this lot.
    #[error("lot {lot} of GTIN {gtin} is not known")]
    UnknownLot {
        /// The trade item.
        gtin: Gtin,
        /// The lot.
        lot: Lot,
    },
    /// The pack's status does not allow it.
    #[error("{unit} is {from:?} and cannot become {to:?}")]
    Status {
        /// The pack.
        unit: UnitCode,
        /// Its status.
        from: PackStatus,
        /// What was requested.
        to: PackStatus,
    },
    /// A status that cannot be taken back.
    #[error("{unit} is {status:?} and stays so: {fault:?}")]
    Undo {
        /// The pack.
        unit: UnitCode,
        /// Its status.
        status: PackStatus,
        /// Why.
        fault: UndoFault,
    },
    /// More objects than one command may name.
    #[error("{0} objects in one command are too many")]
    TooMany(u64),
}

impl Refusal {
    /// The variant's name, for counting.
    pub fn kind(&self) -> String {
        let debug = format!("{self:?}");
        debug.chars().take_while(|c| c.is_ascii_alphanumeric()).collect()
    }
}
