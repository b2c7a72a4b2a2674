//! A run in memory, without reports, for campaigns and checks. A line controller may be put around our own,
//! and every failure is a result.

use std::io;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use linetwin_base::{SimSpan, SimTime};
use linetwin_engine::store::Store;
use linetwin_engine::{LineController, LineLogic};

use super::load::Job;
use super::probe::Probes;
use super::run::{Interrupted, RunResult, run_bare, run_with};
use super::site::own_engine;

/// Progress is reported so often.
const STRIDE: SimSpan = SimSpan::from_secs(60);

/// The parts of a run's engine. Tests of the tests put broken ones in.
#[derive(Copy, Clone)]
pub struct Parts<'a> {
    /// Makes a line controller around our own.
    pub line: &'a (dyn Fn(LineController) -> Box<dyn LineLogic> + Sync),
    /// Makes the ledger's store, empty.
    pub store: &'a (dyn Fn() -> Store + Sync),
}

impl Parts<'static> {
    /// Our own controller and a store in memory.
    pub const OWN: Self = Self { line: &own_line, store: &Store::memory };
}

fn own_line(controller: LineController) -> Box<dyn LineLogic> {
    Box::new(controller)
}

/// Runs a job with an engine of these parts.
///
/// # Errors
/// The program failed, in words: that is a bug of ours, or of the line controller that was made.
pub fn play(job: &Job, parts: Parts) -> Result<RunResult, String> {
    play_with(job, parts, Probes::none())
}

/// The same, and these probes read it, too.
///
/// # Errors
/// As [`play`].
pub fn play_with(job: &Job, parts: Parts, probes: Probes) -> Result<RunResult, String> {
    in_words(|| {
        let engine = own_engine(job, (parts.store)(), parts.line)?;
        let no_epcis = job.lines.iter().map(|_| io::sink());
        run_with(job, engine, no_epcis, probes, STRIDE, &mut go_on)
    })
}

/// The same, read by these probes only.
///
/// # Errors
/// As [`play`].
pub fn play_bare(job: &Job, parts: Parts, probes: Probes) -> Result<(), String> {
    in_words(|| {
        let engine = own_engine(job, (parts.store)(), parts.line)?;
        run_bare(job, engine, probes, STRIDE, &mut go_on)
    })
}

fn go_on(_: SimTime) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Whatever fails, in words.
fn in_words<T>(run: impl FnOnce() -> Result<T, Interrupted>) -> Result<T, String> {
    let ran = catch_unwind(AssertUnwindSafe(|| run().map_err(|error| error.to_string())));
    ran.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str);
        let words = words.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(words.unwrap_or("a panic without words").to_owned())
    })
}
