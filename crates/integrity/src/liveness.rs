//! I10: a line whose faults are over goes on, until its order is closed and no pack is left on it.

use linetwin_base::SimTime;
use linetwin_trace::{CloseReason, Fact};

use super::Expected;
use super::invariants::{Finding, InvariantResult};
use super::physical::{Physical, Place};

/// When something came of the line's work for the last time, and how it ended.
#[derive(Debug, Default)]
pub(super) struct Liveness {
    last: SimTime,
    closed: Option<(SimTime, CloseReason)>,
}

impl Liveness {
    /// Reads a fact. What counts is that a pack or a container gets on, or out.
    pub(super) fn absorb(&mut self, at: SimTime, fact: &Fact) {
        match fact {
            Fact::UnitEntered { .. }
            | Fact::Ejected { .. }
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

    pub(super) fn closed(&mut self, at: SimTime, reason: CloseReason) {
        self.closed = Some((at, reason));
    }

    pub(super) fn judge(&self, expected: &Expected, physical: &Physical) -> InvariantResult {
        let rule = "When faults are over the line goes on, until its order is closed and no pack is \
                    left on it.";
        let mut finding = Finding::new("I10", rule);
        match self.closed {
            Some((_, CloseReason::Stuck)) => {
                finding.violated(|| "nothing can ever happen any more".to_owned());
            }
            Some((at, CloseReason::TimeOver)) => {
                let since = self.last.max(expected.faults_over);
                if at > since + expected.patience {
                    finding.violated(|| format!("nothing has come of it since {since}"));
                }
            }
            Some((_, CloseReason::OrderClosed)) => {
                for (id, unit) in physical.units() {
                    if unit.place == Place::OnLine {
                        finding.violated(|| format!("pack {} is still on the line", id.0));
                    }
                }
            }
            None => {}
        }
        finding.0
    }
}
