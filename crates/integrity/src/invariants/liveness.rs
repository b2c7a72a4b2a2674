//! I10: a line whose faults are over goes on, until its order is closed and no pack is left on it.

use linetwin_base::SimTime;
use linetwin_trace::{CloseReason, Fact};

use super::super::physical::Place;
use super::{Evidence, Violations};

/// When the line made progress for the last time, and how it ended.
#[derive(Debug, Default)]
pub(in super::super) struct Liveness {
    last: SimTime,
    closed: Option<(SimTime, CloseReason)>,
}

impl Liveness {
    /// Reads a fact. Progress is a pack or a container that gets on, or out.
    pub(in super::super) fn absorb(&mut self, at: SimTime, fact: &Fact) {
        match fact {
            Fact::UnitEntered { .. }
            | Fact::Rejected { .. }
            | Fact::RemovedByHand { .. }
            | Fact::SampleTaken { .. }
            | Fact::Returned { .. }
            | Fact::UnitPlaced { .. }
            | Fact::ContainerPlaced { .. }
            | Fact::ContainerRemoved { .. }
            | Fact::ContainerClosed { .. }
            | Fact::LeftLine { .. } => self.last = at,
            _ => {}
        }
    }

    pub(in super::super) fn closed(&mut self, at: SimTime, reason: CloseReason) {
        self.closed = Some((at, reason));
    }
}

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    match evidence.liveness.closed {
        Some((_, CloseReason::Stuck)) => {
            found.violated(|| "nothing can ever happen any more".to_owned());
        }
        Some((at, CloseReason::TimeOver)) => {
            let since = evidence.liveness.last.max(evidence.expected.faults_over);
            if at > since + evidence.expected.max_stall {
                found.violated(|| format!("nothing has come of it since {since}"));
            }
        }
        Some((_, CloseReason::OrderClosed)) => {
            for (id, unit) in evidence.physical.units() {
                if unit.place == Place::OnLine {
                    found.violated(|| format!("pack {} is still on the line", id.0));
                }
            }
        }
        None => {}
    }
}
