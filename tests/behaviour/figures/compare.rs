//! Whether a summary has the figures that are reckoned from the trace. Whole numbers must be the same, shares and
//! seconds to a billionth.

use std::collections::BTreeMap;
use std::fmt::Debug;

use linetwin::base::MachineState::Held;
use linetwin::harness::LineResult;
use linetwin::measure::{Slice, Timeline};
use linetwin::report::Summary;
use linetwin::trace::{Fact, TraceRecord};

use super::reckoning::{self, Line, Times, ns};

/// What differs.
#[derive(Debug, Default)]
pub struct Differences(pub Vec<String>);

impl Differences {
    pub fn of(result: &LineResult, line: &Line, records: &[TraceRecord]) -> Self {
        let mut all = Self::default();
        all.throughput(&result.summary, line, records);
        all.grades(&result.summary, records);
        all.coverage(&result.summary, records);
        all.timeline(result.observations.timeline(), records);
        if result.latency_ns.is_some() {
            all.record_delay(&result.summary, records);
        }
        all
    }

    fn same<T: PartialEq + Debug>(&mut self, what: &str, found: T, right: T) {
        if found != right {
            self.0.push(format!("{what}: found {found:?}, right is {right:?}"));
        }
    }

    fn near(&mut self, what: &str, found: f64, right: f64) {
        // Also where one of them is no number.
        let off = (found - right).abs();
        if !off.le(&(1e-9 * right.abs().max(1e-3))) {
            self.0.push(format!("{what}: found {found}, right is {right}"));
        }
    }

    fn throughput(&mut self, run: &Summary, line: &Line, records: &[TraceRecord]) {
        let made = &run.throughput;
        let right = reckoning::products(records);
        let run_s = reckoning::end_ns(records) as f64 / 1e9;
        self.near("simulated_s", run.simulated_s, run_s);
        self.same("infeed", made.infeed, right.entered);
        self.same("good", made.good, right.good);
        self.same("rejected", made.rejected, right.rejected);
        self.same("returned", made.returned, right.returned);
        self.same("sampled", made.sampled, right.sampled);
        let of = &made.containers;
        self.same("containers", [of.inner, of.bundle, of.case, of.pallet], right.containers);
        self.near("units_per_min", made.units_per_min, right.good as f64 * 60.0 / run_s);

        let all = reckoning::readings(records);
        let last = all.values().last().expect("meters are read at the end");
        self.same("machines", made.machines.len(), line.machines.len());
        let mut buffers = made.buffers.iter();
        for (at, (found, machine)) in made.machines.iter().zip(&line.machines).enumerate() {
            self.same("id", &found.id, &machine.id);
            let reading = &last[&at];
            let times = reckoning::metered(reading);
            let seconds = |of: &BTreeMap<_, u64>| -> BTreeMap<String, u64> {
                of.iter().map(|(name, ns): (&String, _)| (name.clone(), *ns)).collect()
            };
            let states = times.states.iter().map(|(state, ns)| (state.to_string(), *ns)).collect();
            self.times(&format!("{} states", machine.id), &found.states, &states);
            self.times(&format!("{} causes", machine.id), &found.causes, &seconds(&times.causes));
            let all_s = times.states.values().sum::<u64>() as f64 / 1e9;
            self.near(&format!("{}: time in all states", machine.id), all_s, run_s);
            let cause_s = |cause: &str| times.causes.get(cause).copied().unwrap_or(0) as f64 / 1e9;
            self.near("starved_s", found.starved_s, cause_s("Starved"));
            self.near("blocked_s", found.blocked_s, cause_s("Blocked"));
            self.near("in_state", found.in_state(Held), times.state_s(Held));
            self.same("processed", found.processed, reading.processed);
            self.same("defective", found.defective, reading.defective);
            let Some(capacity) = machine.capacity else { continue };
            let Some(buffer) = buffers.next() else {
                self.0.push(format!("no buffer `{}`", machine.id));
                continue;
            };
            self.same("buffer", &buffer.id, &machine.id);
            self.same("capacity", buffer.capacity, capacity);
            self.same("max", buffer.max, reading.level_max);
            self.near("mean", buffer.mean, reading.level_ns as f64 / 1e9 / run_s);
        }
        self.same("buffers beyond", buffers.next().map(|of| &of.id), None);

        let lead = &last[&line.lead];
        let times = reckoning::metered(lead);
        self.oee(run, &times, lead.processed, line);
        let found: Vec<_> = made.bottleneck.iter().map(|of| (of.id.clone(), of.share)).collect();
        let right = reckoning::bottleneck(line, records);
        let names = |of: &[(String, f64)]| of.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>();
        self.same("bottleneck", names(&found), names(&right));
        for ((id, found), (_, right)) in found.iter().zip(&right) {
            self.near(&format!("share of {id}"), *found, *right);
        }
    }

    /// OEE of a lead machine of which the times are known, from wherever.
    pub fn oee(&mut self, run: &Summary, lead: &Times, processed: u64, line: &Line) {
        let found = &run.throughput.oee;
        let good = run.throughput.good;
        let right =
            reckoning::oee(lead, processed, good, run.simulated_s, line.rated_units_per_min);
        self.near("availability", found.availability, right.availability);
        self.near("performance", found.performance, right.performance);
        self.near("quality", found.quality, right.quality);
        self.near("oee", found.oee, right.oee);
        self.near("nee", found.nee, right.nee);
        self.near("planned_downtime_s", found.planned_downtime_s, right.planned_downtime_s);
    }

    fn times(&mut self, what: &str, found_s: &BTreeMap<String, f64>, ns: &BTreeMap<String, u64>) {
        self.same(what, found_s.keys().collect::<Vec<_>>(), ns.keys().collect());
        for (name, right) in ns {
            let found_s = found_s.get(name).copied().unwrap_or(f64::NAN);
            self.near(&format!("{what}, {name}"), found_s, *right as f64 / 1e9);
        }
    }

    fn grades(&mut self, run: &Summary, records: &[TraceRecord]) {
        let all = reckoning::grades(records);
        let graded: Vec<f64> =
            all.iter().flatten().map(|tenths| f64::from(*tenths) / 10.0).collect();
        self.same("grades", run.grades.is_some(), !graded.is_empty());
        let Some(found) = &run.grades else { return };
        let count = graded.len() as f64;
        self.same("looked_at", found.looked_at, all.len() as u64);
        self.same("graded", found.graded, graded.len() as u64);
        self.near("mean grade", found.mean, graded.iter().sum::<f64>() / count);
        self.near("worst grade", found.worst, graded.iter().copied().fold(4.0, f64::min));
        let below = graded.iter().filter(|grade| **grade < 1.5).count() as f64;
        self.near("below 1.5", found.below_1_5_share, below / count);
    }

    fn coverage(&mut self, run: &Summary, records: &[TraceRecord]) {
        let mut right: BTreeMap<String, u64> = BTreeMap::new();
        for record in records {
            if let Fact::CoveragePoint { point } = &record.fact {
                *right.entry(point.to_string()).or_default() += 1;
            }
        }
        self.same("coverage", &run.coverage, &right);
    }

    /// A percentile is kept to a thousandth, upwards, and a whole microsecond.
    fn record_delay(&mut self, run: &Summary, records: &[TraceRecord]) {
        let delays = reckoning::record_delays_ns(records);
        for percent in [1.0, 50.0, 90.0, 99.0, 99.9, 100.0] {
            let found = run.engine.record_delay.percentile_s(percent);
            if delays.is_empty() {
                self.same("record delay", found, None);
                continue;
            }
            let right = reckoning::percentile(&delays, percent) as f64 / 1e9;
            let found = found.unwrap_or(f64::NAN);
            if !(right - 1e-6..=right * 1.001 + 1e-6).contains(&found) {
                self.0.push(format!("delay of {percent} %: found {found}, right is {right}"));
            }
        }
    }

    fn timeline(&mut self, drawn: &Timeline, records: &[TraceRecord]) {
        type Pick = fn(&Slice) -> u32;
        type Is = fn(&Fact) -> bool;
        let columns: [(&str, Pick, Is); 4] = [
            ("entered", |slice| slice.entered, |fact| matches!(fact, Fact::UnitEntered { .. })),
            ("packed", |slice| slice.packed, |fact| matches!(fact, Fact::UnitPlaced { .. })),
            (
                "rejected",
                |slice| slice.rejected,
                |fact| matches!(fact, Fact::Rejected { .. } | Fact::RemovedByHand { .. }),
            ),
            (
                "looked at",
                |slice| slice.grades.looked_at,
                |fact| matches!(fact, Fact::Inspected { .. }),
            ),
        ];
        for (what, pick, is) in columns {
            let right = reckoning::over_time(records, drawn.slice.as_nanos(), is);
            let found = drawn.slices.iter().map(pick).zip(0..).filter(|(count, _)| *count > 0);
            let found: BTreeMap<u64, u32> = found.map(|(count, at)| (at, count)).collect();
            self.same(&format!("{what} over time"), found, right);
        }
        let rows: Vec<u64> = reckoning::readings(records).into_keys().collect();
        self.same("rows", drawn.readings.iter().map(|row| ns(row.at)).collect(), rows);
        let right: Vec<String> = records
            .iter()
            .filter_map(|record| match &record.fact {
                Fact::Span { machine, state, cause, since } => {
                    Some(format!("{machine:?} {state} {cause:?} {since:?} {:?}", record.at))
                }
                _ => None,
            })
            .collect();
        let found = drawn.spans.iter().map(|of| {
            format!("{:?} {} {:?} {:?} {:?}", of.machine, of.state, of.cause, of.from, of.to)
        });
        self.same("spans", found.collect(), right);
        let right = records.iter().filter_map(|record| match &record.fact {
            Fact::FaultInjected { kind, .. } => Some((record.at, *kind)),
            _ => None,
        });
        self.same("faults", drawn.fault_moments.clone(), right.collect());
    }
}
