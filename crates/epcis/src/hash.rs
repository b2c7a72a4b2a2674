//! The hash that names an event (CBV 2.0, 8.9): the same for every form in which the same event can be
//! written, so that a repeated hash is a repeated event. It leaves out when and by whom the event was
//! recorded, its id, and whether it was wrong.
//!
//! Where the text of the standard and GS1's reference program differ, the program decides: its hashes
//! are the ones in use. So `bizTransactionList`, `destinationList`, `ilmd` and `sourceList` stand
//! behind the sensors, in this order. Two things are kept exact where the program is not: moments are
//! rounded half up, and long numbers lose no digit.

use std::iter;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

use linetwin_gs1::{DigitalLink, EpcUri, push_plain_link};

use super::event::EpcisEvent;
use super::fields::{Form, fields, form};
use super::tree::{COMMENT, Node, Scalar};
use super::values::{EventTime, canonical_number};
use super::words::Word;

/// What no hash covers.
const IGNORED: &[&str] = &["recordTime", "eventID", "errorDeclaration"];

impl EpcisEvent {
    /// `ni:///sha-256;...?ver=CBV2.0`.
    pub fn hash(&self) -> String {
        let mut id = String::with_capacity(90);
        id.push_str("ni:///sha-256;");
        for byte in Sha256::digest(self.pre_hash()) {
            let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
            id.extend([digit(byte >> 4), digit(byte & 15)]);
        }
        id.push_str("?ver=CBV2.0");
        id
    }

    /// The text whose SHA-256 is the hash.
    pub fn pre_hash(&self) -> String {
        let mut fields = fields(self);
        fields.retain(|field| {
            field.name.is_extension() || !IGNORED.contains(&field.name.local.as_ref())
        });
        let mut out = String::with_capacity(1024);
        out.push_str("eventType=");
        out.push_str(self.what.event_type());
        push_parts(&mut out, &fields, "");
        out
    }

    /// The event with its hash as id.
    #[must_use]
    pub fn named_by_hash(mut self) -> Self {
        self.id = Some(self.hash());
        self
    }
}

/// Fields of the standard in their order, each name's values sorted; then the extensions, sorted.
fn push_parts(out: &mut String, nodes: &[Node], parent: &str) {
    let mut standard = nodes.iter().filter(|node| !node.name.is_extension()).peekable();
    while let Some(first) = standard.next() {
        let form = form(parent, &first.name.local);
        let others = iter::from_fn(|| standard.next_if(|next| next.name == first.name));
        push_sorted(out, iter::once(first).chain(others), |out, node| push_field(out, node, form));
    }
    let extensions = nodes.iter().filter(|node| node.name.is_extension() && node.name != COMMENT);
    push_sorted(out, extensions, push_extension);
}

/// Lets each node write its text, and puts these texts in order.
fn push_sorted<'a>(
    out: &mut String,
    mut nodes: impl Iterator<Item = &'a Node>,
    push: impl Fn(&mut String, &Node),
) {
    let Some(first) = nodes.next() else { return };
    let Some(second) = nodes.next() else { return push(out, first) };
    let begin = out.len();
    let mut texts: Vec<Range<usize>> = Vec::new();
    for node in [first, second].into_iter().chain(nodes) {
        let from = out.len() - begin;
        push(out, node);
        texts.push(from..out.len() - begin);
    }
    let text = |range: &Range<usize>| &out.as_bytes()[begin..][range.clone()];
    if texts.is_sorted_by_key(text) {
        return;
    }
    texts.sort_unstable_by_key(text);
    let unsorted = out.split_off(begin);
    out.extend(texts.into_iter().map(|range| &unsorted[range]));
}

/// A field of the standard; nothing where it is empty.
fn push_field(out: &mut String, node: &Node, form: Form) {
    let name = node.name.local.as_ref();
    let value = node.value.as_ref().map(Scalar::text);
    match value.as_deref().map(str::trim).filter(|value| !value.is_empty()) {
        // A business transaction, source or destination, behind its kind.
        Some(value) => {
            push_parts(out, &node.children, name);
            out.extend([name, "="]);
            push_canonical(out, value, form);
        }
        None => {
            let begin = out.len();
            out.push_str(name);
            let within = out.len();
            push_parts(out, &node.children, name);
            if out.len() == within {
                out.truncate(begin);
            }
        }
    }
}

fn push_extension(out: &mut String, node: &Node) {
    out.extend(node.name.parts());
    let value = node.value.as_ref().map(Scalar::text);
    if let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) {
        out.push('=');
        push_canonical(out, value, Form::Text);
    }
    push_sorted(out, node.children.iter().filter(|child| child.name != COMMENT), push_extension);
}

/// The one form of a value: numbers without zeros around them, keys as canonical Digital Links, words
/// as Web URIs, moments in UTC to the millisecond.
fn push_canonical(out: &mut String, text: &str, form: Form) {
    match form {
        Form::Word(vocabulary) => {
            return out.extend(Word::read(text, vocabulary).web(vocabulary));
        }
        Form::Time => {
            if let Some(time) = EventTime::parse(text) {
                return out.push_str(&time.to_millisecond().to_string());
            }
        }
        Form::Text | Form::Uri | Form::Number | Form::Boolean => {}
    }
    if let Some(number) = canonical_number(text) {
        out.push_str(&number);
    } else if !push_plain_link(out, text) {
        out.push_str(canonical_link(text).as_deref().unwrap_or(text));
    }
}

fn canonical_link(text: &str) -> Option<String> {
    let elements = if text.starts_with("urn:epc:") {
        EpcUri::parse(text).ok()?.elements().ok()?
    } else if text.starts_with("http") || text.starts_with("HTTP") {
        DigitalLink::parse(text).ok()?.elements
    } else {
        return None;
    };
    elements.canonical_link()
}
