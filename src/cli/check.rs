//! `linetwin check`: scenarios as tests, side by side, with progress, a table, and reports for pipelines.

use std::io::{self, IsTerminal, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use linetwin_base::SimSpan;

use crate::harness::Parts;
use crate::harness::WholeFile;
use crate::harness::check::{
    Checked, Checks, Keep, Part, Verdict, check_all, find_scenarios, junit, markdown,
};
use crate::harness::controller::{ControllerCommand, line_of};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin check
  linetwin check scenarios/carton-line-250.ron scenarios/plant-4-lines.ron
  linetwin check --filter faults --jobs 2
  linetwin check --partition 1/4 --junit junit.xml --markdown summary.md
  linetwin check --update
  linetwin check --traces reports/traces

A scenario passes when everything in its `expect` list came true, no invariant is violated, and the run
is the one that is kept in the folder `golden` beside it. After a change that is meant to alter runs,
--update keeps the new ones and says what is different. With --traces, which keeps traces of runs that
pass (some 100 bytes a pack), the second, the machine and the record are named in which runs part. There
are no retries: the same scenario and seed always give the same run.

Exit codes: 0 all passed, 1 one failed, 2 a file has mistakes or expects nothing, 3 a bug of ours.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct CheckArguments {
    /// Scenario files, and folders with scenarios
    #[arg(default_value = "scenarios")]
    paths: Vec<PathBuf>,
    /// Only scenarios whose path holds this text
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Only the K-th of N parts, for N machines side by side
    #[arg(long, value_name = "K/N")]
    partition: Option<Part>,
    /// Runs side by side [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Keep the runs that pass, and say how they differ from those kept before
    #[arg(long)]
    update: bool,
    /// Judge by what scenarios expect alone, without the runs that are kept
    #[arg(long, conflicts_with = "update")]
    no_golden: bool,
    /// Keep traces of runs that pass here, and name the record in which another run diverges from one of them
    #[arg(long, value_name = "DIR", conflicts_with = "no_golden")]
    traces: Option<PathBuf>,
    /// Write what came of it as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write what came of it as a page of Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Another line controller, as `stdio:` and a command; runs are not held against those that are kept
    #[arg(long, value_name = "stdio:COMMAND", conflicts_with_all = ["update", "traces"])]
    controller: Option<ControllerCommand>,
    /// Print what came of it as JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    failed: usize,
    scenarios: &'a [Checked],
}

pub(super) fn run(arguments: &CheckArguments) -> Exit {
    let scenarios = match find_scenarios(&arguments.paths) {
        Ok(scenarios) => scenarios,
        Err(errors) => {
            eprintln!("{errors}");
            return Exit::BadInput;
        }
    };
    let wanted = |path: &PathBuf| {
        let text = path.to_string_lossy();
        arguments.filter.as_ref().is_none_or(|filter| text.contains(filter.as_str()))
    };
    let scenarios: Vec<PathBuf> = scenarios.into_iter().filter(wanted).collect();
    if scenarios.is_empty() {
        eprintln!("found no scenario to check, expected one at least");
        return Exit::BadInput;
    }
    let part = arguments.partition.unwrap_or(Part::WHOLE);
    let scenarios = scenarios.into_iter().enumerate();
    let scenarios = scenarios.filter(|(index, _)| part.has(*index as u64));
    let scenarios: Vec<PathBuf> = scenarios.map(|(_, path)| path).collect();
    let keep = match (arguments.update, arguments.no_golden || arguments.controller.is_some()) {
        (true, _) => Keep::Update,
        (_, true) => Keep::Ignore,
        _ => Keep::Compare,
    };
    let bar = progress_bar(scenarios.len(), arguments.json);
    let line = line_of(arguments.controller.as_ref());
    let parts = Parts { line: &line, ..Parts::OWN };
    let checks = Checks { parts, keep, traces: arguments.traces.as_deref() };
    let checked = check_all(&scenarios, checks, threads(arguments.jobs), |one| {
        bar.inc(1);
        if !one.is_fine() {
            bar.println(format!("failed: {}", one.scenario.display()));
        }
    });
    bar.finish_and_clear();
    for (file, text) in
        [(&arguments.junit, junit as fn(&[Checked]) -> String), (&arguments.markdown, markdown)]
    {
        if let Some(file) = file
            && let Err(error) = write_whole(file, &text(&checked))
        {
            eprintln!("{}: cannot be written: {error}", file.display());
            return Exit::of_unwritten(&error);
        }
    }
    show(arguments, &checked);
    exit(&checked)
}

/// The number that was given; without one, the number of cores.
pub(super) fn threads(asked: Option<usize>) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    asked.unwrap_or_else(cores)
}

fn progress_bar(length: usize, hidden: bool) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    if hidden || !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("[{wide_bar}] {pos} of {len} scenarios");
    bar.set_style(style.expect("a constant template").progress_chars("=> "));
    bar
}

fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let mut file = WholeFile::begin(path)?;
    file.write_all(text.as_bytes())?;
    file.finish()
}

fn show(arguments: &CheckArguments, checked: &[Checked]) {
    let failed = checked.iter().filter(|one| !one.is_fine()).count();
    if arguments.json {
        let json = Json { schema: "linetwin.check/1", failed, scenarios: checked };
        let json = serde_json::to_string_pretty(&json).expect("results can be written as JSON");
        println!("{json}");
        return;
    }
    println!("{}", table(checked));
    for one in checked.iter().filter(|one| one.verdict != Verdict::Passed) {
        println!("\n{}", one.scenario.display());
        for words in one.verdict.words() {
            println!("  {words}");
        }
    }
    let passed = checked.len() - failed;
    println!("\n{} scenarios: {passed} passed, {failed} failed", checked.len());
}

fn table(checked: &[Checked]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(["scenario", "line time", "good/min", "took", ""]);
    for one in checked {
        let verdict = match &one.verdict {
            Verdict::Passed => "passed",
            Verdict::Kept(_) => "kept",
            Verdict::Failed(_) => "FAILED",
            Verdict::Refused(_) => "REFUSED",
            Verdict::Crashed(_) => "CRASHED",
        };
        table.add_row([
            one.scenario.display().to_string(),
            SimSpan::from_secs(one.simulated_s as u64).to_string(),
            format!("{:.1}", one.units_per_min),
            format!("{:.2} s", one.wall_s),
            verdict.to_owned(),
        ]);
    }
    for column in 1..4 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn exit(checked: &[Checked]) -> Exit {
    let any = |of: fn(&Verdict) -> bool| checked.iter().any(|one| of(&one.verdict));
    if any(|verdict| matches!(verdict, Verdict::Crashed(_))) {
        Exit::OurFault
    } else if any(|verdict| matches!(verdict, Verdict::Refused(_))) {
        Exit::BadInput
    } else if any(|verdict| matches!(verdict, Verdict::Failed(_))) {
        Exit::Failed
    } else {
        Exit::Fine
    }
}
