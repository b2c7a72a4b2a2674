//! Documents of events: the frame around events when they are sent, queried or stored. It reads and writes
//! texts that it is given, and no files.

use super::event::EpcisEvent;
use super::values::EventTime;

/// The largest text that is read, in bytes.
pub(super) const LARGEST: usize = 64 << 20;
/// The most values that a text may hold.
pub(super) const MOST_VALUES: usize = 1 << 21;
/// The deepest that values may be nested.
pub(super) const DEEPEST: usize = 64;

/// Events, and what applies to all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Around the events.
    pub frame: Frame,
    /// Prefix and namespace of each that a reader found; a writer uses them again.
    pub prefixes: Vec<(String, String)>,
    /// The events, in order.
    pub events: Vec<EpcisEvent>,
    /// What a reader found odd and accepted, such as words that the CBV does not have.
    pub warnings: Vec<String>,
}

/// The frame around events.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// An `EPCISDocument`.
    Document(Envelope),
    /// An `EPCISQueryDocument`: the answer to a query.
    QueryDocument {
        /// As around any document.
        envelope: Envelope,
        /// Name of the query.
        query: String,
        /// Subscription that it answers.
        subscription: Option<String>,
    },
    /// A list of events and nothing around it.
    List,
    /// One event by itself.
    Event,
}

/// The header of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Envelope {
    /// URI of the document.
    pub id: Option<String>,
    /// When it was made.
    pub created: Option<EventTime>,
    /// The sender.
    pub sender: Option<String>,
    /// The receiver.
    pub receiver: Option<String>,
    /// Its number at the sender's.
    pub instance: Option<String>,
}

impl Document {
    /// A document of events made at a moment.
    pub fn new(created: EventTime, events: Vec<EpcisEvent>) -> Self {
        let envelope = Envelope { created: Some(created), ..Envelope::default() };
        Self {
            frame: Frame::Document(envelope),
            prefixes: Vec::new(),
            events,
            warnings: Vec::new(),
        }
    }
}
