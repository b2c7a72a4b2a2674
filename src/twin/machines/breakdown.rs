//! When a machine fails: by the clock, by its working time, or by the products it has worked on, in one
//! way or in several. A machine asks when it starts on a product whether a repair comes first; one that
//! can stop in the middle of its work also asks when.

use crate::base::{Distribution, MachineId, SimSpan, SimTime, Stream, Streams};

use super::super::floor::Floor;
use super::super::spec::{Between, FailureSpec};
use super::super::work_log::WorkEvent;

/// What is left until the next failure of a kind.
#[derive(Debug)]
enum Left {
    /// Until then.
    Clock(SimTime),
    /// So much work.
    Work(SimSpan),
    /// So many products.
    Products(u64),
}

#[derive(Debug)]
struct Mode {
    between: Between,
    repair: Distribution,
    stream: Stream,
    left: Left,
}

/// The failures of a machine; none, if nothing is said about them.
#[derive(Debug)]
pub(in super::super) struct Breakdowns {
    machine: MachineId,
    modes: Vec<Mode>,
}

impl Breakdowns {
    /// The failures of the machine with this name.
    pub(in super::super) fn new(
        specs: &[FailureSpec],
        streams: Streams,
        (machine, name): (MachineId, &str),
    ) -> Self {
        let modes = specs.iter().map(|spec| {
            let purpose = match spec.name.as_str() {
                "" => "failures".to_owned(),
                mode => format!("failures {mode}"),
            };
            let mut stream = streams.stream(name, &purpose);
            let left = until_next(&spec.between, SimTime::START, &mut stream);
            Mode { between: spec.between.clone(), repair: spec.repair_s.clone(), stream, left }
        });
        Self { machine, modes: modes.collect() }
    }

    /// The machine starts on a product: how long it must be repaired first, if it must. After the
    /// repair it asks again.
    pub(in super::super) fn repair_before_start(&mut self, floor: &mut Floor) -> Option<SimSpan> {
        let now = floor.now();
        let due = self.modes.iter().position(|mode| match mode.left {
            Left::Clock(at) => now >= at,
            Left::Work(left) => left == SimSpan::ZERO,
            Left::Products(left) => left == 0,
        })?;
        floor.log(self.machine, WorkEvent::Stop(due as u16));
        Some(self.modes[due].repair(now))
    }

    /// The machine starts on a product and will finish it.
    pub(in super::super) fn begin(&mut self, takes: SimSpan) {
        self.begin_product();
        self.work(takes);
    }

    /// The machine starts on a product.
    pub(in super::super) fn begin_product(&mut self) {
        for mode in &mut self.modes {
            if let Left::Products(left) = &mut mode.left {
                *left = left.saturating_sub(1);
            }
        }
    }

    /// When it fails within so much work, counted from its beginning, if it does.
    pub(in super::super) fn strikes_within(&self, work: SimSpan) -> Option<SimSpan> {
        let left = self.modes.iter().filter_map(|mode| match mode.left {
            Left::Work(left) => Some(left),
            Left::Clock(_) | Left::Products(_) => None,
        });
        left.min().filter(|left| *left < work)
    }

    /// So much work has been done, or will have been.
    pub(in super::super) fn work(&mut self, done: SimSpan) {
        for mode in &mut self.modes {
            if let Left::Work(left) = &mut mode.left {
                *left = SimSpan::from_nanos(left.as_nanos().saturating_sub(done.as_nanos()));
            }
        }
    }
}

impl Mode {
    /// Draws a repair, and what comes after it.
    fn repair(&mut self, now: SimTime) -> SimSpan {
        let repair = self.repair.draw(&mut self.stream);
        self.left = until_next(&self.between, now + repair, &mut self.stream);
        repair
    }
}

fn until_next(between: &Between, from: SimTime, stream: &mut Stream) -> Left {
    match between {
        Between::Clock(of) => Left::Clock(from + of.draw(stream)),
        Between::Work(of) => Left::Work(of.draw(stream)),
        // At least one, or it would never work again.
        Between::Products(of) => Left::Products((of.value(stream) as u64).max(1)),
    }
}
