//! Facts in words, for people who look at a moment of a run.

use linetwin_base::{MachineId, MachineState, SimSpan};

use super::record::{CloseReason, Fact, MeterReading, RecordedChild, RecordedFact};

/// A fact in words, with machines by the names they have on their line.
pub fn in_words(fact: &Fact, machines: &[String]) -> String {
    let name = |machine: MachineId| match machines.get(machine.index()) {
        Some(name) => name.clone(),
        None => format!("machine {}", machine.index()),
    };
    let grade = |tenths: &Option<u8>| match tenths {
        Some(tenths) => format!("grade {:.1}", f64::from(*tenths) / 10.0),
        None => "not readable".to_owned(),
    };
    match fact {
        Fact::UnitEntered { unit } => format!("unit {} comes onto the line", unit.0),
        Fact::Processed { machine, unit } => {
            format!("{}: done with unit {}", name(*machine), unit.0)
        }
        Fact::Printed { machine, unit, text: Some(text), grade_tenths } => {
            let (machine, grade) = (name(*machine), grade(grade_tenths));
            format!("{machine}: unit {} bears {}, {grade}", unit.0, printable(text))
        }
        Fact::Printed { machine, unit, text: None, .. } => {
            format!("{}: unit {} stays bare", name(*machine), unit.0)
        }
        Fact::Inspected { machine, unit, grade_tenths } => {
            format!("{}: looks at unit {}, {}", name(*machine), unit.0, grade(grade_tenths))
        }
        Fact::Rejected { machine, unit } => {
            format!("{}: rejects unit {}", name(*machine), unit.0)
        }
        Fact::RemovedByHand { machine, unit } => {
            format!("{}: unit {} is taken off by hand", name(*machine), unit.0)
        }
        Fact::SampleTaken { machine, unit } => {
            format!("{}: unit {} is taken as a sample", name(*machine), unit.0)
        }
        Fact::Returned { machine, unit } => {
            format!("{}: unit {} goes back onto the line", name(*machine), unit.0)
        }
        Fact::UnitPlaced { unit, container } => {
            format!("unit {} is put into container {}", unit.0, container.0)
        }
        Fact::ContainerPlaced { child, container } => {
            format!("container {} is put into container {}", child.0, container.0)
        }
        Fact::ContainerRemoved { container } => {
            format!("container {} is taken off the line", container.0)
        }
        Fact::ContainerClosed { machine, container, level, target, children } => {
            let machine = name(*machine);
            format!("{machine}: {level} {} is closed with {children} of {target}", container.0)
        }
        Fact::ContainerLabelled { machine, container, text } => {
            format!("{}: container {} bears {}", name(*machine), container.0, printable(text))
        }
        Fact::LeftLine { container: Some(container) } => {
            format!("container {} leaves the line", container.0)
        }
        Fact::LeftLine { container: None } => "a unit leaves the line".to_owned(),
        Fact::FaultInjected { kind, unit: Some(unit), .. } => {
            format!("FAULT {kind} hits unit {}", unit.0)
        }
        Fact::FaultInjected { kind, unit: None, .. } => format!("FAULT {kind}"),
        Fact::MessageLost { .. } => "a message is lost".to_owned(),
        Fact::Span { machine, state, cause, since } => {
            format!("{}: was {state} ({cause:?}) since {since}", name(*machine))
        }
        Fact::Meter(reading) => {
            let MeterReading { machine, processed, defective, states, level, .. } = &**reading;
            let spent = states.iter().filter_map(|(number, ns)| {
                let known =
                    MachineState::ALL.iter().find(|s| s.number() == usize::from(*number))?;
                Some(format!("{known} {}", SimSpan::from_nanos(*ns)))
            });
            let (name, spent) = (name(*machine), spent.collect::<Vec<_>>().join(", "));
            format!(
                "{name}: so far {processed} worked on, {defective} bad, {level} waiting; {spent}"
            )
        }
        Fact::StillOnLine { units } => format!("{units} units are still on the line"),
        Fact::Closed(reason) => match reason {
            CloseReason::OrderClosed => "the order is closed".to_owned(),
            CloseReason::TimeOver => "the time is over".to_owned(),
            CloseReason::Stuck => "nothing can happen any more".to_owned(),
        },
        Fact::Recorded { happened, fact } => format!("record: {} ({happened})", recorded(fact)),
        Fact::LedgerRestarted { forgotten } => {
            format!("the ledger has started again and has forgotten {forgotten} messages")
        }
        Fact::WrongBatchTried { started } => {
            let answer = if *started { "accepted" } else { "refused" };
            format!("another order is started at the panel: {answer}")
        }
        Fact::CoveragePoint { point } => format!("COVERAGE POINT {point}"),
    }
}

fn recorded(fact: &RecordedFact) -> String {
    match fact {
        RecordedFact::SerialsAllocated(codes) => {
            format!("{} serial numbers allocated", codes.len())
        }
        RecordedFact::UnitCommissioned { unit, .. } => format!("{unit} commissioned"),
        RecordedFact::LabelScrapped { unit } => format!("{unit} scrapped"),
        RecordedFact::UnitDecommissioned { unit } => format!("{unit} decommissioned"),
        RecordedFact::UnitSampled { unit } => format!("{unit} sampled"),
        RecordedFact::ContainerPacked { parent, level, children } => {
            let first = children.first().map_or_else(String::new, |child| match child {
                RecordedChild::Unit(unit) => format!(", the first {unit}"),
                RecordedChild::Container(sscc) => format!(", the first {sscc}"),
            });
            format!("{level} {parent} packed with {}{first}", children.len())
        }
        RecordedFact::SerialsReturned(codes) => format!("{} serial numbers returned", codes.len()),
        RecordedFact::SerialsVoided(codes) => format!("{} serial numbers void", codes.len()),
        RecordedFact::OrderClosed => "order closed".to_owned(),
        RecordedFact::Refused { reason } => format!("refused: {reason}"),
    }
}

/// FNC1 as people write it.
fn printable(text: &str) -> String {
    text.replace('\u{1d}', "<FNC1>")
}
