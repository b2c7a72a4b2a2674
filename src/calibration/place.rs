//! Where in a twin each measured thing has its place.

use linetwin_base::Distribution;
use linetwin_line::{FailureSpec, Interval, MachineSpec};

/// The machine's failures; none where a kind cannot fail.
pub(super) fn failures(machine: &MachineSpec) -> &[FailureSpec] {
    machine.stops().map_or(&[], |stops| stops.failures)
}

/// Why a quantity of this machine cannot be found from its log; nothing if it can.
pub(super) fn mixed(machine: &MachineSpec, quantity: &str) -> Option<&'static str> {
    let stops = machine.stops()?;
    match quantity {
        "cycle_time_s" | "service_s" | "packing.place_s" if !stops.speed_losses.is_empty() => Some(
            "the twin also loses speed for a while (`speed_losses`): the log cannot separate the two",
        ),
        "reject_share" if stops.startup_rejects.is_some() => Some(
            "the twin also rejects products after a pause (`startup_rejects`): the log cannot separate the two",
        ),
        _ => None,
    }
}

/// What to count up to a failure that the twin does not have.
pub(super) fn usual(machine: &MachineSpec) -> fn(Distribution) -> Interval {
    if machine.logs_begins() { Interval::OperatingTime } else { Interval::CalendarTime }
}
