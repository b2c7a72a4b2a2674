//! One run from beginning to end: the twin makes a trace a line, and digest, auditor and collector
//! read it as it goes by, so that memory does not grow with the length of the trace.

use std::io;
use std::ops::ControlFlow;

use linetwin_base::{LineId, SimSpan, SimTime, Streams};
use linetwin_engine::store::StoreError;
use linetwin_integrity::across_lines;
use linetwin_trace::TraceRecord;
use linetwin_twin::{InProcessLedger, JournalEnd, LedgerPort, PortError, Twin};

use crate::calibration::LogWriter;
use crate::report::{AuditSummary, LineOfPlant, PlantSummary};

use super::line_result::{LineReaders, Whole};
use super::load::Job;
use super::site::{OwnEngine, wall_clock};

pub use super::line_result::LineResult;

/// Everything that came of a run.
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

    /// Where two runs part: the line and the simulated second.
    pub fn first_difference(&self, other: &Self) -> Option<(&str, u64)> {
        let pairs = self.lines.iter().zip(&other.lines);
        let parted = pairs.filter_map(|(one, two)| {
            Some((one.digest.first_difference(&two.digest)?, one.name.as_str()))
        });
        parted.min().map(|(second, name)| (name, second))
    }
}

/// Why there is no result.
#[derive(Debug, thiserror::Error)]
pub enum Interrupted {
    /// Somebody asked to stop.
    #[error("interrupted")]
    Asked,
    /// The EPCIS events could not be written.
    #[error("EPCIS events cannot be written: {0}")]
    Write(#[from] io::Error),
    /// A line controller that is not ours has failed, in words.
    #[error("the line controller has failed: {0}")]
    Controller(String),
    /// The ledger's store failed.
    #[error("the ledger's store has failed: {0}")]
    Store(#[from] StoreError),
    /// A ledger that is not ours has failed, in words.
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

/// Runs a job. EPCIS events go to `epcis`, one writer a line; after every `stride` of simulated time
/// `progress` is told how far the run is, and may stop it.
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
    run_watched(job, engine, epcis, Watch::default(), stride, progress)
}

/// Is told everything that is noted of each line, piece by piece.
pub type ReadRecords<'a> = dyn FnMut(LineId, &[TraceRecord]) + 'a;

/// Who else reads a run.
#[derive(Default)]
pub struct Watch<'a> {
    /// What the machines of the first line log of their work goes here.
    pub log: Option<&'a mut dyn io::Write>,
    /// Reads the trace as well.
    pub records: Option<&'a mut ReadRecords<'a>>,
}

/// The same, with somebody else who reads it.
///
/// # Errors
/// Like [`run`], or the log could not be written.
pub fn run_watched<W: io::Write>(
    job: &Job,
    engine: Option<OwnEngine>,
    epcis: impl IntoIterator<Item = W>,
    mut watch: Watch,
    stride: SimSpan,
    progress: &mut dyn FnMut(SimTime) -> ControlFlow<()>,
) -> Result<RunResult, Interrupted> {
    let begin_ns = wall_clock();
    let attached = engine.is_some();
    let (ledger, controllers) =
        engine.map_or((None, Vec::new()), |it| (Some(it.ledger), it.controllers));
    let ledger = ledger.map(|ledger| Box::new(ledger) as Box<dyn LedgerPort>);
    let mut controllers = controllers.into_iter();
    let setups = job.lines.iter().map(|line| line.setup(controllers.next()));
    let mut twin = Twin::new(setups, job.scenario.optics, ledger);
    twin.add_people(&job.people, Streams::new(job.scenario.seed), job.lines[0].clock);
    let logged = LineId(0);
    let log = watch.log.map(|log| {
        twin.keep_work_log(logged);
        LogWriter::new(log, job.scenario.start, &job.lines[logged.index()].twin)
    });
    let mut log = log.transpose().map_err(Interrupted::Log)?;
    let lines = job.lines.iter().zip(epcis).enumerate();
    let lines = lines.map(|(index, (line, epcis))| {
        LineReaders::new(LineId(index as u16), line, job.scenario.start, attached, epcis)
    });
    let mut lines: Vec<LineReaders<W>> = lines.collect::<io::Result<_>>()?;

    let mut now = SimTime::START;
    loop {
        now += stride;
        let ended = twin.advance(now);
        for line in &mut lines {
            line.absorb(&mut twin)?;
            if let Some(records) = &mut watch.records {
                records(line.id(), line.records());
            }
        }
        if let Some(log) = &mut log {
            log.write(&twin.take_work_log(logged)).map_err(Interrupted::Log)?;
        }
        if let Some(words) = twin.broken_controller() {
            return Err(Interrupted::Controller(words));
        }
        if let Some(error) = twin.ledger_failure() {
            return Err(error.into());
        }
        if ended {
            break;
        }
        if progress(now).is_break() {
            return Err(Interrupted::Asked);
        }
    }

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
