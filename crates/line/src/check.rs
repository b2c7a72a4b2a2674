//! Checks a twin file for what would make it no line: names that lead nowhere, belts shorter than a
//! product, rates below zero. Each problem says where it stands, what was found, what was expected.

mod engineering;
mod people;
mod slow;
mod upkeep;
mod ways;

use std::fmt;

use linetwin_base::{Distribution, nearest_name};

pub use people::check_people;
pub use slow::slow;

use super::geometry::check_layout;
use super::spec::{
    Blocking, LabelSpec, MachineSpec, PackingSpec, PersonSpec, PoolRule, PrintSpec, TwinSpec,
};

/// Something wrong in a file that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a path from the top of the file: `machines[2].to`.
    pub path: String,
    /// What stands there.
    pub found: String,
    /// What should stand there.
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
        // Names that stand for two machines make nonsense of everything below.
        return checker.problems;
    }
    checker.people();
    for (index, machine) in twin.machines.iter().enumerate() {
        checker.machine(&format!("machines[{index}]"), machine);
        checker.stops(&format!("machines[{index}]"), machine);
        checker.next(index, machine);
        checker.place(index, machine);
    }
    checker.labellers();
    checker.loops();
    checker.problems.extend(check_layout(twin));
    if checker.problems.is_empty() {
        // Reckons with numbers that have been found sound.
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
    // One message a place: the first says it best.
    if !ok && !problems.iter().any(|problem| problem.path == path) {
        problems.push(Problem::new(path, found.to_string(), expected));
    }
}

struct Checker<'a> {
    twin: &'a TwinSpec,
    others: &'a [PersonSpec],
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn require(&mut self, ok: bool, path: String, found: impl fmt::Display, expected: &str) {
        require(&mut self.problems, ok, path, found, expected);
    }

    fn positive(&mut self, path: String, value: f64) {
        self.require(value.is_finite() && value > 0.0, path, value, "a number above zero");
    }

    /// A name of a machine of some kind.
    fn names(&mut self, path: String, name: &str, kind: &str) {
        let of_kind = self.twin.machines.iter().filter(|machine| machine.kind() == kind);
        if !of_kind.clone().any(|machine| machine.id() == name) {
            let names = of_kind.map(MachineSpec::id);
            let expected = format!("the id of a {kind}");
            self.problems.push(Problem::unknown_name(path, name, expected, names));
        }
    }

    /// Limits far outside any real line keep all sums within whole nanoseconds.
    fn between(&mut self, path: String, value: f64, least: f64, most: f64, unit: &str) {
        let expected = format!("{least} to {most} {unit}");
        let found = if value.abs() < 1e12 { value.to_string() } else { format!("{value:e}") };
        self.require((least..=most).contains(&value), path, found, &expected);
    }

    fn at_least_one(&mut self, path: String, value: u32) {
        self.require(value > 0, path, value, "one or more");
    }

    fn share(&mut self, path: String, value: f64) {
        self.require((0.0..=1.0).contains(&value), path, value, "a share from 0.0 to 1.0");
    }

    fn times(&mut self, path: String, times: &Distribution) {
        if let Err(error) = times.check() {
            self.problems.push(Problem::new(path, error.found, error.expected));
        }
    }

    /// Work that takes no time at all would let a machine work for ever within one moment.
    fn takes_time(&mut self, path: String, times: &Distribution) {
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
        self.between("controller.quiet_s".to_owned(), twin.controller.quiet_s, 1.0, 1e6, "s");
        if let PoolRule::Kept { low, high } = twin.controller.pool {
            let ok = 0 < low && low < high;
            let found = format!("low {low}, high {high}");
            self.require(ok, "controller.pool".to_owned(), found, "0 < low < high");
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
        let Some(MachineSpec::Belt { length_mm, speed_mm_s, ramp_s, accumulates, .. }) = belt
        else {
            let names = belts.map(MachineSpec::id);
            let problem = Problem::unknown_name(path, on, "the id of a Belt", names);
            self.problems.push(problem);
            return;
        };
        let neighbours = self
            .twin
            .machines
            .iter()
            .filter(|other| other.on_belt().is_some_and(|(belt, _)| belt == on));
        let count = neighbours.count();
        self.require(count <= 100, path.clone(), count, "100 devices a belt or fewer");
        let found = format!("`{on}`, which accumulates");
        self.require(!accumulates, path, found, "a belt with `accumulates: false`");
        let within = format!("a place on the belt, 0 to {length_mm} mm");
        let path = format!("machines[{index}].at_mm");
        self.require((0.0..*length_mm).contains(&at_mm), path, at_mm, &within);
        if let MachineSpec::RejectGate { pass_sensor_mm, .. } = machine {
            // What must not pass is seen there, and must still be on the belt when that stands.
            let coasts_mm = speed_mm_s * ramp_s / 2.0;
            let behind_mm = length_mm - pass_sensor_mm;
            let found =
                format!("{behind_mm} mm to the end of a belt that coasts for {coasts_mm} mm");
            let path = format!("machines[{index}].pass_sensor_mm");
            self.require(coasts_mm < behind_mm, path, found, "a longer way than that");
            let between =
                format!("a place between the gate and the end of the belt at {length_mm}");
            let ok = at_mm < *pass_sensor_mm && pass_sensor_mm < length_mm;
            let path = format!("machines[{index}].pass_sensor_mm");
            self.require(ok, path, pass_sensor_mm, &between);
        }
    }

    fn machine(&mut self, at: &str, machine: &MachineSpec) {
        let path = |field: &str| format!("{at}.{field}");
        match machine {
            MachineSpec::Infeed { every_s, blocking, .. } => {
                self.takes_time(path("every_s"), every_s);
                self.blocking(at, *blocking, machine);
            }
            MachineSpec::Belt {
                length_mm,
                speed_mm_s,
                speeds,
                pitch_mm,
                ramp_s,
                max_units,
                ..
            } => {
                for (nth, rule) in speeds.iter().enumerate() {
                    let path = |field: &str| format!("{at}.speeds[{nth}].{field}");
                    self.names(path("of"), &rule.of, "Belt");
                    self.at_least_one(path("at_least"), rule.at_least);
                    let most = *speed_mm_s;
                    self.between(path("speed_mm_s"), rule.speed_mm_s, 0.1, most, "mm/s");
                }
                self.between(path("length_mm"), *length_mm, 1.0, 1e6, "mm");
                self.between(path("speed_mm_s"), *speed_mm_s, 0.1, 1e5, "mm/s");
                self.between(path("pitch_mm"), *pitch_mm, 1.0, 1e6, "mm");
                let expected = format!("at least one pitch, {pitch_mm} mm");
                self.require(length_mm >= pitch_mm, path("length_mm"), length_mm, &expected);
                self.at_least_one(path("max_units"), max_units.unwrap_or(1));
                if let Some(product_mm) = machine.product_mm() {
                    let expected = format!("a length from 1 mm to the pitch, {pitch_mm} mm");
                    let ok = (1.0..=*pitch_mm).contains(&product_mm);
                    self.require(ok, path("product_mm"), product_mm, &expected);
                }
                self.between(path("ramp_s"), *ramp_s, 0.0, 60.0, "s");
            }
            MachineSpec::AccumulationTable { capacity, through_s, out_every_s, .. } => {
                self.at_least_one(path("capacity"), *capacity);
                self.between(path("through_s"), *through_s, 0.0, 86_400.0, "s");
                self.between(path("out_every_s"), *out_every_s, 0.0, 86_400.0, "s");
            }
            MachineSpec::Diverter { .. } | MachineSpec::Merge { .. } => {
                self.junction(at, machine);
            }
            MachineSpec::Machine { service_s, blocking, reject_share, .. } => {
                self.takes_time(path("service_s"), service_s);
                self.blocking(at, *blocking, machine);
                self.share(path("reject_share"), *reject_share);
            }
            MachineSpec::Printer { print_s, jobs, print, .. } => {
                self.times(path("print_s"), print_s);
                self.require((1..=1000).contains(jobs), path("jobs"), jobs, "1 to 1000 jobs");
                self.print(&path("print"), print);
            }
            MachineSpec::Camera { decode_s, read_rate, optics, .. } => {
                self.times(path("decode_s"), decode_s);
                self.share(path("read_rate"), *read_rate);
                if let Some((name, found, expected)) = optics.fault() {
                    self.require(false, path(&format!("optics.{name}")), found, expected);
                }
            }
            MachineSpec::RejectGate { confirm_s, bin_capacity, .. } => {
                self.times(path("confirm_s"), confirm_s);
                self.at_least_one(path("bin_capacity"), *bin_capacity);
            }
            MachineSpec::ReworkBench { gate, verify_s, returns_to, .. } => {
                self.takes_time(path("verify_s"), verify_s);
                self.names(path("gate"), gate, "RejectGate");
                self.names(path("returns_to"), returns_to, "Belt");
            }
            MachineSpec::Bundler { units, packing, label, .. } => {
                self.at_least_one(path("units"), *units);
                self.packing(at, packing);
                self.label(at, label);
            }
            MachineSpec::CasePacker { rows, columns, layers, packing, .. } => {
                self.at_least_one(path("rows"), *rows);
                self.at_least_one(path("columns"), *columns);
                self.at_least_one(path("layers"), *layers);
                self.packing(at, packing);
            }
            MachineSpec::CaseLabeller { room, label, .. } => {
                self.at_least_one(path("room"), *room);
                self.label(at, label);
            }
            MachineSpec::Palletiser { cases_per_layer, layers, packing, label, .. } => {
                self.at_least_one(path("cases_per_layer"), *cases_per_layer);
                self.at_least_one(path("layers"), *layers);
                self.packing(at, packing);
                self.label(at, label);
            }
        }
        if let Some((layer, layers)) = machine.pattern() {
            let children = u64::from(layer) * u64::from(layers);
            let expected = "a container of 100 000 children or fewer";
            self.require(children <= 100_000, at.to_owned(), children, expected);
        }
    }

    /// A place can be kept free in a queue; on a belt it moves away.
    fn blocking(&mut self, at: &str, blocking: Blocking, machine: &MachineSpec) {
        let next = machine.to().first().and_then(|to| self.twin.index_of(to));
        let next = next.map(|to| self.twin.machines[to].kind());
        let queues = matches!(next, None | Some("Machine" | "Diverter" | "AccumulationTable"));
        let ok = blocking == Blocking::AfterService || queues;
        let found = format!("BeforeService with a {} behind it", next.unwrap_or_default());
        let expected = "AfterService, or behind it a Machine, a Diverter, an AccumulationTable or the end of \
                        the line";
        self.require(ok, format!("{at}.blocking"), found, expected);
    }

    fn print(&mut self, at: &str, print: &PrintSpec) {
        for (name, measure) in [("contrast", &print.contrast), ("growth", &print.growth)] {
            self.times(format!("{at}.{name}"), measure);
            let most = measure.max_s().unwrap_or(f64::INFINITY);
            let path = format!("{at}.{name}");
            self.require(most <= 1.0, path, format!("{measure:?}"), "values from 0.0 to 1.0");
        }
        self.share(format!("{at}.mottle"), print.mottle);
        if let Some(wear) = &print.wear {
            let path = |name: &str| format!("{at}.wear.{name}");
            let nozzle = wear.prints_per_dead_nozzle;
            self.between(path("prints_per_dead_nozzle"), nozzle, 1.0, 1e12, "prints");
            self.share(path("contrast_lost_per_thousand"), wear.contrast_lost_per_thousand);
            self.at_least_one(path("serviced_every_prints"), wear.serviced_every_prints);
        }
    }

    fn packing(&mut self, at: &str, packing: &PackingSpec) {
        self.at_least_one(format!("{at}.packing.room"), packing.room);
        self.times(format!("{at}.packing.place_s"), &packing.place_s);
        self.times(format!("{at}.packing.scan_s"), &packing.scan_s);
        self.times(format!("{at}.packing.close_s"), &packing.close_s);
        self.share(format!("{at}.packing.read_rate"), packing.read_rate);
        self.needs(&format!("{at}.packing.by_hand"), packing.by_hand.as_deref());
    }

    fn label(&mut self, at: &str, label: &LabelSpec) {
        self.takes_time(format!("{at}.label.label_s"), &label.label_s);
        let path = format!("{at}.label.read_rate");
        self.share(path.clone(), label.read_rate);
        self.require(label.read_rate > 0.0, path, label.read_rate, "a share above zero");
    }
}
