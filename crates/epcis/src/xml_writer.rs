//! Writes EPCIS XML 1.2 and 2.0, in the order and the levels that their schemas require. What a version has
//! no place for is refused, never left out.

use std::collections::BTreeSet;
use std::io;

use super::document::{Document, Envelope, Frame};
use super::error::{EpcisError, EpcisFault};
use super::event::{EpcisEvent, What};
use super::fields::{Form, fields, form, has_kind};
use super::prefixes::{Prefixes, is_xml_name};
use super::tree::{Node, Scalar};
use super::words::Word;

type Result<T> = std::result::Result<T, EpcisError>;

/// A version of the XML binding.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum XmlVersion {
    /// EPCIS 1.2, which has no associations, sensors and lasting dispositions.
    V1_2,
    /// EPCIS 2.0.
    V2_0,
}

impl XmlVersion {
    const fn number(self) -> &'static str {
        match self {
            Self::V1_2 => "1.2",
            Self::V2_0 => "2.0",
        }
    }

    const fn namespace(self) -> &'static str {
        match self {
            Self::V1_2 => "urn:epcglobal:epcis:xsd:1",
            Self::V2_0 => "urn:epcglobal:epcis:xsd:2",
        }
    }

    const fn form(self) -> &'static str {
        match self {
            Self::V1_2 => "EPCIS 1.2",
            Self::V2_0 => "EPCIS 2.0 in XML",
        }
    }
}

/// Order of the fields in the schemas; 1.2 has those behind the bar within a level `extension`.
struct Layout {
    fields: &'static [&'static str],
    later: &'static [&'static str],
}

const COMMON: [&str; 4] = ["eventTime", "recordTime", "eventTimeZoneOffset", "certificationInfo"];
/// 1.2 has them within a level `baseExtension`, 2.0 before the certification.
const IDENTITY: [&str; 2] = ["eventID", "errorDeclaration"];

const fn layout(what: &What) -> Layout {
    match what {
        What::Object { .. } => Layout {
            fields: &[
                "epcList",
                "action",
                "bizStep",
                "disposition",
                "readPoint",
                "bizLocation",
                "bizTransactionList",
            ],
            later: &[
                "quantityList",
                "sourceList",
                "destinationList",
                "sensorElementList",
                "persistentDisposition",
                "ilmd",
            ],
        },
        What::Aggregation { .. } => Layout {
            fields: &[
                "parentID",
                "childEPCs",
                "action",
                "bizStep",
                "disposition",
                "readPoint",
                "bizLocation",
                "bizTransactionList",
            ],
            later: &[
                "childQuantityList",
                "sourceList",
                "destinationList",
                "sensorElementList",
                "persistentDisposition",
            ],
        },
        What::Transaction { .. } => Layout {
            fields: &[
                "bizTransactionList",
                "parentID",
                "epcList",
                "action",
                "bizStep",
                "disposition",
                "readPoint",
                "bizLocation",
            ],
            later: &[
                "quantityList",
                "sourceList",
                "destinationList",
                "sensorElementList",
                "persistentDisposition",
            ],
        },
        What::Transformation { .. } => Layout {
            fields: &[
                "inputEPCList",
                "inputQuantityList",
                "outputEPCList",
                "outputQuantityList",
                "transformationID",
                "bizStep",
                "disposition",
                "readPoint",
                "bizLocation",
                "bizTransactionList",
                "sourceList",
                "destinationList",
                "sensorElementList",
                "persistentDisposition",
                "ilmd",
            ],
            later: &[],
        },
        What::Association { .. } => Layout {
            fields: &[
                "parentID",
                "childEPCs",
                "childQuantityList",
                "action",
                "bizStep",
                "disposition",
                "readPoint",
                "bizLocation",
                "bizTransactionList",
                "sourceList",
                "destinationList",
                "sensorElementList",
                "persistentDisposition",
            ],
            later: &[],
        },
    }
}

impl Document {
    /// The document as XML of a version. Only a document has a form in XML; an answer to a query, a
    /// list and a single event become one.
    ///
    /// # Errors
    /// What the version or XML has no place for, and where.
    pub fn to_xml(&self, version: XmlVersion) -> Result<String> {
        let prefixes = Prefixes::of(&self.events, &self.prefixes);
        let mut writer = Writer { out: String::new(), prefixes: &prefixes, version };
        let none = Envelope::default();
        let envelope = match &self.frame {
            Frame::Document(envelope) | Frame::QueryDocument { envelope, .. } => envelope,
            Frame::List | Frame::Event => &none,
        };
        // A creation date is required; events that come without one were made when the last of them happened,
        // at the earliest.
        let last = self.events.iter().map(|event| event.time).max();
        let created = envelope.created.or(last);
        let missing = || EpcisError::at("/", EpcisFault::Missing("creationDate"));
        let created = created.ok_or_else(missing)?.to_string();
        let (name, number) = (version.namespace(), version.number());
        writer.out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<epcis:EPCISDocument");
        writer.attribute("xmlns:epcis", name, "")?;
        for (namespace, prefix) in prefixes.declared() {
            writer.attribute(&format!("xmlns:{prefix}"), namespace, "")?;
        }
        writer.attribute("schemaVersion", number, "")?;
        writer.attribute("creationDate", &created, "")?;
        writer.out.push_str("><EPCISBody><EventList>\n");
        for (n, event) in self.events.iter().enumerate() {
            writer.event(event, &format!("/EPCISBody/EventList/{n}"))?;
            writer.out.push('\n');
        }
        writer.out.push_str("</EventList></EPCISBody></epcis:EPCISDocument>\n");
        Ok(writer.out)
    }

    /// Writes the document as XML of a version.
    ///
    /// # Errors
    /// What the version has no place for, as [`io::ErrorKind::InvalidData`]; those of the writer
    /// beneath.
    pub fn write_xml(&self, version: XmlVersion, mut to: impl io::Write) -> io::Result<()> {
        let text = self.to_xml(version);
        let text = text.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        to.write_all(text.as_bytes())
    }
}

struct Writer<'a> {
    out: String,
    prefixes: &'a Prefixes<'a>,
    version: XmlVersion,
}

impl Writer<'_> {
    fn event(&mut self, event: &EpcisEvent, path: &str) -> Result<()> {
        let old = self.version == XmlVersion::V1_2;
        let refuse = |what: &str| {
            let (form, what) = (self.version.form(), what.to_owned());
            Err(EpcisError::at(path, EpcisFault::Unwritable { form, what }))
        };
        if old {
            if matches!(event.what, What::Association { .. }) {
                return refuse("an AssociationEvent");
            }
            if !event.sensors.is_empty() {
                return refuse("sensor elements");
            }
            if !event.persistent.set.is_empty() || !event.persistent.unset.is_empty() {
                return refuse("a persistent disposition");
            }
        }
        if event.certification.len() > usize::from(!old) {
            return refuse("so many certifications");
        }
        let mut nodes = fields(event);
        // Schemas require these lists even where nothing is in them.
        let demanded = match &event.what {
            What::Object { .. } | What::Transaction { .. } => Some("epcList"),
            What::Aggregation { .. } => Some("childEPCs"),
            What::Transformation { .. } | What::Association { .. } => None,
        };
        if let Some(list) = demanded.filter(|list| nodes.iter().all(|node| !is(node, list))) {
            nodes.push(Node::list(list, Vec::new()));
        }
        let level = old && matches!(event.what, What::Transformation { .. });
        let event_type = event.what.event_type();
        self.out.push_str(if level { "<extension>" } else { "" });
        self.out.push_str(&format!("<{event_type}>"));
        let Layout { fields, later } = layout(&event.what);
        self.some(&nodes, &COMMON[..3], None, path)?;
        self.some(&nodes, &IDENTITY, Some("baseExtension"), path)?;
        self.some(&nodes, &COMMON[3..], None, path)?;
        self.some(&nodes, fields, None, path)?;
        self.some(&nodes, later, Some("extension"), path)?;
        for node in nodes.iter().filter(|node| node.name.is_extension()) {
            self.node(node, event_type, path, true)?;
        }
        self.out.push_str(&format!("</{event_type}>"));
        self.out.push_str(if level { "</extension>" } else { "" });
        Ok(())
    }

    /// The fields with these names, in 1.2 within a level where there are any.
    fn some(
        &mut self,
        nodes: &[Node],
        names: &[&str],
        level: Option<&str>,
        path: &str,
    ) -> Result<()> {
        let found = || names.iter().flat_map(|name| nodes.iter().filter(move |n| is(n, name)));
        let level = level.filter(|_| self.version == XmlVersion::V1_2 && found().next().is_some());
        self.out.extend(level.map(|level| format!("<{level}>")));
        for node in found() {
            self.node(node, "", path, false)?;
        }
        self.out.extend(level.map(|level| format!("</{level}>")));
        Ok(())
    }

    fn node(&mut self, node: &Node, parent: &str, path: &str, own: bool) -> Result<()> {
        let Node { name, value, children } = node;
        let local = name.local.as_ref();
        let path = format!("{path}/{local}");
        if !is_xml_name(local) {
            return Err(self.unwritable(&path, format!("an element called `{name}`")));
        }
        let tag = self.prefixes.short(name);
        self.out.push_str(&format!("<{tag}"));
        let value = value.as_ref().map(|value| written(value, parent, local, own));
        let value = value.filter(|value| !value.trim().is_empty());
        let flat = !own && (has_kind(local) || matches!(local, "sensorMetadata" | "sensorReport"));
        let mut names = BTreeSet::new();
        let mut within = Vec::new();
        for child in children {
            let leaf = child.children.is_empty() && is_xml_name(&child.name.local);
            let fits = flat || own && value.is_some() && !child.name.is_extension();
            match &child.value {
                Some(value) if fits && leaf && names.insert(&child.name) => {
                    let own = own || child.name.is_extension();
                    let text = written(value, local, &child.name.local, own);
                    self.attribute(&self.prefixes.short(&child.name), &text, &path)?;
                }
                _ if flat => {
                    return Err(self.unwritable(&path, format!("`{}` in an attribute", child.name)));
                }
                _ => within.push(child),
            }
        }
        if local == "persistentDisposition" && !own {
            // The schema requires what is unset first.
            within.sort_by_key(|child| is(child, "set"));
        }
        if value.is_none() && within.is_empty() {
            self.out.push_str("/>");
            return Ok(());
        }
        self.out.push('>');
        if let Some(value) = value {
            self.text(&value, &path)?;
        }
        for child in within {
            self.node(child, local, &path, own || child.name.is_extension())?;
        }
        self.out.push_str(&format!("</{tag}>"));
        Ok(())
    }

    fn attribute(&mut self, name: &str, value: &str, path: &str) -> Result<()> {
        self.out.push_str(&format!(" {name}=\""));
        self.text(value, path)?;
        self.out.push('"');
        Ok(())
    }

    fn text(&mut self, text: &str, path: &str) -> Result<()> {
        for c in text.chars() {
            match c {
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '&' => self.out.push_str("&amp;"),
                '"' => self.out.push_str("&quot;"),
                // Readers would make spaces of them.
                '\t' | '\n' | '\r' => self.out.push_str(&format!("&#{};", c as u32)),
                '\0'..' ' | '\u{fffe}' | '\u{ffff}' => {
                    let what = format!("the character U+{:04X}", c as u32);
                    return Err(self.unwritable(path, what));
                }
                c => self.out.push(c),
            }
        }
        Ok(())
    }

    fn unwritable(&self, path: &str, what: String) -> EpcisError {
        EpcisError::at(path, EpcisFault::Unwritable { form: "XML", what })
    }
}

fn is(node: &Node, name: &str) -> bool {
    !node.name.is_extension() && node.name.local == name
}

/// A value as XML has it: words of the standard in full.
fn written(value: &Scalar, parent: &str, name: &str, own: bool) -> String {
    let text = value.to_string();
    match form(parent, name) {
        Form::Word(vocabulary) if !own => Word::read(&text, vocabulary).in_xml(vocabulary),
        _ => text,
    }
}
