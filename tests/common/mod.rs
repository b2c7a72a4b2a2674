//! What several tests need: running scenario files and small lines without a command line.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod outside;

use std::ops::ControlFlow;

use linetwin::base::{SimSpan, SimTime};
use linetwin::engine::store::Store;
use linetwin::engine::{LineController, LineLogic};
use linetwin::harness::{Job, LineResult, RunResult, load, own_engine, run};

pub use outside::project;

/// A scenario of the project, with settings.
pub fn scenario(stem: &str, settings: &[&str]) -> Job {
    let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
    let path = project(&format!("scenarios/{stem}.ron"));
    load(&path, None, &settings).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Runs the job of a line with its own engine; the second value is what was written as EPCIS.
pub fn play(job: &Job) -> (LineResult, Vec<u8>) {
    play_with(job, |controller| Box::new(controller))
}

/// Runs the job of a line with another line controller around its own.
pub fn play_with(
    job: &Job,
    line: impl FnOnce(LineController) -> Box<dyn LineLogic>,
) -> (LineResult, Vec<u8>) {
    let mut line = Some(line);
    let mut once = |own| line.take().expect("one line")(own);
    let (result, mut epcis) = play_all(job, &mut once);
    (result.only(), epcis.pop().expect("one line"))
}

/// Runs the job of a plant, or of a line, with line controllers around its own.
pub fn play_all(
    job: &Job,
    line: &mut dyn FnMut(LineController) -> Box<dyn LineLogic>,
) -> (RunResult, Vec<Vec<u8>>) {
    let mut epcis: Vec<Vec<u8>> = job.lines.iter().map(|_| Vec::new()).collect();
    let stride = SimSpan::from_secs(60);
    let engine = own_engine(job, Store::memory(), line).unwrap();
    let mut go_on = |_: SimTime| ControlFlow::Continue(());
    let result = run(job, engine, &mut epcis, stride, &mut go_on).expect("nobody interrupts");
    (result, epcis)
}

/// Runs a line without an engine for so many seconds. `machines` is the list of a twin file.
pub fn play_line(machines: &str, seconds: u64, seed: u64) -> LineResult {
    play_twin(&format!("machines: [{machines}]"), seconds, seed)
}

/// The same with more of the twin file than its machines. The run starts on a Monday at six.
pub fn play_twin(keys: &str, seconds: u64, seed: u64) -> LineResult {
    play(&load_twin(keys, seconds, seed)).0
}

/// The same, ready to run.
pub fn load_twin(keys: &str, seconds: u64, seed: u64) -> Job {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let twin =
        format!("Twin(name: \"test\", rated_units_per_min: 60, lead_machine: \"infeed\", {keys})");
    std::fs::write(folder.path().join("twin.ron"), twin).expect("a twin file");
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let scenario = format!(
        "Scenario(name: \"test\", twin: \"twin.ron\", seed: {seed}, engine: Detached, \
         lasts: \"{h:02}:{m:02}:{s:02}\")"
    );
    let path = folder.path().join("scenario.ron");
    std::fs::write(&path, scenario).expect("a scenario file");
    load(&path, None, &[]).unwrap_or_else(|errors| panic!("{errors}"))
}

/// Runs the program.
pub fn linetwin(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new(env!("CARGO_BIN_EXE_linetwin"))
        .args(arguments)
        .current_dir(project(""))
        .output()
        .expect("the program starts")
}
