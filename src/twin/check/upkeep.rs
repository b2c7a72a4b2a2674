//! Checks of what machines and people need of each other: failures, materials, planned work, skills.

use std::collections::BTreeSet;

use super::{Checker, Problem};
use crate::twin::spec::{
    Between, FailureSpec, MachineSpec, Occasion, PersonSpec, StartupSpec, UpkeepSpec,
};

/// So many reasons to stop can be told apart at one machine.
const MOST_REASONS: usize = 200;

impl Checker<'_> {
    /// Who works here, and what the line controller calls them for.
    pub(super) fn people(&mut self) {
        let twin = self.twin;
        let count = twin.people.len();
        self.require((1..=1000).contains(&count), "people".to_owned(), count, "1 to 1000 people");
        for (index, person) in twin.people.iter().enumerate() {
            let path = |key: &str| format!("people[{index}].{key}");
            let named = !person.name.is_empty();
            let again = twin.people[..index].iter().any(|other| other.name == person.name);
            let expected = "a name of his or her own";
            self.require(named && !again, path("name"), format!("`{}`", person.name), expected);
            self.person(&path, person);
        }
        let work = &twin.handwork;
        self.times("handwork.clear_s".to_owned(), &work.clear_s);
        self.times("handwork.scan_s".to_owned(), &work.scan_s);
        self.times("handwork.empty_bin_s".to_owned(), &work.empty_bin_s);
        self.times("handwork.look_s".to_owned(), &work.look_s);
        let (path, rate) = ("handwork.scan_read_rate".to_owned(), work.scan_read_rate);
        self.require(rate > 0.0 && rate <= 1.0, path, rate, "a share above zero, up to 1.0");
        self.needs("handwork.needs", work.needs.as_deref());
        for (name, place_m) in &twin.places_m {
            let path = format!("places_m.{name}");
            self.between(path.clone(), *place_m, 0.0, 1e4, "m");
            if twin.index_of(name).is_none() {
                let names = twin.machines.iter().map(MachineSpec::id);
                let expected = "the id of a machine";
                self.problems.push(Problem::unknown_name(path, name, expected, names));
            }
        }
    }

    fn person(&mut self, path: &dyn Fn(&str) -> String, person: &PersonSpec) {
        self.times(path("reacts_s"), &person.reacts_s);
        self.between(path("walks_m_s"), person.walks_m_s, 0.1, 10.0, "m/s");
        for (index, shift) in person.shifts.iter().enumerate() {
            let found = "no day";
            let path = path(&format!("shifts[{index}].days"));
            self.require(!shift.days.is_empty(), path, found, "one day at least");
        }
        for (index, pause) in person.breaks.iter().enumerate() {
            let path = path(&format!("breaks[{index}].lasts_s"));
            self.between(path, pause.lasts_s, 1.0, 86_400.0, "s");
        }
    }

    /// Somebody has the skill that is needed.
    pub(super) fn needs(&mut self, path: &str, needs: Option<&str>) {
        let Some(needs) = needs else { return };
        let people = &self.twin.people;
        let able = people.iter().any(|person| {
            person.skills.is_empty() || person.skills.iter().any(|skill| skill == needs)
        });
        if !able {
            let skills: BTreeSet<&str> =
                people.iter().flat_map(|person| &person.skills).map(String::as_str).collect();
            let expected = "a skill that somebody has";
            let problem = Problem::unknown_name(path, needs, expected, skills.into_iter());
            self.problems.push(problem);
        }
    }

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
