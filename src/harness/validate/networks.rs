//! The cases V14 to V17: lines that split into lanes and join, machines with one queue for all of them, and
//! tables between machines.

use linetwin_base::Distribution;
use linetwin_line::{
    AccumulationTableSpec, Blocking, DivertRule, DiverterSpec, MachineSpec, MergeSpec,
    QueueDiscipline, WorkstationSpec,
};

use super::cases::{Case, ENDLESS, Measure, infeed, supply};
use super::exact::{exponential_tandem, shared_queue};

fn exponential(rate: f64) -> Distribution {
    Distribution::Exponential { mean: 1.0 / rate }
}

fn machine(id: &str, rate: f64, capacity: u32, to: Option<&str>) -> MachineSpec {
    MachineSpec::Machine(WorkstationSpec {
        id: id.to_owned(),
        service_s: exponential(rate),
        queue_capacity: capacity,
        blocking: Blocking::AfterService,
        reject_share: 0.0,
        failures: Vec::new(),
        consumables: Vec::new(),
        planned_stops: Vec::new(),
        speed_losses: Vec::new(),
        startup_rejects: None,
        to: to.map(str::to_owned),
    })
}

fn lane(number: usize) -> String {
    format!("lane-{number}")
}

/// Poisson arrivals at machines with one queue, the first free one in the order written takes the next;
/// `system` products at most, then arrivals stop.
pub fn one_queue(id: &str, arrivals: f64, rates: &[f64], system: u32) -> Case {
    // One that waits stands in the diverter itself.
    let capacity = system - rates.len() as u32 - 1;
    let (throughput, number) = shared_queue(arrivals, rates, system);
    let source = infeed(exponential(arrivals), Blocking::BeforeService);
    let diverter = MachineSpec::Diverter(DiverterSpec {
        id: "machine-1".to_owned(),
        queue_capacity: capacity,
        rule: DivertRule::FirstAvailable,
        to: (1..=rates.len()).map(lane).collect(),
    });
    let lanes = rates.iter().zip(1..).map(|(rate, number)| machine(&lane(number), *rate, 0, None));
    let machines = [source, diverter].into_iter().chain(lanes).collect();
    let line = format!("arrivals {arrivals}/s, one queue, rates {rates:?}, room for {system}");
    let measures =
        vec![(Measure::Throughput, throughput), (Measure::TimeInSystem, number / throughput)];
    Case::new(id, line, machines, throughput, measures).longer(10)
}

/// Poisson arrivals, drawn for machines side by side, which then all pass through the same one: a
/// network of Jackson's, in which each machine is a queue of its own.
pub fn parting_ways(id: &str, arrivals: f64, lanes: &[(f64, f64)], last: f64) -> Case {
    let time_s = |arrivals: f64, rate: f64| 1.0 / (rate - arrivals);
    let shares: Vec<f64> = lanes.iter().map(|(share, _)| *share).collect();
    let side_by_side =
        lanes.iter().map(|(share, rate)| share * time_s(arrivals * share, *rate)).sum::<f64>();
    let diverter = MachineSpec::Diverter(DiverterSpec {
        id: "machine-1".to_owned(),
        queue_capacity: 0,
        rule: DivertRule::Shares(shares),
        to: (1..=lanes.len()).map(lane).collect(),
    });
    let merge = MachineSpec::Merge(MergeSpec {
        id: "merge".to_owned(),
        priority: Vec::new(),
        to: Some("last".into()),
    });
    let source = infeed(exponential(arrivals), Blocking::AfterService);
    let row = lanes.iter().zip(1..);
    let row = row.map(|((_, rate), number)| machine(&lane(number), *rate, ENDLESS, Some("merge")));
    let machines = [source, diverter].into_iter().chain(row);
    let machines = machines.chain([merge, machine("last", last, ENDLESS, None)]).collect();
    let line = format!("arrivals {arrivals}/s, (share, rate) {lanes:?}, then rate {last}");
    let exact = side_by_side + time_s(arrivals, last);
    Case::new(id, line, machines, arrivals, vec![(Measure::TimeInSystem, exact)]).longer(20)
}

/// Two exponential machines with a table between them, never starved at the front.
pub fn table_between(
    id: &str,
    rates: [f64; 2],
    capacity: u32,
    discipline: QueueDiscipline,
) -> Case {
    let exact = exponential_tandem(&rates, &[capacity]);
    let table = MachineSpec::AccumulationTable(AccumulationTableSpec {
        id: "table".to_owned(),
        capacity,
        discipline,
        transit_time_s: 0.0,
        min_discharge_interval_s: 0.0,
        to: Some("second".to_owned()),
    });
    let first = machine("machine-1", rates[0], 5, Some("table"));
    let machines = vec![supply(), first, table, machine("second", rates[1], 0, None)];
    let line =
        format!("exponential machines, rates {rates:?}, {discipline:?} table for {capacity}");
    Case::new(id, line, machines, exact, vec![(Measure::Throughput, exact)]).longer(4)
}

/// All of them.
pub(super) fn cases() -> Vec<Case> {
    vec![
        one_queue("V14", 1.0, &[0.7, 0.7], 200),
        one_queue("V15", 1.0, &[0.5, 0.5], 3),
        one_queue("V15", 1.0, &[0.5, 0.5], 7),
        parting_ways("V16", 1.0, &[(0.6, 1.0), (0.4, 0.8)], 1.5),
        table_between("V17", [1.0, 1.0], 3, QueueDiscipline::Fifo),
        table_between("V17", [1.0, 1.0], 3, QueueDiscipline::Lifo),
    ]
}
