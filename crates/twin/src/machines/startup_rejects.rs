//! Products that a machine spoils when it has stood: the first few after a long pause.

use linetwin_base::{SimSpan, SimTime};
use linetwin_line::StartupRejectsSpec;

/// See the module's first lines.
#[derive(Debug)]
pub(in super::super) struct StartupRejects {
    rejects: u32,
    after: SimSpan,
    left: u32,
    /// When it finished the product before.
    last: SimTime,
}

impl StartupRejects {
    /// A machine that has stood until now.
    pub(in super::super) fn new(spec: &StartupRejectsSpec) -> Self {
        let after = SimSpan::from_secs_f64(spec.after_idle_s);
        Self { rejects: spec.count, after, left: spec.count, last: SimTime::START }
    }

    /// A product on which work began then is finished now: whether it is spoilt.
    pub(in super::super) fn spoils(&mut self, began: SimTime, now: SimTime) -> bool {
        if began.since(self.last) > self.after {
            self.left = self.rejects;
        }
        self.last = now;
        let spoilt = self.left > 0;
        self.left -= u32::from(spoilt);
        spoilt
    }
}
