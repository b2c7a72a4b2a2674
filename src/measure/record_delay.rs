//! How long after it happened on the line a fact is in the ledger, in simulated time: the way over the link,
//! and waiting while there is none. The computing time of the ledger is not included.

use hdrhistogram::Histogram;
use serde::{Serialize, Serializer};

use linetwin_base::{SimSpan, SimTime};

/// Longest delay that is distinguished, in microseconds: a fortnight.
const LONGEST_US: u64 = 14 * 24 * 3600 * 1_000_000;

/// Delays of all facts of a run.
#[derive(Clone, Debug, Default)]
pub struct RecordDelay {
    /// In microseconds; nothing before the first.
    delays_us: Option<Histogram<u64>>,
}

impl RecordDelay {
    /// A fact that happened then is in the ledger now. A clock that was set may put it the other way round,
    /// which counts as no delay.
    pub(super) fn count(&mut self, happened: SimTime, now: SimTime) {
        let delays = self.delays_us.get_or_insert_with(|| {
            Histogram::new_with_bounds(1, LONGEST_US, 3).expect("constant bounds")
        });
        let delay = if happened < now { now.since(happened) } else { SimSpan::ZERO };
        delays.saturating_record(delay.as_nanos() / 1000);
    }

    /// The longest delay of so many percent of the facts, counted from the fastest, in seconds.
    pub fn percentile_s(&self, percentile: f64) -> Option<f64> {
        let delays = self.delays_us.as_ref()?;
        Some(delays.value_at_percentile(percentile) as f64 / 1e6)
    }
}

/// In `summary.json`, seconds.
#[derive(Serialize)]
struct Quantiles {
    p50: f64,
    p90: f64,
    p99: f64,
    p999: f64,
    max: f64,
}

impl Serialize for RecordDelay {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let at = |percentile| self.percentile_s(percentile).unwrap_or(0.0);
        Quantiles { p50: at(50.0), p90: at(90.0), p99: at(99.0), p999: at(99.9), max: at(100.0) }
            .serialize(to)
    }
}
