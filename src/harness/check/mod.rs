//! Scenarios as tests: each runs, must meet its expectations, and must be the same run as in its golden file.

mod golden;
mod junit;
mod suite;
mod traces;

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use serde::Serialize;

use linetwin_base::SimSpan;

use crate::report::Summary;

use super::load::{Job, load};
use super::parallel::in_parallel;
use super::play::{Parts, play};
use super::run::RunResult;
use super::site::wall_clock;
use super::whole_file::WholeFile;

pub use golden::{Difference, Golden};
pub use junit::{junit, markdown};
pub use suite::{Part, find_scenarios};

/// Golden files stand in a folder of this name beside their scenarios.
const GOLDEN: &str = "golden";

/// What to do with the runs that were kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Each run must be the one that was kept.
    Compare,
    /// Runs that pass are kept instead of what was there.
    Update,
    /// Only the scenarios' expectations count.
    Ignore,
}

/// How scenarios are checked.
#[derive(Copy, Clone)]
pub struct Checks<'a> {
    /// What they run with.
    pub parts: Parts<'a>,
    /// What to do with the runs that were kept.
    pub keep: Keep,
    /// Folder for traces of runs that pass. With the trace of a kept run, the record in which another run
    /// diverges from it is named.
    pub traces: Option<&'a Path>,
}

impl Checks<'static> {
    /// With our own engine, against the runs that were kept.
    pub const OWN: Self = Self { parts: Parts::OWN, keep: Keep::Compare, traces: None };
}

/// The result of a scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It met its expectations, and is the run that was kept.
    Passed,
    /// The same; what differs from the run that was kept is kept now.
    Kept(Vec<String>),
    /// It did not; why.
    Failed(Vec<String>),
    /// It is no test: the file has mistakes, or expects nothing.
    Refused(Vec<String>),
    /// The program failed, which is a bug.
    Crashed(String),
}

impl Verdict {
    /// Why, in words; nothing where it passed.
    pub fn words(&self) -> &[String] {
        match self {
            Self::Passed => &[],
            Self::Kept(words) | Self::Failed(words) | Self::Refused(words) => words,
            Self::Crashed(words) => std::slice::from_ref(words),
        }
    }
}

/// A scenario that was checked.
#[derive(Clone, Debug, Serialize)]
pub struct Checked {
    /// Its file.
    pub scenario: PathBuf,
    /// Its seed.
    pub seed: Option<u64>,
    /// The result.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Good units a minute, over all lines.
    pub units_per_min: f64,
    /// Simulated seconds.
    pub simulated_s: f64,
    /// Seconds that it took on this machine.
    pub wall_s: f64,
}

impl Checked {
    /// Whether the scenario does what it should.
    pub const fn is_fine(&self) -> bool {
        matches!(self.verdict, Verdict::Passed | Verdict::Kept(_))
    }
}

/// Checks scenarios on so many threads; `done` gets each as it is done. In the order of the paths.
pub fn check_all(
    scenarios: &[PathBuf],
    checks: Checks,
    threads: usize,
    mut done: impl FnMut(&Checked),
) -> Vec<Checked> {
    let mut results: Vec<Option<Checked>> = scenarios.iter().map(|_| None).collect();
    let one = |number: u64| check_one(&scenarios[number as usize], checks);
    in_parallel(scenarios.len() as u64, threads, one, |number, checked| {
        done(&checked);
        results[number as usize] = Some(checked);
        ControlFlow::Continue(())
    });
    results.into_iter().flatten().collect()
}

/// Checks one scenario.
pub fn check_one(path: &Path, checks: Checks) -> Checked {
    let begin_ns = wall_clock();
    let mut checked = Checked {
        scenario: path.to_owned(),
        seed: None,
        verdict: Verdict::Passed,
        units_per_min: 0.0,
        simulated_s: 0.0,
        wall_s: 0.0,
    };
    match load(path, None, &[]) {
        Err(errors) => {
            let errors = errors.0.iter().map(ToString::to_string);
            checked.verdict = Verdict::Refused(errors.collect());
        }
        Ok(job) => {
            checked.seed = Some(job.scenario.seed);
            checked.verdict = judge(path, &job, checks, &mut checked);
        }
    }
    checked.wall_s = (wall_clock() - begin_ns) as f64 / 1e9;
    checked
}

fn judge(path: &Path, job: &Job, checks: Checks, checked: &mut Checked) -> Verdict {
    let Checks { parts, keep, traces } = checks;
    if job.lines.iter().any(|line| line.expect.is_empty()) {
        let place = path.display();
        return Verdict::Refused(vec![format!(
            "{place}: found nothing in `expect`, expected at least `Integrity(clean)`: a file that \
             only records numbers is no test"
        )]);
    }
    let result = match play(job, parts) {
        Ok(result) => result,
        Err(crash) => return Verdict::Crashed(crash),
    };
    for line in &result.lines {
        checked.units_per_min += line.summary.throughput.units_per_min;
        checked.simulated_s = line.summary.simulated_s.max(checked.simulated_s);
    }
    let mut failures = failures(&result);
    let mut changed = Vec::new();
    if failures.is_empty() && keep != Keep::Ignore {
        match hold_against_golden(path, job, &result, checks) {
            Ok(words) if keep == Keep::Update => changed = words,
            Ok(words) => failures = words,
            Err(message) => failures.push(message),
        }
    }
    if failures.is_empty()
        && let Some(folder) = traces
        && let Err(message) = traces::keep(folder, job, parts, &result)
    {
        failures.push(message);
    }
    match (failures.is_empty(), changed.is_empty()) {
        (true, true) => Verdict::Passed,
        (true, false) => Verdict::Kept(changed),
        (false, _) => Verdict::Failed(failures),
    }
}

/// Everything about a run that is not as it should be.
fn failures(result: &RunResult) -> Vec<String> {
    let mut failures = Vec::new();
    for line in &result.lines {
        let of = if result.plant.is_some() { format!("{}: ", line.name) } else { String::new() };
        failures.extend(line_failures(&line.summary).map(|failure| format!("{of}{failure}")));
    }
    let across = result.plant.iter().flat_map(|plant| &plant.across);
    failures.extend(across.filter(|of| of.violations > 0).map(|of| {
        format!("across lines: {} {} violations: {}", of.id, of.violations, of.examples.join("; "))
    }));
    failures
}

fn line_failures(run: &Summary) -> impl Iterator<Item = String> {
    let unmet = run.expectations.iter().filter(|expectation| !expectation.pass);
    let unmet = unmet.map(|of| format!("expected {}, found {}", of.text, of.actual));
    let broken = run.integrity.invariants.iter().filter(|invariant| invariant.violations > 0);
    let broken = broken.map(|of| {
        let mut words = format!("{} ({}): {} violations", of.id, of.rule, of.violations);
        for example in &of.examples {
            let _ = write!(words, "; {example}");
        }
        words
    });
    unmet.chain(broken)
}

/// Where the run of a scenario is kept.
fn golden_path(scenario: &Path) -> PathBuf {
    let stem = scenario.file_stem().unwrap_or_default();
    let folder = scenario.parent().unwrap_or(Path::new("")).join(GOLDEN);
    folder.join(stem).with_extension("txt")
}

/// How the run differs from the one that was kept, in words. To update, it is kept from now on.
fn hold_against_golden(
    scenario: &Path,
    job: &Job,
    result: &RunResult,
    checks: Checks,
) -> Result<Vec<String>, String> {
    let Checks { parts, keep, traces } = checks;
    let path = golden_path(scenario);
    let place = path.display();
    let now = Golden::of(result);
    let words = match fs::read_to_string(&path) {
        Ok(text) => {
            let kept = Golden::parse(&text)
                .map_err(|(line, message)| format!("{place}:{line}: {message}"))?;
            let Some(difference) = now.difference(&kept) else { return Ok(Vec::new()) };
            let divergence =
                traces.map(|of| traces::divergence_words(of, job, parts, result, &kept));
            in_words(difference, divergence.transpose()?.flatten())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            vec![if keep == Keep::Update {
                "it is kept for the first time".to_owned()
            } else {
                format!("no run of it is kept in {place}; `linetwin check --update` keeps this one")
            }]
        }
        Err(error) => return Err(format!("{place}: cannot be read: {error}")),
    };
    if keep == Keep::Update && !words.is_empty() {
        let cannot = |error: io::Error| format!("{place}: cannot be written: {error}");
        let mut file = WholeFile::begin(&path).map_err(cannot)?;
        file.write_all(now.text().as_bytes()).map_err(cannot)?;
        file.finish().map_err(cannot)?;
    }
    Ok(words)
}

/// A difference in words; `divergence` has the first differing records, if traces are at hand.
fn in_words(difference: Difference, divergence: Option<Vec<String>>) -> Vec<String> {
    let Difference { mut words, between } = difference;
    words.insert(0, "it is another run than the one that was kept".to_owned());
    if let Some(divergence) = divergence {
        words.extend(divergence);
    } else if let Some((from, to)) = between {
        let (from, to) = (SimSpan::from_secs(from), SimSpan::from_secs(to));
        words.push(format!("they diverge between {from} and {to} of simulated time"));
    }
    words
}
