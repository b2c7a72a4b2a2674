//! Checks a twin file for mistakes that make it no line: names that lead nowhere, belts shorter than a
//! product, rates below zero. Each problem names its place, what was found, what was expected.

mod capacity;
mod engineering;
mod people;
mod shared;
mod stops;
mod topology;

use std::fmt;

use linetwin_base::{Distribution, nearest_name};

pub use capacity::capacity_warnings;
pub(crate) use engineering::longest;
pub use people::check_people;

use super::geometry::check_layout;
use super::kinds::MachineSpec;
use super::spec::{PersonSpec, ReplenishmentPolicy, TwinSpec};

/// Something wrong in a file that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path from the top of the file: `machines[2].to`.
    pub path: String,
    /// The value there.
    pub found: String,
    /// The value that should be there.
    pub expected: String,
    /// The nearest valid name, where a name was expected.
    pub nearest: Option<String>,
}

impl Problem {
    /// A problem without a nearest name.
    pub fn new(
        path: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let (path, found, expected) = (path.into(), found.into(), expected.into());
        Self { path, found, expected, nearest: None }
    }

    /// The same problem in a part of a larger file.
    #[must_use]
    pub fn within(self, path: &str) -> Self {
        Self { path: format!("{path}{}", self.path), ..self }
    }

    /// A name that is none of `names`.
    pub fn unknown_name<'a>(
        path: impl Into<String>,
        found: &str,
        expected: impl Into<String>,
        names: impl Iterator<Item = &'a str>,
    ) -> Self {
        let nearest = nearest_name(found, names).map(str::to_owned);
        Self { nearest, ..Self::new(path, format!("`{found}`"), expected) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: found {}, expected {}", self.path, self.found, self.expected)?;
        match &self.nearest {
            Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
            None => Ok(()),
        }
    }
}

/// Everything wrong with a twin; empty if it can be built. `others` are people who work here besides its
/// own.
pub fn check(twin: &TwinSpec, others: &[PersonSpec]) -> Vec<Problem> {
    let mut checker = Checker { twin, others, problems: Vec::new() };
    checker.line();
    for (index, machine) in twin.machines.iter().enumerate() {
        checker.name(index, machine);
    }
    if !checker.problems.is_empty() {
        // Names that stand for two machines would spoil every check below.
        return checker.problems;
    }
    checker.people();
    for (index, machine) in twin.machines.iter().enumerate() {
        machine.check(&format!("machines[{index}]"), &mut checker);
        checker.stops(&format!("machines[{index}]{}", machine.stops_key()), machine);
        checker.next(index, machine);
        checker.place(index, machine);
    }
    for (index, machine) in twin.machines.iter().enumerate() {
        machine.check_in_line(index, &mut checker);
    }
    checker.loops();
    checker.problems.extend(check_layout(twin));
    if checker.problems.is_empty() {
        // Computes with numbers that have been found sound.
        checker.reached();
        checker.in_time();
    }
    checker.problems
}

fn require(
    problems: &mut Vec<Problem>,
    ok: bool,
    path: String,
    found: impl fmt::Display,
    expected: &str,
) {
    // One message a place: the first is the best.
    if !ok && !problems.iter().any(|problem| problem.path == path) {
        problems.push(Problem::new(path, found.to_string(), expected));
    }
}

/// A twin that is being checked, and what has been found.
pub(crate) struct Checker<'a> {
    pub(crate) twin: &'a TwinSpec,
    others: &'a [PersonSpec],
    pub(crate) problems: Vec<Problem>,
}

impl Checker<'_> {
    pub(crate) fn require(
        &mut self,
        ok: bool,
        path: String,
        found: impl fmt::Display,
        expected: &str,
    ) {
        require(&mut self.problems, ok, path, found, expected);
    }

    fn positive(&mut self, path: String, value: f64) {
        self.require(value.is_finite() && value > 0.0, path, value, "a number above zero");
    }

    /// A name of a machine of some kind.
    pub(crate) fn names(&mut self, path: String, name: &str, kind: &str) {
        let of_kind = self.twin.machines.iter().filter(|machine| machine.kind() == kind);
        if !of_kind.clone().any(|machine| machine.id() == name) {
            let names = of_kind.map(MachineSpec::id);
            let expected = format!("the id of a {kind}");
            self.problems.push(Problem::unknown_name(path, name, expected, names));
        }
    }

    /// Limits far outside any real line keep all sums within whole nanoseconds.
    pub(crate) fn between(&mut self, path: String, value: f64, least: f64, most: f64, unit: &str) {
        let expected = format!("{least} to {most} {unit}");
        let found = if value.abs() < 1e12 { value.to_string() } else { format!("{value:e}") };
        self.require((least..=most).contains(&value), path, found, &expected);
    }

    pub(crate) fn at_least_one(&mut self, path: String, value: u32) {
        self.require(value > 0, path, value, "one or more");
    }

    pub(crate) fn share(&mut self, path: String, value: f64) {
        self.require((0.0..=1.0).contains(&value), path, value, "a share from 0.0 to 1.0");
    }

    pub(crate) fn times(&mut self, path: String, times: &Distribution) {
        if let Err(error) = times.check() {
            self.problems.push(Problem::new(path, error.found, error.expected));
        }
    }

    /// Work that takes no time at all would let a machine work for ever within one moment.
    pub(crate) fn takes_time(&mut self, path: String, times: &Distribution) {
        self.times(path.clone(), times);
        let mean_s = times.mean_s();
        self.require(mean_s >= 1e-6, path, mean_s, "a mean of a microsecond or more");
    }

    fn line(&mut self) {
        let twin = self.twin;
        self.positive("rated_units_per_min".to_owned(), twin.rated_units_per_min);
        self.between("link.retry_s".to_owned(), twin.link.retry_s, 0.01, 3600.0, "s");
        self.times("link.latency_s".to_owned(), &twin.link.latency_s);
        self.times("link.overtaken_by_s".to_owned(), &twin.link.overtaken_by_s);
        let shares = [
            ("lost", twin.link.lost),
            ("repeated", twin.link.repeated),
            ("overtaken", twin.link.overtaken),
        ];
        for (name, share) in shares {
            // With more nothing would ever be acknowledged.
            self.between(format!("link.{name}"), share, 0.0, 0.5, "");
        }
        let grade = twin.controller.minimum_grade;
        let path = "controller.minimum_grade".to_owned();
        self.require((0.0..=4.0).contains(&grade), path, grade, "a grade from 0.0 to 4.0");
        let reserve = twin.controller.serial_reserve;
        let path = "controller.serial_reserve".to_owned();
        self.require((0.0..=1.0).contains(&reserve), path, reserve, "a share from 0.0 to 1.0");
        let timeout_s = twin.controller.inactivity_timeout_s;
        self.between("controller.inactivity_timeout_s".to_owned(), timeout_s, 1.0, 1e6, "s");
        if let ReplenishmentPolicy::ReorderPoint { min, max } = twin.controller.pool {
            let ok = 0 < min && min < max;
            let found = format!("min {min}, max {max}");
            self.require(ok, "controller.pool".to_owned(), found, "0 < min < max");
        }
        let infeeds = twin.machines.iter().filter(|m| m.kind() == "Infeed").count();
        let found = format!("{infeeds} infeeds");
        self.require(infeeds == 1, "machines".to_owned(), found, "one Infeed");
        let most = 1_000;
        let count = twin.machines.len();
        self.require(count <= most, "machines".to_owned(), count, "1000 machines or fewer");
        if twin.index_of(&twin.lead_machine).is_none() {
            let names = twin.machines.iter().map(MachineSpec::id);
            let path = "lead_machine";
            self.problems.push(Problem::unknown_name(
                path,
                &twin.lead_machine,
                "the id of a machine",
                names,
            ));
        }
    }

    fn name(&mut self, index: usize, machine: &MachineSpec) {
        let first = self.twin.index_of(machine.id()) == Some(index);
        let path = format!("machines[{index}].id");
        let found = format!("`{}` a second time", machine.id());
        self.require(first, path.clone(), found, "a name that no other machine has");
        let reserved = ["", "link"].contains(&machine.id());
        let found = format!("`{}`", machine.id());
        self.require(!reserved, path, found, "a name other than \"link\"");
    }

    /// Devices stand on a belt that can stop for them, within its length.
    fn place(&mut self, index: usize, machine: &MachineSpec) {
        let Some((on, at_mm)) = machine.on_belt() else { return };
        let path = format!("machines[{index}].on");
        let belts = self.twin.machines.iter().filter(|other| other.kind() == "Belt");
        let belt = belts.clone().find(|belt| belt.id() == on);
        let Some(MachineSpec::Belt(belt)) = belt else {
            let names = belts.map(MachineSpec::id);
            let problem = Problem::unknown_name(path, on, "the id of a Belt", names);
            self.problems.push(problem);
            return;
        };
        let count = self.twin.devices_on(on).count();
        self.require(count <= 100, path.clone(), count, "100 devices a belt or fewer");
        let found = format!("`{on}`, which accumulates");
        self.require(!belt.accumulates, path, found, "a belt with `accumulates: false`");
        let within = format!("a place on the belt, 0 to {} mm", belt.length_mm);
        let path = format!("machines[{index}].at_mm");
        self.require((0.0..belt.length_mm).contains(&at_mm), path, at_mm, &within);
        machine.check_on_belt(&format!("machines[{index}]"), belt, self);
    }
}
