//! One fault of a plan at work: whether it hits the product or message at its point.

use linetwin_base::{SimTime, Stream, Streams};

use super::kinds::{Fault, FaultKind};
use super::rate::{Occurrence, Rate};

/// One fault with its own stream and count.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) fault: Fault,
    pub(super) kind: FaultKind,
    pub(super) occurrence: Occurrence,
    /// From then on it hits nothing.
    pub(super) until: SimTime,
    /// Whether it hits.
    stream: Stream,
    /// How it hits. Each product or message draws from it, hit or not: a plan that lists exactly which are
    /// hit hits them in the same way.
    pub(super) how: Stream,
    /// Products or messages so far.
    seen: u64,
    /// Those of them that were hit.
    pub(super) hit: Vec<u32>,
    /// For rates by the clock: the first one after this moment is hit.
    next: SimTime,
}

impl Rule {
    /// The rule of a fault, of which there are so many of its kind and place before it in the plan.
    pub(super) fn new(fault: &Fault, before: usize, until: SimTime, streams: Streams) -> Self {
        let kind = fault.kind();
        let owner = fault.machine().unwrap_or("link");
        let mut stream = streams.stream(owner, &format!("fault {kind} {before}"));
        let how = streams.stream(owner, &format!("how {kind} {before}"));
        let occurrence = fault.occurrence();
        let next = match &occurrence {
            Occurrence::Hits(Rate::At(at)) => SimTime::START + *at,
            Occurrence::Hits(Rate::Interarrival(spans)) => SimTime::START + spans.draw(&mut stream),
            Occurrence::Hits(_) | Occurrence::Lasts { .. } | Occurrence::Once(_) => SimTime::NEVER,
        };
        let (fault, seen, hit) = (fault.clone(), 0, Vec::new());
        Self { fault, kind, occurrence, until, stream, how, seen, hit, next }
    }

    /// Whether it is of the same kind at the same place.
    pub(super) fn is_same_kind_and_place(&self, fault: &Fault) -> bool {
        self.kind == fault.kind() && self.fault.machine() == fault.machine()
    }

    /// Whether the fault hits this one. One that lasts hits all while it lasts.
    pub(super) fn hits(&mut self, now: SimTime) -> bool {
        let Occurrence::Hits(rate) = &self.occurrence else { return self.lasts(now) };
        self.seen += 1;
        let hits = match rate {
            Rate::PerThousand(share) => self.stream.chance(share / 1000.0),
            Rate::EveryNth(every) => self.seen.is_multiple_of(u64::from(*every)),
            Rate::Nth(which) => self.seen == u64::from(*which),
            Rate::Exactly(which) => which.iter().any(|which| u64::from(*which) == self.seen),
            Rate::Burst { every, length } => {
                (self.seen - 1) % u64::from(*every) >= u64::from(every - length)
            }
            Rate::At(_) if now >= self.next => {
                self.next = SimTime::NEVER;
                true
            }
            Rate::Interarrival(spans) if now >= self.next => {
                self.next = now + spans.draw(&mut self.stream);
                true
            }
            Rate::At(_) | Rate::Interarrival(_) => false,
        };
        let hits = hits && now < self.until;
        if hits {
            self.hit.push(self.seen as u32);
        }
        hits
    }

    /// Whether it is one that lasts, and does so now.
    pub(super) fn lasts(&self, now: SimTime) -> bool {
        self.period().is_some_and(|(begin, end)| begin <= now && now < end)
    }

    /// From when to when it lasts, if it is one that does.
    pub(super) fn period(&self) -> Option<(SimTime, SimTime)> {
        let Occurrence::Lasts { from, lasts } = self.occurrence else { return None };
        let begin = SimTime::START + from;
        (begin < self.until).then(|| (begin, (begin + lasts).min(self.until)))
    }
}
