//! Checks of how machines fail and what they need: materials, planned work, people.

use crate::spec::{Between, FailureSpec, MachineSpec, Occasion, StartupSpec, UpkeepSpec};

use super::Checker;

/// So many reasons to stop can be told apart at one machine.
const MOST_REASONS: usize = 200;

impl Checker<'_> {
    /// How a machine fails and what it needs; `at` is where that stands.
    pub(super) fn stops(&mut self, at: &str, machine: &MachineSpec) {
        let Some((failures, upkeep)) = machine.stops() else { return };
        let at = if machine.makes().is_some() { format!("{at}.packing") } else { at.to_owned() };
        let reasons = failures.len() + upkeep.materials.len() + upkeep.planned.len();
        let expected = format!("{MOST_REASONS} reasons to stop or fewer");
        self.require(reasons <= MOST_REASONS, at.clone(), reasons, &expected);
        self.failures(&at, failures);
        let at = format!("{at}.upkeep");
        self.materials(&at, upkeep);
        self.planned(&at, upkeep);
        self.slow(&at, upkeep, machine);
        if let Some(startup) = &upkeep.startup {
            self.startup(&at, startup, machine);
        }
    }

    fn failures(&mut self, at: &str, failures: &[FailureSpec]) {
        for (index, failure) in failures.iter().enumerate() {
            let path = |key: &str| format!("{at}.failures[{index}].{key}");
            self.between_stops(path("between"), &failure.between);
            self.times(path("repair_s"), &failure.repair_s);
            self.needs(&path("needs"), failure.needs.as_deref());
            let again = failures[..index].iter().any(|other| other.name == failure.name);
            self.own_name(path("name"), &failure.name, again);
        }
    }

    fn between_stops(&mut self, path: String, between: &Between) {
        self.takes_time(path, between.distribution());
    }

    fn own_name(&mut self, path: String, name: &str, again: bool) {
        let found = format!("`{name}` a second time");
        self.require(!again, path, found, "a name of its own for each");
    }

    fn materials(&mut self, at: &str, upkeep: &UpkeepSpec) {
        for (index, material) in upkeep.materials.iter().enumerate() {
            let path = |key: &str| format!("{at}.materials[{index}].{key}");
            self.between(path("uses"), material.uses, 1e-9, 1e9, "of it");
            self.between(path("holds"), material.holds, 1e-9, 1e12, "of it");
            let least = format!("at least what one product uses, {}", material.uses);
            self.require(material.holds >= material.uses, path("holds"), material.holds, &least);
            let less = format!("less than it holds, {}", material.holds);
            let low = (0.0..material.holds).contains(&material.low_at);
            self.require(low, path("low_at"), material.low_at, &less);
            self.times(path("refill_s"), &material.refill_s);
            self.needs(&path("needs"), material.needs.as_deref());
            let again = upkeep.materials[..index].iter().any(|other| other.name == material.name);
            self.own_name(path("name"), &material.name, again);
        }
    }

    fn planned(&mut self, at: &str, upkeep: &UpkeepSpec) {
        for (index, planned) in upkeep.planned.iter().enumerate() {
            let path = |key: &str| format!("{at}.planned[{index}].{key}");
            if let Occasion::Every(between) = &planned.due {
                self.between_stops(path("due"), between);
            }
            self.times(path("takes_s"), &planned.takes_s);
            self.needs(&path("needs"), planned.needs.as_deref());
            let again = upkeep.planned[..index].iter().any(|other| other.name == planned.name);
            self.own_name(path("name"), &planned.name, again);
        }
    }

    fn slow(&mut self, at: &str, upkeep: &UpkeepSpec, machine: &MachineSpec) {
        let possible = !matches!(machine.kind(), "Printer" | "CaseLabeller");
        let found = format!("a {} that gets slow", machine.kind());
        let expected = "an Infeed, a Machine or a packing machine";
        self.require(possible || upkeep.slow.is_empty(), format!("{at}.slow"), found, expected);
        for (index, slow) in upkeep.slow.iter().enumerate() {
            let path = |key: &str| format!("{at}.slow[{index}].{key}");
            self.takes_time(path("between_s"), &slow.between_s);
            self.takes_time(path("lasts_s"), &slow.lasts_s);
            self.times(path("speed"), &slow.speed);
            let (least, most) = (slow.speed.min_s(), slow.speed.max_s().unwrap_or(1.0));
            let found = format!("{:?}", slow.speed);
            let expected = "shares above 0.0, up to 1.0";
            let ok = slow.speed.mean_s() > 0.0 && least >= 0.0 && most <= 1.0;
            self.require(ok, path("speed"), found, expected);
            let again = upkeep.slow[..index].iter().any(|other| other.name == slow.name);
            self.own_name(path("name"), &slow.name, again);
        }
    }

    fn startup(&mut self, at: &str, startup: &StartupSpec, machine: &MachineSpec) {
        let path = |key: &str| format!("{at}.startup{key}");
        let possible = matches!(machine.kind(), "Infeed" | "Machine");
        let found = format!("a {} that throws out", machine.kind());
        self.require(possible, path(""), found, "an Infeed or a Machine");
        self.between(path(".after_s"), startup.after_s, 0.0, 1e6, "s");
        let rejects = f64::from(startup.rejects);
        self.between(path(".rejects"), rejects, 1.0, 100_000.0, "products");
    }
}
