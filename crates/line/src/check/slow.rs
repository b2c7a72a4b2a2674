//! What makes a line slower than it is rated, by mean times alone. Such a line works: each is a warning,
//! never a reason to refuse it.

use crate::spec::{LabelSpec, MachineSpec, PackingSpec, PoolRule, ScanMode, TwinSpec};

use super::Problem;

/// What rounding may make of a machine that is exactly as fast as the line.
const AS_FAST: f64 = 1.0 + 1e-9;

/// Every machine past which all product must go and that is slower than the line is rated, a case packer
/// without room for a layer, and a pool of serial numbers that may be empty before it is filled again; each
/// with what would do. For a twin in which
/// nothing is wrong.
pub fn slow(twin: &TwinSpec) -> Vec<Problem> {
    let mut slow = Vec::new();
    // Units of one item, and the time that the line has for it.
    let mut units = 1.0;
    for index in twin.way_from(twin.infeed()) {
        let machine = &twin.machines[index];
        if let Some((layer, layers)) = machine.pattern() {
            units *= f64::from(layer) * f64::from(layers);
        }
        let has_s = 60.0 * units / twin.rated_units_per_min;
        let Some((key, takes_s)) = time_of_one(machine) else { continue };
        if takes_s <= has_s * AS_FAST || !everything_passes(twin, index) {
            continue;
        }
        let found = format!("{takes_s:.3} s each");
        let rated = twin.rated_units_per_min;
        let expected = match machine {
            MachineSpec::Belt { pitch_mm, .. } => {
                let would_do = libm::ceil(pitch_mm / has_s);
                format!("{would_do} mm/s or more for the rated {rated} units a minute")
            }
            _ => format!("a mean of {has_s:.3} s or less for the rated {rated} units a minute"),
        };
        slow.push(Problem::new(format!("machines[{index}].{key}"), found, expected));
    }
    slow.extend(small_rooms(twin));
    slow.extend(small_pool(twin));
    slow
}

/// While a case packer reads and closes, what comes meanwhile waits before it: a layer should find room, in
/// the packer or where products queue right before it.
fn small_rooms(twin: &TwinSpec) -> impl Iterator<Item = Problem> {
    twin.machines.iter().enumerate().filter_map(|(index, machine)| {
        let MachineSpec::CasePacker { id, rows, columns, packing, .. } = machine else {
            return None;
        };
        let mut feeders = twin.machines.iter().filter(|other| other.to().contains(id));
        let queued = feeders.next().and_then(|before| match before {
            MachineSpec::Belt { accumulates: true, .. } | MachineSpec::AccumulationTable { .. } => {
                before.capacity()
            }
            _ => None,
        });
        let queued = queued.unwrap_or(0);
        let layer = rows.saturating_mul(*columns);
        let least = layer.saturating_sub(queued);
        let expected = format!(
            "{least} or more: a layer is {layer} products, and {queued} can queue right before it"
        );
        let path = format!("machines[{index}].packing.room");
        (packing.room < least).then(|| Problem::new(path, packing.room.to_string(), expected))
    })
}

/// Whether no way from the infeed to an end of the line leads around a machine.
fn everything_passes(twin: &TwinSpec, index: usize) -> bool {
    let Some(infeed) = twin.infeed() else { return false };
    let reached = twin.reached_from(infeed, |at| at == index);
    let mut others = (0..reached.len()).filter(|at| reached[*at] && *at != index);
    others.all(|at| !twin.machines[at].to().is_empty())
}

/// The mean time from one item that leaves a machine to the next, and the key that it comes from.
fn time_of_one(machine: &MachineSpec) -> Option<(&'static str, f64)> {
    let label = |label: &LabelSpec| label.label_s.mean_s();
    match machine {
        MachineSpec::Infeed { every_s, .. } => Some(("every_s", every_s.mean_s())),
        MachineSpec::Belt { speed_mm_s, pitch_mm, .. } => {
            Some(("speed_mm_s", pitch_mm / speed_mm_s))
        }
        MachineSpec::AccumulationTable { out_every_s, .. } => Some(("out_every_s", *out_every_s)),
        MachineSpec::Machine { service_s, .. } => Some(("service_s", service_s.mean_s())),
        MachineSpec::Bundler { packing, label: of, .. }
        | MachineSpec::Palletiser { packing, label: of, .. } => {
            Some(("packing", container_s(machine, packing) + label(of)))
        }
        MachineSpec::CasePacker { packing, .. } => Some(("packing", container_s(machine, packing))),
        MachineSpec::CaseLabeller { label: of, .. } => Some(("label.label_s", label(of))),
        // What carries takes no time, and devices limit no speed.
        MachineSpec::Diverter { .. }
        | MachineSpec::Merge { .. }
        | MachineSpec::Printer { .. }
        | MachineSpec::Camera { .. }
        | MachineSpec::RejectGate { .. }
        | MachineSpec::ReworkBench { .. } => None,
    }
}

/// Filling and closing one container.
fn container_s(machine: &MachineSpec, packing: &PackingSpec) -> f64 {
    let (layer, layers) = machine.pattern().unwrap_or((1, 1));
    let children = f64::from(layer) * f64::from(layers);
    let scans = match packing.scan {
        ScanMode::LayerCamera => f64::from(layers),
        ScanMode::Handheld => children,
    };
    children * packing.place_s.mean_s() + scans * packing.scan_s.mean_s() + packing.close_s.mean_s()
}

/// An answer takes two ways over the link, and another `retry_s` where a message was lost.
fn small_pool(twin: &TwinSpec) -> Option<Problem> {
    let PoolRule::Kept { low, .. } = twin.controller.pool else { return None };
    let link = &twin.link;
    let lost_s = if link.lost > 0.0 { link.retry_s } else { 0.0 };
    let answered_s = 2.0 * link.latency_s.nearly_all_s() + lost_s;
    let needed = libm::ceil(twin.rated_units_per_min / 60.0 * answered_s);
    let expected = format!(
        "low {needed} or more: an answer may take {answered_s:.3} s, and the line is rated {} units a minute",
        twin.rated_units_per_min
    );
    let short = f64::from(low) < needed;
    short.then(|| Problem::new("controller.pool", format!("low {low}"), expected))
}
