//! One run from beginning to end: the twin makes a trace a line, and probes read it as it goes by, so that
//! memory does not grow with the length of the trace.

use std::io;
use std::ops::ControlFlow;

use linetwin_base::{LineId, SimSpan, SimTime};
use linetwin_engine::store::StoreError;
use linetwin_integrity::across_lines;
use linetwin_trace::RunDigest;
use linetwin_twin::{InProcessLedger, JournalEnd, PortError};

use crate::report::{AuditSummary, LineOfPlant, PlantSummary};

use super::drive::{drive, twin_of};
use super::line_result::{LineReaders, Whole};
use super::load::Job;
use super::probe::Probes;
use super::site::{OwnEngine, wall_clock};

pub use super::line_result::LineResult;

/// The result of a run.
#[derive(Debug)]
pub struct RunResult {
    /// Of each line.
    pub lines: Vec<LineResult>,
    /// Of all lines together, where there are several.
    pub plant: Option<PlantSummary>,
}

impl RunResult {
    /// The result of a run of one line.
    ///
    /// # Panics
    /// When it was a plant's.
    pub fn only(mut self) -> LineResult {
        assert_eq!(self.lines.len(), 1, "a plant has several results");
        self.lines.pop().expect("one line")
    }

    /// Where two runs diverge: the line and the simulated second.
    pub fn first_difference(&self, other: &Self) -> Option<(&str, u64)> {
        self.first_difference_of(other.lines.iter().map(|line| &line.digest))
    }

    /// The same, from digests alone.
    pub fn first_difference_of<'a>(
        &self,
        others: impl IntoIterator<Item = &'a RunDigest>,
    ) -> Option<(&str, u64)> {
        let pairs = self.lines.iter().zip(others);
        let differing = pairs.filter_map(|(one, other)| {
            Some((one.digest.first_difference(other)?, one.name.as_str()))
        });
        differing.min().map(|(second, name)| (name, second))
    }
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum Interrupted {
    /// The user stopped the run.
    #[error("interrupted")]
    Stopped,
    /// The EPCIS events could not be written.
    #[error("EPCIS events cannot be written: {0}")]
    Write(#[from] io::Error),
    /// Another program's line controller has failed, in words.
    #[error("the line controller has failed: {0}")]
    Controller(String),
    /// The ledger's store failed.
    #[error("the ledger's store has failed: {0}")]
    Store(#[from] StoreError),
    /// Another ledger has failed, in words.
    #[error("the ledger has failed: {0}")]
    Ledger(String),
    /// The trace could not be written.
    #[error("the trace cannot be written: {0}")]
    Trace(io::Error),
    /// The machines' log could not be written.
    #[error("the log cannot be written: {0}")]
    Log(io::Error),
}

impl From<PortError> for Interrupted {
    fn from(error: PortError) -> Self {
        match error {
            PortError::Store(error) => Self::Store(error),
            PortError::Other(words) => Self::Ledger(words),
        }
    }
}

/// Runs a job with everything that a report needs: digest, checks, measures, EPCIS events, which go to
/// `epcis`, one writer a line. After every `stride` of simulated time `progress` gets how far the run is, and
/// may stop it.
///
/// # Errors
/// The run was stopped, or events could not be written.
pub fn run<W: io::Write>(
    job: &Job,
    engine: Option<OwnEngine>,
    epcis: impl IntoIterator<Item = W>,
    stride: SimSpan,
    progress: &mut dyn FnMut(SimTime) -> ControlFlow<()>,
) -> Result<RunResult, Interrupted> {
    run_with(job, engine, epcis, Probes::none(), stride, progress)
}

/// Runs a job, read by these probes only: no digest, no checks, no report.
///
/// # Errors
/// The run was stopped, a probe could not go on, or the ledger's store failed.
pub fn run_bare(
    job: &Job,
    engine: Option<OwnEngine>,
    probes: Probes,
    stride: SimSpan,
    progress: &mut dyn FnMut(SimTime) -> ControlFlow<()>,
) -> Result<(), Interrupted> {
    let mut twin = twin_of(job, engine);
    drive(&mut twin, job.lines.len(), probes, stride, progress)?;
    twin.finish_ledger()?;
    Ok(())
}

/// As [`run`], and these probes read it, too.
///
/// # Errors
/// Like [`run`], or a probe could not go on.
pub fn run_with<W: io::Write>(
    job: &Job,
    engine: Option<OwnEngine>,
    epcis: impl IntoIterator<Item = W>,
    probes: Probes,
    stride: SimSpan,
    progress: &mut dyn FnMut(SimTime) -> ControlFlow<()>,
) -> Result<RunResult, Interrupted> {
    let begin_ns = wall_clock();
    let attached = engine.is_some();
    let mut twin = twin_of(job, engine);
    let lines = job.lines.iter().zip(epcis).enumerate();
    let lines = lines.map(|(index, (line, epcis))| {
        LineReaders::new(LineId(index as u16), line, job.scenario.start, attached, epcis)
    });
    let mut lines: Vec<LineReaders<W>> = lines.collect::<io::Result<_>>()?;
    let mut all = Probes::each(&mut lines);
    all.append(probes);
    drive(&mut twin, job.lines.len(), all, stride, progress)?;

    twin.finish_ledger()?;
    let journal = twin.ledger_port::<InProcessLedger>().and_then(|ledger| ledger.journal_end());
    let journal = journal.map(audit);
    let whole = Whole { job, attached, begin_ns, journal: journal.clone() };
    let mut carried = Vec::new();
    let mut results = Vec::new();
    for (line, of) in lines.into_iter().zip(&job.lines) {
        let (result, carries) = line.finish(&mut twin, of, &whole)?;
        carried.push((result.name.clone(), carries));
        results.push(result);
    }
    let plant = job.plant.as_ref().map(|name| PlantSummary {
        audit: journal,
        across: across_lines(&carried),
        ..PlantSummary::new(
            (&job.scenario.name, name, job.scenario.seed),
            whole.wall_s(),
            results
                .iter()
                .map(|line| LineOfPlant { id: line.name.clone(), summary: line.summary.clone() }),
        )
    });
    Ok(RunResult { lines: results, plant })
}

fn audit(end: JournalEnd) -> AuditSummary {
    let JournalEnd { blocks, bytes, hash } = end;
    AuditSummary { blocks, bytes, hash: blake3::Hash::from_bytes(hash).to_string() }
}
