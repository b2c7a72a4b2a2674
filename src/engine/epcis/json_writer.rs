//! Writes EPCIS 2.0 JSON: a document as it was framed, or one event by itself. Words are bare, moments
//! in UTC; only the prefixes that are needed are declared.

use std::{io, slice};

use serde_json::{Map, Value, json};

use super::document::{Document, Envelope, Frame};
use super::event::{EpcisEvent, What};
use super::fields::{fields, has_kind, item_name};
use super::prefixes::Prefixes;
use super::tree::{Node, Scalar};

/// GS1's context, which every document refers to.
const CONTEXT: &str = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld";

impl Document {
    /// The document as JSON. A list of events is a list, each event with a context of its own.
    pub fn to_json(&self) -> Value {
        let prefixes = Prefixes::of(&self.events, &self.prefixes);
        let event_list = || -> Vec<Value> {
            self.events.iter().map(|one| Value::Object(event(one, &prefixes))).collect()
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

    pub(super) fn to_json_with(&self, wished: &[(String, String)]) -> Value {
        let prefixes = Prefixes::of(slice::from_ref(self), wished);
        let mut object = Map::new();
        object.insert("@context".to_owned(), context(&prefixes));
        object.extend(event(self, &prefixes));
        Value::Object(object)
    }
}

fn context(prefixes: &Prefixes) -> Value {
    let mut parts = vec![json!(CONTEXT)];
    let own: Map<String, Value> = prefixes
        .own()
        .map(|(namespace, prefix)| {
            // JSON-LD takes a bare URI for a prefix only if it ends in a delimiter.
            let meaning = if namespace.ends_with(['/', '#', ':', '?', '=']) {
                json!(namespace)
            } else {
                json!({ "@id": namespace, "@prefix": true })
            };
            (prefix.to_owned(), meaning)
        })
        .collect();
    if !own.is_empty() {
        parts.push(Value::Object(own));
    }
    Value::Array(parts)
}

fn head(kind: &str, envelope: &Envelope, prefixes: &Prefixes) -> Map<String, Value> {
    let Envelope { id, created, sender, receiver, instance } = envelope;
    let mut head = Map::new();
    head.insert("@context".to_owned(), context(prefixes));
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

fn event(event: &EpcisEvent, prefixes: &Prefixes) -> Map<String, Value> {
    let mut object = Map::new();
    object.insert("type".to_owned(), json!(event.what.event_type()));
    // The standard wants to see that no object is meant.
    let empty = match &event.what {
        What::Object { items, .. } | What::Transaction { items, .. } => items.is_empty(),
        What::Aggregation { .. } | What::Transformation { .. } | What::Association { .. } => false,
    };
    put(&mut object, &fields(event), prefixes, false);
    if empty {
        object.insert("epcList".to_owned(), json!([]));
    }
    object
}

/// Puts nodes as fields of an object; those of the same name as one list.
fn put(object: &mut Map<String, Value>, nodes: &[Node], prefixes: &Prefixes, own: bool) {
    for group in nodes.chunk_by(|a, b| a.name == b.name) {
        let name = &group[0].name;
        let own = own || name.is_extension();
        let is_list = !own && matches!(name.local.as_ref(), "set" | "unset" | "sensorReport");
        let mut values: Vec<Value> = group.iter().map(|node| value(node, prefixes, own)).collect();
        let key = prefixes.short(name);
        // The same name further on, which no reader leaves but a caller may.
        match object.remove(&key) {
            None => {}
            Some(Value::Array(before)) => values.splice(..0, before).for_each(drop),
            Some(before) => values.insert(0, before),
        }
        let value = if values.len() == 1 && !is_list { values.remove(0) } else { values.into() };
        object.insert(key, value);
    }
}

/// The value of a node; `own` in what users add, where no name has a meaning of the standard's.
fn value(node: &Node, prefixes: &Prefixes, own: bool) -> Value {
    let Node { name, value, children } = node;
    if !own && item_name(&name.local).is_some() {
        return children.iter().map(|item| self::value(item, prefixes, own)).collect();
    }
    let mut object = Map::new();
    let with_kind = !own && has_kind(&name.local);
    match value {
        Some(value) if children.is_empty() && !with_kind => return scalar(value),
        Some(value) if with_kind => {
            put(&mut object, children, prefixes, own);
            object.insert(name.local.to_string(), scalar(value));
        }
        Some(value) => {
            object.insert("#text".to_owned(), scalar(value));
            put(&mut object, children, prefixes, own);
        }
        None => put(&mut object, children, prefixes, own),
    }
    Value::Object(object)
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Text(text) => json!(text),
        Scalar::Number(number) => number.to_json(),
        Scalar::Boolean(value) => json!(value),
    }
}
