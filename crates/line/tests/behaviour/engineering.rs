//! Twin files that could be built but not work: one number of a shipped line is changed, the exact
//! message is shown, and the number that it names is put in its place.

use std::path::Path;

use linetwin_line::{TwinSpec, capacity_warnings, check};

fn twin(stem: &str, changes: &[(&str, &str)]) -> TwinSpec {
    let twins = concat!(env!("CARGO_MANIFEST_DIR"), "/../../twins");
    let path = Path::new(twins).join(format!("{stem}.ron"));
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
        &[
            ("from: 0.030, to: 0.050", "from: 0.030, to: 0.400"),
            ("buffer_jobs: 10", "buffer_jobs: 2"),
        ],
        "machines[3].buffer_jobs: found 2, expected 3 or more: a print is reported after up to 0.400 s, and \
         products follow one another every 0.183 s",
        ("buffer_jobs: 2", "buffer_jobs: 3"),
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

#[test]
fn a_case_packer_has_room_for_a_layer() {
    // A layer of 16; the belt before it holds 40 cartons.
    let belt = ("length_mm: 4400,", "length_mm: 440,");
    let found = |room| warnings("carton-line-250", &[belt, ("queue_capacity: 16,", room)]);
    assert_eq!(
        found("queue_capacity: 11,"),
        [
            "machines[7].packing.queue_capacity: found 11, expected 12 or more: a layer is 16 products, and 4 can \
          queue right before it"
        ]
    );
    assert_eq!(found("queue_capacity: 12,"), [""; 0]);
    assert_eq!(
        warnings("carton-line-250", &[("queue_capacity: 16,", "queue_capacity: 1,")]),
        [""; 0]
    );
}

/// What makes a line slower than it is rated.
fn warnings(stem: &str, changes: &[(&str, &str)]) -> Vec<String> {
    let twin = twin(stem, changes);
    assert_eq!(check(&twin, &[]), []);
    capacity_warnings(&twin).iter().map(ToString::to_string).collect()
}

#[test]
fn a_line_that_is_slower_than_rated_says_where() {
    let stems =
        ["carton-line-250", "blister-cartoner-400", "bottle-line-240", "carton-line-two-cartoners"];
    for stem in stems {
        assert_eq!(warnings(stem, &[]), [""; 0], "{stem}");
    }
    assert_eq!(
        warnings(
            "carton-line-250",
            &[("cycle_time_s: Fixed(0.240)", "cycle_time_s: Uniform(from: 0.2, to: 0.3)")]
        ),
        [
            "machines[0].cycle_time_s: found 0.250 s each, expected a mean of 0.240 s or less for the rated 250 \
          units a minute"
        ]
    );
    assert_eq!(
        warnings("carton-line-250", &[("speed_mm_s: 600", "speed_mm_s: 458")]),
        [
            "machines[2].speed_mm_s: found 0.240 s each, expected 459 mm/s or more for the rated 250 units a \
          minute"
        ]
    );
    // 48 cartons at 0.24 s are 11.52 s.
    let slow_hands = ("place_s: Uniform(from: 0.120, to: 0.160)", "place_s: Fixed(0.2)");
    let found = warnings("carton-line-250", &[slow_hands]);
    assert!(found[0].contains("expected a mean of 11.520 s or less"), "{found:?}");
}

#[test]
fn one_of_two_ways_may_be_slow() {
    // Neither cartoner makes 300 a minute; what all product passes must.
    let change = ("service_s: Fixed(0.400)", "service_s: Fixed(40)");
    assert_eq!(warnings("carton-line-two-cartoners", &[change]), [""; 0]);
    let table = ("min_discharge_interval_s: 0.150", "min_discharge_interval_s: 0.25");
    assert_eq!(
        warnings("carton-line-two-cartoners", &[table]),
        [
            "machines[14].min_discharge_interval_s: found 0.250 s each, expected a mean of 0.200 s or less for the rated \
          300 units a minute"
        ]
    );
}

#[test]
fn a_pool_that_is_empty_before_an_answer_comes_is_named() {
    let pool = |low: u32| format!("serial_reserve: 0.05, pool: ReorderPoint(min: {low}, max: 90)");
    let link = ("retry_s: 2.0", "retry_s: 2.0, lost: 0.01");
    let found = |low| warnings("carton-line-250", &[link, ("serial_reserve: 0.05", &pool(low))]);
    // 250 a minute for the two seconds after which a lost message is sent again, and twice 10 ms.
    assert_eq!(
        found(8),
        [
            "controller.pool: found min 8, expected min 9 or more: an answer may take 2.020 s, and the line \
          is rated 250 units a minute"
        ]
    );
    assert_eq!(found(9), [""; 0]);
}
