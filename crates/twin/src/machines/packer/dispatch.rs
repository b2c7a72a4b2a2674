//! Events and signals of a station, and where each is handled.

use linetwin_base::Cause;
use linetwin_engine::{DeviceEvent, OperatorTask};

use super::super::super::item::Item;
use super::super::super::line_context::LineContext;
use super::super::super::meter::Meter;
use super::super::kind::MachineKind;
use super::super::label::LabelCommand;
use super::{Packer, Work};

/// What is scheduled for a station.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super::super) enum Event {
    /// A child lies in its place.
    Placed,
    /// A layer has been scanned.
    Scanned,
    /// A container is closed.
    Closed,
    /// A label has been printed, applied and read.
    Labelled,
    /// The stop with this number is over.
    StopOver(u8),
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// Signals for a station only.
#[derive(Debug)]
pub(in super::super::super) enum Signal {
    /// Build the container with this number, of so many children.
    Build { number: u64, children: u32 },
    /// The layer is as it should be.
    AcceptLayer,
    /// Read the layer again.
    RescanLayer,
    /// An operator has been called to look after the layer.
    AwaitOperator,
    /// A person has come who works by hand.
    AttendantArrived,
    /// An operator has walked along the line up to here.
    LineCleared,
    /// An operator reads one child of the layer.
    ScanChild { task: OperatorTask, place: usize },
    /// An operator takes one child out of the layer.
    RemoveChild { task: OperatorTask, place: usize },
    /// An operator walks along the line, and takes off what is there if it is to be cleared.
    WalkLine { clear: bool },
}

impl MachineKind for Packer {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, context: &mut LineContext) {
        match event {
            Event::Placed => {
                self.finish_work(context);
                self.placed(meter, context);
            }
            Event::StopOver(which) => {
                if self.stops.over(which, context) {
                    match self.work {
                        Work::Placing(_) => self.place(meter, context),
                        _ => self.start(meter, context),
                    }
                }
            }
            Event::Scanned => {
                self.finish_work(context);
                let reads = self.read_layer(context);
                self.work = Work::AwaitingAnswer;
                meter.suspend(context, Cause::Controller);
                context.report(DeviceEvent::LayerRead { station: self.id, reads });
            }
            Event::Closed => {
                self.finish_work(context);
                self.closed(meter, context);
            }
            Event::Labelled => self.labelled(meter, context),
            Event::Outlet => self.retry(meter, context),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, context: &mut LineContext) {
        match signal {
            Signal::Build { number, children } => self.build(number, children, meter, context),
            // Otherwise no answer is awaited.
            Signal::AcceptLayer => {
                if matches!(self.work, Work::AwaitingAnswer) {
                    self.accept_layer(meter, context);
                }
            }
            Signal::RescanLayer => {
                if matches!(self.work, Work::AwaitingAnswer) {
                    self.scan_layer(meter, context);
                }
            }
            Signal::AwaitOperator => meter.hold(context, Cause::Operator),
            Signal::AttendantArrived => self.attendant_arrived(meter, context),
            Signal::LineCleared => {
                let (on_the_way, in_layer) = (context.on_the_way, self.layer.len() as u32);
                context.report(DeviceEvent::LineWalked { on_the_way, in_layer });
                // An operator who counts the layer also puts the station's count right.
                if std::mem::take(&mut self.uncounted) > 0 && matches!(self.work, Work::Waiting) {
                    self.go_on(meter, context);
                }
            }
            Signal::ScanChild { task, place } => self.scan_child(task, place, context),
            Signal::RemoveChild { task, place } => self.remove_child(task, place, meter, context),
            Signal::WalkLine { clear } => self.walk_line(clear, context),
        }
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, context: &mut LineContext) {
        self.queue.arrive(item, meter, context);
        self.start(meter, context);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.retry(meter, context);
    }

    fn came(&mut self, which: u8, meter: &mut Meter, context: &mut LineContext) {
        self.stops.came(which, meter, context);
    }

    fn relieve(&mut self, _: &mut Meter, context: &mut LineContext) {
        if let Some(attendance) = &mut self.attendance {
            attendance.needed_elsewhere(self.at_work, context);
        }
    }

    fn clear(&mut self, meter: &mut Meter, context: &mut LineContext) {
        while let Some(item) = self.queue.take(meter, context) {
            context.remove_by_hand(self.id, item);
        }
    }

    fn label(&mut self, command: LabelCommand, meter: &mut Meter, context: &mut LineContext) {
        // Otherwise no answer is awaited.
        if self.waits_for_answer() {
            match command {
                LabelCommand::Print(text) => {
                    if let Some(label) = &mut self.label {
                        meter.execute(context);
                        label.start(Some(text), context);
                    }
                }
                LabelCommand::Release => self.send(meter, context),
            }
        }
    }

    fn repeat_status(&mut self, meter: &mut Meter, context: &mut LineContext) {
        match (&self.work, &mut self.label) {
            (Work::AwaitingAnswer, _) => self.scan_layer(meter, context),
            (Work::Labelling(container), Some(label)) => label.repeat_status(container, context),
            _ => {}
        }
    }
}
