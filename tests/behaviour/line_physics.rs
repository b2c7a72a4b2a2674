//! Lines whose behaviour is known exactly: travel, pitch, accumulation, blocking, conservation.

use linetwin::base::MachineState;

use crate::common::bare_line::BareLine;
use crate::common::claims::within;
use crate::common::run::Run;

fn line(machines: &str, seconds: u64) -> Run {
    BareLine::of(machines).run_for_s(seconds)
}

/// Two machines of one second, a buffer of five: the second one starts a second after the first.
#[test]
fn two_machines_of_one_second_make_999_parts_in_1000_seconds() {
    // The infeed offers faster than the line works, from the first instant on.
    let run = line(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.000001), to: "one"),
           Machine(id: "one", service_s: Fixed(1), queue_capacity: 5, to: "two"),
           Machine(id: "two", service_s: Fixed(1), queue_capacity: 5)"#,
        1000,
    );
    // The first part comes a microsecond after the start, so the one at the last instant is late.
    assert_eq!(run.machine("two").processed, 998);
}

/// The packaging line of Altiok and Melamed (Simulation Modeling and Analysis with Arena, 2007):
/// fill 6.5 s, cap 5 s, label 8 s, seal 5 s, pack 6 s, buffers of five. The label machine sets the
/// pace; those before it are blocked for the rest of their time, those after it starved.
#[test]
fn the_packaging_line_works_at_the_pace_of_its_slowest_machine() {
    let run = line(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.001), to: "fill"),
           Machine(id: "fill", service_s: Fixed(6.5), queue_capacity: 5, to: "cap"),
           Machine(id: "cap", service_s: Fixed(5), queue_capacity: 5, to: "label"),
           Machine(id: "label", service_s: Fixed(8), queue_capacity: 5, to: "seal"),
           Machine(id: "seal", service_s: Fixed(5), queue_capacity: 5, to: "pack"),
           Machine(id: "pack", service_s: Fixed(6), queue_capacity: 5)"#,
        800_000,
    );
    let share = |of: f64| of / run.simulated_s;
    let near = |found: f64, exact: f64| within(0.001, found, exact);
    near(share(run.machine("pack").processed as f64), 0.125);
    for (id, exact) in
        [("fill", 0.8125), ("cap", 0.625), ("label", 1.0), ("seal", 0.625), ("pack", 0.75)]
    {
        near(share(run.machine(id).in_state(MachineState::Execute)), exact);
    }
    for (id, exact) in [("fill", 0.1875), ("cap", 0.375), ("label", 0.0), ("seal", 0.0)] {
        near(share(run.machine(id).blocked_s), exact);
    }
    let first = &run.throughput.bottleneck[0];
    assert_eq!((first.id.as_str(), first.share > 0.99), ("label", true));
}

/// A belt of 1000 mm at 500 mm/s: two seconds of travel, one unit every half second.
#[test]
fn travel_takes_the_length_over_the_speed() {
    let run = line(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.5), to: "belt"),
           Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, accumulates: true)"#,
        100,
    );
    // In at 0.5, 1.0, ... 99.5; out two seconds later, the last one at 99.5.
    assert_eq!(run.throughput.infeed, 199);
    assert_eq!(run.machine("belt").processed, 195);
    let belt = run.buffer("belt");
    assert_eq!((belt.max, belt.capacity), (4, 10));
    // Little's law: level = rate x time; 195 units for 2 s and four that have just come on.
    let waited = 195.0 * 2.0 + (1.5 + 1.0 + 0.5 + 2.0);
    within(0.011, belt.mean, waited / 100.0);
}

/// The pitch limits how fast units can come on: 100 mm at 500 mm/s is one every 0.2 s.
#[test]
fn units_come_onto_a_belt_no_closer_than_a_pitch() {
    let run = line(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.01), to: "belt"),
           Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, accumulates: true)"#,
        100,
    );
    // In at 0.01, 0.21, ... 99.81.
    assert_eq!(run.throughput.infeed, 500);
    assert!(run.machine("infeed").in_state(MachineState::Suspended) > 90.0, "{run}");
}

/// A belt before a slow machine fills up: as many units as there are pitches, then the machine
/// before it is blocked. Both kinds of belt hand on at the pace of the slow machine.
#[test]
fn a_full_belt_blocks_the_machine_before_it() {
    for (accumulates, most) in [("true", 10), ("false", 10)] {
        let run = line(
            &format!(
                r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.25), to: "belt"),
                   Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100,
                        accumulates: {accumulates}, to: "slow"),
                   Machine(id: "slow", service_s: Fixed(5), queue_capacity: 1)"#
            ),
            1000,
        );
        let belt = run.buffer("belt");
        assert!(belt.max <= most, "{belt:?}");
        // The first unit is at the machine after 2.25 s; from then on one every five seconds.
        assert_eq!(run.machine("slow").processed, 199, "accumulates: {accumulates}");
        assert!(run.machine("infeed").in_state(MachineState::Suspended) > 900.0, "{run}");
        if accumulates == "true" {
            assert_eq!(belt.max, most, "queued at minimum pitch");
        } else {
            assert!(belt.max < most, "standing still, products keep their distances: {belt:?}");
        }
    }
}

/// After a stop, an accumulating belt closes up: the next unit is there one pitch later.
#[test]
fn a_queue_on_a_belt_moves_up_by_one_pitch() {
    // The packer takes five units at once every ten seconds: between them the belt hands over one
    // unit a pitch, 0.2 s, never faster.
    let run = line(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.25), to: "belt"),
           Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, accumulates: true,
                to: "packer"),
           CasePacker(id: "packer", rows: 1, columns: 5, layers: 1, packing: (
               queue_capacity: 1, place_s: Fixed(0.001), scan_s: Fixed(0), read_rate: 1, close_s: Fixed(10),
           ))"#,
        1001,
    );
    // A case takes five units: two wait at hand when the packer starts again - one in its room and
    // one at the end of the belt - and the third comes a pitch after the second has left.
    let cases = run.throughput.containers.case;
    let cycle = 10.0 + 0.2 * 3.0;
    let expected = 1001.0 / cycle;
    assert!((cases as f64 - expected).abs() <= 1.5, "{cases} cases instead of {expected:.1}");
}

/// Whatever happens, units are conserved: rejects, failures, partly filled cases.
#[test]
fn units_are_conserved() {
    let line = BareLine::of(
        r#"Infeed(id: "infeed", cycle_time_s: Exponential(mean: 0.3), to: "belt"),
           Belt(id: "belt", length_mm: 900, speed_mm_s: 500, pitch_mm: 70, accumulates: true,
                to: "inspect"),
           Machine(id: "inspect", service_s: Uniform(from: 0.1, to: 0.4), queue_capacity: 3,
                   reject_share: 0.1, failures: [(
                       time_to_failure: CalendarTime(Exponential(mean: 50)), repair_s: Exponential(mean: 10),
                   )], to: "belt-2"),
           Belt(id: "belt-2", length_mm: 900, speed_mm_s: 300, pitch_mm: 70,
                accumulates: false, to: "packer"),
           CasePacker(id: "packer", rows: 2, columns: 3, layers: 2, packing: (
               queue_capacity: 4, place_s: Fixed(0.2), scan_s: Fixed(0.1), read_rate: 1,
               close_s: Uniform(from: 1, to: 3),
           ), to: "labeller"),
           CaseLabeller(id: "labeller", queue_capacity: 2, label: (label_s: Fixed(2), read_rate: 1))"#,
    );
    for seed in 1..=20 {
        let made = line.clone().seed(seed).run_for_s(900).throughput.clone();
        assert!(made.rejected > 50 && made.containers.case > 50, "seed {seed}: {made:?}");
    }
}
