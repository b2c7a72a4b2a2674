//! The simulated link of one line, in virtual time: messages and acknowledgements take time, keep their
//! order, and are lost while the link is down; faults, or a poor link, may change that. It reads no message.

use std::collections::VecDeque;

use linetwin_base::{Distribution, SimSpan, SimTime, Stream, Streams};
use linetwin_engine::{Message, Reply};
use linetwin_faults::LinkVerdict;
use linetwin_line::LinkSpec;
use linetwin_trace::Fact;

use super::super::ledger_port::PortContext;

/// What is under way, in either direction.
#[derive(Clone, Debug)]
pub(super) enum Parcel {
    /// To the ledger.
    Message(Message),
    /// To the line.
    Acknowledgement(Reply),
}

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Link {
    latency: Distribution,
    stream: Stream,
    quality: Quality,
    /// In the order of arrival. The line polls once for each.
    under_way: VecDeque<(SimTime, Parcel)>,
    /// For each direction: when the last parcel arrives that keeps its order. One that a fault has delayed is
    /// overtaken by others.
    in_order: [SimTime; 2],
}

/// How good the link is.
#[derive(Debug)]
struct Quality {
    lost: f64,
    repeated: f64,
    overtaken: f64,
    by: Distribution,
    stream: Stream,
}

impl Link {
    pub(super) fn new(spec: &LinkSpec, streams: Streams) -> Self {
        let LinkSpec { latency_s, lost, repeated, overtaken, overtaken_by_s, .. } = spec;
        let (lost, repeated, overtaken) = (*lost, *repeated, *overtaken);
        let by = overtaken_by_s.clone();
        let stream = streams.stream("link", "quality");
        Self {
            latency: latency_s.clone(),
            stream: streams.stream("link", "latency"),
            quality: Quality { lost, repeated, overtaken, by, stream },
            under_way: VecDeque::new(),
            in_order: [SimTime::START; 2],
        }
    }

    /// Takes something onto the link.
    pub(super) fn send(&mut self, parcel: Parcel, line: &mut PortContext) {
        let direction = match parcel {
            Parcel::Message(_) => 0,
            Parcel::Acknowledgement(_) => 1,
        };
        match self.arrivals(direction, line) {
            [None, None] => {}
            [Some(at), None] | [None, Some(at)] => self.enter(at, parcel, line),
            [Some(at), Some(again)] => {
                self.enter(at, parcel.clone(), line);
                self.enter(again, parcel, line);
            }
        }
    }

    /// The parcel that arrives now.
    pub(super) fn arrived(&mut self, now: SimTime) -> Parcel {
        let (at, parcel) = self.under_way.pop_front().expect("something is under way");
        assert!(at <= now, "nothing arrives before its time");
        parcel
    }

    /// Inserts a parcel behind all that arrive no later.
    fn enter(&mut self, at: SimTime, parcel: Parcel, line: &mut PortContext) {
        let before = self.under_way.iter().rposition(|(other, _)| *other <= at);
        self.under_way.insert(before.map_or(0, |place| place + 1), (at, parcel));
        line.poll_at(at);
    }

    /// When a parcel sent now arrives, once or twice: not before what was sent earlier, unless a fault
    /// reorders it; never, if it is lost.
    fn arrivals(&mut self, direction: usize, line: &mut PortContext) -> [Option<SimTime>; 2] {
        let now = line.now();
        let latency = self.latency.draw(&mut self.stream) + line.faults().link_slow(now);
        let at = (now + latency).max(self.in_order[direction]);
        match line.faults().link(now) {
            LinkVerdict::Carried => self.carried(at, latency, direction),
            LinkVerdict::Down(fault) => {
                line.note(Fact::MessageLost { fault: Some(fault) });
                [None, None]
            }
            LinkVerdict::Lost(fault) => {
                line.injected(fault);
                line.note(Fact::MessageLost { fault: Some(fault) });
                [None, None]
            }
            LinkVerdict::Repeated(fault) => {
                line.injected(fault);
                self.in_order[direction] = at;
                [Some(at), Some(at + latency)]
            }
            LinkVerdict::Overtaken(fault, by) => {
                line.injected(fault);
                [Some(at + by), None]
            }
        }
    }

    /// The same without faults, for a link of this quality.
    fn carried(&mut self, at: SimTime, latency: SimSpan, direction: usize) -> [Option<SimTime>; 2] {
        let Quality { lost, repeated, overtaken, .. } = self.quality;
        if lost + repeated + overtaken > 0.0 {
            let stream = &mut self.quality.stream;
            if stream.chance(lost) {
                return [None, None];
            }
            if stream.chance(overtaken) {
                return [Some(at + self.quality.by.draw(stream)), None];
            }
            if stream.chance(repeated) {
                self.in_order[direction] = at;
                return [Some(at), Some(at + latency)];
            }
        }
        self.in_order[direction] = at;
        [Some(at), None]
    }
}
