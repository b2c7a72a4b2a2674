//! The serialization engine: serial numbers, orders, line controller (L2), ledger (L3), store, service.
//!
//! Sans-IO: time, random bytes and storage are passed in. It imports no twin, and has no clock and no
//! randomness of its own; every refusal is a typed reason and changes nothing.
//!
//! Data flows `DeviceEvent` -> [`LineLogic`] -> `DeviceCommand` towards the machines, and
//! [`Message`] -> [`LedgerService`] -> [`Reply`] across the link. `examples/one_case.rs` takes an order from
//! its creation to the EPCIS events of a packed case.
//!
//! ```
//! use linetwin_engine::{NumberSpace, SerialRule};
//!
//! // Serial numbers are a keyed permutation of a counter: random to look at, never twice, and a code
//! // read anywhere leads back to its counter without a table.
//! let space = NumberSpace::new(&[7; 32], &SerialRule::default());
//! let serial = space.serial_of(41);
//! assert_eq!(space.counter_of(&serial), Some(41));
//! assert_eq!(space.counter_of(&"GUESSED00000".parse().unwrap()), None);
//! ```

mod controller;
mod coverage;
mod epcis_writer;
mod ledger;
mod order;
mod protocol;
mod serials;
mod service;
pub mod store;
pub mod wire;

pub use controller::{
    Answer, BlockJournal, Input, LineController, LineJournal, LineLogic, Recording, RetainedMemory,
};
pub use coverage::CoveragePoint;
pub use epcis_writer::EpcisWriter;
pub use ledger::{
    Clearance, Command, DecommissionReason, IssuedCode, IssuedNumber, IssuedState, Ledger,
    LedgerEvent, LedgerSettings, List, MOST_IMPORTED, ObjectCode, ObjectKey, Operation, OrderId,
    OrderRecord, OrderState, OrderStep, PackStatus, PlaceId, Reason, Reconciliation, Refusal,
    ScrapReason, SerialState, Signature, SpaceId, SpaceKind, SpaceNames, Stop, Trail, UndoFault,
    Usage, Verification,
};
pub use order::{
    IdentificationKey, LineLayout, Order, PackagingLevel, PoolRule, Product, Samples,
    SectionLayout, Serials, StationLayout,
};
pub use protocol::{
    Action, DeviceCommand, DeviceEvent, JobId, Message, OperatorTask, Outcome, Read, Reply,
    StopCause,
};
pub use serials::{Alphabet, NumberSpace, SerialRule};
pub use service::{
    AuditReader, AuditRecord, Block, BlockError, Entry, KeyedOutcome, LedgerService, Receipt,
    SenderId,
};
