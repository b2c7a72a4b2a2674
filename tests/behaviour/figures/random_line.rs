//! A random line without an engine: ways that part and join, stops of every kind, people, packing machines.
//! The seed makes the line, and its twin file is part of what a failure prints.

use linetwin::base::{Stream, Streams};

use crate::common::bare_line::BareLine;

/// A line and how long it runs.
pub struct RandomLine {
    pub line: BareLine,
    pub seconds: u64,
    /// Every time on it is a whole number of seconds. A state then lasts at least a second or not at all, and so
    /// each one is a span of the trace.
    pub whole: bool,
}

impl RandomLine {
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice(Streams::new(seed).stream("figures", "line"));
        let whole = dice.chance(0.5);
        let mut draw = Draw { dice, whole, machines: Vec::new(), can_lead: Vec::new() };
        draw.line();
        let Draw { mut dice, mut machines, can_lead, .. } = draw;
        if dice.chance(0.3) {
            // The order of a twin file says nothing about the order of the line.
            for at in (1..machines.len()).rev() {
                machines.swap(at, dice.between(0, at as u64) as usize);
            }
        }
        let mut line = BareLine::of(&machines.join(",\n"))
            .rated(dice.between(10, 70) as f64)
            .lead(&can_lead[dice.between(0, can_lead.len() as u64 - 1) as usize])
            .seed(seed);
        if !whole {
            line = line.with_people(
                r#"(name: "Asha", skills: ["line"], response_time_s: Uniform(from: 1, to: 9)),
                (name: "Ravi", skills: ["mechanic", "line"], response_time_s: Fixed(20),
                 breaks: [(at: "06:12", lasts_s: 300)])"#,
            );
        }
        Self { line, seconds: dice.between(60, 2_400), whole }
    }
}

struct Dice(Stream);

impl Dice {
    fn chance(&mut self, p: f64) -> bool {
        self.0.chance(p)
    }

    fn between(&mut self, from: u64, to: u64) -> u64 {
        from + self.0.bits() % (to - from + 1)
    }

    fn one_of(&mut self, among: &[&str]) -> String {
        among[self.between(0, among.len() as u64 - 1) as usize].to_owned()
    }
}

struct Draw {
    dice: Dice,
    whole: bool,
    machines: Vec<String>,
    can_lead: Vec<String>,
}

impl Draw {
    fn line(&mut self) {
        let stages = self.dice.between(1, 4);
        let cycle = self.time(1, 4);
        let stops = self.stops(true);
        self.machine(
            "infeed",
            format!(r#"Infeed(id: "infeed", cycle_time_s: {cycle}, {stops} to: "s1-in")"#),
        );
        for stage in 1..=stages {
            self.stage(stage);
        }
        let last = stages + 1;
        if self.dice.chance(0.5) {
            self.packing(last);
        } else {
            self.workstation(&format!("s{last}-in"), "");
        }
    }

    /// What is between the infeed and the end: it takes product at `sN-in` and gives it to the next stage.
    fn stage(&mut self, stage: u64) {
        let (id, to) = (format!("s{stage}-in"), format!("to: \"s{}-in\",", stage + 1));
        match self.dice.between(0, 4) {
            0 => self.belt(&id, &to),
            1 => self.table(&id, &to),
            2 | 3 => self.workstation(&id, &to),
            _ => self.lanes(stage, &to),
        }
    }

    fn belt(&mut self, id: &str, to: &str) {
        let places = self.dice.between(1, 12);
        let speed = if self.whole { 100 } else { self.dice.between(60, 400) };
        let accumulates = self.dice.chance(0.6);
        self.machines.push(format!(
            r#"Belt(id: "{id}", length_mm: {}, speed_mm_s: {speed}, pitch_mm: 100,
            accumulates: {accumulates}, {to})"#,
            100 * places
        ));
        self.can_lead.push(id.to_owned());
    }

    fn table(&mut self, id: &str, to: &str) {
        let capacity = self.dice.between(1, 30);
        let discipline = self.dice.one_of(&["Fifo", "Lifo"]);
        let (transit, between) = (self.dice.between(0, 6), self.dice.between(0, 2));
        self.machines.push(format!(
            r#"AccumulationTable(id: "{id}", capacity: {capacity}, discipline: {discipline},
            transit_time_s: {transit}, min_discharge_interval_s: {between}, {to})"#
        ));
    }

    fn workstation(&mut self, id: &str, to: &str) {
        let (service, queue) = (self.time(1, 4), self.dice.between(0, 6));
        let stops = self.stops(false);
        let keys = format!("service_s: {service}, queue_capacity: {queue}, {stops} {to}");
        self.machine(id, format!(r#"Machine(id: "{id}", {keys})"#));
    }

    fn lanes(&mut self, stage: u64, to: &str) {
        let lanes = self.dice.between(2, 3);
        let names: Vec<String> = (1..=lanes).map(|lane| format!("s{stage}-lane{lane}")).collect();
        let list = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        let rule = self.dice.one_of(&["FirstAvailable", "RoundRobin"]);
        let queue = self.dice.between(0, 3);
        self.machines.push(format!(
            r#"Diverter(id: "s{stage}-in", to: [{list}], rule: {rule}, queue_capacity: {queue})"#
        ));
        for name in &names {
            self.workstation(name, &format!("to: \"s{stage}-join\","));
        }
        self.machines.push(format!(r#"Merge(id: "s{stage}-join", {to})"#));
    }

    fn packing(&mut self, stage: u64) {
        let (rows, columns) = (self.dice.between(1, 3), self.dice.between(1, 3));
        let layers = self.dice.between(1, 2);
        let case = self.packs(rows * columns, !self.whole);
        self.machines.push(format!(
            r#"CasePacker(id: "s{stage}-in", rows: {rows}, columns: {columns}, layers: {layers},
            {case}, to: "labeller")"#
        ));
        let label = format!("label: (label_s: {}, read_rate: 1)", self.time(1, 3));
        let pallets = self.dice.chance(0.5);
        let to = if pallets { r#"to: "palletiser""# } else { "" };
        self.machines
            .push(format!(r#"CaseLabeller(id: "labeller", queue_capacity: 3, {label}, {to})"#));
        self.can_lead.extend([format!("s{stage}-in"), "labeller".to_owned()]);
        if pallets {
            let pallet = self.packs(2, false);
            self.machines.push(format!(
                r#"Palletiser(id: "palletiser", cases_per_layer: 2, layers: 2, {pallet}, {label})"#
            ));
        }
    }

    fn packs(&mut self, layer: u64, by_hand: bool) -> String {
        let (place, scan, close) = (self.time(1, 1), self.time(1, 2), self.time(1, 6));
        let person = if by_hand { r#"required_skill: "line","# } else { "" };
        format!(
            r#"packing: (queue_capacity: {}, place_s: {place}, scan_s: {scan}, read_rate: 1,
            close_s: {close}, {person})"#,
            layer + 1
        )
    }

    /// A machine that can be the lead machine.
    fn machine(&mut self, id: &str, text: String) {
        self.machines.push(text);
        self.can_lead.push(id.to_owned());
    }

    /// Stops, losses and rejects of an infeed or a machine.
    fn stops(&mut self, infeed: bool) -> String {
        let mut keys = String::new();
        if self.dice.chance(0.5) {
            let (due, repair) = (self.interval(), self.time(2, 90));
            let skill = self.skill();
            let failure = format!("(time_to_failure: {due}, repair_s: {repair}, {skill})");
            keys.push_str(&format!("failures: [{failure}], "));
        }
        if self.dice.chance(0.3) {
            let (capacity, refill) = (self.dice.between(20, 200), self.time(5, 60));
            let (level, skill) = (self.dice.between(0, 10), self.skill());
            keys.push_str(&format!(
                "consumables: [(name: \"film\", capacity: {capacity}, reorder_level: {level}, \
                 refill_s: {refill}, {skill})], "
            ));
        }
        let planned: Vec<String> =
            (0..self.dice.between(0, 3)).map(|nth| self.planned(nth)).collect();
        keys.push_str(&format!("planned_stops: [{}], ", planned.join(", ")));
        if !self.whole && self.dice.chance(0.4) {
            keys.push_str(
                "speed_losses: [(interval_s: Exponential(mean: 200), lasts_s: Fixed(60), \
                 speed_factor: Uniform(from: 0.4, to: 0.9))], ",
            );
        }
        if self.dice.chance(0.3) {
            let (count, idle) = (self.dice.between(1, 6), self.dice.between(20, 60));
            keys.push_str(&format!("startup_rejects: (count: {count}, after_idle_s: {idle}), "));
        }
        if !infeed && self.dice.chance(0.3) {
            keys.push_str("reject_share: 0.05, ");
        }
        keys
    }

    fn planned(&mut self, nth: u64) -> String {
        let kind = self.dice.one_of(&["Setup", "Cleaning", "Maintenance", "Break"]);
        let due = match self.dice.between(0, 3) {
            0 => "Start".to_owned(),
            1 => format!("Daily(\"06:{:02}\")", self.dice.between(1, 30)),
            _ => format!("Every({})", self.interval()),
        };
        let (takes, skill) = (self.time(5, 150), self.skill());
        format!("(name: \"stop {nth}\", kind: {kind}, due: {due}, takes_s: {takes}, {skill})")
    }

    fn interval(&mut self) -> String {
        match self.dice.between(0, 2) {
            0 => format!("CalendarTime({})", self.time(100, 600)),
            1 => format!("OperatingTime({})", self.time(100, 600)),
            _ => format!("Cycles(Fixed({}))", self.dice.between(30, 200)),
        }
    }

    fn skill(&mut self) -> &'static str {
        match self.dice.between(0, 3) {
            0 if !self.whole => r#"required_skill: "line""#,
            1 if !self.whole => r#"required_skill: "mechanic""#,
            _ => "",
        }
    }

    fn time(&mut self, from: u64, to: u64) -> String {
        let (one, other) = (self.dice.between(from, to), self.dice.between(from, to));
        if self.whole {
            return format!("Empirical([{one}, {other}])");
        }
        match self.dice.between(0, 2) {
            0 => format!("Fixed({one}.{other})"),
            1 => format!("Uniform(from: {}.3, to: {}.7)", one.min(other), one.max(other)),
            _ => format!("Exponential(mean: {one})"),
        }
    }
}
