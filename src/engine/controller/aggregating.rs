//! Aggregation: what to build, whether a layer is right, which label a container gets, and what the
//! ledger hears of it.

use std::sync::Arc;

use crate::base::{MachineId, SimTime};
use crate::gs1::Label;

use super::super::ledger::{Command, DecommissionReason, ObjectCode};
use super::super::order::StationLayout;
use super::super::protocol::{Action, DeviceCommand, OperatorTask, Read};
use super::LineController;
use super::packing::LayerVerdict;

impl LineController {
    pub(super) fn begin_container(&mut self, index: usize, out: &mut Vec<Action>) {
        let children = self.packings[index].begin();
        if children > 0 {
            let station = self.packings[index].layout().station;
            out.push(Action::Device(DeviceCommand::BuildContainer { station, children }));
        }
    }

    pub(super) fn act_on_layer(
        &mut self,
        now: SimTime,
        index: usize,
        verdict: LayerVerdict,
        out: &mut Vec<Action>,
    ) {
        let station = self.packings[index].layout().station;
        let call = |task| DeviceCommand::CallOperator(task);
        out.push(Action::Device(match verdict {
            LayerVerdict::Accept => DeviceCommand::AcceptLayer { station },
            LayerVerdict::Rescan => DeviceCommand::RescanLayer { station },
            LayerVerdict::ScanByHand(place) => call(OperatorTask::ScanChild { station, place }),
            LayerVerdict::Remove(place) => call(OperatorTask::RemoveChild { station, place }),
        }));
        if verdict != LayerVerdict::Accept {
            return;
        }
        for child in self.packings[index].take_gone() {
            if let ObjectCode::Unit(unit) = child {
                let reason = DecommissionReason::Unreadable;
                self.send(now, Command::Decommission { object: unit.into(), reason }, out);
            }
        }
        if self.packings[index].between_containers() {
            self.begin_container(index, out);
        }
    }

    pub(super) fn label_container(&mut self, index: usize, out: &mut Vec<Action>) {
        let ssccs = &mut self.ssccs;
        let packing = &mut self.packings[index];
        if let Some(sscc) = packing.start_label(|| ssccs.pop_front()) {
            out.push(Action::Device(DeviceCommand::PrintLabel {
                labeller: packing.layout().labeller,
                text: Arc::from(Label::container_string(sscc)),
            }));
        }
    }

    pub(super) fn label_read(
        &mut self,
        now: SimTime,
        labeller: MachineId,
        read: &Read,
        out: &mut Vec<Action>,
    ) {
        let Some(index) = self.labelling_at(labeller) else {
            return;
        };
        let Some((parent, children)) = self.packings[index].label_read(read) else {
            // Unreadable or wrong: the container stays until its own label is read.
            if self.packings[index].label().is_some() {
                self.label_container(index, out);
            }
            return;
        };
        let StationLayout { level, children: full, .. } = *self.packings[index].layout();
        let partial = children.len() < full as usize;
        let pack = Command::Pack { parent: parent.into(), level, partial, children };
        self.send(now, pack, out);
        if let Some(next) = self.packings.get_mut(index + 1) {
            next.expect(ObjectCode::Container(parent));
        }
        out.push(Action::Device(DeviceCommand::ReleaseContainer { labeller }));
    }
}
