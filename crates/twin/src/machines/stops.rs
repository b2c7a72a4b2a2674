//! What makes a machine stop by itself: failures, consumables that run out, planned stops. Each is counted by
//! calendar time, by operating time or by products. Before each product a machine checks here whether it must
//! stop; one that can stop in the middle of its work also checks when. People are called from here.

use std::sync::Arc;

use linetwin_base::{
    Cause, ClockTime, Distribution, MachineId, SimSpan, SimTime, Stream, WeekClock,
};
use linetwin_line::WorkEvent;
use linetwin_line::{ConsumableSpec, FailureSpec, Interval, MaintenanceDue, PlannedStopSpec};

use super::super::blueprint::Blueprint;
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::super::people::{self, Assignment, Urgency};
use super::{Signal, SimEvent};

/// What is left until a stop.
#[derive(Copy, Clone, Debug, PartialEq)]
enum Left {
    /// Until this time.
    Clock(SimTime),
    /// So much operating time.
    Work(SimSpan),
    /// So many products.
    Products(u64),
}

impl Left {
    fn is_over(self, now: SimTime) -> bool {
        match self {
            Self::Clock(at) => now >= at,
            Self::Work(left) => left == SimSpan::ZERO,
            Self::Products(left) => left == 0,
        }
    }
}

/// What is counted from the end of one stop to the next.
#[derive(Debug)]
enum Counts {
    Interval(Interval),
    /// It does not come again.
    Once,
    Daily(ClockTime, WeekClock),
    Consumable {
        products: u64,
    },
}

/// How far the person is who was called.
#[derive(Copy, Clone, Debug, PartialEq)]
enum Responder {
    NotCalled,
    Called,
    /// At work.
    Here,
}

/// One reason for which the machine stops.
#[derive(Debug)]
struct Reason {
    counts: Counts,
    left: Left,
    /// With so many products left a person is called.
    low: Option<u64>,
    cause: Cause,
    urgency: Urgency,
    takes: Distribution,
    needs: Option<Arc<str>>,
    responder: Responder,
    stream: Stream,
}

/// See the module's first lines. Empty for a machine that never stops by itself.
#[derive(Debug)]
pub(in super::super) struct Stops {
    machine: MachineId,
    /// What is scheduled for the end of the stop with a number.
    over: fn(u8) -> SimEvent,
    reasons: Vec<Reason>,
    /// The stop that it stands for now.
    standing: Option<u8>,
}

impl Stops {
    /// The stops of the machine with this id; `over` is what is scheduled for the end of one.
    pub(in super::super) fn new(
        machine: MachineId,
        blueprint: &Blueprint,
        over: fn(u8) -> SimEvent,
    ) -> Self {
        let spec = &blueprint.spec().machines[machine.index()];
        let stops = spec.stops().expect("asked for machines that stop");
        let stream = |kind: &str, name: &str| {
            let purpose = format!("{kind} {name}");
            blueprint.streams.stream(spec.id(), purpose.trim_end())
        };
        let planned = stops
            .planned_stops
            .iter()
            .map(|spec| Reason::planned(spec, blueprint.clock, stream("planned", &spec.name)));
        let failures =
            stops.failures.iter().map(|spec| Reason::failure(spec, stream("failures", &spec.name)));
        let consumables = stops
            .consumables
            .iter()
            .map(|spec| Reason::consumable(spec, stream("material", &spec.name)));
        let reasons = planned.chain(failures).chain(consumables).collect();
        Self { machine, over, reasons, standing: None }
    }

    /// Before the order: begins the set-up. True while the machine is not ready.
    pub(in super::super) fn set_up(
        &mut self,
        meter: &mut Meter,
        context: &mut LineContext,
    ) -> bool {
        self.reasons.iter().any(Reason::is_set_up) && self.stop(meter, context)
    }

    /// Before a product: stops the machine, if it must. It may go on when [`Self::over`] returns true, and
    /// must call this again then.
    pub(in super::super) fn stop(&mut self, meter: &mut Meter, context: &mut LineContext) -> bool {
        let now = context.now();
        let due = self.reasons.iter().position(|reason| reason.left.is_over(now));
        let Some(which) = due else { return false };
        if self.standing.replace(which as u8) != Some(which as u8) {
            context.log(self.machine, WorkEvent::Stop(which as u8));
        }
        let reason = &mut self.reasons[which];
        if reason.needs.is_none() {
            let takes = reason.takes.draw(&mut reason.stream);
            context.schedule(takes, self.machine, (self.over)(which as u8));
        } else if reason.responder != Responder::Here {
            // A person who was called ahead is more urgent now.
            let ahead = reason.urgency == Urgency::Ahead;
            let urgency = if ahead { Urgency::Stands } else { reason.urgency };
            reason.call(self.machine, which, urgency, context);
        }
        self.show(meter, context);
        true
    }

    /// A person has come and begins.
    pub(in super::super) fn came(
        &mut self,
        which: u8,
        meter: &mut Meter,
        context: &mut LineContext,
    ) {
        let reason = &mut self.reasons[usize::from(which)];
        reason.responder = Responder::Here;
        if self.standing == Some(which) {
            context.log(self.machine, WorkEvent::Repair);
        }
        let takes = reason.takes.draw(&mut reason.stream);
        context.schedule(takes, self.machine, (self.over)(which));
        self.show(meter, context);
    }

    /// A repair, refill or planned work is finished. True if the machine has stood for it.
    pub(in super::super) fn over(&mut self, which: u8, context: &mut LineContext) -> bool {
        let reason = &mut self.reasons[usize::from(which)];
        reason.left = reason.counts.until_next(context.now(), &mut reason.stream);
        if reason.responder == Responder::Here {
            let (machine, assignment) = (self.machine, Assignment::Stop(which));
            context.signal(
                context.operator,
                Signal::People(people::Signal::Release { machine, assignment }),
            );
        }
        reason.responder = Responder::NotCalled;
        let stood = self.standing == Some(which);
        if stood {
            self.standing = None;
            context.log(self.machine, WorkEvent::Resume);
        }
        stood
    }

    /// Whether it stands.
    pub(in super::super) const fn stands(&self) -> bool {
        self.standing.is_some()
    }

    fn show(&self, meter: &mut Meter, context: &mut LineContext) {
        let Some(which) = self.standing else { return };
        let reason = &self.reasons[usize::from(which)];
        let waits = reason.needs.is_some() && reason.responder != Responder::Here;
        let cause = if waits { Cause::Operator } else { reason.cause };
        if reason.is_set_up() {
            meter.prepare(context, cause);
        } else {
            meter.hold(context, cause);
        }
    }

    /// The machine starts on a product and will finish it.
    pub(in super::super) fn begin(&mut self, takes: SimSpan, context: &mut LineContext) {
        self.begin_product(context);
        self.work(takes);
    }

    /// The machine starts on a product.
    pub(in super::super) fn begin_product(&mut self, context: &mut LineContext) {
        for (which, reason) in self.reasons.iter_mut().enumerate() {
            if let Left::Products(left) = &mut reason.left {
                *left = left.saturating_sub(1);
                if reason.low.is_some_and(|low| *left <= low)
                    && reason.responder == Responder::NotCalled
                {
                    reason.call(self.machine, which, reason.urgency, context);
                }
            }
        }
    }

    /// When it fails within so much operating time, counted from its beginning, if it does.
    pub(in super::super) fn strikes_within(&self, work: SimSpan) -> Option<SimSpan> {
        let left = self.reasons.iter().filter_map(|reason| match reason.left {
            Left::Work(left) => Some(left),
            Left::Clock(_) | Left::Products(_) => None,
        });
        left.min().filter(|left| *left < work)
    }

    /// So much operating time has passed, or will have passed.
    pub(in super::super) fn work(&mut self, done: SimSpan) {
        for reason in &mut self.reasons {
            if let Left::Work(left) = &mut reason.left {
                *left = *left - done;
            }
        }
    }
}

impl Reason {
    fn failure(spec: &FailureSpec, mut stream: Stream) -> Self {
        let counts = Counts::Interval(spec.time_to_failure.clone());
        Self {
            left: counts.until_next(SimTime::START, &mut stream),
            counts,
            low: None,
            cause: Cause::Failure,
            urgency: Urgency::Stands,
            takes: spec.repair_s.clone(),
            needs: spec.required_skill.as_deref().map(Arc::from),
            responder: Responder::NotCalled,
            stream,
        }
    }

    fn consumable(spec: &ConsumableSpec, stream: Stream) -> Self {
        let products = spec.products(spec.capacity);
        Self {
            counts: Counts::Consumable { products },
            left: Left::Products(products),
            low: spec
                .required_skill
                .is_some()
                .then(|| spec.products(spec.reorder_level))
                .filter(|low| *low > 0),
            cause: Cause::Material,
            urgency: Urgency::Ahead,
            takes: spec.refill_s.clone(),
            needs: spec.required_skill.as_deref().map(Arc::from),
            responder: Responder::NotCalled,
            stream,
        }
    }

    fn planned(spec: &PlannedStopSpec, clock: WeekClock, mut stream: Stream) -> Self {
        let (counts, left) = match &spec.due {
            MaintenanceDue::Start => (Counts::Once, Left::Clock(SimTime::START)),
            MaintenanceDue::Every(interval) => {
                let counts = Counts::Interval(interval.clone());
                let left = counts.until_next(SimTime::START, &mut stream);
                (counts, left)
            }
            MaintenanceDue::Daily(at) => {
                let first = clock.next_daily(*at, SimTime::START);
                (Counts::Daily(*at, clock), Left::Clock(first))
            }
        };
        Self {
            counts,
            left,
            low: None,
            cause: spec.kind.cause(),
            urgency: Urgency::Planned,
            takes: spec.takes_s.clone(),
            needs: spec.required_skill.as_deref().map(Arc::from),
            responder: Responder::NotCalled,
            stream,
        }
    }

    /// Work before the order begins.
    const fn is_set_up(&self) -> bool {
        matches!(self.counts, Counts::Once)
    }

    fn call(
        &mut self,
        machine: MachineId,
        which: usize,
        urgency: Urgency,
        context: &mut LineContext,
    ) {
        self.responder = Responder::Called;
        let (assignment, needs) = (Assignment::Stop(which as u8), self.needs.clone());
        let call = people::Signal::Call { machine, assignment, needs, urgency };
        context.signal(context.operator, Signal::People(call));
    }
}

impl Counts {
    fn until_next(&self, from: SimTime, stream: &mut Stream) -> Left {
        match self {
            Self::Interval(Interval::CalendarTime(of)) => Left::Clock(from + of.draw(stream)),
            Self::Interval(Interval::OperatingTime(of)) => Left::Work(of.draw(stream)),
            // At least one, or it would never work again.
            Self::Interval(Interval::Cycles(of)) => {
                Left::Products((of.value(stream) as u64).max(1))
            }
            Self::Once => Left::Clock(SimTime::NEVER),
            Self::Daily(at, clock) => {
                // Not the same time again, if the work took no time.
                Left::Clock(clock.next_daily(*at, from + SimSpan::from_nanos(1)))
            }
            Self::Consumable { products } => Left::Products(*products),
        }
    }
}
