//! The EPCIS lines: valid by GS1's own schema with formats asserted, in the right order, and of the
//! same counts as the summary.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use linetwin::epcis::Document;

use crate::common::outside::shared;
use crate::common::run::Run;
use crate::common::trial::Trial;

fn lines(scenario: &str) -> (Run, Vec<Value>) {
    let run = Trial::on(scenario).quantity(4_000).run();
    let lines = run.epcis.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (run, lines)
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn every_line_is_valid_by_the_schema_of_gs1() {
    let path = shared("vectors/epcis/EPCIS-JSON-Schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator =
        jsonschema::options().should_validate_formats(true).build(&schema).expect("a schema");
    for scenario in ["blister-cartoner-400-faults", "bottle-line-240-faults"] {
        let (_, lines) = lines(scenario);
        let mut kinds = BTreeSet::new();
        for line in &lines {
            let errors: Vec<String> =
                validator.iter_errors(line).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{line}: {errors:?}");
            kinds.insert(line["bizStep"].as_str().unwrap().to_owned());
        }
        assert!(kinds.contains("commissioning") && kinds.contains("packing"), "{kinds:?}");
        // The check can fail: formats are asserted.
        let mut wrong = lines[0].clone();
        wrong["eventTime"] = "yesterday".into();
        assert!(!validator.is_valid(&wrong));
    }
}

#[test]
fn what_is_used_was_commissioned_before_and_the_counts_are_those_of_the_summary() {
    let (run, lines) = lines("bottle-line-240-faults");
    let (mut active, mut packed, mut gone) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut last = String::new();
    for line in &lines {
        let time = line["eventTime"].as_str().unwrap().to_owned();
        assert!(time >= last, "{time} after {last}");
        last = time;
        let list = |field: &str| -> Vec<String> {
            let list = line[field].as_array().unwrap();
            list.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
        };
        match line["bizStep"].as_str().unwrap() {
            "commissioning" => {
                for id in list("epcList") {
                    assert!(active.insert(id.clone()), "{id} is commissioned twice");
                }
            }
            "packing" => {
                let parent = line["parentID"].as_str().unwrap().to_owned();
                assert!(active.contains(&parent));
                for id in list("childEPCs") {
                    assert!(active.contains(&id), "{id} is packed but not active");
                    assert!(packed.insert(id.clone()), "{id} is packed twice");
                }
            }
            "decommissioning" => {
                for id in list("epcList") {
                    assert!(active.remove(&id) && !packed.contains(&id), "{id}");
                    gone.insert(id);
                }
            }
            other => panic!("{other}"),
        }
    }
    let units = active.iter().filter(|id| id.starts_with("urn:epc:id:sgtin:")).count();
    assert_eq!(units as u64, run.serials.commissioned);
    assert_eq!(gone.len() as u64, run.serials.decommissioned);
    assert!(!gone.is_empty(), "the second check rejects some");
}

#[test]
fn every_line_is_named_by_its_hash_and_no_name_stands_twice() {
    let (_, lines) = lines("bottle-line-240-faults");
    let mut names = BTreeSet::new();
    for line in &lines {
        let document = Document::from_json(&line.to_string()).unwrap();
        assert!(document.warnings.is_empty(), "{:?}", document.warnings);
        let event = &document.events[0];
        assert_eq!(event.id, Some(event.hash()), "{line}");
        assert!(names.insert(event.hash()), "{line}");
    }
    assert!(names.len() > 100, "{}", names.len());
}
