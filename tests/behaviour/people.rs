//! People: who comes, when, and what waits for them. Times are fixed, so that each wait is known.

use linetwin::base::Cause::{Failure, Material, Operator};

use crate::common::bare_line::BareLine;
use crate::common::claims::near;
use crate::common::run::Run;

/// A mechanic who needs 5 s to react and walks a metre a second.
const MECHANIC: &str =
    r#"(name: "Ravi", skills: ["mechanic"], response_time_s: Fixed(5), walking_speed_m_s: 1)"#;

/// A machine whose middle stands 2.25 m down the line; every hundredth product stops it for 20 s.
fn failing(id: &str, to: &str) -> String {
    format!(
        r#"Machine(id: "{id}", service_s: Fixed(0.5), queue_capacity: 5, {to} failures: [(
            time_to_failure: Cycles(Fixed(100)), repair_s: Fixed(20), required_skill: "mechanic")])"#
    )
}

fn line(people: &str, machines: &str, seconds: u64) -> Run {
    let infeed = r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "one")"#;
    BareLine::of(&format!("{infeed}, {machines}")).with_people(people).run_for_s(seconds)
}

#[test]
fn a_repair_begins_when_somebody_has_reacted_and_walked_there() {
    let run = line(MECHANIC, &failing("one", ""), 400);
    // Three failures; the first time he comes from the begin of the line, then he stands there.
    near(run.machine("one").for_cause(Operator), 5.0 + 2.25);
    near(run.machine("one").for_cause(Failure), 60.0);
}

#[test]
fn a_machine_that_needs_nobody_recovers_by_itself() {
    let alone = failing("one", "").replace(r#", required_skill: "mechanic""#, "");
    let run = line(MECHANIC, &alone, 400);
    near(run.machine("one").for_cause(Operator), 0.0);
    near(run.machine("one").for_cause(Failure), 60.0);
}

#[test]
fn the_second_machine_waits_while_the_only_mechanic_is_at_the_first() {
    let machines = format!("{}, {}", failing("one", r#"to: "two","#), failing("two", ""));
    let one = line(MECHANIC, &machines, 150);
    near(one.machine("one").for_cause(Operator), 7.25);
    // `two` is asked for its 101st product as soon as `one` has let it through; the other way about it
    // starves while `one` stands.
    let other =
        r#"(name: "Lena", skills: ["mechanic"], response_time_s: Fixed(5), walking_speed_m_s: 1)"#;
    let two = line(&format!("{MECHANIC}, {other}"), &machines, 150);
    near(two.machine("one").for_cause(Operator), 7.25);
    let waits = (one.machine("two").for_cause(Operator), two.machine("two").for_cause(Operator));
    // Alone he comes over from `one`, 1.5 m; of two the one who is nearer and free comes.
    near(waits.0, 5.0 + 1.5);
    near(waits.1, 5.0 + 1.5);
}

#[test]
fn machines_that_fail_together_are_served_one_after_the_other() {
    let machine = |id: &str, to: &str| {
        format!(
            r#"Machine(id: "{id}", service_s: Fixed(1.5), queue_capacity: 5, {to} failures: [(
                time_to_failure: CalendarTime(Fixed(100)), repair_s: Fixed(20), required_skill: "mechanic")])"#
        )
    };
    // Neither is ever starved, so both fail within two seconds.
    let machines = format!("{}, {}", machine("one", r#"to: "two","#), machine("two", ""));
    let waits = |people: &str| {
        let run = line(people, &machines, 170);
        let (one, two) =
            (run.machine("one").for_cause(Operator), run.machine("two").for_cause(Operator));
        (one.min(two), one.max(two))
    };
    let alone = waits(MECHANIC);
    assert!(alone.0 < 5.0 + 3.75 + 0.01 && alone.1 > 25.0, "{alone:?}");
    let other =
        r#"(name: "Lena", skills: ["mechanic"], response_time_s: Fixed(5), walking_speed_m_s: 1)"#;
    let both = waits(&format!("{MECHANIC}, {other}"));
    assert!(both.1 < 5.0 + 3.75 + 0.01, "{both:?}");
}

#[test]
fn only_somebody_who_has_the_skill_comes() {
    let packer =
        r#"(name: "Asha", skills: ["operator"], response_time_s: Fixed(0), walking_speed_m_s: 9)"#;
    let run = line(&format!("{packer}, {MECHANIC}"), &failing("one", ""), 150);
    near(run.machine("one").for_cause(Operator), 7.25);
}

#[test]
fn a_machine_that_fails_at_night_waits_for_the_morning() {
    let day = r#"(name: "Ravi", skills: [], response_time_s: Fixed(0), walking_speed_m_s: 1,
                  shifts: [(from: "08:00", to: "16:00")])"#;
    // The run starts at six; the 101st product comes at about 101 s.
    let run = line(day, &failing("one", ""), 2 * 3600 + 60);
    let failed_at = 101.0;
    near(run.machine("one").for_cause(Operator), 7200.0 - failed_at + 2.25);
    near(run.machine("one").for_cause(Failure), 20.0);
}

#[test]
fn a_break_begins_after_the_work_that_is_under_way_and_has_its_full_length() {
    let person = r#"(name: "Ravi", response_time_s: Fixed(0), walking_speed_m_s: 1,
                     breaks: [(at: "06:02", lasts_s: 600)])"#;
    // He mends from 103.25 s to 123.25 s, has a break until 723.25 s; products come again at once.
    let run = line(person, &failing("one", ""), 1000);
    let at_work = run.machine("one").for_cause(Failure);
    // The second failure, about 65 s after the first repair, waits for the end of the break.
    let waited = run.machine("one").for_cause(Operator);
    assert!(waited > 500.0 && waited < 560.0, "{waited} s of waiting");
    assert!((60.0..=100.0).contains(&at_work), "{at_work} s of repairs");
}

/// A machine that uses film, and one behind it that fails.
fn with_film(person: &str, reorder_level: u32, products: u32) -> Run {
    let machines = format!(
        r#"Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "one"),
        Machine(id: "one", service_s: Fixed(0.5), queue_capacity: 5, to: "two", consumables: [
            (name: "film", capacity: 200, reorder_level: {reorder_level}, refill_s: Fixed(30), required_skill: "refill"),
        ]),
        Machine(id: "two", service_s: Fixed(0.5), queue_capacity: 5, failures: [
            (time_to_failure: Cycles(Fixed({products})), repair_s: Fixed(40), required_skill: "mechanic"),
        ])"#
    );
    BareLine::of(&machines).with_people(person).run_for_s(400)
}

#[test]
fn a_material_that_is_refilled_in_time_stops_nothing() {
    let person = r#"(name: "Ravi", response_time_s: Fixed(0), walking_speed_m_s: 1)"#;
    let ahead = with_film(person, 50, 100_000);
    near(ahead.machine("one").for_cause(Material) + ahead.machine("one").for_cause(Operator), 0.0);
    assert_eq!(ahead.throughput.machines[1].processed, 399);
    // Called when it is empty, after 200 products.
    let empty = with_film(person, 0, 100_000);
    near(empty.machine("one").for_cause(Material), 30.0);
    near(empty.machine("one").for_cause(Operator), 2.25);
}

#[test]
fn a_machine_that_stands_is_served_before_a_material_that_runs_low() {
    let late = r#"(name: "Ravi", response_time_s: Fixed(0), walking_speed_m_s: 1,
                   shifts: [(from: "06:05", to: "07:00")])"#;
    // When he comes at 300 s, film has been low since 100 s and `two` has stood since 151.5 s.
    let run = with_film(late, 100, 150);
    near(run.machine("two").for_cause(Operator), 300.0 - 151.5 + 3.75);
}

/// Cases packed by hand; the same person mends the machine before the packer.
fn packed_by_hand(people: &str, seconds: u64) -> Run {
    let machines = r#"
        Infeed(id: "infeed", cycle_time_s: Fixed(1), to: "one"),
        Machine(id: "one", service_s: Fixed(0.5), queue_capacity: 50, to: "packer", failures: [
            (time_to_failure: Cycles(Fixed(100)), repair_s: Fixed(20), required_skill: "mechanic"),
        ]),
        CasePacker(id: "packer", rows: 2, columns: 5, layers: 1, packing: (
            queue_capacity: 50, place_s: Fixed(0.6), scan_s: Fixed(1), read_rate: 1.0, close_s: Fixed(3),
            required_skill: "packing",
        ), to: "labeller"),
        CaseLabeller(id: "labeller", queue_capacity: 4, label: (label_s: Fixed(1), read_rate: 1.0))"#;
    BareLine::of(machines).with_people(people).run_for_s(seconds)
}

#[test]
fn a_packer_worked_by_hand_stands_while_its_person_mends_another_machine() {
    let packs =
        r#"(name: "Asha", skills: ["packing"], response_time_s: Fixed(0), walking_speed_m_s: 1)"#;
    let mends =
        r#"(name: "Ravi", skills: ["mechanic"], response_time_s: Fixed(0), walking_speed_m_s: 1)"#;
    let both = r#"(name: "Asha", response_time_s: Fixed(0), walking_speed_m_s: 1)"#;
    let two = packed_by_hand(&format!("{packs}, {mends}"), 1000);
    let one = packed_by_hand(both, 1000);
    // Asha alone walks once to her place, 3.75 m down the line.
    near(two.machine("packer").for_cause(Operator), 3.75);
    near(two.machine("one").for_cause(Operator), 2.25);
    // Seven failures or more: each time she leaves between two pieces of work and comes back.
    let away = one.machine("packer").for_cause(Operator);
    assert!(away > 7.0 * 20.0, "{away} s");
    let waited = one.machine("one").for_cause(Operator);
    assert!(waited > 7.0 * 1.5 && waited < 10.0 * (1.5 + 3.0) + 2.25, "{waited} s");
    assert!(one.throughput.good > 700, "{}", one.throughput.good);
}

#[test]
fn nobody_packs_what_nobody_can_pack() {
    let off = r#"(name: "Asha", response_time_s: Fixed(0), walking_speed_m_s: 1,
                  shifts: [(from: "06:10", to: "06:20")])"#;
    let run = packed_by_hand(off, 640);
    near(run.machine("packer").for_cause(Operator), 600.0 - 1.5 + 3.75);
    assert!(run.throughput.good > 10, "{}", run.throughput.good);
}
