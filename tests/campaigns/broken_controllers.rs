//! Line controllers that are broken on purpose: the auditor, who knows only the trace, must say
//! which invariant broke. Each double stands around the real controller and lies to it or for it. What a
//! controller can break by itself is broken here: I1 to I4 and I10; the tests of `linetwin-integrity` break
//! the others in traces and events written by hand.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex};

use linetwin::base::{MachineId, SimTime};
use linetwin::engine::{
    Action, Command, DeviceCommand, DeviceEvent, LineController, LineLogic, ObjectCode, Read, Reply,
};
use linetwin::integrity::InvariantId::{self, I1, I2, I3, I4, I10};
use linetwin::report::Summary;

use crate::common;

type Hears = Box<dyn FnMut(&mut DeviceEvent) + Send + Sync>;
type Says = Box<dyn FnMut(&mut Vec<Action>) + Send + Sync>;

/// A double: what it does to what the controller hears and to what it says.
struct Broken {
    controller: LineController,
    hears: Hears,
    says: Says,
}

impl LineLogic for Broken {
    fn start(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.start(now, out);
        (self.says)(out);
    }
    fn device_event(&mut self, now: SimTime, mut event: DeviceEvent, out: &mut Vec<Action>) {
        (self.hears)(&mut event);
        self.controller.device_event(now, event, out);
        (self.says)(out);
    }
    fn reply(&mut self, now: SimTime, reply: Reply, out: &mut Vec<Action>) {
        self.controller.reply(now, reply, out);
        (self.says)(out);
    }
    fn wake(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.wake(now, out);
        (self.says)(out);
    }
    fn restart(&mut self, now: SimTime, out: &mut Vec<Action>) {
        self.controller.restart(now, out);
        (self.says)(out);
    }
}

/// Runs the carton line with these faults and a broken controller.
fn run_broken(
    faults: &str,
    hears: impl FnMut(&mut DeviceEvent) + Send + Sync + 'static,
    says: impl FnMut(&mut Vec<Action>) + Send + Sync + 'static,
) -> Summary {
    let faults = format!("faults=[{faults}]");
    let settings = ["order.quantity=960", &faults, "expect=[]", "lasts=02:00:00"];
    let job = common::scenario("carton-line-250", &settings);
    let (result, _) = common::play_with(&job, |controller| {
        Box::new(Broken { controller, hears: Box::new(hears), says: Box::new(says) })
    });
    result.summary
}

fn violated(run: &Summary) -> BTreeSet<InvariantId> {
    let broken = run.integrity.invariants.iter().filter(|invariant| invariant.violations > 0);
    broken.map(|invariant| invariant.id).collect()
}

fn assert_broken(run: &Summary, expected: &[InvariantId]) {
    let found = violated(run);
    for id in expected {
        assert!(found.contains(id), "{id} is not among {found:?}");
    }
    assert_eq!(run.integrity.verdict, "violated");
}

fn misprint(every: u32) -> String {
    format!(
        r#"{{"Misprint": {{"at": "printer-1", "every": {{"EveryNth": {every}}}, "defect": {{"DeadNozzles": {{"rows": 40}}}}}}}}"#
    )
}

#[test]
fn an_untouched_controller_is_clean() {
    let run = run_broken(&misprint(40), |_| {}, |_| {});
    assert_eq!(violated(&run), BTreeSet::new());
    assert!(run.passes());
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

    fn listen(&mut self, actions: &[Action]) {
        for action in actions {
            if let Action::Device(DeviceCommand::Print { text, .. }) = action {
                self.printed.push(Arc::clone(text));
            }
        }
    }
}

/// Runs the line with a controller that believes what it should not.
fn run_forged(faults: &str, believe: fn(&Read) -> bool) -> Summary {
    let forger = Arc::new(Mutex::new(Forger::default()));
    let listener = Arc::clone(&forger);
    run_broken(
        faults,
        move |event| forger.lock().unwrap().forge(event, believe),
        move |actions| listener.lock().unwrap().listen(actions),
    )
}

/// A double that skips the duplicate check, here and at the packer: any symbol that is read is taken
/// for the one that should be there.
#[test]
fn skipping_the_duplicate_check_sells_two_packs_with_one_code() {
    let fault = r#"{"SerialPrintedTwice": {"at": "printer-1", "every": {"EveryNth": 50}}}"#;
    let run = run_forged(fault, |read| *read != Read::NoRead);
    assert_eq!(run.ended, "order closed");
    assert_broken(&run, &[I1, I4]);
    let escaped: u64 = run.integrity.faults.iter().map(|fault| fault.escaped).sum();
    assert!(escaped >= 15, "{escaped} of about 19 duplicates have escaped");
}

/// A double that commissions units that could not be read.
#[test]
fn commissioning_unread_units_sells_packs_that_cannot_be_read() {
    let run = run_forged(&misprint(30), |_| true);
    assert_eq!(run.ended, "order closed");
    assert_eq!(violated(&run), BTreeSet::from([I2]));
    let escaped: u64 = run.integrity.faults.iter().map(|fault| fault.escaped).sum();
    assert!(escaped > 0, "misprints that are sold have escaped");
}

/// The duplicate check at the camera alone is not the last line of defence: the layer camera finds
/// the second pack, it is taken out by hand, and the record stays true.
#[test]
fn a_duplicate_that_passes_the_camera_is_found_at_the_packer() {
    let forger = Arc::new(Mutex::new(Forger::default()));
    let listener = Arc::clone(&forger);
    let fault = r#"{"SerialPrintedTwice": {"at": "printer-1", "every": {"EveryNth": 50}}}"#;
    let run = run_broken(
        fault,
        move |event| {
            if matches!(event, DeviceEvent::SymbolRead { .. }) {
                forger.lock().unwrap().forge(event, |read| *read != Read::NoRead);
            }
        },
        move |actions| listener.lock().unwrap().listen(actions),
    );
    assert_eq!(run.ended, "order closed");
    assert_eq!(violated(&run), BTreeSet::new());
    assert!(run.serials.decommissioned >= 15, "{:?}", run.serials);
}

/// A double that tells the ledger that an ejected unit is in the case: it commissions what should be
/// scrapped and swaps it for a good unit of the case.
#[test]
fn packing_an_ejected_unit_is_found_in_the_case_and_in_the_bin() {
    let mut ejected = None;
    let run = run_broken(
        &misprint(100),
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
        "",
        |_| {},
        move |actions| {
            for action in actions {
                if let Action::Send(message) = action
                    && let Command::Commission { unit } = message.command
                {
                    commissioned += 1;
                    if commissioned % 100 == 0 {
                        let reason = linetwin::engine::ScrapReason::NoRead;
                        message.command = Command::ScrapLabel { unit, reason };
                    }
                }
            }
        },
    );
    assert_broken(&run, &[I2]);
}

/// A double that never fires the gate: what should be thrown out is taken off by hand at the sensor
/// behind it. Slow, but right.
#[test]
fn a_gate_that_is_never_fired_costs_time_and_nothing_else() {
    let run = run_broken(
        &misprint(100),
        |_| {},
        |actions| {
            actions.retain(|a| !matches!(a, Action::Device(DeviceCommand::Reject { .. })));
        },
    );
    assert_eq!(violated(&run), BTreeSet::new());
    assert_eq!(run.throughput.rejected, run.serials.scrapped);
    assert!(run.serials.scrapped > 5);
}

#[test]
fn one_that_forgets_a_layer_lets_the_line_stand_for_ever() {
    let mut accepted = 0;
    let run = run_broken(
        "",
        |_| {},
        move |actions| {
            actions.retain(|action| {
                let accepts = matches!(action, Action::Device(DeviceCommand::AcceptLayer { .. }));
                accepted += u32::from(accepts);
                !accepts || accepted != 7
            });
        },
    );
    assert_eq!(run.ended, "time over");
    assert_broken(&run, &[I10]);
}
