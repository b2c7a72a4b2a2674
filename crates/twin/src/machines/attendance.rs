//! The person at a machine that is worked by hand: called when there is something to do, released between two
//! pieces of work when needed elsewhere.

use std::sync::Arc;

use linetwin_base::{Cause, MachineId};

use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::super::people::{self, Assignment, Urgency};
use super::Signal;

/// See the module's first lines.
#[derive(Debug)]
pub(in super::super) struct Attendance {
    machine: MachineId,
    needs: Arc<str>,
    called: bool,
    here: bool,
    needed_elsewhere: bool,
}

impl Attendance {
    /// No person is here yet.
    pub(in super::super) fn new(machine: MachineId, needs: &str) -> Self {
        let needs = Arc::from(needs);
        Self { machine, needs, called: false, here: false, needed_elsewhere: false }
    }

    /// Before a piece of work: whether a person is here to do it. If not, one is called.
    pub(in super::super) fn is_attended(
        &mut self,
        meter: &mut Meter,
        context: &mut LineContext,
    ) -> bool {
        if self.here {
            return true;
        }
        if !self.called {
            self.called = true;
            let (machine, needs) = (self.machine, Some(Arc::clone(&self.needs)));
            let (assignment, urgency) = (Assignment::Attend, Urgency::Attend);
            let call = people::Signal::Call { machine, assignment, needs, urgency };
            context.signal(context.operator, Signal::People(call));
        }
        meter.hold(context, Cause::Operator);
        false
    }

    /// A person has come.
    pub(in super::super) const fn came(&mut self) {
        self.called = false;
        self.here = true;
    }

    /// The person is needed elsewhere, and goes now or after the piece of work that is under way.
    pub(in super::super) fn needed_elsewhere(&mut self, at_work: bool, context: &mut LineContext) {
        self.needed_elsewhere = true;
        if !at_work {
            self.may_go(context);
        }
    }

    /// A piece of work is finished.
    pub(in super::super) fn may_go(&mut self, context: &mut LineContext) {
        if self.here && std::mem::take(&mut self.needed_elsewhere) {
            self.here = false;
            let (machine, assignment) = (self.machine, Assignment::Attend);
            let release = people::Signal::Release { machine, assignment };
            context.signal(context.operator, Signal::People(release));
        }
    }
}
