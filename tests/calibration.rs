//! The proof of a calibration: a twin's parameters come back from its own log, within their confidence
//! intervals, also from a log in which things are wrong.

mod common;

use std::ops::ControlFlow;

use linetwin::base::{Distribution, SimSpan, SimTime};
use linetwin::calibration::{Calibration, Found, ReadOptions, calibrate};
use linetwin::engine::store::Store;
use linetwin::harness::{Job, own_engine, run_logged};
use linetwin::twin::{Between, MachineSpec, TwinSpec};
use serde_json::Value;

/// A half-width of 95 % times this is one of 99.9 %.
const TO_99_9: f64 = 3.2905 / 1.9600;

/// Lines whose services, failures and repairs are all of other kinds.
const LINES: [&str; 3] = [
    r#"Infeed(id: "infeed", every_s: Exponential(mean: 2), to: "filler"),
       Machine(id: "filler", room: 20, service_s: Gamma(shape: 4, mean: 1.2), reject_share: 0.03,
           failures: [(between: Work(Exponential(mean: 200)), repair_s: LogNormal(mean: 30, sd: 20))])"#,
    r#"Infeed(id: "infeed", every_s: Normal(mean: 2, sd: 0.2), to: "capper"),
       Machine(id: "capper", room: 5, service_s: Weibull(shape: 3, scale: 1.5), to: "labeller",
           failures: [(name: "clock", between: Clock(Weibull(shape: 2, scale: 400)),
                       repair_s: Gamma(shape: 3, mean: 20))]),
       Machine(id: "labeller", room: 5, service_s: LogNormal(mean: 1.2, sd: 0.5), reject_share: 0.1,
           failures: [(name: "film", between: Products(Gamma(shape: 2.5, mean: 150)),
                       repair_s: Uniform(from: 10, to: 30)),
                      (name: "jam", between: Work(Weibull(shape: 0.7, scale: 300)),
                       repair_s: Exponential(mean: 25))])"#,
    r#"Infeed(id: "infeed", every_s: Uniform(from: 1.5, to: 2.5), to: "press",
           failures: [(between: Clock(Exponential(mean: 500)), repair_s: Weibull(shape: 1.8, scale: 15))]),
       Machine(id: "press", room: 3, service_s: Triangular(from: 0.5, mode: 1, to: 2), to: "tester"),
       Machine(id: "tester", room: 3, service_s: Fixed(0.8), reject_share: 0.005)"#,
];
const SECONDS: u64 = 60_000;
const SEEDS: [u64; 3] = [1, 2, 3];

/// A line without an engine, ready to run.
fn job(machines: &str, seed: u64) -> Job {
    common::load_twin(&format!("machines: [{machines}]"), SECONDS, seed)
}

/// What the machines log in a run.
fn log_of(job: &Job) -> String {
    let mut log = Vec::new();
    let engine = own_engine(job, Store::memory(), |line| Box::new(line)).unwrap();
    let epcis: Vec<Vec<u8>> = job.lines.iter().map(|_| Vec::new()).collect();
    let stride = SimSpan::from_secs(600);
    let mut go_on = |_: SimTime| ControlFlow::Continue(());
    run_logged(job, engine, epcis, Some(&mut log), stride, &mut go_on).unwrap();
    String::from_utf8(log).unwrap()
}

/// The same line as somebody knows it who has measured nothing.
fn unmeasured(twin: &TwinSpec) -> TwinSpec {
    let mut twin = twin.clone();
    for machine in &mut twin.machines {
        let failures = match machine {
            MachineSpec::Infeed { every_s, failures, .. } => {
                *every_s = Distribution::Fixed(9.0);
                failures
            }
            MachineSpec::Machine { service_s, reject_share, failures, .. } => {
                *service_s = Distribution::Fixed(9.0);
                *reject_share = 0.5;
                failures
            }
            MachineSpec::Camera { read_rate, .. } => {
                *read_rate = 0.5;
                continue;
            }
            _ => continue,
        };
        for failure in failures {
            *failure.between.distribution_mut() = Distribution::Fixed(99.0);
            failure.repair_s = Distribution::Fixed(9.0);
        }
    }
    twin
}

fn calibrated(log: &str, twin: &TwinSpec) -> Calibration {
    calibrate(log.as_bytes(), &unmeasured(twin), &ReadOptions::default(), &mut |_| {}).unwrap()
}

/// What a finding should be.
enum Truth<'a> {
    Distribution(&'a Distribution),
    Share(f64),
}

fn truth<'a>(twin: &'a TwinSpec, machine: &str, quantity: &str) -> Truth<'a> {
    let spec = twin.machines.iter().find(|spec| spec.id() == machine).unwrap();
    match (spec, quantity) {
        (MachineSpec::Infeed { every_s, .. }, "every_s") => return Truth::Distribution(every_s),
        (MachineSpec::Machine { service_s, .. }, "service_s") => {
            return Truth::Distribution(service_s);
        }
        (MachineSpec::Machine { reject_share, .. }, "reject_share") => {
            return Truth::Share(*reject_share);
        }
        (MachineSpec::Camera { read_rate, .. }, "read_rate") => return Truth::Share(*read_rate),
        _ => {}
    }
    let (failures, _) = spec.stops().unwrap();
    let of = |name: &str| match name {
        "" => "failures.".to_owned(),
        name => format!("failures[{name}]."),
    };
    let failure = failures.iter().find(|it| quantity.starts_with(&of(&it.name))).unwrap();
    let part = quantity.strip_prefix(&of(&failure.name)).unwrap();
    if part == "repair_s" {
        return Truth::Distribution(&failure.repair_s);
    }
    assert_eq!(part, format!("between {}", failure.between.name()));
    let (Between::Clock(of) | Between::Work(of) | Between::Products(of)) = &failure.between;
    Truth::Distribution(of)
}

/// Name of the kind and its parameters, as a twin file has them.
fn written(of: &Distribution) -> (String, Vec<f64>) {
    let Value::Object(kind) = serde_json::to_value(of).unwrap() else { panic!("{of:?}") };
    let (name, parameters) = kind.into_iter().next().unwrap();
    let parameters = match parameters {
        Value::Object(named) => named.into_values().map(|it| it.as_f64().unwrap()).collect(),
        alone => vec![alone.as_f64().unwrap()],
    };
    (name, parameters)
}

/// How often a truth lay within its interval.
#[derive(Default)]
struct Score {
    within: u32,
    all: u32,
    /// Intervals of 99.9 % that do not hold the truth, and kinds that were not found.
    missed: Vec<String>,
}

impl Score {
    fn add(&mut self, what: &str, truth: f64, (value, low, high): (f64, f64, f64)) {
        // What is written in tenths is read in binary.
        let hair = 1e-9 * truth.abs();
        self.all += 1;
        self.within += u32::from((low - hair..=high + hair).contains(&truth));
        let wide = (value - (value - low) * TO_99_9)..=(value + (high - value) * TO_99_9);
        if !(wide.start() - hair..=wide.end() + hair).contains(&truth) {
            self.missed.push(format!("{what}: {truth} is not in {wide:?}"));
        }
    }

    fn hold(&mut self, found: &Calibration, twin: &TwinSpec) {
        for finding in &found.findings {
            let what = format!("{} {}", finding.machine, finding.quantity);
            assert!(finding.is_written(), "{what}: {finding:?}");
            match (truth(twin, &finding.machine, &finding.quantity), &finding.found) {
                (Truth::Share(share), Found::Share(found)) => {
                    self.add(&what, share, (found.value, found.low, found.high));
                }
                (Truth::Distribution(of), Found::Distribution(fit)) => {
                    let (name, values) = written(of);
                    if fit.distribution.name() != name {
                        self.missed.push(format!("{what}: {of:?}, found {:?}", fit.distribution));
                        continue;
                    }
                    for (parameter, truth) in fit.parameters.iter().zip(values) {
                        let what = format!("{what} {}", parameter.name);
                        self.add(&what, truth, (parameter.value, parameter.low, parameter.high));
                    }
                }
                (_, found) => self.missed.push(format!("{what}: {found:?}")),
            }
        }
    }

    /// All are within 99.9 %; within 95 % are as many as should be, less three standard deviations.
    fn assert_honest(&self) {
        assert!(self.missed.is_empty(), "{:#?}", self.missed);
        let all = f64::from(self.all);
        let fewest = 0.95 * all - 3.0 * (all * 0.95 * 0.05).sqrt();
        assert!(self.all > 50, "only {} intervals", self.all);
        assert!(f64::from(self.within) >= fewest, "{} of {} within 95 %", self.within, self.all);
        println!("{} of {} within 95 %", self.within, self.all);
    }
}

#[test]
fn a_twin_comes_back_from_its_own_log() {
    let mut score = Score::default();
    for (machines, seed) in LINES.iter().flat_map(|line| SEEDS.map(|seed| (line, seed))) {
        let job = job(machines, seed);
        let twin = &job.lines[0].twin;
        let found = calibrated(&log_of(&job), twin);
        assert_eq!(found.reading.dropped(), Vec::<String>::new());
        score.hold(&found, twin);
    }
    score.assert_honest();
}

/// What goes wrong with logs: hours that nobody kept, a clock that is set, rows that come twice.
struct Damaged {
    log: String,
    repeated: u64,
}

impl Damaged {
    /// Of a log whose times are calendar times.
    fn new(log: &str) -> Self {
        let mut rows = log.lines();
        let mut out = format!("{}\n", rows.next().unwrap());
        let rows: Vec<&str> = rows.collect();
        let start: jiff::Timestamp = rows[0].split(',').next().unwrap().parse().unwrap();
        let mut repeated = 0;
        for (index, row) in rows.iter().enumerate() {
            let (time, rest) = row.split_once(',').unwrap();
            let time: jiff::Timestamp = time.parse().unwrap();
            let second = time.duration_since(start).as_secs();
            // Half an hour is missing three times.
            if [10_000..11_800, 25_000..26_800, 50_000..51_800]
                .iter()
                .any(|gap| gap.contains(&second))
            {
                continue;
            }
            // Set back by an hour and a half, and two hours later forward again.
            let off = if (30_000..37_200).contains(&second) { -5_400 } else { 0 };
            let time = time + jiff::SignedDuration::from_secs(off);
            let row = format!("{time},{rest}\n");
            out.push_str(&row);
            let twice = !rest.contains("reject") && index % 50 == 0;
            if twice {
                repeated += 1;
                out.push_str(&row);
            }
        }
        Self { log: out, repeated }
    }
}

#[test]
fn a_twin_comes_back_from_a_log_with_gaps_clock_jumps_and_rows_that_come_twice() {
    let mut score = Score::default();
    for (machines, seed) in LINES.iter().flat_map(|line| SEEDS.map(|seed| (line, seed + 10))) {
        let job = job(machines, seed);
        let twin = &job.lines[0].twin;
        let damaged = Damaged::new(&log_of(&job));
        let found = calibrated(&damaged.log, twin);
        let reading = &found.reading;
        assert_eq!((reading.bad, reading.repeated), (0, damaged.repeated));
        // The clock that is set forward again is a gap as well.
        assert_eq!((reading.gaps, reading.set_back), (4, 1), "{reading:?}");
        score.hold(&found, twin);
    }
    score.assert_honest();
}

/// A line with its controller: what a camera reads, and what its packers do.
#[test]
fn the_share_of_codes_read_comes_back() {
    let settings = ["order.quantity=6000", "twin.machines.verify.read_rate=0.97", "expect=[]"];
    let job = common::scenario("carton-line-250", &settings);
    let twin = &job.lines[0].twin;
    let found = calibrated(&log_of(&job), twin);
    println!("{:?}", found.reading);
    for finding in &found.findings {
        println!(
            "{} {} {} {:?}",
            finding.machine,
            finding.quantity,
            finding.counts(),
            finding.found
        );
    }
}
