//! Runs replications of a case and takes its measures from the trace.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use linetwin_base::{Cause, LineId, MachineState, SimSpan, SimTime, Streams, WeekClock};
use linetwin_line::{TwinSpec, one_person};
use linetwin_symbol::Fidelity;
use linetwin_trace::{Fact, MeterReading, TraceRecord};
use linetwin_twin::{LineSetup, Twin};

use super::REPLICATIONS;
use super::cases::{Case, Measure};

/// Parts that a stretch of the run makes, about.
const STRETCH_PARTS: f64 = 500.0;

/// All replications of all cases: by case, then by replication, then by measure.
pub(super) fn all(
    cases: &[Case],
    threads: usize,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Vec<Vec<Vec<f64>>> {
    let mut jobs: Vec<(usize, u64)> = Vec::new();
    for case in 0..cases.len() {
        jobs.extend((1..=REPLICATIONS).map(|seed| (case, seed)));
    }
    // The longest first, so that no thread is left with one at the end.
    jobs.sort_by_key(|(case, _)| std::cmp::Reverse(cases[*case].parts));
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let results = Mutex::new(vec![vec![Vec::new(); REPLICATIONS as usize]; cases.len()]);
    std::thread::scope(|scope| {
        for _ in 0..threads.clamp(1, jobs.len().max(1)) {
            scope.spawn(|| {
                while let Some(&(case, seed)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let values = one(&cases[case], seed);
                    let mut results = results.lock().expect("no thread panics while it holds this");
                    results[case][seed as usize - 1] = values;
                    drop(results);
                    progress(done.fetch_add(1, Ordering::Relaxed) + 1, jobs.len());
                }
            });
        }
    });
    results.into_inner().expect("all threads are done")
}

/// One replication: the value of each measure.
fn one(case: &Case, seed: u64) -> Vec<f64> {
    let spec = TwinSpec {
        name: case.line.clone(),
        rated_units_per_min: 60.0,
        lead_machine: "infeed".to_owned(),
        people: one_person(),
        interventions: Default::default(),
        positions_m: Default::default(),
        layout: Default::default(),
        link: Default::default(),
        controller: Default::default(),
        machines: case.machines.clone(),
    };
    let setup = LineSetup {
        faults_end: SimTime::NEVER,
        spec: &spec,
        streams: Streams::new(seed).of_line(&case.id),
        clock: WeekClock::default(),
        faults: &[],
        controller: None,
        end: SimTime::from_nanos(u64::MAX / 2),
        order_ends: None,
    };
    let mut twin = Twin::new([setup], Fidelity::Model, None);
    let mut seen = Observer::new(case);
    let stretch = SimSpan::from_secs_f64(STRETCH_PARTS / case.rate).max(SimSpan::from_secs(1));
    let (mut records, mut now) = (Vec::new(), SimTime::START);
    while seen.out < case.parts {
        now += stretch;
        twin.advance(now);
        twin.take_trace(LineId(0), &mut records);
        seen.absorb(&records);
    }
    case.measures.iter().map(|(measure, _)| seen.value(measure)).collect()
}

/// Counts what measures are made of.
struct Observer {
    warm_up: u64,
    parts: u64,
    out: u64,
    /// When the last part of the warm-up left, and the last part of all.
    from: SimTime,
    to: SimTime,
    /// When each part on the line came, oldest first; nobody overtakes.
    on_line: VecDeque<SimTime>,
    /// Of those that left after the warm-up.
    sojourn_ns: u128,
    /// Of all.
    all_sojourns_ns: u128,
    first_in: Option<SimTime>,
    /// Parts that left within the time that a measure asks for.
    window: Option<SimSpan>,
    out_in_window: u64,
    /// Readings of all meters: the first after the warm-up, the last, and when.
    first: Vec<MeterReading>,
    last: Vec<MeterReading>,
    first_at: SimTime,
    last_at: SimTime,
    /// For Little's law: what the meters and what the parts say, at the last reading.
    little: (u128, u128),
}

impl Observer {
    fn new(case: &Case) -> Self {
        let mut windows = case.measures.iter().filter_map(|(measure, _)| match measure {
            Measure::PartsIn(seconds) => Some(SimSpan::from_secs(*seconds)),
            _ => None,
        });
        let nothing = MeterReading::default();
        Self {
            warm_up: case.warm_up,
            parts: case.parts,
            out: 0,
            from: SimTime::START,
            to: SimTime::START,
            on_line: VecDeque::new(),
            sojourn_ns: 0,
            all_sojourns_ns: 0,
            first_in: None,
            window: windows.next(),
            out_in_window: 0,
            first: vec![nothing.clone(); case.machines.len()],
            last: vec![nothing; case.machines.len()],
            first_at: SimTime::START,
            last_at: SimTime::START,
            little: (0, 0),
        }
    }

    fn absorb(&mut self, records: &[TraceRecord]) {
        for record in records {
            match &record.fact {
                Fact::UnitEntered { .. } => {
                    self.first_in.get_or_insert(record.at);
                    self.on_line.push_back(record.at);
                }
                Fact::LeftLine { .. } => self.left(record.at),
                Fact::Meter(reading) => {
                    let index = reading.machine.index();
                    if self.out < self.warm_up {
                        self.first[index] = (**reading).clone();
                        self.first_at = record.at;
                    }
                    self.last[index] = (**reading).clone();
                    self.last_at = record.at;
                    if index + 1 == self.last.len() {
                        self.weigh(record.at);
                    }
                }
                _ => {}
            }
        }
    }

    fn left(&mut self, at: SimTime) {
        self.out += 1;
        let came = self.on_line.pop_front().expect("what leaves has come");
        let sojourn_ns = u128::from(at.since(came).as_nanos());
        self.all_sojourns_ns += sojourn_ns;
        if self.out == self.warm_up {
            self.from = at;
        }
        if self.warm_up < self.out && self.out <= self.parts {
            self.to = at;
            self.sojourn_ns += sojourn_ns;
        }
        let first_in = self.first_in.unwrap_or_default();
        if self.window.is_some_and(|window| at <= first_in + window) {
            self.out_in_window += 1;
        }
    }

    /// The time that parts have spent on the line up to now, as the meters of all queues and machines
    /// have it, and as the parts' own comings and goings have it.
    fn weigh(&mut self, now: SimTime) {
        let occupied = |reading: &MeterReading| {
            let busy = busy_ns(reading) + reading.cause_ns(Cause::Blocked);
            reading.level_ns + u128::from(busy)
        };
        let by_meters: u128 = self.last.iter().skip(1).map(occupied).sum();
        let still_here = self.on_line.iter().map(|came| u128::from(now.since(*came).as_nanos()));
        self.little = (by_meters, self.all_sojourns_ns + still_here.sum::<u128>());
    }

    fn value(&self, measure: &Measure) -> f64 {
        let span_ns = self.last_at.since(self.first_at).as_nanos() as f64;
        let share = |of: fn(&MeterReading) -> u64, machine: usize| {
            (of(&self.last[machine]) - of(&self.first[machine])) as f64 / span_ns
        };
        let level = |machine: usize| {
            (self.last[machine].level_ns - self.first[machine].level_ns) as f64 / span_ns
        };
        let counted = (self.parts - self.warm_up) as f64;
        match *measure {
            Measure::Throughput => counted / self.to.since(self.from).as_secs_f64(),
            Measure::Busy(machine) => share(busy_ns, machine),
            Measure::Blocked(machine) => share(|reading| reading.cause_ns(Cause::Blocked), machine),
            Measure::Waiting(machine) => level(machine),
            Measure::InSystem(machine) => level(machine) + share(busy_ns, machine),
            Measure::TimeInSystem => self.sojourn_ns as f64 / 1e9 / counted,
            Measure::PartsIn(_) => self.out_in_window as f64,
            Measure::Little => self.little.0.abs_diff(self.little.1) as f64,
        }
    }
}

/// Working or being repaired: a part is in the machine.
fn busy_ns(reading: &MeterReading) -> u64 {
    let occupied = [MachineState::Execute.number(), MachineState::Held.number()];
    let states = reading.states.iter();
    let busy = states.filter(|(state, _)| occupied.contains(&usize::from(*state)));
    busy.map(|(_, ns)| *ns).sum()
}
