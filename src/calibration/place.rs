//! Where in a twin each measured thing has its place.

use linetwin_base::Distribution;
use linetwin_line::Task;
use linetwin_line::{Between, FailureSpec, MachineSpec, PackingSpec};

/// The machine's failures; none where a kind cannot fail.
pub(super) fn failures(machine: &MachineSpec) -> &[FailureSpec] {
    machine.stops().map_or(&[], |(failures, _)| failures)
}

/// Why a quantity of this machine cannot be told from its log; nothing if it can.
pub(super) fn mixed(machine: &MachineSpec, quantity: &str) -> Option<&'static str> {
    let (_, upkeep) = machine.stops()?;
    match quantity {
        "every_s" | "service_s" | "packing.place_s" if !upkeep.slow.is_empty() => Some(
            "the twin also loses speed for a while (`slow`): the log does not tell the two apart",
        ),
        "reject_share" if upkeep.startup.is_some() => Some(
            "the twin also spoils products after a pause (`startup`): the log does not tell the two apart",
        ),
        _ => None,
    }
}

/// The same, to be changed; nothing where a kind cannot fail.
pub(super) fn failures_mut(machine: &mut MachineSpec) -> Option<&mut Vec<FailureSpec>> {
    match machine {
        MachineSpec::Infeed { failures, .. }
        | MachineSpec::Machine { failures, .. }
        | MachineSpec::Printer { failures, .. }
        | MachineSpec::CaseLabeller { failures, .. } => Some(failures),
        MachineSpec::Bundler { packing, .. }
        | MachineSpec::CasePacker { packing, .. }
        | MachineSpec::Palletiser { packing, .. } => Some(&mut packing.failures),
        MachineSpec::Belt { .. }
        | MachineSpec::AccumulationTable { .. }
        | MachineSpec::Diverter { .. }
        | MachineSpec::Merge { .. }
        | MachineSpec::Camera { .. }
        | MachineSpec::RejectGate { .. }
        | MachineSpec::ReworkBench { .. } => None,
    }
}

fn packing_mut(machine: &mut MachineSpec) -> Option<&mut PackingSpec> {
    match machine {
        MachineSpec::Bundler { packing, .. }
        | MachineSpec::CasePacker { packing, .. }
        | MachineSpec::Palletiser { packing, .. } => Some(packing),
        _ => None,
    }
}

/// How long a task takes.
pub(super) fn time_mut(machine: &mut MachineSpec, task: Task) -> Option<&mut Distribution> {
    match (task, machine) {
        (Task::Work, MachineSpec::Infeed { every_s, .. }) => Some(every_s),
        (Task::Work, MachineSpec::Machine { service_s, .. }) => Some(service_s),
        (
            Task::Label,
            MachineSpec::Bundler { label, .. }
            | MachineSpec::Palletiser { label, .. }
            | MachineSpec::CaseLabeller { label, .. },
        ) => Some(&mut label.label_s),
        (Task::Place, machine) => packing_mut(machine).map(|packing| &mut packing.place_s),
        (Task::Scan, machine) => packing_mut(machine).map(|packing| &mut packing.scan_s),
        (Task::Close, machine) => packing_mut(machine).map(|packing| &mut packing.close_s),
        (Task::Work | Task::Label, _) => None,
    }
}

/// The share of codes that are read.
pub(super) fn read_rate_mut(machine: &mut MachineSpec, task: Task) -> Option<&mut f64> {
    match (task, machine) {
        (Task::Work, MachineSpec::Camera { read_rate, .. }) => Some(read_rate),
        (
            Task::Label,
            MachineSpec::Bundler { label, .. }
            | MachineSpec::Palletiser { label, .. }
            | MachineSpec::CaseLabeller { label, .. },
        ) => Some(&mut label.read_rate),
        (Task::Scan, machine) => packing_mut(machine).map(|packing| &mut packing.read_rate),
        _ => None,
    }
}

/// What of a machine's log counts as its work and as its products.
pub(super) const fn counted(machine: &MachineSpec) -> Task {
    match machine {
        MachineSpec::Bundler { .. }
        | MachineSpec::CasePacker { .. }
        | MachineSpec::Palletiser { .. } => Task::Place,
        MachineSpec::CaseLabeller { .. } => Task::Label,
        MachineSpec::Infeed { .. }
        | MachineSpec::Belt { .. }
        | MachineSpec::AccumulationTable { .. }
        | MachineSpec::Diverter { .. }
        | MachineSpec::Merge { .. }
        | MachineSpec::Machine { .. }
        | MachineSpec::Printer { .. }
        | MachineSpec::Camera { .. }
        | MachineSpec::RejectGate { .. }
        | MachineSpec::ReworkBench { .. } => Task::Work,
    }
}

/// When a machine looks whether a failure by the clock is due: before it begins, or when it has ended.
pub(super) const fn looks_at_end(machine: &MachineSpec) -> bool {
    matches!(machine, MachineSpec::Infeed { .. } | MachineSpec::Printer { .. })
}

/// What to count up to a failure that the twin does not know.
pub(super) const fn usual(machine: &MachineSpec) -> fn(Distribution) -> Between {
    // A printer logs only the ends of its prints.
    if matches!(machine, MachineSpec::Printer { .. }) { Between::Clock } else { Between::Work }
}
