//! What came of a run of one line, and what can be asked of it. Nothing here judges; `claims.rs` does.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::{ControlFlow, Deref};

use linetwin::base::{SimSpan, SimTime};
use linetwin::engine::store::Store;
use linetwin::engine::{LineController, LineLogic};
use linetwin::faults::FaultKind;
use linetwin::harness::{Job, LineResult, RunResult, own_engine, run};
use linetwin::integrity::{FaultOutcomes, InvariantId};
use linetwin::report::{BufferSummary, MachineSummary, Summary};

/// A run that is over: its summary, and what else came of it.
#[derive(Debug)]
pub struct Run {
    pub result: LineResult,
    /// What was written as EPCIS, a line an event.
    pub epcis: String,
    /// What it is a run of.
    origin: String,
}

impl Deref for Run {
    type Target = Summary;
    fn deref(&self) -> &Summary {
        &self.result.summary
    }
}

/// How it ended, and what it is a run of: for whoever must find out why it was not as claimed.
impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} after {:.0} s\n{}", self.ended, self.simulated_s, self.origin)
    }
}

impl Run {
    /// Runs the job of a line, with a line controller that may stand around our own.
    pub fn of(
        job: &Job,
        line: impl FnOnce(LineController) -> Box<dyn LineLogic>,
        origin: String,
    ) -> Self {
        let mut line = Some(line);
        let mut once = |own| line.take().expect("one line")(own);
        let (result, mut epcis) = play_lines(job, &mut once);
        Self { result: result.only(), epcis: epcis.pop().expect("one line"), origin }
    }

    /// Runs the job of a line as it is.
    pub fn of_job(job: &Job) -> Self {
        Self::of(job, |controller| Box::new(controller), job.path.display().to_string())
    }

    #[track_caller]
    pub fn machine(&self, id: &str) -> &MachineSummary {
        let found = self.throughput.machines.iter().find(|machine| machine.id == id);
        found.unwrap_or_else(|| panic!("no machine `{id}`: {self}"))
    }

    /// The products on a belt or in a queue.
    #[track_caller]
    pub fn buffer(&self, id: &str) -> &BufferSummary {
        let found = self.throughput.buffers.iter().find(|buffer| buffer.id == id);
        found.unwrap_or_else(|| panic!("no buffer `{id}`: {self}"))
    }

    /// What became of the faults of a kind that has hit.
    #[track_caller]
    pub fn outcomes(&self, kind: FaultKind) -> &FaultOutcomes {
        self.find_outcomes(kind).unwrap_or_else(|| panic!("{kind} has hit nothing: {self}"))
    }

    /// How often faults of a kind have hit.
    pub fn injected(&self, kind: FaultKind) -> u64 {
        self.find_outcomes(kind).map_or(0, |outcomes| outcomes.injected)
    }

    /// How many faults have escaped, of whatever kind.
    pub fn escaped(&self) -> u64 {
        self.integrity.faults.iter().map(|outcomes| outcomes.escaped).sum()
    }

    /// The invariants that did not hold.
    pub fn violated(&self) -> BTreeSet<InvariantId> {
        let all = self.integrity.invariants.iter();
        all.filter(|invariant| invariant.violations > 0).map(|invariant| invariant.id).collect()
    }

    fn find_outcomes(&self, kind: FaultKind) -> Option<&FaultOutcomes> {
        self.integrity.faults.iter().find(|outcomes| outcomes.kind == kind.name())
    }
}

/// Runs the job of a line or of a plant, with line controllers that may stand around our own. The second value
/// is what was written as EPCIS, line by line.
pub fn play_lines(
    job: &Job,
    line: &mut dyn FnMut(LineController) -> Box<dyn LineLogic>,
) -> (RunResult, Vec<String>) {
    let mut epcis: Vec<Vec<u8>> = job.lines.iter().map(|_| Vec::new()).collect();
    let engine = own_engine(job, Store::memory(), line).expect("a store in memory");
    let stride = SimSpan::from_secs(60);
    let mut go_on = |_: SimTime| ControlFlow::Continue(());
    let result = run(job, engine, &mut epcis, stride, &mut go_on).expect("nobody interrupts");
    let epcis = epcis.into_iter().map(|events| String::from_utf8(events).expect("JSON is UTF-8"));
    (result, epcis.collect())
}
