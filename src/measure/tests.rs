//! What is measured of records written by hand.

use linetwin_base::{Cause, ContainerId, MachineState, UnitId};
use linetwin_trace::MeterReading;

use super::*;

fn line() -> LineInfo {
    let machines = ["Infeed", "Belt", "Machine"].map(|kind| (kind.to_lowercase(), kind.to_owned()));
    LineInfo {
        machines: machines.to_vec(),
        capacities: vec![None, Some(5), None],
        line_order: vec![0, 1, 2],
        lead: MachineId(0),
        rated_units_per_min: 60.0,
    }
}

fn at(seconds: u64, fact: Fact) -> TraceRecord {
    TraceRecord { at: SimTime::START + SimSpan::from_secs(seconds), fact }
}

/// All meters: so many seconds of work each, and products times seconds before each.
fn meters(seconds: u64, work_s: [u64; 3], level_s: [u128; 3]) -> Vec<TraceRecord> {
    let rows = work_s.into_iter().zip(level_s).enumerate();
    let rows = rows.map(|(machine, (work_s, level_s))| {
        let reading = MeterReading {
            machine: MachineId(machine as u16),
            states: vec![(MachineState::Execute.number() as u8, work_s * 1_000_000_000)],
            causes: vec![(Cause::Blocked, 1_000_000_000)],
            level_ns: level_s * 1_000_000_000,
            ..MeterReading::default()
        };
        at(seconds, Fact::Meter(Box::new(reading)))
    });
    rows.collect()
}

fn comes(seconds: u64, unit: u32) -> TraceRecord {
    at(seconds, Fact::UnitEntered { unit: UnitId(unit) })
}

fn leaves(seconds: u64) -> TraceRecord {
    at(seconds, Fact::LeftLine { container: None })
}

#[test]
fn passages_are_measured_behind_the_warm_up() {
    let window = Window { warm_up: 1, last: 3, early: SimSpan::from_secs(12) };
    let mut measurer = Measurer::new(line()).with_passages(window);
    let mut records = vec![comes(0, 1), comes(2, 2), comes(4, 3)];
    records.extend(meters(5, [5, 0, 3], [0, 4, 2]));
    records.extend([leaves(6), leaves(12), leaves(16)]);
    records.extend(meters(25, [6, 0, 13], [0, 14, 12]));
    measurer.absorb(&records);
    assert_eq!(measurer.so_far().counts, Counts { entered: 3, left: 3, ..Counts::default() });
    let seen = measurer.finish().passages.expect("requested");
    assert_eq!(seen.throughput_per_s(), 2.0 / 10.0);
    assert_eq!(seen.mean_sojourn_s(), (10.0 + 12.0) / 2.0);
    assert_eq!(seen.early(), 2);
    let stretch = seen.stretch();
    assert_eq!(stretch.share(stretch.busy_ns(2)), 10.0 / 20.0);
    assert_eq!(stretch.share(stretch.for_cause_ns(2, Cause::Blocked)), 0.0);
    assert_eq!(stretch.mean_level(1), 10.0 / 20.0);
    // Products: 6 + 10 + 12 s. Meters behind the first machine: 14 + 0 + 1 and 12 + 13 + 1.
    assert_eq!(seen.little_off_ns(), 13_000_000_000);
}

#[test]
fn who_worked_most_of_a_stretch_held_up_the_line() {
    let mut measurer = Measurer::new(line());
    let readings = [meters(10, [4, 9, 3], [0; 3]), meters(30, [9, 29, 9], [0; 3])].concat();
    measurer.absorb(&readings);
    let seen = measurer.finish();
    let shares: Vec<_> = seen.bottleneck.shares().collect();
    assert_eq!(shares, [Some(1.0 / 3.0), None, Some(2.0 / 3.0)], "a belt only carries");
}

#[test]
fn of_two_readings_of_one_moment_the_last_counts() {
    let mut measurer = Measurer::new(line()).with_timeline(SimSpan::from_secs(10));
    measurer.absorb(&[meters(10, [1; 3], [0; 3]), meters(10, [2; 3], [0; 3])].concat());
    let seen = measurer.finish();
    assert_eq!(seen.meters.last().readings.len(), 3);
    assert_eq!(seen.meters.last().readings[2].state_ns(MachineState::Execute), 2_000_000_000);
    assert_eq!(seen.timeline().readings.len(), 1);
}

#[test]
fn a_long_run_is_kept_in_longer_slices() {
    let mut measurer = Measurer::new(line()).with_timeline(SimSpan::from_secs(1));
    let container = ContainerId(1);
    let placed = |unit| Fact::UnitPlaced { unit: UnitId(unit), container };
    measurer.absorb(&[
        at(0, placed(1)),
        at(1, placed(2)),
        at(9_999, placed(3)),
        at(10_000, placed(4)),
    ]);
    let seen = measurer.finish();
    assert_eq!(seen.timeline().slice, SimSpan::from_secs(2));
    let packed: Vec<u32> = seen.timeline().slices.iter().map(|slice| slice.packed).collect();
    assert_eq!((packed[0], packed[4_999], packed[5_000]), (2, 1, 1));
    assert_eq!(packed.len(), 5_001);
}
