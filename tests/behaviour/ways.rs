//! Ways that part and come together, and tables on which products wait: on lines of which everything can
//! be worked out by hand.

use linetwin::base::{LineId, SimSpan, SimTime};
use linetwin::line::check;
use linetwin::symbol::Fidelity;
use linetwin::trace::Fact;
use linetwin::twin::{Twin, line_layout};

use crate::common::bare_line::BareLine;
use crate::common::project;
use crate::common::run::Run;

fn line(machines: &str, seconds: u64) -> Run {
    BareLine::of(machines).run_for_s(seconds)
}

/// The products that the machine has worked on, in milliseconds and by the order in which they came in.
fn done(machines: &str, machine: &str, seconds: u64) -> Vec<(u64, u32)> {
    let job = BareLine::of(machines).job(seconds);
    let setup = job.lines[0].setup(None);
    let index = setup.spec.index_of(machine).unwrap();
    let mut twin = Twin::new([setup], Fidelity::Model, None);
    let mut records = Vec::new();
    twin.advance(SimTime::START + SimSpan::from_secs(seconds));
    twin.take_trace(LineId(0), &mut records);
    let done = records.iter().filter_map(|record| match record.fact {
        Fact::Processed { machine, unit } if machine.index() == index => {
            Some((record.at.since(SimTime::START).as_nanos() / 1_000_000, unit.0))
        }
        _ => None,
    });
    done.collect()
}

fn two_lanes(rule: &str, first: &str) -> String {
    format!(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.1), to: "part"),
           Diverter(id: "part", {rule} to: ["quick", "slow"]),
           Machine(id: "quick", service_s: Fixed(1), queue_capacity: 0, to: "join"),
           Machine(id: "slow", service_s: Fixed(3), queue_capacity: 0, to: "join"),
           Merge(id: "join", {first} to: "last"),
           Machine(id: "last", service_s: Fixed(0.01), queue_capacity: 5)"#
    )
}

/// How many products went the quick way and the slow one.
fn by_lane(run: &Run) -> (u64, u64) {
    (run.machine("quick").processed, run.machine("slow").processed)
}

#[test]
fn the_first_way_with_room_is_taken() {
    let (quick, slow) = by_lane(&line(&two_lanes("", ""), 3_000));
    assert!(quick.abs_diff(3_000) <= 1 && slow.abs_diff(1_000) <= 1, "{quick} and {slow}");
}

#[test]
fn in_turn_means_waiting_for_the_slow_one() {
    let (quick, slow) = by_lane(&line(&two_lanes("rule: RoundRobin,", ""), 3_000));
    assert!(slow.abs_diff(1_000) <= 1 && quick.abs_diff(slow) <= 2, "{quick} and {slow}");
}

#[test]
fn a_share_of_products_goes_each_way() {
    let rule = "queue_capacity: 4, rule: Shares([0.9, 0.1]),";
    let (quick, slow) = by_lane(&line(&two_lanes(rule, ""), 10_000));
    let (slow, n) = (slow as f64, (quick + slow) as f64);
    // Three standard deviations of a binomial count.
    assert!((slow - n * 0.1).abs() < 3.0 * (n * 0.1 * 0.9).sqrt(), "{slow} of {n}");
}

#[test]
fn where_ways_come_together_the_more_important_one_goes_first() {
    // Both lanes always have one ready; what follows takes a product every two seconds.
    let lanes = |first: &str| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(0.1), to: "part"),
               Diverter(id: "part", to: ["main", "side"]),
               Machine(id: "main", service_s: Fixed(1), queue_capacity: 3, to: "join"),
               Machine(id: "side", service_s: Fixed(1), queue_capacity: 3, to: "join"),
               Merge(id: "join", {first} to: "last"),
               Machine(id: "last", service_s: Fixed(2), queue_capacity: 0)"#
        );
        let run = line(&machines, 2_000);
        (run.machine("main").processed, run.machine("side").processed)
    };
    let (main, side) = lanes("");
    assert!(main.abs_diff(side) <= 1 && main + side >= 1_000, "{main} and {side}");
    // What was there when nothing waited yet, and what is finished and waits.
    let (main, side) = lanes(r#"priority: ["main"],"#);
    assert!(side <= 2 && main >= 998, "{main} and {side}");
    let (main, side) = lanes(r#"priority: ["side"],"#);
    assert!(main <= 2 && side >= 998, "{main} and {side}");
}

#[test]
fn products_cross_a_table_and_leave_one_by_one() {
    let machines = |table: &str, cycle_time_s: f64| {
        format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed({cycle_time_s}), to: "table"),
               AccumulationTable(id: "table", capacity: 50, {table} to: "next"),
               Machine(id: "next", service_s: Fixed(0.5), queue_capacity: 1)"#
        )
    };
    // In at 1, 2, 3 s; four seconds across, half a second of work.
    let across = done(&machines("transit_time_s: 4,", 1.0), "next", 9);
    assert_eq!(across, [(5_500, 1), (6_500, 2), (7_500, 3), (8_500, 4)]);
    let one_by_one = done(&machines("min_discharge_interval_s: 2,", 0.5), "next", 9);
    assert_eq!(one_by_one, [(1_000, 1), (3_000, 2), (5_000, 3), (7_000, 4)]);
}

#[test]
fn who_came_last_goes_first_if_products_go_back_the_way_they_came() {
    let machines = |order: &str| {
        format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "table"),
               AccumulationTable(id: "table", capacity: 5, discipline: {order}, to: "next"),
               Machine(id: "next", service_s: Fixed(10), queue_capacity: 0)"#
        )
    };
    let order = |order: &str| -> Vec<u32> {
        done(&machines(order), "next", 60).into_iter().map(|(_, unit)| unit).collect()
    };
    assert_eq!(order("Fifo"), [1, 2, 3, 4, 5]);
    // 2 waits at the exit when 3 to 6 come on; then each that comes is the last.
    assert_eq!(order("Lifo"), [1, 2, 7, 8, 9]);
}

/// A stop reaches the machines before a table when that is full: after its free places, at one a second.
#[test]
fn a_table_keeps_a_stop_from_those_before_it_for_as_long_as_it_fills() {
    let stood_s = |capacity: u32| {
        let machines = format!(
            r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "table"),
               AccumulationTable(id: "table", capacity: {capacity}, to: "next"),
               Machine(id: "next", service_s: Fixed(0.4), queue_capacity: 0,
                       failures: [(time_to_failure: CalendarTime(Fixed(500)), repair_s: Fixed(60))])"#
        );
        let run = line(&machines, 1_000);
        let table = run.buffer("table");
        assert_eq!((table.capacity, table.max), (capacity, capacity));
        run.machine("infeed").blocked_s
    };
    let small = stood_s(5);
    assert!((50.0..58.0).contains(&small), "{small}");
    for more in [1, 10, 35] {
        assert_eq!(stood_s(5 + more), small - f64::from(more));
    }
}

/// The messages about a line of these machines.
fn refused(machines: &str) -> Vec<String> {
    let keys = format!(
        r#"(name: "test", rated_units_per_min: 60, lead_machine: "infeed", machines: [{machines}])"#
    );
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    check(&options.from_str(&keys).unwrap(), &[]).iter().map(ToString::to_string).collect()
}

#[test]
fn ways_that_lead_nowhere_are_named() {
    let with = |old: &str, new: &str| {
        let machines = two_lanes("", r#"priority: ["slow"],"#);
        assert!(machines.contains(old), "{old}");
        refused(&machines.replace(old, new))
    };
    assert_eq!(with("slow", "slow"), [""; 0]);
    assert_eq!(
        with(r#"to: ["quick", "slow"]"#, r#"to: ["quick"]"#),
        ["machines[1].to: found 1 ways, expected 2 to 100 ways",]
    );
    assert_eq!(
        with(r#"to: ["quick", "slow"]"#, r#"to: ["quick", "slwo"]"#),
        [
            "machines[1].to[1]: found `slwo`, expected the id of a machine that takes product; did you \
             mean `slow`?",
        ]
    );
    assert_eq!(
        with(r#"to: ["quick", "slow"]"#, r#"to: ["quick", "quick"]"#)[0],
        "machines[1].to[1]: found `quick` a second time, expected another machine"
    );
    assert_eq!(
        with(r#"to: ["quick", "slow"]"#, r#"to: ["quick", "slow"], rule: Shares([1.0])"#),
        ["machines[1].rule: found 1 shares, expected one for each of the 2 ways"]
    );
}

#[test]
fn ways_come_together_only_at_a_merge() {
    let machines = two_lanes("", "").replace(
        r#"Merge(id: "join",  to: "last")"#,
        r#"Machine(id: "join", service_s: Fixed(0.1), queue_capacity: 2, to: "last")"#,
    );
    assert_eq!(
        refused(&machines),
        [
            "machines[3].to: found `join`, which `quick` feeds already, expected a machine that nothing \
             else feeds, or a Merge",
        ]
    );
    assert_eq!(
        refused(&two_lanes("", r#"priority: ["slwo"],"#)),
        [
            "machines[4].priority[0]: found `slwo`, expected the id of a machine that feeds it; did you \
             mean `slow`?",
        ]
    );
}

#[test]
fn a_way_back_is_found_behind_whatever_part_of_a_line_it_is() {
    let machines = r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "join"),
        Merge(id: "join", to: "part"),
        Diverter(id: "part", to: ["on", "back"]),
        Machine(id: "on", service_s: Fixed(1), queue_capacity: 1),
        Machine(id: "back", service_s: Fixed(1), queue_capacity: 1, to: "join")"#;
    assert_eq!(
        refused(machines),
        ["machines[1].to: found a way back to `join`, expected a way that ends"]
    );
}

/// A shipped line with two ways, and what it takes to make it one that cannot be serialized.
fn two_cartoners(changes: &[(&str, &str)]) -> Result<(), String> {
    let mut text = std::fs::read_to_string(project("twins/carton-line-two-cartoners.ron")).unwrap();
    for (old, new) in changes {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let twin = options.from_str(&text).unwrap();
    assert_eq!(check(&twin, &[]), []);
    line_layout(&twin, "line-1").map(|_| ()).map_err(|problem| problem.to_string())
}

#[test]
fn every_product_comes_to_the_printer_and_stays_in_order_behind_it() {
    assert_eq!(two_cartoners(&[]), Ok(()));
    assert_eq!(
        two_cartoners(&[("capacity: 300,", "capacity: 300, discipline: Lifo,")]).unwrap_err(),
        "machines[14]: found `table` with `discipline: Lifo`, expected products that stay in order behind \
         the belt with the printer"
    );
    // In front of the printer nobody minds.
    let table = r#"AccumulationTable(id: "pile", capacity: 9, discipline: Lifo, to: "belt-1"),"#;
    let merge = r#"Merge(id: "join", priority: ["lane-1"], to: "belt-1"),"#;
    let pile = format!(r#"Merge(id: "join", to: "pile"), {table}"#);
    assert_eq!(two_cartoners(&[(merge, &pile)]), Ok(()));
    let around = r#"Diverter(id: "divider", to: ["cartoner-1", "cartoner-2", "hole"]),
        Machine(id: "hole", service_s: Fixed(1), queue_capacity: 1),"#;
    let divider = r#"Diverter(id: "divider", to: ["cartoner-1", "cartoner-2"]),"#;
    assert_eq!(
        two_cartoners(&[(divider, around)]).unwrap_err(),
        "machines[3]: found `hole` with a way around the printer, expected a way that leads to the belt \
         with the printer"
    );
    let parted = r#"to: "out"), Diverter(id: "out", to: ["one", "other"]),
        Machine(id: "one", service_s: Fixed(0.1), queue_capacity: 1, to: "again"),
        Machine(id: "other", service_s: Fixed(0.1), queue_capacity: 1, to: "again"),
        Merge(id: "again", to: "table"),"#;
    let straight = "accumulates: true, to: \"table\",\n        ),";
    let parted = format!("accumulates: true, {parted}");
    assert_eq!(
        two_cartoners(&[(straight, &parted)]).unwrap_err(),
        "machines[14]: found `out` that splits the line, expected products that stay in order behind \
         the belt with the printer"
    );
    let camera = r#"lane-2", length_mm: 2600, speed_mm_s: 500, pitch_mm: 110, product_length_mm: 72,
            accumulates: true"#;
    let with_camera = camera.replace("accumulates: true", "accumulates: false");
    let merge_and = r#"Camera(id: "look", on: "lane-2", at_mm: 500, decode_s: Fixed(0.05), read_rate: 1),
        RejectGate(id: "push", on: "lane-2", at_mm: 800, pass_sensor_mm: 900, confirm_s: Fixed(0.1)),
        Merge(id: "join""#;
    let found = two_cartoners(&[(camera, &with_camera), (r#"Merge(id: "join""#, merge_and)]);
    assert_eq!(
        found.unwrap_err(),
        "machines[6]: found `lane-2` with a way beside it, expected such a machine where all product \
         comes by"
    );
}
