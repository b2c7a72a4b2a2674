//! An operator at a packing station: reads a child by hand, takes one out, has walked along the line.

use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_trace::Fact;

use super::super::super::item::Item;
use super::super::super::line_context::LineContext;
use super::super::super::meter::Meter;
use super::super::Signal as AnySignal;
use super::{Packer, Signal, Work};

impl Packer {
    pub(super) fn scan_child(
        &mut self,
        task: OperatorTask,
        place: usize,
        context: &mut LineContext,
    ) {
        let read = match self.layer.get(place) {
            Some(Some(child)) => self.handheld.read(child.mark()),
            Some(None) | None => Read::NothingThere,
        };
        context.report(DeviceEvent::OperatorDone { task, read });
    }

    pub(super) fn remove_child(
        &mut self,
        task: OperatorTask,
        place: usize,
        meter: &mut Meter,
        context: &mut LineContext,
    ) {
        if !matches!(self.work, Work::AwaitingAnswer) {
            return context.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
        }
        if place < self.layer.len()
            && let Some(child) = self.layer.remove(place)
        {
            meter.defective += 1;
            context.note(match child {
                Item::Unit(unit) => Fact::RemovedByHand { machine: self.id, unit: unit.id },
                Item::Container(child) => Fact::ContainerRemoved { container: child.id },
            });
        }
        context.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
        self.go_on(meter, context);
    }

    pub(super) fn walk_line(&self, clear: bool, context: &mut LineContext) {
        if clear {
            for machine in &self.before {
                context.signal(*machine, AnySignal::ClearLine);
            }
        }
        context.signal(self.id, AnySignal::Packer(Signal::LineCleared));
    }
}
