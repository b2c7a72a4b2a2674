//! Floor plans of lines of which everything can be worked out by hand, and of the shipped ones.

use super::*;
use crate::{TwinSpec, check};

/// A twin with these machines and this layout.
fn twin(machines: &str, layout: &str) -> TwinSpec {
    let text = format!(
        r#"Twin(name: "test", rated_units_per_min: 60, lead_machine: "infeed", layout: ({layout}),
           machines: [Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "belt"), {machines}])"#
    );
    read(&text)
}

/// A twin file as the program reads it.
fn read(text: &str) -> TwinSpec {
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn belt(id: &str, length_mm: u32, to: &str) -> String {
    let to = if to.is_empty() { String::new() } else { format!(r#"to: "{to}","#) };
    format!(
        r#"Belt(id: "{id}", length_mm: {length_mm}, speed_mm_s: 500, pitch_mm: 100,
                accumulates: true, {to}),"#
    )
}

fn machine(id: &str, to: &str) -> String {
    format!(r#"Machine(id: "{id}", service_s: Fixed(1), queue_capacity: 1, to: "{to}"),"#)
}

fn layout(twin: &TwinSpec) -> Layout {
    Layout::of(twin).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Where the middle of a machine is, or the beginning of a belt.
fn at(layout: &Layout, id: &str) -> (f64, f64, f64) {
    let machine = layout.machines.iter().find(|machine| machine.id == id).unwrap();
    (machine.pose.x_mm, machine.pose.y_mm, machine.pose.heading_deg)
}

fn texts(problems: &[crate::Problem]) -> Vec<String> {
    problems.iter().map(ToString::to_string).collect()
}

/// A line that splits in two and joins again: the second lane is 1100 mm longer.
fn two_ways() -> String {
    belt("belt", 2000, "split")
        + r#"Diverter(id: "split", to: ["a", "b"]),"#
        + &machine("a", "lane-a")
        + &machine("b", "lane-b")
        + &belt("lane-a", 1500, "join")
        + &belt("lane-b", 2600, "join")
        + r#"Merge(id: "join", to: "last"),"#
        + &belt("last", 1000, "")
}

#[test]
fn a_line_without_a_layout_runs_straight_in_its_order() {
    let twin = twin(
        &(belt("belt", 2000, "packer") + &machine("packer", "last") + &belt("last", 1000, "")),
        "",
    );
    let layout = layout(&twin);
    assert_eq!(at(&layout, "infeed"), (750.0, 0.0, 0.0));
    assert_eq!(at(&layout, "belt"), (1500.0, 0.0, 0.0));
    assert_eq!(at(&layout, "packer"), (4250.0, 0.0, 0.0));
    assert_eq!(at(&layout, "last"), (5000.0, 0.0, 0.0));
    assert!(layout.connections.iter().all(|connection| connection.gap_mm() == 0.0));
    assert_eq!(layout.connections.len(), 3);
    assert_eq!(layout.warnings(), []);
    // People stand on the right and look to the left.
    let operator = layout.machines[0].operator;
    assert_eq!(operator, Pose { x_mm: 750.0, y_mm: -1100.0, heading_deg: 90.0 });
    assert_eq!((layout.hall.min_x_mm, layout.hall.max_x_mm), (-1500.0, 7500.0));
}

#[test]
fn lanes_run_side_by_side_and_the_longest_decides_where_they_meet() {
    let layout = layout(&twin(&two_ways(), ""));
    assert_eq!(at(&layout, "a"), (5750.0, 0.0, 0.0));
    assert_eq!(at(&layout, "b"), (5750.0, 3000.0, 0.0));
    assert_eq!(at(&layout, "lane-b"), (6500.0, 3000.0, 0.0));
    assert_eq!(at(&layout, "join"), (9850.0, 0.0, 0.0));
    assert_eq!(at(&layout, "last"), (10600.0, 0.0, 0.0));
    // Diverter and merge reach from one lane to the other.
    let split = layout.machines[2].covers[0];
    assert_eq!((split.middle.y_mm, split.width_mm), (1500.0, 3600.0));
    // The shorter way cannot reach the place where they meet.
    assert_eq!(
        texts(&layout.warnings()),
        [
            "machines[5].to: found 1100 mm from the outlet of `lane-a` to `join`, expected 50 mm or less: \
          another length, path or place"
        ]
    );
}

#[test]
fn a_way_within_another_one_has_the_nearer_lane() {
    // split -> (a -> inner -> (c, d) -> meet -> join, b -> join)
    let machines = belt("belt", 1000, "split")
        + r#"Diverter(id: "split", to: ["a", "b"]),"#
        + &machine("a", "inner")
        + r#"Diverter(id: "inner", to: ["c", "d"]),"#
        + &machine("c", "meet")
        + &machine("d", "meet")
        + r#"Merge(id: "meet", to: "join"),"#
        + &machine("b", "join")
        + r#"Merge(id: "join"),"#;
    let layout = layout(&twin(&machines, "lane_distance_mm: 2000"));
    let across = ["a", "c", "d", "b", "join"].map(|id| at(&layout, id).1);
    assert_eq!(across, [0.0, 0.0, 2000.0, 4000.0, 0.0]);
}

#[test]
fn a_line_goes_on_from_where_a_machine_was_put_and_where_a_belt_turns() {
    let machines =
        belt("belt", 2785, "packer") + &machine("packer", "last") + &belt("last", 1000, "");
    let said = r#"
        places: {"infeed": (x_mm: 10000, y_mm: 5000)},
        paths: {"belt": [Straight(mm: 1000), Turn(deg: 90, radius_mm: 500), Straight(mm: 1000)]},
        sizes: {"packer": (length_mm: 2000)}"#;
    let layout = layout(&twin(&machines, said));
    assert_eq!(at(&layout, "belt"), (10750.0, 5000.0, 0.0));
    let (x_mm, y_mm, heading_deg) = at(&layout, "packer");
    assert!((x_mm - 12250.0).abs() < 1e-6 && (y_mm - 7500.0).abs() < 1e-6, "{x_mm} {y_mm}");
    assert_eq!(heading_deg, 90.0);
    assert_eq!(at(&layout, "last").2, 90.0);
    let path = layout.machines[1].path.as_ref().unwrap();
    let middle = path.point_at(1392.5);
    assert!((middle.heading_deg - 45.0).abs() < 0.1, "{middle:?}");
    assert_eq!(path.point_at(2885.0).heading_deg, 90.0, "beyond its end it is straight");
    assert_eq!(layout.warnings(), []);
}

#[test]
fn devices_stand_beside_their_belt_and_a_bench_before_its_gate() {
    let machines = r#"
        Belt(id: "belt", length_mm: 2000, speed_mm_s: 100, pitch_mm: 100, accumulates: false),
        Printer(id: "printer", on: "belt", at_mm: 300, print_s: Fixed(0.01), buffer_jobs: 10),
        Camera(id: "camera", on: "belt", at_mm: 500, decode_s: Fixed(0.01), read_rate: 1.0),
        RejectGate(id: "gate", on: "belt", at_mm: 1000, pass_sensor_mm: 1200, confirm_s: Fixed(0.1)),
        ReworkBench(id: "bench", gate: "gate", verify_s: Fixed(5), returns_to: "belt")"#;
    let layout = layout(&twin(machines, ""));
    assert_eq!(at(&layout, "printer"), (1800.0, 450.0, 0.0));
    assert_eq!(at(&layout, "gate"), (2500.0, -450.0, 0.0));
    assert_eq!(at(&layout, "bench"), (2500.0, -2100.0, 0.0));
    // 200 mm apart: each of them has so much.
    assert_eq!(layout.machines[2].covers[0].length_mm, 200.0);
    assert_eq!(layout.warnings(), []);
}

#[test]
fn machines_in_one_anothers_way_are_named() {
    let machines = belt("belt", 2000, "packer")
        + r#"Machine(id: "packer", service_s: Fixed(1), queue_capacity: 1),"#;
    let layout = layout(&twin(&machines, r#"places: {"packer": (x_mm: 3000, y_mm: 0)}"#));
    assert_eq!(
        texts(&layout.warnings()),
        [
            "machines[1].to: found 1250 mm from the outlet of `belt` to `packer`, expected 50 mm or less: \
             another length, path or place",
            "machines[2]: found `packer`, which stands where `belt` does, expected a place of its own in \
             `layout`",
        ]
    );
}

#[test]
fn what_makes_no_floor_plan_is_refused() {
    let machines = belt("belt", 2000, "packer")
        + r#"Machine(id: "packer", service_s: Fixed(1), queue_capacity: 1),
        Camera(id: "camera", on: "belt", at_mm: 500, decode_s: Fixed(0.1), read_rate: 1.0)"#;
    let said = r#"
        places: {"pakcer": (x_mm: 0, y_mm: 0), "camera": (x_mm: 0, y_mm: 0)},
        paths: {"belt": [Straight(mm: 1500), Turn(deg: 90, radius_mm: 200)], "packer": [Straight(mm: 1)]},
        sizes: {"belt": (length_mm: 100), "packer": (width_mm: 0)}"#;
    let twin = twin(&machines, said);
    let found = texts(&check_layout(&twin));
    assert_eq!(
        found,
        [
            "layout.places.camera: found `camera`, which stands on a belt at its `at_mm`, expected a machine \
             that is no device of a belt",
            "layout.places.pakcer: found `pakcer`, expected the id of a machine; did you mean `packer`?",
            "layout.paths.belt: found pieces of 1814 mm together, expected 2000 mm, the belt's length_mm: \
             186 mm more",
            "layout.paths.packer: found `packer`, expected the id of a Belt",
            "layout.sizes.belt.length_mm: found a length of a belt, expected nothing here: it stands at the \
             belt, as length_mm",
            "layout.sizes.packer.width_mm: found 0, expected 10 to 100000",
        ]
    );
    assert_eq!(Layout::of(&twin).unwrap_err().to_string(), found[0]);
    assert!(texts(&check(&twin, &[])).contains(&found[1]), "a run is refused too");
}

/// The twin files at the root of the project.
const SHIPPED: [&str; 5] = [
    include_str!("../../../../twins/blister-cartoner-400.ron"),
    include_str!("../../../../twins/bottle-line-240.ron"),
    include_str!("../../../../twins/carton-line-250.ron"),
    include_str!("../../../../twins/carton-line-two-cartoners.ron"),
    include_str!("../../../../twins/reference-line.ron"),
];

#[test]
fn along_the_line_the_floor_plan_is_where_people_walk() {
    for text in SHIPPED {
        let twin = read(text);
        let layout = layout(&twin);
        for (machine, place_m) in layout.machines.iter().zip(places_m(&twin)) {
            // Where the twin file gives a place, people walk to that one.
            if twin.positions_m.contains_key(&machine.id) {
                continue;
            }
            let middle = machine
                .path
                .as_ref()
                .map_or(machine.pose, |path| path.point_at(path.length_mm() / 2.0));
            assert!((middle.x_mm - place_m * 1000.0).abs() < 1e-6, "{}: {}", twin.name, machine.id);
        }
        let gaps = layout.warnings();
        let known = usize::from(twin.name.contains("two cartoners"));
        assert_eq!(gaps.len(), known, "{}: {:?}", twin.name, texts(&gaps));
    }
}
