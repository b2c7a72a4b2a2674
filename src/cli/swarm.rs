//! `linetwin swarm`: a scenario with a random plan of faults, written out so that it can be read, edited,
//! kept and replayed.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::base::{SimSpan, Streams};
use crate::harness::{Clean, Expectation, LineJob, Nothing, Scenario, load, swarm};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin swarm scenarios/bottle-line-240.ron --seed 7
  linetwin swarm scenarios/bottle-line-240.ron --seed 7 --out scenarios/bad-day-7.ron
  linetwin run scenarios/bad-day-7.ron

The same seed gives the same plan. The faults of the scenario itself, if it has any, are replaced.";

const LONG_ENOUGH: SimSpan = SimSpan::from_secs(48 * 3600);

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct SwarmArguments {
    /// Scenario file (RON)
    scenario: PathBuf,
    /// Seed of the plan and of the run
    #[arg(long)]
    seed: u64,
    /// Where to write the scenario, instead of printing it
    #[arg(long)]
    out: Option<PathBuf>,
    /// Change a value of the scenario or of its twin first; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    settings: Vec<String>,
}

pub(super) fn run(arguments: &SwarmArguments) -> Exit {
    let job = match load(&arguments.scenario, Some(arguments.seed), &arguments.settings) {
        Ok(job) => job,
        Err(errors) => {
            eprintln!("{errors}");
            return Exit::BadInput;
        }
    };
    let mut scenario = job.scenario;
    scenario.name = format!("{}, swarm {}", scenario.name, arguments.seed);
    // What a clean run must reach, a bad day need not: what must hold is that the record is true.
    scenario.expect = vec![
        Expectation::Integrity(Clean::Clean),
        Expectation::Escapes(Nothing::None),
        Expectation::SerialsBalance,
    ];
    scenario.lines.iter_mut().for_each(|line| line.expect.clear());
    // One pack at a time may be lost at the end, and missed only when somebody walks along the line.
    scenario.lasts = scenario.lasts.max(Some(LONG_ENOUGH));
    let streams = Streams::new(arguments.seed);
    if job.plant.is_some() {
        for (run, line) in scenario.lines.iter_mut().zip(&job.lines) {
            run.faults = swarm(&line.twin, about_s(line), streams.of_line(&line.name));
        }
    } else {
        let line = &job.lines[0];
        scenario.faults = swarm(&line.twin, about_s(line), streams);
    }
    let text = written(&scenario);
    let Some(out) = &arguments.out else {
        print!("{text}");
        return Exit::Fine;
    };
    if let Err(error) = write_new(out, &text) {
        eprintln!("{}: cannot be written: {error}", out.display());
        return Exit::BadInput;
    }
    Exit::Fine
}

/// A file that is there already is somebody's.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create_new(path)?;
    std::io::Write::write_all(&mut file, text.as_bytes())
}

/// About how long the order takes.
fn about_s(line: &LineJob) -> f64 {
    match &line.engine {
        Some((order, _)) => f64::from(order.quantity) / line.twin.rated_units_per_min * 60.0,
        None => line.end.as_secs_f64(),
    }
}

fn written(scenario: &Scenario) -> String {
    let extensions = ron::extensions::Extensions::IMPLICIT_SOME;
    let config = ron::ser::PrettyConfig::new().struct_names(true).extensions(extensions);
    let text = ron::ser::to_string_pretty(scenario, config.compact_structs(false));
    format!("{}\n", text.expect("what was read can be written"))
}
