//! Every retired name is refused where it stands in a file, and is no name any more.

use std::path::Path;

use linetwin_line::TwinSpec;

use super::super::ron_file::{FileErrors, Place, RonFile};
use super::super::scenario::Scenario;
use super::*;

/// A twin or scenario with a mistake at `@`, in each struct or kind that the tables name.
fn text(within: &str) -> String {
    let machine = |fields: &str| format!("Twin(machines: [{fields}])");
    let failure = |fields: &str| machine(&format!("Infeed(failures: [{fields}])"));
    match within {
        "Twin" => "Twin(\n    @: 1)".to_owned(),
        "ControllerSpec" => "Twin(controller: (\n    @: 1))".to_owned(),
        "ReplenishmentPolicy" => "Twin(controller: (pool: @(low: 1, high: 2)))".to_owned(),
        "PersonSpec" => "Twin(people: [(name: \"Asha\", @: 1)])".to_owned(),
        "InterventionSpec" => "Twin(interventions: (@: 1))".to_owned(),
        "Infeed" | "Belt" | "AccumulationTable" | "Diverter" | "Merge" | "Machine" | "Printer"
        | "CaseLabeller" => machine(&format!("{within}(id: \"one\", @: 1)")),
        "BeltSpeedSpec" => machine("Belt(speeds: [(@: \"one\")])"),
        "DivertRule" => machine("Diverter(rule: @)"),
        "PackingSpec" => machine("Bundler(packing: (@: 1))"),
        "FailureSpec" => failure("(@: 1)"),
        "Interval" => failure("(time_to_failure: @(Fixed(1)))"),
        "ConsumableSpec" => machine("Machine(consumables: [(@: 1)])"),
        "PlannedStopSpec" => machine("Machine(planned_stops: [(@: 1)])"),
        "SpeedLossSpec" => machine("Machine(speed_losses: [(@: 1)])"),
        "StartupRejectsSpec" => machine("Machine(startup_rejects: (@: 1))"),
        "Geometric" => machine("Machine(service_s: Geometric(@: 1))"),
        "Optics" => machine("Camera(optics: (@: 1))"),
        "Scenario" => "Scenario(\n    @: \"00:01:00\")".to_owned(),
        "Imported" => {
            "Scenario(order: (product: (serials: Imported(file: \"a\", @: true))))".to_owned()
        }
        "PackagingLevel" => "Scenario(order: (packaging: [(@: 1)]))".to_owned(),
        "Expectation" => "Scenario(expect: [@(situation: \"BinFull\")])".to_owned(),
        "Covered" => "Scenario(expect: [Covered(@: \"BinFull\")])".to_owned(),
        "Fault" => "Scenario(faults: [\n    @(times: 3)])".to_owned(),
        "Rate" => "Scenario(faults: [Misprint(at: \"printer-1\", every: @(3))])".to_owned(),
        "Recurring" | "LateResult" | "LinkSlow" | "MessageOvertaken" | "ClockStep" => {
            format!("Scenario(faults: [{within}(@: 1)])")
        }
        other => panic!("no text for names of {other}"),
    }
}

#[test]
fn every_retired_name_is_refused_with_its_new_name_at_its_place() {
    for (within, old, new) in rows() {
        let text = text(within);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("twin.ron");
        std::fs::write(&path, text.replace('@', old)).unwrap();
        let FileErrors(errors) = match text.starts_with("Twin") {
            true => RonFile::<TwinSpec>::read(&path).unwrap_err(),
            false => RonFile::<Scenario>::read(&path).unwrap_err(),
        };
        let [error] = errors.as_slice() else { panic!("{errors:?}") };
        assert_eq!(error.message, format!("`{old}` is now `{new}`"), "{within}");
        let before = text.split('@').next().unwrap();
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap().len() + 1;
        let Place::File(file, at_line, at_column) = &error.place else { panic!("{error}") };
        assert_eq!(file.as_path(), Path::new(&path));
        assert_eq!((*at_line, *at_column), (line, column), "{error}");
    }
}

#[test]
fn a_retired_name_is_known_by_what_stands_there_now() {
    let names = ["id".to_owned(), "queue_capacity".to_owned()];
    assert_eq!(successor_among(&names, "room"), Some("queue_capacity"));
    assert_eq!(successor_among(&names, "between_s"), None);
}

#[test]
fn no_name_is_retired_twice_at_a_place() {
    let mut seen = Vec::new();
    for (within, old, _) in rows() {
        assert!(!seen.contains(&(within, old)), "{within}.{old}");
        seen.push((within, old));
    }
}
