//! `summary.json`, schema `linetwin.summary/1`. Names are part of the schema: add, never rename.

use std::collections::BTreeMap;

use serde::Serialize;

use linetwin_base::{Cause, MachineState};
use linetwin_integrity::{FaultOutcomes, InvariantResult, SerialClasses};

use crate::measure::{Containers, RecordDelay};

use super::grades::Grades;

/// Name of the schema.
pub const SCHEMA: &str = "linetwin.summary/1";

/// The whole summary of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Name of the scenario.
    pub name: String,
    /// Name of the twin.
    pub twin: String,
    /// Seed of the run.
    pub seed: u64,
    /// Digest of the trace.
    pub digest: String,
    /// Why the run ended.
    pub ended: String,
    /// Simulated seconds.
    pub simulated_s: f64,
    /// Seconds that the run took on this machine; not part of the digest.
    pub wall_s: f64,
    /// Simulated seconds a second.
    pub speedup: f64,
    /// What was made.
    pub throughput: Throughput,
    /// Print quality; nothing when no camera graded anything.
    pub grades: Option<Grades>,
    /// What the engine did.
    pub engine: EngineSummary,
    /// Where the serial numbers are.
    pub serials: SerialClasses,
    /// Whether the record is true.
    pub integrity: Integrity,
    /// How often line controller, ledger and twin reached each coverage point.
    pub coverage: BTreeMap<String, u64>,
    /// The expectations and their results.
    pub expectations: Vec<ExpectationSummary>,
}

impl Summary {
    /// True when every expectation was met.
    pub fn passes(&self) -> bool {
        self.expectations.iter().all(|expectation| expectation.pass)
    }
}

/// What was made.
#[derive(Clone, Debug, Serialize)]
pub struct Throughput {
    /// Units released onto the line.
    pub infeed: u64,
    /// Units packed.
    pub good: u64,
    /// Units rejected.
    pub rejected: u64,
    /// Units rejected at first, found good at a rework bench, and put back; not among the rejected.
    pub returned: u64,
    /// Units taken as samples.
    pub sampled: u64,
    /// Containers closed.
    pub containers: Containers,
    /// Good units a minute over the whole run.
    pub units_per_min: f64,
    /// Overall equipment effectiveness.
    pub oee: Oee,
    /// Each machine.
    pub machines: Vec<MachineSummary>,
    /// Each belt and queue.
    pub buffers: Vec<BufferSummary>,
    /// Share of the run in which a machine held up the line, largest first.
    pub bottleneck: Vec<BottleneckShare>,
}

/// OEE after ISO 22400-2, with the lead machine's Execute time as production time. Planned busy time is the
/// run without planned down time: the lead machine's breaks, cleaning and maintenance. Shares go from 0.0 to
/// 1.0.
#[derive(Copy, Clone, Debug, Default, Serialize)]
pub struct Oee {
    /// Execute time / planned busy time.
    pub availability: f64,
    /// Rated time of what was processed / Execute time.
    pub performance: f64,
    /// Good / processed.
    pub quality: f64,
    /// The product of the three.
    pub oee: f64,
    /// The same with set-up as no loss (net equipment effectiveness).
    pub nee: f64,
    /// Seconds of the run that are no planned busy time.
    pub planned_downtime_s: f64,
}

/// A machine.
#[derive(Clone, Debug, Serialize)]
pub struct MachineSummary {
    /// Name in the twin.
    pub id: String,
    /// Kind in the twin.
    pub kind: String,
    /// Seconds in each PackML state; they sum to the run's.
    pub states: BTreeMap<String, f64>,
    /// Seconds for each cause of not being in Execute.
    pub causes: BTreeMap<String, f64>,
    /// Seconds Suspended because nothing comes from upstream.
    pub starved_s: f64,
    /// Seconds Suspended because no place is free downstream.
    pub blocked_s: f64,
    /// Products worked on.
    pub processed: u64,
    /// Products found or made bad.
    pub defective: u64,
}

impl MachineSummary {
    /// Seconds in a state.
    pub fn in_state(&self, state: MachineState) -> f64 {
        self.states.get(&state.to_string()).copied().unwrap_or(0.0)
    }

    /// Seconds for a cause.
    pub fn for_cause(&self, cause: Cause) -> f64 {
        self.causes.get(&format!("{cause:?}")).copied().unwrap_or(0.0)
    }
}

/// A belt or queue.
#[derive(Clone, Debug, Serialize)]
pub struct BufferSummary {
    /// The machine that it belongs to.
    pub id: String,
    /// Mean number of products.
    pub mean: f64,
    /// Largest number of products.
    pub max: u32,
    /// Products that fit.
    pub capacity: u32,
}

/// How long a machine was the bottleneck.
#[derive(Clone, Debug, Serialize)]
pub struct BottleneckShare {
    /// The machine.
    pub id: String,
    /// Share of the run, 0.0 to 1.0.
    pub share: f64,
}

/// What the engine did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct EngineSummary {
    /// Commands that the ledger answered.
    pub commands: u64,
    /// Commands that it refused.
    pub refusals: u64,
    /// The same by kind of refusal.
    pub refusals_by_kind: BTreeMap<String, u64>,
    /// The audit trail; nothing without an engine.
    pub audit: Option<AuditSummary>,
    /// How long facts of the line took to be recorded, in seconds of simulated time.
    #[serde(rename = "record_delay_s")]
    pub record_delay: RecordDelay,
    /// How long it took to answer, in microseconds on this machine.
    pub latency_us: LatencyMicros,
}

/// The audit trail of a run.
#[derive(Clone, Debug, Serialize)]
pub struct AuditSummary {
    /// Blocks that were written.
    pub blocks: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Hash of the last one, which covers them all.
    pub hash: String,
}

/// Quantiles of a latency, in microseconds.
#[derive(Copy, Clone, Debug, Default, Serialize)]
pub struct LatencyMicros {
    /// Mean.
    pub mean: f64,
    /// Median.
    pub p50: f64,
    /// 90 %.
    pub p90: f64,
    /// 99 %.
    pub p99: f64,
    /// 99.9 %.
    pub p999: f64,
    /// Largest.
    pub max: f64,
}

/// Whether the record is true.
#[derive(Clone, Debug, Serialize)]
pub struct Integrity {
    /// `clean` or `violated`.
    pub verdict: &'static str,
    /// Each invariant.
    pub invariants: Vec<InvariantResult>,
    /// Each kind of fault that was injected.
    pub faults: Vec<FaultOutcomes>,
}

/// An expectation and its result.
#[derive(Clone, Debug, Serialize)]
pub struct ExpectationSummary {
    /// What was expected.
    pub text: String,
    /// Whether it was met.
    pub pass: bool,
    /// What was found.
    pub actual: String,
}
