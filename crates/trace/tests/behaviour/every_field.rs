//! Facts that differ in any one field have different digests, and come out of a file as they went in. The
//! fields are found by writing a fact as JSON and changing every value in it.

use linetwin_base::SimTime;
use linetwin_trace::{Digest, Fact, RunDigest, TraceHeader, TraceReader, TraceRecord, TraceWriter};
use serde_json::Value;

use super::every_fact::samples;

/// Texts that stand in facts: one of them is another value of any field that is a text.
const TEXTS: [&str; 18] = [
    "L8",
    "2027-01-31",
    "08901234567890",
    "106141410000000019",
    "006141410000000029",
    "B1",
    "Bundle",
    "Held",
    "Execute",
    "Starved",
    "Failure",
    "TimeOver",
    "Misprint",
    "BinEmpty",
    "OrderClosed",
    "00006141410000000029",
    "pool is full",
    "x",
];

/// Every place in a value, by the way to it.
fn places(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let inner: Vec<(String, &Value)> = match value {
        Value::Array(items) => {
            items.iter().enumerate().map(|(at, it)| (at.to_string(), it)).collect()
        }
        Value::Object(fields) => fields.iter().map(|(name, it)| (name.clone(), it)).collect(),
        _ => vec![],
    };
    for (name, it) in inner {
        found.extend(places(it).into_iter().map(|place| format!("/{name}{place}")));
    }
    found
}

/// Other values that could stand in the place of one.
fn others(value: &Value) -> Vec<Value> {
    match value {
        Value::Number(number) => {
            let number = number.as_u64().expect("no number of a fact is below zero");
            // The next one, and one that differs in its highest byte only.
            vec![(number + 1).into(), (number ^ 0x8000).into(), (number ^ (1 << 31)).into()]
        }
        Value::Bool(it) => vec![(!it).into()],
        Value::String(_) => TEXTS.iter().map(|text| (*text).into()).collect(),
        Value::Array(items) => {
            let mut shorter = items.clone();
            shorter.pop();
            let longer = items.iter().chain(items.last()).cloned().collect();
            let reversed = items.iter().rev().cloned().collect();
            vec![Value::Array(shorter), Value::Array(longer), Value::Array(reversed), Value::Null]
        }
        Value::Object(_) | Value::Null => vec![Value::Null],
    }
}

fn digest(fact: &Fact) -> RunDigest {
    digest_of(&[TraceRecord { at: SimTime::START, fact: fact.clone() }])
}

fn digest_of(records: &[TraceRecord]) -> RunDigest {
    let mut digest = Digest::default();
    digest.absorb(records);
    digest.finish()
}

/// A fact with every single field changed, each in several ways.
fn changed(fact: &Fact) -> Vec<(String, Fact)> {
    let written = serde_json::to_value(fact).unwrap();
    let mut all = Vec::new();
    for place in places(&written) {
        let value = written.pointer(&place).unwrap();
        let before = all.len();
        for other in others(value) {
            let mut text = written.clone();
            *text.pointer_mut(&place).unwrap() = other;
            if let Ok(other) = serde_json::from_value::<Fact>(text)
                && other != *fact
            {
                all.push((place.clone(), other));
            }
        }
        let leaf = matches!(value, Value::Number(_) | Value::Bool(_) | Value::String(_));
        // `OrderClosed` has no field: its name stands in the place of the whole fact.
        let name = *value == "OrderClosed" && place.ends_with("/fact");
        assert!(!leaf || name || all.len() > before, "{place} of {fact:?} has no other value");
    }
    all
}

#[test]
fn facts_that_differ_in_one_field_have_different_digests() {
    let mut fields = 0;
    for fact in samples() {
        for (place, other) in changed(&fact) {
            fields += 1;
            let (one, two) = (digest(&fact), digest(&other));
            assert_ne!(one.to_string(), two.to_string(), "{place}: {fact:?} and {other:?}");
            assert_eq!(one.first_difference(&two), Some(0));
        }
    }
    assert!(fields > 150, "{fields}");
}

#[test]
fn facts_of_different_kinds_have_different_digests() {
    let mut all: Vec<String> = samples().iter().map(|fact| digest(fact).to_string()).collect();
    let kinds = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), kinds);
}

#[test]
fn a_digest_depends_on_when_and_in_which_order_facts_came() {
    let record =
        |nanos, fact: &Fact| TraceRecord { at: SimTime::from_nanos(nanos), fact: fact.clone() };
    for pair in samples().windows(2) {
        let [one, two] = pair else { unreachable!() };
        let whole = digest_of(&[record(1, one), record(1, two)]);
        let others = [
            digest_of(&[record(1, two), record(1, one)]),
            digest_of(&[record(1, one), record(2, two)]),
            digest_of(&[record(1, one), record(1_000_000_001, two)]),
            digest_of(&[record(1, one)]),
            digest_of(&[record(1, two)]),
            digest_of(&[record(1, one), record(1, two), record(1, two)]),
        ];
        for other in others {
            assert_ne!(whole.to_string(), other.to_string(), "{one:?}, {two:?}");
            assert!(whole.first_difference(&other).is_some());
        }
        // How they come in is no difference.
        let mut digest = Digest::default();
        digest.absorb(&[record(1, one)]);
        digest.absorb(&[]);
        digest.absorb(&[record(1, two)]);
        assert_eq!(digest.finish(), whole);
    }
}

#[test]
fn every_fact_comes_out_of_a_file_as_it_went_in() {
    let mut facts = samples();
    facts.extend(samples().iter().flat_map(changed).map(|(_, fact)| fact));
    let records: Vec<_> = (0_u64..)
        .zip(facts)
        .map(|(at, fact)| TraceRecord { at: SimTime::from_nanos(at * at * 1_001), fact })
        .collect();
    let header = TraceHeader {
        scenario: "every fact".into(),
        seed: u64::MAX,
        start: "2026-11-02T06:00:00Z".parse().unwrap(),
        line: "line-1".into(),
        machines: vec!["infeed".into(), "belt".into()],
    };
    let mut writer = TraceWriter::new(Vec::new(), &header).unwrap();
    for part in records.chunks(7) {
        writer.absorb(part).unwrap();
    }
    let bytes = writer.finish().unwrap();
    let reader = TraceReader::new(&bytes[..]).unwrap();
    assert_eq!(reader.header(), &header);
    assert_eq!(reader.map(Result::unwrap).collect::<Vec<_>>(), records);
}

#[test]
fn a_fact_in_words_names_its_unit_container_and_machine() {
    let machines: Vec<String> = ["a", "b", "c", "gate-1"].map(String::from).to_vec();
    for fact in samples() {
        let words = linetwin_trace::in_words(&fact, &machines);
        let says = |text: &str| assert!(words.contains(text), "{text} in {words:?}");
        assert!(!words.chars().any(char::is_control), "{words:?}");
        if fact.machine().is_some() {
            says("gate-1");
        }
        let text = format!("{fact:?}");
        if text.contains("UnitId(41)") {
            says("unit 41");
        }
        if text.contains("ContainerId(5)") {
            assert!(words.contains(" 5 ") || words.ends_with(" 5"), "{words:?}");
        }
    }
    let rejected =
        Fact::Rejected { machine: linetwin_base::MachineId(7), unit: linetwin_base::UnitId(1) };
    assert_eq!(linetwin_trace::in_words(&rejected, &machines), "machine 7: rejects unit 1");
}
