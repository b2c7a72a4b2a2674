//! Reads EPCIS 2.0 JSON (GS1 EPCIS 2.0, JSON binding): documents, query documents, single events and
//! bare lists of events. It fetches no context: prefixes are GS1's own and those that the text
//! declares.

use super::decode;
use super::document::{Document, Envelope, Frame};
use super::error::{EpcisError, EpcisFault};
use super::event::EpcisEvent;
use super::fields::{Form, form, has_kind, item_name};
use super::json_text::Json;
use super::prefixes::{MOST_WISHES, Scope};
use super::tree::{Name, Node, Scalar};
use super::values::{EventTime, is_uri};

type Result<T> = std::result::Result<T, EpcisError>;

impl Document {
    /// Reads JSON.
    ///
    /// # Errors
    /// What is wrong and where: no JSON, fields that are missing, have the wrong form or no place.
    pub fn from_json(text: &str) -> Result<Self> {
        let mut reader = Reader { prefixes: Vec::new(), warnings: Vec::new() };
        let (frame, events) = match Json::parse(text)? {
            Json::List(items) => (Frame::List, reader.events(items, "", &Scope::default())?),
            json => reader.object(json)?,
        };
        Ok(Self { frame, prefixes: reader.prefixes, events, warnings: reader.warnings })
    }
}

struct Reader {
    prefixes: Vec<(String, String)>,
    warnings: Vec<String>,
}

/// The fields of an object that were not yet taken.
struct Object {
    path: String,
    fields: Vec<(String, Json)>,
}

impl Object {
    fn of(json: Json, path: &str) -> Result<Self> {
        match json {
            Json::Object(fields) => Ok(Self { path: path.to_owned(), fields }),
            other => Err(EpcisError::unexpected(path, &other.shown(), "an object")),
        }
    }

    fn take(&mut self, key: &str) -> Option<Json> {
        let at = self.fields.iter().position(|(known, _)| known == key)?;
        Some(self.fields.remove(at).1)
    }

    fn need(&mut self, key: &'static str) -> Result<Json> {
        self.take(key).ok_or_else(|| EpcisError::at(&self.path, EpcisFault::Missing(key)))
    }

    fn within(&mut self, key: &'static str) -> Result<Self> {
        let json = self.need(key)?;
        Self::of(json, &self.at(key))
    }

    /// Nothing may be left.
    fn finish(&self) -> Result<()> {
        match self.fields.first() {
            None => Ok(()),
            Some((key, _)) => Err(EpcisError::at(&self.path, EpcisFault::NoPlace(key.clone()))),
        }
    }

    fn text(&mut self, key: &str) -> Result<Option<String>> {
        match self.take(key) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(other) => Err(EpcisError::unexpected(&self.at(key), &other.shown(), "a text")),
        }
    }

    fn uri(&mut self, key: &str) -> Result<Option<String>> {
        match self.text(key)? {
            Some(text) if !is_uri(&text) => {
                Err(EpcisError::unexpected(&self.at(key), &text, "a URI"))
            }
            text => Ok(text),
        }
    }

    fn at(&self, key: &str) -> String {
        format!("{}/{key}", self.path)
    }
}

impl Reader {
    fn object(&mut self, json: Json) -> Result<(Frame, Vec<EpcisEvent>)> {
        let mut object = Object::of(json, "")?;
        let mut scope = Scope::default();
        let kind = object.fields.iter().find_map(|(key, value)| match value {
            Json::Text(kind) if key == "type" => Some(kind.clone()),
            _ => None,
        });
        let kind = kind.ok_or_else(|| EpcisError::at("", EpcisFault::Missing("type")))?;
        if kind != "EPCISDocument" && kind != "EPCISQueryDocument" {
            return Ok((Frame::Event, vec![self.event(object, &scope)?]));
        }
        self.context(&mut object, &mut scope)?;
        let envelope = self.envelope(&mut object)?;
        let mut body = object.within("epcisBody")?;
        for (key, _) in object.fields {
            self.warnings.push(format!("/{key}: passed over"));
        }
        if kind == "EPCISDocument" {
            let events = self.event_list(&mut body, &scope)?;
            return Ok((Frame::Document(envelope), events));
        }
        let mut results = body.within("queryResults")?;
        let subscription = results.text("subscriptionID")?;
        let query = results.text("queryName")?;
        let missing = || EpcisError::at(&results.path, EpcisFault::Missing("queryName"));
        let query = query.ok_or_else(missing)?;
        let mut body = results.within("resultsBody")?;
        results.finish()?;
        let events = self.event_list(&mut body, &scope)?;
        Ok((Frame::QueryDocument { envelope, query, subscription }, events))
    }

    fn envelope(&mut self, object: &mut Object) -> Result<Envelope> {
        object.need("type")?;
        if let Some(version) = object.text("schemaVersion")?
            && !version.starts_with("2.")
        {
            self.warnings.push(format!("/schemaVersion: found `{version}`, read as 2.0"));
        }
        let created = match object.text("creationDate")? {
            None => None,
            Some(text) => Some(EventTime::parse(&text).ok_or_else(|| {
                EpcisError::unexpected("/creationDate", &text, "a date and time with a zone")
            })?),
        };
        Ok(Envelope {
            id: object.uri("id")?,
            created,
            sender: object.text("sender")?,
            receiver: object.text("receiver")?,
            instance: object.text("instanceIdentifier")?,
        })
    }

    /// Takes over the prefixes that a context declares.
    fn context(&mut self, object: &mut Object, scope: &mut Scope<'_>) -> Result<()> {
        let path = object.at("@context");
        let Some(context) = object.take("@context") else { return Ok(()) };
        let parts = match context {
            Json::List(parts) => parts,
            part => vec![part],
        };
        for part in parts {
            let terms = match part {
                // GS1's, which is known, or another, which is not fetched.
                Json::Text(_) => continue,
                Json::Object(terms) => terms,
                other => {
                    let expected = "a context: a URI or an object";
                    return Err(EpcisError::unexpected(&path, &other.shown(), expected));
                }
            };
            for (prefix, meaning) in terms {
                let namespace = match meaning {
                    Json::Text(namespace) => Some(namespace),
                    Json::Object(term) => term.into_iter().find_map(|(key, value)| match value {
                        Json::Text(namespace) if key == "@id" => Some(namespace),
                        _ => None,
                    }),
                    Json::Null | Json::Boolean(_) | Json::Number(_) | Json::List(_) => None,
                };
                let Some(namespace) = namespace else { continue };
                let pair = (prefix, namespace);
                if self.prefixes.len() < MOST_WISHES && !self.prefixes.contains(&pair) {
                    self.prefixes.push(pair.clone());
                }
                scope.declare(pair.0, pair.1);
            }
        }
        Ok(())
    }

    fn event_list(&mut self, body: &mut Object, scope: &Scope<'_>) -> Result<Vec<EpcisEvent>> {
        let path = body.at("eventList");
        // The reference program also reads a single event here; so do we.
        let items = match body.take("event") {
            Some(event) => vec![event],
            None => match body.need("eventList")? {
                Json::List(items) => items,
                other => {
                    return Err(EpcisError::unexpected(&path, &other.shown(), "a list of events"));
                }
            },
        };
        body.finish()?;
        self.events(items, &path, scope)
    }

    fn events(
        &mut self,
        items: Vec<Json>,
        path: &str,
        scope: &Scope<'_>,
    ) -> Result<Vec<EpcisEvent>> {
        let items = items.into_iter().enumerate();
        items
            .map(|(n, item)| self.event(Object::of(item, &format!("{path}/{n}"))?, scope))
            .collect()
    }

    fn event(&mut self, mut object: Object, scope: &Scope<'_>) -> Result<EpcisEvent> {
        let mut scope = Scope::within(scope);
        self.context(&mut object, &mut scope)?;
        let event_type = object.text("type")?;
        let missing = || EpcisError::at(&object.path, EpcisFault::Missing("type"));
        let event_type = event_type.ok_or_else(missing)?;
        let mut nodes = Vec::with_capacity(object.fields.len());
        for (key, value) in object.fields {
            let path = format!("{}/{key}", object.path);
            standard_field(&key, value, &event_type, &path, &scope, &mut nodes)?;
        }
        decode::event(&event_type, nodes, &object.path, &mut self.warnings)
    }
}

/// A field of an object of the standard: the standard's own, or an extension.
fn standard_field(
    key: &str,
    value: Json,
    parent: &str,
    path: &str,
    scope: &Scope<'_>,
    out: &mut Vec<Node>,
) -> Result<()> {
    let name = scope.name(key);
    if name.is_extension() {
        extension(name, value, scope, out);
        return Ok(());
    }
    let Some(item) = item_name(key) else {
        return standard_value(name, value, parent, path, scope, out);
    };
    let Json::List(items) = value else {
        return Err(EpcisError::unexpected(path, &value.shown(), "a list"));
    };
    let mut list = Node::tree(name, Vec::with_capacity(items.len()));
    for (n, value) in items.into_iter().enumerate() {
        let path = format!("{path}/{n}");
        if let Json::List(_) = value {
            return Err(EpcisError::unexpected(&path, &value.shown(), "one item"));
        }
        let name = Name::new("", item);
        if !has_kind(item) {
            standard_value(name, value, key, &path, scope, &mut list.children)?;
            continue;
        }
        let mut object = Object::of(value, &path)?;
        let uri = object.need(item)?;
        let mut party = Node::tree(name, Vec::new());
        for (key, value) in object.fields {
            let path = format!("{path}/{key}");
            standard_field(&key, value, item, &path, scope, &mut party.children)?;
        }
        party.value = scalar(uri, &path)?;
        list.children.push(party);
    }
    out.push(list);
    Ok(())
}

fn standard_value(
    name: Name,
    value: Json,
    parent: &str,
    path: &str,
    scope: &Scope<'_>,
    out: &mut Vec<Node>,
) -> Result<()> {
    match value {
        Json::List(items) => {
            for (n, item) in items.into_iter().enumerate() {
                let path = format!("{path}/{n}");
                if let Json::List(_) = item {
                    return Err(EpcisError::unexpected(&path, &item.shown(), "a value"));
                }
                standard_value(name.clone(), item, parent, &path, scope, out)?;
            }
        }
        Json::Object(fields) => {
            let mut node = Node::tree(name, Vec::with_capacity(fields.len()));
            for (key, value) in fields {
                let path = format!("{path}/{key}");
                let parent = node.name.local.clone();
                standard_field(&key, value, &parent, &path, scope, &mut node.children)?;
            }
            out.push(node);
        }
        single => {
            let mut value = scalar(single, path)?;
            if let (Form::Word(_), Some(Scalar::Text(text))) =
                (form(parent, &name.local), &mut value)
                && let Some(expanded) = scope.expanded(text)
            {
                *text = expanded;
            }
            out.push(Node { name, value, children: Vec::new() });
        }
    }
    Ok(())
}

fn scalar(json: Json, path: &str) -> Result<Option<Scalar>> {
    match json {
        Json::Text(text) => Ok(Some(Scalar::Text(text))),
        Json::Number(number) => Ok(Some(Scalar::Number(number))),
        Json::Boolean(value) => Ok(Some(Scalar::Boolean(value))),
        other @ (Json::Null | Json::List(_) | Json::Object(_)) => {
            Err(EpcisError::unexpected(path, &other.shown(), "a value"))
        }
    }
}

/// A field of a user's: lists become fields of the same name, null becomes nothing.
fn extension(name: Name, value: Json, scope: &Scope<'_>, out: &mut Vec<Node>) {
    let value = match value {
        Json::Null => return,
        Json::List(items) => {
            for item in items {
                extension(name.clone(), item, scope, out);
            }
            return;
        }
        Json::Object(fields) => {
            let mut node = Node::tree(name, Vec::with_capacity(fields.len()));
            for (key, value) in fields {
                match (key.as_str(), value) {
                    ("#text", Json::Text(text)) => node.value = Some(Scalar::Text(text)),
                    ("#text", Json::Number(number)) => node.value = Some(Scalar::Number(number)),
                    ("#text", Json::Boolean(value)) => node.value = Some(Scalar::Boolean(value)),
                    (_, value) => extension(scope.name(&key), value, scope, &mut node.children),
                }
            }
            out.push(node);
            return;
        }
        Json::Text(text) => Scalar::Text(text),
        Json::Number(number) => Scalar::Number(number),
        Json::Boolean(value) => Scalar::Boolean(value),
    };
    out.push(Node { name, value: Some(value), children: Vec::new() });
}
