//! Aggregation: what to build, whether a layer is right, which label a container gets, and what is sent to
//! the ledger.

use std::sync::Arc;

use linetwin_base::{MachineId, SimTime};
use linetwin_gs1::Label;

use super::super::coverage::CoveragePoint;
use super::super::ledger::{Command, DecommissionReason, ObjectCode};
use super::super::order::StationLayout;
use super::super::protocol::{Action, DeviceCommand, OperatorTask, Read};
use super::LineState;
use super::packing::{LabelVerdict, LayerVerdict};

impl LineState {
    pub(super) fn begin_container(&mut self, index: usize, out: &mut Vec<Action>) {
        if let Some((number, children)) = self.packings[index].begin() {
            let station = self.packings[index].layout().station;
            let command = DeviceCommand::BuildContainer { station, number, children };
            out.push(Action::Device(command));
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
        out.extend(verdict.point().map(Action::Covered));
        let call = |task| DeviceCommand::CallOperator(task);
        out.push(Action::Device(match verdict {
            LayerVerdict::Accept | LayerVerdict::AcceptAgain => {
                DeviceCommand::AcceptLayer { station }
            }
            LayerVerdict::Nothing => return,
            LayerVerdict::Rescan => DeviceCommand::RescanLayer { station },
            LayerVerdict::ScanByHand(place) => call(OperatorTask::ScanChild { station, place }),
            LayerVerdict::Remove(place) => call(OperatorTask::RemoveChild { station, place }),
        }));
        if verdict != LayerVerdict::Accept {
            return;
        }
        let lost = self.packings[index].awaited().settle();
        if !lost.unread.is_empty() {
            out.push(Action::Covered(CoveragePoint::UnreadFromLayer));
        }
        if !lost.missing.is_empty() {
            out.push(Action::Covered(CoveragePoint::VanishedBeforePacking));
        }
        self.decommission(now, &lost.unread, DecommissionReason::Unreadable, out);
        self.decommission(now, &lost.missing, DecommissionReason::Missing, out);
        self.update_release_quota(now, out);
        if self.packings[index].between_containers() {
            self.begin_container(index, out);
        }
    }

    pub(super) fn decommission(
        &mut self,
        now: SimTime,
        objects: &[ObjectCode],
        reason: DecommissionReason,
        out: &mut Vec<Action>,
    ) {
        for object in objects {
            self.send(now, Command::Decommission { object: *object, reason }, out);
        }
    }

    pub(super) fn label_container(&mut self, now: SimTime, index: usize, out: &mut Vec<Action>) {
        let ssccs = &mut self.ssccs;
        let packing = &mut self.packings[index];
        if let Some(sscc) = packing.start_label(|| ssccs.pop_front()) {
            out.push(Action::Device(DeviceCommand::PrintLabel {
                labeller: packing.layout().labeller,
                text: Arc::from(Label::container_string(sscc)),
            }));
        } else if packing.waits_for_label() {
            self.request_ssccs(now, self.containers_to_label(), out);
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
        let release = Action::Device(DeviceCommand::ReleaseContainer { labeller });
        let (parent, children) = match self.packings[index].label_read(read) {
            LabelVerdict::Release(parent, children) => (parent, children),
            LabelVerdict::ReleaseAgain => {
                return out.extend([Action::Covered(CoveragePoint::LabelReleasedTwice), release]);
            }
            LabelVerdict::PrintAgain => {
                out.push(Action::Covered(CoveragePoint::LabelPrintedAgain));
                return self.label_container(now, index, out);
            }
            LabelVerdict::ReadAgain => {
                let again = DeviceCommand::RepeatStatus { machine: labeller };
                return out.push(Action::Device(again));
            }
            LabelVerdict::Nothing => return,
        };
        let StationLayout { level, children: full, .. } = *self.packings[index].layout();
        let partial = children.len() < full as usize;
        if partial {
            out.push(Action::Covered(CoveragePoint::PartlyFilled));
        }
        let pack = Command::Pack { parent: parent.into(), level, partial, children };
        self.send(now, pack, out);
        if let Some(next) = self.packings.get_mut(index + 1) {
            next.expect(ObjectCode::Container(parent));
        }
        out.push(release);
    }
}
