//! Checks of what makes machines stop by themselves and lose product.

use crate::kinds::MachineSpec;
use crate::spec::{
    ConsumableSpec, FailureSpec, Interval, MaintenanceDue, PlannedStopSpec, SpeedLossSpec,
    StartupRejectsSpec,
};

use super::Checker;

/// So many reasons to stop can be distinguished at one machine.
const MOST_REASONS: usize = 200;

impl Checker<'_> {
    /// How a machine fails and what it needs; `at` is where that stands.
    pub(super) fn stops(&mut self, at: &str, machine: &MachineSpec) {
        let Some(stops) = machine.stops() else { return };
        let reasons = stops.reasons().len();
        let expected = format!("{MOST_REASONS} reasons to stop or fewer");
        self.require(reasons <= MOST_REASONS, at.to_owned(), reasons, &expected);
        self.failures(at, stops.failures);
        self.consumables(at, stops.consumables);
        self.planned_stops(at, stops.planned_stops);
        self.speed_losses(at, stops.speed_losses);
        if let Some(startup) = stops.startup_rejects {
            self.startup_rejects(at, startup);
        }
    }

    fn failures(&mut self, at: &str, failures: &[FailureSpec]) {
        for (index, failure) in failures.iter().enumerate() {
            let path = |key: &str| format!("{at}.failures[{index}].{key}");
            self.interval(path("time_to_failure"), &failure.time_to_failure);
            self.times(path("repair_s"), &failure.repair_s);
            self.required_skill(&path("required_skill"), failure.required_skill.as_deref());
            let again = failures[..index].iter().any(|other| other.name == failure.name);
            self.own_name(path("name"), &failure.name, again);
        }
    }

    fn interval(&mut self, path: String, interval: &Interval) {
        self.takes_time(path, interval.distribution());
    }

    fn own_name(&mut self, path: String, name: &str, again: bool) {
        let found = format!("`{name}` a second time");
        self.require(!again, path, found, "a name of its own for each");
    }

    fn consumables(&mut self, at: &str, consumables: &[ConsumableSpec]) {
        for (index, consumable) in consumables.iter().enumerate() {
            let path = |key: &str| format!("{at}.consumables[{index}].{key}");
            let (capacity, used) = (consumable.capacity, consumable.consumption_per_product);
            self.between(path("consumption_per_product"), used, 1e-9, 1e9, "of it");
            self.between(path("capacity"), capacity, 1e-9, 1e12, "of it");
            let least = format!("at least what one product takes, {used}");
            self.require(capacity >= used, path("capacity"), capacity, &least);
            let less = format!("less than the capacity, {capacity}");
            let level = consumable.reorder_level;
            let low = (0.0..capacity).contains(&level);
            self.require(low, path("reorder_level"), level, &less);
            self.times(path("refill_s"), &consumable.refill_s);
            self.required_skill(&path("required_skill"), consumable.required_skill.as_deref());
            let again = consumables[..index].iter().any(|other| other.name == consumable.name);
            self.own_name(path("name"), &consumable.name, again);
        }
    }

    fn planned_stops(&mut self, at: &str, planned_stops: &[PlannedStopSpec]) {
        for (index, planned) in planned_stops.iter().enumerate() {
            let path = |key: &str| format!("{at}.planned_stops[{index}].{key}");
            if let MaintenanceDue::Every(interval) = &planned.due {
                self.interval(path("due"), interval);
            }
            self.times(path("takes_s"), &planned.takes_s);
            self.required_skill(&path("required_skill"), planned.required_skill.as_deref());
            let again = planned_stops[..index].iter().any(|other| other.name == planned.name);
            self.own_name(path("name"), &planned.name, again);
        }
    }

    fn speed_losses(&mut self, at: &str, speed_losses: &[SpeedLossSpec]) {
        for (index, loss) in speed_losses.iter().enumerate() {
            let path = |key: &str| format!("{at}.speed_losses[{index}].{key}");
            self.takes_time(path("interval_s"), &loss.interval_s);
            self.takes_time(path("lasts_s"), &loss.lasts_s);
            let factor = &loss.speed_factor;
            self.times(path("speed_factor"), factor);
            let (least, most) = (factor.min_s(), factor.max_s().unwrap_or(1.0));
            let found = format!("{factor:?}");
            let expected = "shares above 0.0, up to 1.0";
            let ok = factor.mean_s() > 0.0 && least >= 0.0 && most <= 1.0;
            self.require(ok, path("speed_factor"), found, expected);
            let again = speed_losses[..index].iter().any(|other| other.name == loss.name);
            self.own_name(path("name"), &loss.name, again);
        }
    }

    fn startup_rejects(&mut self, at: &str, startup: &StartupRejectsSpec) {
        let path = |key: &str| format!("{at}.startup_rejects.{key}");
        self.between(path("after_idle_s"), startup.after_idle_s, 0.0, 1e6, "s");
        self.between(path("count"), f64::from(startup.count), 1.0, 100_000.0, "products");
    }
}
