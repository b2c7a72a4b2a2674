//! Wrong files and settings end with exit code 2, a place, what was found, what was expected, the
//! nearest name - and nothing written.

use std::fs;
use std::path::Path;

use crate::common::project;

/// A folder with the carton line's clean scenario and twin, each changed by a replacement.
fn folder(scenario: (&str, &str), twin: (&str, &str)) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let put = |from: &str, to: &str, (old, new): (&str, &str)| {
        let text = fs::read_to_string(project(from)).unwrap();
        assert!(text.contains(old), "{from} has no {old:?}");
        let path = folder.path().join(to);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.replacen(old, new, 1)).unwrap();
    };
    put("scenarios/carton-line-250-faults.ron", "scenario.ron", scenario);
    put("twins/carton-line-250.ron", "twins/carton-line-250.ron", twin);
    folder
}

/// Runs the program on it and returns what it says.
fn refusal(folder: &Path, more: &[&str]) -> String {
    let out = folder.join("out");
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_linetwin"))
        .args(["run", "scenario.ron", "--out", out.to_str().unwrap()])
        .args(more)
        .current_dir(folder)
        .output()
        .unwrap();
    let says = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{says}");
    assert!(!out.exists(), "something was written");
    assert_eq!(output.stdout, b"");
    assert!(!says.contains("panicked"), "{says}");
    says
}

const SAME: (&str, &str) = ("", "");

#[test]
fn mistakes_in_a_scenario_are_named_with_their_place() {
    let cases = [
        (("quantity: 12_000", "quantty: 12_000"), "found field `quantty` of Order"),
        (("quantity: 12_000", "quantty: 12_000"), "did you mean `quantity`?"),
        (("quantity: 12_000", "quantity: \"many\""), "scenario.ron:15:"),
        (("quantity: 12_000", "quantity: 0"), "found 0, expected 1 to 10000000 units"),
        (("08901234567890", "08901234567891"), "wrong check digit, expected `08901234567890`"),
        (("08901234567890", "0890123456789"), "found GTIN `0890123456789`"),
        (("2028-09-30", "2026-09-30"), "scenario.ron:15:35: order.expiry: found 2026-09-30"),
        (("2028-09-30", "2028-09-31"), "found expiry `2028-09-31`, expected a date"),
        (("company_prefix: 7", "company_prefix: 13"), "found 13, expected 6 to 12 digits"),
        (
            ("company_prefix: 7", "company_prefix: 7, serials: Own(alphabet: Digits, length: 21)"),
            "found serial numbers of 21 characters, expected 6 to 20",
        ),
        (
            ("company_prefix: 7", "company_prefix: 7, serials: Own(alphabet: Digits, length: 8)"),
            "found 10000 numbers, one in ten thousand of those that can be written",
        ),
        (
            (
                "quantity: 12_000",
                "quantity: 12_000, packaging: [(level: Case, children: 48, \
                 identification_key: Gtin(gtin: \"18901234567897\"))]",
            ),
            "order.packaging[0].identification_key: found a GTIN on the case, expected an SSCC",
        ),
        (
            ("quantity: 12_000", "quantity: 12_000, packaging: [(level: Case, children: 47)]"),
            "order.packaging: found case of 47, expected what the line packs: case of 48",
        ),
        (("Misprint(at: \"printer-1\"", "Misprint(at: \"printr-1\""), "did you mean `printer-1`?"),
        (
            ("Misprint(at: \"printer-1\"", "Misprint(at: \"camera-1\""),
            "expected the id of a Printer",
        ),
        (("Misprint(at", "Missprint(at"), "found kind `Missprint`"),
        (("PerThousand(3)", "PerThousand(-3)"), "faults[0].every: found -3"),
        (("PerThousand(3)", "EveryNth(0)"), "faults[0].every: found 0"),
        (("DeadNozzles(rows: 20)", "DeadNozzles(rows: 0)"), "expected 1 to 2000 dot rows"),
        (("\"00:10:00\"", "\"ten minutes\""), "expected a length of time as \"HH:MM:SS\""),
        (
            ("twins/carton-line-250.ron", "twins/none.ron"),
            "found `twins/none.ron`, which is no file",
        ),
        (("seed: 42", "seed: -42"), "scenario.ron:9:"),
        (("name:", "nam:"), "did you mean `name`?"),
        (("Scenario(", "Scenario"), "scenario.ron:"),
        (("Integrity(clean)", "Integrity(dirty)"), "found kind `dirty`"),
    ];
    for (change, expected) in cases {
        let folder = folder(change, SAME);
        let says = refusal(folder.path(), &[]);
        assert!(says.contains(expected), "{change:?}: {says}");
        assert!(says.starts_with("scenario.ron:"), "{says}");
    }
}

#[test]
fn mistakes_in_a_twin_are_named_with_their_place() {
    let place = "twins/carton-line-250.ron:";
    let cases = [
        (("to: \"belt-3\"", "to: \"belt-33\""), "did you mean `belt-3`?"),
        (
            ("to: \"belt-3\"", "to: \"printer-1\""),
            "expected the id of a machine that takes product",
        ),
        (("to: \"belt-3\"", "to: \"belt-2\""), "found a way back to"),
        (("on: \"belt-2\"", "on: \"belt-1\""), "found `belt-1`, which accumulates"),
        (("on: \"belt-2\"", "on: \"belt-9\""), "expected the id of a Belt"),
        (("length_mm: 2400", "length_mm: 100"), "found 100, expected at least one pitch, 110 mm"),
        (("speed_mm_s: 500", "speed_mm_s: -500"), "found -500, expected 0.1 to 100000 mm/s"),
        (("Fixed(0.240)", "Fixed(-0.240)"), "found Fixed(-0.24)"),
        (("Fixed(0.240)", "Fixed(0)"), "expected a mean of a microsecond or more"),
        (("read_rate: 0.997", "read_rate: 1.5"), "expected a share from 0.0 to 1.0"),
        (("rows: 4", "rows: 0"), "found 0, expected one or more"),
        (("id: \"belt-1\"", "id: \"belt-2\""), "a name that no other machine has"),
        (("id: \"belt-1\"", "id: \"link\""), "a name other than"),
        (("lead_machine: \"infeed\"", "lead_machine: \"infed\""), "did you mean `infeed`?"),
        (("at_mm: 700", "at_mm: 1300"), "a Printer (if any), then a Camera, then a RejectGate"),
        (("pass_sensor_mm: 1450", "pass_sensor_mm: 1150"), "a place between the gate"),
        (("Exponential(mean: 3000)", "Exponential(mean: 0)"), "a mean above zero"),
        (("Camera(", "Camra("), "did you mean `Camera`?"),
        (
            ("Uniform(from: 0.100, to: 0.140)", "Exponential(mean: 0.1)"),
            "confirm_s: found Exponential",
        ),
        (("Uniform(from: 0.100, to: 0.140)", "Uniform(from: 0.1, to: 0.5)"), "differ by less than"),
        (
            (
                "CaseLabeller(\n            id: \"case-labeller\", queue_capacity: 4,",
                "Machine(\n id: \"case-labeller\", queue_capacity: 4, service_s: Fixed(1), reject_share: 0.1, to: \"palletiser\"),\n CaseLabeller(id: \"spare\", queue_capacity: 1,",
            ),
            "with nothing that packs before it",
        ),
        (
            (
                r#"interventions: (required_skill: "line")"#,
                r#"interventions: (required_skill: "line", handheld_read_rate: 0)"#,
            ),
            "a share above zero",
        ),
        (("decode_s", "decode_ms"), "did you mean `decode_s`?"),
        (("rated_units_per_min: 250", "rated_units_per_min: 0"), "expected a number above zero"),
    ];
    for (change, expected) in cases {
        let folder = folder(SAME, change);
        let says = refusal(folder.path(), &[]);
        assert!(says.contains(expected), "{change:?}: {says}");
        assert!(says.starts_with(place), "{says}");
        let column = says[place.len()..].split(':').nth(1).and_then(|c| c.parse::<u32>().ok());
        assert!(column.is_some(), "{says}");
    }
}

/// Lines that could be built but that no line controller can run.
#[test]
fn lines_that_cannot_be_serialized_are_named_before_the_run() {
    let packer = r#"CasePacker(id: "second", rows: 1, columns: 2, layers: 1, packing: (
        queue_capacity: 2, place_s: Fixed(1), scan_s: Fixed(1), read_rate: 1, close_s: Fixed(1),
    ),"#;
    let weigher = r#"to: "weigher"), Machine(
        id: "weigher", service_s: Fixed(0.1), queue_capacity: 2, reject_share: 0.01, to: "belt-3",
    ),"#;
    let two_packers = format!(r#"to: "second"), {packer} to: "case-labeller"),"#);
    let case_in_case = format!(
        r#"to: "second"), {packer} to: "again"), CaseLabeller(id: "again", queue_capacity: 1,
        label: (label_s: Fixed(1), read_rate: 1), to: "palletiser"),"#
    );
    let late_section = r#"to: "late"), Belt(id: "late", length_mm: 2000, speed_mm_s: 500,
        pitch_mm: 400, accumulates: false, to: "palletiser"),
        Camera(id: "late-camera", on: "late", at_mm: 100, decode_s: Fixed(0.05), read_rate: 1),
        RejectGate(id: "late-gate", on: "late", at_mm: 500, pass_sensor_mm: 900,
            confirm_s: Fixed(0.1)),"#;
    let cases = [
        ("to: \"belt-3\",\n        ),", weigher, "expected 0.0, or a Camera and a RejectGate"),
        ("to: \"case-labeller\",\n        ),", &two_packers, "a CaseLabeller between"),
        ("to: \"palletiser\",\n        ),", &case_in_case, "bundles before cases before pallets"),
        ("to: \"palletiser\",\n        ),", late_section, "before the first packing machine"),
        (
            "on: \"belt-2\", at_mm: 300",
            "on: \"belt-2\", at_mm: 900",
            "that do not follow one another",
        ),
    ];
    for (old, new, expected) in cases {
        let folder = folder(SAME, (old, new));
        let says = refusal(folder.path(), &[]);
        assert!(says.contains(expected), "{expected}: {says}");
    }
}

#[test]
fn wrong_settings_and_arguments_are_refused() {
    let folder = folder(SAME, SAME);
    let cases: [(&[&str], &str); 6] = [
        (&["--set", "order.quantty=1"], "did you mean `quantity`?"),
        (&["--set", "order.quantity=many"], "invalid type"),
        (&["--set", "order.quantity"], "expected path=value"),
        (&["--set", "twin.machines.printer-9.buffer_jobs=1"], "did you mean `printer-1`?"),
        (&["--speed", "fast"], "expected `max`, `real`, or a factor"),
        (&["--sed", "1"], "--seed"),
    ];
    for (arguments, expected) in cases {
        let says = refusal(folder.path(), arguments);
        assert!(says.contains(expected), "{arguments:?}: {says}");
    }
}

#[test]
fn files_that_are_no_files_are_refused() {
    let folder = folder(SAME, SAME);
    let scenario = folder.path().join("scenario.ron");
    fs::write(&scenario, b"\xff\xfe\x00nonsense").unwrap();
    assert!(refusal(folder.path(), &[]).contains("scenario.ron:1:1: cannot be read"));
    fs::write(&scenario, "").unwrap();
    refusal(folder.path(), &[]);
    fs::write(&scenario, "(".repeat(100_000)).unwrap();
    refusal(folder.path(), &[]);
    fs::remove_file(&scenario).unwrap();
    fs::create_dir(&scenario).unwrap();
    refusal(folder.path(), &[]);
    fs::remove_dir(&scenario).unwrap();
    assert!(refusal(folder.path(), &[]).contains("cannot be read"));
}

#[test]
fn a_folder_that_is_no_report_is_never_replaced() {
    let folder = folder(SAME, SAME);
    let mine = folder.path().join("mine");
    fs::create_dir(&mine).unwrap();
    fs::write(mine.join("thesis.txt"), "years of work").unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_linetwin"))
        .args(["run", "scenario.ron", "--set", "order.quantity=48", "--out", "mine"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read_to_string(mine.join("thesis.txt")).unwrap(), "years of work");
}
