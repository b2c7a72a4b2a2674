//! `linetwin diff`: where two runs part, from traces that were kept or from scenarios that are run.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::common::program::linetwin;
use crate::common::project;

const FAULT: &str = r#"faults=[{"NoRead": {"at": "camera-1", "every": {"Nth": 20}}}]"#;

/// Keeps the trace of a short run in a report folder.
fn keep(out: &Path, scenario: &str, settings: &[&str]) {
    let settings = settings.iter().flat_map(|setting| ["--set", setting]);
    let arguments = ["run", scenario, "--trace", "--set", "expect=[]", "--out"];
    let arguments = arguments.into_iter().chain([out.to_str().unwrap()]).chain(settings);
    let output = linetwin(&arguments.collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

fn diff(a: &Path, b: &Path, more: &[&str]) -> Output {
    linetwin(&[&["diff", a.to_str().unwrap(), b.to_str().unwrap()], more].concat())
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

#[test]
fn the_first_record_that_differs_is_named_with_its_second_and_its_surroundings() {
    let folder = tempfile::tempdir().unwrap();
    let [one, again, other] = ["one", "again", "other"].map(|name| folder.path().join(name));
    let scenario = "scenarios/carton-line-250.ron";
    keep(&one, scenario, &["order.quantity=96"]);
    keep(&again, scenario, &["order.quantity=96"]);
    keep(&other, scenario, &["order.quantity=96", FAULT]);
    let same = diff(&one, &again, &[]);
    assert_eq!((same.status.code(), told(&same).trim()), (Some(0), "the runs are the same"));

    let output = diff(&one, &other, &["--around", "3", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema"], "linetwin.diff/1");
    let divergence = &json["divergence"];
    let words =
        |side: &str, nth: usize| divergence[side][nth]["words"].as_str().unwrap().to_owned();
    // The same pack at the same camera; then the fault.
    assert!(words("before", 2).starts_with("camera-1: looks at unit 20"), "{divergence}");
    assert_eq!(words("b", 0), "FAULT NoRead hits unit 20");
    assert_eq!(divergence["machine"], "camera-1");
    assert_eq!(divergence["before"].as_array().unwrap().len(), 3);
    let text = told(&diff(&one, &other, &[]));
    let second = divergence["at_s"].as_f64().unwrap().floor();
    assert!(
        text.contains(&format!("they diverge in second {second} of line-1, camera-1")),
        "{text}"
    );
    assert!(text.contains(" B  ") && text.contains("FAULT NoRead hits unit 20"), "{text}");
}

#[test]
fn scenarios_are_run_and_a_kept_run_is_held_against_them() {
    let folder = tempfile::tempdir().unwrap();
    let scenario = project("scenarios/bottle-line-240-faults.ron");
    let kept = folder.path().join("kept");
    keep(&kept, scenario.to_str().unwrap(), &["order.quantity=200"]);
    let quantity = ["--set-b", "order.quantity=200"];
    assert_eq!(diff(&kept, &scenario, &quantity).status.code(), Some(0));
    let output = diff(&kept, &scenario, &[&quantity[..], &["--seed-b", "9"]].concat());
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("seed 9"), "{}", told(&output));
    // An order that is longer goes on where the other is over, at the latest.
    let longer =
        diff(&scenario, &scenario, &["--set-a", "order.quantity=150", quantity[0], quantity[1]]);
    assert_eq!(longer.status.code(), Some(1));
}

#[test]
fn lines_of_a_plant_are_compared_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let (one, other) = (folder.path().join("one"), folder.path().join("other"));
    keep(&one, "scenarios/plant-4-lines.ron", &[]);
    keep(&other, "scenarios/plant-4-lines.ron", &[]);
    assert_eq!(diff(&one, &other, &[]).status.code(), Some(0));
    fs::remove_dir_all(other.join("bottles")).unwrap();
    let output = diff(&one, &other, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("found 4 lines and 3"), "{}", told(&output));
}

#[test]
fn what_is_no_trace_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    keep(&at("good"), "scenarios/carton-line-250.ron", &["order.quantity=48"]);
    let good = at("good").join("trace.ltz");
    let bytes = fs::read(&good).unwrap();
    fs::write(at("cut.ltz"), &bytes[..bytes.len() / 2]).unwrap();
    let mut damaged = bytes;
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(at("damaged.ltz"), damaged).unwrap();
    fs::write(at("words.ltz"), "not a trace").unwrap();
    fs::create_dir(at("empty")).unwrap();
    for (path, part) in [
        (at("cut.ltz"), "cut.ltz: record 0"),
        (at("damaged.ltz"), "damaged.ltz: record 0: "),
        (at("words.ltz"), "expected a trace that `linetwin run --trace` has written"),
        (at("empty"), "found no trace.ltz here"),
        (at("nowhere"), "nowhere: "),
        (at("nowhere.ron"), "nowhere.ron:1:1: cannot be read"),
    ] {
        for output in [diff(&good, &path, &[]), diff(&path, &good, &[])] {
            assert_eq!(output.status.code(), Some(2), "{}: {}", path.display(), told(&output));
            assert!(told(&output).contains(part), "no `{part}` in {}", told(&output));
        }
    }
    let seed = diff(&good, &good, &["--seed-b", "3"]);
    assert_eq!(seed.status.code(), Some(2), "{}", told(&seed));
}
