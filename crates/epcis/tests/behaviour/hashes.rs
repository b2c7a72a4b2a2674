//! Event hashes against the documents, pre-hash strings and hashes of GS1's reference program: the
//! same event has the same hash in every form, and no other has it.

use std::fs;
use std::path::{Path, PathBuf};

use linetwin_epcis::{Document, EpcisEvent, XmlVersion, ZoneOffset};

use crate::outside::shared;

fn read(path: &Path) -> Document {
    let text = fs::read_to_string(path).unwrap();
    let document = match path.extension().and_then(|extension| extension.to_str()) {
        Some("xml") => Document::from_xml(&text),
        _ => Document::from_json(&text),
    };
    document.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_document = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("xml" | "json" | "jsonld"))
    };
    let mut files: Vec<PathBuf> = entries.filter(is_document).collect();
    files.sort();
    files
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn documents_have_the_pre_hashes_and_hashes_of_the_reference_program() {
    let folder = shared("vectors/hash/examples");
    let files = files(&folder);
    for path in &files {
        let events = read(path).events;
        let expected = |extension: &str| -> Vec<String> {
            let text = fs::read_to_string(path.with_extension(extension)).unwrap();
            text.lines().map(str::to_owned).collect()
        };
        let pre_hashes: Vec<String> = events.iter().map(EpcisEvent::pre_hash).collect();
        let mut expected_pre_hashes = expected("prehashes");
        if path.ends_with("epcisDocWithDefaultSchemaInContext.jsonld") {
            // The vectors' own file ends in the middle of this line; its hash below is of all of it.
            let cut = expected_pre_hashes.pop().unwrap();
            assert!(pre_hashes[1].starts_with(&cut) && pre_hashes[1] != cut);
            expected_pre_hashes.push(pre_hashes[1].clone());
        }
        assert_eq!(pre_hashes, expected_pre_hashes, "{}", path.display());
        let hashes: Vec<String> = events.iter().map(EpcisEvent::hash).collect();
        assert_eq!(hashes, expected("hashes"), "{}", path.display());
    }
    assert!(files.len() >= 11, "{files:?}");
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn forms_of_the_same_event_have_the_same_hash() {
    let folder = shared("vectors/hash/expected_equal");
    let files = files(&folder);
    for path in &files {
        let events = read(path).events;
        assert!(events.len() > 1, "{}", path.display());
        let hashes: Vec<String> = events.iter().map(EpcisEvent::hash).collect();
        let same = hashes.iter().all(|hash| *hash == hashes[0]);
        assert!(same, "{}: {:#?}", path.display(), events[0].pre_hash());
        // The comparison can fail: elsewhere it is another event.
        let offset = ZoneOffset::parse("+13:07").unwrap();
        let other = EpcisEvent { offset, ..events[0].clone() };
        assert_ne!(other.hash(), hashes[0]);
    }
    assert!(files.len() >= 10, "{files:?}");
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn an_event_keeps_its_hash_through_every_format() {
    let folder = shared("vectors/hash/examples");
    for path in files(&folder) {
        let document = read(&path);
        let hashes =
            |document: &Document| document.events.iter().map(EpcisEvent::hash).collect::<Vec<_>>();
        let json = Document::from_json(&document.to_json().to_string()).unwrap();
        assert_eq!(hashes(&json), hashes(&document), "{}", path.display());
        let xml = Document::from_xml(&document.to_xml(XmlVersion::V2_0).unwrap()).unwrap();
        assert_eq!(hashes(&xml), hashes(&document), "{}", path.display());
    }
}

#[test]
fn a_hash_does_not_cover_who_recorded_an_event_and_whether_it_was_wrong() {
    let event = |more: &str| {
        let text = format!(
            r#"{{"@context": [{{"rdfs": "http://www.w3.org/2000/01/rdf-schema#"}}],
            "type": "ObjectEvent", "eventTime": "2026-01-05T06:00:00.000Z",
            "eventTimeZoneOffset": "+00:00", "action": "OBSERVE",
            "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"]{more}}}"#
        );
        Document::from_json(&text).unwrap().events.remove(0)
    };
    let plain = event("");
    for more in [
        r#", "recordTime": "2026-01-05T07:00:00.000Z""#,
        r#", "eventID": "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8""#,
        r#", "errorDeclaration": {"declarationTime": "2026-01-06T06:00:00.000Z"}"#,
        r#", "rdfs:comment": "seen by the door""#,
    ] {
        assert_eq!(event(more).hash(), plain.hash(), "{more}");
    }
    let named = plain.clone().named_by_hash();
    assert_eq!(named.id, Some(plain.hash()));
    assert_eq!(named.hash(), plain.hash());
    assert_ne!(event(r#", "bizStep": "shipping""#).hash(), plain.hash());
}

#[test]
fn long_numbers_keep_their_digits_and_do_not_collide() {
    let event = |sscc: &str| {
        let text = format!(
            r#"{{"@context": [{{"x": "https://example.com/x/"}}], "type": "ObjectEvent",
            "eventTime": "2026-01-05T06:00:00.000Z", "eventTimeZoneOffset": "+00:00",
            "action": "OBSERVE", "epcList": [], "x:sscc": "{sscc}"}}"#
        );
        Document::from_json(&text).unwrap().events.remove(0)
    };
    assert!(event("106141412345678908").pre_hash().ends_with("sscc=106141412345678908"));
    assert_ne!(event("106141412345678908").hash(), event("106141412345678911").hash());
    assert_eq!(event("0012.50").hash(), event("12.5").hash());
}
