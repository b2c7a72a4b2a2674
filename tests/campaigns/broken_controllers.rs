//! Line controllers that are broken on purpose: the auditor, which has only the trace, must find which
//! invariant broke. Each double stands around the real controller and falsifies what reaches it or what it
//! answers. What a controller can break by itself is broken here: I1 to I4 and I10; the tests of
//! `linetwin-integrity` break the others in traces and events written by hand.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use linetwin::base::MachineId;
use linetwin::engine::{
    Action, Command, DeviceCommand, DeviceEvent, ObjectCode, Read, ScrapReason,
};
use linetwin::faults::{Fault, Rate};
use linetwin::integrity::InvariantId::{self, I1, I2, I3, I4, I10};
use linetwin::symbol::Defect;

use crate::common::double::{Input, double};
use crate::common::run::Run;
use crate::common::times::hours;
use crate::common::trial::Trial;

/// An order of 960 cartons.
fn order() -> Trial {
    Trial::on("carton-line-250").quantity(960).lasts(hours(2))
}

/// The same, with every n-th print spoilt.
fn misprinted(n: u32) -> Trial {
    let (every, defect) = (Rate::EveryNth(n), Defect::DeadNozzles { rows: 40 });
    order().fault(Fault::Misprint { at: "printer-1".into(), every, defect })
}

/// The same, with the code of every fiftieth carton on the one behind it, too.
fn printed_twice() -> Trial {
    let every = Rate::EveryNth(50);
    order().fault(Fault::SerialPrintedTwice { at: "printer-1".into(), every })
}

/// Runs it with a double that changes what devices report to the controller, and what the controller answers.
fn run_broken(
    trial: &Trial,
    mut reported: impl FnMut(&mut DeviceEvent) + Send + Sync + 'static,
    mut answered: impl FnMut(&mut Vec<Action>) + Send + Sync + 'static,
) -> Run {
    trial.run_with(|controller| {
        double(controller, move |controller, now, mut input, out| {
            if let Input::Event(event) = &mut input {
                reported(event);
            }
            input.give(controller, now, out);
            answered(out);
        })
    })
}

fn assert_broken(run: &Run, expected: &[InvariantId]) {
    let found = run.violated();
    assert!(expected.iter().all(|id| found.contains(id)), "{expected:?} in {found:?}: {run}");
    assert_eq!(run.integrity.verdict, "violated", "{run}");
}

#[test]
fn an_untouched_controller_is_clean() {
    run_broken(&misprinted(40), |_| {}, |_| {}).is_clean().made(960);
}

/// What the cameras would have read had every print been the one that was sent to the printer. Each
/// product gives one camera result, so the n-th result belongs to the n-th job.
#[derive(Default)]
struct Forger {
    printed: Vec<Arc<str>>,
    results: usize,
    /// Products taken for good, on their way to the packer.
    passed: VecDeque<Arc<str>>,
}

const CASE_PACKER: MachineId = MachineId(7);

impl Forger {
    /// Makes the camera result the one that should be there, if `believe` says so.
    fn forge(&mut self, event: &mut DeviceEvent, believe: impl Fn(&Read) -> bool) {
        match event {
            DeviceEvent::SymbolRead { read, .. } => {
                let text = Arc::clone(&self.printed[self.results]);
                self.results += 1;
                if believe(read) {
                    self.passed.push_back(Arc::clone(&text));
                    *read = Read::Symbol { text, grade_tenths: 40 };
                }
            }
            DeviceEvent::LayerRead { station: CASE_PACKER, reads } => {
                for read in reads.iter_mut() {
                    let text = self.passed.pop_front().expect("a product that passed");
                    *read = Read::Symbol { text, grade_tenths: 40 };
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, actions: &[Action]) {
        for action in actions {
            if let Action::Device(DeviceCommand::Print { text, .. }) = action {
                self.printed.push(Arc::clone(text));
            }
        }
    }
}

/// Runs the line with a controller that believes what it should not.
fn run_forged(trial: &Trial, believe: fn(&Read) -> bool) -> Run {
    let forger = Arc::new(Mutex::new(Forger::default()));
    let notes = Arc::clone(&forger);
    run_broken(
        trial,
        move |event| forger.lock().unwrap().forge(event, believe),
        move |actions| notes.lock().unwrap().note(actions),
    )
}

/// A double that skips the duplicate check, here and at the packer: any symbol that is read is taken
/// for the one that should be there.
#[test]
fn skipping_the_duplicate_check_sells_two_packs_with_one_code() {
    let run = run_forged(&printed_twice(), |read| *read != Read::NoRead);
    run.ended_with("order closed");
    assert_broken(&run, &[I1, I4]);
    assert!(run.escaped() >= 15, "{} of about 19 duplicates have escaped: {run}", run.escaped());
}

/// A double that commissions units that could not be read.
#[test]
fn commissioning_unread_units_sells_packs_that_cannot_be_read() {
    let run = run_forged(&misprinted(30), |_| true);
    run.ended_with("order closed");
    assert_eq!(run.violated(), BTreeSet::from([I2]));
    assert!(run.escaped() > 0, "misprints that are sold have escaped: {run}");
}

/// The duplicate check at the camera alone is not the last line of defence: the layer camera finds
/// the second pack, it is taken out by hand, and the record stays true.
#[test]
fn a_duplicate_that_passes_the_camera_is_found_at_the_packer() {
    let forger = Arc::new(Mutex::new(Forger::default()));
    let notes = Arc::clone(&forger);
    let run = run_broken(
        &printed_twice(),
        move |event| {
            if matches!(event, DeviceEvent::SymbolRead { .. }) {
                forger.lock().unwrap().forge(event, |read| *read != Read::NoRead);
            }
        },
        move |actions| notes.lock().unwrap().note(actions),
    );
    run.ended_with("order closed");
    assert_eq!(run.violated(), BTreeSet::new());
    assert!(run.serials.decommissioned >= 15, "{:?}", run.serials);
}

/// A double that has the ledger record an ejected unit in the case: it commissions what should be
/// scrapped and swaps it for a good unit of the case.
#[test]
fn packing_an_ejected_unit_is_found_in_the_case_and_in_the_bin() {
    let mut ejected = None;
    let run = run_broken(
        &misprinted(100),
        |_| {},
        move |actions| {
            for action in actions {
                let Action::Send(message) = action else { continue };
                match &mut message.command {
                    Command::ScrapLabel { unit, .. } => {
                        let unit = *unit;
                        ejected = ejected.or(Some(unit));
                        if ejected == Some(unit) {
                            message.command = Command::Commission { unit };
                        }
                    }
                    Command::Pack { children, .. } => {
                        if let (Some(unit), [ObjectCode::Unit(child), ..]) =
                            (ejected, &mut children[..])
                        {
                            *child = unit;
                        }
                    }
                    _ => {}
                }
            }
        },
    );
    assert_broken(&run, &[I3, I4]);
}

/// A double that has the label of every hundredth good unit scrapped, not the unit commissioned.
#[test]
fn scrapping_the_label_of_a_good_unit_sells_a_pack_that_was_never_commissioned() {
    let mut commissioned = 0;
    let run = run_broken(
        &order(),
        |_| {},
        move |actions| {
            for action in actions {
                if let Action::Send(message) = action
                    && let Command::Commission { unit } = message.command
                {
                    commissioned += 1;
                    if commissioned % 100 == 0 {
                        let reason = ScrapReason::NoRead;
                        message.command = Command::ScrapLabel { unit, reason };
                    }
                }
            }
        },
    );
    assert_broken(&run, &[I2]);
}

/// A double that never fires the gate: what should be rejected is taken off by hand at the sensor
/// behind it. Slow, but right.
#[test]
fn a_gate_that_is_never_fired_costs_time_and_nothing_else() {
    let run = run_broken(
        &misprinted(100),
        |_| {},
        |actions| {
            actions.retain(|a| !matches!(a, Action::Device(DeviceCommand::Reject { .. })));
        },
    );
    assert_eq!(run.violated(), BTreeSet::new());
    assert_eq!(run.throughput.rejected, run.serials.scrapped);
    assert!(run.serials.scrapped > 5);
}

#[test]
fn a_controller_that_forgets_a_layer_lets_the_line_stand_for_ever() {
    let mut accepted = 0;
    let run = run_broken(
        &order(),
        |_| {},
        move |actions| {
            actions.retain(|action| {
                let accepts = matches!(action, Action::Device(DeviceCommand::AcceptLayer { .. }));
                accepted += u32::from(accepts);
                !accepts || accepted != 7
            });
        },
    );
    run.ended_with("time over");
    assert_broken(&run, &[I10]);
}
