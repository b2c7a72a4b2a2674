//! How often a fault hits, and how it comes.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, SimSpan};

/// When a fault hits, counted in products, in messages, or by the clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Rate {
    /// Each one with this probability, in thousandths.
    PerThousand(f64),
    /// Every n-th one.
    EveryNth(u32),
    /// The n-th one, and no other.
    Nth(u32),
    /// These, counted from 1, and no others.
    Exactly(Vec<u32>),
    /// So many in a row, again and again.
    Burst {
        /// One burst in so many.
        every: u32,
        /// Length of a burst.
        length: u32,
    },
    /// The first one after this moment, and no other.
    At(SimSpan),
    /// The first one after each of the moments that lie so many seconds apart.
    Interarrival(Distribution),
}

/// How a fault comes.
#[derive(Clone, Debug, PartialEq)]
pub enum Occurrence {
    /// It hits products, layers, labels or messages at this rate.
    Hits(Rate),
    /// It lasts.
    Lasts {
        /// Since when.
        from: SimSpan,
        /// For how long.
        lasts: SimSpan,
    },
    /// It happens at this moment.
    Once(SimSpan),
}
