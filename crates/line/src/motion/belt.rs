//! Where products on a belt are. A product's place is a formula, never a step: it follows from the belt time
//! at which it came on, and belt time runs only while the belt runs. What products are does not matter here.
//!
//! All lengths are kept as belt time, in whole nanoseconds at the belt's full speed. With L the
//! length, q the length of a product and e the time of entry of the product with r others before it,
//! x the time of the last exit, its place at belt time b is
//!
//! ```text
//! standing kind:      b - e
//! accumulating kind:  min(b - e,  L - (r+1) q + (b - x),  L - r q)
//! ```
//!
//! On the accumulating kind the belt runs on below products that queue, touching, at its end. It
//! follows that the next product reaches the end at max(e + L, x + q), and that with fewer than L/q
//! products on the belt only the product that came on last can be in the way of a new one: it must be
//! a pitch ahead. Products come on a pitch apart or more, so they never come closer than a pitch on the
//! standing kind and than q on the other.
//!
//! Two limits of the formulas. A belt of the standing kind that coasts with a product waiting at its end
//! pushes that product out: its place is then beyond L, by no more than the belt coasts. A queue from the
//! middle of which a product is taken closes at once.

use linetwin_base::SimSpan;

use super::BeltNanos;

/// The measures of a belt, as the twin file has them.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct BeltMeasures {
    /// Length of the belt.
    pub length_mm: f64,
    /// Full speed, above zero.
    pub speed_mm_s: f64,
    /// Least distance between the leading edges of two products that come on.
    pub pitch_mm: f64,
    /// Length of a product, at most the pitch.
    pub product_mm: f64,
    /// Whether products queue at its end while it runs on.
    pub accumulates: bool,
}

/// A product on a belt.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Riding {
    /// Belt time at which it came on.
    pub entered: BeltNanos,
    /// Products before it on the same belt, also one that waits at its end.
    pub ahead: u32,
}

/// The formulas of one belt; see the module's first lines.
///
/// ```
/// use linetwin_line::motion::{BeltMeasures, BeltMotion, Riding};
///
/// let belt = BeltMotion::new(BeltMeasures {
///     length_mm: 1000.0, speed_mm_s: 500.0, pitch_mm: 110.0, product_mm: 70.0, accumulates: true,
/// });
/// // Three came on; two seconds at full speed later the first is at the end and waits there.
/// let entered = [0, 300_000_000, 600_000_000];
/// let places_mm: Vec<f64> = belt.places_mm(2_500_000_000, &entered, None).collect();
/// assert_eq!(places_mm, [1000.0, 930.0, 860.0]);
/// // It has left: the next one reaches the end as soon as the belt has come by the length of a product.
/// let left = 2_500_000_000;
/// assert_eq!(belt.reaches_end(entered[1], Some(left)), left + 140_000_000);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct BeltMotion {
    measures: BeltMeasures,
    length: BeltNanos,
    pitch: BeltNanos,
    product: BeltNanos,
}

impl BeltMotion {
    /// The formulas of a belt with these measures.
    pub fn new(measures: BeltMeasures) -> Self {
        let as_time = |mm: f64| belt_time(mm, measures.speed_mm_s);
        let (length, pitch) = (as_time(measures.length_mm), as_time(measures.pitch_mm));
        Self { length, pitch, product: as_time(measures.product_mm), measures }
    }

    /// A length along the belt as belt time.
    pub fn belt_time(&self, length_mm: f64) -> BeltNanos {
        belt_time(length_mm, self.measures.speed_mm_s)
    }

    /// Belt time as a length along the belt: millimetres, for drawing and for reports only.
    pub fn length_mm(&self, ran: BeltNanos) -> f64 {
        SimSpan::from_nanos(ran).as_secs_f64() * self.measures.speed_mm_s
    }

    /// What the belt was made from.
    pub const fn measures(&self) -> &BeltMeasures {
        &self.measures
    }

    /// Whether products queue at its end while it runs on.
    #[inline]
    pub const fn accumulates(&self) -> bool {
        self.measures.accumulates
    }

    /// Its length, as belt time.
    #[inline]
    pub const fn length(&self) -> BeltNanos {
        self.length
    }

    /// Its pitch, as belt time.
    #[inline]
    pub const fn pitch(&self) -> BeltNanos {
        self.pitch
    }

    /// Where a product would have come on that touches one ahead of it, which came on at `ahead`.
    #[inline]
    pub const fn touching(&self, ahead: BeltNanos) -> BeltNanos {
        ahead + self.product
    }

    /// The belt time from which another product can come on behind one that came on at `entered`.
    #[inline]
    pub const fn free_from(&self, entered: BeltNanos) -> BeltNanos {
        entered + self.pitch
    }

    /// Whether a product that came on at `entered` has come the whole length at belt time `ran`.
    #[inline]
    pub const fn has_come_through(&self, entered: BeltNanos, ran: BeltNanos) -> bool {
        entered + self.length <= ran
    }

    /// The belt time at which the first product on the belt, which came on at `entered`, is at its end.
    /// `last_exit` is when the one before left, nothing if none did.
    #[inline]
    pub fn reaches_end(&self, entered: BeltNanos, last_exit: Option<BeltNanos>) -> BeltNanos {
        let free_run = entered + self.length;
        match last_exit {
            Some(last) if self.measures.accumulates => free_run.max(last + self.product),
            _ => free_run,
        }
    }

    /// How far a product has come at belt time `ran`, as belt time.
    pub fn place(&self, ran: BeltNanos, riding: Riding, last_exit: Option<BeltNanos>) -> BeltNanos {
        let free_run = ran.saturating_sub(riding.entered);
        if !self.measures.accumulates {
            return free_run;
        }
        let queue = |products: u64| self.length.saturating_sub(products * self.product);
        let ahead = u64::from(riding.ahead);
        let place = free_run.min(queue(ahead));
        match last_exit {
            // It moves up behind the one that left, no faster than the belt.
            Some(last) => place.min(queue(ahead + 1) + ran.saturating_sub(last)),
            None => place,
        }
    }

    /// How far each product has come at belt time `ran`, in millimetres from the beginning of the belt.
    /// `entered` has the belt times at which they came on, the first one on the belt first.
    pub fn places_mm(
        &self,
        ran: BeltNanos,
        entered: &[BeltNanos],
        last_exit: Option<BeltNanos>,
    ) -> impl Iterator<Item = f64> {
        entered.iter().zip(0..).map(move |(entered, ahead)| {
            let riding = Riding { entered: *entered, ahead };
            self.length_mm(self.place(ran, riding, last_exit))
        })
    }
}

fn belt_time(length_mm: f64, speed_mm_s: f64) -> BeltNanos {
    SimSpan::from_secs_f64(length_mm / speed_mm_s).as_nanos()
}

#[cfg(test)]
mod tests;
