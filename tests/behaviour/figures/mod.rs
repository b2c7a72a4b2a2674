//! The figures of a run against a second reckoning from its trace: on random lines without an engine, on the lines
//! of the project with one, and on records written by hand.

mod by_hand;
mod compare;
mod random_line;
mod reckoning;

use std::ops::ControlFlow;

use linetwin::base::{SimSpan, Stream, Streams};
use linetwin::engine::LineLogic;
use linetwin::engine::store::Store;
use linetwin::harness::{Job, LineResult, Probes, own_engine, run_with};
use linetwin::trace::{Fact, TraceRecord};

use crate::common::trial::{Trial, tries};
use compare::Differences;
use random_line::RandomLine;
use reckoning::Line;

/// A run and its trace.
fn traced(job: &Job) -> (LineResult, Vec<TraceRecord>) {
    let mut records: Vec<TraceRecord> = Vec::new();
    let mut own = |controller| -> Box<dyn LineLogic> { Box::new(controller) };
    let engine = own_engine(job, Store::memory(), &mut own).expect("a store in memory");
    let mut epcis = [Vec::new()];
    let stride = SimSpan::from_secs(60);
    let probes = Probes::one(&mut records);
    let result =
        run_with(job, engine, &mut epcis, probes, stride, &mut |_| ControlFlow::Continue(()));
    (result.expect("nobody interrupts").only(), records)
}

#[track_caller]
fn none_differs(differences: Differences, seed: u64, of: &dyn std::fmt::Display) {
    assert!(differences.0.is_empty(), "{}\nseed {seed}: {of}", differences.0.join("\n"));
}

#[test]
fn random_lines_have_the_figures_of_their_traces() {
    for seed in 0..tries("LINETWIN_FIGURES", 60) {
        let random = RandomLine::of(seed);
        let job = random.line.job(random.seconds);
        let (result, records) = traced(&job);
        let line = Line::of(&job.lines[0].twin);
        let mut differences = Differences::of(&result, &line, &records);
        for (at, machine) in line.machines.iter().enumerate() {
            let rows = reckoning::readings(&records);
            let reading = &rows.values().last().expect("meters are read at the end")[&at];
            let (metered, lasted) = (reckoning::metered(reading), reckoning::lasted(at, &records));
            let too_long = lasted.states.iter().any(|(of, ns)| metered.states.get(of) < Some(ns));
            if too_long || random.whole && metered != lasted {
                let id = &machine.id;
                differences.0.push(format!("{id}: meters {metered:?}, spans {lasted:?}"));
            }
            if random.whole && at == line.lead {
                differences.oee(&result.summary, &lasted, reading.processed, &line);
            }
            let done = |record: &&TraceRecord| matches!(&record.fact, Fact::Processed { machine, .. } if machine.index() == at);
            let done = records.iter().filter(done).count() as u64;
            if done > 0 && done != reading.processed {
                differences.0.push(format!("{}: processed {done}", machine.id));
            }
        }
        none_differs(differences, seed, &random.line);
    }
}

/// An order on a line of the project, other in each run: what goes wrong, what is planned, who leads.
fn random_order(seed: u64) -> Trial {
    const LINES: [(&str, [&str; 3]); 4] = [
        ("carton-line-250-faults", ["infeed", "camera-1", "case-packer"]),
        ("bottle-line-240-every-fault", ["infeed", "gate-1", "case-packer"]),
        ("blister-cartoner-400-faults", ["infeed", "printer-1", "case-packer"]),
        ("carton-line-250-network", ["infeed", "belt-2", "palletiser"]),
    ];
    let mut dice: Stream = Streams::new(seed).stream("figures", "order");
    let mut one_of = |count: u64| (dice.bits() % count) as usize;
    let (scenario, leads) = LINES[one_of(4)];
    let kind = ["Setup", "Cleaning", "Maintenance", "Break"][one_of(4)];
    let due =
        ["\"Start\"", r#"{"Every": {"OperatingTime": {"Fixed": 20}}}"#, r#"{"Daily": "06:01"}"#]
            [one_of(3)];
    let takes = r#"{"Uniform": {"from": 5, "to": 40}}"#;
    let stop = format!(r#"{{"name": "stop", "kind": "{kind}", "due": {due}, "takes_s": {takes}}}"#);
    Trial::on(scenario)
        .seed(seed)
        .quantity(50 + 50 * one_of(6) as u32)
        .samples(one_of(4) as u32, 40)
        .set("optics=Model")
        .set(format!("twin.lead_machine=\"{}\"", leads[one_of(3)]))
        .set(format!("twin.rated_units_per_min={}", 50 + 50 * one_of(6)))
        .set(format!("twin.machines.infeed.planned_stops=[{stop}]"))
        .set(format!("twin.machines.camera-1.read_rate=0.{}", 90 + one_of(10)))
        .set(format!("twin.link.lost=0.0{}", one_of(10)))
}

#[test]
fn serialized_lines_have_the_figures_of_their_traces() {
    for seed in 0..tries("LINETWIN_FIGURES", 60).div_ceil(5) {
        let trial = random_order(seed);
        let job = trial.job();
        let (result, records) = traced(&job);
        let line = Line::of(&job.lines[0].twin);
        none_differs(Differences::of(&result, &line, &records), seed, &trial);
    }
}
