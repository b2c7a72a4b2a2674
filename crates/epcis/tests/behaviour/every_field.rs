//! One event of each kind with every field that it can have, the fields in no order (`own/`): its pre-hash,
//! its hash, and the order of its elements in XML.
//!
//! Pre-hashes and hashes are those of GS1's epcis-event-hash-generator 1.9.3, of the JSON. The elements
//! stand in the order of GS1's schemas EPCglobal-epcis-1_2.xsd and 2_0.xsd; xmllint (libxml2 2.9.14)
//! accepts what is written here by both.

use linetwin_epcis::{Document, EpcisEvent, What, XmlVersion};

const EVERY_FIELD: &str = include_str!("own/every-field.jsonld");
const PRE_HASHES: &str = include_str!("own/every-field.prehashes");
const HASHES: [&str; 5] = [
    "ni:///sha-256;aafaee77de3ec501b5246b139f92ea203865876d592db2629938384560324951?ver=CBV2.0",
    "ni:///sha-256;8a66a1fd21a9e6292832607042ce5efa787401ef364e724dff515ac6923c1f77?ver=CBV2.0",
    "ni:///sha-256;5d4914a8dc7c3835a7c439fe4e128280114c94b53f18b7a8f2df45f811761bc5?ver=CBV2.0",
    "ni:///sha-256;88a88d2b526ebca06363f38b36573710d93b26dc4c56be3326561e3c11a8cae4?ver=CBV2.0",
    "ni:///sha-256;75b0d3961bb3f11a95fb07db2810ca7b2d122e699fe8cd8e91d1dedcf5bbd2bf?ver=CBV2.0",
];

fn every_field() -> Document {
    Document::from_json(EVERY_FIELD).unwrap()
}

/// What 1.2 has no place for left out.
fn for_1_2(mut document: Document) -> Document {
    document.events.retain(|event| !matches!(event.what, What::Association { .. }));
    for event in &mut document.events {
        event.sensors.clear();
        event.certification.clear();
        event.persistent = Default::default();
    }
    document
}

/// Names of elements in the order in which they begin, those within others in brackets.
fn outline(xml: &str) -> String {
    let mut out = String::new();
    let mut open: Vec<bool> = Vec::new();
    for tag in xml.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag) {
        if tag.starts_with('/') {
            out.push_str(if open.pop().unwrap() { ")" } else { "" });
            continue;
        }
        match open.last_mut() {
            Some(within @ false) => {
                *within = true;
                out.push('(');
            }
            _ if out.is_empty() => {}
            _ => out.push(' '),
        }
        out.push_str(tag.split([' ', '/']).next().unwrap());
        if !tag.ends_with('/') {
            open.push(false);
        }
    }
    out
}

/// The outlines of the events of a document.
fn outlines(document: &Document, version: XmlVersion) -> Vec<String> {
    let xml = document.to_xml(version).unwrap();
    let (_, events) = xml.split_once("<EventList>").unwrap();
    let (events, _) = events.split_once("</EventList>").unwrap();
    events.trim().lines().map(outline).collect()
}

#[test]
fn pre_hashes_and_hashes_are_those_of_the_reference_program() {
    let events = every_field().events;
    let pre_hashes: Vec<String> = events.iter().map(EpcisEvent::pre_hash).collect();
    assert_eq!(pre_hashes, PRE_HASHES.lines().collect::<Vec<_>>());
    let hashes: Vec<String> = events.iter().map(EpcisEvent::hash).collect();
    assert_eq!(hashes, HASHES);
}

#[test]
fn a_hash_survives_both_versions_of_xml_and_json() {
    let document = every_field();
    let hashes = |document: &Document| -> Vec<String> {
        document.events.iter().map(EpcisEvent::hash).collect()
    };
    let json = Document::from_json(&document.to_json().to_string()).unwrap();
    assert_eq!(
        (json.events, hashes(&document)),
        (document.events.clone(), HASHES.map(String::from).to_vec())
    );
    let xml = Document::from_xml(&document.to_xml(XmlVersion::V2_0).unwrap()).unwrap();
    assert_eq!(hashes(&xml), HASHES);
    let old = for_1_2(document);
    let xml = Document::from_xml(&old.to_xml(XmlVersion::V1_2).unwrap()).unwrap();
    assert_eq!(hashes(&xml), hashes(&old));
}

#[test]
fn elements_of_xml_2_0_stand_in_the_order_of_its_schema() {
    let document = every_field();
    assert_eq!(outlines(&document, XmlVersion::V2_0), ORDER_2_0);
}

#[test]
fn elements_of_xml_1_2_stand_in_the_order_and_the_levels_of_its_schema() {
    let document = for_1_2(every_field());
    assert_eq!(outlines(&document, XmlVersion::V1_2), ORDER_1_2);
}

#[test]
fn xml_1_2_refuses_each_field_that_it_has_no_place_for() {
    let refused = |change: fn(&mut EpcisEvent, EpcisEvent)| {
        let (mut document, full) = (for_1_2(every_field()), every_field().events.remove(0));
        assert!(document.to_xml(XmlVersion::V1_2).is_ok());
        change(&mut document.events[0], full);
        document.to_xml(XmlVersion::V1_2).unwrap_err().to_string()
    };
    let error = refused(|event, full| event.sensors = full.sensors);
    assert!(error.contains("sensor elements"), "{error}");
    let error = refused(|event, full| event.persistent.set = full.persistent.set);
    assert!(error.contains("a persistent disposition"), "{error}");
    let error = refused(|event, full| event.persistent.unset = full.persistent.unset);
    assert!(error.contains("a persistent disposition"), "{error}");
    let error = refused(|event, full| event.certification = full.certification);
    assert!(error.contains("so many certifications"), "{error}");
    let error = refused(|event, _| *event = every_field().events.remove(4));
    assert!(error.contains("an AssociationEvent"), "{error}");
    // And 2.0 more than one certificate.
    let mut document = every_field();
    document.events[0].certification.push("https://lines.example/certificates/8".into());
    let error = document.to_xml(XmlVersion::V2_0).unwrap_err().to_string();
    assert!(error.contains("so many certifications"), "{error}");
}

#[test]
fn lists_that_a_schema_demands_are_written_empty() {
    let mut document = for_1_2(every_field());
    for event in &mut document.events {
        match &mut event.what {
            What::Object { items, .. }
            | What::Transaction { items, .. }
            | What::Aggregation { children: items, .. } => items.epcs.clear(),
            _ => {}
        }
    }
    for version in [XmlVersion::V1_2, XmlVersion::V2_0] {
        let outlines = outlines(&document, version);
        assert!(outlines[0].contains(" epcList action"), "{}", outlines[0]);
        assert!(outlines[1].contains(" parentID childEPCs action"), "{}", outlines[1]);
        assert!(outlines[2].contains(" parentID epcList action"), "{}", outlines[2]);
        assert!(!outlines[3].contains("epcList") && !outlines[3].contains("childEPCs"));
    }
}

const ORDER_2_0: [&str; 5] = [
    "ObjectEvent(eventTime recordTime eventTimeZoneOffset eventID \
     errorDeclaration(declarationTime reason correctiveEventIDs(correctiveEventID)) \
     certificationInfo epcList(epc epc) action bizStep disposition readPoint(id) \
     bizLocation(id) bizTransactionList(bizTransaction bizTransaction) \
     quantityList(quantityElement(epcClass quantity) quantityElement(epcClass quantity \
     uom)) sourceList(source) destinationList(destination) \
     sensorElementList(sensorElement(sensorMetadata sensorReport sensorReport)) \
     persistentDisposition(unset set) ilmd(line:batch line:itemExpirationDate) \
     line:shift)",
    "AggregationEvent(eventTime recordTime eventTimeZoneOffset eventID parentID \
     childEPCs(epc) action bizStep disposition readPoint(id) bizLocation(id) \
     bizTransactionList(bizTransaction) childQuantityList(quantityElement(epcClass \
     quantity)) sourceList(source) destinationList(destination) \
     persistentDisposition(set) line:pallet(line:layer line:layer))",
    "TransactionEvent(eventTime eventTimeZoneOffset bizTransactionList(bizTransaction) \
     parentID epcList(epc) action bizStep disposition readPoint(id) bizLocation(id) \
     quantityList(quantityElement(epcClass quantity)) sourceList(source) \
     destinationList(destination))",
    "TransformationEvent(eventTime eventTimeZoneOffset inputEPCList(epc) \
     inputQuantityList(quantityElement(epcClass quantity uom)) outputEPCList(epc) \
     outputQuantityList(quantityElement(epcClass quantity uom)) transformationID bizStep \
     disposition readPoint(id) bizLocation(id) bizTransactionList(bizTransaction) \
     sourceList(source) destinationList(destination) ilmd(line:lotNumber))",
    "AssociationEvent(eventTime eventTimeZoneOffset parentID childEPCs(epc epc) \
     childQuantityList(quantityElement(epcClass quantity)) action bizStep disposition \
     readPoint(id) bizLocation(id) bizTransactionList(bizTransaction) sourceList(source) \
     destinationList(destination) sensorElementList(sensorElement(sensorReport)) \
     persistentDisposition(unset))",
];

/// `baseExtension` and `extension` are levels, and a transformation stands within one.
const ORDER_1_2: [&str; 4] = [
    "ObjectEvent(eventTime recordTime eventTimeZoneOffset baseExtension(eventID \
     errorDeclaration(declarationTime reason correctiveEventIDs(correctiveEventID))) \
     epcList(epc epc) action bizStep disposition readPoint(id) bizLocation(id) \
     bizTransactionList(bizTransaction bizTransaction) \
     extension(quantityList(quantityElement(epcClass quantity) quantityElement(epcClass \
     quantity uom)) sourceList(source) destinationList(destination) ilmd(line:batch \
     line:itemExpirationDate)) line:shift)",
    "AggregationEvent(eventTime recordTime eventTimeZoneOffset baseExtension(eventID) \
     parentID childEPCs(epc) action bizStep disposition readPoint(id) bizLocation(id) \
     bizTransactionList(bizTransaction) \
     extension(childQuantityList(quantityElement(epcClass quantity)) sourceList(source) \
     destinationList(destination)) line:pallet(line:layer line:layer))",
    "TransactionEvent(eventTime eventTimeZoneOffset bizTransactionList(bizTransaction) \
     parentID epcList(epc) action bizStep disposition readPoint(id) bizLocation(id) \
     extension(quantityList(quantityElement(epcClass quantity)) sourceList(source) \
     destinationList(destination)))",
    "extension(TransformationEvent(eventTime eventTimeZoneOffset inputEPCList(epc) \
     inputQuantityList(quantityElement(epcClass quantity uom)) outputEPCList(epc) \
     outputQuantityList(quantityElement(epcClass quantity uom)) transformationID bizStep \
     disposition readPoint(id) bizLocation(id) bizTransactionList(bizTransaction) \
     sourceList(source) destinationList(destination) ilmd(line:lotNumber)))",
];
