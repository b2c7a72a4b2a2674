//! Times through the line, from coming in to leaving, and other counts product by product behind a warm-up.
//! Only for lines on which no product overtakes another.

use std::collections::VecDeque;

use linetwin_base::{Cause, SimSpan, SimTime};
use linetwin_trace::MeterReading;

use super::meters::{Row, Stretch, busy_ns};

/// Which products are measured.
#[derive(Copy, Clone, Debug)]
pub struct Window {
    /// So many leave before measuring begins.
    pub warm_up: u64,
    /// The last that is measured, counted from 1.
    pub last: u64,
    /// Products that leave so long after the first came in are counted apart.
    pub early: SimSpan,
}

/// Entries and exits.
#[derive(Debug)]
pub struct Passages {
    window: Window,
    out: u64,
    /// When the last product of the warm-up left, and the last product that is measured.
    from: SimTime,
    to: SimTime,
    /// When each product on the line came, oldest first.
    on_line: VecDeque<SimTime>,
    /// Of those that are measured.
    sojourn_ns: u128,
    /// Of all.
    all_sojourns_ns: u128,
    first_in: Option<SimTime>,
    early: u64,
    /// Readings of all meters: the last of the warm-up, the last of all.
    first_row: Row,
    last_row: Row,
    /// For Little's law: the sum by the meters and the sum by the products, at the last reading.
    little: (u128, u128),
}

impl Passages {
    pub(super) fn new(window: Window) -> Self {
        Self {
            window,
            out: 0,
            from: SimTime::START,
            to: SimTime::START,
            on_line: VecDeque::new(),
            sojourn_ns: 0,
            all_sojourns_ns: 0,
            first_in: None,
            early: 0,
            first_row: Row::default(),
            last_row: Row::default(),
            little: (0, 0),
        }
    }

    pub(super) fn entered(&mut self, at: SimTime) {
        self.first_in.get_or_insert(at);
        self.on_line.push_back(at);
    }

    pub(super) fn left(&mut self, at: SimTime) {
        self.out += 1;
        let came = self.on_line.pop_front().expect("what leaves has come");
        let sojourn_ns = u128::from(at.since(came).as_nanos());
        self.all_sojourns_ns += sojourn_ns;
        let Window { warm_up, last, early } = self.window;
        if self.out == warm_up {
            self.from = at;
        }
        if warm_up < self.out && self.out <= last {
            self.to = at;
            self.sojourn_ns += sojourn_ns;
        }
        self.early += u64::from(at <= self.first_in.unwrap_or_default() + early);
    }

    /// All meters have been read.
    pub(super) fn row(&mut self, row: &Row) {
        self.last_row.clone_from(row);
        if self.out < self.window.warm_up {
            self.first_row.clone_from(row);
        }
        self.weigh(row);
    }

    /// The time that products have spent on the line up to now, by the meters of all queues and machines, and
    /// by the products' own entries and exits. The first machine releases them.
    fn weigh(&mut self, row: &Row) {
        let occupied = |reading: &MeterReading| {
            reading.level_ns + u128::from(busy_ns(reading) + reading.cause_ns(Cause::Blocked))
        };
        let by_meters: u128 = row.readings.iter().skip(1).map(occupied).sum();
        let still_here = self.on_line.iter().map(|came| u128::from(row.at.since(*came).as_nanos()));
        self.little = (by_meters, self.all_sojourns_ns + still_here.sum::<u128>());
    }

    /// From the end of the warm-up to the last reading of the meters.
    pub const fn stretch(&self) -> Stretch<'_> {
        Stretch::between(&self.first_row, &self.last_row)
    }

    /// Products that are measured, a second.
    pub fn throughput_per_s(&self) -> f64 {
        self.measured() / self.to.since(self.from).as_secs_f64()
    }

    /// Mean time through the line of the products that are measured.
    pub fn mean_sojourn_s(&self) -> f64 {
        self.sojourn_ns as f64 / 1e9 / self.measured()
    }

    /// Products that left early.
    pub const fn early(&self) -> u64 {
        self.early
    }

    /// The difference of the two sides of Little's law, in nanoseconds: nothing if nothing gets lost.
    pub const fn little_off_ns(&self) -> u128 {
        self.little.0.abs_diff(self.little.1)
    }

    fn measured(&self) -> f64 {
        (self.window.last - self.window.warm_up) as f64
    }
}
