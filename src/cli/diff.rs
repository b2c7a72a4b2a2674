//! `linetwin diff`: where two runs diverge, and the records around it.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use linetwin_trace::{TraceHeader, TraceRecord, in_words};

use crate::harness::{Divergence, Parts, divergence, load, traces_at, traces_of_run};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin run scenarios/carton-line-250-faults.ron --trace --out reports/before
  linetwin run scenarios/carton-line-250-faults.ron --trace --out reports/after --set twin.machines.gate-1.bin_capacity=20
  linetwin diff reports/before reports/after
  linetwin diff scenarios/bottle-line-240.ron scenarios/bottle-line-240.ron --set-b twin.controller.inactivity_timeout_s=60

A and B are each a trace, a report folder with one, or a scenario, which is run.

Exit codes: 0 the runs are the same, 1 they diverge, 2 bad input.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct DiffArguments {
    /// A trace, a report folder, or a scenario (RON)
    a: PathBuf,
    /// The other one
    b: PathBuf,
    /// So many records before and after
    #[arg(long, value_name = "N", default_value_t = 5)]
    around: usize,
    /// Seed of A, where it is a scenario
    #[arg(long)]
    seed_a: Option<u64>,
    /// Seed of B, where it is a scenario
    #[arg(long)]
    seed_b: Option<u64>,
    /// Change a value of A, where it is a scenario; may be repeated
    #[arg(long = "set-a", value_name = "PATH=VALUE")]
    settings_a: Vec<String>,
    /// Change a value of B, where it is a scenario; may be repeated
    #[arg(long = "set-b", value_name = "PATH=VALUE")]
    settings_b: Vec<String>,
    /// Print what is found as JSON
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Serialize)]
struct Json {
    schema: &'static str,
    same: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    divergence: Option<JsonDivergence>,
}

#[derive(Serialize)]
struct JsonDivergence {
    line: String,
    at_s: f64,
    machine: Option<String>,
    before: Vec<JsonRecord>,
    a: Vec<JsonRecord>,
    b: Vec<JsonRecord>,
}

#[derive(Serialize)]
struct JsonRecord {
    at_ns: u64,
    machine: Option<String>,
    words: String,
}

impl JsonRecord {
    fn of(record: &TraceRecord, header: &TraceHeader) -> Self {
        Self {
            at_ns: record.at.as_nanos(),
            machine: record.fact.machine().map(|id| header.machine(id).to_owned()),
            words: in_words(&record.fact, &header.machines),
        }
    }
}

pub(super) fn run(arguments: &DiffArguments) -> Exit {
    let traces = [
        (&arguments.a, arguments.seed_a, &arguments.settings_a),
        (&arguments.b, arguments.seed_b, &arguments.settings_b),
    ]
    .map(|(path, seed, settings)| open(path, seed, settings));
    let [one, other] = match traces {
        [Ok(one), Ok(other)] => [one, other],
        [Err(error), _] | [_, Err(error)] => {
            eprintln!("{error}");
            return Exit::BadInput;
        }
    };
    if one.len() != other.len() {
        eprintln!("found {} lines and {}, expected as many in both", one.len(), other.len());
        return Exit::BadInput;
    }
    let mut first: Option<Divergence> = None;
    for ((path_a, one), (path_b, other)) in one.into_iter().zip(other) {
        match divergence([one, other], arguments.around) {
            Ok(None) => {}
            Ok(Some(found)) => {
                let is_first = first.as_ref().is_none_or(|first| found.at_ns() < first.at_ns());
                first = if is_first { Some(found) } else { first };
            }
            Err((which, error)) => {
                eprintln!("{}: {error}", [path_a, path_b][which].display());
                return Exit::BadInput;
            }
        }
    }
    if arguments.json {
        let json = Json {
            schema: "linetwin.diff/1",
            same: first.is_none(),
            divergence: first.as_ref().map(as_json),
        };
        println!("{}", serde_json::to_string_pretty(&json).expect("words can be written"));
    } else {
        match &first {
            None => println!("the runs are the same"),
            Some(divergence) => show(divergence),
        }
    }
    if first.is_none() { Exit::Fine } else { Exit::Failed }
}

type Opened = Vec<(PathBuf, crate::harness::AnyTrace)>;

/// The traces of A or of B.
fn open(path: &Path, seed: Option<u64>, settings: &[String]) -> Result<Opened, String> {
    if path.extension().is_some_and(|extension| extension == "ron") {
        let job = load(path, seed, settings).map_err(|errors| errors.to_string())?;
        let traces = traces_of_run(&job, Parts::OWN);
        let traces = traces.map_err(|error| format!("{}: {error}", path.display()))?;
        return Ok(traces.into_iter().map(|trace| (path.to_owned(), trace)).collect());
    }
    if seed.is_some() || !settings.is_empty() {
        let path = path.display();
        return Err(format!("{path}: found a seed or a setting for a run that is over"));
    }
    traces_at(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn as_json(divergence: &Divergence) -> JsonDivergence {
    let in_json = |records: &[TraceRecord], header: usize| {
        let header = &divergence.headers[header];
        records.iter().map(|record| JsonRecord::of(record, header)).collect()
    };
    JsonDivergence {
        line: divergence.line.clone(),
        at_s: divergence.at_ns() as f64 / 1e9,
        machine: divergence.machine().map(str::to_owned),
        before: in_json(&divergence.before, 0),
        a: in_json(&divergence.after[0], 0),
        b: in_json(&divergence.after[1], 1),
    }
}

fn show(divergence: &Divergence) {
    let [one, other] = &divergence.headers;
    for (name, header) in [("A", one), ("B", other)] {
        println!("{name}: {}, seed {}", header.scenario, header.seed);
    }
    println!("{}\n", divergence.place());
    for words in divergence.records(["A", "B"]) {
        println!("{words}");
    }
}
