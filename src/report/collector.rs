//! Gathers from the trace what the reports show: counts over time, meter readings, notable spans.

use std::collections::BTreeMap;
use std::sync::Arc;

use linetwin_base::{Cause, Level, MachineId, MachineState, SimSpan, SimTime};
use linetwin_faults::FaultKind;
use linetwin_integrity::Judgement;
use linetwin_trace::{CloseReason, Fact, MeterReading, TraceRecord};

use super::grades::GradeCount;
use super::record_delay::RecordDelay;
use super::summary::{BottleneckShare, BufferSummary, Containers, MachineSummary, Oee, Throughput};

/// More slices or readings than these are put together or left out: a drawing shows 120.
const MOST_SLICES: usize = 10_000;
const MOST_READINGS: usize = 2_000;
/// More spans than this are not drawn: the page would be larger than anyone reads.
const MOST_SPANS: usize = 20_000;

/// The line as the report names it.
#[derive(Clone, Debug)]
pub struct LineInfo {
    /// Machine names and kinds, by id.
    pub machines: Vec<(String, String)>,
    /// Products that fit on each belt or into each queue; nothing where none wait.
    pub capacities: Vec<Option<u32>>,
    /// The machine whose Execute time is production time.
    pub lead: MachineId,
    /// Rated speed.
    pub rated_units_per_min: f64,
}

/// Counts of one slice of time.
#[derive(Copy, Clone, Debug, Default)]
pub(super) struct Slice {
    pub(super) entered: u32,
    pub(super) packed: u32,
    pub(super) rejected: u32,
    pub(super) grades: GradeCount,
}

/// A state that lasted.
#[derive(Copy, Clone, Debug)]
pub(super) struct Span {
    pub(super) machine: MachineId,
    pub(super) state: MachineState,
    pub(super) cause: Cause,
    pub(super) from: SimTime,
    pub(super) to: SimTime,
}

/// All meters at one moment.
type Row = (SimTime, Vec<MeterReading>);

/// How long each machine has held up the line.
#[derive(Debug, Default)]
struct Bottleneck {
    held_up_ns: Vec<u64>,
    total_ns: u64,
    /// Time in which each machine was active, and up to when.
    active_ns: Vec<u64>,
    at: SimTime,
}

/// Everything that the reports show, gathered.
#[derive(Debug)]
pub struct Observations {
    pub(super) line: LineInfo,
    /// Length of a slice.
    pub(super) slice: SimSpan,
    pub(super) slices: Vec<Slice>,
    /// Readings of all meters, oldest first; of a long run every second one, or fewer.
    pub(super) readings: Vec<Row>,
    /// One in so many readings is kept.
    keep_every: usize,
    rows: usize,
    /// The readings of the last moment, which may not be complete yet.
    last: Row,
    bottleneck: Bottleneck,
    pub(super) spans: Vec<Span>,
    pub(super) spans_dropped: u64,
    pub(super) fault_moments: Vec<(SimTime, FaultKind)>,
    pub(super) containers: Containers,
    pub(super) entered: u64,
    pub(super) rejected: u64,
    pub(super) returned: u64,
    pub(super) sampled: u64,
    pub(super) end: SimTime,
    closed: Option<CloseReason>,
    record_delay: RecordDelay,
    situations: BTreeMap<Arc<str>, u64>,
}

/// Reads a trace as it goes by.
#[derive(Debug)]
pub struct Collector(Observations);

impl Collector {
    /// A collector for a line; counts are kept in slices of this length.
    pub fn new(line: LineInfo, slice: SimSpan) -> Self {
        Self(Observations {
            line,
            slice,
            slices: Vec::new(),
            readings: Vec::new(),
            keep_every: 1,
            rows: 0,
            last: (SimTime::START, Vec::new()),
            bottleneck: Bottleneck {
                held_up_ns: Vec::new(),
                total_ns: 0,
                active_ns: Vec::new(),
                at: SimTime::START,
            },
            spans: Vec::new(),
            spans_dropped: 0,
            fault_moments: Vec::new(),
            containers: Containers { inner: 0, bundle: 0, case: 0, pallet: 0 },
            entered: 0,
            rejected: 0,
            returned: 0,
            sampled: 0,
            end: SimTime::START,
            closed: None,
            record_delay: RecordDelay::default(),
            situations: BTreeMap::new(),
        })
    }

    /// Reads records, in the order of the trace.
    pub fn absorb(&mut self, records: &[TraceRecord]) {
        for record in records {
            self.absorb_one(record);
        }
    }

    fn absorb_one(&mut self, record: &TraceRecord) {
        let seen = &mut self.0;
        seen.end = record.at;
        match &record.fact {
            Fact::UnitEntered { .. } => {
                seen.entered += 1;
                seen.slice_at(record.at).entered += 1;
            }
            Fact::UnitPlaced { .. } => seen.slice_at(record.at).packed += 1,
            Fact::SampleTaken { .. } => seen.sampled += 1,
            Fact::Returned { .. } => {
                seen.returned += 1;
            }
            Fact::Ejected { .. } | Fact::RemovedByHand { .. } => {
                seen.rejected += 1;
                seen.slice_at(record.at).rejected += 1;
            }
            Fact::ContainerClosed { level, .. } => match level {
                Level::Inner => seen.containers.inner += 1,
                Level::Bundle => seen.containers.bundle += 1,
                Level::Case => seen.containers.case += 1,
                Level::Pallet => seen.containers.pallet += 1,
            },
            Fact::Meter(reading) => {
                if seen.last.0 != record.at {
                    seen.complete_row();
                    seen.last = (record.at, Vec::with_capacity(seen.line.machines.len()));
                }
                // A run may end at the very moment of a reading: the last one counts.
                match seen.last.1.get_mut(reading.machine.index()) {
                    Some(earlier) => *earlier = (**reading).clone(),
                    None => seen.last.1.push((**reading).clone()),
                }
            }
            Fact::Span { machine, state, cause, since } => {
                if seen.spans.len() < MOST_SPANS {
                    let (machine, state, cause) = (*machine, *state, *cause);
                    let (from, to) = (*since, record.at);
                    seen.spans.push(Span { machine, state, cause, from, to });
                } else {
                    seen.spans_dropped += 1;
                }
            }
            Fact::Inspected { grade_tenths, .. } => {
                seen.slice_at(record.at).grades.count(*grade_tenths);
            }
            Fact::FaultInjected { kind, .. } => {
                if seen.fault_moments.len() < MOST_SPANS {
                    seen.fault_moments.push((record.at, *kind));
                }
            }
            Fact::Closed(reason) => seen.closed = Some(*reason),
            Fact::Recorded { happened, .. } => seen.record_delay.count(*happened, record.at),
            Fact::Reached { situation } => {
                *seen.situations.entry(Arc::clone(situation)).or_default() += 1;
            }
            Fact::Processed { .. }
            | Fact::Printed { .. }
            | Fact::ContainerPlaced { .. }
            | Fact::ContainerRemoved { .. }
            | Fact::ContainerLabelled { .. }
            | Fact::LeftLine { .. }
            | Fact::MessageLost { .. }
            | Fact::StillOnLine { .. }
            | Fact::LedgerRestarted { .. }
            | Fact::WrongBatchTried { .. } => {}
        }
    }

    /// What was gathered.
    pub fn finish(mut self) -> Observations {
        self.0.complete_row();
        self.0
    }
}

impl Observations {
    fn slice_at(&mut self, at: SimTime) -> &mut Slice {
        let mut index = (at.as_nanos() / self.slice.as_nanos()) as usize;
        while index >= MOST_SLICES {
            let pairs = self
                .slices
                .chunks(2)
                .map(|pair| pair.iter().fold(Slice::default(), |sum, slice| sum.with(slice)));
            self.slices = pairs.collect();
            self.slice = SimSpan::from_nanos(self.slice.as_nanos() * 2);
            index /= 2;
        }
        if index >= self.slices.len() {
            self.slices.resize(index + 1, Slice::default());
        }
        &mut self.slices[index]
    }

    /// How long facts took to be recorded.
    pub fn record_delay(&self) -> RecordDelay {
        self.record_delay.clone()
    }

    /// How often each situation that has a name came about.
    pub const fn situations(&self) -> &BTreeMap<Arc<str>, u64> {
        &self.situations
    }

    /// Simulated seconds of the run.
    pub fn simulated_s(&self) -> f64 {
        self.end.as_secs_f64()
    }

    /// Why the run ended, in words.
    pub const fn ended(&self) -> &'static str {
        match self.closed {
            Some(CloseReason::OrderClosed) => "order closed",
            Some(CloseReason::TimeOver) => "time over",
            Some(CloseReason::Stuck) => "stuck: nothing could happen any more",
            None => "not ended",
        }
    }

    /// True when the order was closed.
    pub fn order_closed(&self) -> bool {
        self.closed == Some(CloseReason::OrderClosed)
    }

    fn last_readings(&self) -> &[MeterReading] {
        &self.last.1
    }

    /// All meters have been read.
    fn complete_row(&mut self) {
        if self.last.1.is_empty() {
            return;
        }
        self.bottleneck.stretch(&self.line, &self.last);
        self.rows += 1;
        if self.rows.is_multiple_of(self.keep_every) {
            self.readings.push(self.last.clone());
        }
        if self.readings.len() >= MOST_READINGS {
            let mut place = 0;
            self.readings.retain(|_| {
                place += 1;
                place % 2 == 0
            });
            self.keep_every *= 2;
        }
    }

    /// What was made.
    pub fn throughput(&self, judgement: &Judgement) -> Throughput {
        let good = judgement.packed;
        let minutes = self.simulated_s() / 60.0;
        Throughput {
            infeed: self.entered,
            good,
            rejected: self.rejected - self.returned,
            returned: self.returned,
            sampled: self.sampled,
            containers: self.containers,
            units_per_min: if minutes > 0.0 { good as f64 / minutes } else { 0.0 },
            oee: self.oee(good),
            machines: self.machines(),
            buffers: self.buffers(),
            bottleneck: self.bottleneck(),
        }
    }

    fn oee(&self, good: u64) -> Oee {
        let Some(lead) = self.last_readings().get(self.line.lead.index()) else {
            return Oee::default();
        };
        let execute_s = state_s(lead, MachineState::Execute);
        let planned = lead.causes.iter().filter(|(cause, _)| cause.is_planned_downtime());
        let planned_downtime_s = planned.map(|(_, ns)| *ns as f64 / 1e9).sum::<f64>();
        let setup_s = lead.cause_ns(Cause::Setup) as f64 / 1e9;
        let busy_s = self.simulated_s() - planned_downtime_s;
        let processed = lead.processed as f64;
        if execute_s == 0.0 || processed == 0.0 {
            return Oee::default();
        }
        let rated_s = 60.0 / self.line.rated_units_per_min;
        let availability = execute_s / busy_s;
        let performance = rated_s * processed / execute_s;
        let quality = good as f64 / processed;
        let nee = (execute_s + setup_s) / busy_s * performance * quality;
        let oee = availability * performance * quality;
        Oee { availability, performance, quality, oee, nee, planned_downtime_s }
    }

    fn machines(&self) -> Vec<MachineSummary> {
        let rows = self.line.machines.iter().zip(self.last_readings());
        let rows = rows.map(|((id, kind), reading)| MachineSummary {
            id: id.clone(),
            kind: kind.clone(),
            states: MachineState::ALL
                .iter()
                .filter(|state| state_s(reading, **state) > 0.0)
                .map(|state| (state.to_string(), state_s(reading, *state)))
                .collect(),
            causes: reading
                .causes
                .iter()
                .map(|(cause, ns)| (format!("{cause:?}"), *ns as f64 / 1e9))
                .collect(),
            starved_s: reading.cause_ns(Cause::Starved) as f64 / 1e9,
            blocked_s: reading.cause_ns(Cause::Blocked) as f64 / 1e9,
            processed: reading.processed,
            defective: reading.defective,
        });
        rows.collect()
    }

    fn buffers(&self) -> Vec<BufferSummary> {
        let rows = self.line.machines.iter().zip(&self.line.capacities).zip(self.last_readings());
        let rows = rows.filter_map(|(((id, _), capacity), reading)| {
            let mean = reading.level_ns as f64 / self.end.as_nanos().max(1) as f64;
            let max = reading.level_max;
            capacity.map(|capacity| BufferSummary { id: id.clone(), mean, max, capacity })
        });
        rows.collect()
    }

    /// Shares of the run in which each machine held up the line.
    fn bottleneck(&self) -> Vec<BottleneckShare> {
        let Bottleneck { held_up_ns, total_ns, .. } = &self.bottleneck;
        let rows = self.line.machines.iter().zip(held_up_ns).filter(|(_, ns)| **ns > 0);
        let mut rows: Vec<_> = rows
            .map(|((id, _), ns)| BottleneckShare {
                id: id.clone(),
                share: *ns as f64 / *total_ns as f64,
            })
            .collect();
        rows.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.id.cmp(&b.id)));
        rows
    }
}

impl Bottleneck {
    /// The bottleneck of a stretch of time is the machine that was active (Execute or Held) for
    /// most of it; what is starved or blocked waits for somebody else. Belts, tables and junctions
    /// carry, they do not work, and are left out. The stretches are those between two meter readings.
    fn stretch(&mut self, line: &LineInfo, (at, readings): &Row) {
        let length = at.since(self.at).as_nanos();
        self.held_up_ns.resize(line.machines.len(), 0);
        self.active_ns.resize(line.machines.len(), 0);
        let active = |index: usize| active_ns(&readings[index]) - self.active_ns[index];
        let carries = ["Belt", "AccumulationTable", "Diverter", "Merge"];
        let works = |index: &usize| !carries.contains(&line.machines[*index].1.as_str());
        let workers = (0..readings.len()).filter(works);
        // While nobody is active the line waits for something outside it.
        let workers = workers.filter(|index| active(*index) > 0);
        // Of equals the one further down the line holds up the others.
        if let Some(slowest) = workers.max_by_key(|index| (active(*index), *index)) {
            self.held_up_ns[slowest] += length;
        }
        self.total_ns += length;
        self.active_ns = readings.iter().map(active_ns).collect();
        self.at = *at;
    }
}

impl Slice {
    fn with(self, other: &Self) -> Self {
        Self {
            entered: self.entered + other.entered,
            packed: self.packed + other.packed,
            rejected: self.rejected + other.rejected,
            grades: self.grades.add(&other.grades),
        }
    }
}

fn state_s(reading: &MeterReading, state: MachineState) -> f64 {
    let found = reading.states.iter().find(|(number, _)| usize::from(*number) == state.number());
    found.map_or(0.0, |(_, ns)| *ns as f64 / 1e9)
}

fn active_ns(reading: &MeterReading) -> u64 {
    let active = [MachineState::Execute, MachineState::Held];
    let states = reading.states.iter();
    let active = states.filter(|(n, _)| active.iter().any(|s| s.number() == usize::from(*n)));
    active.map(|(_, ns)| *ns).sum()
}
