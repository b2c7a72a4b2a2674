//! Planned work, loss of speed, products spoilt at the start, and what OEE makes of them. Times are fixed,
//! so that each is known.

use linetwin::base::Cause::{Break, Cleaning, Operator, Setup};
use linetwin::base::MachineState;

use crate::common::bare_line::BareLine;
use crate::common::claims::near;
use crate::common::run::Run;

const PERSON: &str = r#"(name: "Asha", response_time_s: Fixed(0), walking_speed_m_s: 1)"#;

/// A line of an infeed and a machine with these stops and losses, each product a second.
fn line(infeed: &str, machine: &str, seconds: u64) -> Run {
    let machines = format!(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "one", {infeed}),
        Machine(id: "one", service_s: Fixed(0.5), queue_capacity: 5, to: "packer", {machine}),
        CasePacker(id: "packer", rows: 5, columns: 2, layers: 1, packing: (
            queue_capacity: 5, place_s: Fixed(0.1), scan_s: Fixed(0), read_rate: 1.0, close_s: Fixed(0.1),
        ), to: "labeller"),
        CaseLabeller(id: "labeller", queue_capacity: 4, label: (label_s: Fixed(1), read_rate: 1.0))"#
    );
    BareLine::of(&machines).with_people(PERSON).run_for_s(seconds)
}

#[test]
fn what_is_to_be_done_at_the_start_is_done_before_the_first_product() {
    let planned = r#"planned_stops: [
        (name: "clearance", kind: Setup, due: Start, takes_s: Fixed(60), required_skill: "quality"),
        (name: "format", kind: Setup, due: Start, takes_s: Fixed(300), required_skill: "mechanic"),
    ]"#;
    let run = line(planned, "", 1000);
    // The infeed's middle is 0.75 m down the line; for the second task she stands there.
    near(run.machine("infeed").for_cause(Operator), 0.75);
    near(run.machine("infeed").for_cause(Setup), 360.0);
    near(run.machine("infeed").in_state(MachineState::Resetting), 360.75);
    // The first unit is ready by then.
    assert_eq!(run.throughput.infeed, 640);
    // Set-up is a loss of availability and none in NEE.
    let oee = &run.throughput.oee;
    near(oee.availability, 0.63925);
    near(oee.planned_downtime_s, 0.0);
    near(oee.nee / oee.oee, (639.25 + 360.0) / 639.25);
}

#[test]
fn a_machine_that_is_set_up_takes_product_when_it_is_ready() {
    let setup = r#"planned_stops: [(name: "tools", kind: Setup, due: Start, takes_s: Fixed(100))]"#;
    let run = line("", setup, 200);
    near(run.machine("one").in_state(MachineState::Resetting), 100.0);
    // Five wait before it and one in the infeed; the next comes a second later.
    assert_eq!(run.throughput.machines[1].processed, 105);
}

#[test]
fn cleaning_comes_round_by_working_time_and_is_no_busy_time() {
    let cleaning = r#"planned_stops: [(
        name: "wipe", kind: Cleaning, due: Every(OperatingTime(Fixed(50))), takes_s: Fixed(25),
    )]"#;
    // A second of work for each unit: 50 s of work, 25 s of cleaning. The first unit was ready before.
    let run = line(cleaning, "", 751);
    near(run.machine("infeed").for_cause(Cleaning), 250.0);
    near(run.throughput.oee.planned_downtime_s, 250.0);
    near(run.throughput.oee.availability, 1.0);
}

#[test]
fn a_break_is_at_its_time_of_day() {
    let lunch = r#"planned_stops: [(name: "lunch", kind: Break, due: Daily("06:30"), takes_s: Fixed(1800))]"#;
    // The run starts at six.
    let run = line(lunch, "", 2 * 3600);
    near(run.machine("infeed").for_cause(Break), 1800.0);
    near(run.throughput.oee.planned_downtime_s, 1800.0);
    near(run.throughput.oee.availability, 1.0);
    assert_eq!(run.throughput.infeed, 5400 - 1);
}

#[test]
fn a_machine_that_is_slow_for_a_while_takes_longer_for_each_product() {
    let slow = r#"speed_losses: [(interval_s: Fixed(100), lasts_s: Fixed(100), speed_factor: Fixed(0.5))]"#;
    let run = line(slow, "", 1000);
    // A unit a second for 100 s, one in two seconds for 100 s: five times.
    let made = run.throughput.infeed;
    assert!((745..=752).contains(&made), "{made}");
    assert!(run.throughput.oee.performance < 0.76, "{}", run.throughput.oee.performance);
    near(run.throughput.oee.availability, 1.0);
}

#[test]
fn the_first_products_after_a_long_stop_are_spoilt() {
    let startup = r#"startup_rejects: (count: 5, after_idle_s: 60),
        planned_stops: [
            (name: "long", kind: Cleaning, due: Every(Cycles(Fixed(100))), takes_s: Fixed(90)),
            (name: "short", kind: Cleaning, due: Every(Cycles(Fixed(40))), takes_s: Fixed(10)),
        ]"#;
    let run = line("", startup, 400);
    let one = &run.throughput.machines[1];
    // At the beginning and after each long stop.
    assert_eq!(one.defective % 5, 0);
    assert!((10..=20).contains(&one.defective), "{}", one.defective);
    assert_eq!(run.throughput.rejected, one.defective);
}

#[test]
fn an_infeed_spoils_products_before_they_come_onto_the_line() {
    let startup = r#"startup_rejects: (count: 7, after_idle_s: 3600)"#;
    let run = line(startup, "", 100);
    let infeed = &run.throughput.machines[0];
    assert_eq!((infeed.processed, infeed.defective), (99, 7));
    assert_eq!((run.throughput.infeed, run.throughput.rejected), (92, 0));
    assert!(run.throughput.oee.quality < 0.93);
}
