//! A document of our own in four forms (`own/`). GS1's schemas accept each: the JSON ones by jsonschema
//! 4.26.0, the XML ones by xmllint (libxml2 2.9.14). The pre-hashes and hashes are those of GS1's
//! epcis-event-hash-generator 1.9.3, which finds the same ones in all four.

use linetwin_epcis::{Document, EpcisEvent, XmlVersion};

const FORMS: &[(&str, &str)] = &[
    ("cartons.jsonld", include_str!("own/cartons.jsonld")),
    ("cartons-links.jsonld", include_str!("own/cartons-links.jsonld")),
    ("cartons-1.2.xml", include_str!("own/cartons-1.2.xml")),
    ("cartons-2.0.xml", include_str!("own/cartons-2.0.xml")),
];

const PRE_HASHES: [&str; 2] = [
    "eventType=ObjectEventeventTime=2027-03-08T13:41:07.250ZeventTimeZoneOffset=+01:00epcListepc=https://id.gs1.org/01/04012345987652/21/A7%2FK-3epc=https://id.gs1.org/01/04012345987652/21/A7%2FK-4action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-commissioningdisposition=https://ref.gs1.org/cbv/Disp-activereadPointid=https://id.gs1.org/414/4012345000023/254/LINE-3bizLocationid=https://id.gs1.org/414/4012345000023bizTransactionListtype=https://ref.gs1.org/cbv/BTT-prodorderbizTransaction=https://id.gs1.org/253/401234511111877{https://lines.example/epcis/}shift=late{https://lines.example/epcis/}speed=250",
    "eventType=AggregationEventeventTime=2027-03-08T13:52:00.000ZeventTimeZoneOffset=+01:00parentID=https://id.gs1.org/00/340123450000000178childEPCsepc=https://id.gs1.org/01/04012345987652/21/A7%2FK-3epc=https://id.gs1.org/01/04012345987652/21/A7%2FK-4action=ADDbizStep=https://ref.gs1.org/cbv/BizStep-packingdisposition=https://ref.gs1.org/cbv/Disp-in_progressreadPointid=https://id.gs1.org/414/4012345000023/254/LINE-3",
];

const HASHES: [&str; 2] = [
    "ni:///sha-256;4513f1c38bf2e680f3db700dc932a05181a967728bb1ce215f7bb27a15fcca77?ver=CBV2.0",
    "ni:///sha-256;eb8c17e5c0dd4d7cd1bbddc5c10d4da163069ab3a06f8c956d3bb326561d8af2?ver=CBV2.0",
];

fn read(name: &str, text: &str) -> Document {
    let is_xml = name.ends_with(".xml");
    let read = if is_xml { Document::from_xml(text) } else { Document::from_json(text) };
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn hashes(document: &Document) -> Vec<String> {
    document.events.iter().map(EpcisEvent::hash).collect()
}

#[test]
fn every_form_has_the_hashes_of_the_reference_program() {
    for (name, text) in FORMS {
        let document = read(name, text);
        let pre_hashes: Vec<String> = document.events.iter().map(EpcisEvent::pre_hash).collect();
        assert_eq!(pre_hashes, PRE_HASHES, "{name}");
        assert_eq!(hashes(&document), HASHES, "{name}");
    }
}

#[test]
fn every_form_is_written_in_every_format_without_a_change_to_an_event() {
    for (name, text) in FORMS {
        let document = read(name, text);
        let json = Document::from_json(&document.to_json().to_string()).unwrap();
        assert_eq!(json.events, document.events, "{name}");
        for version in [XmlVersion::V1_2, XmlVersion::V2_0] {
            let xml = Document::from_xml(&document.to_xml(version).unwrap()).unwrap();
            assert_eq!(hashes(&xml), HASHES, "{name}");
        }
    }
}

#[test]
fn a_document_that_is_damaged_is_refused_with_its_place() {
    let (_, json) = FORMS[0];
    let refused = |old: &str, new: &str| {
        assert!(json.contains(old), "{old}");
        Document::from_json(&json.replacen(old, new, 1)).unwrap_err().to_string()
    };
    let error = refused("2027-03-08T13:41:07.250Z", "2027-03-08 13:41");
    assert!(error.contains("eventTime") && error.contains("2027-03-08 13:41"), "{error}");
    let error = refused("\"readPoint\"", "\"readingPoint\"");
    assert!(error.contains("`readingPoint`") && error.contains("namespace"), "{error}");
    let error = refused("\"action\": \"ADD\"", "\"action\": \"APPEND\"");
    assert!(error.contains("action") && error.contains("APPEND"), "{error}");
}
