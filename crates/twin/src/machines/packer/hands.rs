//! An operator at a packing station: reads a child by hand, takes one out, has walked along the line.

use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_trace::Fact;

use super::super::super::floor::Floor;
use super::super::super::item::Item;
use super::super::super::meter::Meter;
use super::super::Signal as AnySignal;
use super::{Packer, Signal, Work};

impl Packer {
    pub(super) fn scan_child(&mut self, task: OperatorTask, place: usize, floor: &mut Floor) {
        let read = match self.layer.get(place) {
            Some(Some(child)) => self.handheld.read(child.mark()),
            Some(None) | None => Read::NothingThere,
        };
        floor.report(DeviceEvent::OperatorDone { task, read });
    }

    pub(super) fn remove_child(
        &mut self,
        task: OperatorTask,
        place: usize,
        meter: &mut Meter,
        floor: &mut Floor,
    ) {
        if !matches!(self.work, Work::Asking) {
            return floor.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
        }
        if place < self.layer.len()
            && let Some(child) = self.layer.remove(place)
        {
            meter.defective += 1;
            floor.note(match child {
                Item::Unit(unit) => Fact::RemovedByHand { machine: self.id, unit: unit.id },
                Item::Container(child) => Fact::ContainerRemoved { container: child.id },
            });
        }
        floor.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
        self.go_on(meter, floor);
    }

    pub(super) fn walk_line(&self, clear: bool, floor: &mut Floor) {
        if clear {
            for machine in &self.before {
                floor.signal(*machine, AnySignal::ClearLine);
            }
        }
        floor.signal(self.id, AnySignal::Packer(Signal::LineCleared));
    }
}
