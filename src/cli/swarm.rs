//! `linetwin swarm`: one seed of a campaign, written out so that it can be read, edited, kept and replayed.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::harness::campaign::draw;
use crate::harness::{WholeFile, load};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin swarm scenarios/bottle-line-240.ron --seed 7
  linetwin swarm scenarios/bottle-line-240.ron --seed 7 --out scenarios/bad-day-7.ron
  linetwin run scenarios/bad-day-7.ron

The same seed gives the same plan: it is what `linetwin explore` runs for that seed. The faults of the
scenario itself, if it has any, are replaced, and the order is shorter.";

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
    let text = draw(&job, arguments.seed).text();
    let Some(out) = &arguments.out else {
        print!("{text}");
        return Exit::Fine;
    };
    if let Err(error) = write_new(out, &text) {
        eprintln!("{}: cannot be written: {error}", out.display());
        return Exit::of_unwritten(&error);
    }
    Exit::Fine
}

/// Never overwrites a file: it may be the user's.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = WholeFile::begin(path)?;
    file.write_all(text.as_bytes())?;
    file.finish_new()
}
