//! The serialization engine: serial numbers, order, line controller (L2), ledger (L3), EPCIS.
//!
//! Sans-IO: time, random bytes and storage are handed to it. It knows no twin, no clock and no
//! randomness of its own; every refusal is a typed reason and changes nothing.
//!
//! Data flows `DeviceEvent` -> [`LineLogic`] -> `DeviceCommand` towards the machines, and
//! [`Message`] -> [`LedgerService`] -> [`Reply`] across the link.

mod controller;
pub mod epcis;
mod inbox;
mod ledger;
mod order;
mod protocol;
mod serials;

pub use controller::{LineController, LineLogic};
pub use epcis::EpcisWriter;
pub use inbox::LedgerService;
pub use ledger::{
    ChildCode, Command, DecommissionReason, Ledger, LedgerEvent, Refusal, ScrapReason, SerialState,
};
pub use order::{LineLayout, Order, Product, SectionLayout, StationLayout};
pub use protocol::{
    Action, DeviceCommand, DeviceEvent, JobId, Message, OperatorTask, Outcome, Read, Reply,
};
pub use serials::{NumberSpace, SpaceExhausted};
