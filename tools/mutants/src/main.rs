//! Mutants of the project: whether its tests fail when its code changes. `--help` says how.

#![expect(clippy::disallowed_methods, reason = "it times and waits for other programs")]

mod campaign;
mod find;
mod mutant;
mod point;
mod rewrite;
mod tree;
mod trial;
mod values;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use tree::{Built, Folders};
use trial::Trial;

const AFTER_HELP: &str = "\
A mutant is the program with one small change. All that compile lie side by side in one copy of the project,
and an environment variable selects the active one, so that everything is built once. A mutant is killed when
a test, a scenario of `check --no-golden` or a part of a campaign fails that passes without it. Tests that
only compare with kept output do not count: they are in not_counted.txt.

Examples, in the project's folder:
  cargo run --release --manifest-path tools/mutants/Cargo.toml -- build -- -symbol
  cargo run --release --manifest-path tools/mutants/Cargo.toml -- run integrity faults --longest 5
  cargo run --release --manifest-path tools/mutants/Cargo.toml -- run --again --longest 1000
  cargo run --release --manifest-path tools/mutants/Cargo.toml -- run harness --part 2/4
  cargo run --release --manifest-path tools/mutants/Cargo.toml -- report integrity --survivors";

/// Tests that kill no mutant.
const NOT_COUNTED: &str = "tools/mutants/not_counted.txt";

/// Whether the tests fail when the code changes
#[derive(Parser)]
#[command(name = "linetwin-mutants", after_help = AFTER_HELP)]
struct Arguments {
    /// Folder for the copy, its programs, and results
    #[arg(long, global = true, value_name = "DIR", default_value = "target/mutants")]
    dir: PathBuf,
    #[command(subcommand)]
    command: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Counts the mutants of each room
    List,
    /// Builds the copy with all mutants and measures each trial: its time, and which mutants it reaches
    Build {
        /// Rooms whose mutants are built in; none means all, `-symbol` all but that room. Switches in the inner
        /// loops of `symbol` make its tests many times slower: build that room by itself
        #[arg(allow_hyphen_values = true)]
        rooms: Vec<String>,
        /// Trials side by side
        #[arg(long, default_value_t = cores())]
        jobs: usize,
    },
    /// Tries mutants that were not tried; goes on where it was ended
    Run(RunArguments),
    /// Prints what came of it, by room
    Report {
        /// Rooms, or beginnings of file names
        rooms: Vec<String>,
        /// Each mutant that lives
        #[arg(long)]
        survivors: bool,
    },
}

#[derive(Args)]
struct RunArguments {
    /// Rooms (integrity, engine/ledger), or beginnings of file names; none means all
    rooms: Vec<String>,
    /// Leaves out trials that take more seconds
    #[arg(long, value_name = "S", default_value_t = 1000.0)]
    longest: f64,
    /// Tries again those that lived
    #[arg(long)]
    again: bool,
    /// Only the K-th of N parts
    #[arg(long, value_name = "K/N", value_parser = part, default_value = "1/1")]
    part: (usize, usize),
    /// Trials side by side
    #[arg(long, default_value_t = cores())]
    jobs: usize,
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn part(text: &str) -> Result<(usize, usize), String> {
    let parsed =
        text.split_once('/').and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)));
    match parsed {
        Some((part, of)) if part >= 1 && part <= of => Ok((part, of)),
        _ => Err("expected a part such as 2/4".into()),
    }
}

fn main() -> ExitCode {
    match act(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

fn act(arguments: &Arguments) -> Result<(), String> {
    let project = Path::new(".").canonicalize().map_err(|error| error.to_string())?;
    if !project.join("crates/integrity").is_dir() {
        return Err("run this in the project's folder".into());
    }
    let dir = project.join(&arguments.dir);
    // The copy is one folder further down, so that `../shared` can lie beside it.
    let folders = Folders {
        tree: dir.join("copy/linetwin"),
        target: dir.join("target"),
        results: dir.join("results"),
        project,
    };
    for folder in [&folders.tree, &folders.target, &folders.results] {
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    let lock = fs::File::create(folders.results.join("lock")).map_err(|error| error.to_string())?;
    if matches!(arguments.command, Action::Build { .. } | Action::Run(_))
        && lock.try_lock().is_err()
    {
        return Err(format!("{} is in use by another campaign", dir.display()));
    }
    match &arguments.command {
        Action::List => list(&folders),
        Action::Build { rooms, jobs } => {
            let built = tree::build(&folders, rooms, &|text| eprintln!("{text}"))?;
            let left_out = names(&folders.project.join(NOT_COUNTED))?;
            let trials = trial::all(&folders, &built, &left_out)?;
            let trials = campaign::measure(&folders, trials, *jobs)?;
            println!(
                "{} mutants compile, {} do not; {} trials, {:.0} s one after the other",
                built.mutants.len(),
                built.not_compiled,
                trials.len(),
                trials.iter().map(|trial| trial.seconds).sum::<f64>()
            );
            Ok(())
        }
        Action::Run(run) => {
            let (built, trials) = read(&folders)?;
            let plan = campaign::Plan {
                rooms: run.rooms.clone(),
                longest_s: run.longest,
                again: run.again,
                part: run.part,
                jobs: run.jobs,
            };
            campaign::run(&folders, &built, &trials, &plan)?;
            report(&folders, &built, &run.rooms, false)
        }
        Action::Report { rooms, survivors } => {
            let (built, _) = read(&folders)?;
            report(&folders, &built, rooms, *survivors)
        }
    }
}

fn list(folders: &Folders) -> Result<(), String> {
    let (_, mutants) = mutant::all(&folders.project)?;
    let mut rooms = std::collections::BTreeMap::<String, usize>::new();
    for mutant in &mutants {
        *rooms.entry(mutant::room(&mutant.file)).or_default() += 1;
    }
    for (room, count) in &rooms {
        println!("{room:<20} {count:>6}");
    }
    println!("{:<20} {:>6}", "all", mutants.len());
    Ok(())
}

fn read(folders: &Folders) -> Result<(Built, Vec<Trial>), String> {
    let text = |name: &str| {
        fs::read_to_string(folders.results.join(name))
            .map_err(|_| format!("{name} is not there: build first"))
    };
    let built = serde_json::from_str(&text("built.json")?).map_err(|error| error.to_string())?;
    let mut trials: Vec<Trial> =
        serde_json::from_str(&text("trials.json")?).map_err(|error| error.to_string())?;
    let left_out = names(&folders.project.join(NOT_COUNTED))?;
    trials.retain(|trial| !left_out.iter().any(|name| trial.name.ends_with(name.as_str())));
    Ok((built, trials))
}

/// Lines of a list; what comes behind `#` says why.
fn names(path: &Path) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    Ok(lines.filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Mutants that compute the same, with the reason: `key = reason`.
fn equivalent(folders: &Folders) -> Result<BTreeMap<String, String>, String> {
    let path = folders.project.join("tools/mutants/equivalent.txt");
    let text = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let rows = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(" ## "));
    Ok(rows.map(|(key, reason)| (key.trim().to_owned(), reason.trim().to_owned())).collect())
}

fn report(
    folders: &Folders,
    built: &Built,
    rooms: &[String],
    survivors: bool,
) -> Result<(), String> {
    let outcomes = campaign::outcomes(&folders.results)?;
    let equivalent = equivalent(folders)?;
    let mut built = built.mutants.clone();
    built.retain(|mutant| rooms.is_empty() || mutant::is_in(rooms, &mutant.file));
    println!("| room | mutants | tried | equivalent | killed | in a clone alone | not reached |");
    println!("|---|---|---|---|---|---|---|");
    for (room, count) in campaign::count(&built, &outcomes, &equivalent) {
        let of = (count.tried - count.equivalent).max(1) as f64;
        println!(
            "| {room} | {} | {} | {} | {:.1} % | {:.1} % | {} |",
            count.all,
            count.tried,
            count.equivalent,
            100.0 * (count.killed + count.killed_outside) as f64 / of,
            100.0 * count.killed as f64 / of,
            count.unreached
        );
    }
    if survivors {
        for mutant in &built {
            let Some(outcome) = outcomes.get(&mutant.key).filter(|outcome| outcome.lives()) else {
                continue;
            };
            if equivalent.contains_key(&mutant.key) {
                continue;
            }
            let reached = match (outcome.tried, outcome.not_tried) {
                (0, 0) => "not reached".to_owned(),
                (tried, not) => format!("{tried} tried, {not} too long"),
            };
            println!(
                "{}:{} {}: {} [{}] ({reached})",
                mutant.file, mutant.line, mutant.function, mutant.what, mutant.original
            );
        }
    }
    Ok(())
}
