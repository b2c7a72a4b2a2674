//! Runs seed after seed of a campaign, side by side, and collects what failed and what was tried.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;

use serde::Serialize;

use linetwin_engine as engine;
use linetwin_twin as twin;

use super::super::check::Part;
use super::super::load::{Job, load_scenario};
use super::super::load_line::LineJob;
use super::super::parallel::in_parallel;
use super::super::play::{Parts, play};
use super::super::site::wall_clock;
use super::draw::draw;
use super::faults::kinds;
use super::finding::{Finding, findings};

/// What a campaign is to do.
#[derive(Copy, Clone, Debug)]
pub struct Plan {
    /// The first seed.
    pub first: u64,
    /// How many seeds, of all parts together.
    pub seeds: u64,
    /// The part of them that is run.
    pub part: Part,
    /// Nothing is begun after so long.
    pub time: Option<Duration>,
    /// Runs side by side.
    pub threads: usize,
    /// Whether it goes on after a seed that failed.
    pub keep_going: bool,
}

/// The result of a seed.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The seed.
    pub seed: u64,
    /// What is wrong with its run, the most important first.
    pub findings: Vec<Finding>,
    /// Faults injected, by kind.
    pub faults: BTreeMap<String, u64>,
    /// Coverage points that were reached, by name, and how often.
    pub coverage: BTreeMap<String, u64>,
    /// Simulated seconds, over all lines.
    pub line_s: f64,
    /// Packs made.
    pub packs: u64,
    /// Seconds that it took on this machine, with everything before and after the run.
    pub wall_s: f64,
}

/// The result of a campaign.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Explored {
    /// Seeds that were run.
    pub seeds: u64,
    /// Those that failed, in their order.
    pub failed: Vec<Tried>,
    /// Faults injected, by kind; 0 for those that could have been and were not.
    pub faults: BTreeMap<String, u64>,
    /// How often each coverage point was reached; 0 for those that could have been and were not.
    pub coverage: BTreeMap<String, u64>,
    /// Simulated seconds, over all lines.
    pub line_s: f64,
    /// Packs made.
    pub packs: u64,
    /// Seconds of work, over all threads, on this machine.
    pub work_s: f64,
    /// Seconds that it took.
    pub wall_s: f64,
}

/// Runs a campaign; `done` gets each seed as it is done. Which seeds fail, and how, is the same whatever the
/// threads and parts: when the campaign stops at a failure, it is at the first of its part.
pub fn explore(job: &Job, parts: Parts, plan: Plan, mut done: impl FnMut(&Tried)) -> Explored {
    let begin_ns = wall_clock();
    let mut explored = Explored::default();
    for line in &job.lines {
        explored.faults.extend(kinds(&line.twin).into_iter().map(|kind| (kind, 0)));
        explored.coverage.extend(possible(line).map(|name| (name.to_owned(), 0)));
    }
    let passed_s = || (wall_clock() - begin_ns) as f64 / 1e9;
    let one = |nth: u64| {
        let over = plan.time.is_some_and(|time| passed_s() >= time.as_secs_f64());
        (!over).then(|| try_seed(job, parts, plan.first + plan.part.piece(nth)))
    };
    in_parallel(plan.part.count(plan.seeds), plan.threads, one, |_, tried| {
        let Some(tried) = tried else { return ControlFlow::Break(()) };
        done(&tried);
        explored.seeds += 1;
        explored.line_s += tried.line_s;
        explored.packs += tried.packs;
        explored.work_s += tried.wall_s;
        for (kind, count) in &tried.faults {
            *explored.faults.entry(kind.clone()).or_default() += count;
        }
        for (name, times) in &tried.coverage {
            *explored.coverage.entry(name.clone()).or_default() += times;
        }
        let failed = !tried.findings.is_empty();
        if failed {
            explored.failed.push(tried);
        }
        if failed && !plan.keep_going { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    explored.failed.sort_by_key(|tried| tried.seed);
    if !plan.keep_going {
        explored.failed.truncate(1);
    }
    explored.wall_s = passed_s();
    explored
}

/// Coverage points that can be reached on a line.
fn possible(line: &LineJob) -> impl Iterator<Item = &'static str> {
    let layout = line.engine.as_ref().map(|(_, layout)| layout);
    layout.into_iter().flat_map(|layout| {
        let all = engine::CoveragePoint::ALL.iter();
        let engine = all.filter(|it| it.is_possible(layout)).map(|it| it.name());
        engine.chain(twin::CoveragePoint::ALL.iter().map(|it| it.name()))
    })
}

/// Runs one seed.
pub fn try_seed(job: &Job, parts: Parts, seed: u64) -> Tried {
    let begin_ns = wall_clock();
    let mut tried = Tried {
        seed,
        findings: Vec::new(),
        faults: BTreeMap::new(),
        coverage: BTreeMap::new(),
        line_s: 0.0,
        packs: 0,
        wall_s: 0.0,
    };
    let scenario = draw(job, seed);
    let ran = match load_scenario(&job.path, scenario) {
        Ok(job) => play(&job, parts),
        Err(errors) => Err(errors.to_string()),
    };
    match ran {
        Ok(result) => {
            tried.findings = findings(&result);
            for line in &result.lines {
                tried.line_s += line.summary.simulated_s;
                tried.packs += line.summary.throughput.good;
                for (name, times) in &line.summary.coverage {
                    *tried.coverage.entry(name.clone()).or_default() += times;
                }
                for fault in &line.summary.integrity.faults {
                    *tried.faults.entry(fault.kind.clone()).or_default() += fault.injected;
                }
            }
        }
        Err(words) => tried.findings.push(Finding::Crash(words)),
    }
    tried.wall_s = (wall_clock() - begin_ns) as f64 / 1e9;
    tried
}
