//! From a tree of fields, as a reader found them, to an event. It checks every value's form and is free of
//! syntax; fields without a place are refused, unknown words give a warning.

use std::collections::BTreeSet;

use super::error::{EpcisError, EpcisFault};
use super::event::{
    Action, EpcisEvent, ErrorDeclaration, Items, Location, Party, PersistentDisposition, Quantity,
    What,
};
use super::fields::{Form, SENSOR_METADATA, SENSOR_REPORT, form, put_sensor_in_order};
use super::tree::{Node, Scalar};
use super::values::{Decimal, EventTime, ZoneOffset, is_uri};
use super::words::Word;

type Result<T> = std::result::Result<T, EpcisError>;

/// The event of a type with these fields. `path` is their place.
pub(super) fn event(
    event_type: &str,
    nodes: Vec<Node>,
    path: &str,
    warnings: &mut Vec<String>,
) -> Result<EpcisEvent> {
    let mut fields =
        Fields { path: path.to_owned(), parent: event_type.to_owned(), nodes, warnings };
    let what = fields.what(event_type)?;
    let persistent = match fields.within("persistentDisposition")? {
        None => PersistentDisposition::default(),
        Some(mut states) => {
            let (set, unset) = (states.words("set")?, states.words("unset")?);
            states.finish()?;
            PersistentDisposition { set, unset }
        }
    };
    let error = match fields.within("errorDeclaration")? {
        None => None,
        Some(mut error) => Some(ErrorDeclaration {
            time: error.required("declarationTime", Fields::time)?,
            reason: error.word("reason")?,
            corrected_by: error.list("correctiveEventIDs", "correctiveEventID", Fields::uri)?,
            extensions: error.extensions()?,
        }),
    };
    Ok(EpcisEvent {
        time: fields.required("eventTime", Fields::time)?,
        offset: fields.required("eventTimeZoneOffset", |path, node| {
            let text = text(path, node)?;
            let offset = ZoneOffset::parse(text.trim());
            offset.ok_or_else(|| EpcisError::unexpected(path, &text, "an offset such as +01:00"))
        })?,
        record_time: fields.optional("recordTime", Fields::time)?,
        id: fields.optional("eventID", Fields::uri)?,
        error,
        certification: fields.all("certificationInfo", Fields::uri)?,
        what,
        biz_step: fields.word("bizStep")?,
        disposition: fields.word("disposition")?,
        persistent,
        read_point: fields.location("readPoint")?,
        biz_location: fields.location("bizLocation")?,
        biz_transactions: fields.parties("bizTransactionList", "bizTransaction")?,
        sources: fields.parties("sourceList", "source")?,
        destinations: fields.parties("destinationList", "destination")?,
        sensors: fields.sensors()?,
        extensions: fields.extensions()?,
    })
}

/// Fields not yet taken, and where they stand.
struct Fields<'a> {
    path: String,
    parent: String,
    nodes: Vec<Node>,
    warnings: &'a mut Vec<String>,
}

impl Fields<'_> {
    fn what(&mut self, event_type: &str) -> Result<What> {
        let tied = |node: &Node| is_named(node, "bizTransactionList");
        if event_type == "TransactionEvent" && !self.nodes.iter().any(tied) {
            return Err(EpcisError::at(&self.path, EpcisFault::Missing("bizTransactionList")));
        }
        Ok(match event_type {
            "ObjectEvent" => What::Object {
                action: self.required("action", action)?,
                items: self.items("epcList", "quantityList")?,
                ilmd: self.ilmd()?,
            },
            "AggregationEvent" => What::Aggregation {
                action: self.required("action", action)?,
                parent: self.optional("parentID", Self::uri)?,
                children: self.items("childEPCs", "childQuantityList")?,
            },
            "TransactionEvent" => What::Transaction {
                action: self.required("action", action)?,
                parent: self.optional("parentID", Self::uri)?,
                items: self.items("epcList", "quantityList")?,
            },
            "TransformationEvent" => What::Transformation {
                inputs: self.items("inputEPCList", "inputQuantityList")?,
                outputs: self.items("outputEPCList", "outputQuantityList")?,
                id: self.optional("transformationID", Self::uri)?,
                ilmd: self.ilmd()?,
            },
            "AssociationEvent" => What::Association {
                action: self.required("action", action)?,
                parent: self.required("parentID", Self::uri)?,
                children: self.items("childEPCs", "childQuantityList")?,
            },
            other => {
                let expected = "ObjectEvent, AggregationEvent, TransactionEvent, \
                                TransformationEvent or AssociationEvent";
                return Err(EpcisError::unexpected(&self.path, other, expected));
            }
        })
    }

    /// Takes the field of a name, at most one.
    fn take(&mut self, name: &str) -> Result<Option<Node>> {
        let mut found = self.nodes.extract_if(.., |node| is_named(node, name));
        let first = found.next();
        match found.count() {
            0 => Ok(first),
            _ => Err(EpcisError::at(&self.path, EpcisFault::Repeated(name.to_owned()))),
        }
    }

    fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str, Node) -> Result<T>,
    ) -> Result<Option<T>> {
        let path = format!("{}/{name}", self.path);
        self.take(name)?.map(|node| read(&path, node)).transpose()
    }

    fn required<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&str, Node) -> Result<T>,
    ) -> Result<T> {
        let found = self.optional(name, read)?;
        found.ok_or_else(|| EpcisError::at(&self.path, EpcisFault::Missing(name)))
    }

    fn all<T>(&mut self, name: &str, read: impl Fn(&str, Node) -> Result<T>) -> Result<Vec<T>> {
        let found = self.nodes.extract_if(.., |node| is_named(node, name));
        let path = &self.path;
        found.enumerate().map(|(n, node)| read(&format!("{path}/{name}/{n}"), node)).collect()
    }

    /// Goes into a field that has fields.
    fn within(&mut self, name: &'static str) -> Result<Option<Fields<'_>>> {
        let Some(node) = self.take(name)? else { return Ok(None) };
        Fields::of(node, format!("{}/{name}", self.path), self.warnings).map(Some)
    }

    fn of(node: Node, path: String, warnings: &mut Vec<String>) -> Result<Fields<'_>> {
        if let Some(value) = node.value.filter(|value| !value.to_string().trim().is_empty()) {
            return Err(EpcisError::unexpected(&path, &value.to_string(), "fields"));
        }
        Ok(Fields { path, parent: node.name.local.into_owned(), nodes: node.children, warnings })
    }

    /// The items of a list.
    fn list<T>(
        &mut self,
        name: &'static str,
        item: &str,
        read: impl Fn(&str, Node) -> Result<T>,
    ) -> Result<Vec<T>> {
        let Some(mut list) = self.within(name)? else { return Ok(Vec::new()) };
        let items = list.all(item, read)?;
        list.finish()?;
        Ok(items)
    }

    /// No field may be left.
    fn finish(self) -> Result<()> {
        match self.nodes.first() {
            None => Ok(()),
            Some(node) => Err(no_place(&self.path, node)),
        }
    }

    /// What is left has to be extensions.
    fn extensions(self) -> Result<Vec<Node>> {
        match self.nodes.iter().find(|node| !node.name.is_extension()) {
            None => Ok(self.nodes),
            Some(node) => Err(no_place(&self.path, node)),
        }
    }

    fn ilmd(&mut self) -> Result<Vec<Node>> {
        self.within("ilmd")?.map_or(Ok(Vec::new()), Fields::extensions)
    }

    fn items(&mut self, epcs: &'static str, quantities: &'static str) -> Result<Items> {
        let path = format!("{}/{epcs}", self.path);
        let epcs = self.list(epcs, "epc", Self::uri)?;
        let mut seen = BTreeSet::new();
        let twice = epcs.iter().filter(|epc| !seen.insert(*epc));
        self.warnings.extend(twice.map(|epc| format!("{path}: `{epc}` stands there twice")));
        let quantities = self.list(quantities, "quantityElement", |path, node| {
            let mut none = Vec::new();
            let mut fields = Fields::of(node, path.to_owned(), &mut none)?;
            let quantity = Quantity {
                class: fields.required("epcClass", Self::uri)?,
                amount: fields.optional("quantity", number)?,
                unit: fields.optional("uom", text)?,
            };
            fields.finish()?;
            Ok(quantity)
        })?;
        Ok(Items { epcs, quantities })
    }

    fn location(&mut self, name: &'static str) -> Result<Option<Location>> {
        let Some(mut fields) = self.within(name)? else { return Ok(None) };
        let id = fields.required("id", Self::uri)?;
        Ok(Some(Location { id, extensions: fields.extensions()? }))
    }

    fn parties(&mut self, list: &'static str, item: &'static str) -> Result<Vec<Party>> {
        let Some(mut list) = self.within(list)? else { return Ok(Vec::new()) };
        let nodes = list.all(item, |path, node| Ok((path.to_owned(), node)))?;
        let mut parties = Vec::with_capacity(nodes.len());
        for (path, mut node) in nodes {
            let nodes = std::mem::take(&mut node.children);
            let parent = item.to_owned();
            let mut fields = Fields { path, parent, nodes, warnings: list.warnings };
            let kind = fields.word("type")?;
            if kind.is_none() && item != "bizTransaction" {
                return Err(EpcisError::at(&fields.path, EpcisFault::Missing("type")));
            }
            parties.push(Party { kind, id: Self::uri(&fields.path, node)? });
            fields.finish()?;
        }
        list.finish()?;
        Ok(parties)
    }

    fn word(&mut self, name: &str) -> Result<Option<Word>> {
        let mut words = self.words(name)?;
        match words.len() {
            0 | 1 => Ok(words.pop()),
            _ => Err(EpcisError::at(&self.path, EpcisFault::Repeated(name.to_owned()))),
        }
    }

    fn words(&mut self, name: &str) -> Result<Vec<Word>> {
        let Form::Word(vocabulary) = form(&self.parent, name) else {
            unreachable!("{name} within {} takes words", self.parent)
        };
        let words = self.all(name, |path, node| {
            let text = text(path, node)?;
            if text.trim().is_empty() {
                return Err(EpcisError::unexpected(path, &text, "a word"));
            }
            Ok(Word::read(&text, vocabulary))
        })?;
        for word in words.iter().filter(|word| !word.is_known(vocabulary)) {
            self.warnings.push(format!("{}/{name}: `{word}` is no word of the CBV", self.path));
        }
        Ok(words)
    }

    /// Sensor elements stay trees; their values get the forms that the standard gives them.
    fn sensors(&mut self) -> Result<Vec<Node>> {
        let Some(mut list) = self.within("sensorElementList")? else { return Ok(Vec::new()) };
        let elements = list.all("sensorElement", |path, node| Ok((path.to_owned(), node)))?;
        let mut sensors = Vec::with_capacity(elements.len());
        for (path, element) in elements {
            let name = element.name.clone();
            let mut element = Fields::of(element, path, list.warnings)?;
            let metadata = element.take("sensorMetadata")?;
            let reports = element.all("sensorReport", |_, node| Ok(node))?;
            if reports.is_empty() {
                let fault = EpcisFault::Missing("sensorReport");
                return Err(EpcisError::at(&element.path, fault));
            }
            let mut parts = Vec::with_capacity(reports.len() + 1);
            for part in metadata.into_iter().chain(reports) {
                parts.push(element.sensor_part(part)?);
            }
            parts.extend(element.extensions()?);
            let mut sensor = Node::tree(name, parts);
            put_sensor_in_order(&mut sensor);
            sensors.push(sensor);
        }
        list.finish()?;
        Ok(sensors)
    }

    /// Metadata or a report of a sensor.
    fn sensor_part(&mut self, part: Node) -> Result<Node> {
        let name = part.name.clone();
        let known = if name.local == "sensorReport" { SENSOR_REPORT } else { SENSOR_METADATA };
        let mut fields = Fields::of(part, format!("{}/{name}", self.path), self.warnings)?;
        let mut values = Vec::with_capacity(fields.nodes.len());
        for field in known {
            if let Some(mut node) = fields.take(field)? {
                fields.give_form(&mut node)?;
                values.push(node);
            }
        }
        values.extend(fields.extensions()?);
        Ok(Node::tree(name, values))
    }

    fn give_form(&mut self, node: &mut Node) -> Result<()> {
        let path = format!("{}/{}", self.path, node.name);
        let form = form(&self.parent, &node.name.local);
        let copy = node.clone();
        node.value = Some(match form {
            Form::Text => Scalar::Text(text(&path, copy)?),
            Form::Uri => Scalar::Text(Self::uri(&path, copy)?),
            Form::Time => Scalar::Text(Self::time(&path, copy)?.to_string()),
            Form::Number => Scalar::Number(number(&path, copy)?),
            Form::Boolean => match copy.value {
                Some(Scalar::Boolean(value)) => Scalar::Boolean(value),
                _ => return Err(EpcisError::unexpected(&path, &shown(&copy), "true or false")),
            },
            Form::Word(vocabulary) => {
                let word = Word::read(&text(&path, copy)?, vocabulary);
                if !word.is_known(vocabulary) {
                    self.warnings.push(format!("{path}: `{word}` is no word of GS1's"));
                }
                Scalar::Text(word.as_str().to_owned())
            }
        });
        Ok(())
    }

    fn uri(path: &str, node: Node) -> Result<String> {
        let text = text(path, Node { children: Vec::new(), ..node })?;
        let trimmed = text.trim();
        if !is_uri(trimmed) {
            return Err(EpcisError::unexpected(path, &text, "a URI"));
        }
        Ok(if trimmed.len() == text.len() { text } else { trimmed.to_owned() })
    }

    fn time(path: &str, node: Node) -> Result<EventTime> {
        let text = text(path, node)?;
        let time = EventTime::parse(text.trim());
        let expected = "a date and time with a zone, such as 2020-03-04T11:00:30.000+01:00";
        time.ok_or_else(|| EpcisError::unexpected(path, &text, expected))
    }
}

fn is_named(node: &Node, name: &str) -> bool {
    !node.name.is_extension() && node.name.local == name
}

fn no_place(path: &str, node: &Node) -> EpcisError {
    EpcisError::at(path, EpcisFault::NoPlace(node.name.to_string()))
}

fn shown(node: &Node) -> String {
    match &node.value {
        Some(value) => value.to_string(),
        None => format!("{} with {} parts", node.name, node.children.len()),
    }
}

fn text(path: &str, node: Node) -> Result<String> {
    match node {
        Node { value: Some(Scalar::Text(text)), children, .. } if children.is_empty() => Ok(text),
        other => Err(EpcisError::unexpected(path, &shown(&other), "a text")),
    }
}

fn number(path: &str, node: Node) -> Result<Decimal> {
    match node.value {
        Some(Scalar::Number(number)) => Ok(number),
        _ => Err(EpcisError::unexpected(path, &shown(&node), "a number")),
    }
}

fn action(path: &str, node: Node) -> Result<Action> {
    let text = text(path, node)?;
    match text.trim() {
        "ADD" => Ok(Action::Add),
        "OBSERVE" => Ok(Action::Observe),
        "DELETE" => Ok(Action::Delete),
        _ => Err(EpcisError::unexpected(path, &text, "ADD, OBSERVE or DELETE")),
    }
}
