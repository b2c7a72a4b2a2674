//! What makes a line slower than it is rated, by mean times alone. Such a line works: each is a warning,
//! never a reason to refuse it.

use crate::spec::{ReplenishmentPolicy, TwinSpec};

use super::Problem;

/// How far rounding may put a machine above the line's rate that is exactly as fast.
const AS_FAST: f64 = 1.0 + 1e-9;

/// Machines that slow the line below its rated speed: each past which all product must go, a case packer
/// without places for a layer, and a pool of serial numbers that may be empty before it is filled again; each
/// with what would do. For a twin in which nothing is wrong.
pub fn capacity_warnings(twin: &TwinSpec) -> Vec<Problem> {
    let mut warnings = Vec::new();
    // Units of one item, and the time that the line has for it.
    let mut units = 1.0;
    for index in twin.path_from(twin.infeed()) {
        let machine = &twin.machines[index];
        if let Some((layer, layers)) = machine.pattern() {
            units *= f64::from(layer) * f64::from(layers);
        }
        let rated = twin.rated_units_per_min;
        let has_s = 60.0 * units / rated;
        let Some((key, takes_s)) = machine.mean_cycle() else { continue };
        if takes_s <= has_s * AS_FAST || !everything_passes(twin, index) {
            continue;
        }
        let found = format!("{takes_s:.3} s each");
        let path = format!("machines[{index}].{key}");
        warnings.push(Problem::new(path, found, machine.fast_enough(has_s, rated)));
    }
    let machines = twin.machines.iter().enumerate();
    warnings.extend(
        machines.filter_map(|(index, machine)| {
            machine.short_queue(&format!("machines[{index}]"), twin)
        }),
    );
    warnings.extend(small_pool(twin));
    warnings
}

/// Whether no way from the infeed to an end of the line leads around a machine.
fn everything_passes(twin: &TwinSpec, index: usize) -> bool {
    let Some(infeed) = twin.infeed() else { return false };
    let reached = twin.reachable_from(infeed, |at| at == index);
    let mut others = (0..reached.len()).filter(|at| reached[*at] && *at != index);
    others.all(|at| !twin.machines[at].to().is_empty())
}

/// An answer takes two ways over the link, and another `retry_s` where a message was lost.
fn small_pool(twin: &TwinSpec) -> Option<Problem> {
    let ReplenishmentPolicy::ReorderPoint { min, .. } = twin.controller.pool else { return None };
    let link = &twin.link;
    let lost_s = if link.lost > 0.0 { link.retry_s } else { 0.0 };
    let answered_s = 2.0 * link.latency_s.quantile_9999_s() + lost_s;
    let needed = libm::ceil(twin.rated_units_per_min / 60.0 * answered_s);
    let expected = format!(
        "min {needed} or more: an answer may take {answered_s:.3} s, and the line is rated {} units a minute",
        twin.rated_units_per_min
    );
    let short = f64::from(min) < needed;
    short.then(|| Problem::new("controller.pool", format!("min {min}"), expected))
}
