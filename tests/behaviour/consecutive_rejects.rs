//! A line that rejects product after product stands until somebody has looked, however many rejects are
//! meant, and goes on after that.

use std::sync::{Arc, Mutex};

use linetwin::engine::{Action, DeviceCommand, DeviceEvent, OperatorTask};
use linetwin::faults::{Fault, Rate};

use crate::common::double::{Input, double};
use crate::common::run::Run;
use crate::common::times::hours;
use crate::common::trial::Trial;

/// What was seen of the line's stops.
#[derive(Default)]
struct Seen {
    /// Rejects since the last product that passed or the last call.
    row: u32,
    /// Rejects before each call for somebody to find the cause.
    calls: Vec<u32>,
}

impl Seen {
    /// What the controller orders for a product at the gate.
    fn note(&mut self, out: &[Action]) {
        if out.is_empty() {
            self.row = 0;
        }
        for action in out {
            match action {
                Action::Device(DeviceCommand::Reject { .. }) => self.row += 1,
                Action::Device(DeviceCommand::CallOperator(OperatorTask::FindCause { .. })) => {
                    self.calls.push(std::mem::take(&mut self.row));
                }
                _ => {}
            }
        }
    }
}

/// 480 packs of which the camera reads some share not at all, and the rejects before each call.
fn run(max_consecutive_rejects: u32, unread_in_a_thousand: f64) -> (Run, Vec<u32>) {
    let every = Rate::PerThousand(unread_in_a_thousand);
    let trial = Trial::on("carton-line-250")
        .quantity(480)
        .lasts(hours(6))
        .set(format!("twin.controller.max_consecutive_rejects={max_consecutive_rejects}"))
        .fault(Fault::NoRead { at: "camera-1".into(), every });
    let seen = Arc::new(Mutex::new(Seen::default()));
    let notes = Arc::clone(&seen);
    let run = trial.run_with(|controller| {
        double(controller, move |controller, now, input, out| {
            let at_gate = matches!(input, Input::Event(DeviceEvent::ProductAtGate { .. }));
            let before = out.len();
            input.give(controller, now, out);
            if at_gate {
                notes.lock().unwrap().note(&out[before..]);
            }
        })
    });
    run.is_clean();
    let calls = std::mem::take(&mut seen.lock().unwrap().calls);
    (run, calls)
}

#[test]
fn a_run_of_rejects_stops_the_line_until_somebody_has_looked() {
    let (run, calls) = run(3, 500.0);
    assert!(calls.len() > 20, "{calls:?}: {run}");
    assert!(calls.iter().all(|row| *row == 3), "{calls:?}: {run}");
}

#[test]
fn nobody_is_called_for_rejects_that_come_alone_or_when_nobody_shall_be() {
    assert_eq!(run(5, 20.0).1, [] as [u32; 0]);
    assert_eq!(run(0, 500.0).1, [] as [u32; 0]);
}
