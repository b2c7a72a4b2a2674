//! A line controller that is broken in one way: it stands around the real one and lies to it or for it.

use linetwin::base::SimTime;
use linetwin::engine::{Action, DeviceEvent, LineController, LineLogic, Reply};

use super::mind::Mind;

/// One way to be broken. What is not written is done as it should be.
pub trait Broken: Send + Sync {
    /// Changes what the controller hears; false keeps it from it.
    fn hears(&mut self, _mind: &Mind, _event: &mut DeviceEvent) -> bool {
        true
    }
    /// Changes an answer of the ledger.
    fn answered(&mut self, _reply: &mut Reply) {}
    /// Says something instead of what the controller says.
    fn says(&mut self, _mind: &Mind, action: Action, out: &mut Vec<Action>) {
        out.push(action);
    }
    /// What the controller is to hear besides, after what it has just said.
    fn adds(&mut self, _mind: &Mind) -> Option<DeviceEvent> {
        None
    }
    /// Power is back.
    fn restarted(&mut self) {}
}

pub struct Double {
    pub controller: LineController,
    pub mind: Mind,
    pub broken: Box<dyn Broken>,
}

impl Double {
    fn pass_on(&mut self, now: SimTime, said: Vec<Action>, out: &mut Vec<Action>) {
        for action in said {
            self.mind.said(&action);
            self.broken.says(&self.mind, action, out);
        }
        while let Some(event) = self.broken.adds(&self.mind) {
            let mut said = Vec::new();
            self.controller.device_event(now, event, &mut said);
            for action in said {
                self.mind.said(&action);
                self.broken.says(&self.mind, action, out);
            }
        }
    }
}

impl LineLogic for Double {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let mut said = Vec::new();
        self.controller.start(now, &mut said);
        self.pass_on(now, said, out);
    }

    fn device_event(&mut self, now: SimTime, mut event: DeviceEvent, out: &mut Vec<Action>) {
        self.mind.heard(&event);
        if self.broken.hears(&self.mind, &mut event) {
            let mut said = Vec::new();
            self.controller.device_event(now, event, &mut said);
            self.pass_on(now, said, out);
        }
    }

    fn reply(&mut self, now: SimTime, mut reply: Reply, out: &mut Vec<Action>) {
        self.broken.answered(&mut reply);
        let mut said = Vec::new();
        self.controller.reply(now, reply, &mut said);
        self.pass_on(now, said, out);
    }

    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        let mut said = Vec::new();
        self.controller.wake(now, &mut said);
        self.pass_on(now, said, out);
    }

    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.broken.restarted();
        let mut said = Vec::new();
        self.controller.restart(now, &mut said);
        self.pass_on(now, said, out);
    }
}
