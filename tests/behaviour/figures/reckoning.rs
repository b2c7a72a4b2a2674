//! The figures of a run, reckoned a second time: from the raw trace and the definitions of the glossary, for
//! clearness and not for speed. Uses nothing of `src/measure` and `src/report`.

use std::collections::{BTreeMap, BTreeSet};

use linetwin::base::Cause::{self, Break, Cleaning, Maintenance, Setup};
use linetwin::base::MachineState::{self, Execute, Held};
use linetwin::base::{ContainerId, Level, SimTime, UnitId};
use linetwin::line::{MachineSpec, Topology, TwinSpec};
use linetwin::trace::{Fact, MeterReading, TraceRecord};

/// Nanoseconds of a second.
const S: f64 = 1e9;

/// What the figures need to know of a line.
#[derive(Clone, Debug)]
pub struct Line {
    pub machines: Vec<Machine>,
    /// The place of the lead machine in `machines`.
    pub lead: usize,
    pub rated_units_per_min: f64,
}

#[derive(Clone, Debug)]
pub struct Machine {
    pub id: String,
    /// It works on products; what only carries them does not.
    pub works: bool,
    /// How many machines product passes before it.
    pub downstream: usize,
    /// How many products can be on it or wait before it.
    pub capacity: Option<u32>,
}

impl Line {
    pub fn of(twin: &TwinSpec) -> Self {
        let order = Topology::of(twin).line_order();
        let machines = twin.machines.iter().enumerate().map(|(at, machine)| Machine {
            id: machine.id().to_owned(),
            works: !matches!(machine.kind(), "Belt" | "AccumulationTable" | "Diverter" | "Merge"),
            downstream: order.iter().position(|other| *other == at).expect("every machine once"),
            capacity: MachineSpec::capacity(machine),
        });
        let machines: Vec<Machine> = machines.collect();
        let lead = machines.iter().position(|machine| machine.id == twin.lead_machine);
        Self {
            machines,
            lead: lead.expect("a machine"),
            rated_units_per_min: twin.rated_units_per_min,
        }
    }
}

/// Times of a machine in nanoseconds, by state and by cause. What is not there has not been.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    pub states: BTreeMap<MachineState, u64>,
    pub causes: BTreeMap<String, u64>,
}

impl Times {
    pub fn state_s(&self, state: MachineState) -> f64 {
        self.states.get(&state).copied().unwrap_or(0) as f64 / S
    }

    pub fn cause_s(&self, cause: Cause) -> f64 {
        self.causes.get(&name(cause)).copied().unwrap_or(0) as f64 / S
    }

    fn add(&mut self, state: MachineState, cause: Cause, ns: u64) {
        *self.states.entry(state).or_default() += ns;
        if cause != Cause::None {
            *self.causes.entry(name(cause)).or_default() += ns;
        }
    }
}

fn name(cause: Cause) -> String {
    format!("{cause:?}")
}

/// Units and containers, each counted once whatever happened to it how often.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Products {
    pub entered: u64,
    /// In a container that is not taken off the line.
    pub good: u64,
    /// Taken off the line and not put back.
    pub rejected: u64,
    pub returned: u64,
    pub sampled: u64,
    /// Inner packs, bundles, cases, pallets.
    pub containers: [u64; 4],
}

#[derive(Clone, Debug, Default)]
pub struct Oee {
    pub availability: f64,
    pub performance: f64,
    pub quality: f64,
    pub oee: f64,
    pub nee: f64,
    pub planned_downtime_s: f64,
}

/// The last record is of this moment.
pub fn end_ns(records: &[TraceRecord]) -> u64 {
    records.last().map_or(0, |record| ns(record.at))
}

pub fn ns(at: SimTime) -> u64 {
    at.since(SimTime::START).as_nanos()
}

pub fn products(records: &[TraceRecord]) -> Products {
    let mut entered = BTreeSet::new();
    let mut place: BTreeMap<UnitId, Option<ContainerId>> = BTreeMap::new();
    let mut off: BTreeSet<UnitId> = BTreeSet::new();
    let mut parent: BTreeMap<ContainerId, ContainerId> = BTreeMap::new();
    let mut taken_off: BTreeSet<ContainerId> = BTreeSet::new();
    let mut closed: BTreeMap<ContainerId, Level> = BTreeMap::new();
    let mut out = Products::default();
    for record in records {
        match &record.fact {
            Fact::UnitEntered { unit } => {
                entered.insert(*unit);
            }
            Fact::UnitPlaced { unit, container } => {
                place.insert(*unit, Some(*container));
            }
            Fact::Rejected { unit, .. } | Fact::RemovedByHand { unit, .. } => {
                place.insert(*unit, None);
                off.insert(*unit);
            }
            Fact::Returned { unit, .. } => {
                off.remove(unit);
                out.returned += 1;
            }
            Fact::SampleTaken { .. } => out.sampled += 1,
            Fact::ContainerPlaced { child, container } => {
                parent.insert(*child, *container);
            }
            Fact::ContainerRemoved { container } => {
                parent.remove(container);
                taken_off.insert(*container);
            }
            Fact::ContainerClosed { container, level, .. } => {
                closed.insert(*container, *level);
            }
            _ => {}
        }
    }
    let is_off = |container: ContainerId| {
        let mut around = Some(container);
        while let Some(at) = around {
            if taken_off.contains(&at) {
                return true;
            }
            around = parent.get(&at).copied();
        }
        false
    };
    out.entered = entered.len() as u64;
    out.good = place.values().flatten().filter(|container| !is_off(**container)).count() as u64;
    out.rejected = off.len() as u64;
    for (nth, level) in [Level::Inner, Level::Bundle, Level::Case, Level::Pallet].iter().enumerate()
    {
        out.containers[nth] = closed.values().filter(|of| *of == level).count() as u64;
    }
    out
}

/// All meters at each moment at which they were read. Of two readings of one moment the last counts.
pub fn readings(records: &[TraceRecord]) -> BTreeMap<u64, BTreeMap<usize, MeterReading>> {
    let mut all: BTreeMap<u64, BTreeMap<usize, MeterReading>> = BTreeMap::new();
    for record in records {
        if let Fact::Meter(reading) = &record.fact {
            all.entry(ns(record.at))
                .or_default()
                .insert(reading.machine.index(), MeterReading::clone(reading));
        }
    }
    all
}

/// Times by the meters.
pub fn metered(reading: &MeterReading) -> Times {
    let mut times = Times::default();
    for (number, ns) in &reading.states {
        let state = MachineState::ALL.into_iter().find(|of| *of as u8 == *number);
        times.add(state.expect("a number from 1 to 17"), Cause::None, *ns);
    }
    times.causes = reading.causes.iter().map(|(cause, ns)| (name(*cause), *ns)).collect();
    times
}

/// Times by the states that lasted, which are those of a second and more.
pub fn lasted(machine: usize, records: &[TraceRecord]) -> Times {
    let mut times = Times::default();
    for record in records {
        match &record.fact {
            Fact::Span { machine: of, state, cause, since } if of.index() == machine => {
                times.add(*state, *cause, ns(record.at) - ns(*since));
            }
            _ => {}
        }
    }
    times
}

/// Effectiveness after ISO 22400-2. Breaks, cleaning and maintenance are planned down time; the rest of the run
/// is planned busy time. A set-up is a loss in OEE and none in NEE. A share of nothing is nothing.
pub fn oee(lead: &Times, processed: u64, good: u64, run_s: f64, rated_units_per_min: f64) -> Oee {
    let share = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
    let planned_downtime_s =
        lead.cause_s(Break) + lead.cause_s(Cleaning) + lead.cause_s(Maintenance);
    let planned_busy_s = run_s - planned_downtime_s;
    let production_s = lead.state_s(Execute);
    let ideal_s = processed as f64 * 60.0 / rated_units_per_min;
    let availability = share(production_s, planned_busy_s);
    let performance = share(ideal_s, production_s);
    let quality = share(good as f64, processed as f64);
    let with_setup = share(production_s + lead.cause_s(Setup), planned_busy_s);
    Oee {
        availability,
        performance,
        quality,
        oee: availability * performance * quality,
        nee: with_setup * performance * quality,
        planned_downtime_s,
    }
}

/// Share of the run in which each machine held up the line, largest first and then by name. In each stretch
/// between two readings it is the machine that works and was active, in Execute or Held, for longest; of equals
/// the one further downstream. A machine that never was is left out.
pub fn bottleneck(line: &Line, records: &[TraceRecord]) -> Vec<(String, f64)> {
    let mut held_up: BTreeMap<usize, u64> = BTreeMap::new();
    let mut active_before = vec![0; line.machines.len()];
    let mut from = 0;
    for (to, row) in readings(records) {
        let mut longest: Option<(u64, usize, usize)> = None;
        for (at, machine) in line.machines.iter().enumerate() {
            let times = metered(&row[&at]);
            let active_now = [Execute, Held].iter().filter_map(|of| times.states.get(of)).sum();
            let active = active_now - active_before[at];
            active_before[at] = active_now;
            let this = (active, machine.downstream, at);
            if machine.works && active > 0 && longest.is_none_or(|other| this > other) {
                longest = Some(this);
            }
        }
        if let Some((_, _, at)) = longest {
            *held_up.entry(at).or_default() += to - from;
        }
        from = to;
    }
    let share = |(at, ns): (usize, u64)| (line.machines[at].id.clone(), ns as f64 / from as f64);
    let mut shares: Vec<(String, f64)> =
        held_up.into_iter().filter(|(_, ns)| *ns > 0).map(share).collect();
    shares.sort_by(|(one, a), (other, b)| b.total_cmp(a).then(one.cmp(other)));
    shares
}

/// How long after it happened each fact was in the ledger, in nanoseconds, shortest first. A clock that was set
/// may put it the other way round: no delay.
pub fn record_delays_ns(records: &[TraceRecord]) -> Vec<u64> {
    let delays = records.iter().filter_map(|record| match &record.fact {
        Fact::Recorded { happened, .. } => Some(ns(record.at).saturating_sub(ns(*happened))),
        _ => None,
    });
    let mut delays: Vec<u64> = delays.collect();
    delays.sort_unstable();
    delays
}

/// The smallest value that so many percent do not exceed (nearest rank).
pub fn percentile(sorted: &[u64], percent: f64) -> u64 {
    let rank = (percent / 100.0 * sorted.len() as f64 - 1e-9).ceil().max(1.0);
    sorted[rank as usize - 1]
}

/// Grades in tenths, by the cameras; nothing for what was not read.
pub fn grades(records: &[TraceRecord]) -> Vec<Option<u8>> {
    let grades = records.iter().filter_map(|record| match &record.fact {
        Fact::Inspected { grade_tenths, .. } => Some(*grade_tenths),
        _ => None,
    });
    grades.collect()
}

/// How often a fact happened in each stretch of so many nanoseconds, the empty ones before the last included.
pub fn over_time(
    records: &[TraceRecord],
    slice_ns: u64,
    counts: impl Fn(&Fact) -> bool,
) -> BTreeMap<u64, u32> {
    let mut slices = BTreeMap::new();
    for record in records.iter().filter(|record| counts(&record.fact)) {
        *slices.entry(ns(record.at) / slice_ns).or_default() += 1;
    }
    slices
}
