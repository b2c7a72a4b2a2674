//! The proof of a calibration: a twin's parameters come back from its own log, within their confidence
//! intervals, also from a log in which things are wrong.

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

use serde_json::Value;

use linetwin::base::{Distribution, SimSpan, SimTime};
use linetwin::calibration::{Calibration, Found, LogWriter, ReadOptions, calibrate};
use linetwin::engine::store::Store;
use linetwin::harness::{Job, Probes, own_engine, run_bare};
use linetwin::line::{CameraSpec, InfeedSpec, Interval, MachineSpec, TwinSpec, WorkstationSpec};

use crate::common::bare_line::BareLine;
use crate::common::program::linetwin;
use crate::common::trial::Trial;

/// A half-width of 95 % times this is one of 99.9 %.
const TO_99_9: f64 = 3.2905 / 1.9600;

/// Lines whose services, failures and repairs are all of other kinds. They fail often, so that a short run
/// has many lives.
const LINES: [&str; 3] = [
    r#"Infeed(id: "infeed", cycle_time_s: Exponential(mean: 2), to: "filler"),
       Machine(id: "filler", queue_capacity: 20, service_s: Gamma(shape: 4, mean: 1.2), reject_share: 0.03,
           failures: [(time_to_failure: OperatingTime(Exponential(mean: 40)), repair_s: LogNormal(mean: 8, sd: 6))])"#,
    r#"Infeed(id: "infeed", cycle_time_s: Normal(mean: 2, sd: 0.2), to: "capper"),
       Machine(id: "capper", queue_capacity: 5, service_s: Weibull(shape: 3, scale: 1.5), to: "labeller",
           failures: [(name: "clock", time_to_failure: CalendarTime(Weibull(shape: 2, scale: 60)),
                       repair_s: Gamma(shape: 3, mean: 6))]),
       Machine(id: "labeller", queue_capacity: 5, service_s: LogNormal(mean: 1.2, sd: 0.5), reject_share: 0.1,
           failures: [(name: "film", time_to_failure: Cycles(Gamma(shape: 2.5, mean: 30)),
                       repair_s: Uniform(from: 3, to: 9)),
                      (name: "jam", time_to_failure: OperatingTime(Weibull(shape: 0.7, scale: 40)),
                       repair_s: Exponential(mean: 5))])"#,
    r#"Infeed(id: "infeed", cycle_time_s: Uniform(from: 1.5, to: 2.5), to: "press",
           failures: [(time_to_failure: CalendarTime(Exponential(mean: 60)), repair_s: Weibull(shape: 1.8, scale: 8))]),
       Machine(id: "press", queue_capacity: 3, service_s: Triangular(from: 0.5, mode: 1, to: 2), to: "tester"),
       Machine(id: "tester", queue_capacity: 3, service_s: Fixed(0.8), reject_share: 0.005)"#,
];
const SECONDS: u64 = 60_000;
const SEEDS: [u64; 2] = [1, 2];
/// Information criteria that differ by less do not tell two kinds apart (Kass and Raftery, 1995).
const TOLD_APART: f64 = 6.0;

/// A line without an engine, ready to run.
fn job(machines: &str, seed: u64) -> Job {
    BareLine::of(machines).seed(seed).job(SECONDS)
}

/// What the machines log in a run.
fn log_of(job: &Job) -> String {
    let mut log = Vec::new();
    let line = &job.lines[0];
    let mut writer = LogWriter::new(&mut log, job.scenario.start, &line.twin).unwrap();
    let engine = own_engine(job, Store::memory(), |line| Box::new(line)).unwrap();
    let stride = SimSpan::from_secs(600);
    let mut go_on = |_: SimTime| ControlFlow::Continue(());
    run_bare(job, engine, Probes::one(&mut writer), stride, &mut go_on).unwrap();
    String::from_utf8(log).unwrap()
}

/// The same line as somebody knows it who has measured nothing.
fn unmeasured(twin: &TwinSpec) -> TwinSpec {
    let mut twin = twin.clone();
    for machine in &mut twin.machines {
        let failures = match machine {
            MachineSpec::Infeed(InfeedSpec { cycle_time_s, failures, .. }) => {
                *cycle_time_s = Distribution::Fixed(9.0);
                failures
            }
            MachineSpec::Machine(WorkstationSpec { service_s, reject_share, failures, .. }) => {
                *service_s = Distribution::Fixed(9.0);
                *reject_share = 0.5;
                failures
            }
            MachineSpec::Camera(CameraSpec { read_rate, .. }) => {
                *read_rate = 0.5;
                continue;
            }
            _ => continue,
        };
        for failure in failures {
            *failure.time_to_failure.distribution_mut() = Distribution::Fixed(99.0);
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
        (MachineSpec::Infeed(InfeedSpec { cycle_time_s, .. }), "cycle_time_s") => {
            return Truth::Distribution(cycle_time_s);
        }
        (MachineSpec::Machine(WorkstationSpec { service_s, .. }), "service_s") => {
            return Truth::Distribution(service_s);
        }
        (MachineSpec::Machine(WorkstationSpec { reject_share, .. }), "reject_share") => {
            return Truth::Share(*reject_share);
        }
        (MachineSpec::Camera(CameraSpec { read_rate, .. }), "read_rate") => {
            return Truth::Share(*read_rate);
        }
        _ => {}
    }
    let failures = spec.stops().unwrap().failures;
    let of = |name: &str| match name {
        "" => "failures.".to_owned(),
        name => format!("failures[{name}]."),
    };
    let failure = failures.iter().find(|it| quantity.starts_with(&of(&it.name))).unwrap();
    let part = quantity.strip_prefix(&of(&failure.name)).unwrap();
    if part == "repair_s" {
        return Truth::Distribution(&failure.repair_s);
    }
    assert_eq!(part, format!("time_to_failure {}", failure.time_to_failure.name()));
    let (Interval::CalendarTime(of) | Interval::OperatingTime(of) | Interval::Cycles(of)) =
        &failure.time_to_failure;
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
    /// Distributions whose kind was found, and those whose kind could not be told from another.
    found: u32,
    unsure: u32,
    /// Intervals of 99.9 % that do not hold the truth, and wrong kinds.
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
                        let mut tried = fit.tried.iter();
                        let own = tried.find(|tried| tried.distribution.name() == name);
                        match own {
                            Some(own) if own.bic - fit.tried[0].bic < TOLD_APART => {
                                self.unsure += 1
                            }
                            _ => self.missed.push(format!("{what}: {of:?}, found {fit:?}")),
                        }
                        continue;
                    }
                    self.found += 1;
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
        assert!(self.unsure * 10 <= self.found, "{} kinds found, {} not", self.found, self.unsure);
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
        assert_eq!((reading.bad, reading.repeated, reading.set_back), (0, damaged.repeated, 1));
        // Three gaps and the clock that is set forward. Where a gap begins while the line stands, only the
        // rows that do not follow show it.
        assert!(reading.gaps >= 3 && reading.gaps + reading.rows_missing >= 4, "{reading:?}");
        score.hold(&found, twin);
    }
    score.assert_honest();
}

/// A line with its controller: what a camera reads, how long packers take, and an infeed that is told to wait.
#[test]
fn a_line_with_its_controller_comes_back_as_well() {
    let job = Trial::on("carton-line-250")
        .quantity(4_000)
        .set("twin.machines.camera-1.read_rate=0.97")
        .set("twin.machines.infeed.cycle_time_s=Fixed(0.3)")
        .job();
    let twin = &job.lines[0].twin;
    let found = calibrated(&log_of(&job), twin);
    assert_eq!(found.reading.dropped(), Vec::<String>::new());
    let finding = |machine: &str, quantity: &str| {
        let mut all = found.findings.iter();
        &all.find(|it| it.machine == machine && it.quantity == quantity).unwrap().found
    };
    let Found::Share(read) = finding("camera-1", "read_rate") else { panic!("{found:?}") };
    assert!(read.low < 0.97 && 0.97 < read.high && read.high - read.low < 0.02, "{read:?}");
    let Found::Distribution(every) = finding("infeed", "cycle_time_s") else { panic!("{found:?}") };
    assert_eq!(every.distribution, Distribution::Fixed(0.3));
    let Found::Distribution(place) = finding("case-packer", "packing.place_s") else {
        panic!("{found:?}")
    };
    assert_eq!(place.distribution.rounded().name(), "Uniform");
}

/// A folder with a log of an hour of the reference line.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (log, reports) = (path("line.csv"), path("reports"));
    let run = ["run", "scenarios/reference-line.ron", "--set", "lasts=01:00:00", "--log", &log];
    let output = linetwin(&[&run, ["--out", &reports].as_slice()].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    folder
}

/// Runs the command on the log; returns exit code, what it prints and what it complains about.
fn calibrate_command(folder: &Path, out: &str, more: &[&str]) -> (i32, String, String) {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let (log, out) = (path("line.csv"), path(out));
    let command = ["calibrate", &log, "--twin", "twins/reference-line.ron", "--out", &out];
    let output = linetwin(&[command.as_slice(), more].concat());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn names(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn the_command_writes_a_twin_that_runs_and_a_page() {
    let folder = folder();
    let (code, says, complains) = calibrate_command(folder.path(), "new.ron", &[]);
    assert_eq!((code, complains.as_str()), (0, ""), "{says}");
    for said in ["case-labeller", "label.label_s", "Fixed", "value 2.0000", "Uniform"] {
        assert!(says.contains(said), "{said}: {says}");
    }
    assert_eq!(names(folder.path()), ["line.csv", "new.html", "new.ron", "reports"]);
    let page = fs::read_to_string(folder.path().join("new.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("95 % interval") && page.contains("</html>"));

    let twin = folder.path().join("new.ron");
    let scenario = "Scenario(name: \"again\", twin: \"new.ron\", seed: 5, engine: Detached, \
                    lasts: \"00:10:00\", expect: [Throughput(at_least: \"370/min\")])";
    let path = folder.path().join("again.ron");
    fs::write(&path, scenario).unwrap();
    let reports = folder.path().join("again");
    let run = ["run", path.to_str().unwrap(), "--out", reports.to_str().unwrap()];
    let output = linetwin(&run);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}\n{}", fs::read_to_string(twin).unwrap());
}

#[test]
fn json_has_what_was_read_and_what_was_found() {
    let folder = folder();
    let (code, says, _) = calibrate_command(folder.path(), "new.ron", &["--json"]);
    assert_eq!(code, 0);
    let found: Value = serde_json::from_str(&says).unwrap();
    assert_eq!(found["reading"]["bad"], 0);
    let findings = found["findings"].as_array().unwrap();
    let service =
        findings.iter().find(|it| it["machine"] == "camera" && it["quantity"] == "service_s");
    let fit = &service.unwrap()["found"]["Distribution"];
    assert!(fit["distribution"]["Uniform"]["from"].as_f64().unwrap() > 0.0199, "{fit}");
    assert_eq!(fit["parameters"][0]["name"], "from");
}

#[test]
fn rows_that_are_none_are_named_and_nothing_is_written() {
    let folder = folder();
    let log = folder.path().join("line.csv");
    let mut rows: Vec<String> =
        fs::read_to_string(&log).unwrap().lines().map(ToOwned::to_owned).collect();
    rows.insert(10, "6 o'clock,infeed,start,".to_owned());
    rows.insert(20, "2026-11-02T06:00:09Z,infeed,strat,".to_owned());
    fs::write(&log, rows.join("\n")).unwrap();
    let before = names(folder.path());
    let (code, says, complains) = calibrate_command(folder.path(), "new.ron", &[]);
    assert_eq!((code, says.as_str()), (2, ""));
    for said in [
        "line.csv: line 11: found time `6 o'clock`, expected",
        "line 21: found event `strat`, expected one of",
        "did you mean `start`?",
        "2 of the first",
        "more than the 0 of --max-bad",
    ] {
        assert!(complains.contains(said), "{said}: {complains}");
    }
    assert_eq!(names(folder.path()), before, "something was written");

    let (code, says, _) = calibrate_command(folder.path(), "new.ron", &["--max-bad", "2"]);
    assert_eq!(code, 0, "{says}");
    assert!(says.contains("2 rows are no rows; dropped") && says.contains("line 11:"), "{says}");
}

#[test]
fn what_is_read_is_never_overwritten() {
    let folder = folder();
    let log = fs::read(folder.path().join("line.csv")).unwrap();
    let out = folder.path().join("x.ron");
    let log_name = folder.path().join("line.csv");
    let (code, _, complains) = calibrate_command(folder.path(), "line.csv", &[]);
    assert_eq!(code, 2);
    assert!(complains.contains("must not be overwritten"), "{complains}");
    let page = ["--page", log_name.to_str().unwrap()];
    let (code, _, complains) = calibrate_command(folder.path(), "x.ron", &page);
    assert_eq!(code, 2);
    assert!(complains.contains("must not be overwritten"), "{complains}");
    assert!(!out.exists());
    assert_eq!(fs::read(log_name).unwrap(), log);
}
