//! What was observed of one quantity: values, values known only within bounds, and values that were cut
//! off. Memory is bounded: of a great many a fair sample is kept.

use linetwin_base::{Stream, Streams};

/// Observations kept of a quantity. More would narrow no interval that matters.
const MOST_KEPT: usize = 20_000;
/// Whole products, not a nanosecond more.
const HAIR: f64 = 1e-9;

/// One observation.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Observed {
    /// Above the first, at most the second, about the third.
    Within(f64, f64, f64),
    /// Longer than this: something else ended it.
    Above(f64),
}

/// How values came to be rounded.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Grid {
    /// To the nearest multiple of this.
    Rounded(f64),
    /// Down to whole numbers.
    Floored,
}

impl Grid {
    /// From one possible value to the next.
    pub(super) const fn step(self) -> f64 {
        match self {
            Self::Rounded(step) => step,
            Self::Floored => 1.0,
        }
    }

    /// What would have been observed of this value.
    pub(super) fn observe(self, value: f64) -> Observed {
        match self {
            Self::Rounded(step) => {
                let point = libm::floor(value / step + 0.5) * step;
                Observed::Within(point, point, point)
            }
            Self::Floored => products(libm::floor(value).max(1.0)),
        }
    }
}

/// A machine stops after so many products: what was drawn lies below the next whole number.
fn products(count: f64) -> Observed {
    let low = if count > 1.0 { count - HAIR } else { -HAIR };
    Observed::Within(low, count + 1.0 - HAIR, count)
}

/// See the module's first lines.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    kept: Vec<Observed>,
    /// Observed altogether: ended, and cut off.
    pub(super) ended: u64,
    pub(super) cut: u64,
    /// Greatest common divisor of all times, in nanoseconds.
    step_ns: u64,
    counts: bool,
    stream: Stream,
}

impl Sample {
    /// Of times.
    pub(super) fn of_times(name: &str) -> Self {
        let stream = Streams::new(0).stream(name, "calibration sample");
        Self { kept: Vec::new(), ended: 0, cut: 0, step_ns: 0, counts: false, stream }
    }

    /// Of counts of products.
    pub(super) fn of_products(name: &str) -> Self {
        Self { counts: true, ..Self::of_times(name) }
    }

    /// It lasted so long.
    pub(super) fn exactly(&mut self, nanos: u64) {
        self.step_ns = divisor(self.step_ns, nanos);
        self.ended += 1;
        self.keep(Observed::Within(secs(nanos), secs(nanos), secs(nanos)));
    }

    /// It lasted longer than the first and not longer than the second.
    pub(super) fn within(&mut self, from_ns: u64, to_ns: u64) {
        self.step_ns = divisor(divisor(self.step_ns, from_ns), to_ns);
        self.ended += 1;
        let (from, to) = (secs(from_ns), secs(to_ns));
        self.keep(Observed::Within(from, to, (from + to) / 2.0));
    }

    /// It lasted so many products.
    pub(super) fn products(&mut self, count: u64) {
        self.ended += 1;
        self.keep(products(count as f64));
    }

    /// It had lasted so long when something else ended it.
    pub(super) fn longer(&mut self, nanos: u64) {
        if nanos > 0 {
            self.cut += 1;
            self.keep(Observed::Above(secs(nanos)));
        }
    }

    /// It had lasted so many products when something else ended it.
    pub(super) fn more_products(&mut self, count: u64) {
        if count > 0 {
            self.cut += 1;
            self.keep(Observed::Above(count as f64 - HAIR));
        }
    }

    /// Algorithm R of Vitter, Random sampling with a reservoir, 1985.
    fn keep(&mut self, observed: Observed) {
        if self.kept.len() < MOST_KEPT {
            self.kept.push(observed);
            return;
        }
        let place = (self.stream.unit() * (self.ended + self.cut) as f64) as usize;
        if let Some(kept) = self.kept.get_mut(place) {
            *kept = observed;
        }
    }

    pub(super) fn kept(&self) -> &[Observed] {
        &self.kept
    }

    pub(super) fn grid(&self) -> Grid {
        if self.counts { Grid::Floored } else { Grid::Rounded(secs(self.step_ns.max(1))) }
    }
}

fn secs(nanos: u64) -> f64 {
    nanos as f64 / 1e9
}

fn divisor(mut one: u64, mut two: u64) -> u64 {
    while two > 0 {
        (one, two) = (two, one % two);
    }
    one
}
