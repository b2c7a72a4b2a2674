//! An event as a tree of fields under their names in XML, in the order that event hashes take them (CBV 2.0,
//! 8.9). The one place that maps the fields of an event to names; `decode` is the way back.

use std::borrow::Cow;

use super::event::{EpcisEvent, Items, Location, Party, What};
use super::tree::{Name, Node, Scalar, gathered};
use super::words::{Vocabulary, Word};

/// Lists, and what an item is called in XML; JSON has arrays without names for their items.
const LISTS: &[(&str, &str)] = &[
    ("epcList", "epc"),
    ("childEPCs", "epc"),
    ("inputEPCList", "epc"),
    ("outputEPCList", "epc"),
    ("quantityList", "quantityElement"),
    ("childQuantityList", "quantityElement"),
    ("inputQuantityList", "quantityElement"),
    ("outputQuantityList", "quantityElement"),
    ("bizTransactionList", "bizTransaction"),
    ("sourceList", "source"),
    ("destinationList", "destination"),
    ("sensorElementList", "sensorElement"),
    ("correctiveEventIDs", "correctiveEventID"),
];

/// Fields of sensor metadata and reports, in the order of event hashes.
pub(super) const SENSOR_METADATA: &[&str] = &[
    "time",
    "startTime",
    "endTime",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
];
pub(super) const SENSOR_REPORT: &[&str] = &[
    "type",
    "exception",
    "deviceID",
    "deviceMetadata",
    "rawData",
    "dataProcessingMethod",
    "bizRules",
    "time",
    "microorganism",
    "chemicalSubstance",
    "value",
    "component",
    "stringValue",
    "booleanValue",
    "hexBinaryValue",
    "uriValue",
    "minValue",
    "maxValue",
    "meanValue",
    "sDev",
    "percRank",
    "percValue",
    "uom",
    "coordinateReferenceSystem",
];

/// What an item of a list is called; `None` for what is no list.
pub(super) fn item_name(list: &str) -> Option<&'static str> {
    LISTS.iter().find(|(known, _)| *known == list).map(|(_, item)| *item)
}

/// Whether a field of the standard holds a value with a kind: a business transaction, source or
/// destination.
pub(super) fn has_kind(name: &str) -> bool {
    matches!(name, "bizTransaction" | "source" | "destination")
}

/// What a value of the standard has to be.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Uri,
    Time,
    Number,
    Boolean,
    Word(Vocabulary),
}

/// The form of the field `name` within `parent`.
pub(super) fn form(parent: &str, name: &str) -> Form {
    match (parent, name) {
        (_, "bizStep") => Form::Word(Vocabulary::BizStep),
        (_, "disposition") | ("persistentDisposition", "set" | "unset") => {
            Form::Word(Vocabulary::Disposition)
        }
        ("bizTransaction", "type") => Form::Word(Vocabulary::BizTransactionType),
        ("source" | "destination", "type") => Form::Word(Vocabulary::PartyType),
        ("errorDeclaration", "reason") => Form::Word(Vocabulary::ErrorReason),
        ("sensorReport", "type") => Form::Word(Vocabulary::Measurement),
        ("sensorReport", "exception") => Form::Word(Vocabulary::Alert),
        ("sensorReport", "component") => Form::Word(Vocabulary::Component),
        ("sensorReport", "booleanValue") => Form::Boolean,
        (_, "quantity") => Form::Number,
        (
            "sensorReport",
            "value" | "minValue" | "maxValue" | "meanValue" | "sDev" | "percRank" | "percValue",
        ) => Form::Number,
        (_, "eventTime" | "recordTime" | "declarationTime" | "time" | "startTime" | "endTime") => {
            Form::Time
        }
        (_, "action" | "eventTimeZoneOffset" | "uom" | "stringValue" | "hexBinaryValue") => {
            Form::Text
        }
        _ => Form::Uri,
    }
}

/// Puts a sensor element's parts, and theirs, in the order of event hashes; extensions come last.
pub(super) fn put_sensor_in_order(element: &mut Node) {
    fn sort(nodes: &mut [Node], order: &[&str]) {
        nodes.sort_by_key(|node| match node.name.is_extension() {
            true => order.len(),
            false => order.iter().position(|name| *name == node.name.local).unwrap_or(order.len()),
        });
    }
    sort(&mut element.children, &["sensorMetadata", "sensorReport"]);
    for part in element.children.iter_mut().filter(|part| !part.name.is_extension()) {
        let order = if part.name.local == "sensorReport" { SENSOR_REPORT } else { SENSOR_METADATA };
        sort(&mut part.children, order);
    }
}

/// The fields of an event, those of the same name side by side.
pub(super) fn fields(event: &EpcisEvent) -> Vec<Node> {
    let mut out = Vec::with_capacity(24);
    let out = &mut out;
    out.push(Node::field("eventTime", event.time.to_string()));
    out.push(Node::field("eventTimeZoneOffset", event.offset.to_string()));
    out.extend(event.record_time.map(|time| Node::field("recordTime", time.to_string())));
    text(out, "eventID", event.id.as_deref());
    error_declaration(out, event);
    out.extend(event.certification.iter().map(|uri| Node::field("certificationInfo", uri)));
    let ilmd = what(out, &event.what);
    word(out, "bizStep", event.biz_step.as_ref());
    word(out, "disposition", event.disposition.as_ref());
    let states = &event.persistent;
    let set = states.set.iter().map(|state| Node::field("set", state.as_str()));
    let unset = states.unset.iter().map(|state| Node::field("unset", state.as_str()));
    list(out, "persistentDisposition", set.chain(unset).collect());
    location(out, "readPoint", event.read_point.as_ref());
    location(out, "bizLocation", event.biz_location.as_ref());
    let mut sensors = event.sensors.clone();
    sensors.iter_mut().for_each(put_sensor_in_order);
    list(out, "sensorElementList", sensors);
    parties(out, "bizTransactionList", "bizTransaction", &event.biz_transactions);
    parties(out, "destinationList", "destination", &event.destinations);
    list(out, "ilmd", ilmd.to_vec());
    parties(out, "sourceList", "source", &event.sources);
    out.extend_from_slice(&gathered(Cow::from(&event.extensions)));
    std::mem::take(out)
}

/// The fields that one kind of event has for itself; returns its ILMD, which stands further on.
fn what<'a>(out: &mut Vec<Node>, what: &'a What) -> &'a [Node] {
    const OBJECTS: [&str; 2] = ["epcList", "quantityList"];
    const CHILDREN: [&str; 2] = ["childEPCs", "childQuantityList"];
    let (action, ilmd): (_, &[Node]) = match what {
        What::Object { action, items: objects, ilmd } => {
            items(out, OBJECTS, objects);
            (Some(action), ilmd)
        }
        What::Transaction { action, parent, items: objects } => {
            text(out, "parentID", parent.as_deref());
            items(out, OBJECTS, objects);
            (Some(action), &[])
        }
        What::Aggregation { action, parent, children } => {
            text(out, "parentID", parent.as_deref());
            items(out, CHILDREN, children);
            (Some(action), &[])
        }
        What::Association { action, parent, children } => {
            text(out, "parentID", Some(parent));
            items(out, CHILDREN, children);
            (Some(action), &[])
        }
        What::Transformation { inputs, outputs, id, ilmd } => {
            items(out, ["inputEPCList", "inputQuantityList"], inputs);
            items(out, ["outputEPCList", "outputQuantityList"], outputs);
            text(out, "transformationID", id.as_deref());
            (None, ilmd)
        }
    };
    out.extend(action.map(|action| Node::field("action", action.as_str())));
    ilmd
}

fn items(out: &mut Vec<Node>, [epcs, quantities]: [&'static str; 2], items: &Items) {
    list(out, epcs, items.epcs.iter().map(|epc| Node::field("epc", epc)).collect());
    let elements = items.quantities.iter().map(|quantity| {
        let mut parts = vec![Node::field("epcClass", &quantity.class)];
        let amount = quantity.amount.map(Scalar::Number);
        parts.extend(amount.map(|amount| Node {
            name: Name::new("", "quantity"),
            value: Some(amount),
            children: Vec::new(),
        }));
        text(&mut parts, "uom", quantity.unit.as_deref());
        Node::list("quantityElement", parts)
    });
    list(out, quantities, elements.collect());
}

fn error_declaration(out: &mut Vec<Node>, event: &EpcisEvent) {
    let Some(error) = &event.error else { return };
    let mut parts = vec![Node::field("declarationTime", error.time.to_string())];
    word(&mut parts, "reason", error.reason.as_ref());
    let ids = error.corrected_by.iter().map(|id| Node::field("correctiveEventID", id));
    list(&mut parts, "correctiveEventIDs", ids.collect());
    parts.extend_from_slice(&error.extensions);
    out.push(Node::list("errorDeclaration", parts));
}

fn location(out: &mut Vec<Node>, name: &'static str, location: Option<&Location>) {
    let Some(location) = location else { return };
    let mut parts = vec![Node::field("id", &location.id)];
    parts.extend_from_slice(&location.extensions);
    out.push(Node::list(name, parts));
}

fn parties(out: &mut Vec<Node>, name: &'static str, item: &'static str, parties: &[Party]) {
    let nodes = parties.iter().map(|party| {
        let mut node = Node::field(item, &party.id);
        word(&mut node.children, "type", party.kind.as_ref());
        node
    });
    list(out, name, nodes.collect());
}

fn text(out: &mut Vec<Node>, name: &'static str, text: Option<&str>) {
    out.extend(text.map(|text| Node::field(name, text)));
}

fn word(out: &mut Vec<Node>, name: &'static str, word: Option<&Word>) {
    out.extend(word.map(|word| Node::field(name, word.as_str())));
}

fn list(out: &mut Vec<Node>, name: &'static str, items: Vec<Node>) {
    if !items.is_empty() {
        out.push(Node::list(name, items));
    }
}
