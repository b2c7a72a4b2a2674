//! How a machine loses speed for a while: its work takes longer, and nothing else changes.

use linetwin_base::{Distribution, SimSpan, SimTime, Stream};
use linetwin_line::SpeedLossSpec;

use super::super::blueprint::Blueprint;

/// One way in which it loses speed.
#[derive(Debug)]
struct SpeedLoss {
    interval: Distribution,
    lasts: Distribution,
    factor: Distribution,
    stream: Stream,
    from: SimTime,
    to: SimTime,
    /// Share of the speed that is left from `from` to `to`.
    left: f64,
}

/// See the module's first lines. Empty for a machine without speed losses.
#[derive(Debug)]
pub(in super::super) struct SpeedLosses(Vec<SpeedLoss>);

impl SpeedLosses {
    /// The speed losses of a machine.
    pub(in super::super) fn new(
        specs: &[SpeedLossSpec],
        blueprint: &Blueprint,
        machine: &str,
    ) -> Self {
        let losses = specs.iter().map(|spec| SpeedLoss {
            interval: spec.interval_s.clone(),
            lasts: spec.lasts_s.clone(),
            factor: spec.speed_factor.clone(),
            stream: blueprint.streams.stream(machine, format!("slow {}", spec.name).trim_end()),
            from: SimTime::START,
            to: SimTime::START,
            left: 1.0,
        });
        Self(losses.collect())
    }

    /// How long a piece of work takes that begins now; of several ways to be slow the slowest counts.
    pub(in super::super) fn stretch(&mut self, work: SimSpan, now: SimTime) -> SimSpan {
        if self.0.is_empty() {
            return work;
        }
        let speeds = self.0.iter_mut().map(|loss| loss.speed_at(now));
        let speed = speeds.fold(1.0, f64::min);
        if speed < 1.0 { SimSpan::from_secs_f64(work.as_secs_f64() / speed) } else { work }
    }
}

impl SpeedLoss {
    fn speed_at(&mut self, now: SimTime) -> f64 {
        while now >= self.to {
            self.from = self.to + self.interval.draw(&mut self.stream);
            self.to = self.from + self.lasts.draw(&mut self.stream);
            self.left = self.factor.value(&mut self.stream).clamp(SLOWEST, 1.0);
        }
        if now >= self.from { self.left } else { 1.0 }
    }
}

/// A distribution without a lower end may draw a speed at which nothing would ever be finished.
const SLOWEST: f64 = 0.01;
