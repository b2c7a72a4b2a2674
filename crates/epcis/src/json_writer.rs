//! Writes EPCIS 2.0 JSON: a document as it was framed, or one event by itself. Words are bare, moments
//! in UTC; only the prefixes that are needed are declared.

use std::borrow::Cow;
use std::{io, slice};

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Map, Value, json};

use super::document::{Document, Envelope, Frame};
use super::event::{EpcisEvent, What};
use super::fields::{fields, has_kind, item_name};
use super::prefixes::Prefixes;
use super::tree::{Node, Scalar, gathered};

/// GS1's context, which every document refers to.
const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

impl Document {
    /// The document as JSON. A list of events is a list, each event with a context of its own.
    pub fn to_json(&self) -> Value {
        let prefixes = Prefixes::of(&self.events, &self.prefixes);
        let event_list = || -> Vec<Value> {
            let values = self
                .events
                .iter()
                .map(|event| value_of(&Event { event, prefixes: &prefixes, alone: false }));
            values.collect()
        };
        let (mut document, body) = match &self.frame {
            Frame::Document(envelope) => {
                let head = head("EPCISDocument", envelope, &prefixes);
                (head, json!({ "eventList": event_list() }))
            }
            Frame::QueryDocument { envelope, query, subscription } => {
                let mut results = Map::new();
                if let Some(subscription) = subscription {
                    results.insert("subscriptionID".to_owned(), json!(subscription));
                }
                results.insert("queryName".to_owned(), json!(query));
                results.insert("resultsBody".to_owned(), json!({ "eventList": event_list() }));
                let head = head("EPCISQueryDocument", envelope, &prefixes);
                (head, json!({ "queryResults": results }))
            }
            Frame::List | Frame::Event => {
                let single = |one: &EpcisEvent| one.to_json_with(&self.prefixes);
                let mut events: Vec<Value> = self.events.iter().map(single).collect();
                return match (&self.frame, events.len()) {
                    (Frame::Event, 1) => events.remove(0),
                    _ => Value::Array(events),
                };
            }
        };
        document.insert("epcisBody".to_owned(), body);
        Value::Object(document)
    }

    /// Writes the document as JSON.
    ///
    /// # Errors
    /// Those of the writer beneath.
    pub fn write_json(&self, to: impl io::Write) -> io::Result<()> {
        Ok(serde_json::to_writer(to, &self.to_json())?)
    }
}

impl EpcisEvent {
    /// The event by itself, with its context.
    pub fn to_json(&self) -> Value {
        self.to_json_with(&[])
    }

    fn to_json_with(&self, wished: &[(String, String)]) -> Value {
        let prefixes = Prefixes::of(slice::from_ref(self), wished);
        value_of(&Event { event: self, prefixes: &prefixes, alone: true })
    }

    /// Writes the event by itself, with its context, and with the prefixes `wished` if it needs them.
    ///
    /// # Errors
    /// Those of the writer beneath.
    pub fn write_json(&self, to: impl io::Write, wished: &[(String, String)]) -> io::Result<()> {
        let prefixes = Prefixes::of(slice::from_ref(self), wished);
        Ok(serde_json::to_writer(to, &Event { event: self, prefixes: &prefixes, alone: true })?)
    }
}

fn value_of(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("keys are texts and numbers finite")
}

/// GS1's context, and behind it the prefixes that it does not define.
struct Context<'a>(&'a Prefixes<'a>);

impl Serialize for Context<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut parts = to.serialize_seq(None)?;
        parts.serialize_element(CONTEXT)?;
        if self.0.own().next().is_some() {
            parts.serialize_element(&OwnPrefixes(self.0))?;
        }
        parts.end()
    }
}

struct OwnPrefixes<'a>(&'a Prefixes<'a>);

impl Serialize for OwnPrefixes<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_map(None)?;
        for (namespace, prefix) in self.0.own() {
            // JSON-LD takes a bare URI for a prefix only if it ends in a delimiter.
            if namespace.ends_with(['/', '#', ':', '?', '=']) {
                object.serialize_entry(prefix, namespace)?;
            } else {
                object.serialize_entry(prefix, &json!({ "@id": namespace, "@prefix": true }))?;
            }
        }
        object.end()
    }
}

fn head(kind: &str, envelope: &Envelope, prefixes: &Prefixes) -> Map<String, Value> {
    let Envelope { id, created, sender, receiver, instance } = envelope;
    let mut head = Map::new();
    head.insert("@context".to_owned(), value_of(&Context(prefixes)));
    let mut put = |key: &str, value: Option<String>| {
        head.extend(value.map(|value| (key.to_owned(), Value::String(value))));
    };
    put("id", id.clone());
    put("type", Some(kind.to_owned()));
    put("schemaVersion", Some("2.0".to_owned()));
    put("creationDate", created.map(|time| time.to_string()));
    put("sender", sender.clone());
    put("receiver", receiver.clone());
    put("instanceIdentifier", instance.clone());
    head
}

/// An event as a JSON object, one that stands alone with its context.
struct Event<'a> {
    event: &'a EpcisEvent,
    prefixes: &'a Prefixes<'a>,
    alone: bool,
}

impl Serialize for Event<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { event, prefixes, alone } = *self;
        let mut object = to.serialize_map(None)?;
        if alone {
            object.serialize_entry("@context", &Context(prefixes))?;
        }
        object.serialize_entry("type", event.what.event_type())?;
        put(&mut object, &fields(event), prefixes, false)?;
        // The standard requires an explicit statement that no object is meant.
        let empty = match &event.what {
            What::Object { items, .. } | What::Transaction { items, .. } => items.is_empty(),
            What::Aggregation { .. } | What::Transformation { .. } | What::Association { .. } => {
                false
            }
        };
        if empty {
            object.serialize_entry("epcList", &[(); 0])?;
        }
        object.end()
    }
}

/// Puts nodes as fields of an object; those of the same name, which stand side by side, as one list.
fn put<M: SerializeMap>(
    object: &mut M,
    nodes: &[Node],
    prefixes: &Prefixes,
    own: bool,
) -> Result<(), M::Error> {
    for group in nodes.chunk_by(|a, b| a.name == b.name) {
        let name = &group[0].name;
        let own = own || name.is_extension();
        let is_list = !own && matches!(name.local.as_ref(), "set" | "unset" | "sensorReport");
        object.serialize_key(&prefixes.short(name))?;
        match group {
            [node] if !is_list => object.serialize_value(&Part { node, prefixes, own })?,
            nodes => object.serialize_value(&List { nodes, prefixes, own })?,
        }
    }
    Ok(())
}

/// The value of a node; `own` in what users add, where no name has a meaning of the standard's.
struct Part<'a> {
    node: &'a Node,
    prefixes: &'a Prefixes<'a>,
    own: bool,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { node: Node { name, value, children }, prefixes, own } = *self;
        if !own && item_name(&name.local).is_some() {
            return List { nodes: children, prefixes, own }.serialize(to);
        }
        let with_kind = !own && has_kind(&name.local);
        if let Some(value) = value
            && children.is_empty()
            && !with_kind
        {
            return value.serialize(to);
        }
        let mut object = to.serialize_map(None)?;
        if let Some(value) = value.as_ref().filter(|_| !with_kind) {
            object.serialize_entry("#text", value)?;
        }
        put(&mut object, &gathered(Cow::from(children)), prefixes, own)?;
        if let Some(value) = value.as_ref().filter(|_| with_kind) {
            object.serialize_entry(&name.local, value)?;
        }
        object.end()
    }
}

/// The values of nodes, one by one.
struct List<'a> {
    nodes: &'a [Node],
    prefixes: &'a Prefixes<'a>,
    own: bool,
}

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { nodes, prefixes, own } = *self;
        to.collect_seq(nodes.iter().map(|node| Part { node, prefixes, own }))
    }
}

impl Serialize for Scalar {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => to.serialize_str(text),
            Self::Number(number) => number.to_json().serialize(to),
            Self::Boolean(value) => to.serialize_bool(*value),
        }
    }
}
