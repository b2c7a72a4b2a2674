//! The hash that names an event (CBV 2.0, 8.9): the same for every form in which the same event can
//! be written, so that a repeated hash is a repeated event. It leaves out who recorded it when, under
//! which name, and whether it was wrong.
//!
//! Where the text of the standard and GS1's reference program differ, the program decides: its hashes
//! are the ones in use. So `bizTransactionList`, `destinationList`, `ilmd` and `sourceList` stand
//! behind the sensors, in this order. Two things are kept exact where the program is not: moments are
//! rounded half up, and long numbers lose no digit.

use sha2::{Digest as _, Sha256};

use super::event::EpcisEvent;
use super::fields::{Form, fields, form};
use super::tree::{COMMENT, Node, Scalar};
use super::values::{EventTime, canonical_number};
use super::words::Word;
use crate::gs1::{DigitalLink, EpcUri, plain_link};

/// What no hash covers.
const IGNORED: &[&str] = &["recordTime", "eventID", "errorDeclaration"];

impl EpcisEvent {
    /// `ni:///sha-256;...?ver=CBV2.0`.
    pub fn hash(&self) -> String {
        let mut id = "ni:///sha-256;".to_owned();
        for byte in Sha256::digest(self.pre_hash()) {
            id.push_str(&format!("{byte:02x}"));
        }
        id + "?ver=CBV2.0"
    }

    /// The text whose SHA-256 is the hash.
    pub fn pre_hash(&self) -> String {
        let mut fields = fields(self);
        fields.retain(|field| {
            field.name.is_extension() || !IGNORED.contains(&field.name.local.as_ref())
        });
        format!("eventType={}{}", self.what.event_type(), parts(&fields, ""))
    }

    /// The event with its hash as id.
    #[must_use]
    pub fn named_by_hash(mut self) -> Self {
        self.id = Some(self.hash());
        self
    }
}

/// Fields of the standard in their order, each name's values sorted; then the extensions, sorted.
fn parts(nodes: &[Node], parent: &str) -> String {
    let (extensions, standard): (Vec<&Node>, Vec<&Node>) =
        nodes.iter().partition(|node| node.name.is_extension());
    let mut out = String::new();
    for group in standard.chunk_by(|a, b| a.name == b.name) {
        out.push_str(&sorted(group.iter().map(|node| field(node, parent))));
    }
    let extensions = extensions.into_iter().filter(|node| node.name != COMMENT);
    out + &sorted(extensions.map(extension))
}

fn sorted(texts: impl Iterator<Item = String>) -> String {
    let mut texts: Vec<String> = texts.collect();
    texts.sort_unstable();
    texts.concat()
}

/// A field of the standard; nothing where it is empty.
fn field(node: &Node, parent: &str) -> String {
    let name = node.name.local.as_ref();
    let within = parts(&node.children, name);
    let value = node.value.as_ref().map(|value| canonical(value, form(parent, name)));
    match value.filter(|value| !value.is_empty()) {
        // A business transaction, source or destination, behind its kind.
        Some(value) => format!("{within}{name}={value}"),
        None if within.is_empty() => String::new(),
        None => format!("{name}{within}"),
    }
}

fn extension(node: &Node) -> String {
    let value = node.value.as_ref().map(|value| canonical(value, Form::Text));
    let value = value.filter(|value| !value.is_empty());
    let value = value.map(|value| format!("={value}")).unwrap_or_default();
    let parts = node.children.iter().filter(|child| child.name != COMMENT).map(extension);
    format!("{}{value}{}", node.name, sorted(parts))
}

/// The one form of a value: numbers without zeros around them, keys as canonical Digital Links, words
/// as Web URIs, moments in UTC to the millisecond.
fn canonical(value: &Scalar, form: Form) -> String {
    let text = value.to_string();
    let text = text.trim();
    match form {
        Form::Word(vocabulary) => return Word::read(text, vocabulary).web(vocabulary),
        Form::Time => {
            if let Some(time) = EventTime::parse(text) {
                return time.to_millisecond().to_string();
            }
        }
        Form::Text | Form::Uri | Form::Number | Form::Boolean => {}
    }
    canonical_number(text).or_else(|| canonical_link(text)).unwrap_or_else(|| text.to_owned())
}

fn canonical_link(text: &str) -> Option<String> {
    if let Some(link) = plain_link(text) {
        return Some(link);
    }
    let elements = if text.starts_with("urn:epc:") {
        EpcUri::parse(text).ok()?.elements().ok()?
    } else if text.starts_with("http") || text.starts_with("HTTP") {
        DigitalLink::parse(text).ok()?.elements
    } else {
        return None;
    };
    elements.canonical_link()
}
