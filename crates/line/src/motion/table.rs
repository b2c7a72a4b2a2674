//! Where products on an accumulation table are: they cross it, wait at its exit, and leave one by one. With
//! either queue discipline, the first that came on is the first that can leave.

use linetwin_base::{SimSpan, SimTime};

/// The formulas of one table.
///
/// ```
/// use linetwin_base::{SimSpan, SimTime};
/// use linetwin_line::motion::TableMotion;
///
/// let at = |second: u64| SimTime::from_nanos(second * 1_000_000_000);
/// let table = TableMotion { transit: SimSpan::from_secs(6), interval: SimSpan::from_secs(1) };
/// let ready = table.ready_at(at(0));
/// assert_eq!(ready, at(6));
/// // The one before left at 5.5 s, so nothing leaves before 6.5 s.
/// let next_out = table.next_out(SimTime::from_nanos(5_500_000_000));
/// assert_eq!(table.exit_at(ready, next_out, at(6)), next_out);
/// assert_eq!(table.crossed(ready, at(3)), 0.5);
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct TableMotion {
    /// From coming on to the exit.
    pub transit: SimSpan,
    /// At least so long between two that leave.
    pub interval: SimSpan,
}

impl TableMotion {
    /// When a product that came on at `entered` is at the exit.
    #[inline]
    pub fn ready_at(&self, entered: SimTime) -> SimTime {
        entered + self.transit
    }

    /// The moment before which nothing leaves once one has left at `left`.
    #[inline]
    pub fn next_out(&self, left: SimTime) -> SimTime {
        left + self.interval
    }

    /// When a product that is at the exit from `ready` on leaves, computed at `now`, with a free place behind
    /// the table.
    #[inline]
    pub fn exit_at(&self, ready: SimTime, next_out: SimTime, now: SimTime) -> SimTime {
        next_out.max(ready).max(now)
    }

    /// The share of its way across that a product has done which is at the exit from `ready` on: 1.0 when
    /// it waits there.
    pub fn crossed(&self, ready: SimTime, now: SimTime) -> f64 {
        let (left, whole) = (ready.since(now).as_nanos(), self.transit.as_nanos());
        if left == 0 || whole == 0 { 1.0 } else { 1.0 - left as f64 / whole as f64 }
    }
}
