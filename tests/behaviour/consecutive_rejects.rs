//! A line that throws out product after product stands until somebody has looked, however many rejects
//! are meant, and goes on after that.

use std::sync::{Arc, Mutex};

use linetwin::base::SimTime;
use linetwin::engine::{
    Action, DeviceCommand, DeviceEvent, LineController, LineLogic, OperatorTask, Reply,
};
use linetwin::report::Summary;

use crate::common;

/// What was seen of the line's stops: rejects before each call for somebody to find the cause.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<(u32, Vec<u32>)>>);

/// The real controller, listened to.
struct Listening {
    controller: LineController,
    seen: Seen,
}

impl Listening {
    fn note(&self, out: &[Action]) {
        let (row, calls) = &mut *self.seen.0.lock().unwrap();
        if out.is_empty() {
            *row = 0;
        }
        for action in out {
            match action {
                Action::Device(DeviceCommand::Reject { .. }) => *row += 1,
                Action::Device(DeviceCommand::CallOperator(OperatorTask::FindCause { .. })) => {
                    calls.push(std::mem::take(row));
                }
                _ => {}
            }
        }
    }
}

impl LineLogic for Listening {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.start(now, out);
    }
    fn device_event(&mut self, now: SimTime, event: DeviceEvent, out: &mut Vec<Action>) {
        let at_gate = matches!(event, DeviceEvent::ProductAtGate { .. });
        let before = out.len();
        self.controller.device_event(now, event, out);
        if at_gate {
            self.note(&out[before..]);
        }
    }
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.controller.reply(now, reply, out);
    }
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.wake(now, out);
    }
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.restart(now, out);
    }
}

/// 480 packs of which the camera reads some share not at all.
fn run(max_consecutive_rejects: u32, unread_in_a_thousand: u32) -> (Summary, Vec<u32>) {
    let faults = format!(
        r#"faults=[{{"NoRead": {{"at": "camera-1", "every": {{"PerThousand": {unread_in_a_thousand}}}}}}}]"#
    );
    let rejects =
        format!("twin_settings=[\"controller.max_consecutive_rejects={max_consecutive_rejects}\"]");
    let settings = ["order.quantity=480", "expect=[]", "lasts=06:00:00", &faults, &rejects];
    let seen = Seen::default();
    let listener = seen.clone();
    let job = common::scenario("carton-line-250", &settings);
    let (result, _) =
        common::play_with(&job, |controller| Box::new(Listening { controller, seen: listener }));
    let calls = seen.0.lock().unwrap().1.clone();
    (result.summary, calls)
}

#[test]
fn a_run_of_rejects_stops_the_line_until_somebody_has_looked() {
    let (run, calls) = run(3, 500);
    assert!(run.passes(), "{}", run.ended);
    assert_eq!(run.integrity.verdict, "clean");
    assert!(calls.len() > 20, "{calls:?}");
    assert!(calls.iter().all(|row| *row == 3), "{calls:?}");
}

#[test]
fn nobody_is_called_for_rejects_that_come_alone_or_when_nobody_shall_be() {
    assert_eq!(run(5, 20).1, [] as [u32; 0]);
    let (run, calls) = run(0, 500);
    assert_eq!(calls, [] as [u32; 0]);
    assert!(run.passes());
}
