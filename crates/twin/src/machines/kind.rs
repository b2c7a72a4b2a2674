//! What a machine kind does: at events and signals of its own, and at what any machine may be told. A kind
//! that cannot be told something leaves that out; whoever tells it so all the same is wrong, and the run ends
//! here.

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
    /// What only this kind can be told.
    type Signal;

    fn on_event(&mut self, event: Self::Event, meter: &mut Meter, context: &mut LineContext);

    fn on_signal(&mut self, signal: Self::Signal, meter: &mut Meter, context: &mut LineContext);

    /// What makes places comes before what needs places.
    fn priority(_event: &Self::Event) -> u64 {
        0
    }

    /// An item comes through its inlet.
    fn arrive(&mut self, item: Item, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &item);
    }

    /// The inlet of a machine that it sends to has opened.
    fn inlet_opened(&mut self, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &"an inlet that has opened");
    }

    /// A product passes it on its belt.
    fn passing(&mut self, passing: Passing, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &passing);
    }

    /// An operator takes off what waits here.
    fn clear(&mut self, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &"line clearance");
    }

    /// Somebody has come to end a stop, and begins.
    fn came(&mut self, which: u8, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &("somebody for stop", which));
    }

    /// Whoever stays here is wanted elsewhere.
    fn relieve(&mut self, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &"somebody wanted elsewhere");
    }

    /// A word of the line controller on a label.
    fn label(&mut self, command: LabelCommand, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &command);
    }

    /// The line controller wants to know again what it waits for.
    fn repeat_status(&mut self, meter: &mut Meter, _floor: &mut LineContext) {
        misrouted(meter.machine, &"a request for its status");
    }
}

/// A machine was told what its kind cannot be told.
#[cold]
pub(super) fn misrouted(machine: MachineId, what: &dyn Debug) -> ! {
    panic!("machine {} has no use for {what:?}", machine.0);
}
