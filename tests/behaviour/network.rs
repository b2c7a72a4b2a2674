//! Links that lose, repeat, delay and overtake, a ledger whose process is killed, a clock that is set:
//! the line goes on, nothing is lost, nothing is recorded twice.

use linetwin::base::MachineState;
use linetwin::faults::{Fault, FaultKind, Rate};
use linetwin::integrity::InvariantId;

use crate::common::run::Run;
use crate::common::times::{hours, minutes, seconds};
use crate::common::trial::{LINES, Trial, once_set_up};

fn order() -> Trial {
    Trial::on("carton-line-250").quantity(960)
}

/// Makes the order.
fn run(trial: Trial) -> Run {
    let run = trial.run();
    run.is_clean().made(960);
    run
}

#[test]
fn a_link_that_loses_every_tenth_message_costs_time_and_no_truth() {
    let lossy = run(order().fault(Fault::MessageLost { every: Rate::PerThousand(100.0) }));
    assert!(lossy.all_contained(FaultKind::MessageLost) > 50, "{lossy}");
    let sound = run(order());
    assert_eq!(sound.engine.commands, lossy.engine.commands, "each command was decided once");
}

#[test]
fn what_arrives_twice_counts_once() {
    let twice = run(order().fault(Fault::MessageRepeated { every: Rate::PerThousand(300.0) }));
    assert!(twice.all_contained(FaultKind::MessageRepeated) > 200, "{twice}");
    let sound = run(order());
    assert_eq!(sound.engine.commands, twice.engine.commands);
    assert_eq!(sound.serials, twice.serials);
}

#[test]
fn what_is_overtaken_is_put_in_its_place() {
    let every = Rate::PerThousand(50.0);
    let late = run(order().fault(Fault::MessageOvertaken { every, delay: seconds(3) }));
    assert!(late.all_contained(FaultKind::MessageOvertaken) > 30, "{late}");
}

#[test]
fn a_slow_link_slows_nothing_but_the_end() {
    // It is longer than the line waits for an answer: everything is sent several times.
    let (from, delay) = (seconds(30), seconds(4));
    let slow = run(order().fault(Fault::LinkSlow { from, lasts: minutes(10), delay }));
    assert_eq!(slow.all_contained(FaultKind::LinkSlow), 1, "{slow}");
    let worked_s = |run: &Run| run.machine("belt-2").in_state(MachineState::Execute);
    let (slow_s, sound_s) = (worked_s(&slow), worked_s(&run(order())));
    assert!((slow_s - sound_s).abs() < 5.0, "{slow_s} s and {sound_s} s: {slow}");
}

#[test]
fn a_ledger_that_is_killed_knows_afterwards_what_it_acknowledged() {
    for line in LINES {
        let killed = |at, lasts| Fault::LedgerKilled { from: once_set_up(line) + at, lasts };
        let kills = [
            killed(seconds(20), seconds(30)),
            killed(minutes(2), minutes(1)),
            killed(seconds(150), minutes(1)),
            killed(minutes(4), seconds(1)),
        ];
        let run = run(Trial::on(line).quantity(960).faults(kills));
        let contained = run.outcomes(FaultKind::LedgerKilled).contained;
        assert!(contained >= 3, "in the last second there may be no message: {contained}, {run}");
        let mut invariants = run.integrity.invariants.iter();
        let i8 = invariants.find(|invariant| invariant.id == InvariantId::I8);
        assert_eq!(i8.map(|invariant| invariant.violations), Some(0), "{run}");
    }
}

#[test]
fn a_ledger_whose_disk_is_full_answers_nothing_new_and_forgets_nothing() {
    let full = |from, lasts| Fault::DiskFull { from, lasts };
    for line in LINES {
        let trial = Trial::on(line).quantity(2_400).faults([
            full(seconds(30), minutes(1)),
            full(minutes(6), minutes(2)),
            full(seconds(450), minutes(1)),
            Fault::LedgerKilled { from: seconds(370), lasts: seconds(30) },
        ]);
        let run = trial.run();
        run.is_clean().made(2_400);
        let outcomes = run.outcomes(FaultKind::DiskFull);
        assert!(outcomes.injected == 3 && outcomes.contained >= 1, "{outcomes:?}: {run}");
    }
    // It is still full when nobody waits any more.
    let trial = Trial::on("carton-line-250").quantity(2_400).lasts(minutes(30));
    let run = trial.fault(full(minutes(1), hours(5))).run();
    run.ended_with("time over").record_is_true();
}

#[test]
fn a_clock_that_is_set_back_or_forth_changes_stamps_and_nothing_else() {
    let steps = [
        Fault::ClockStep { at: minutes(1), offset_s: -3600.0 },
        Fault::ClockStep { at: minutes(2), offset_s: 7200.0 },
    ];
    let stepped = run(order().faults(steps));
    assert_eq!(stepped.all_contained(FaultKind::ClockStep), 2, "{stepped}");
    let sound = run(order());
    assert_eq!((stepped.simulated_s, stepped.serials), (sound.simulated_s, sound.serials));
    assert_ne!(stepped.epcis, sound.epcis, "no stamp is another: {stepped}");
}

#[test]
fn a_poor_link_costs_time_and_no_truth() {
    let shares = ["lost", "repeated", "overtaken"].map(|how| format!("twin.link.{how}=0.02"));
    let poor = run(shares.into_iter().fold(order(), Trial::set));
    let sound = run(order());
    assert_eq!(poor.engine.commands, sound.engine.commands, "each command was decided once");
    // The line itself has its numbers and goes on; only at the end it waits for the last answer, which comes as
    // soon or a little later: latencies are drawn.
    let longer_s = poor.simulated_s - sound.simulated_s;
    assert!((-0.1..60.0).contains(&longer_s), "{longer_s} s longer: {poor}");
    assert_ne!(poor.digest, sound.digest);
}

#[test]
fn everything_at_once() {
    let all = [
        Fault::MessageLost { every: Rate::PerThousand(50.0) },
        Fault::MessageRepeated { every: Rate::PerThousand(100.0) },
        Fault::MessageOvertaken { every: Rate::PerThousand(20.0), delay: seconds(5) },
        Fault::LinkSlow { from: minutes(1), lasts: minutes(3), delay: seconds(1) },
        Fault::LinkOutage { from: minutes(3), lasts: minutes(1) },
        Fault::LedgerKilled { from: minutes(2), lasts: seconds(20) },
        Fault::ControllerPowerCut { from: seconds(130), lasts: seconds(30) },
        Fault::ClockStep { at: seconds(140), offset_s: -600.0 },
        Fault::NoRead { at: "camera-1".into(), every: Rate::PerThousand(10.0) },
        Fault::SerialPrintedTwice { at: "printer-1".into(), every: Rate::PerThousand(5.0) },
    ];
    for seed in 1..=10 {
        for line in ["carton-line-250", "bottle-line-240"] {
            let trial = Trial::on(line).quantity(1_200).seed(seed).faults(all.clone());
            trial.run().is_clean().made(1_200);
        }
    }
}
