//! One fault of a plan at work: whether it hits what comes by.

use linetwin_base::{SimTime, Stream, Streams};

use super::spec::{Course, Fault, Rate};

/// One fault with its own stream and count.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) fault: Fault,
    pub(super) course: Course,
    /// From then on it hits nothing any more.
    pub(super) until: SimTime,
    /// Whether it hits.
    stream: Stream,
    /// How it hits. Each that comes by draws from it, hit or not: a plan that says exactly which are hit
    /// hits them in the same way.
    pub(super) how: Stream,
    /// Products or messages that have come by.
    asked: u64,
    /// Those of them that were hit.
    pub(super) hit: Vec<u32>,
    /// For rates by the clock: the first one after this moment is hit.
    next: SimTime,
}

impl Rule {
    /// The rule of a fault, of which there are so many twins before it in the plan.
    pub(super) fn new(fault: &Fault, twins: usize, until: SimTime, streams: Streams) -> Self {
        let owner = fault.machine().unwrap_or("link");
        let mut stream = streams.stream(owner, &format!("fault {} {twins}", fault.name()));
        let how = streams.stream(owner, &format!("how {} {twins}", fault.name()));
        let course = fault.course();
        let next = match &course {
            Course::Hits(Rate::At(at)) => SimTime::START + *at,
            Course::Hits(Rate::Between(between)) => SimTime::START + between.draw(&mut stream),
            Course::Hits(_) | Course::Lasts { .. } | Course::Once(_) => SimTime::NEVER,
        };
        let (fault, asked, hit) = (fault.clone(), 0, Vec::new());
        Self { fault, course, until, stream, how, asked, hit, next }
    }

    /// Whether it is of the same kind at the same place.
    pub(super) fn is_twin_of(&self, fault: &Fault) -> bool {
        self.fault.name() == fault.name() && self.fault.machine() == fault.machine()
    }

    /// Whether the fault hits this one. One that lasts hits all while it lasts.
    pub(super) fn hits(&mut self, now: SimTime) -> bool {
        let Course::Hits(rate) = &self.course else { return self.lasts(now) };
        self.asked += 1;
        let hits = match rate {
            Rate::PerThousand(share) => self.stream.chance(share / 1000.0),
            Rate::Units(every) => self.asked.is_multiple_of(u64::from(*every)),
            Rate::Once(which) => self.asked == u64::from(*which),
            Rate::Exactly(which) => which.iter().any(|which| u64::from(*which) == self.asked),
            Rate::Burst { every, length } => {
                (self.asked - 1) % u64::from(*every) >= u64::from(every - length)
            }
            Rate::At(_) if now >= self.next => {
                self.next = SimTime::NEVER;
                true
            }
            Rate::Between(between) if now >= self.next => {
                self.next = now + between.draw(&mut self.stream);
                true
            }
            Rate::At(_) | Rate::Between(_) => false,
        };
        let hits = hits && now < self.until;
        if hits {
            self.hit.push(self.asked as u32);
        }
        hits
    }

    /// Whether it is one that lasts, and does so now.
    pub(super) fn lasts(&self, now: SimTime) -> bool {
        self.stretch().is_some_and(|(begin, end)| begin <= now && now < end)
    }

    /// From when to when it lasts, if it is one that does.
    pub(super) fn stretch(&self) -> Option<(SimTime, SimTime)> {
        let Course::Lasts { from, lasts } = self.course else { return None };
        let begin = SimTime::START + from;
        (begin < self.until).then(|| (begin, (begin + lasts).min(self.until)))
    }
}
