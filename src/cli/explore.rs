//! `linetwin explore`: many seeds of a scenario, until one fails; failures are shrunk.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::harness::campaign::{
    Explored, Plan, Shrunk, Tried, draw, explore, failure_report, shrink,
};
use crate::harness::check::Part;
use crate::harness::controller::{ControllerCommand, line_of};
use crate::harness::{Job, Parts, WholeFile, coverage_points, load, load_scenario};

use super::Exit;
use super::check::threads;

const AFTER_HELP: &str = "\
Examples:
  linetwin explore scenarios/bottle-line-240.ron --seeds 200
  linetwin explore scenarios/carton-line-250.ron --time 10m --keep-going
  linetwin explore scenarios/plant-4-lines.ron --seeds 1000 --partition 2/4 --json
  linetwin run reports/found/bottle-line-240-17.ron
  linetwin explore scenarios/carton-line-250.ron --controller 'stdio:python3 my_controller.py'

Each seed draws a bad day for the line: which faults are in it and how often they come, the order and its
samples, the link's quality, speeds of belts, the line's pool of numbers, when power fails and the ledger
is killed. First things break; then nothing breaks any more, and the line must finish its order. A seed
fails when an invariant is violated, a fault escapes, a serial number is in no class, or the order is not
closed. `linetwin swarm SCENARIO --seed N` writes out what a seed is.

Failures are shrunk: faults are left out, the order is shortened, changes to the twin are undone, as long
as it fails in the same way. The small scenario is in reports/found/; it fails by itself, and once the
cause is mended it is a test for `linetwin check`.

Exit codes: 0 nothing failed, 1 a seed failed, 2 bad input, 3 a bug of ours.";

/// Runs that may be tried to make a failure small.
const MOST_RUNS: u32 = 2000;

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct ExploreArguments {
    /// Scenario file (RON); its faults are replaced
    scenario: PathBuf,
    /// How many seeds [default: 100, or as many as --time allows]
    #[arg(long, value_name = "N")]
    seeds: Option<u64>,
    /// The first seed
    #[arg(long, value_name = "N", default_value_t = 1)]
    first: u64,
    /// Begin no seed after so long: 90s, 10m, 2h
    #[arg(long, value_parser = parse_time)]
    time: Option<Duration>,
    /// Only the K-th of N parts, for N machines side by side
    #[arg(long, value_name = "K/N")]
    partition: Option<Part>,
    /// Runs side by side [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Go on after a seed that failed
    #[arg(long)]
    keep_going: bool,
    /// Fail when a coverage point was never reached
    #[arg(long)]
    require_coverage: bool,
    /// Leave what fails as it is
    #[arg(long)]
    no_shrink: bool,
    /// Folder for the small scenarios of seeds that failed
    #[arg(long, value_name = "DIR", default_value = "reports/found")]
    out: PathBuf,
    /// Another line controller, as `stdio:` and a command
    #[arg(long, value_name = "stdio:COMMAND")]
    controller: Option<ControllerCommand>,
    /// Change a value of the scenario or of its twin first; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    settings: Vec<String>,
    /// Print what came of it as JSON instead of a table
    #[arg(long)]
    json: bool,
}

fn parse_time(text: &str) -> Result<Duration, String> {
    let unit = text.chars().last().unwrap_or(' ');
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        _ => 0,
    };
    match text.trim_end_matches(unit).parse::<u32>() {
        Ok(number) if seconds > 0 => Ok(Duration::from_secs(u64::from(number) * seconds)),
        _ => Err("expected a time such as 90s, 10m or 2h".to_owned()),
    }
}

/// A shrunk failure.
#[derive(Serialize)]
struct Small {
    seed: u64,
    scenario: PathBuf,
    faults: usize,
    packs: u32,
    runs: u32,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    scenario: &'a Path,
    #[serde(flatten)]
    explored: &'a Explored,
    shrunk: &'a [Small],
}

pub(super) fn run(arguments: &ExploreArguments) -> Exit {
    let job = match load(&arguments.scenario, None, &arguments.settings) {
        Ok(job) => job,
        Err(errors) => {
            eprintln!("{errors}");
            return Exit::BadInput;
        }
    };
    let seeds =
        arguments.seeds.unwrap_or(if arguments.time.is_some() { u64::MAX / 2 } else { 100 });
    let plan = Plan {
        first: arguments.first,
        seeds,
        part: arguments.partition.unwrap_or(Part::WHOLE),
        time: arguments.time,
        threads: threads(arguments.jobs),
        keep_going: arguments.keep_going,
    };
    let bar = progress_bar(plan, arguments.json);
    let line = line_of(arguments.controller.as_ref());
    let parts = Parts { line: &line, ..Parts::OWN };
    let explored = explore(&job, parts, plan, |tried| {
        bar.inc(1);
        if let Some(first) = tried.findings.first() {
            bar.println(format!("seed {} fails: {first}", tried.seed));
        }
    });
    bar.finish_and_clear();
    let mut shrunk = Vec::new();
    for tried in explored.failed.iter().filter(|_| !arguments.no_shrink) {
        match make_small(arguments, &job, parts, tried) {
            Ok(small) => shrunk.push(small),
            Err(error) => {
                eprintln!("{}: cannot be written to: {error}", arguments.out.display());
                return Exit::of_unwritten(&error);
            }
        }
    }
    show(arguments, &explored, &shrunk);
    let uncovered = arguments.require_coverage && !never(&explored.coverage).is_empty();
    if explored.failed.is_empty() && !uncovered { Exit::Fine } else { Exit::Failed }
}

fn progress_bar(plan: Plan, hidden: bool) -> ProgressBar {
    let count = plan.part.count(plan.seeds);
    let bar = if plan.time.is_some() { ProgressBar::no_length() } else { ProgressBar::new(count) };
    if hidden || !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style =
        ProgressStyle::with_template("[{wide_bar}] {pos} of {len} seeds, {per_sec}, {elapsed}");
    bar.set_style(style.expect("a constant template").progress_chars("=> "));
    bar
}

/// Shrinks the run of a seed and writes the small scenario.
fn make_small(
    arguments: &ExploreArguments,
    job: &Job,
    parts: Parts,
    tried: &Tried,
) -> io::Result<Small> {
    let finding = tried.findings.first().expect("a seed that failed has a finding");
    let seed = tried.seed;
    if !arguments.json {
        eprintln!("making seed {seed} small ...");
    }
    let Shrunk { mut scenario, faults, packs, runs } =
        shrink(&job.path, draw(job, seed), finding, parts, MOST_RUNS);
    scenario.name = format!("{}: {finding}", scenario.name);
    let file = arguments.out.join(format!("{}-{seed}.ron", job.stem));
    let mut out = WholeFile::begin(&file)?;
    writeln!(out, "// Found by seed {seed} of {}: {finding}.", job.path.display())?;
    write!(out, "{}", scenario.text())?;
    out.finish()?;
    let report = match load_scenario(&job.path, scenario) {
        Ok(job) => failure_report(&job, parts),
        Err(errors) => errors.to_string(),
    };
    let mut out = WholeFile::begin(&file.with_extension("txt"))?;
    write!(out, "{report}")?;
    out.finish()?;
    Ok(Small { seed, scenario: file, faults, packs, runs })
}

fn show(arguments: &ExploreArguments, explored: &Explored, shrunk: &[Small]) {
    if arguments.json {
        let (schema, scenario) = ("linetwin.explore/1", arguments.scenario.as_path());
        let json = Json { schema, scenario, explored, shrunk };
        let json = serde_json::to_string_pretty(&json).expect("results can be written as JSON");
        println!("{json}");
        return;
    }
    println!("{}", faults_table(explored));
    let uninjected = never(&explored.faults);
    if !uninjected.is_empty() {
        println!("never injected: {}", uninjected.join(", "));
    }
    println!("{}", coverage_table(explored));
    // A campaign that has stopped at a failure has not reached everything that it could have.
    let unreached = never(&explored.coverage);
    let whole = explored.failed.is_empty() || arguments.keep_going;
    if whole && !unreached.is_empty() {
        println!("never reached: {}", unreached.join(", "));
    }
    println!(
        "{} seeds in {:.1} s, {:.1} a second; {:.1} hours of line time, {} packs; {:.0} times real \
         time on each core",
        explored.seeds,
        explored.wall_s,
        explored.seeds as f64 / explored.wall_s,
        explored.line_s / 3600.0,
        explored.packs,
        explored.line_s / explored.work_s,
    );
    for tried in &explored.failed {
        let words: Vec<String> = tried.findings.iter().map(ToString::to_string).collect();
        println!("seed {} FAILS: {}", tried.seed, words.join("; "));
        if let Some(small) = shrunk.iter().find(|small| small.seed == tried.seed) {
            let file = small.scenario.display();
            println!(
                "  shrunk in {} runs: {} faults, {} packs: {file}",
                small.runs, small.faults, small.packs
            );
        }
        println!(
            "  as it was: linetwin swarm {} --seed {}",
            arguments.scenario.display(),
            tried.seed
        );
    }
    if explored.failed.is_empty() {
        println!("nothing failed");
    }
}

/// What could have been reached and was not.
fn never(counts: &BTreeMap<String, u64>) -> Vec<&str> {
    counts.iter().filter(|(_, count)| **count == 0).map(|(name, _)| name.as_str()).collect()
}

fn coverage_table(explored: &Explored) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(["coverage point", "what it is", "times"]);
    for (name, words) in coverage_points() {
        if let Some(times) = explored.coverage.get(name).filter(|times| **times > 0) {
            table.add_row([name.to_owned(), words.to_owned(), times.to_string()]);
        }
    }
    if let Some(column) = table.column_mut(2) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn faults_table(explored: &Explored) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(["fault", "injected"]);
    for (kind, count) in explored.faults.iter().filter(|(_, count)| **count > 0) {
        table.add_row([kind.clone(), count.to_string()]);
    }
    if let Some(column) = table.column_mut(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
