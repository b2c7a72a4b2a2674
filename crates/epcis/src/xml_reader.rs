//! Reads EPCIS XML, 1.2 and 2.0 alike: documents, query documents and single events. Headers are
//! passed over with a warning; the order of fields does not matter.

use super::decode;
use super::document::{Document, Envelope, Frame};
use super::error::{EpcisError, EpcisFault};
use super::event::EpcisEvent;
use super::tree::{Node, Scalar};
use super::values::EventTime;
use super::xml_text::{Xml, parse};

type Result<T> = std::result::Result<T, EpcisError>;

impl Document {
    /// Reads XML.
    ///
    /// # Errors
    /// What is wrong and where: no XML, fields that are missing, have the wrong form or no place.
    pub fn from_xml(text: &str) -> Result<Self> {
        let Xml { root, prefixes } = parse(text)?;
        let mut warnings = Vec::new();
        let kind = root.name.to_string();
        let path = format!("/{kind}");
        let (frame, events) = match kind.as_str() {
            "EPCISDocument" | "EPCISQueryDocument" => document(root, &path, &mut warnings)?,
            _ => {
                let mut fields = root.children;
                // A single event may have fields of a document.
                fields.retain(|field| {
                    !["schemaVersion", "creationDate"].contains(&field.name.to_string().as_str())
                });
                (Frame::Event, vec![decode::event(&kind, fields, "", &mut warnings)?])
            }
        };
        Ok(Self { frame, prefixes, events, warnings })
    }
}

fn document(
    root: Node,
    path: &str,
    warnings: &mut Vec<String>,
) -> Result<(Frame, Vec<EpcisEvent>)> {
    let is_query = root.name.local == "EPCISQueryDocument";
    let mut envelope = Envelope::default();
    let mut body = None;
    for node in root.children {
        let value = node.value.as_ref().map(Scalar::to_string);
        match (node.name.to_string().as_str(), value) {
            ("creationDate", Some(text)) => {
                let expected = "a date and time with a zone";
                let path = format!("{path}/creationDate");
                let time = EventTime::parse(text.trim());
                let time = time.ok_or_else(|| EpcisError::unexpected(&path, &text, expected))?;
                envelope.created = Some(time);
            }
            ("schemaVersion", Some(version)) => {
                if !["1", "2"].iter().any(|major| version.starts_with(major)) {
                    warnings.push(format!("{path}/schemaVersion: found `{version}`, read as 2.0"));
                }
            }
            ("EPCISBody", _) if body.is_none() => body = Some(node),
            ("EPCISBody", _) => {
                return Err(EpcisError::at(path, EpcisFault::Repeated("EPCISBody".to_owned())));
            }
            (other, _) => warnings.push(format!("{path}/{other}: passed over")),
        }
    }
    let body = body.ok_or_else(|| EpcisError::at(path, EpcisFault::Missing("EPCISBody")))?;
    let path = format!("{path}/EPCISBody");
    if !is_query {
        let events = event_list(body, &path, warnings)?;
        return Ok((Frame::Document(envelope), events));
    }
    let mut results = child(body, "QueryResults", &path, warnings)?;
    let path = format!("{path}/QueryResults");
    let mut text = |name: &str| {
        let at = results.children.iter().position(|node| node.name.to_string() == name)?;
        results.children.remove(at).value.map(|value| value.to_string())
    };
    let query = text("queryName");
    let query = query.ok_or_else(|| EpcisError::at(&path, EpcisFault::Missing("queryName")))?;
    let subscription = text("subscriptionID");
    let body = child(results, "resultsBody", &path, warnings)?;
    let events = event_list(body, &format!("{path}/resultsBody"), warnings)?;
    Ok((Frame::QueryDocument { envelope, query, subscription }, events))
}

/// The one part of a node that counts; extensions beside it are passed over.
fn child(node: Node, name: &'static str, path: &str, warnings: &mut Vec<String>) -> Result<Node> {
    let mut found = None;
    for part in node.children {
        let part_name = part.name.to_string();
        match (part_name == name, part.name.is_extension()) {
            (true, _) if found.is_none() => found = Some(part),
            (true, _) => return Err(EpcisError::at(path, EpcisFault::Repeated(part_name))),
            (false, true) => warnings.push(format!("{path}/{part_name}: passed over")),
            (false, false) => return Err(EpcisError::at(path, EpcisFault::NoPlace(part_name))),
        }
    }
    found.ok_or_else(|| EpcisError::at(path, EpcisFault::Missing(name)))
}

fn event_list(body: Node, path: &str, warnings: &mut Vec<String>) -> Result<Vec<EpcisEvent>> {
    let list = child(body, "EventList", path, warnings)?;
    let mut events = Vec::with_capacity(list.children.len());
    for (n, node) in list.children.into_iter().enumerate() {
        let kind = node.name.to_string();
        let path = format!("{path}/EventList/{n}");
        events.push(decode::event(&kind, node.children, &path, warnings)?);
    }
    Ok(events)
}
