//! What a machine kind does: at events and signals of its own, and at those that any machine can get. A kind
//! that cannot get one of them leaves it out; sending it there all the same is a mistake in the program, and
//! the run panics.

use std::fmt::Debug;

use linetwin_base::{MachineId, UnitId};

use super::super::item::{Item, Mark};
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::label::LabelCommand;

/// A product before a device.
#[derive(Debug)]
pub(in super::super) struct Passing {
    /// Its place in the order in which products came onto the belt.
    pub(in super::super) ordinal: u64,
    pub(in super::super) unit: UnitId,
    pub(in super::super) mark: Option<Mark>,
    /// Encoder reading.
    pub(in super::super) at_um: u64,
}

/// See the module's first lines.
pub(super) trait MachineKind {
    /// What can be scheduled for it.
    type Event;
    /// Signals for this kind only.
    type Signal;

    fn on_event(&mut self, event: Self::Event, meter: &mut Meter, context: &mut LineContext);

    fn on_signal(&mut self, signal: Self::Signal, meter: &mut Meter, context: &mut LineContext);

    /// Events that free places come before events that need places.
    fn priority(_event: &Self::Event) -> u64 {
        0
    }

    /// An item comes through its inlet.
    fn arrive(&mut self, item: Item, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &item);
    }

    /// The inlet of a machine that it sends to has opened.
    fn inlet_opened(&mut self, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &"an inlet that has opened");
    }

    /// A product passes it on its belt.
    fn passing(&mut self, passing: Passing, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &passing);
    }

    /// An operator takes off the items that wait here.
    fn clear(&mut self, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &"line clearance");
    }

    /// A person has come to end a stop, and begins.
    fn came(&mut self, which: u8, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &("a person for stop", which));
    }

    /// The person who stays here is needed elsewhere.
    fn relieve(&mut self, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &"a person needed elsewhere");
    }

    /// The line controller's answer about a label.
    fn label(&mut self, command: LabelCommand, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &command);
    }

    /// The line controller requests a repeat of what is waited for.
    fn repeat_status(&mut self, meter: &mut Meter, _context: &mut LineContext) {
        misrouted(meter.machine, &"a request for its status");
    }
}

/// A machine got a signal that its kind does not take.
#[cold]
pub(super) fn misrouted(machine: MachineId, what: &dyn Debug) -> ! {
    panic!("machine {} has no use for {what:?}", machine.0);
}
