//! Where machines stand along the line, so that walking from one to another takes time: derived from the
//! lengths of the belts, unless the twin file gives it. Runs depend on it; how a line is drawn does not
//! change it.

use crate::kinds::{Footprint, MachineSpec, Placement};
use crate::spec::TwinSpec;

/// A machine that is no belt takes up so much of the line.
pub(super) const MACHINE_M: f64 = 1.5;

/// The place of each machine, in metres from the begin of the line: its middle.
pub fn places_m(twin: &TwinSpec) -> Vec<f64> {
    let begins = begins_m(twin);
    let begin = |id: &str| twin.index_of(id).and_then(|at| begins[at]).unwrap_or(0.0);
    let places = twin.machines.iter().map(|machine| {
        if let Some(place_m) = twin.positions_m.get(machine.id()) {
            return *place_m;
        }
        match machine.placement() {
            Placement::OnBelt { belt, at_mm } => begin(belt) + at_mm / 1000.0,
            Placement::Beside(gate) => {
                let gate = twin.index_of(gate).and_then(|gate| twin.machines[gate].on_belt());
                gate.map_or(0.0, |(belt, at_mm)| begin(belt) + at_mm / 1000.0)
            }
            Placement::Source | Placement::InLine => begin(machine.id()) + length_m(machine) / 2.0,
        }
    });
    places.collect()
}

/// How far from the begin of the line each machine begins; nothing for what no way leads to.
pub(super) fn begins_m(twin: &TwinSpec) -> Vec<Option<f64>> {
    let mut begins = vec![None; twin.machines.len()];
    if let Some(infeed) = twin.infeed() {
        begins[infeed] = Some(0.0);
    }
    // Where lanes join the longest counts; no way is longer than the line has machines.
    for _ in 0..twin.machines.len() {
        let before = begins.clone();
        for (at, begin) in before.iter().enumerate() {
            let Some(begin) = begin else { continue };
            let end = begin + length_m(&twin.machines[at]);
            for next in twin.downstream(at) {
                begins[next] = Some(begins[next].map_or(end, |known: f64| known.max(end)));
            }
        }
        if begins == before {
            break;
        }
    }
    begins
}

/// How much of the line a machine takes up.
pub(super) fn length_m(machine: &MachineSpec) -> f64 {
    match machine.footprint() {
        Footprint::Belt { length_mm } => length_mm / 1000.0,
        Footprint::InLine { .. } | Footprint::Aside { .. } => MACHINE_M,
    }
}
