//! The place where a line controller runs: its power, its clock, its panel. It decides which of the
//! controller's outputs take effect, and carries none of them out.

use linetwin_base::{MachineId, SimTime};
use linetwin_engine::{Action, LineLogic};
use linetwin_trace::Fact;

use super::coverage::CoveragePoint;
use super::line_context::LineContext;
use super::machines::{Signal, belt};
use super::people;

/// See the module's first lines.
pub(super) struct ControllerHost {
    logic: Box<dyn LineLogic>,
    /// The controller's actions after its last input.
    pub(super) outputs: Vec<Action>,
    power: Power,
    /// Power cuts that are not over.
    cuts: u32,
    /// How far its clock is ahead of the true time.
    clock_ahead_ns: i64,
    /// Belts that stand when the controller has no power.
    tracked: Vec<MachineId>,
}

/// Whether the controller has power.
#[derive(Copy, Clone, Debug)]
enum Power {
    On,
    /// Its next input is the last one before power fails: the output does not take effect.
    Failing(u16),
    Off(u16),
}

impl ControllerHost {
    /// A controller with power, and the belts that it tracks products on.
    pub(super) const fn new(logic: Box<dyn LineLogic>, tracked: Vec<MachineId>) -> Self {
        let outputs = Vec::new();
        Self { logic, outputs, power: Power::On, cuts: 0, clock_ahead_ns: 0, tracked }
    }

    /// Why the controller no longer works, if it does not.
    pub(super) fn broken(&self) -> Option<&str> {
        self.logic.broken()
    }

    pub(super) const fn is_off(&self) -> bool {
        matches!(self.power, Power::Off(_))
    }

    /// Gives the controller an input, if it has power. Afterwards `outputs` is to be carried out.
    pub(super) fn input(
        &mut self,
        context: &mut LineContext,
        input: impl FnOnce(&mut dyn LineLogic, SimTime, &mut Vec<Action>),
    ) {
        match self.power {
            Power::On => input(&mut *self.logic, context.now(), &mut self.outputs),
            Power::Failing(fault) => {
                input(&mut *self.logic, context.now(), &mut self.outputs);
                self.fail(fault, context);
            }
            Power::Off(fault) => {
                context.reached(CoveragePoint::InputWithoutPower.name());
                context.note(Fact::MessageLost { fault: Some(fault) });
            }
        }
    }

    /// Power is cut: after the next input, if it was on.
    pub(super) fn cut(&mut self, fault: u16, context: &mut LineContext) {
        context.note_fault(fault, None);
        self.cuts += 1;
        match self.power {
            Power::On => self.power = Power::Failing(fault),
            Power::Failing(_) | Power::Off(_) => {
                context.reached(CoveragePoint::PowerFailsTwice.name())
            }
        }
    }

    /// One cut is over. True if power is back, so that the controller has to restart.
    pub(super) fn restore(&mut self, context: &mut LineContext) -> bool {
        self.cuts -= 1;
        if self.cuts > 0 {
            return false;
        }
        if let Power::Failing(fault) = self.power {
            self.fail(fault, context);
        }
        self.power = Power::On;
        true
    }

    /// Without power outputs are lost, belts with devices stand at once, and the panel calls no operator.
    fn fail(&mut self, fault: u16, context: &mut LineContext) {
        self.power = Power::Off(fault);
        if !self.outputs.is_empty() {
            context.reached(CoveragePoint::PowerFailsBeforeOutput.name());
        }
        for output in self.outputs.drain(..) {
            match output {
                Action::Covered(point) => context.reached(point.name()),
                Action::Device(_) | Action::Send(_) | Action::SetTimer(_) | Action::OrderClosed => {
                    context.note(Fact::MessageLost { fault: Some(fault) });
                }
            }
        }
        for belt in &self.tracked {
            context.signal(*belt, Signal::Belt(belt::Signal::Hold(context.operator)));
        }
        context.signal(context.operator, Signal::People(people::Signal::CallsWithdrawn));
    }

    /// This fault of the plan sets its clock.
    pub(super) fn step_clock(&mut self, fault: u16, context: &mut LineContext) {
        context.note_fault(fault, None);
        let steps = context.faults.clock_steps();
        self.clock_ahead_ns +=
            steps.iter().find(|(of, ..)| *of == fault).map_or(0, |(_, _, by)| *by);
    }

    /// A simulated time as its clock shows it.
    pub(super) fn by_its_clock(&self, at: SimTime) -> SimTime {
        let stamp = at.as_nanos() as i64 + self.clock_ahead_ns;
        SimTime::from_nanos(stamp.max(0) as u64)
    }
}
