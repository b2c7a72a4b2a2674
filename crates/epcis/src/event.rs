//! EPCIS 2.0 events as types (EPCIS 2.0, 7.4). A value of these types is one of the five events with their
//! fields; whether it makes sense on a line is for the ledger to decide.

use super::tree::Node;
use super::values::{Decimal, EventTime, ZoneOffset};
use super::words::Word;

/// Something that happened, was recorded, and is shared.
#[derive(Clone, Debug, PartialEq)]
pub struct EpcisEvent {
    /// When it happened.
    pub time: EventTime,
    /// Local time where it happened.
    pub offset: ZoneOffset,
    /// When a repository took it in.
    pub record_time: Option<EventTime>,
    /// Its name: a UUID, or its hash (see [`EpcisEvent::hash`]).
    pub id: Option<String>,
    /// That an earlier event with this id was wrong.
    pub error: Option<ErrorDeclaration>,
    /// Certificates of who recorded it.
    pub certification: Vec<String>,
    /// To what it happened.
    pub what: What,
    /// Step of a business process (CBV 7.1).
    pub biz_step: Option<Word>,
    /// State of the objects from then on, until the next event (CBV 7.2).
    pub disposition: Option<Word>,
    /// States that stay until they are unset.
    pub persistent: PersistentDisposition,
    /// Where it happened.
    pub read_point: Option<Location>,
    /// Where the objects are from then on.
    pub biz_location: Option<Location>,
    /// Orders, despatch advices, invoices that it belongs to.
    pub biz_transactions: Vec<Party>,
    /// Where the objects come from, and whose they were.
    pub sources: Vec<Party>,
    /// Where they go, and whose they will be.
    pub destinations: Vec<Party>,
    /// Sensor elements, each a tree of `sensorMetadata`, `sensorReport` and extensions.
    pub sensors: Vec<Node>,
    /// Fields that users add, each in a namespace.
    pub extensions: Vec<Node>,
}

/// The five kinds of events, with the fields that each has for itself.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Something happened to objects.
    Object {
        /// Appear, are seen, or go for good.
        action: Action,
        /// Which objects.
        items: Items,
        /// What is true of them for life: lot, expiry date.
        ilmd: Vec<Node>,
    },
    /// Objects were put into another, or taken out.
    Aggregation {
        /// Into or out of.
        action: Action,
        /// Into what.
        parent: Option<String>,
        /// Which objects.
        children: Items,
    },
    /// Objects were tied to a business transaction.
    Transaction {
        /// Tied or freed.
        action: Action,
        /// What holds the objects.
        parent: Option<String>,
        /// Which objects.
        items: Items,
    },
    /// Objects became other objects.
    Transformation {
        /// What went in.
        inputs: Items,
        /// What came out.
        outputs: Items,
        /// Joins events that are one transformation.
        id: Option<String>,
        /// What is true of the outputs for life.
        ilmd: Vec<Node>,
    },
    /// Objects were tied to another for longer, such as a sensor to a container.
    Association {
        /// Tied or freed.
        action: Action,
        /// To what.
        parent: String,
        /// Which objects.
        children: Items,
    },
}

impl What {
    /// `ObjectEvent` and so on.
    pub const fn event_type(&self) -> &'static str {
        match self {
            Self::Object { .. } => "ObjectEvent",
            Self::Aggregation { .. } => "AggregationEvent",
            Self::Transaction { .. } => "TransactionEvent",
            Self::Transformation { .. } => "TransformationEvent",
            Self::Association { .. } => "AssociationEvent",
        }
    }
}

/// What an event means for the life of its objects.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// They appear, or come together.
    Add,
    /// They are seen; nothing changes.
    Observe,
    /// They go, or come apart.
    Delete,
}

impl Action {
    /// As all formats write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Add => "ADD",
            Self::Observe => "OBSERVE",
            Self::Delete => "DELETE",
        }
    }
}

/// Objects, one by one or by class.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Items {
    /// EPC URIs, Digital Links or other URIs of objects.
    pub epcs: Vec<String>,
    /// So much of a class.
    pub quantities: Vec<Quantity>,
}

impl Items {
    /// Objects one by one.
    pub const fn epcs(epcs: Vec<String>) -> Self {
        Self { epcs, quantities: Vec::new() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.epcs.is_empty() && self.quantities.is_empty()
    }
}

/// So much of a class of objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// URI of the class.
    pub class: String,
    /// How much, in `unit` or pieces.
    pub amount: Option<Decimal>,
    /// UN/CEFACT Recommendation 20 code.
    pub unit: Option<String>,
}

/// A place with fields of users.
#[derive(Clone, Debug, PartialEq)]
pub struct Location {
    /// URI of the place.
    pub id: String,
    /// Fields that users add.
    pub extensions: Vec<Node>,
}

/// A business transaction, a source or a destination, with its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// Its kind; sources and destinations always have one.
    pub kind: Option<Word>,
    /// Its URI.
    pub id: String,
}

/// States that stay until they are unset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersistentDisposition {
    /// True from then on.
    pub set: Vec<Word>,
    /// No longer true.
    pub unset: Vec<Word>,
}

/// That an earlier event was wrong. The event with it is the wrong one once more.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorDeclaration {
    /// When it was declared.
    pub time: EventTime,
    /// Why.
    pub reason: Option<Word>,
    /// Ids of the events that correct it.
    pub corrected_by: Vec<String>,
    /// Fields that users add.
    pub extensions: Vec<Node>,
}
