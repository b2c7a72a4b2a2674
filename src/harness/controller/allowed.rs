//! Which commands another program may give the devices of a line. A command that no device could ever get is
//! a mistake of the program and ends the run; one that is merely unwise is carried out.

use linetwin_base::MachineId;
use linetwin_engine::{Action, DeviceCommand, LineLayout, OperatorTask, StationLayout};
use linetwin_gs1::{Label, parse_element_string};

/// More units than this are in no order.
const MOST_UNITS: u64 = u32::MAX as u64;

/// The devices of a line, by kind.
pub(super) struct Allowed {
    layout: LineLayout,
}

impl Allowed {
    pub(super) fn on(layout: &LineLayout) -> Self {
        Self { layout: layout.clone() }
    }

    /// What is wrong with an action, if anything is.
    pub(super) fn refuse(&self, action: &Action) -> Option<String> {
        match action {
            Action::Device(command) => self.refuse_command(command),
            Action::Send(_) | Action::SetTimer(_) | Action::OrderClosed | Action::Covered(_) => {
                None
            }
        }
    }

    fn refuse_command(&self, command: &DeviceCommand) -> Option<String> {
        let LineLayout { infeed, sections, stations, rework, .. } = &self.layout;
        let is_belt = |id: &MachineId| sections.iter().any(|section| section.belt == *id);
        let is_gate = |id: &MachineId| sections.iter().any(|section| section.gate.0 == *id);
        let station = |id: &MachineId| stations.iter().find(|station| station.station == *id);
        let is_labeller = |id: &MachineId| stations.iter().any(|of| of.labeller == *id);
        let is_bench = |id: &MachineId| *rework == Some(*id);
        let no = |is: bool, id: &MachineId, what: &str| {
            (!is).then(|| format!("found machine {} in `{command:?}`, expected {what}", id.0))
        };
        match command {
            DeviceCommand::SetReleaseQuota { infeed: id, total } => {
                no(id == infeed, id, "the infeed").or_else(|| {
                    (*total > MOST_UNITS).then(|| format!("found {total} units in `{command:?}`"))
                })
            }
            DeviceCommand::Print { printer: id, text, .. } => {
                let mut printers = sections.iter().filter_map(|section| section.printer);
                let known = printers.any(|(printer, _)| printer == *id);
                no(known, id, "a printer").or_else(|| unprintable(text))
            }
            DeviceCommand::Reject { gate: id } => no(is_gate(id), id, "a gate"),
            DeviceCommand::StopBelt { belt: id, .. } | DeviceCommand::StartBelt { belt: id } => {
                no(is_belt(id), id, "a tracked belt")
            }
            DeviceCommand::BuildContainer { station: id, children, .. } => {
                let fits = |of: &StationLayout| (1..=of.children).contains(children);
                match station(id) {
                    None => no(false, id, "a station"),
                    Some(of) if !fits(of) => {
                        Some(format!("found {children} children, expected 1 to {}", of.children))
                    }
                    Some(_) => None,
                }
            }
            DeviceCommand::AcceptLayer { station: id }
            | DeviceCommand::RescanLayer { station: id } => {
                no(station(id).is_some(), id, "a station")
            }
            DeviceCommand::RepeatStatus { machine: id } => {
                let known = station(id).is_some() || is_labeller(id) || is_gate(id) || is_bench(id);
                no(known, id, "a station, labeller, gate or bench")
            }
            DeviceCommand::PrintLabel { labeller: id, text } => {
                no(is_labeller(id), id, "a labeller").or_else(|| match parse_element_string(text) {
                    Ok(_) => None,
                    Err(error) => Some(format!("found `{text}`, expected a label: {error}")),
                })
            }
            DeviceCommand::ReleaseContainer { labeller: id } => {
                no(is_labeller(id), id, "a labeller")
            }
            DeviceCommand::ReturnUnit { bench: id } | DeviceCommand::DiscardUnit { bench: id } => {
                no(is_bench(id), id, "the rework bench")
            }
            DeviceCommand::CallOperator(task) => match task {
                OperatorTask::RemoveFromBelt { belt: id, .. }
                | OperatorTask::TakeSample { belt: id, .. }
                | OperatorTask::FindCause { belt: id } => no(is_belt(id), id, "a tracked belt"),
                OperatorTask::WalkLine { station: id, .. } => {
                    let first = stations.first().is_some_and(|first| first.station == *id);
                    no(first, id, "the first station")
                }
                OperatorTask::Rework { bench: id } => no(is_bench(id), id, "the rework bench"),
                OperatorTask::EmptyBin { gate: id } => no(is_gate(id), id, "a gate"),
                OperatorTask::ScanChild { station: id, .. }
                | OperatorTask::RemoveChild { station: id, .. } => {
                    no(station(id).is_some(), id, "a station")
                }
            },
        }
    }
}

/// A printer of packs prints element strings of packs.
fn unprintable(text: &str) -> Option<String> {
    match parse_element_string(text) {
        Ok(Label::Pack(_)) => None,
        Ok(Label::Container(_)) => Some(format!("found `{text}`, expected the code of a pack")),
        Err(error) => Some(format!("found `{text}`, expected the code of a pack: {error}")),
    }
}
