//! How large machines are, seen from above, where the twin file does not give it: ordinary measures of each
//! kind, which stand with the kind. Along the line they are as long as for walking.

use linetwin_base::Level;

use crate::kinds::{Footprint, MachineSpec};
use crate::spec::TwinSpec;

use super::walking::length_m;

/// Length and width of a machine, in millimetres. `carries` is what it handles: units, if none.
pub(super) fn size_mm(
    twin: &TwinSpec,
    machine: &MachineSpec,
    carries: Option<Level>,
) -> (f64, f64) {
    let said = twin.layout.sizes.get(machine.id()).copied().unwrap_or_default();
    let along_mm = length_m(machine) * 1000.0;
    let (length_mm, width_mm) = match machine.footprint() {
        Footprint::Belt { length_mm } => {
            return (length_mm, said.width_mm.unwrap_or_else(|| belt_width_mm(carries)));
        }
        Footprint::InLine { width_mm } => (along_mm, width_mm),
        Footprint::Aside { length_mm, width_mm } => (length_mm, width_mm),
    };
    (said.length_mm.unwrap_or(length_mm), said.width_mm.unwrap_or(width_mm))
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
