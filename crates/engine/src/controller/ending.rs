//! The end of an order before its quantity is reached: no more units are released, the line runs empty, and
//! the open containers are closed with what is in them.

use linetwin_base::SimTime;

use super::super::coverage::CoveragePoint;
use super::super::protocol::{Action, DeviceCommand};
use super::LineState;
use super::state::Phase;

impl LineState {
    pub(super) fn end_order(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let running = match self.phase {
            Phase::Idle | Phase::Opening => false,
            Phase::Running => true,
            Phase::Closing(_) | Phase::Closed | Phase::NotClosed => return,
        };
        self.ending = true;
        if !running {
            return;
        }
        out.push(Action::Covered(CoveragePoint::EndedEarly));
        let infeed = self.layout.infeed;
        out.push(Action::Device(DeviceCommand::SetReleaseQuota { infeed, total: 0 }));
        self.watchdog.restart_watchdog();
        self.check_watchdog(now, out);
    }

    /// The line is empty but for `in_layer` units in the open layer of the first station. Nothing more will
    /// come to any level than these and what was packed before.
    pub(super) fn close_partly_filled(
        &mut self,
        now: SimTime,
        in_layer: u32,
        out: &mut Vec<Action>,
    ) {
        self.give_up_rework(now, out);
        let mut children = self.packings[0].packed() + self.packings[0].open() + in_layer;
        for packing in &mut self.packings {
            if let Some((number, children)) = packing.end_with(children) {
                let station = packing.layout().station;
                let command = DeviceCommand::BuildContainer { station, number, children };
                out.push(Action::Device(command));
            }
            children = children.div_ceil(packing.layout().children);
        }
    }
}
