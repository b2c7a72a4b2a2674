//! What campaigns draw faults with: rates, times and parameters of a bad day. Each fault has dice of its own,
//! so that one shifts no other. What is drawn here is in the scenario of every seed: no draw may change.

use linetwin_base::{SimSpan, Stream};
use linetwin_symbol::Defect;

use super::rate::Rate;

/// Rates, in thousandths.
const RATES: (f64, f64) = (0.5, 20.0);
/// Lengths of faults that last, in seconds.
const LENGTHS_S: (f64, f64) = (5.0, 180.0);

/// One fault's own draws.
#[derive(Debug)]
pub struct Dice {
    stream: Stream,
    /// About how long the line is made ready.
    set_up_s: f64,
    /// About how long the order takes then.
    order_s: f64,
}

impl Dice {
    /// Dice for an order that takes about so many seconds on a line that is made ready in about so many.
    pub const fn new(stream: Stream, set_up_s: f64, order_s: f64) -> Self {
        Self { stream, set_up_s, order_s }
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.stream.chance(p)
    }

    /// From 1 to `most`.
    pub fn up_to(&mut self, most: u32) -> u32 {
        1 + (self.stream.bits() % u64::from(most)) as u32
    }

    /// In steps that a person would write.
    pub(super) fn rate(&mut self) -> Rate {
        match self.stream.bits() % 8 {
            0 => self.nth(400),
            1 => {
                let length = 1 + self.up_to(6);
                Rate::Burst { every: 199 + self.up_to(800), length }
            }
            _ => Rate::PerThousand((self.stream.log_uniform(RATES) * 10.0).round() / 10.0),
        }
    }

    /// One of the first so many, and no other.
    pub(super) fn nth(&mut self, of: u32) -> Rate {
        Rate::Nth(self.up_to(of))
    }

    /// One in few: for what happens seldom.
    pub(super) fn every_few(&mut self) -> Rate {
        Rate::EveryNth(1 + self.up_to(8))
    }

    /// While the order is made.
    pub(super) fn from(&mut self) -> SimSpan {
        SimSpan::from_secs((self.set_up_s + self.stream.unit() * self.order_s * 0.8) as u64)
    }

    /// Also while the line is made ready, and when the order should be done.
    pub fn any_time(&mut self) -> SimSpan {
        SimSpan::from_secs((self.stream.unit() * (self.set_up_s + self.order_s * 1.4)) as u64)
    }

    /// When the order begins, when most numbers are requested, or at any time.
    pub(super) fn start_or_any_time(&mut self) -> SimSpan {
        if self.stream.chance(0.5) { SimSpan::ZERO } else { self.any_time() }
    }

    /// The length of a fault that lasts.
    pub(super) fn lasts(&mut self) -> SimSpan {
        SimSpan::from_secs(self.stream.log_uniform(LENGTHS_S) as u64)
    }

    /// One to four seconds.
    pub fn few_seconds(&mut self) -> SimSpan {
        SimSpan::from_secs(u64::from(self.up_to(4)))
    }

    /// A defect that costs a grade or all of them.
    pub(super) fn defect(&mut self) -> Defect {
        match self.stream.bits() % 3 {
            0 => Defect::DeadNozzles { rows: 11 + self.up_to(12) },
            1 => Defect::Voids { count: 30, diameter_modules: 1.5 },
            _ => Defect::Smear { modules: 2.0 },
        }
    }

    /// The share of the way that an encoder counts too much.
    pub(super) fn slip(&mut self) -> f64 {
        (self.stream.unit() * 0.6 - 0.2).mul_add(100.0, 0.5).floor() / 100.0
    }

    /// By how much a clock is set: up to an hour.
    pub(super) fn clock_offset_s(&mut self) -> f64 {
        (self.stream.unit() * 7200.0).round() - 3600.0
    }
}
