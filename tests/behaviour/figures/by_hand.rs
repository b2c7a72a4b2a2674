//! Figures of records written by hand, each of which can be worked out on paper.

use linetwin::base::Cause::{
    Blocked, Break, Cleaning, Failure, Maintenance, Material, Operator, Setup, Starved,
};
use linetwin::base::MachineState::{Execute, Held, Resetting, Suspended};
use linetwin::base::{Cause, MachineId, MachineState, SimSpan, SimTime, UnitId};
use linetwin::measure::{LineInfo, Measurer, Observations};
use linetwin::report::Throughput;
use linetwin::trace::{Fact, MeterReading, RecordedFact, TraceRecord};

use crate::common::claims::within;

const NS: u64 = 1_000_000_000;

fn at(seconds: u64) -> SimTime {
    SimTime::START + SimSpan::from_secs(seconds)
}

/// A line of these machines, the first of which leads, at a unit a second.
fn line(kinds: &[&str]) -> LineInfo {
    LineInfo {
        machines: kinds.iter().map(|kind| (kind.to_lowercase(), (*kind).to_owned())).collect(),
        capacities: kinds.iter().map(|kind| (*kind == "Belt").then_some(8)).collect(),
        line_order: (0..kinds.len()).collect(),
        lead: MachineId(0),
        rated_units_per_min: 60.0,
    }
}

/// A machine's meters: seconds in states, each for its cause.
fn read(machine: u16, times_s: &[(MachineState, Cause, u64)]) -> MeterReading {
    let mut reading = MeterReading { machine: MachineId(machine), ..MeterReading::default() };
    for (state, cause, seconds) in times_s {
        let number = state.number() as u8;
        match reading.states.iter_mut().find(|(of, _)| *of == number) {
            Some((_, ns)) => *ns += seconds * NS,
            None => reading.states.push((number, seconds * NS)),
        }
        if *cause != Cause::None {
            reading.causes.push((*cause, seconds * NS));
        }
    }
    reading
}

fn seen(line: LineInfo, records: &[TraceRecord]) -> Observations {
    let mut measurer = Measurer::new(line).with_timeline(SimSpan::from_secs(10));
    measurer.absorb(records);
    measurer.finish()
}

fn meter(seconds: u64, reading: MeterReading) -> TraceRecord {
    TraceRecord { at: at(seconds), fact: Fact::Meter(Box::new(reading)) }
}

/// An hour of one machine that worked on so many products.
fn hour(times_s: &[(MachineState, Cause, u64)], processed: u64, good: u64) -> Throughput {
    assert_eq!(times_s.iter().map(|(_, _, seconds)| seconds).sum::<u64>(), 3600);
    let reading = MeterReading { processed, ..read(0, times_s) };
    Throughput::of(&seen(line(&["Machine"]), &[meter(3600, reading)]), good)
}

#[track_caller]
fn same(found: f64, right: f64) {
    within(1e-12, found, right);
}

/// Ten minutes of break, five of failure: 50 minutes were to be worked, 45 were.
#[test]
fn a_break_is_no_loss_and_a_failure_is_one() {
    let times = [(Execute, Cause::None, 2700), (Held, Break, 600), (Held, Failure, 300)];
    let made = hour(&times, 2430, 2187);
    same(made.oee.planned_downtime_s, 600.0);
    same(made.oee.availability, 0.9);
    same(made.oee.performance, 0.9);
    same(made.oee.quality, 0.9);
    same(made.oee.oee, 0.729);
    same(made.oee.nee, 0.729);
    same(made.units_per_min, 36.45);
}

#[test]
fn a_set_up_is_a_loss_in_oee_and_none_in_nee() {
    let times = [(Execute, Cause::None, 2700), (Resetting, Setup, 900)];
    let made = hour(&times, 2700, 2700);
    same(made.oee.planned_downtime_s, 0.0);
    same(made.oee.oee, 0.75);
    same(made.oee.nee, 1.0);
}

#[test]
fn only_breaks_cleaning_and_maintenance_are_planned_down_time() {
    let planned = [Cleaning, Maintenance, Break];
    let others = [Setup, Operator, Material, Failure, Blocked, Starved];
    for cause in planned.into_iter().chain(others) {
        let made = hour(&[(Execute, Cause::None, 1800), (Held, cause, 1800)], 1800, 1800);
        let is_planned = planned.contains(&cause);
        same(made.oee.planned_downtime_s, if is_planned { 1800.0 } else { 0.0 });
        same(made.oee.availability, if is_planned { 1.0 } else { 0.5 });
    }
}

#[test]
fn a_machine_that_never_worked_still_had_its_break() {
    let made = hour(&[(Suspended, Starved, 3000), (Held, Break, 600)], 0, 0);
    same(made.oee.planned_downtime_s, 600.0);
    assert_eq!((made.oee.availability, made.oee.oee, made.oee.nee), (0.0, 0.0, 0.0));
    let made = hour(&[(Held, Cleaning, 3600)], 0, 0);
    assert_eq!((made.oee.planned_downtime_s, made.oee.availability), (3600.0, 0.0));
}

#[test]
fn waiting_is_told_by_what_a_machine_waits_for() {
    let times =
        [(Execute, Cause::None, 2000), (Suspended, Starved, 900), (Suspended, Blocked, 700)];
    let made = hour(&times, 1, 1);
    let machine = &made.machines[0];
    assert_eq!((machine.starved_s, machine.blocked_s), (900.0, 700.0));
    assert_eq!((machine.in_state(Suspended), machine.in_state(Held)), (1600.0, 0.0));
    assert_eq!((machine.for_cause(Blocked), machine.for_cause(Failure)), (700.0, 0.0));
}

/// Three products for ten minutes and none for fifty.
#[test]
fn the_mean_of_a_buffer_counts_the_time_in_which_it_was_empty() {
    let belt = MeterReading {
        level_max: 3,
        level_ns: u128::from(3 * 600 * NS),
        ..read(0, &[(Execute, Cause::None, 3600)])
    };
    let made = Throughput::of(&seen(line(&["Belt"]), &[meter(3600, belt)]), 0);
    let belt = &made.buffers[0];
    assert_eq!((belt.mean, belt.max, belt.capacity), (0.5, 3, 8));
}

/// Shares of a line whose machines were active for so many seconds of each stretch of ten.
fn shares(line: LineInfo, stretches: &[&[u64]]) -> Vec<(String, f64)> {
    let mut records = Vec::new();
    let mut active = vec![0; line.machines.len()];
    for (nth, stretch) in (1..).zip(stretches) {
        for (machine, seconds) in stretch.iter().enumerate() {
            active[machine] += seconds;
            let times = [
                (Execute, Cause::None, active[machine] / 2),
                (Held, Failure, active[machine] - active[machine] / 2),
            ];
            records.push(meter(10 * nth, read(machine as u16, &times)));
        }
    }
    let made = Throughput::of(&seen(line, &records), 0);
    made.bottleneck.into_iter().map(|of| (of.id, of.share)).collect()
}

#[test]
fn who_was_active_for_longest_holds_up_the_line() {
    let kinds = ["Belt", "Infeed", "Machine", "Merge", "Diverter", "AccumulationTable"];
    let stretches: [&[u64]; 4] = [
        &[10, 6, 3, 10, 10, 10],
        &[10, 4, 4, 10, 10, 10], // Of equals the one further downstream.
        &[10, 1, 9, 10, 10, 10],
        &[10, 0, 0, 10, 10, 10], // Nobody: the line waits for something outside it.
    ];
    let machine = ("machine".to_owned(), 0.5);
    let infeed = ("infeed".to_owned(), 0.25);
    assert_eq!(shares(line(&kinds), &stretches), [machine.clone(), infeed.clone()]);
    // Those written first may be further downstream.
    let turned = LineInfo { line_order: vec![2, 1, 0, 3, 4, 5], ..line(&kinds) };
    let infeed = (infeed.0, 0.5);
    assert_eq!(shares(turned, &stretches), [infeed, (machine.0, 0.25)]);
}

/// A hundred facts, recorded after 1, 2 ... 100 s.
#[test]
fn a_percentile_of_the_delay_is_that_of_so_many_facts() {
    let recorded = |happened, seconds| TraceRecord {
        at: at(seconds),
        fact: Fact::Recorded { happened: at(happened), fact: RecordedFact::OrderClosed },
    };
    let records: Vec<TraceRecord> = (1..=100).map(|n| recorded(1000 - n, 1000)).collect();
    let delay = seen(line(&["Machine"]), &records).record_delay;
    for percent in [1.0, 50.0, 90.0, 99.0, 100.0] {
        within(percent * 0.001, delay.percentile_s(percent).unwrap(), percent);
    }
    // By a clock that was set back it happened later than it was recorded.
    let early = seen(line(&["Machine"]), &[recorded(60, 0)]).record_delay;
    assert_eq!(early.percentile_s(100.0), Some(0.0));
    assert_eq!(seen(line(&["Machine"]), &[]).record_delay.percentile_s(50.0), None);
}

#[test]
fn a_grade_of_one_and_a_half_is_not_below_it() {
    let inspected = |grade_tenths| TraceRecord {
        at: at(1),
        fact: Fact::Inspected { machine: MachineId(0), unit: UnitId(1), grade_tenths },
    };
    let grades = [Some(14), Some(15), Some(40), None].map(inspected);
    let found = linetwin::report::Grades::of(&seen(line(&["Camera"]), &grades)).unwrap();
    assert_eq!((found.looked_at, found.graded), (4, 3));
    assert_eq!((found.mean, found.worst), (2.3, 1.4));
    assert_eq!(found.below_1_5_share, 1.0 / 3.0);
}

/// What came back from the rework bench was not rejected for good.
#[test]
fn what_is_rejected_is_counted_until_it_comes_back() {
    let (machine, units) = (MachineId(0), [1, 2, 3, 4].map(UnitId));
    let [one, two, three, four] = units;
    let entered = units.map(|unit| Fact::UnitEntered { unit });
    let fates = [
        Fact::Rejected { machine, unit: one },
        Fact::Rejected { machine, unit: two },
        Fact::RemovedByHand { machine, unit: three },
        Fact::SampleTaken { machine, unit: four },
        Fact::Returned { machine, unit: two },
    ];
    let facts = entered.into_iter().chain(fates);
    let records: Vec<_> = facts.map(|fact| TraceRecord { at: at(1), fact }).collect();
    let made = Throughput::of(&seen(line(&["Machine"]), &records), 0);
    assert_eq!((made.rejected, made.good), (2, 0));
}
