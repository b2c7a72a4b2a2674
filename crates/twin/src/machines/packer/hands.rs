//! An operator at a packing station: reads a child by hand, takes one out, has walked along the line.

use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_trace::Fact;

use super::super::super::floor::{Floor, Signal};
use super::super::super::item::Item;
use super::super::super::meter::Meter;
use super::{Packer, Work};

impl Packer {
    pub(super) fn operator(&mut self, task: OperatorTask, meter: &mut Meter, floor: &mut Floor) {
        match task {
            OperatorTask::ScanChild { place, .. } => {
                let read = match self.layer.get(place) {
                    Some(Some(child)) => self.handheld.read(child.mark()),
                    Some(None) | None => Read::NothingThere,
                };
                floor.report(DeviceEvent::OperatorDone { task, read });
            }
            OperatorTask::RemoveChild { place, .. } => {
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
            OperatorTask::WalkLine { clear, .. } => {
                if clear {
                    for machine in &self.before {
                        floor.signal(*machine, Signal::ClearLine);
                    }
                }
                floor.signal(self.id, Signal::LineCleared);
            }
            OperatorTask::RemoveFromBelt { .. }
            | OperatorTask::TakeSample { .. }
            | OperatorTask::EmptyBin { .. }
            | OperatorTask::Rework { .. }
            | OperatorTask::FindCause { .. } => {
                unreachable!("a packer has no use for {task:?}")
            }
        }
    }
}
