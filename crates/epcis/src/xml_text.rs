//! XML as a tree of nodes, from an untrusted text: bounded in size, depth and number of values, no document
//! types, no entities but XML's own. Of EPCIS it has only the namespaces, and that the `extension` levels of
//! 1.2 mean nothing.

use quick_xml::NsReader;
use quick_xml::escape::{resolve_predefined_entity, unescape};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceResolver, QName, ResolveResult};

use super::document::{DEEPEST, LARGEST, MOST_VALUES};
use super::error::{EpcisError, EpcisFault, Place};
use super::fields::{Form, form};
use super::prefixes::MOST_WISHES;
use super::tree::{Name, Node, Scalar, gathered};
use super::values::Decimal;

/// Namespaces whose names are those of the standard.
const STANDARD: &[&str] = &[
    "urn:epcglobal:epcis:xsd:1",
    "urn:epcglobal:epcis:xsd:2",
    "urn:epcglobal:epcis-query:xsd:1",
    "urn:epcglobal:epcis-query:xsd:2",
];
const MOST_ATTRIBUTES: usize = 256;
const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The root of a text, and every prefix that it declares.
#[derive(Debug)]
pub(super) struct Xml {
    pub(super) root: Node,
    pub(super) prefixes: Vec<(String, String)>,
}

/// Reads a text, whole.
///
/// # Errors
/// With line and column: no XML, too much of it, a document type, an unknown entity or prefix.
pub(super) fn parse(text: &str) -> Result<Xml, EpcisError> {
    // Some programs put a byte order mark before everything.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > LARGEST {
        return Err(EpcisError::at("", EpcisFault::TooMuch { what: "bytes", limit: LARGEST }));
    }
    let mut reader = NsReader::from_str(text);
    let mut builder = Builder { prefixes: Vec::new(), open: Vec::new(), root: None, values: 0 };
    loop {
        let event = reader.read_event();
        let done = event.map_err(|error| error.to_string()).and_then(|event| {
            let end = matches!(event, Event::Eof);
            builder.take(event, reader.resolver()).map(|()| end)
        });
        match done {
            Ok(false) => {}
            Ok(true) => break,
            Err(message) => {
                let position = reader.error_position().max(reader.buffer_position());
                let read = &text[..text.floor_char_boundary(position as usize)];
                let line = read.matches('\n').count() + 1;
                let column = read.len() - read.rfind('\n').map_or(0, |at| at + 1) + 1;
                let place = Place::Text { line, column };
                return Err(EpcisError { place, fault: EpcisFault::Syntax(message) });
            }
        }
    }
    let root = builder.root.ok_or_else(|| EpcisError::unexpected("", "nothing", "an element"))?;
    Ok(Xml { root, prefixes: builder.prefixes })
}

/// An element that is not yet closed.
struct Open {
    node: Node,
    text: String,
    /// Within what users add, where names mean nothing to the standard.
    own: bool,
    /// One of the levels that EPCIS 1 puts around what it added later.
    is_level: bool,
    /// Declared to have no value (`xsi:nil`): as if it were not there.
    is_nil: bool,
}

struct Builder {
    prefixes: Vec<(String, String)>,
    open: Vec<Open>,
    root: Option<Node>,
    values: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>, names: &NamespaceResolver) -> Result<(), String> {
        match event {
            Event::Start(start) => self.start(&start, names),
            Event::Empty(start) => {
                self.start(&start, names)?;
                self.end(names)
            }
            Event::End(_) => self.end(names),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().map_err(|error| error.to_string())?;
                let name = reference.into_inner();
                match resolved {
                    Some(c) => self.text(c.encode_utf8(&mut [0; 4])),
                    None => match resolve_predefined_entity(&name) {
                        Some(text) => self.text(text),
                        None => Err(format!("found an entity `&{name};` that is not defined")),
                    },
                }
            }
            Event::DocType(_) => Err("found a document type, which is not read".to_owned()),
            Event::Eof if !self.open.is_empty() => {
                Err("the text ends within an element".to_owned())
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, names: &NamespaceResolver) -> Result<(), String> {
        if self.open.len() == DEEPEST {
            return Err(format!("found more than {DEEPEST} levels"));
        }
        if self.root.is_some() {
            return Err("found a second element beside the root".to_owned());
        }
        self.count()?;
        let (namespace, local) = names.resolve_element(start.name());
        let name = name(namespace, local.into_inner())?;
        let own = self.open.last().is_some_and(|parent| parent.own) || name.is_extension();
        let is_level = !own && matches!(name.local.as_ref(), "extension" | "baseExtension");
        let mut is_nil = false;
        let mut attributes = Vec::new();
        for (n, attribute) in start.attributes().enumerate() {
            // Looking for repeated ones takes the square of their number.
            if n == MOST_ATTRIBUTES {
                return Err(format!("found more than {MOST_ATTRIBUTES} attributes in an element"));
            }
            let attribute = attribute.map_err(|error| error.to_string())?;
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0);
            let value = value.map_err(|error| error.to_string())?;
            if attribute.key.as_namespace_binding().is_some() {
                if let Some(prefix) = attribute.key.0.strip_prefix("xmlns:") {
                    let pair = (prefix.to_owned(), value.into_owned());
                    if self.prefixes.len() < MOST_WISHES && !self.prefixes.contains(&pair) {
                        self.prefixes.push(pair);
                    }
                }
                continue;
            }
            let (namespace, local) = names.resolve_attribute(attribute.key);
            let key = self::name(namespace, local.into_inner())?;
            if key.namespace == SCHEMA_INSTANCE {
                is_nil |= key.local == "nil" && matches!(value.trim(), "true" | "1");
                continue;
            }
            attributes.push((key, value.into_owned()));
        }
        let mut node = Node::tree(name, Vec::with_capacity(attributes.len()));
        for (key, value) in attributes {
            self.count()?;
            let own = own || key.is_extension();
            let value = shaped(&node.name.local, &key, value, own, names)?;
            node.children.push(Node { name: key, value: Some(value), children: Vec::new() });
        }
        self.open.push(Open { node, text: String::new(), own, is_level, is_nil });
        Ok(())
    }

    fn count(&mut self) -> Result<(), String> {
        self.values += 1;
        let fine = self.values <= MOST_VALUES;
        fine.then_some(()).ok_or_else(|| format!("found more than {MOST_VALUES} values"))
    }

    fn text(&mut self, text: &str) -> Result<(), String> {
        match self.open.last_mut() {
            Some(open) => open.text.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err("found text beside the root".to_owned()),
        }
        Ok(())
    }

    fn end(&mut self, names: &NamespaceResolver) -> Result<(), String> {
        let Open { mut node, text, own, is_level, is_nil } =
            self.open.pop().ok_or("found an end without a start")?;
        // Events keep their order; the level's fields are gathered with those around it.
        if !is_level && (own || node.name.local != "EventList") {
            node.children = gathered(node.children.into()).into_owned();
        }
        let parent = self.open.last_mut();
        if !text.trim().is_empty() {
            let parent = parent.as_ref().map_or("", |parent| parent.node.name.local.as_ref());
            let text = text.trim().to_owned();
            node.value = Some(shaped(parent, &node.name, text, own, names)?);
        }
        match parent {
            Some(_) if is_nil && !own => {}
            None => self.root = Some(node),
            Some(parent) if is_level => {
                if node.value.is_some() {
                    return Err("found text where fields are expected".to_owned());
                }
                parent.node.children.append(&mut node.children);
            }
            Some(parent) => parent.node.children.push(node),
        }
        Ok(())
    }
}

fn name(namespace: ResolveResult<'_>, local: &str) -> Result<Name, String> {
    match namespace {
        ResolveResult::Unbound => Ok(Name::read("", local)),
        ResolveResult::Bound(Namespace(namespace)) if STANDARD.contains(&namespace) => {
            Ok(Name::read("", local))
        }
        // The reader hands namespaces on as they are written, `&amp;` and all.
        ResolveResult::Bound(Namespace(namespace)) => match unescape(namespace) {
            Ok(namespace) => Ok(Name::read(namespace.into_owned(), local)),
            Err(error) => Err(error.to_string()),
        },
        ResolveResult::Unknown(prefix) => Err(format!("found a prefix `{prefix}` never declared")),
    }
}

/// A text in the form that the standard gives the field; users' own values stay texts.
fn shaped(
    parent: &str,
    name: &Name,
    text: String,
    own: bool,
    names: &NamespaceResolver,
) -> Result<Scalar, String> {
    if own {
        return Ok(Scalar::Text(text));
    }
    let wrong = |expected: &str| {
        let found: String = text.chars().take(60).collect();
        format!("`{name}`: found `{found}`, expected {expected}")
    };
    match form(parent, &name.local) {
        Form::Number => {
            let number = Decimal::parse(&text);
            number.map(Scalar::Number).ok_or_else(|| wrong("a number that a double holds exactly"))
        }
        Form::Boolean => match text.as_str() {
            "true" | "1" => Ok(Scalar::Boolean(true)),
            "false" | "0" => Ok(Scalar::Boolean(false)),
            _ => Err(wrong("true or false")),
        },
        Form::Word(_) => Ok(Scalar::Text(expanded(&text, names).unwrap_or(text))),
        Form::Text | Form::Uri | Form::Time => Ok(Scalar::Text(text)),
    }
}

/// A word with its prefix, if it is one that was declared, replaced by the namespace.
fn expanded(text: &str, names: &NamespaceResolver) -> Option<String> {
    let (_, local) = text.split_once(':')?;
    match names.resolve_prefix(QName(text).prefix(), false) {
        ResolveResult::Bound(Namespace(namespace)) if !local.starts_with("//") => {
            Some(format!("{}{local}", unescape(namespace).ok()?))
        }
        ResolveResult::Bound(_) | ResolveResult::Unbound | ResolveResult::Unknown(_) => None,
    }
}
