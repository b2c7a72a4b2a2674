//! Checks of the people of a line or plant, and of what they are called for.

use std::collections::BTreeSet;

use crate::kinds::MachineSpec;
use crate::spec::PersonSpec;

use super::{Checker, Problem, require};

/// Everything wrong with a list of people; paths begin with `people`.
pub fn check_people(people: &[PersonSpec]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, person) in people.iter().enumerate() {
        let path = |key: &str| format!("people[{index}].{key}");
        let named = !person.name.is_empty();
        let again = people[..index].iter().any(|other| other.name == person.name);
        let expected = "a name of his or her own";
        let found = format!("`{}`", person.name);
        require(&mut problems, named && !again, path("name"), found, expected);
        if let Err(error) = person.response_time_s.check() {
            problems.push(Problem::new(path("response_time_s"), error.found, error.expected));
        }
        let (speed, expected) = (person.walking_speed_m_s, "0.1 to 10 m/s");
        let ok = (0.1..=10.0).contains(&speed);
        require(&mut problems, ok, path("walking_speed_m_s"), speed, expected);
        for (index, shift) in person.shifts.iter().enumerate() {
            let path = path(&format!("shifts[{index}].days"));
            require(&mut problems, !shift.days.is_empty(), path, "no day", "one day at least");
        }
        for (index, pause) in person.breaks.iter().enumerate() {
            let path = path(&format!("breaks[{index}].lasts_s"));
            let ok = (1.0..=86_400.0).contains(&pause.lasts_s);
            require(&mut problems, ok, path, pause.lasts_s, "1 to 86400 s");
        }
    }
    problems
}

impl Checker<'_> {
    /// The people of the line, and the tasks that the line controller calls them for.
    pub(super) fn people(&mut self) {
        let twin = self.twin;
        self.problems.extend(check_people(&twin.people));
        let count = twin.people.len() + self.others.len();
        self.require((1..=1000).contains(&count), "people".to_owned(), count, "1 to 1000 people");
        let work = &twin.interventions;
        self.times("interventions.removal_s".to_owned(), &work.removal_s);
        self.times("interventions.handheld_scan_s".to_owned(), &work.handheld_scan_s);
        self.times("interventions.empty_bin_s".to_owned(), &work.empty_bin_s);
        self.times("interventions.inspection_s".to_owned(), &work.inspection_s);
        let (path, rate) = ("interventions.handheld_read_rate".to_owned(), work.handheld_read_rate);
        self.require(rate > 0.0 && rate <= 1.0, path, rate, "a share above zero, up to 1.0");
        self.required_skill("interventions.required_skill", work.required_skill.as_deref());
        for (name, position_m) in &twin.positions_m {
            let path = format!("positions_m.{name}");
            self.between(path.clone(), *position_m, 0.0, 1e4, "m");
            if twin.index_of(name).is_none() {
                let names = twin.machines.iter().map(MachineSpec::id);
                let expected = "the id of a machine";
                self.problems.push(Problem::unknown_name(path, name, expected, names));
            }
        }
    }

    /// At least one person has the required skill.
    pub(super) fn required_skill(&mut self, path: &str, required: Option<&str>) {
        let Some(required) = required else { return };
        let people = self.twin.people.iter().chain(self.others);
        let able = people.clone().any(|person| {
            person.skills.is_empty() || person.skills.iter().any(|skill| skill == required)
        });
        if !able {
            let skills: BTreeSet<&str> =
                people.flat_map(|person| &person.skills).map(String::as_str).collect();
            let expected = "a skill that a person has";
            let problem = Problem::unknown_name(path, required, expected, skills.into_iter());
            self.problems.push(problem);
        }
    }
}
