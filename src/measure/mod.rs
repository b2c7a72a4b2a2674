//! The results of a run, measured from its trace as it goes by: counts, times in states, levels, times
//! through the line, and the data of drawings. Reads records only; judges nothing, draws nothing, imports no
//! engine. One reader measures for all: costly measures are taken only on request.

mod meters;
mod passages;
mod record_delay;
mod timeline;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use linetwin_base::{Level, MachineId, SimSpan, SimTime};
use linetwin_line::{MachineSpec, Topology, TwinSpec};
use linetwin_trace::{CloseReason, Fact, TraceRecord};

pub use meters::{Bottleneck, Meters, Row, Stretch};
pub use passages::{Passages, Window};
pub use record_delay::RecordDelay;
pub use timeline::{GradeCount, Slice, Span, Timeline};

/// The line as its measures name it.
#[derive(Clone, Debug)]
pub struct LineInfo {
    /// Machine names and kinds, by id.
    pub machines: Vec<(String, String)>,
    /// Products that fit on each belt or into each queue; nothing where none wait.
    pub capacities: Vec<Option<u32>>,
    /// The machines in the order in which product comes to them, whatever their order in the file.
    pub line_order: Vec<usize>,
    /// The machine whose Execute time is production time.
    pub lead: MachineId,
    /// Rated speed.
    pub rated_units_per_min: f64,
}

impl LineInfo {
    /// The line of a twin file.
    pub fn of(twin: &TwinSpec) -> Self {
        let machines = twin.machines.iter();
        Self {
            machines: machines.clone().map(|m| (m.id().to_owned(), m.kind().to_owned())).collect(),
            capacities: machines.map(MachineSpec::capacity).collect(),
            line_order: Topology::of(twin).line_order(),
            lead: MachineId(twin.index_of(&twin.lead_machine).unwrap_or(0) as u16),
            rated_units_per_min: twin.rated_units_per_min,
        }
    }
}

/// Containers closed.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Containers {
    /// Inner packs.
    pub inner: u64,
    /// Bundles.
    pub bundle: u64,
    /// Cases.
    pub case: u64,
    /// Pallets.
    pub pallet: u64,
}

/// Products and containers, counted.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Units that came onto the line.
    pub entered: u64,
    /// Units put into containers.
    pub packed: u64,
    /// Units rejected or taken off by hand.
    pub rejected: u64,
    /// Of those, found good and put back.
    pub returned: u64,
    /// Units taken as samples.
    pub sampled: u64,
    /// Containers, and units without one, that left the end of the line.
    pub left: u64,
    /// Containers closed.
    pub containers: Containers,
}

/// Measures a line from its trace.
#[derive(Debug)]
pub struct Measurer(Observations);

/// Everything that was measured of a line.
#[derive(Debug)]
pub struct Observations {
    /// The line.
    pub line: LineInfo,
    /// Products and containers.
    pub counts: Counts,
    /// Times in states, and levels.
    pub meters: Meters,
    /// Which machines held up the line.
    pub bottleneck: Bottleneck,
    /// The data of drawings, where requested.
    pub timeline: Option<Timeline>,
    /// Times through the line, where requested.
    pub passages: Option<Passages>,
    /// How long facts took to be recorded.
    pub record_delay: RecordDelay,
    /// How often each coverage point was reached.
    pub coverage: BTreeMap<Arc<str>, u64>,
    /// The moment of the last record.
    pub end: SimTime,
    /// Why the run ended, if it has.
    pub closed: Option<CloseReason>,
}

impl Measurer {
    /// Measures counts, times in states, levels, and which machines hold up the line.
    pub fn new(line: LineInfo) -> Self {
        let meters = Meters::new(line.machines.len());
        let bottleneck = Bottleneck::new(&line);
        Self(Observations {
            line,
            counts: Counts::default(),
            meters,
            bottleneck,
            timeline: None,
            passages: None,
            record_delay: RecordDelay::default(),
            coverage: BTreeMap::new(),
            end: SimTime::START,
            closed: None,
        })
    }

    /// Measures the data of drawings as well; counts over time are kept in slices of this length.
    #[must_use]
    pub fn with_timeline(mut self, slice: SimSpan) -> Self {
        self.0.timeline = Some(Timeline::new(slice));
        self
    }

    /// Measures times through the line as well, on lines on which no product overtakes another.
    #[must_use]
    pub fn with_passages(mut self, window: Window) -> Self {
        self.0.passages = Some(Passages::new(window));
        self
    }

    /// What was measured up to now. The last readings of the meters may not be complete.
    pub const fn so_far(&self) -> &Observations {
        &self.0
    }

    /// Reads records, in the order of the trace.
    pub fn absorb(&mut self, records: &[TraceRecord]) {
        for record in records {
            self.0.absorb(record);
        }
    }

    /// What was measured.
    pub fn finish(mut self) -> Observations {
        self.0.complete_row();
        self.0
    }
}

impl Observations {
    fn absorb(&mut self, record: &TraceRecord) {
        let at = record.at;
        self.end = at;
        match &record.fact {
            Fact::UnitEntered { .. } => {
                self.counts.entered += 1;
                self.slice_at(at, |slice| slice.entered += 1);
                if let Some(passages) = &mut self.passages {
                    passages.entered(at);
                }
            }
            Fact::UnitPlaced { .. } => {
                self.counts.packed += 1;
                self.slice_at(at, |slice| slice.packed += 1);
            }
            Fact::SampleTaken { .. } => self.counts.sampled += 1,
            Fact::Returned { .. } => self.counts.returned += 1,
            Fact::Rejected { .. } | Fact::RemovedByHand { .. } => {
                self.counts.rejected += 1;
                self.slice_at(at, |slice| slice.rejected += 1);
            }
            Fact::ContainerClosed { level, .. } => self.counts.containers.count(*level),
            Fact::LeftLine { .. } => {
                self.counts.left += 1;
                if let Some(passages) = &mut self.passages {
                    passages.left(at);
                }
            }
            Fact::Meter(reading) => {
                if self.meters.begins_row(at) {
                    self.complete_row();
                }
                let full = self.meters.read(at, reading);
                if let (Some(passages), true) = (&mut self.passages, full) {
                    passages.row(self.meters.last());
                }
            }
            Fact::Span { machine, state, cause, since } => {
                if let Some(timeline) = &mut self.timeline {
                    let (machine, state, cause) = (*machine, *state, *cause);
                    timeline.span(Span { machine, state, cause, from: *since, to: at });
                }
            }
            Fact::Inspected { grade_tenths, .. } => {
                self.slice_at(at, |slice| slice.grades.count(*grade_tenths));
            }
            Fact::FaultInjected { kind, .. } => {
                if let Some(timeline) = &mut self.timeline {
                    timeline.fault(at, *kind);
                }
            }
            Fact::Closed(reason) => self.closed = Some(*reason),
            Fact::Recorded { happened, .. } => self.record_delay.count(*happened, at),
            Fact::CoveragePoint { point } => {
                *self.coverage.entry(Arc::clone(point)).or_default() += 1;
            }
            Fact::Processed { .. }
            | Fact::Printed { .. }
            | Fact::ContainerPlaced { .. }
            | Fact::ContainerRemoved { .. }
            | Fact::ContainerLabelled { .. }
            | Fact::MessageLost { .. }
            | Fact::StillOnLine { .. }
            | Fact::LedgerRestarted { .. }
            | Fact::WrongBatchTried { .. } => {}
        }
    }

    fn slice_at(&mut self, at: SimTime, count: impl FnOnce(&mut Slice)) {
        if let Some(timeline) = &mut self.timeline {
            count(timeline.slice_at(at));
        }
    }

    /// All meters have been read.
    fn complete_row(&mut self) {
        let row = self.meters.last();
        if row.readings.is_empty() {
            return;
        }
        self.bottleneck.row(row);
        if let Some(timeline) = &mut self.timeline {
            timeline.row(row);
        }
    }

    /// The data of drawings.
    ///
    /// # Panics
    /// When it was not requested.
    pub fn timeline(&self) -> &Timeline {
        self.timeline.as_ref().expect("drawings are made of runs of which they were measured")
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
}

impl Containers {
    fn count(&mut self, level: Level) {
        *match level {
            Level::Inner => &mut self.inner,
            Level::Bundle => &mut self.bundle,
            Level::Case => &mut self.case,
            Level::Pallet => &mut self.pallet,
        } += 1;
    }
}

#[cfg(test)]
mod tests;
