//! EPCIS documents of others: all of GS1's and OpenEPCIS's examples are read, and what we write of
//! them is valid by GS1's own schemas, JSON with formats asserted and XML by xmllint.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jsonschema::Validator;
use serde_json::Value;

use linetwin_epcis::{
    Document, EpcisError, EpcisEvent, EpcisFault, EventTime, Frame, Scene, XmlVersion, ZoneOffset,
    lot_and_expiry,
};
use linetwin_gs1::{ExpiryDate, Lot};

use crate::outside::{self, shared};

const SCHEMA_1_2: &str = "vectors/epcis/XSD-1.2/EPCglobal-epcis-1_2.xsd";
const SCHEMA_2_0: &str = "vectors/epcis/XSD-2.0/EPCglobal-epcis-2_0.xsd";

/// Examples that GS1's JSON schema of 2.0.0 does not allow, and what it says of each.
const NOT_IN_THE_SCHEMA: &[(&str, &[&str])] = &[
    // The schemas of XML allow it in all events.
    ("1.2-xml/AggregationEvent_all_possible_fields.xml", &["\"persistentDisposition\""]),
    ("1.2-xml/All_eventTypes_in_single_document.xml", &["\"persistentDisposition\""]),
    ("1.2-xml/AssociationEvent_all_possible_fields.xml", &["\"persistentDisposition\""]),
    ("2.0-json/AggregationEvent_with_persistentDisposition.json", &["\"persistentDisposition\""]),
    ("2.0-xml/AggregationEvent_with_persistentDisposition.xml", &["\"persistentDisposition\""]),
    // Words that GS1 does not have, and sensor reports of which nobody knows what they measure.
    ("2.0-json/SensorData_with_combined_events.json", STRANGE_SENSORS),
    ("2.0-xml/SensorData_with_combined_events.xml", STRANGE_SENSORS),
    ("2.0-json/TransactionEvent_with_userExtensions.json", STRANGE_SENSORS),
    ("2.0-xml/TransactionEvent_with_userExtensions.xml", STRANGE_SENSORS),
    // The same container twice in a list.
    ("2.0-xml/epcisDocWithAllGS1Keys.xml", &["has non-unique elements"]),
];
const STRANGE_SENSORS: &[&str] =
    &["\"Molar_concentration\"", "\"EffectiveDoseRate\"", "\"type\" is a required property"];

/// Examples that cannot be taken at their word, and what is said of each.
const REFUSED: &[(&str, &str)] = &[
    (
        // Two ids, each of another event.
        "gs1-json/AssociationEvent/AssociationEvent-h.jsonld",
        "line 15, column 13: `eventID` stands in an object twice",
    ),
    (
        // Misspelt; the standard has `sensorMetadata`.
        "gs1-xml12/AssociationEvent.xml",
        "/EPCISDocument/EPCISBody/EventList/5/sensorElementList/sensorElement/0: found a field \
         `sensorMetaData` that EPCIS does not have there; extensions need a namespace",
    ),
    (
        // An extension without a namespace, which 2.0 cannot hold.
        "gs1-xml12/ObjectEvent.xml",
        "/EPCISDocument/EPCISBody/EventList/1: found a field `myField` that EPCIS does not have \
         there; extensions need a namespace",
    ),
    (
        "openepcis/1.2-xml/ObjectEvent_all_possible_fields.xml",
        "/EPCISDocument/EPCISBody/EventList/0/certificationInfo/0: found `test certification`, \
         expected a URI",
    ),
    (
        // No seconds, which XML's dateTime demands.
        "openepcis/1.2-xml/TransactionEvent_all_possible_fields.xml",
        "/EPCISDocument/EPCISBody/EventList/0/errorDeclaration/declarationTime: found \
         `2006-11-07T13:00Z`, expected a date and time with a zone, such as \
         2020-03-04T11:00:30.000+01:00",
    ),
];

/// Every example document, XML and JSON.
fn examples() -> Vec<PathBuf> {
    let root = shared("vectors/epcis");
    let mut found = Vec::new();
    let mut folders = vec![root.join("gs1-json"), root.join("gs1-xml12"), root.join("openepcis")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let extension = path.extension().and_then(|extension| extension.to_str());
            if path.is_dir() {
                folders.push(path);
            } else if matches!(extension, Some("json" | "jsonld" | "xml"))
                && REFUSED.iter().all(|(refused, _)| !path.ends_with(refused))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() >= 139, "{}", found.len());
    found
}

fn try_to_read(path: &Path) -> Result<Document, EpcisError> {
    let text = fs::read_to_string(path).unwrap();
    let is_xml = path.extension().is_some_and(|extension| extension == "xml");
    if is_xml { Document::from_xml(&text) } else { Document::from_json(&text) }
}

fn read(path: &Path) -> Document {
    try_to_read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// GS1's JSON schema, with formats asserted.
fn json_schema() -> Validator {
    let schema = shared("vectors/epcis/EPCIS-JSON-Schema.json");
    let schema = serde_json::from_str(&fs::read_to_string(schema).unwrap()).unwrap();
    let options = jsonschema::options().should_validate_formats(true);
    options.build(&schema).expect("a schema")
}

fn errors(validator: &Validator, json: &Value) -> Vec<String> {
    validator.iter_errors(json).map(|error| error.to_string()).collect()
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn every_example_is_read_and_written_as_json_that_the_schema_of_gs1_accepts() {
    let validator = json_schema();
    let mut failures = Vec::new();
    for path in examples() {
        let document = read(&path);
        assert!(!document.events.is_empty(), "{}", path.display());
        let json = document.to_json();
        let errors = errors(&validator, &json);
        let exception = NOT_IN_THE_SCHEMA.iter().find(|(known, _)| path.ends_with(known));
        let reasons = exception.map_or(&[][..], |(_, reasons)| reasons);
        let is_known = |error: &String| reasons.iter().any(|reason| error.contains(reason));
        if errors.is_empty() != exception.is_none() || !errors.iter().all(is_known) {
            failures.push(format!("{}: {errors:#?}", path.display()));
        }
        let again = Document::from_json(&json.to_string()).unwrap();
        assert!(again.events == document.events, "{}", path.display());
        assert_eq!(again.frame, document.frame, "{}", path.display());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn json_and_xml_of_the_same_example_are_the_same_events() {
    let folder = shared("vectors/epcis/openepcis");
    let mut same = 0;
    for json in examples().iter().filter(|path| path.starts_with(folder.join("2.0-json"))) {
        let stem = json.file_stem().unwrap();
        let xml = folder.join("2.0-xml").join(stem).with_extension("xml");
        if !xml.exists() {
            continue;
        }
        // Some of them tell the same events in another order.
        let pre_hashes = |path: &Path| -> BTreeSet<String> {
            read(path).events.iter().map(EpcisEvent::pre_hash).collect()
        };
        assert_eq!(pre_hashes(json), pre_hashes(&xml), "{}", json.display());
        same += 1;
    }
    assert!(same >= 35, "{same}");
}

/// xmllint with a schema: whether all documents are valid, and what it says.
fn xmllint(schema: &Path, documents: &[PathBuf]) -> (bool, String) {
    let mut command = Command::new("xmllint");
    command.args(["--noout", "--nonet", "--schema"]).arg(schema).args(documents);
    let output = outside::run(&mut command, "apt install libxml2-utils");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

fn written_as_xml_is_valid(version: XmlVersion, schema: &str, at_least: usize) {
    let schema = shared(schema);
    let folder = tempfile::tempdir().unwrap();
    let (mut written, mut refused) = (Vec::new(), 0);
    for path in examples() {
        let document = read(&path);
        match document.to_xml(version) {
            Ok(text) => {
                let hashes = |document: &Document| -> Vec<String> {
                    document.events.iter().map(EpcisEvent::pre_hash).collect()
                };
                let again = Document::from_xml(&text).unwrap();
                assert_eq!(hashes(&again), hashes(&document), "{}", path.display());
                let file = folder.path().join(format!("{}.xml", written.len()));
                fs::write(&file, text).unwrap();
                written.push(file);
            }
            Err(error) => {
                let unwritable = matches!(error.fault, EpcisFault::Unwritable { .. });
                assert!(unwritable, "{}: {error}", path.display());
                refused += 1;
            }
        }
    }
    let (valid, messages) = xmllint(&schema, &written);
    assert!(valid, "{messages}");
    assert!(written.len() >= at_least, "{} written, {refused} refused", written.len());
    // The check can fail: a field that is not where the schema wants it.
    let text = fs::read_to_string(&written[0]).unwrap();
    let wrong = folder.path().join("wrong.xml");
    fs::write(
        &wrong,
        text.replacen("<eventTimeZoneOffset>", "<action>ADD</action><eventTimeZoneOffset>", 1),
    )
    .unwrap();
    let (valid, _) = xmllint(&schema, &[wrong]);
    assert!(!valid);
}

/// One event of each step of a line, named by its hash.
fn steps() -> Document {
    let scene = || Scene {
        time: EventTime::parse("2026-01-05T06:00:00.000Z").unwrap(),
        offset: ZoneOffset::parse("+05:30").unwrap(),
        read_point: "urn:epc:id:sgln:0614141.00001.line-1".to_owned(),
        biz_location: Some("urn:epc:id:sgln:0614141.00001.0".to_owned()),
    };
    let units = || vec!["urn:epc:id:sgtin:0614141.107346.2017".to_owned()];
    let case = || "urn:epc:id:sscc:0614141.1234567890".to_owned();
    let ilmd =
        lot_and_expiry(&Lot::parse("L7").unwrap(), &ExpiryDate::from_yymmdd("280930").unwrap());
    let events = vec![
        EpcisEvent::encode(scene(), units()),
        EpcisEvent::commission(scene(), units(), ilmd),
        EpcisEvent::pack(scene(), case(), units()),
        EpcisEvent::unpack(scene(), case(), Vec::new()),
        EpcisEvent::sample(scene(), units()),
        EpcisEvent::decommission(scene(), units()),
        EpcisEvent::destroy(scene(), units()),
        EpcisEvent::ship(scene(), vec![case()]),
        EpcisEvent::receive(scene(), vec![case()]),
        EpcisEvent::void_shipping(scene(), vec![case()]),
    ];
    Document::new(scene().time, events.into_iter().map(EpcisEvent::named_by_hash).collect())
}

#[test]
fn every_step_of_a_line_says_what_it_is_and_comes_back_in_every_format() {
    let document = steps();
    let events = &document.events;
    let ids: BTreeSet<&str> = events.iter().flat_map(|event| event.id.as_deref()).collect();
    assert_eq!(ids.len(), events.len());
    let said = |event: &EpcisEvent| {
        let json = event.to_json();
        let fields = ["type", "action", "bizStep", "disposition"];
        fields.map(|field| json[field].as_str().unwrap_or("-").to_owned()).join(" ")
    };
    let expected = [
        "ObjectEvent OBSERVE encoding encoded",
        "ObjectEvent ADD commissioning active",
        "AggregationEvent ADD packing in_progress",
        "AggregationEvent DELETE unpacking in_progress",
        "ObjectEvent OBSERVE sampling -",
        "ObjectEvent DELETE decommissioning inactive",
        "ObjectEvent DELETE destroying destroyed",
        "ObjectEvent OBSERVE shipping in_transit",
        "ObjectEvent OBSERVE receiving in_progress",
        "ObjectEvent OBSERVE void_shipping in_progress",
    ];
    assert_eq!(events.iter().map(said).collect::<Vec<_>>(), expected);
    let ilmd = &events[1].to_json()["ilmd"];
    assert_eq!(ilmd["cbvmda:lotNumber"], "L7");
    assert_eq!(ilmd["cbvmda:itemExpirationDate"], "2028-09-30");

    let json = document.to_json().to_string();
    assert_eq!(Document::from_json(&json).unwrap().events, document.events);
    for version in [XmlVersion::V1_2, XmlVersion::V2_0] {
        let text = document.to_xml(version).unwrap();
        assert_eq!(Document::from_xml(&text).unwrap().events, document.events);
    }
}

#[test]
#[ignore = "needs ../shared/vectors and xmllint: run by .ci/run"]
fn every_step_of_a_line_is_valid_in_every_format() {
    let document = steps();
    let validator = json_schema();
    assert_eq!(errors(&validator, &document.to_json()), [""; 0]);
    for event in &document.events {
        assert_eq!(errors(&validator, &event.to_json()), [""; 0]);
    }
    let folder = tempfile::tempdir().unwrap();
    for (version, schema) in [(XmlVersion::V1_2, SCHEMA_1_2), (XmlVersion::V2_0, SCHEMA_2_0)] {
        let text = document.to_xml(version).unwrap();
        let file = folder.path().join("steps.xml");
        fs::write(&file, text).unwrap();
        let (valid, messages) = xmllint(&shared(schema), &[file]);
        assert!(valid, "{messages}");
    }
}

#[test]
#[ignore = "needs ../shared/vectors and xmllint: run by .ci/run"]
fn xml_1_2_that_we_write_is_valid_and_says_the_same() {
    written_as_xml_is_valid(XmlVersion::V1_2, SCHEMA_1_2, 55);
}

#[test]
#[ignore = "needs ../shared/vectors and xmllint: run by .ci/run"]
fn xml_2_0_that_we_write_is_valid_and_says_the_same() {
    written_as_xml_is_valid(XmlVersion::V2_0, SCHEMA_2_0, 139);
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn what_cannot_be_taken_at_its_word_is_refused_with_its_place() {
    let root = shared("vectors/epcis");
    for (file, expected) in REFUSED {
        let error = try_to_read(&root.join(file)).unwrap_err().to_string();
        assert_eq!(error, *expected, "{file}");
    }
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn a_query_document_keeps_its_frame() {
    let document = read(&shared("vectors/epcis/gs1-json/EPCISQueryDocument.jsonld"));
    let Frame::QueryDocument { envelope, query, subscription } = &document.frame else {
        panic!("{:?}", document.frame)
    };
    assert_eq!(query, "SimpleEventQuery");
    assert_eq!(subscription.as_deref(), Some("32d2aec1-a6d2-46d9-900a-24124288cce1"));
    assert_eq!(envelope.id.as_deref(), Some("https://id.example.org/document1"));
    assert_eq!(document.events.len(), 2);
}
