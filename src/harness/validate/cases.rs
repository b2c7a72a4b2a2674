//! The cases V1 to V12. Machines stand in a row behind an infeed that is never the bottleneck, or that stands
//! for arrivals; `capacities` are the queue capacities before each machine.

use std::fmt;

use linetwin_base::Distribution;
use linetwin_line::{Blocking, FailureSpec, InfeedSpec, Interval, MachineSpec, WorkstationSpec};

use super::exact::{exponential_tandem, mean_waiting, slotted_pair};

/// Products of a replication, and how many of them are dropped as warm-up.
const PRODUCTS: u64 = 60_000;
const WARM_UP: u64 = 5_000;
/// A queue capacity that is never reached.
pub(super) const ENDLESS: u32 = 10_000_000;

/// A line with known results.
#[derive(Clone, Debug)]
pub struct Case {
    /// `V1` to `V12`, and `V14` to `V17`.
    pub id: String,
    /// The line, in words.
    pub line: String,
    /// Infeed first.
    pub machines: Vec<MachineSpec>,
    /// Products that are made.
    pub products: u64,
    /// Products that are made before measuring begins.
    pub warm_up: u64,
    /// About so many products a second.
    pub rate: f64,
    /// What is measured, and what it must be.
    pub measures: Vec<(Measure, f64)>,
}

/// What is measured. Machines are counted from 1, the first behind the infeed.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Measure {
    /// Products a second.
    Throughput,
    /// Share of time in which a machine works or is repaired.
    Busy(usize),
    /// Share of time in which a machine is blocked.
    Blocked(usize),
    /// Mean number of products waiting before a machine.
    Waiting(usize),
    /// Mean number of products before and in a machine.
    InSystem(usize),
    /// Mean time from coming in to leaving.
    TimeInSystem,
    /// Products that have left so many seconds after the first came in.
    ProductsIn(u64),
    /// Time spent on the line, summed over products, less the same integrated over places.
    Little,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Throughput => f.write_str("throughput, 1/s"),
            Self::Busy(machine) => write!(f, "machine {machine} busy, share"),
            Self::Blocked(machine) => write!(f, "machine {machine} blocked, share"),
            Self::Waiting(machine) => write!(f, "waiting before machine {machine}"),
            Self::InSystem(machine) => write!(f, "before and in machine {machine}"),
            Self::TimeInSystem => f.write_str("time in the system, s"),
            Self::ProductsIn(seconds) => write!(f, "parts out in {seconds} s"),
            Self::Little => f.write_str("L T less the sum of times, ns"),
        }
    }
}

impl Case {
    /// A case of the usual length; `rate` is about its throughput.
    pub fn new(
        id: &str,
        line: impl Into<String>,
        machines: Vec<MachineSpec>,
        rate: f64,
        measures: Vec<(Measure, f64)>,
    ) -> Self {
        let (id, line) = (id.to_owned(), line.into());
        Self { id, line, machines, products: PRODUCTS, warm_up: WARM_UP, rate, measures }
    }

    /// The same with more products: queues need long to settle.
    #[must_use]
    pub fn longer(self, times: u64) -> Self {
        Self { products: PRODUCTS * times, warm_up: WARM_UP * times, ..self }
    }
}

/// Arrivals, or with a short interval a supply that never ends.
pub fn infeed(cycle_time_s: Distribution, blocking: Blocking) -> MachineSpec {
    let (id, to) = ("infeed".to_owned(), "machine-1".to_owned());
    MachineSpec::Infeed(InfeedSpec {
        id,
        cycle_time_s,
        blocking,
        failures: Vec::new(),
        consumables: Vec::new(),
        planned_stops: Vec::new(),
        speed_losses: Vec::new(),
        startup_rejects: None,
        to,
    })
}

/// A supply that never ends.
pub fn supply() -> MachineSpec {
    infeed(Distribution::Fixed(1e-3), Blocking::AfterService)
}

/// Machines in a row behind an infeed; `capacities[i]` is the queue capacity before machine i.
pub fn row(
    infeed: MachineSpec,
    services: &[Distribution],
    capacities: &[u32],
    change: impl Fn(usize, &mut Blocking, &mut Vec<FailureSpec>),
) -> Vec<MachineSpec> {
    assert_eq!(services.len(), capacities.len(), "each machine has a queue capacity");
    let machines =
        services.iter().zip(capacities).enumerate().map(|(index, (service, capacity))| {
            let (mut blocking, mut failures) = (Blocking::AfterService, Vec::new());
            change(index, &mut blocking, &mut failures);
            let next = index + 2;
            MachineSpec::Machine(WorkstationSpec {
                id: format!("machine-{}", index + 1),
                service_s: service.clone(),
                queue_capacity: *capacity,
                blocking,
                reject_share: 0.0,
                failures,
                consumables: Vec::new(),
                planned_stops: Vec::new(),
                speed_losses: Vec::new(),
                startup_rejects: None,
                to: (next <= services.len()).then(|| format!("machine-{next}")),
            })
        });
    std::iter::once(infeed).chain(machines).collect()
}

fn never_fails(_: usize, _: &mut Blocking, _: &mut Vec<FailureSpec>) {}

fn fixed(seconds: f64) -> Distribution {
    Distribution::Fixed(seconds)
}

fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { mean: 1.0 / rate }
}

/// Exponential machines with queues of capacity `capacities` between them, never starved at the front.
pub fn exponential_row(id: &str, rates: &[f64], capacities: &[u32]) -> Case {
    let services: Vec<Distribution> = rates.iter().map(|rate| exponential(*rate)).collect();
    let all: Vec<u32> = std::iter::once(5).chain(capacities.iter().copied()).collect();
    let exact = exponential_tandem(rates, capacities);
    let line = format!("exponential machines, rates {rates:?}, places {capacities:?}");
    let machines = row(supply(), &services, &all, never_fails);
    // The smaller the places, the more one interval hangs on the one before.
    Case::new(id, line, machines, exact, vec![(Measure::Throughput, exact)]).longer(4)
}

/// Two machines of one slot a product that fail with chance p and are repaired with chance r in a slot; `n`
/// products at most between them, those in both machines included.
pub fn slotted_row(id: &str, p: f64, r: f64, n: u32) -> Case {
    let exact = slotted_pair((p, r), (p, r), n);
    let line = format!("slotted machines, p {p}, r {r}, N {n}");
    let machines = row(supply(), &[fixed(1.0), fixed(1.0)], &[5, n - 2], |_, _, failures| {
        failures.push(slotted_failures(p, r));
    });
    Case::new(id, line, machines, exact, vec![(Measure::Throughput, exact)]).longer(6)
}

fn slotted_failures(p: f64, r: f64) -> FailureSpec {
    FailureSpec {
        name: String::new(),
        time_to_failure: Interval::Cycles(Distribution::Geometric { probability: p, slot: 1.0 }),
        repair_s: Distribution::Geometric { probability: r, slot: 1.0 },
        required_skill: None,
    }
}

/// Two machines that are up with chance p in each slot, blocked before service, `n` places between.
pub fn bernoulli_row(p: f64, n: u32) -> Case {
    let places = f64::from(n);
    let exact = p * places / (places + 1.0 - p);
    let line = format!("Bernoulli machines, p {p}, N {n}");
    let machines = row(supply(), &[fixed(1.0), fixed(1.0)], &[5, n], |_, blocking, failures| {
        *blocking = Blocking::BeforeService;
        // Down in a slot means trying again in the next.
        failures.push(slotted_failures(1.0 - p, p));
    });
    Case::new("V8", line, machines, exact, vec![(Measure::Throughput, exact)]).longer(2)
}

/// One machine with Poisson arrivals. `moments` are the first two of its service time.
pub fn queue(id: &str, arrivals: f64, service: Distribution, moments: (f64, f64)) -> Case {
    let (mean, second) = moments;
    let waiting = mean_waiting(arrivals, mean, second);
    let line = format!("arrivals {arrivals}/s, service {service:?}");
    let source = infeed(exponential(arrivals), Blocking::AfterService);
    let machines = row(source, &[service], &[ENDLESS], never_fails);
    let load = arrivals * mean;
    let measures = vec![
        (Measure::Waiting(1), waiting),
        (Measure::InSystem(1), waiting + load),
        (Measure::TimeInSystem, waiting / arrivals + mean),
    ];
    Case::new(id, line, machines, arrivals, measures)
}

/// All cases.
pub fn cases() -> Vec<Case> {
    let mut cases = vec![packaging_line(), two_in_a_row()];
    cases.push(queue("V3", 1.0, fixed(0.9), (0.9, 0.81)).longer(150));
    cases.push(queue("V4", 3.0, exponential(4.0), (0.25, 0.125)).longer(80));
    cases.extend([2, 5, 10].map(full_queue));
    cases.extend([0, 1, 5].map(|capacity| exponential_row("V6", &[1.0, 1.0], &[capacity])));
    cases.extend([0, 1, 3].map(|capacity| exponential_row("V7", &[1.0; 3], &[capacity; 2])));
    cases.extend([1, 2, 5].map(|n| bernoulli_row(0.9, n)));
    cases.extend([4, 10].map(|n| slotted_row("V9", 0.01, 0.1, n)));
    cases.extend(bounds(0.01, 0.1));
    cases.push(little());
    let (rates, capacities) = ([1.0, 1.3, 0.9, 1.1], [1, 4, 2]);
    cases.push(exponential_row("V12", &rates, &capacities));
    let (mut back_rates, mut back_capacities) = (rates, capacities);
    back_rates.reverse();
    back_capacities.reverse();
    cases.push(exponential_row("V12", &back_rates, &back_capacities));
    cases.extend(super::networks::cases());
    cases
}

/// V1: Altiok and Melamed's packaging line.
fn packaging_line() -> Case {
    let services = [6.5, 5.0, 8.0, 5.0, 6.0].map(fixed);
    let machines = row(supply(), &services, &[5; 5], never_fails);
    let measures = vec![
        (Measure::Throughput, 0.125),
        (Measure::Busy(1), 0.8125),
        (Measure::Busy(2), 0.625),
        (Measure::Busy(3), 1.0),
        (Measure::Busy(4), 0.625),
        (Measure::Busy(5), 0.75),
        (Measure::Blocked(1), 0.1875),
        (Measure::Blocked(2), 0.375),
        (Measure::Blocked(3), 0.0),
        (Measure::Blocked(4), 0.0),
    ];
    Case::new("V1", "fill, cap, label, seal, pack; places of 5", machines, 0.125, measures)
}

/// V2: two machines in a row.
fn two_in_a_row() -> Case {
    let machines = row(supply(), &[fixed(1.0), fixed(1.0)], &[5, 5], never_fails);
    let measures = vec![(Measure::ProductsIn(1000), 999.0)];
    Case::new("V2", "two machines of 1 s", machines, 1.0, measures)
}

/// V5: as much is offered as can be done, arrivals stop while the queue is full.
fn full_queue(in_system: u32) -> Case {
    let b = f64::from(in_system);
    let source = infeed(exponential(1.0), Blocking::BeforeService);
    let machines = row(source, &[exponential(1.0)], &[in_system - 1], never_fails);
    let measures = vec![(Measure::Throughput, b / (b + 1.0)), (Measure::InSystem(1), b / 2.0)];
    let line = format!("M/M/1 with room for {in_system}, load 1");
    Case::new("V5", line, machines, b / (b + 1.0), measures).longer(6)
}

/// V10: V9 with no buffer, which is one machine that fails in two ways, and with an endless one.
fn bounds(p: f64, r: f64) -> [Case; 2] {
    let second = FailureSpec { name: "second".to_owned(), ..slotted_failures(p, r) };
    let none = row(supply(), &[fixed(1.0)], &[5], |_, _, failures| {
        failures.extend([slotted_failures(p, r), second.clone()]);
    });
    let endless = row(supply(), &[fixed(1.0), fixed(1.0)], &[5, ENDLESS], |index, _, failures| {
        // With equal machines the queue would never settle: the first never fails.
        if index == 1 {
            failures.push(slotted_failures(p, r));
        }
    });
    let case = |line: &str, machines, exact| {
        Case::new("V10", line, machines, exact, vec![(Measure::Throughput, exact)]).longer(5)
    };
    [
        case("slotted machines, no buffer", none, 1.0 / (1.0 + 2.0 * p / r)),
        case("slotted machines, endless buffer", endless, 1.0 / (1.0 + p / r)),
    ]
}

/// V11: Little's law.
fn little() -> Case {
    let services = [
        Distribution::Triangular { from: 0.5, mode: 0.8, to: 1.5 },
        Distribution::LogNormal { mean: 0.9, sd: 0.5 },
        Distribution::Gamma { shape: 2.0, mean: 0.8 },
    ];
    let machines = row(supply(), &services, &[3, 2, 0], |index, _, failures| {
        if index == 1 {
            failures.push(FailureSpec {
                name: String::new(),
                time_to_failure: Interval::OperatingTime(Distribution::Weibull {
                    shape: 1.5,
                    scale: 60.0,
                }),
                repair_s: Distribution::Uniform { from: 1.0, to: 9.0 },
                required_skill: None,
            });
        }
    });
    let measures = vec![(Measure::Little, 0.0)];
    Case::new("V11", "three machines, one fails in the middle of work", machines, 0.8, measures)
}
