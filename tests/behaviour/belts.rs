//! Belts as they are built: how close products queue, how a belt starts and coasts to a stop, on lines
//! of which everything can be worked out by hand and on serialized ones.

use linetwin::faults::{Fault, Rate};

use crate::common::bare_line::BareLine;
use crate::common::run::Run;
use crate::common::times::{minutes, seconds};
use crate::common::trial::Trial;

fn line(machines: &str, seconds: u64) -> Run {
    BareLine::of(machines).run_for_s(seconds)
}

/// How many products have left a belt after so many seconds.
fn left_belt(machines: &str, seconds: u64) -> u64 {
    line(machines, seconds).machine("belt").processed
}

#[test]
fn products_queue_at_their_length_and_come_on_at_the_pitch() {
    // A metre holds ten products at the pitch and twenty that touch.
    let most = |product: &str| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.001), to: "belt"),
               Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, {product}
                    accumulates: true, to: "slow"),
               Machine(id: "slow", service_s: Fixed(5), queue_capacity: 1)"#
        );
        // Before anything queues they come on every 0.2 s: at 0.001, 0.201, ... 1.801.
        assert_eq!(line(&machines, 2).throughput.infeed, 10);
        let run = line(&machines, 1000);
        let belt = run.buffer("belt");
        assert_eq!(belt.max, belt.capacity);
        belt.max
    };
    assert_eq!(most(""), 10);
    assert_eq!(most("product_length_mm: 50,"), 20);
    // Where they do not queue, they never come closer than they came on.
    let machines = r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.001), to: "belt"),
        Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, product_length_mm: 50,
             accumulates: false, to: "slow"),
        Machine(id: "slow", service_s: Fixed(5), queue_capacity: 1)"#;
    assert_eq!(line(machines, 1000).buffer("belt").max, 10);
}

#[test]
fn a_queue_moves_up_by_the_length_of_a_product() {
    // Five units at once every ten seconds. Two wait at hand when the packer starts again; the others
    // come as they move up: 100 mm take 0.2 s, 50 mm take 0.1 s.
    let cases = |product: &str| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.25), to: "belt"),
               Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, {product}
                    accumulates: true, to: "packer"),
               CasePacker(id: "packer", rows: 1, columns: 5, layers: 1, packing: (
                   queue_capacity: 1, place_s: Fixed(0.001), scan_s: Fixed(0), read_rate: 1, close_s: Fixed(10),
               ))"#
        );
        line(&machines, 10_600).throughput.containers.case
    };
    assert!(cases("").abs_diff(1_000) <= 1, "{}", cases(""));
    // 10 600 s over 10.3 s.
    assert!(
        cases("product_length_mm: 50,").abs_diff(1_029) <= 1,
        "{}",
        cases("product_length_mm: 50,")
    );
}

/// The belt stands until its printer is set up, at 5 s. The first unit is ready at 3 s, comes on when the
/// belt starts and has a metre before it, two seconds at full speed.
#[test]
fn a_belt_gets_going_as_slowly_as_its_ramp_says() {
    let left = |ramp: &str, seconds: u64| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(3), to: "belt"),
               Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 400,
                    accumulates: false, {ramp}),
               Printer(id: "printer", on: "belt", at_mm: 250, print_s: Fixed(0.03), buffer_jobs: 1,
                       planned_stops: [(name: "set-up", kind: Setup, due: Start,
                                           takes_s: Fixed(5))])"#
        );
        left_belt(&machines, seconds)
    };
    // The moment at the end of a run is not in it any more.
    assert_eq!((left("", 7), left("", 8)), (0, 1));
    // Two seconds of ramp are half a metre.
    assert_eq!((left("ramp_s: 2", 8), left("ramp_s: 2", 9)), (0, 1));
    // Four are a metre.
    assert_eq!((left("ramp_s: 4", 9), left("ramp_s: 4", 10)), (0, 1));
    // A metre of the two of a ramp of eight seconds: the root of half, 5.66 s.
    assert_eq!((left("ramp_s: 8", 10), left("ramp_s: 8", 11)), (0, 1));
}

/// A metre at 500 mm/s, and at 250 mm/s while two products or more are on it. One comes every three
/// seconds from 3 s on, or every second.
#[test]
fn a_belt_runs_slower_while_there_is_much_on_it() {
    let left = |cycle_time_s: u32, speeds: &str, seconds: u64| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed({cycle_time_s}), to: "belt"),
               Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100,
                    accumulates: true, speeds: [{speeds}])"#
        );
        left_belt(&machines, seconds)
    };
    let slower = r#"(load_on: "belt", at_least: 2, speed_mm_s: 250)"#;
    // Never two at a time: as if it had one speed.
    assert_eq!((left(3, slower, 5), left(3, slower, 6)), (0, 1));
    // On at 1 s; half a metre later, at 2 s, the second comes on, and the other half takes two seconds.
    assert_eq!((left(1, "", 3), left(1, "", 4)), (0, 1));
    assert_eq!((left(1, slower, 4), left(1, slower, 5)), (0, 1));
    // The last rule that applies counts: from three on 125 mm/s. The first has come 750 mm at 3 s and has
    // two more seconds to go.
    let slowest = format!(r#"{slower}, (load_on: "belt", at_least: 3, speed_mm_s: 125)"#);
    assert_eq!((left(1, &slowest, 5), left(1, &slowest, 6)), (0, 1));
}

/// What follows stands for a while at 50 s; the belt before the queue slows down as soon as the queue
/// has grown to it, and gives what follows it more time between products.
#[test]
fn a_belt_goes_by_the_queue_on_another() {
    let most = |speeds: &str| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.2), to: "feed"),
               Belt(id: "feed", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, ramp_s: 0.5,
                    accumulates: true, speeds: [{speeds}], to: "queue"),
               Belt(id: "queue", length_mm: 3000, speed_mm_s: 500, pitch_mm: 50,
                    accumulates: true, to: "next"),
               Machine(id: "next", service_s: Fixed(0.19), queue_capacity: 0,
                       failures: [(time_to_failure: CalendarTime(Fixed(50)), repair_s: Fixed(6))])"#
        );
        line(&machines, 90).buffer("queue").max
    };
    let (even, slowed) = (most(""), most(r#"(load_on: "queue", at_least: 35, speed_mm_s: 100)"#));
    // Five a second for six seconds on top of some thirty, or one a second from the first few on.
    assert!(even >= 58, "{even}");
    assert!((36..=46).contains(&slowed), "{slowed}");
}

#[test]
fn units_are_conserved_on_belts_that_coast() {
    let line = BareLine::of(
        r#"Infeed(id: "infeed", cycle_time_s: Exponential(mean: 0.2), to: "belt-1"),
           Belt(id: "belt-1", length_mm: 900, speed_mm_s: 500, pitch_mm: 70, ramp_s: 0.7,
                accumulates: false, to: "belt-2"),
           Belt(id: "belt-2", length_mm: 900, speed_mm_s: 300, pitch_mm: 70, product_length_mm: 40,
                ramp_s: 0.3, accumulates: false, to: "belt-3"),
           Printer(id: "printer", on: "belt-2", at_mm: 250, print_s: Fixed(0.03), buffer_jobs: 1,
                   failures: [(time_to_failure: CalendarTime(Exponential(mean: 3)),
                               repair_s: Exponential(mean: 1))]),
           Belt(id: "belt-3", length_mm: 900, speed_mm_s: 300, pitch_mm: 70, product_length_mm: 40,
                accumulates: true, to: "slow", ramp_s: 0.2, speeds: [
                    (load_on: "belt-3", at_least: 9, speed_mm_s: 190),
                    (load_on: "belt-2", at_least: 10, speed_mm_s: 77),
                ]),
           Machine(id: "slow", service_s: Exponential(mean: 0.25), queue_capacity: 3)"#,
    );
    for seed in 1..=20 {
        let run = line.clone().seed(seed).run_for_s(900);
        let processed = run.machine("slow").processed;
        assert!(processed > 500, "seed {seed}: {processed}");
    }
}

/// Belts with devices that coast for up to a fifth of a second of full speed, with the devices' faults.
#[test]
fn a_serialized_line_whose_belts_coast_keeps_a_true_record() {
    let (gate, camera, belt) = (|| "gate-1".into(), || "camera-1".into(), || "belt-2".into());
    let (from, lasts) = (minutes(6), minutes(1));
    let unread = Fault::NoRead { at: camera(), every: Rate::EveryNth(20) };
    let days = [
        vec![],
        vec![Fault::GateFailsToFire { at: gate(), from, lasts }, unread.clone()],
        vec![Fault::ConfirmSensorStuck { at: gate(), from, lasts }, unread],
        vec![
            Fault::UnitRemoved { at: belt(), every: Rate::EveryNth(70) },
            Fault::UnitInserted { at: belt(), every: Rate::EveryNth(90) },
        ],
        vec![
            Fault::ControllerPowerCut { from: from + seconds(10), lasts: seconds(45) },
            Fault::LinkOutage { from: minutes(7), lasts: minutes(2) },
        ],
        vec![Fault::CameraOffline { at: camera(), from, lasts }],
    ];
    for faults in days {
        let run = |ramp_s: &str| {
            let ramps = ["belt-2", "belt-4"];
            let ramps = ramps.map(|belt| format!("twin.machines.{belt}.ramp_s={ramp_s}"));
            let trial = Trial::on("bottle-line-240").quantity(960).faults(faults.clone());
            ramps.into_iter().fold(trial, Trial::set).run()
        };
        let coasting = run("0.4");
        coasting.is_clean().made(960);
        assert_ne!(coasting.digest, run("0.0").digest, "the belts never stopped: {coasting}");
    }
}

/// Why a line with a belt of these keys, and this gate on it, cannot be run.
fn refusal(belt: &str, gate: &str) -> String {
    let machines = format!(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "belt"),
           Belt(id: "belt", length_mm: 1000, speed_mm_s: 500, pitch_mm: 100, {belt}), {gate}"#
    );
    BareLine::of(&machines).refusal()
}

#[test]
fn belts_that_cannot_be_are_refused() {
    let speeds = |rule: &str| refusal(&format!("accumulates: true, speeds: [{rule}]"), "");
    let text = speeds(r#"(load_on: "blet", at_least: 2, speed_mm_s: 600)"#);
    assert!(text.contains("speeds[0].load_on") && text.contains("did you mean `belt`"), "{text}");
    assert!(text.contains("speeds[0].speed_mm_s: found 600, expected 0.1 to 500 mm/s"), "{text}");
    let text = refusal("accumulates: true, product_length_mm: 101", "");
    assert!(text.contains("product_length_mm") && text.contains("the pitch, 100 mm"), "{text}");
    let text = refusal("accumulates: true, ramp_s: -1", "");
    assert!(text.contains("ramp_s"), "{text}");
    // It coasts for 250 mm; behind the sensor there are 200 mm.
    let gate = r#"RejectGate(id: "gate", on: "belt", at_mm: 600, pass_sensor_mm: 800,
                             confirm_s: Fixed(0.1))"#;
    let text = refusal("accumulates: false, ramp_s: 1", gate);
    assert!(text.contains("pass_sensor_mm") && text.contains("coasts for 250 mm"), "{text}");
}
