//! What GS1's own syntax engine, its linters and an independent Digital Link normaliser accept,
//! refuse and produce, case by case (`../shared/vectors/gs1`). Cases that we answer differently on
//! purpose stand with their reason in `exceptions.ron`; one that passes after all is an error.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;
use serde_json::Value;

use linetwin_gs1::{
    ApplicationIdentifier, Carrier, DigitalLink, ElementString, EpcUri, rule, scan_data,
};

use crate::outside::{project, shared};

#[derive(Deserialize)]
struct Exception {
    file: String,
    case: String,
    reason: String,
}

/// Runs all cases of a file; `answer` says what went wrong with one.
fn run(file: &str, answer: impl Fn(&Value) -> Result<(), String>) {
    let path = shared(&format!("vectors/gs1/{file}.json"));
    let cases: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let listed = include_str!("exceptions.ron");
    let listed: Vec<Exception> = ron::from_str(listed).unwrap();
    let mut excepted: BTreeMap<&str, &str> = listed
        .iter()
        .filter(|exception| exception.file == file)
        .map(|exception| (exception.case.as_str(), exception.reason.as_str()))
        .collect();
    let (mut passed, mut wrong) = (0, Vec::new());
    let cases = cases["cases"].as_array().unwrap();
    for case in cases {
        let name = case.to_string();
        match (answer(case), excepted.remove(name.as_str())) {
            (Ok(()), None) => passed += 1,
            (Ok(()), Some(reason)) => wrong.push(format!("{name} passes, listed as: {reason}")),
            (Err(_), Some(_)) => {}
            (Err(error), None) => wrong.push(format!("{name}\n    {error}")),
        }
    }
    wrong.extend(excepted.keys().map(|name| format!("there is no case {name}")));
    assert!(wrong.is_empty(), "{} of {file}:\n{}", wrong.len(), wrong.join("\n"));
    println!("{file}: {passed} of {} cases pass", cases.len());
}

fn text<'a>(case: &'a Value, key: &str) -> &'a str {
    case[key].as_str().unwrap_or_default()
}

/// Compares what was made of a case with what should have been.
fn compare<E: std::fmt::Display>(
    case: &Value,
    made: Result<String, E>,
    expected: &str,
) -> Result<(), String> {
    match (made, case["should_succeed"].as_bool().unwrap()) {
        (Ok(made), true) if made == expected => Ok(()),
        (Ok(made), _) => Err(format!("made {made}")),
        (Err(_), false) => Ok(()),
        (Err(error), true) => Err(format!("refused: {error}")),
    }
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn bracketed_element_strings() {
    run("engine-parseAIdata", |case| {
        let made = ElementString::parse_bracketed(text(case, "bracketed_ai"));
        let made = made.map(|elements| elements.marked('^'));
        compare(case, made, text(case, "expected_unbracketed"))
    });
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn element_strings_with_fnc1() {
    run("engine-processAIdata", |case| {
        let message = text(case, "element_string");
        let made = ElementString::parse_marked(message, '^').map(|_| String::new());
        compare(case, made, "")
    });
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn digital_links_are_built() {
    run("engine-generateDLuri", |case| {
        let elements = ElementString::parse_bracketed(text(case, "bracketed_ai"));
        let made = elements.map_err(|error| error.to_string()).and_then(|elements| {
            elements.digital_link(case["stem"].as_str()).map_err(|error| error.to_string())
        });
        compare(case, made, text(case, "expected_uri"))
    });
}

/// A linter of the dictionary by our name.
fn our_name(linter: &str) -> &str {
    match linter {
        "csum" => "check-digit",
        "csumalpha" => "check-pair",
        other => other,
    }
}

/// Text, or bytes in hexadecimal, which become characters of the same number.
fn characters(value: &Value) -> String {
    if let Some(hex) = value["hex"].as_str() {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
        return (0..hex.len()).step_by(2).map(|at| char::from(byte(at))).collect();
    }
    value.as_str().unwrap().to_owned()
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn rules_of_values() {
    run("linter-cases-core", |case| {
        let rule = rule(our_name(text(case, "linter"))).ok_or("no such rule")?;
        let data = characters(&case["data"]);
        match (rule(&data), case["ok"].as_bool().unwrap()) {
            (Ok(()), true) => Ok(()),
            (Ok(()), false) => Err("accepted".to_owned()),
            (Err(broken), true) => Err(format!("refused: {broken:?}")),
            (Err(broken), false) => {
                let marked = characters(&case["highlight"]);
                let at = marked.find('*').unwrap();
                if data.is_char_boundary(broken.at) && broken.at == at {
                    Ok(())
                } else {
                    Err(format!("refused at {} instead of {at}", broken.at))
                }
            }
        }
    });
}

fn carrier(symbology: &str) -> Option<Carrier> {
    Some(match symbology {
        "DM" => Carrier::DataMatrix,
        "QR" => Carrier::QrCode,
        "DotCode" => Carrier::DotCode,
        "GS1_128_CCA" | "GS1_128_CCC" => Carrier::Gs1128,
        "DataBarExpanded" => Carrier::DataBarExpanded,
        "DataBarOmni" => Carrier::DataBarOmni,
        "DataBarLimited" => Carrier::DataBarLimited,
        "UPCA" => Carrier::UpcA,
        "UPCE" => Carrier::UpcE,
        "EAN13" => Carrier::Ean13,
        "EAN8" => Carrier::Ean8,
        "NONE" => return None,
        other => panic!("unknown symbology {other}"),
    })
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn what_scanners_send() {
    run("engine-generateScanData", |case| {
        let data = text(case, "data");
        let made = carrier(text(case, "symbology")).and_then(|carrier| {
            // Two-dimensional symbols have no composite component: the bar is content there.
            let linear = !matches!(carrier, Carrier::QrCode | Carrier::DataMatrix);
            let (data, composite) = match data.split_once("|^") {
                Some((data, composite)) if linear => (data, Some(composite.replace('^', "\u{1d}"))),
                _ => (data, None),
            };
            match data.strip_prefix('^') {
                Some(gs1) => {
                    let gs1 = gs1.replace('^', "\u{1d}");
                    scan_data(carrier, true, &gs1, composite.as_deref())
                }
                // The engine's way to write a plain text that begins with ^.
                None => {
                    let slashes = data.len() - data.trim_start_matches('\\').len();
                    let escaped = slashes > 0 && data[slashes..].starts_with('^');
                    let plain = if escaped { &data[1..] } else { data };
                    scan_data(carrier, false, plain, composite.as_deref())
                }
            }
        });
        let expected = case["expected_scan"].as_str();
        if made.as_deref() == expected { Ok(()) } else { Err(format!("made {made:?}")) }
    });
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn canonical_links_of_epc_uris_and_links() {
    run("ralphtro-dl-normaliser", |case| {
        let input = text(case, "input");
        let elements = if input.starts_with("urn:") {
            EpcUri::parse(input)
                .map_err(|error| error.to_string())
                .and_then(|uri| uri.elements().map_err(|error| error.to_string()))
        } else {
            DigitalLink::parse(input).map(|link| link.elements).map_err(|error| error.to_string())
        };
        let made = elements.as_ref().ok().and_then(ElementString::canonical_link);
        match (made.as_deref(), case["expected"].as_str()) {
            (made, expected) if made == expected => Ok(()),
            (made, _) => Err(format!("made {made:?}: {elements:?}")),
        }
    });
}

/// One row of the dictionary, as our table writes it.
fn in_our_words(row: &str) -> Option<(String, String)> {
    let (facts, title) = row.split_once('#').unwrap_or((row, ""));
    let mut words = facts.split_whitespace();
    let range = words.next()?;
    let (mut flags, mut components, mut needs, mut excludes, mut key) =
        (String::new(), Vec::new(), String::new(), String::new(), String::new());
    for word in words {
        if let Some(list) = word.strip_prefix("req=") {
            needs = list.replace('+', " and ").replace(',', " or ");
        } else if let Some(list) = word.strip_prefix("ex=") {
            excludes = list.replace(',', " ");
        } else if let Some(list) = word.strip_prefix("dlpkey") {
            let list = list.trim_start_matches('=').replace(',', " ").replace('|', " / ");
            key = format!("key {list}").trim_end().to_owned();
        } else if word.chars().all(|c| "*?".contains(c)) {
            let names = [('*', "predefined"), ('?', "attribute")];
            let named = names.iter().filter(|(mark, _)| word.contains(*mark));
            flags = named.map(|(_, name)| *name).collect::<Vec<_>>().join(" ");
        } else {
            let bare = word.trim_matches(['[']).replace(']', "");
            let (shape, rules) = bare.split_once(',').unwrap_or((&bare, ""));
            let named = |name: &str| match name {
                "gcppos1" => "prefix-first".to_owned(),
                "gcppos2" => "prefix-second".to_owned(),
                other => our_name(other).to_owned(),
            };
            let rules: Vec<String> =
                rules.split(',').filter(|name| !name.is_empty()).map(named).collect();
            let shape = shape.replace("..", "1-");
            let colon = if rules.is_empty() { "" } else { ":" };
            let component = format!("{shape}{colon}{}", rules.join("+"));
            let optional = word.starts_with('[');
            components.push(if optional { format!("({component})") } else { component });
        }
    }
    let row = [components.join(" "), flags, needs, excludes, key, title.trim().to_owned()];
    Some((range.to_owned(), row.join("|")))
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn the_table_says_what_the_dictionary_says() {
    let path = shared("vectors/gs1/gs1-syntax-dictionary.txt");
    let dictionary = fs::read_to_string(path).unwrap();
    let rows = dictionary.lines().filter(|row| !row.starts_with('#'));
    let theirs: BTreeMap<String, String> = rows.filter_map(in_our_words).collect();
    let table = project("crates/gs1/src/application_identifiers.txt");
    let table = fs::read_to_string(table).unwrap();
    let rows = table.lines().filter(|row| !row.is_empty() && !row.starts_with('#'));
    let ours: BTreeMap<String, String> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (cells[0].to_owned(), cells[1..].join("|"))
        })
        .collect();
    assert_eq!(ours, theirs);
    assert!(ApplicationIdentifier::all().len() > 400, "runs are written out");
    for ai in ApplicationIdentifier::all() {
        // General Specifications, figure 7.8.5-2: the first two digits tell.
        let start: u8 = ai.digits()[..2].parse().unwrap();
        let predefined = matches!(start, 0..=4 | 11..=20 | 31..=36 | 41);
        assert_eq!(ai.is_predefined(), predefined, "{ai:?}");
    }
}
