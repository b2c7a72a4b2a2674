//! The line's own pool of serial numbers: it asks in time, waits when there are none, shows why, and goes
//! on when numbers come.

use linetwin::base::MachineState;
use linetwin::engine::{Action, Command};
use linetwin::faults::{Fault, FaultKind, Rate};

use crate::common::double::double;
use crate::common::run::Run;
use crate::common::times::{hours, minutes, seconds};
use crate::common::trial::Trial;

/// Seconds that the belt with the printer waits for something outside.
fn suspended_s(run: &Run) -> f64 {
    run.machine("belt-2").in_state(MachineState::Suspended)
}

/// An order that takes ten minutes, with numbers for all of it from the beginning.
fn order() -> Trial {
    Trial::on("carton-line-250").quantity(2_400).lasts(hours(12))
}

/// The line asks for numbers when there are fewer than `min`, up to `max`.
fn reorder_point(min: u32, max: u32) -> String {
    format!("twin.controller.pool=ReorderPoint(min: {min}, max: {max})")
}

#[test]
fn a_small_pool_is_filled_again_before_it_is_empty() {
    let fault = Fault::NoRead { at: "camera-1".into(), every: Rate::EveryNth(20) };
    let trial = order().fault(fault);
    let (whole, kept) = (trial.run(), trial.set(reorder_point(50, 200)).run());
    whole.is_clean();
    kept.is_clean();
    // It was never short, and has little to give back.
    assert!(kept.simulated_s < whole.simulated_s * 1.05, "{} s: {kept}", whole.simulated_s);
    assert!(kept.serials.returned <= 200, "{:?}: {kept}", kept.serials);
    assert!(kept.serials.allocated < whole.serials.allocated, "{:?}: {kept}", kept.serials);
}

#[test]
fn a_small_pool_lasts_only_so_long_without_the_link() {
    let trial = order().fault(Fault::LinkOutage { from: minutes(2), lasts: minutes(10) });
    let (whole, kept) = (trial.run(), trial.set(reorder_point(100, 300)).run());
    whole.is_clean();
    kept.is_clean();
    // 100 to 300 cartons are 24 to 72 seconds of work.
    let waited_s = suspended_s(&kept) - suspended_s(&whole);
    assert!((450.0..600.0).contains(&waited_s), "{waited_s}: {kept}");
}

/// Whoever gives out numbers gives none for ten minutes.
#[test]
fn a_line_that_gets_no_numbers_waits_and_goes_on_when_it_gets_some() {
    let trial = order().set(reorder_point(100, 300));
    let given = trial.run();
    let withheld = Fault::NumbersWithheld { from: minutes(2), lasts: minutes(10) };
    let kept = trial.fault(withheld).run();
    given.is_clean();
    kept.closes_its_order().record_is_true().accounts_for_every_number();
    let waited_s = suspended_s(&kept) - suspended_s(&given);
    assert!((450.0..600.0).contains(&waited_s), "{waited_s}: {kept}");
    // It asks again and again, and each time is refused.
    let refusals = kept.engine.refusals;
    assert!(refusals > 3, "{:?}: {kept}", kept.engine.refusals_by_kind);
    assert_eq!(kept.injected(FaultKind::NumbersWithheld), refusals, "{kept}");
}

/// Makes requests for numbers to requests for none, which the ledger refuses, as long as there are any `left`.
fn spoil(out: &mut [Action], left: &mut u32) {
    for action in out {
        if let Action::Send(message) = action
            && let Command::AllocateSerials { count, .. } | Command::AllocateSsccs { count, .. } =
                &mut message.command
            && *left > 0
        {
            *left -= 1;
            *count = 0;
        }
    }
}

#[test]
fn a_refusal_is_no_end() {
    let trial = order().quantity(480);
    let cut = Fault::ControllerPowerCut { from: seconds(70), lasts: seconds(10) };
    for trial in [trial.clone(), trial.fault(cut)] {
        let run = trial.run_with(|controller| {
            let mut left = 8;
            double(controller, move |controller, now, input, out| {
                input.give(controller, now, out);
                spoil(out, &mut left);
            })
        });
        run.closes_its_order().record_is_true().accounts_for_every_number();
        assert_eq!(run.engine.refusals, 8, "{:?}: {run}", run.engine.refusals_by_kind);
        assert!(run.simulated_s > 4.0 * 30.0 + 480.0 * 0.24, "{run}");
    }
}

#[test]
fn numbers_that_could_be_guessed_are_never_made() {
    // Ten million numbers of seven digits: one thousand may be made.
    let run = Trial::on("carton-line-250")
        .quantity(950)
        .lasts(minutes(30))
        .set(r#"order.product.serials={"Own": {"alphabet": "Digits", "length": 7}}"#)
        .fault(Fault::NoRead { at: "camera-1".into(), every: Rate::EveryNth(10) })
        .run();
    run.ended_with("time over").record_is_true();
    assert_eq!(run.serials.allocated, 1_000, "every number that may be made was made: {run}");
    let refusals = &run.engine.refusals_by_kind;
    assert!(refusals.contains_key("SpaceExhausted"), "{refusals:?}: {run}");
    assert!(suspended_s(&run) > 1_200.0, "the line waits, and shows for what: {run}");
}
