//! How large machines are, seen from above, where the twin file does not say it: ordinary measures of each
//! kind. Along the line they are as long as those who walk take them to be.

use linetwin_base::Level;

use crate::spec::{MachineSpec, TwinSpec};

use super::walking::length_m;

/// Length and width of a machine, in millimetres. `carries` is what comes to it: units,
/// if nothing is said.
pub(super) fn size_mm(
    twin: &TwinSpec,
    machine: &MachineSpec,
    carries: Option<Level>,
) -> (f64, f64) {
    let said = twin.layout.sizes.get(machine.id()).copied().unwrap_or_default();
    let along_mm = length_m(machine) * 1000.0;
    let (length_mm, width_mm) = match machine {
        MachineSpec::Belt { .. } => (along_mm, belt_width_mm(carries)),
        MachineSpec::Diverter { .. } | MachineSpec::Merge { .. } => (along_mm, 600.0),
        MachineSpec::Bundler { .. } | MachineSpec::CaseLabeller { .. } => (along_mm, 1200.0),
        MachineSpec::Infeed { .. } | MachineSpec::Machine { .. } => (along_mm, 1400.0),
        MachineSpec::AccumulationTable { .. } => (along_mm, 1500.0),
        MachineSpec::CasePacker { .. } => (along_mm, 1600.0),
        MachineSpec::Palletiser { .. } => (along_mm, 2200.0),
        MachineSpec::Printer { .. } | MachineSpec::Camera { .. } => (300.0, 500.0),
        // Its bin.
        MachineSpec::RejectGate { .. } => (400.0, 500.0),
        MachineSpec::ReworkBench { .. } => (1500.0, 800.0),
    };
    let length_mm = match machine {
        MachineSpec::Belt { .. } => length_mm,
        _ => said.length_mm.unwrap_or(length_mm),
    };
    (length_mm, said.width_mm.unwrap_or(width_mm))
}

/// Frame included.
const fn belt_width_mm(carries: Option<Level>) -> f64 {
    match carries {
        None => 300.0,
        Some(Level::Inner | Level::Bundle) => 400.0,
        Some(Level::Case) => 600.0,
        Some(Level::Pallet) => 1200.0,
    }
}
