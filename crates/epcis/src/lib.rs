//! EPCIS 2.0 events (GS1 EPCIS and CBV 2.0): typed, read and written as JSON 2.0, XML 1.2 and XML 2.0, and
//! named by their CBV hash. Sans-IO: texts and writers are passed in; it fetches nothing, keeps nothing, and
//! judges no event by earlier ones.
//!
//! ```text
//! JSON text -> json_text -> json_reader -+                              +-> json_writer
//!                                        +-> decode -> event -> fields -+-> xml_writer
//! XML text  -> xml_text  -> xml_reader  -+                              +-> hash
//! ```
//!
//! Between syntax and event lies one tree (`tree`) with the names of XML; `fields` and `decode` are its
//! two directions. `steps` makes the events of a line.

#![doc = include_str!("../README.md")]

mod decode;
mod document;
mod error;
mod event;
mod fields;
mod hash;
mod json_reader;
mod json_text;
mod json_writer;
mod prefixes;
mod steps;
mod tree;
mod values;
mod words;
mod xml_reader;
mod xml_text;
mod xml_writer;

pub use document::{Document, Envelope, Frame};
pub use error::{EpcisError, EpcisFault, Place};
pub use event::{
    Action, EpcisEvent, ErrorDeclaration, Items, Location, Party, PersistentDisposition, Quantity,
    What,
};
pub use steps::{Scene, lot_and_expiry};
pub use tree::{MASTER_DATA, Name, Node, Scalar};
pub use values::{Decimal, EventTime, ZoneOffset};
pub use words::{Vocabulary, Word};
pub use xml_writer::XmlVersion;
