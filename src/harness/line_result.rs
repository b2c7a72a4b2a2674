//! The result of one line: its trace is read as it goes by, and at the end everything is put together.

use std::io;

use hdrhistogram::Histogram;
use indexmap::IndexMap;
use jiff::Timestamp;

use linetwin_base::{LineId, SimSpan, SimTime, Streams};
use linetwin_engine::{EpcisWriter, LedgerEvent, OrderId, Stop};
use linetwin_faults::Occurrence;
use linetwin_integrity::{Auditor, Carried, Expected, InvariantResult};
use linetwin_symbol::{Optics, Print};
use linetwin_trace::{Digest, RunDigest};
use linetwin_twin::{InProcessLedger, Twin};

use crate::measure::{LineInfo, Measurer, Observations};
use crate::report::{
    AuditSummary, EngineSummary, ExpectationSummary, Grades, Integrity, LatencyMicros, Picture,
    Summary, Throughput,
};

use super::events::{Tee, broken_chain, held};
use super::load::Job;
use super::load_line::LineJob;
use super::probe::{Noted, Probe};
use super::run::Interrupted;
use super::site::wall_clock;

/// The result of a line.
#[derive(Debug)]
pub struct LineResult {
    /// Its name.
    pub name: String,
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
    /// Which products or messages each fault of the plan has hit, counted from 1.
    pub fault_hits: Vec<Vec<u32>>,
}

/// What the run as a whole has in common.
pub(super) struct Whole<'a> {
    pub(super) job: &'a Job,
    pub(super) attached: bool,
    /// When it began, by the clock that measures.
    pub(super) begin_ns: u64,
    pub(super) journal: Option<AuditSummary>,
}

impl Whole<'_> {
    /// How long it has taken by now.
    pub(super) fn wall_s(&self) -> f64 {
        (wall_clock() - self.begin_ns) as f64 / 1e9
    }
}

/// Everything that a report of a line is made of, as one probe.
pub(super) struct LineReaders<W> {
    id: LineId,
    digest: Digest,
    measurer: Measurer,
    auditor: Auditor,
    epcis: Option<EpcisWriter<Tee<W>>>,
}

impl<W: io::Write> Probe for LineReaders<W> {
    fn absorb(&mut self, noted: &Noted) -> Result<(), Interrupted> {
        self.digest.absorb(noted.records);
        self.measurer.absorb(noted.records);
        self.auditor.absorb(noted.records);
        self.epcis.as_mut().map_or(Ok(()), |epcis| epcis.absorb(noted))
    }
}

impl<W: io::Write> LineReaders<W> {
    /// Readers at the beginning of the line's trace.
    ///
    /// # Errors
    /// EPCIS events cannot be written.
    pub(super) fn new(
        id: LineId,
        line: &LineJob,
        start: Timestamp,
        attached: bool,
        epcis: W,
    ) -> io::Result<Self> {
        let order = line.engine.as_ref().map(|(order, _)| order);
        let prefix = order.and_then(|order| Some((order, order.prefix()?)));
        let epcis = prefix.map(|(order, prefix)| {
            let mut writer = EpcisWriter::new(Tee::new(epcis), start, prefix, &line.name);
            let id = order_of(id);
            let created = LedgerEvent::OrderCreated { id, order: order.clone().into() };
            writer.write(SimTime::START, &created).map(|()| writer)
        });
        Ok(Self {
            id,
            digest: Digest::default(),
            measurer: Measurer::new(LineInfo::of(&line.twin)).with_timeline(slice(line)),
            auditor: Auditor::new(expected(line).filter(|_| attached)),
            epcis: epcis.transpose()?,
        })
    }

    /// Judges the line. Also returns what its good packs and containers carry, for comparing lines.
    ///
    /// # Errors
    /// EPCIS events cannot be written, or the ledger cannot be read.
    pub(super) fn finish(
        self,
        twin: &mut Twin,
        line: &LineJob,
        whole: &Whole,
    ) -> Result<(LineResult, Carried), Interrupted> {
        let replayed = self.epcis.map(|epcis| replayed(epcis, self.id, twin)).transpose()?;
        let scenario = &whole.job.scenario;
        let meter = twin.engine_meter(self.id);
        let observations = self.measurer.finish();
        let (mut judgement, carried) = self.auditor.finish();
        judgement.add(replayed);
        let digest = self.digest.finish();
        let wall_s = whole.wall_s();
        let simulated_s = observations.simulated_s();
        let name = match whole.job.plant {
            Some(_) => format!("{}: {}", line.name, scenario.name),
            None => scenario.name.clone(),
        };
        let mut summary = Summary {
            schema: crate::report::SCHEMA,
            name,
            twin: line.twin.name.clone(),
            seed: scenario.seed,
            digest: digest.to_string(),
            ended: observations.ended().to_owned(),
            simulated_s,
            wall_s,
            speedup: simulated_s / wall_s,
            throughput: Throughput::of(&observations, judgement.packed),
            grades: Grades::of(&observations),
            engine: meter.as_ref().map_or_else(EngineSummary::default, |meter| EngineSummary {
                commands: meter.commands,
                refusals: meter.refusals,
                refusals_by_kind: meter.refusals_by_kind.clone(),
                audit: whole.journal.clone(),
                record_delay: observations.record_delay.clone(),
                latency_us: latency_us(&meter.latency_ns),
            }),
            serials: judgement.serials,
            integrity: Integrity {
                verdict: if judgement.is_clean() { "clean" } else { "violated" },
                invariants: judgement.invariants,
                faults: judgement.faults,
            },
            coverage: observations
                .coverage
                .iter()
                .map(|(name, times)| (name.to_string(), *times))
                .collect(),
            expectations: Vec::new(),
        };
        let mut expectations: Vec<ExpectationSummary> =
            line.expect.iter().map(|expected| expected.judge(&summary)).collect();
        if whole.attached {
            // Whatever else a scenario expects: an order that is not closed is a failed run.
            expectations.push(ExpectationSummary {
                text: "the order is closed".to_owned(),
                pass: observations.order_closed(),
                actual: observations.ended().to_owned(),
            });
        }
        summary.expectations = expectations;
        let latency_ns = meter.map(|meter| meter.latency_ns);
        let result = LineResult {
            name: line.name.clone(),
            summary,
            observations,
            latency_ns,
            pictures: pictures(twin, self.id),
            digest,
            fault_hits: twin.fault_hits(self.id),
        };
        Ok((result, carried))
    }
}

/// The site made the orders before the run, line by line, in an empty ledger.
fn order_of(line: LineId) -> OrderId {
    OrderId(u32::from(line.0) + 1)
}

/// I7: the events written of a line, replayed and compared with the ledger.
fn replayed<W: io::Write>(
    epcis: EpcisWriter<Tee<W>>,
    line: LineId,
    twin: &mut Twin,
) -> Result<InvariantResult, Interrupted> {
    let port = twin.ledger_port::<InProcessLedger>();
    let ledger = port.ok_or_else(|| io::Error::other("events without a ledger of ours"))?.ledger();
    let held = held(ledger.ledger(), order_of(line), |code| epcis.uri(code));
    let held = held.map_err(|stop| match stop {
        Stop::Failed(error) => Interrupted::Store(error),
        Stop::Refused(refusal) => Interrupted::Write(io::Error::other(refusal.to_string())),
    })?;
    let chain = broken_chain(ledger.journal());
    Ok(epcis.finish()?.replay.judge(held, chain))
}

/// The prints at the border, as a camera on a tripod would show them.
fn pictures(twin: &Twin, line: LineId) -> Vec<Picture> {
    let optics = Optics {
        pixels_per_module: 8.0,
        trigger_jitter_modules: 0.0,
        max_rotation_deg: 0.0,
        max_tilt_deg: 0.0,
        motion_blur_modules: 0.0,
        ..Optics::default()
    };
    let (worst_passed, best_refused) = twin.borderline_prints(line);
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

fn expected(line: &LineJob) -> Option<Expected> {
    let (order, layout) = line.engine.as_ref()?;
    Some(Expected {
        gtin: order.product.gtin,
        lot: order.lot,
        expiry: order.expiry,
        minimum_grade_tenths: layout.minimum_grade_tenths,
        lot_and_expiry: order.product.lot_and_expiry,
        faults_over: faults_over(line),
        max_stall: line.max_stall,
    })
}

/// When the last fault that lasts is over.
fn faults_over(line: &LineJob) -> SimTime {
    let ends = line.faults.iter().map(|fault| match fault.occurrence() {
        Occurrence::Lasts { from, lasts } => SimTime::START + from + lasts,
        Occurrence::Once(at) => SimTime::START + at,
        Occurrence::Hits(_) => SimTime::START,
    });
    ends.max().unwrap_or(SimTime::START).min(line.faults_end)
}

/// Counts are kept a minute at a time, or finer in short runs.
fn slice(line: &LineJob) -> SimSpan {
    let quantity = line.engine.as_ref().map_or(u32::MAX, |(order, _)| order.quantity);
    let ideal_min = f64::from(quantity) / line.twin.rated_units_per_min;
    if ideal_min < 30.0 { SimSpan::from_secs(10) } else { SimSpan::from_secs(60) }
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
