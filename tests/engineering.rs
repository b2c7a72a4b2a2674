//! Twin files that could be built but not work: one number of a shipped line is changed, the exact
//! message is shown, and the number that it names is put in its place.

mod common;

use linetwin::twin::{TwinSpec, check};

fn twin(stem: &str, changes: &[(&str, &str)]) -> TwinSpec {
    let path = common::project(&format!("twins/{stem}.ron"));
    let mut text = std::fs::read_to_string(path).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{stem} has no {old:?}");
        text = text.replacen(old, new, 1);
    }
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(&text).unwrap()
}

/// What is wrong with a twin.
fn problems(stem: &str, changes: &[(&str, &str)]) -> Vec<String> {
    check(&twin(stem, changes), &[]).iter().map(ToString::to_string).collect()
}

/// The change is refused with this message, and what the message names is not.
fn refused(stem: &str, changes: &[(&str, &str)], message: &str, would_do: (&str, &str)) {
    assert_eq!(problems(stem, changes), [message], "{stem}: {changes:?}");
    let mended = [changes, &[would_do]].concat();
    assert_eq!(problems(stem, &mended), [""; 0], "{stem}: {mended:?}");
}

#[test]
fn nothing_is_wrong_with_the_lines_as_they_are() {
    let lines = ["carton-line-250", "blister-cartoner-400", "bottle-line-240", "reference-line"];
    for stem in lines {
        assert_eq!(problems(stem, &[]), [""; 0], "{stem}");
    }
}

#[test]
fn a_gate_stands_where_the_longest_decode_is_over() {
    refused(
        "carton-line-250",
        &[("at_mm: 1200", "at_mm: 748")],
        "machines[5].at_mm: found 748, expected 749 mm or more: a result of `camera-1` takes up to \
         0.080 s, and the belt runs at 600 mm/s",
        ("at_mm: 748", "at_mm: 749"),
    );
    refused(
        "blister-cartoner-400",
        &[("decode_s: Uniform(from: 0.020, to: 0.060)", "decode_s: Exponential(mean: 0.1)")],
        "machines[5].at_mm: found 1600, expected 1729 mm or more: a result of `camera-1` takes up \
         to 0.921 s (99.99 % of them), and the belt runs at 900 mm/s",
        ("at_mm: 1600", "at_mm: 1729"),
    );
}

#[test]
fn a_camera_stands_where_the_print_has_been_reported() {
    refused(
        "bottle-line-240",
        &[("at_mm: 600", "at_mm: 270")],
        "machines[5].at_mm: found 270, expected 276 mm or more: a print of `printer-1` is reported \
         after up to 0.050 s, and the belt runs at 500 mm/s",
        ("at_mm: 270", "at_mm: 276"),
    );
}

#[test]
fn a_printer_holds_the_jobs_of_all_products_that_pass_before_a_print_is_reported() {
    refused(
        "carton-line-250",
        &[("from: 0.030, to: 0.050", "from: 0.030, to: 0.400"), ("jobs: 10", "jobs: 2")],
        "machines[3].jobs: found 2, expected 3 or more: a print is reported after up to 0.400 s, and \
         products follow one another every 0.183 s",
        ("jobs: 2", "jobs: 3"),
    );
}

#[test]
fn every_machine_can_be_reached_from_the_infeed() {
    let found = problems("carton-line-250", &[("to: \"belt-3\",", "")]);
    let expected = "expected a way from the infeed that leads there, `to` by `to`";
    let lost = [(6, "belt-3"), (7, "case-packer"), (8, "case-labeller"), (9, "palletiser")];
    let message = |(index, id)| {
        format!("machines[{index}].id: found `{id}`, to which no product comes, {expected}")
    };
    assert_eq!(found, lost.map(message));
    let device = problems(
        "carton-line-250",
        &[("to: \"belt-3\",", ""), ("to: \"belt-2\",", "to: \"belt-3\",")],
    );
    assert!(
        device.contains(&format!(
            "machines[4].on: found `camera-1`, to which no product comes, {expected}"
        )),
        "{device:#?}"
    );
}
