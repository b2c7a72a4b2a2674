//! Runs replications of a case, bare, and takes its measures.

use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use linetwin_base::{Cause, SimSpan, SimTime, Streams, WeekClock};
use linetwin_line::{TwinSpec, one_person};
use linetwin_symbol::Fidelity;
use linetwin_twin::{LineSetup, Twin};

use crate::measure::{LineInfo, Measurer, Passages, Window};

use super::super::drive::drive;
use super::super::probe::{Noted, Probe, Probes};
use super::super::run::Interrupted;
use super::REPLICATIONS;
use super::cases::{Case, Measure};

/// About how many products a stretch of the run makes.
const STRETCH_PRODUCTS: f64 = 500.0;

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
    jobs.sort_by_key(|(case, _)| std::cmp::Reverse(cases[*case].products));
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
    let measurer = Measurer::new(LineInfo::of(&spec)).with_passages(window(case));
    let mut replication = Replication { products: case.products, measurer };
    let stretch = SimSpan::from_secs_f64(STRETCH_PRODUCTS / case.rate).max(SimSpan::from_secs(1));
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    drive(&mut twin, 1, Probes::one(&mut replication), stretch, go_on).expect("nothing can fail");
    let seen = replication.measurer.finish();
    let passages = seen.passages.expect("they were requested");
    case.measures.iter().map(|(measure, _)| value(measure, &passages)).collect()
}

/// Measures until all products of a case have left.
struct Replication {
    products: u64,
    measurer: Measurer,
}

impl Probe for Replication {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        self.measurer.absorb(noted.records);
        Ok(())
    }

    fn has_enough(&self) -> bool {
        self.measurer.so_far().counts.left >= self.products
    }
}

fn window(case: &Case) -> Window {
    let mut early = case.measures.iter().filter_map(|(measure, _)| match measure {
        Measure::ProductsIn(seconds) => Some(SimSpan::from_secs(*seconds)),
        _ => None,
    });
    Window { warm_up: case.warm_up, last: case.products, early: early.next().unwrap_or_default() }
}

fn value(measure: &Measure, seen: &Passages) -> f64 {
    let stretch = seen.stretch();
    match *measure {
        Measure::Throughput => seen.throughput_per_s(),
        Measure::Busy(machine) => stretch.share(stretch.busy_ns(machine)),
        Measure::Blocked(machine) => stretch.share(stretch.for_cause_ns(machine, Cause::Blocked)),
        Measure::Waiting(machine) => stretch.mean_level(machine),
        Measure::InSystem(machine) => {
            stretch.mean_level(machine) + stretch.share(stretch.busy_ns(machine))
        }
        Measure::TimeInSystem => seen.mean_sojourn_s(),
        Measure::ProductsIn(_) => seen.early() as f64,
        Measure::Little => seen.little_off_ns() as f64,
    }
}
