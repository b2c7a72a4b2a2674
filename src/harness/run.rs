//! One run from beginning to end: the twin makes the trace, and digest, auditor and collector read
//! it as it goes by, so that memory does not grow with the length of the trace.

use std::io;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use hdrhistogram::Histogram;
use indexmap::IndexMap;

use crate::base::{MachineId, SimSpan, SimTime, Streams};
use crate::engine::store::{Store, StoreError};
use crate::engine::{EpcisWriter, LedgerEvent, LedgerSettings, LineController, LineLogic, OrderId};
use crate::integrity::{Auditor, Expected};
use crate::report::{
    AuditSummary, Collector, EngineSummary, ExpectationSummary, Integrity, LatencyMicros, LineInfo,
    Observations, Picture, Summary,
};
use crate::symbol::{Optics, Print};
use crate::trace::{CloseReason, Digest, RunDigest};
use crate::twin::{Engine, MachineSpec, Twin, TwinSpec};

use super::load::Job;
use super::site::released_order;

/// Everything that came of a run.
#[derive(Debug)]
pub struct RunResult {
    /// For `summary.json`.
    pub summary: Summary,
    /// For the report's drawings.
    pub observations: Observations,
    /// How long the engine took, in nanoseconds; nothing when it is detached.
    pub latency_ns: Option<Histogram<u64>>,
    /// The prints at the border between good and bad, for the report.
    pub pictures: Vec<Picture>,
    /// For comparing two runs.
    pub digest: RunDigest,
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
    /// The ledger's store failed.
    #[error("the ledger's store has failed: {0}")]
    Store(#[from] StoreError),
}

/// Nanoseconds since the first call, for measuring the engine. Never enters a trace.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the clock that is handed to those who may measure"
)]
pub fn wall_clock() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// What a job's ledger is made with.
pub fn engine_settings(job: &Job) -> LedgerSettings {
    let master_key = Streams::new(job.scenario.seed).key("ledger", "master");
    LedgerSettings { master_key, epoch: job.scenario.start }
}

/// The engine of this crate for a job, around a line controller that may be another one.
///
/// # Errors
/// The store failed.
pub fn own_engine(
    job: &Job,
    store: Store,
    line: impl FnOnce(LineController) -> Box<dyn LineLogic>,
) -> Result<Option<Engine>, StoreError> {
    let Some((order, layout)) = job.engine.clone() else { return Ok(None) };
    let (ledger, id) =
        released_order(engine_settings(job), store, &order, &layout, job.pool.as_ref())?;
    let sender = Arc::clone(&layout.line);
    let line = line(LineController::new(id, order, layout));
    Ok(Some(Engine { line, sender, ledger, clock: wall_clock }))
}

/// Runs a job. EPCIS events go to `epcis`; after every `stride` of simulated time `progress` is
/// told how far the run is, and may stop it.
///
/// # Errors
/// The run was stopped, or events could not be written.
pub fn run(
    job: &Job,
    engine: Option<Engine>,
    epcis: impl io::Write,
    stride: SimSpan,
    progress: &mut dyn FnMut(SimTime) -> ControlFlow<()>,
) -> Result<RunResult, Interrupted> {
    let begin_ns = wall_clock();
    let scenario = &job.scenario;
    let streams = Streams::new(scenario.seed);
    let attached = engine.is_some();
    let mut twin =
        Twin::new(&job.twin, streams, &scenario.faults, scenario.optics, engine, job.end);
    if let Some(after) = scenario.order_ends.filter(|_| attached) {
        twin.end_order_at(SimTime::START + after);
    }
    let mut digest = Digest::default();
    let mut collector = Collector::new(line_info(&job.twin), slice(job));
    let mut auditor = Auditor::new(expected(job).filter(|_| attached));
    let order = job.engine.as_ref().map(|(order, _)| order);
    let mut epcis = order.and_then(|order| {
        let prefix = order.prefix()?;
        let mut writer = EpcisWriter::new(epcis, scenario.start, prefix);
        // The site made the order before the run, in an empty ledger.
        let created = LedgerEvent::OrderCreated { id: OrderId(1), order: Arc::new(order.clone()) };
        writer.write(SimTime::START, &created).ok()?;
        Some(writer)
    });

    let mut records = Vec::new();
    loop {
        let ended: Option<CloseReason> = twin.advance(twin.now() + stride);
        twin.take_trace(&mut records);
        digest.absorb(&records);
        collector.absorb(&records);
        auditor.absorb(&records);
        if let Some(epcis) = &mut epcis {
            for (at, event) in twin.take_ledger_events() {
                epcis.write(at, &event)?;
            }
        }
        if let Some(error) = twin.store_failure() {
            return Err(error.clone().into());
        }
        if ended.is_some() {
            break;
        }
        if progress(twin.now()).is_break() {
            return Err(Interrupted::Asked);
        }
    }
    if let Some(epcis) = epcis {
        epcis.finish()?;
    }

    twin.finish_ledger()?;
    let meter = twin.engine_meter();
    let observations = collector.finish();
    let judgement = auditor.finish();
    let digest = digest.finish();
    let simulated_s = observations.simulated_s();
    let wall_s = (wall_clock() - begin_ns) as f64 / 1e9;
    let mut summary = Summary {
        schema: crate::report::SCHEMA,
        name: scenario.name.clone(),
        twin: job.twin.name.clone(),
        seed: scenario.seed,
        digest: digest.to_string(),
        ended: observations.ended().to_owned(),
        simulated_s,
        wall_s,
        speedup: simulated_s / wall_s,
        throughput: observations.throughput(&judgement),
        grades: observations.grades(),
        engine: meter.as_ref().map_or_else(EngineSummary::default, |meter| EngineSummary {
            commands: meter.commands,
            refusals: meter.refusals,
            refusals_by_kind: meter.refusals_by_kind.clone(),
            audit: Some(audit(meter.journal)),
            latency_us: latency_us(&meter.latency_ns),
        }),
        serials: judgement.serials,
        integrity: Integrity {
            verdict: if judgement.is_clean() { "clean" } else { "violated" },
            invariants: judgement.invariants,
            faults: judgement.faults,
        },
        expectations: Vec::new(),
    };
    let mut expectations: Vec<ExpectationSummary> =
        scenario.expect.iter().map(|expected| expected.judge(&summary)).collect();
    if attached {
        // Whatever else a scenario expects: an order that is not closed is a failed run.
        expectations.push(ExpectationSummary {
            text: "the order is closed".to_owned(),
            pass: observations.order_closed(),
            actual: observations.ended().to_owned(),
        });
    }
    summary.expectations = expectations;
    let latency_ns = meter.map(|meter| meter.latency_ns);
    let pictures = pictures(&twin);
    Ok(RunResult { summary, observations, latency_ns, pictures, digest })
}

fn audit((blocks, bytes, hash): (u64, u64, [u8; 32])) -> AuditSummary {
    AuditSummary { blocks, bytes, hash: blake3::Hash::from_bytes(hash).to_string() }
}

/// The prints at the border, as a camera on a tripod would show them.
fn pictures(twin: &Twin) -> Vec<Picture> {
    let optics = Optics {
        pixels_per_module: 8.0,
        trigger_jitter_modules: 0.0,
        turned_deg: 0.0,
        tilted_deg: 0.0,
        motion_blur_modules: 0.0,
        ..Optics::default()
    };
    let (worst_passed, best_refused) = twin.exhibits();
    let titled = [("Worst symbol let pass", worst_passed), ("Best symbol refused", best_refused)];
    let shown = titled.into_iter().filter_map(|(title, exhibit)| Some((title, exhibit?)));
    let pictures = shown.map(|(title, exhibit)| {
        let mut stream = Streams::new(0).stream("report", title);
        let print = exhibit.print();
        let grade = exhibit.grade_tenths.map_or_else(
            || "not read".to_owned(),
            |tenths| format!("grade {:.1}", f64::from(tenths) / 10.0),
        );
        let defects = defects(print);
        let caption = format!(
            "unit {}, {grade}; contrast {:.2}, growth {:.2} modules, defects: {defects}; {}",
            exhibit.unit.0,
            print.contrast(),
            print.growth(),
            exhibit.text.replace('\u{1d}', "<FNC1>"),
        );
        Picture { title, caption, png: optics.photograph(print, &mut stream).png() }
    });
    pictures.collect()
}

/// What is wrong with a print, in words; the same thing several times is counted.
fn defects(print: &Print) -> String {
    let mut counted: IndexMap<String, usize> = IndexMap::new();
    for flaw in &print.flaws {
        let defect = ron::to_string(&flaw.defect).unwrap_or_default();
        *counted.entry(defect).or_default() += 1;
    }
    let words = counted.into_iter().map(|(defect, count)| match count {
        1 => defect,
        _ => format!("{count} x {defect}"),
    });
    let words: Vec<String> = words.collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

fn expected(job: &Job) -> Option<Expected> {
    let (order, layout) = job.engine.as_ref()?;
    Some(Expected {
        gtin: order.product.gtin,
        lot: order.lot,
        expiry: order.expiry,
        minimum_grade_tenths: layout.minimum_grade_tenths,
        lot_and_expiry: order.product.lot_and_expiry,
    })
}

/// Counts are kept a minute at a time, or finer in short runs.
fn slice(job: &Job) -> SimSpan {
    let quantity = job.scenario.order.as_ref().map_or(u32::MAX, |order| order.quantity);
    let ideal_min = f64::from(quantity) / job.twin.rated_units_per_min;
    if ideal_min < 30.0 { SimSpan::from_secs(10) } else { SimSpan::from_secs(60) }
}

fn line_info(twin: &TwinSpec) -> LineInfo {
    let machines = twin.machines.iter();
    LineInfo {
        machines: machines.clone().map(|m| (m.id().to_owned(), m.kind().to_owned())).collect(),
        capacities: machines.map(MachineSpec::capacity).collect(),
        lead: MachineId(twin.index_of(&twin.lead_machine).unwrap_or(0) as u16),
        rated_units_per_min: twin.rated_units_per_min,
    }
}

fn latency_us(histogram: &Histogram<u64>) -> LatencyMicros {
    let us = |ns: u64| ns as f64 / 1000.0;
    LatencyMicros {
        mean: histogram.mean() / 1000.0,
        p50: us(histogram.value_at_quantile(0.5)),
        p90: us(histogram.value_at_quantile(0.9)),
        p99: us(histogram.value_at_quantile(0.99)),
        p999: us(histogram.value_at_quantile(0.999)),
        max: us(histogram.max()),
    }
}
