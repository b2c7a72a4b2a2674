//! Plans at work, and what must hold of every row of the table.

use linetwin_base::{Distribution, MachineId, SimSpan, SimTime, Streams};
use linetwin_symbol::Defect;

use super::*;

const MACHINE: MachineId = MachineId(3);

fn plan(faults: &[Fault]) -> FaultPlan {
    FaultPlan::new(faults, |_| Some(MACHINE), SimTime::NEVER, Streams::new(5))
}

/// One fault of each kind, as a campaign may draw it.
fn one_of_each() -> Vec<Fault> {
    let kinds = FaultKind::ALL.iter();
    let drawn = |kind: &FaultKind| {
        let mut dice = Dice::new(Streams::new(7).stream("m", kind.name()), 60.0, 600.0);
        Fault::drawn(*kind, "m", &mut dice)
    };
    kinds.map(drawn).collect()
}

#[test]
fn every_row_agrees_with_itself() {
    for (fault, kind) in one_of_each().iter().zip(FaultKind::ALL) {
        assert_eq!(fault.kind(), *kind);
        assert_eq!(fault.machine().is_some(), kind.place() != FaultPlace::Line, "{kind}");
        assert_eq!(kind.fields().contains(&"every"), fault.clone().rate_mut().is_some(), "{kind}");
        assert_eq!(kind.fields().contains(&"lasts"), fault.clone().lasts_mut().is_some(), "{kind}");
        assert_eq!(fault.check(), [], "{kind}");
        assert!(FaultPlace::ALL.contains(&kind.place()), "{kind}");
    }
}

#[test]
fn numbers_of_kinds_are_those_of_the_traces() {
    let mut by_number = FaultKind::ALL.to_vec();
    by_number.sort();
    for (number, kind) in by_number.iter().enumerate() {
        assert_eq!(*kind as usize, number, "{kind}: the next number, and none twice");
    }
    let old = ["Misprint", "MissingPrint", "SerialPrintedTwice", "DuplicateRead", "NoRead"];
    assert_eq!(by_number[..5].iter().map(|kind| kind.name()).collect::<Vec<_>>(), old);
    assert_eq!(FaultKind::WrongBatchStarted as u8, 37);
}

#[test]
fn retired_names_are_no_names_any_more() {
    for (place, old, new) in RETIRED {
        let Some(kind) = FaultKind::ALL.iter().find(|kind| kind.name() == *place) else { continue };
        assert!(!kind.fields().contains(old), "{place}.{old}");
        assert!(kind.fields().contains(new), "{place}.{new}");
    }
}

fn misprints(faults: &[Fault]) -> Vec<bool> {
    let mut plan = plan(faults);
    let hit = |_| matches!(plan.print(MACHINE, SimTime::START), PrintVerdict::Misprint(..));
    (0..2_000).map(hit).collect()
}

#[test]
fn adding_a_fault_moves_no_other() {
    let at = || "printer-1".to_owned();
    let every = Rate::PerThousand(20.0);
    let misprint = Fault::Misprint { at: at(), every, defect: Defect::DeadNozzles { rows: 12 } };
    let missing = Fault::MissingPrint { at: at(), every: Rate::PerThousand(1.0) };
    let alone = misprints(std::slice::from_ref(&misprint));
    assert!(alone.iter().filter(|hit| **hit).count() > 20);
    assert_eq!(alone, misprints(&[misprint.clone(), missing.clone()]));
    let before = misprints(&[missing, misprint]);
    let moved = alone.iter().zip(&before).filter(|(alone, before)| !**alone && **before);
    assert_eq!(moved.count(), 0, "only those that hit a bare product are missing");
}

#[test]
fn what_hit_can_be_written_out_and_hits_in_the_same_way() {
    let every = |every| Fault::UnitInserted { at: "belt-1".to_owned(), every };
    let verdicts = |fault: Fault| {
        let mut plan = plan(&[fault]);
        let verdicts: Vec<ManualVerdict> =
            (0..500).map(|_| plan.manual(MACHINE, SimTime::START)).collect();
        (verdicts, plan.hits().remove(0))
    };
    let (random, hits) = verdicts(every(Rate::PerThousand(40.0)));
    assert!(hits.len() > 10);
    assert_eq!(verdicts(every(Rate::Exactly(hits.clone()))), (random, hits));
}

#[test]
fn a_fault_that_lasts_begins_and_ends() {
    let from = SimSpan::from_secs(10);
    let lasts = SimSpan::from_secs(5);
    let mut plan = plan(&[Fault::LinkOutage { from, lasts }]);
    let at = |secs| SimTime::START + SimSpan::from_secs(secs);
    assert_eq!(plan.link(at(9)), LinkVerdict::Carried);
    assert_eq!(plan.link(at(10)), LinkVerdict::Down(0));
    assert_eq!(plan.link(at(14)), LinkVerdict::Down(0));
    assert_eq!(plan.link(at(15)), LinkVerdict::Carried);
    assert_eq!(plan.link_outages(), [FaultPeriod { fault: 0, begin: at(10), end: at(15) }]);
}

#[test]
fn faults_come_at_their_rate() {
    let hits = |every: Rate| -> Vec<u64> {
        let fault = Fault::NoRead { at: "camera-1".to_owned(), every };
        let mut plan = plan(&[fault]);
        let read = |second: &u64| {
            let now = SimTime::START + SimSpan::from_secs(*second);
            plan.read(MACHINE, now) != ReadVerdict::Sound
        };
        // One product a second.
        (1..=20).filter(read).collect()
    };
    assert_eq!(hits(Rate::EveryNth(7)), [7, 14]);
    assert_eq!(hits(Rate::Nth(5)), [5]);
    assert_eq!(hits(Rate::Exactly(vec![3, 17, 4])), [3, 4, 17]);
    assert_eq!(hits(Rate::Burst { every: 8, length: 3 }), [6, 7, 8, 14, 15, 16]);
    assert_eq!(hits(Rate::At(SimSpan::from_secs(9))), [9]);
    assert_eq!(hits(Rate::Interarrival(Distribution::Fixed(6.5))), [7, 14]);
    assert_eq!(hits(Rate::PerThousand(1000.0)).len(), 20);
    assert_eq!(hits(Rate::PerThousand(0.0)), [] as [u64; 0]);
}
