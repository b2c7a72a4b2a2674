//! `linetwin run`: one scenario, with progress, a summary table and a report folder.

use std::io::{self, IsTerminal};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use linetwin_base::{LineId, SimSpan, SimTime};
use linetwin_engine::store::{Store, StoreError};
use linetwin_trace::{Digest, RunDigest, TraceWriter};

use crate::calibration::LogWriter;
use crate::harness::controller::{ControllerCommand, line_of};
use crate::harness::{
    Folder, Interrupted, Job, Probes, RunResult, WholeFile, create_ledger_folder, engine_settings,
    load, own_engine, run_bare, run_with, trace_header,
};

use super::Exit;
use super::run_table::{plant_table, plant_words, table};

const AFTER_HELP: &str = "\
Examples:
  linetwin run scenarios/carton-line-250.ron
  linetwin run scenarios/carton-line-250-faults.ron --seed 7
  linetwin run scenarios/carton-line-250.ron --set order.quantity=4000 --speed 600
  linetwin run scenarios/bottle-line-240.ron --verify-determinism --json
  linetwin run scenarios/carton-line-250.ron --store disk
  linetwin run scenarios/plant-4-lines.ron
  linetwin run scenarios/reference-line.ron --log line.csv

The reports are in reports/<scenario>/: open report.html in a browser; summary.json has the same
figures for programs, epcis.jsonl what the engine recorded, latency.hgrm how long it took.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct RunArguments {
    /// Scenario file (RON)
    scenario: PathBuf,
    /// Seed of all random streams, instead of the scenario's
    #[arg(long)]
    seed: Option<u64>,
    /// Folder for the reports [default: reports/<name of the scenario file>]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Change a value of the scenario, order.quantity=2000, or of its twin,
    /// twin.machines.printer-1.buffer_jobs=4; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    settings: Vec<String>,
    /// How fast simulated time runs: `max`, `real`, or a factor of real time such as 60
    #[arg(long, default_value = "max", value_parser = parse_speed)]
    speed: Speed,
    /// Where the ledger is kept: `memory`, or `disk`, in the folder `ledger` beside the reports
    #[arg(long, default_value = "memory", value_enum)]
    store: StoreKind,
    /// Write what the machines of a line log of their work, as `linetwin calibrate` reads it
    #[arg(long, value_name = "FILE.csv")]
    log: Option<PathBuf>,
    /// Write trace.ltz, everything that is noted, as `linetwin diff` reads it
    #[arg(long)]
    trace: bool,
    /// Another line controller, as `stdio:` and a command; docs/controller.md has the protocol
    #[arg(long, value_name = "stdio:COMMAND")]
    controller: Option<ControllerCommand>,
    /// Run twice and compare; the first simulated second that differs is named
    #[arg(long)]
    verify_determinism: bool,
    /// Print the summary as JSON instead of a table
    #[arg(long)]
    json: bool,
}

/// Where the ledger is kept.
#[derive(Copy, Clone, Debug, PartialEq, Eq, clap::ValueEnum)]
enum StoreKind {
    Memory,
    Disk,
}

/// A limit to the speed of simulated time.
#[derive(Copy, Clone, Debug, PartialEq)]
enum Speed {
    Max,
    Factor(f64),
}

fn parse_speed(text: &str) -> Result<Speed, String> {
    match text {
        "max" => Ok(Speed::Max),
        "real" => Ok(Speed::Factor(1.0)),
        _ => match text.parse::<f64>() {
            Ok(factor) if factor > 0.0 && factor.is_finite() => Ok(Speed::Factor(factor)),
            _ => Err("expected `max`, `real`, or a factor above zero such as 60".to_owned()),
        },
    }
}

pub(super) fn run(arguments: &RunArguments) -> Exit {
    let job = match load(&arguments.scenario, arguments.seed, &arguments.settings) {
        Ok(job) => job,
        Err(errors) => {
            eprintln!("{errors}");
            return Exit::BadInput;
        }
    };
    if arguments.log.is_some() && job.plant.is_some() {
        eprintln!("found --log with a plant, expected a scenario of one line");
        return Exit::BadInput;
    }
    let mut slow: Vec<String> =
        job.lines.iter().flat_map(|line| &line.slow).map(ToString::to_string).collect();
    // Lines of a plant may be of one kind.
    slow.dedup();
    slow.iter().for_each(|found| eprintln!("slower than rated: {found}"));
    let to = arguments.out.clone().unwrap_or_else(|| Path::new("reports").join(&job.stem));
    let seed = job.scenario.seed;
    match drive(arguments, job, &to) {
        Ok((result, to)) => show(arguments, &result, &to),
        Err(failure) => {
            eprintln!("{}", failure.message);
            if failure.exit == Exit::OurFault {
                eprintln!("To replay it: {}", replay(arguments, seed));
            }
            failure.exit
        }
    }
}

/// The command that repeats a run exactly.
fn replay(arguments: &RunArguments, seed: u64) -> String {
    let settings = arguments.settings.iter().map(|setting| format!(" --set '{setting}'"));
    let settings: String = settings.collect();
    format!("linetwin run {} --seed {seed}{settings}", arguments.scenario.display())
}

/// Why there is no report.
struct Failure {
    message: String,
    exit: Exit,
}

impl Failure {
    fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { message: message.into(), exit }
    }
}

impl From<Interrupted> for Failure {
    fn from(error: Interrupted) -> Self {
        match error {
            Interrupted::Stopped => {
                Self::new(Exit::Interrupted, "interrupted; no report was written")
            }
            Interrupted::Controller(_) | Interrupted::Ledger(_) => {
                Self::new(Exit::Failed, error.to_string())
            }
            Interrupted::Store(ref store) => Self::new(exit_of(store), error.to_string()),
            Interrupted::Write(_) | Interrupted::Log(_) | Interrupted::Trace(_) => {
                Self::new(Exit::Storage, error.to_string())
            }
        }
    }
}

/// A store that was given and does not fit is bad input; one that stops working is not.
const fn exit_of(error: &StoreError) -> Exit {
    match error {
        StoreError::Locked(_)
        | StoreError::Foreign(_)
        | StoreError::Format { .. }
        | StoreError::Mismatch(_) => Exit::BadInput,
        StoreError::Io { .. }
        | StoreError::Full
        | StoreError::Broken { .. }
        | StoreError::Head(_)
        | StoreError::Tables(_)
        | StoreError::Malformed { .. }
        | StoreError::Unusable => Exit::Storage,
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        let exit = Exit::of_unwritten(&error);
        Self::new(exit, format!("the report cannot be written: {error}"))
    }
}

/// Runs the job beside a task that listens for Ctrl-C, and once more for comparison if asked to.
fn drive(arguments: &RunArguments, job: Job, to: &Path) -> Result<(RunResult, PathBuf), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let job = Arc::new(job);
    let stop = Arc::new(AtomicBool::new(false));
    runtime.block_on(async {
        let stop_requested = Arc::clone(&stop);
        let listener = tokio::spawn(async move {
            if tokio::signal::ctrl_c().await.is_ok() {
                stop_requested.store(true, Ordering::Relaxed);
            }
        });
        // It listens from now on: nothing that is begun below is left behind.
        tokio::task::yield_now().await;
        let folder = Folder::begin(to).map_err(|error| {
            let place = to.display();
            Failure::new(
                Exit::BadInput,
                format!("{place}: reports cannot be written here: {error}"),
            )
        })?;
        let epcis = folder.epcis(&job)?;
        let bar = (!arguments.json).then(|| progress_bar(&job));
        let pace = Pace::new(arguments.speed, Arc::clone(&stop), bar);
        let store = match arguments.store {
            StoreKind::Memory => Store::memory(),
            StoreKind::Disk => create_ledger_folder(&folder.ledger(), &engine_settings(&job))
                .map_err(Interrupted::from)?,
        };
        let log = arguments.log.as_deref().map(WholeFile::begin).transpose();
        let log = log.map_err(Interrupted::Log)?;
        let controller = arguments.controller.clone();
        let traces = if arguments.trace { folder.traces(&job)? } else { Vec::new() };
        let first = spawn(Arc::clone(&job), controller.clone(), store, epcis, (log, traces), pace);
        let second = arguments.verify_determinism.then(|| {
            let pace = Pace::new(Speed::Max, Arc::clone(&stop), None);
            spawn_digests(Arc::clone(&job), controller, pace)
        });
        let first = joined(first.await)?;
        if let Some(second) = second {
            let second = joined(second.await)?;
            if let Some((line, at)) = first.first_difference_of(&second) {
                let seed = job.scenario.seed;
                let message =
                    format!("two runs of seed {seed} differ on {line} in simulated second {at}");
                return Err(Failure::new(Exit::OurFault, message));
            }
        }
        listener.abort();
        let to = folder.finish(&first)?;
        Ok((first, to))
    })
}

type Running<T> = tokio::task::JoinHandle<Result<T, Interrupted>>;

fn spawn(
    job: Arc<Job>,
    controller: Option<ControllerCommand>,
    store: Store,
    epcis: Vec<impl io::Write + Send + 'static>,
    (mut log, traces): (Option<WholeFile>, Vec<impl io::Write + Send + 'static>),
    mut pace: Pace,
) -> Running<RunResult> {
    tokio::task::spawn_blocking(move || {
        let engine = own_engine(&job, store, line_of(controller.as_ref()))?;
        let stride = pace.stride();
        let twin = &job.lines[0].twin;
        let writer = log.as_mut().map(|log| LogWriter::new(log, job.scenario.start, twin));
        let mut writer = writer.transpose().map_err(Interrupted::Log)?;
        let traces = traces.into_iter().enumerate();
        let traces = traces.map(|(line, file)| TraceWriter::new(file, &trace_header(&job, line)));
        let mut traces = traces.collect::<io::Result<Vec<_>>>().map_err(Interrupted::Trace)?;
        let mut probes = Probes::each(&mut traces);
        if let Some(writer) = &mut writer {
            probes.push(LineId(0), writer);
        }
        let result = run_with(&job, engine, epcis, probes, stride, &mut |now| pace.keep(now))?;
        for trace in traces {
            let flushed = trace.finish().and_then(|mut file| file.flush());
            flushed.map_err(Interrupted::Trace)?;
        }
        log.map_or(Ok(()), WholeFile::finish).map_err(Interrupted::Log)?;
        Ok(result)
    })
}

/// Runs the job for the digests of its lines, and for nothing else.
fn spawn_digests(
    job: Arc<Job>,
    controller: Option<ControllerCommand>,
    mut pace: Pace,
) -> Running<Vec<RunDigest>> {
    tokio::task::spawn_blocking(move || {
        let engine = own_engine(&job, Store::memory(), line_of(controller.as_ref()))?;
        let mut digests: Vec<Digest> = job.lines.iter().map(|_| Digest::default()).collect();
        let (probes, stride) = (Probes::each(&mut digests), pace.stride());
        run_bare(&job, engine, probes, stride, &mut |now| pace.keep(now))?;
        Ok(digests.into_iter().map(Digest::finish).collect())
    })
}

fn joined<T>(run: Result<Result<T, Interrupted>, tokio::task::JoinError>) -> Result<T, Failure> {
    match run {
        Ok(run) => run.map_err(Into::into),
        Err(_panic) => Err(Failure::new(
            Exit::OurFault,
            "this is a bug in linetwin, and no report was written",
        )),
    }
}

fn progress_bar(job: &Job) -> ProgressBar {
    let ideal_s = job.lines.iter().map(|line| match &line.engine {
        Some((order, _)) => f64::from(order.quantity) / line.twin.rated_units_per_min * 60.0,
        None => line.end.as_secs_f64(),
    });
    let ideal_s = ideal_s.fold(0.0, f64::max);
    let bar = ProgressBar::new(ideal_s as u64);
    if !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let template = "{msg} [{wide_bar}] {percent} %, line time {prefix}";
    let style = ProgressStyle::with_template(template).expect("a constant template");
    bar.set_style(style.progress_chars("=> "));
    bar.set_message(job.scenario.name.clone());
    bar
}

/// Shows progress, holds simulated time back to its speed, and stops when the user wants.
struct Pace {
    speed: Speed,
    begin: Instant,
    stop: Arc<AtomicBool>,
    bar: Option<ProgressBar>,
}

impl Pace {
    #[expect(clippy::disallowed_methods, reason = "pacing is against the wall clock")]
    fn new(speed: Speed, stop: Arc<AtomicBool>, bar: Option<ProgressBar>) -> Self {
        Self { speed, begin: Instant::now(), stop, bar }
    }

    /// How much simulated time runs between two looks at the clock.
    fn stride(&self) -> SimSpan {
        match self.speed {
            Speed::Max => SimSpan::from_secs(60),
            // Twenty looks a second.
            Speed::Factor(factor) => SimSpan::from_secs_f64((0.05 * factor).clamp(0.001, 60.0)),
        }
    }

    #[expect(clippy::disallowed_methods, reason = "pacing is against the wall clock")]
    fn keep(&mut self, now: SimTime) -> ControlFlow<()> {
        if let Some(bar) = &self.bar {
            bar.set_position(now.second());
            bar.set_prefix(SimSpan::from_secs(now.second()).to_string());
        }
        if let Speed::Factor(factor) = self.speed {
            let due = self.begin + Duration::from_secs_f64(now.as_secs_f64() / factor);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
        }
        if self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

impl Drop for Pace {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn show(arguments: &RunArguments, result: &RunResult, to: &Path) -> Exit {
    let (passes, clean) = match (&result.plant, result.lines.as_slice()) {
        (Some(plant), _) => {
            print(arguments, plant, || format!("{}\n{}", plant_table(plant), plant_words(plant)));
            (plant.passes(), plant.is_clean())
        }
        (None, lines) => {
            let summary = &lines[0].summary;
            print(arguments, summary, || table(summary).to_string());
            (summary.passes(), summary.integrity.verdict == "clean")
        }
    };
    if !arguments.json {
        if arguments.verify_determinism {
            println!("Two runs gave the same digest.");
        }
        let here = std::env::current_dir().unwrap_or_default();
        let shown = to.strip_prefix(&here).unwrap_or(to);
        println!("Reports: {}", shown.join("report.html").display());
    }
    if passes && clean { Exit::Fine } else { Exit::Failed }
}

fn print(arguments: &RunArguments, summary: &impl Serialize, text: impl FnOnce() -> String) {
    if arguments.json {
        let json = serde_json::to_string_pretty(summary).expect("a summary can be written as JSON");
        println!("{json}");
    } else {
        println!("{}", text());
    }
}
