//! What happened in a run that failed, in words: which faults were injected, what the engine did, what was
//! true, and all records of the packs and containers concerned.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use linetwin_base::{ContainerId, SimTime, UnitId};
use linetwin_gs1::{Label, UnitCode, parse_element_string};
use linetwin_trace::{Fact, RecordedChild, RecordedFact, TraceRecord, in_words};

use super::super::load::Job;
use super::super::load_line::LineJob;
use super::super::play::{Parts, play_with};
use super::super::probe::Probes;
use super::super::run::LineResult;
use super::finding::{Finding, findings};

/// So many of the last records before the program failed are shown.
const LAST: usize = 40;
/// A longer report would not be read.
const MOST_LINES: usize = 5000;

/// Runs a job that fails and describes the run.
pub fn failure_report(job: &Job, parts: Parts) -> String {
    let mut records: Vec<Vec<TraceRecord>> = job.lines.iter().map(|_| Vec::new()).collect();
    let mut text = String::new();
    let result = match play_with(job, parts, Probes::each(&mut records)) {
        Ok(result) => result,
        Err(words) => {
            let _ = writeln!(text, "The program failed: {words}");
            for (line, records) in job.lines.iter().zip(&records) {
                append_last(line, records, &mut text);
            }
            return text;
        }
    };
    let found = findings(&result);
    let words: Vec<String> = found.iter().map(Finding::to_string).collect();
    let _ = writeln!(text, "What is wrong: {}.", words.join("; "));
    for ((line, of), records) in result.lines.iter().zip(&job.lines).zip(&records) {
        if job.plant.is_some() {
            let _ = writeln!(text, "\nLine {}", line.name);
        }
        append_records(line, records, &names(of), &mut text);
    }
    text
}

fn names(line: &LineJob) -> Vec<String> {
    line.twin.machines.iter().map(|machine| machine.id().to_owned()).collect()
}

/// The last records before the program failed.
fn append_last(line: &LineJob, records: &[TraceRecord], text: &mut String) {
    let shown = |record: &&TraceRecord| !matches!(record.fact, Fact::Meter(_) | Fact::Span { .. });
    let last: Vec<&TraceRecord> = records.iter().filter(shown).rev().take(LAST).collect();
    let _ = writeln!(text, "\nWhat was noted last on {}:", line.name);
    for record in last.into_iter().rev() {
        let words = in_words(&record.fact, &names(line));
        let _ = writeln!(text, "  {}  {words}", moment(record.at));
    }
}

fn append_records(
    line: &LineResult,
    records: &[TraceRecord],
    machines: &[String],
    text: &mut String,
) {
    let run = &line.summary;
    let broken = run.integrity.invariants.iter().filter(|of| of.violations > 0);
    for of in broken.clone() {
        let _ = writeln!(text, "\n{}: {}", of.id, of.rule);
        for example in &of.examples {
            let _ = writeln!(text, "  {example}");
        }
    }
    let faults = run.integrity.faults.iter().filter(|fault| fault.escaped > 0);
    for fault in faults {
        let _ = writeln!(text, "\n{} of {} {} escaped.", fault.escaped, fault.injected, fault.kind);
    }
    let engine = &run.engine;
    let refusals: Vec<String> =
        engine.refusals_by_kind.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let _ = writeln!(
        text,
        "\nThe engine: {} commands, refused: {}. {}. {} units let in, {} good, {} thrown out, {} \
         sampled.",
        engine.commands,
        if refusals.is_empty() { "none".to_owned() } else { refusals.join(", ") },
        run.ended,
        run.throughput.infeed,
        run.throughput.good,
        run.throughput.rejected,
        run.throughput.sampled,
    );
    let examples: Vec<&str> = broken.flat_map(|of| &of.examples).map(String::as_str).collect();
    let concerned = Concerned::of(records, &examples);
    let _ = writeln!(text, "\nWhat was noted of what is concerned:");
    let mut lines = 0;
    for record in records.iter().filter(|record| concerned.has(&record.fact)) {
        lines += 1;
        if lines > MOST_LINES {
            let _ = writeln!(text, "  ...");
            break;
        }
        let _ = writeln!(text, "  {}  {}", moment(record.at), in_words(&record.fact, machines));
    }
}

fn moment(at: SimTime) -> String {
    let text = at.to_string();
    if text.contains('.') { text } else { format!("{text}.000") }
}

/// Packs and containers that faults have hit, or that are named as wrong.
#[derive(Default)]
struct Concerned {
    units: BTreeSet<UnitId>,
    codes: BTreeSet<UnitCode>,
    containers: BTreeSet<ContainerId>,
}

impl Concerned {
    fn of(records: &[TraceRecord], examples: &[&str]) -> Self {
        let mut concerned = Self::default();
        let named =
            |unit: &UnitId| examples.iter().any(|example| has_number(example, "pack", unit.0));
        for record in records {
            match &record.fact {
                Fact::FaultInjected { unit: Some(unit), .. } => {
                    concerned.units.insert(*unit);
                }
                Fact::UnitEntered { unit } if named(unit) => {
                    concerned.units.insert(*unit);
                }
                Fact::Printed { unit, text: Some(text), .. } => {
                    if let Ok(Label::Pack(code)) = parse_element_string(text) {
                        let written = code.unit.to_string();
                        if examples.iter().any(|example| example.contains(&written)) {
                            concerned.units.insert(*unit);
                        }
                        if concerned.units.contains(unit) {
                            concerned.codes.insert(code.unit);
                        }
                    }
                }
                Fact::ContainerClosed { container, .. }
                    if examples
                        .iter()
                        .any(|example| has_number(example, "container", container.0)) =>
                {
                    concerned.containers.insert(*container);
                }
                _ => {}
            }
        }
        concerned
    }

    fn has(&self, fact: &Fact) -> bool {
        match fact {
            Fact::FaultInjected { .. }
            | Fact::MessageLost { .. }
            | Fact::LedgerRestarted { .. }
            | Fact::WrongBatchTried { .. }
            | Fact::Closed(_)
            | Fact::CoveragePoint { .. }
            | Fact::StillOnLine { .. } => true,
            Fact::UnitEntered { unit }
            | Fact::Processed { unit, .. }
            | Fact::Printed { unit, .. }
            | Fact::Inspected { unit, .. }
            | Fact::Rejected { unit, .. }
            | Fact::RemovedByHand { unit, .. }
            | Fact::SampleTaken { unit, .. }
            | Fact::Returned { unit, .. }
            | Fact::UnitPlaced { unit, .. } => self.units.contains(unit),
            Fact::ContainerPlaced { child: container, .. }
            | Fact::ContainerRemoved { container }
            | Fact::ContainerClosed { container, .. }
            | Fact::ContainerLabelled { container, .. }
            | Fact::LeftLine { container: Some(container) } => self.containers.contains(container),
            Fact::LeftLine { container: None } | Fact::Span { .. } | Fact::Meter(_) => false,
            Fact::Recorded { fact, .. } => self.has_recorded(fact),
        }
    }

    fn has_recorded(&self, fact: &RecordedFact) -> bool {
        match fact {
            RecordedFact::UnitCommissioned { unit, .. }
            | RecordedFact::LabelScrapped { unit }
            | RecordedFact::UnitDecommissioned { unit }
            | RecordedFact::UnitSampled { unit } => self.codes.contains(unit),
            RecordedFact::ContainerPacked { children, .. } => children.iter().any(
                |child| matches!(child, RecordedChild::Unit(unit) if self.codes.contains(unit)),
            ),
            RecordedFact::Refused { .. } | RecordedFact::OrderClosed => true,
            RecordedFact::SerialsAllocated(_)
            | RecordedFact::SerialsReturned(_)
            | RecordedFact::SerialsVoided(_) => false,
        }
    }
}

/// Whether a text names a thing by its number: `pack 7`.
fn has_number(text: &str, thing: &str, number: u32) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    let number = number.to_string();
    text.contains(thing) && words.iter().any(|word| *word == number)
}
