//! A double of the line controller: it stands around the real one and is given what reaches it, one input after
//! the other. It may look, change the input, keep it back, or change what is answered.

use linetwin::base::SimTime;
use linetwin::engine::{Action, DeviceEvent, LineController, LineLogic, Reply};

/// What can reach a line controller.
#[derive(Clone, Debug)]
pub enum Input {
    Start,
    Event(DeviceEvent),
    Reply(Reply),
    Wake,
    Restart,
}

impl Input {
    /// Gives it to a line controller, whose answer goes behind what is in `out` already.
    pub fn give(self, line: &mut dyn LineLogic, now: SimTime, out: &mut Vec<Action>) {
        match self {
            Self::Start => line.start(now, out),
            Self::Event(event) => line.device_event(now, event, out),
            Self::Reply(reply) => line.reply(now, reply, out),
            Self::Wake => line.wake(now, out),
            Self::Restart => line.restart(now, out),
        }
    }
}

/// A double that does this with every input. The function must give the input to the controller if it is to
/// reach it.
pub fn double(
    controller: LineController,
    takes: impl FnMut(&mut LineController, SimTime, Input, &mut Vec<Action>) + Send + Sync + 'static,
) -> Box<dyn LineLogic> {
    Box::new(Double { controller, takes })
}

struct Double<F> {
    controller: LineController,
    takes: F,
}

impl<F> LineLogic for Double<F>
where
    F: FnMut(&mut LineController, SimTime, Input, &mut Vec<Action>) + Send + Sync,
{
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        (self.takes)(&mut self.controller, now, Input::Start, out);
    }
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        (self.takes)(&mut self.controller, now, Input::Event(event), out);
    }
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        (self.takes)(&mut self.controller, now, Input::Reply(reply), out);
    }
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        (self.takes)(&mut self.controller, now, Input::Wake, out);
    }
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        (self.takes)(&mut self.controller, now, Input::Restart, out);
    }
    fn broken(&self) -> Option<&str> {
        self.controller.broken()
    }
}
