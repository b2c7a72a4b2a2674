//! The data of drawings: counts and grades over time, readings of all meters, states that lasted, faults.
//! Bounded: of a long run slices are put together and readings left out.

use linetwin_base::{Cause, MachineId, MachineState, SimSpan, SimTime};
use linetwin_faults::FaultKind;

use super::meters::Row;

/// More slices or readings than these are put together or left out: a drawing shows 120.
const MOST_SLICES: usize = 10_000;
const MOST_READINGS: usize = 2_000;
/// More spans than this are not drawn: the page would be too large to read.
const MOST_SPANS: usize = 20_000;
/// Lowest grade that is presumed to comply (EU 2016/161, article 6(4)), in tenths.
const COMPLIES_TENTHS: u8 = 15;

/// Grades of one slice of time.
#[derive(Copy, Clone, Debug)]
pub struct GradeCount {
    /// Symbols looked at.
    pub looked_at: u32,
    /// Of these, read and graded.
    pub graded: u32,
    /// Their grades, added.
    pub sum_tenths: u32,
    /// The lowest.
    pub worst_tenths: u8,
    /// Those that are not presumed to comply.
    pub below: u32,
}

/// Counts of one slice of time.
#[derive(Copy, Clone, Debug, Default)]
pub struct Slice {
    /// Units that came onto the line.
    pub entered: u32,
    /// Units put into containers.
    pub packed: u32,
    /// Units rejected.
    pub rejected: u32,
    /// Print quality.
    pub grades: GradeCount,
}

/// A state that lasted.
#[derive(Copy, Clone, Debug)]
pub struct Span {
    /// The machine.
    pub machine: MachineId,
    /// The state.
    pub state: MachineState,
    /// Why.
    pub cause: Cause,
    /// Since when.
    pub from: SimTime,
    /// Until when.
    pub to: SimTime,
}

/// See the module's first lines.
#[derive(Debug)]
pub struct Timeline {
    /// Length of a slice.
    pub slice: SimSpan,
    /// Counts over time.
    pub slices: Vec<Slice>,
    /// Readings of all meters, oldest first; of a long run every second one, or fewer.
    pub readings: Vec<Row>,
    /// One in so many readings is kept.
    keep_every: usize,
    rows: usize,
    /// States that lasted.
    pub spans: Vec<Span>,
    /// How many more there were.
    pub spans_dropped: u64,
    /// When which fault was injected.
    pub fault_moments: Vec<(SimTime, FaultKind)>,
}

impl Timeline {
    pub(super) fn new(slice: SimSpan) -> Self {
        Self {
            slice,
            slices: Vec::new(),
            readings: Vec::new(),
            keep_every: 1,
            rows: 0,
            spans: Vec::new(),
            spans_dropped: 0,
            fault_moments: Vec::new(),
        }
    }

    pub(super) fn slice_at(&mut self, at: SimTime) -> &mut Slice {
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

    /// All meters have been read.
    pub(super) fn row(&mut self, row: &Row) {
        self.rows += 1;
        if self.rows.is_multiple_of(self.keep_every) {
            self.readings.push(row.clone());
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

    pub(super) fn span(&mut self, span: Span) {
        if self.spans.len() < MOST_SPANS {
            self.spans.push(span);
        } else {
            self.spans_dropped += 1;
        }
    }

    pub(super) fn fault(&mut self, at: SimTime, kind: FaultKind) {
        if self.fault_moments.len() < MOST_SPANS {
            self.fault_moments.push((at, kind));
        }
    }
}

impl Slice {
    fn with(self, other: &Self) -> Self {
        Self {
            entered: self.entered + other.entered,
            packed: self.packed + other.packed,
            rejected: self.rejected + other.rejected,
            grades: self.grades.with(&other.grades),
        }
    }
}

impl Default for GradeCount {
    fn default() -> Self {
        Self { looked_at: 0, graded: 0, sum_tenths: 0, worst_tenths: u8::MAX, below: 0 }
    }
}

impl GradeCount {
    pub(super) fn count(&mut self, grade_tenths: Option<u8>) {
        self.looked_at += 1;
        let Some(grade) = grade_tenths else { return };
        self.graded += 1;
        self.sum_tenths += u32::from(grade);
        self.worst_tenths = self.worst_tenths.min(grade);
        self.below += u32::from(grade < COMPLIES_TENTHS);
    }

    /// Both together.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        self.looked_at += other.looked_at;
        self.graded += other.graded;
        self.sum_tenths += other.sum_tenths;
        self.worst_tenths = self.worst_tenths.min(other.worst_tenths);
        self.below += other.below;
        self
    }
}
