//! Failures by clock time. A machine asks when it starts on a product; if the time between failures
//! has passed by then, the repair comes first.

use crate::base::{Distribution, SimSpan, SimTime, Stream, Streams};

use super::super::spec::FailureSpec;

#[derive(Debug)]
struct Wear {
    between: Distribution,
    repair: Distribution,
    stream: Stream,
    next_failure: SimTime,
}

/// When a machine fails next; never, if nothing is said about failures.
#[derive(Debug)]
pub(in super::super) struct Breakdowns(Option<Wear>);

impl Breakdowns {
    /// The failures of the machine with this name.
    pub(in super::super) fn new(
        spec: Option<&FailureSpec>,
        streams: Streams,
        machine: &str,
    ) -> Self {
        Self(spec.map(|spec| {
            let mut stream = streams.stream(machine, "failures");
            let next_failure = SimTime::START + spec.between_s.draw(&mut stream);
            Wear {
                between: spec.between_s.clone(),
                repair: spec.repair_s.clone(),
                stream,
                next_failure,
            }
        }))
    }

    /// The machine starts on a product: how long it must be repaired first, if it must.
    pub(in super::super) fn repair_before_start(&mut self, now: SimTime) -> Option<SimSpan> {
        let wear = self.0.as_mut().filter(|wear| now >= wear.next_failure)?;
        let repair = wear.repair.draw(&mut wear.stream);
        wear.next_failure = now + repair + wear.between.draw(&mut wear.stream);
        Some(repair)
    }
}
