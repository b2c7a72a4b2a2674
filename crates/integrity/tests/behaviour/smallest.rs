//! The smallest trace that violates each invariant, beside one that just does not; for each kind of fault the
//! smallest escape and the smallest containment.

use std::collections::BTreeSet;

use linetwin_base::{Level, SimSpan, SimTime, UnitId};
use linetwin_faults::FaultKind::{self, *};
use linetwin_integrity::InvariantId::{I1, I2, I3, I4, I5, I6, I8, I9, I10};
use linetwin_integrity::{Auditor, EventReplay, InvariantId, Judgement, StateSum};
use linetwin_trace::{CloseReason, Fact, RecordedFact, TraceRecord};

use super::lines::*;

fn judge(facts: Vec<Fact>) -> Judgement {
    let mut auditor = Auditor::new(Some(expected()));
    auditor.absorb(&at_once(facts));
    auditor.finish().0
}

fn violated(facts: Vec<Fact>) -> Vec<InvariantId> {
    let judgement = judge(facts);
    judgement.invariants.iter().filter(|it| it.violations > 0).map(|it| it.id).collect()
}

/// A case, its units, and the record of it; it is still there when the run ends.
fn case(container: u32, units: &[(u32, &str)]) -> Vec<Fact> {
    let serials: Vec<&str> = units.iter().map(|it| it.1).collect();
    let full = units.len() as u32;
    let mut facts = vec![allocated(&serials)];
    for (unit, serial) in units {
        facts.extend([
            enter(*unit),
            print(*unit, serial),
            commissioned(serial),
            place(*unit, container),
        ]);
    }
    facts.push(close(container, Level::Case, full, full));
    facts.push(apply(container, label(container.into())));
    facts.push(packed(container.into(), &serials));
    facts.push(still(full));
    facts
}

/// The same with a fact in the place of another, or without it.
fn with(mut facts: Vec<Fact>, old: &Fact, new: Option<Fact>) -> Vec<Fact> {
    let at = facts.iter().position(|fact| fact == old).expect("it is there");
    facts.splice(at..=at, new);
    facts
}

const CASE_OF_A: [(u32, &str); 1] = [(1, "A")];

#[test]
fn nothing_is_wrong_with_a_case_of_one() {
    assert_eq!(violated(case(1, &CASE_OF_A)), []);
    assert_eq!(violated(Vec::new()), [], "nor with a line on which nothing happens");
}

#[test]
fn i1_one_code_on_two_packs() {
    // The second pack is not even commissioned; it is sold all the same.
    let mut facts = case(1, &[(1, "A"), (2, "B")]);
    facts = with(facts, &print(2, "B"), Some(print(2, "A")));
    assert_eq!(violated(facts.clone()), [I1, I3, I4]);
    // On a pack that nobody can read, or that is rejected, too.
    let unreadable = print_text(2, Some(pack("A")), None);
    assert_eq!(violated(with(facts.clone(), &print(2, "A"), Some(unreadable))), [I1, I2, I3, I4]);
    let rejected = with(facts, &place(2, 1), Some(reject(2)));
    assert!(!violated(with(rejected, &still(2), Some(still(1)))).contains(&I1));
}

#[test]
fn i2_every_reason_for_which_a_pack_must_not_be_sold() {
    let order = expected();
    let good = case(1, &CASE_OF_A);
    let printed = |new: Fact| violated(with(good.clone(), &print(1, "A"), Some(new)));
    assert_eq!(printed(print_text(1, Some(pack("A")), Some(15))), []);
    assert_eq!(printed(print_text(1, Some(pack("A")), Some(14))), [I2]);
    assert_eq!(printed(print_text(1, Some(pack("A")), None)), [I2]);
    let of_lot = symbol(unit_code("A"), lot("L8"), order.expiry);
    assert_eq!(printed(print_text(1, Some(of_lot), Some(35))), [I2]);
    let until = symbol(unit_code("A"), order.lot, expiry("2028-08-31"));
    assert_eq!(printed(print_text(1, Some(until), Some(35))), [I2]);
    assert_eq!(printed(print_text(1, None, None)), [I2, I3, I4]);
    let recorded_as = |lot_text: &str, until: &str| {
        let fact = RecordedFact::UnitCommissioned {
            unit: unit_code("A"),
            lot: lot(lot_text),
            expiry: expiry(until),
        };
        violated(with(good.clone(), &commissioned("A"), Some(recorded(fact))))
    };
    assert_eq!(recorded_as("L7", "2028-09-30"), []);
    assert_eq!(recorded_as("L8", "2028-09-30"), [I2]);
    assert_eq!(recorded_as("L7", "2028-08-31"), [I2]);
    assert_eq!(violated(with(good.clone(), &commissioned("A"), None)), [I2, I5]);
    let mut taken_back = good.clone();
    taken_back.push(decommissioned("A"));
    assert_eq!(violated(taken_back), [I2]);
}

#[test]
fn i2_when_a_run_is_cut_off_its_messages_may_be_under_way() {
    let ends = |reason| {
        let mut facts = with(case(1, &CASE_OF_A), &commissioned("A"), None);
        facts.push(Fact::Closed(reason));
        violated(facts)
    };
    assert_eq!(ends(CloseReason::TimeOver), []);
    assert_eq!(ends(CloseReason::OrderClosed), [I2, I5]);
    let mut scrapped_instead = with(case(1, &CASE_OF_A), &commissioned("A"), Some(scrapped("A")));
    scrapped_instead.push(Fact::Closed(CloseReason::TimeOver));
    assert_eq!(violated(scrapped_instead), [I2], "what has come in counts");
}

#[test]
fn i3_who_is_in_whom() {
    let good = case(1, &CASE_OF_A);
    let said = packed(1, &["A"]);
    assert_eq!(violated(with(good.clone(), &said, None)), [I3]);
    assert_eq!(violated(with(good.clone(), &said, Some(packed(2, &["A"])))), [I3]);
    assert_eq!(violated(with(good.clone(), &said, Some(packed(1, &[])))), [I3, I9]);
    // The parent is missing on one side: the unit is not in the case.
    let taken = with(good.clone(), &place(1, 1), Some(remove(1)));
    assert_eq!(violated(with(taken, &still(1), Some(still(0)))), [I3, I4]);
    // A case within a pallet.
    let mut pallet = good.clone();
    pallet.extend([nest(1, 2), close(2, Level::Pallet, 1, 1), apply(2, label(2))]);
    assert_eq!(violated(pallet.clone()), [I3]);
    pallet.push(palletised(2, &[1]));
    assert_eq!(violated(pallet), []);
    // The record alone has it on a pallet.
    let mut claimed = good.clone();
    claimed.push(palletised(2, &[1]));
    assert_eq!(violated(claimed), [I3]);
}

#[test]
fn i3_what_cannot_be_recorded() {
    let good = case(1, &CASE_OF_A);
    let also = |fact: Fact| {
        let mut facts = good.clone();
        facts.push(fact);
        violated(facts)
    };
    assert_eq!(also(scrapped("X")), [I3], "a number that nobody has");
    assert_eq!(also(allocated(&["A"])), [I3], "a number given out again");
    assert_eq!(also(packed(2, &["A"])), [I3], "a unit in two cases");
    assert_eq!(also(palletised(2, &[3])), [I3], "a case that nobody has made");
}

#[test]
fn i3_a_case_leaves_without_a_label() {
    let mut facts = with(case(1, &CASE_OF_A), &apply(1, label(1)), None);
    facts = with(facts, &packed(1, &["A"]), None);
    assert_eq!(violated(facts.clone()), [], "on the line it may still get one");
    facts = with(facts, &still(1), Some(leave(1)));
    assert_eq!(violated(facts), [I3]);
}

#[test]
fn i4_active_means_there() {
    let unit = |fate: Fact, left: u32, more: Vec<Fact>| {
        let mut facts = vec![allocated(&["A"]), enter(1), print(1, "A"), commissioned("A"), fate];
        facts.extend(more);
        facts.push(still(left));
        violated(facts)
    };
    assert_eq!(unit(Fact::Processed { machine: MACHINE, unit: UnitId(1) }, 1, vec![]), []);
    assert_eq!(unit(reject(1), 0, vec![]), [I4]);
    assert_eq!(unit(reject(1), 0, vec![decommissioned("A")]), []);
    assert_eq!(unit(remove(1), 0, vec![]), [I4]);
    assert_eq!(unit(sample(1), 0, vec![]), [I4], "a sample is not for sale");
    let sampled = recorded(RecordedFact::UnitSampled { unit: unit_code("A") });
    assert_eq!(unit(sample(1), 0, vec![sampled.clone()]), []);
    assert_eq!(unit(reject(1), 0, vec![sampled]), [I4], "a sample that nobody has taken");
    // Active, and on no pack at all.
    assert_eq!(violated(vec![allocated(&["A"]), commissioned("A")]), [I4]);
    // It went off the line with its case.
    let mut off = case(1, &CASE_OF_A);
    off = with(off, &still(1), Some(still(0)));
    off.extend([nest(1, 2), take_out(1)]);
    assert_eq!(violated(off), [I3, I4]);
}

#[test]
fn i5_each_number_is_in_one_class() {
    let numbers = |facts: Vec<RecordedFact>| {
        let mut all = vec![allocated(&["A"])];
        all.extend(facts.into_iter().map(recorded));
        violated(all)
    };
    let a = unit_code("A");
    let scrap = RecordedFact::LabelScrapped { unit: a };
    let back = RecordedFact::SerialsReturned(vec![a]);
    let void = RecordedFact::SerialsVoided(vec![a]);
    assert_eq!(numbers(vec![]), [I5]);
    for once in [&scrap, &back, &void] {
        assert_eq!(numbers(vec![once.clone()]), []);
        for twice in [&scrap, &back, &void] {
            assert_eq!(numbers(vec![once.clone(), twice.clone()]), [I5], "{once:?}, {twice:?}");
        }
        assert_eq!(numbers(vec![once.clone(), RecordedFact::UnitDecommissioned { unit: a }]), [I5]);
    }
    let mut twice = case(1, &CASE_OF_A);
    twice.push(commissioned("A"));
    assert_eq!(violated(twice), [I5], "commissioned twice");
}

#[test]
fn i6_what_came_in_is_somewhere() {
    assert_eq!(violated(vec![enter(1)]), [I6]);
    assert_eq!(violated(vec![enter(1), still(1)]), []);
    assert_eq!(violated(vec![enter(1), still(2)]), [I6]);
    assert_eq!(violated(vec![enter(1), reject(1)]), []);
    assert_eq!(violated(vec![enter(1), sample(1)]), []);
    assert_eq!(violated(vec![enter(1), Fact::LeftLine { container: None }]), []);
    assert_eq!(violated(vec![enter(1), reject(1), still(1)]), [I6]);
    assert_eq!(violated(vec![still(1)]), [I6], "from nowhere");
}

#[test]
fn i7_events_and_ledger() {
    let judged = |replay: &EventReplay, ledger| replay.judge(ledger, None).violations;
    let mut replay = EventReplay::default();
    assert_eq!(judged(&replay, StateSum::default()), 0);
    replay.line(
        br#"{"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","epcList":["a"]}"#,
    );
    assert_eq!(judged(&replay, StateSum::default()), 1);
    let chain = Some("block 3 is not the one that was written".to_owned());
    let found = EventReplay::default().judge(StateSum::default(), chain);
    assert_eq!((found.id, found.violations), (InvariantId::I7, 1));
    assert_eq!(found.examples, ["block 3 is not the one that was written"]);
}

#[test]
fn i8_nothing_acknowledged_is_lost() {
    let restarted = |forgotten| Fact::LedgerRestarted { forgotten };
    assert_eq!(violated(vec![restarted(0)]), []);
    let judgement = judge(vec![restarted(2), restarted(0), restarted(3)]);
    let forgotten = judgement.invariants.iter().find(|it| it.id == I8).unwrap();
    assert_eq!(forgotten.violations, 5, "of both restarts");
    assert_eq!(violated(vec![restarted(1)]), [I8]);
}

#[test]
fn i9_labels_and_counts() {
    assert_eq!(violated(vec![close(1, Level::Case, 2, 2)]), []);
    assert_eq!(violated(vec![close(1, Level::Case, 2, 1)]), [I9]);
    assert_eq!(violated(vec![close(1, Level::Case, 2, 3)]), [I9]);
    assert_eq!(violated(vec![apply(1, label(1)), apply(2, label(2))]), []);
    assert_eq!(violated(vec![apply(1, label(1)), apply(2, label(1))]), [I9]);
    assert_eq!(violated(vec![apply(1, pack("A"))]), [I9], "no SSCC");
    let good = case(1, &CASE_OF_A);
    let said = packed(1, &["A"]);
    let as_pallet = recorded(RecordedFact::ContainerPacked {
        parent: sscc(1),
        level: Level::Pallet,
        children: vec![linetwin_trace::RecordedChild::Unit(unit_code("A"))],
    });
    assert_eq!(violated(with(good.clone(), &said, Some(as_pallet))), [I9]);
    let mut twice = good;
    twice.push(packed(1, &[]));
    assert_eq!(violated(twice), [I9], "packed twice");
    // A case closed in another one's name: what it holds is recorded of that one.
    let mut both = case(1, &CASE_OF_A);
    both.extend(case(2, &[(2, "B")]));
    both.push(still(2));
    both = with(both, &apply(2, label(2)), Some(apply(2, label(1))));
    assert_eq!(violated(both), [I3, I9]);
}

#[test]
fn i10_a_line_goes_on() {
    let ends = |facts: Vec<Fact>, reason, after_s: u64| {
        let at = SimTime::START + SimSpan::from_secs(after_s);
        let mut auditor = Auditor::new(Some(expected()));
        auditor.absorb(&at_once(facts));
        auditor.absorb(&[TraceRecord { at, fact: Fact::Closed(reason) }]);
        let judged = auditor.finish().0.invariants;
        judged.iter().any(|it| it.id == I10 && it.violations > 0)
    };
    assert!(!ends(vec![], CloseReason::OrderClosed, 9_999));
    assert!(!ends(vec![], CloseReason::TimeOver, 3_600));
    assert!(ends(vec![], CloseReason::TimeOver, 3_601));
    assert!(ends(vec![], CloseReason::Stuck, 0));
    assert!(ends(vec![enter(1)], CloseReason::OrderClosed, 0), "a pack is left on the line");
    assert!(!ends(vec![enter(1), reject(1)], CloseReason::OrderClosed, 0));
}

#[test]
fn i10_progress_is_a_pack_or_container_that_gets_on() {
    let stalls = |fact: Fact, faults_over_s: u64| {
        let at = |seconds| SimTime::START + SimSpan::from_secs(seconds);
        let order = linetwin_integrity::Expected { faults_over: at(faults_over_s), ..expected() };
        let mut auditor = Auditor::new(Some(order));
        auditor.absorb(&[
            TraceRecord { at: at(1_000), fact },
            TraceRecord { at: at(4_000), fact: Fact::Closed(CloseReason::TimeOver) },
        ]);
        let judged = auditor.finish().0.invariants;
        judged.iter().any(|it| it.id == I10 && it.violations > 0)
    };
    let progress = [
        enter(1),
        reject(1),
        remove(1),
        sample(1),
        give_back(1),
        place(1, 1),
        nest(1, 2),
        take_out(1),
        close(1, Level::Case, 1, 1),
        leave(1),
    ];
    for fact in progress {
        assert!(!stalls(fact.clone(), 0), "{fact:?}");
    }
    let idle = [
        print(1, "A"),
        apply(1, label(1)),
        allocated(&["A"]),
        Fact::Processed { machine: MACHINE, unit: UnitId(1) },
        Fact::MessageLost { fault: None },
    ];
    for fact in idle {
        assert!(stalls(fact.clone(), 0), "{fact:?}");
        assert!(!stalls(fact, 400), "faults were not over before");
    }
}

// --- Outcomes of faults ---

/// What the outcome of a fault of this kind hangs on, written down a second time.
fn answer(kind: FaultKind) -> &'static str {
    match kind {
        Misprint | MissingPrint | SerialPrintedTwice | WrongText | BufferReplayed | InkOut
        | StaleLayout | LateResult | FrozenImage | ProductsTouch | UnitInserted | UnitsSwapped
        | AlienInserted | PackedInserted | ConfirmSensorStuck | EncoderSlip => "good or rejected",
        NoRead | CameraOffline | GateFailsToFire => "rejected",
        DuplicateRead => "unaffected",
        GoodUnitEjected | UnitRemoved | LayerShort => "missed",
        LayerOver | LabelMissing | LabelRepeated | LayerMisread | MessageLost | MessageRepeated
        | MessageOvertaken | LinkSlow | NumbersWithheld | ClockStep => "true record",
        LinkOutage | DiskFull | LedgerKilled | ControllerPowerCut => {
            "true record, if it cut anything off"
        }
        WrongBatchStarted => "order refused",
    }
}

const HARMLESS: [u64; 3] = [1, 0, 0];
const CONTAINED: [u64; 3] = [0, 1, 0];
const ESCAPED: [u64; 3] = [0, 0, 1];

/// Harmless, contained, escaped.
fn outcome(kind: FaultKind, unit: Option<u32>, mut facts: Vec<Fact>) -> [u64; 3] {
    facts.push(Fact::FaultInjected { fault: 7, kind, unit: unit.map(UnitId) });
    let judgement = judge(facts);
    let [row] = &judgement.faults[..] else { panic!("one kind: {:?}", judgement.faults) };
    assert_eq!((row.kind.as_str(), row.injected), (kind.name(), 1));
    [row.harmless, row.contained, row.escaped]
}

#[test]
fn every_kind_on_a_unit_escapes_and_is_contained() {
    let sold = || case(1, &CASE_OF_A);
    let sold_bad = || with(sold(), &print(1, "A"), Some(print_text(1, Some(pack("A")), Some(14))));
    let rejected = || vec![allocated(&["A"]), enter(1), print(1, "A"), reject(1), scrapped("A")];
    let active = || {
        with(
            with(rejected(), &scrapped("A"), Some(commissioned("A"))),
            &print(1, "A"),
            Some(print(1, "A")),
        )
    };
    let returned = || {
        let mut facts = sold();
        facts.splice(2..2, [reject(1), give_back(1)]);
        facts
    };
    let with_its_case = || {
        let mut facts = sold();
        facts.extend([nest(1, 2), take_out(1)]);
        facts
    };
    let mut seen = BTreeSet::new();
    for kind in FaultKind::ALL {
        let of = |facts: Vec<Fact>| outcome(*kind, Some(1), facts);
        let right = answer(*kind);
        seen.insert(right);
        // Wherever it ends: a bad pack that is sold is an escape.
        assert_eq!(of(sold_bad()), ESCAPED, "{kind}");
        assert_eq!(of(vec![enter(1)]), HARMLESS, "{kind}: it has not been sold");
        assert_eq!(of(vec![enter(1), sample(1)]), HARMLESS, "{kind}");
        let (if_sold, if_returned, if_rejected, if_active) = match right {
            "unaffected" => (CONTAINED, CONTAINED, HARMLESS, HARMLESS),
            "rejected" => (ESCAPED, CONTAINED, CONTAINED, CONTAINED),
            "missed" => (HARMLESS, CONTAINED, CONTAINED, ESCAPED),
            _ => (HARMLESS, CONTAINED, CONTAINED, CONTAINED),
        };
        assert_eq!(of(sold()), if_sold, "{kind}");
        assert_eq!(of(returned()), if_returned, "{kind}");
        assert_eq!(of(rejected()), if_rejected, "{kind}");
        assert_eq!(of(with_its_case()), if_active, "{kind}: its case is off the line, and active");
        assert_eq!(of(active()), if_active, "{kind}: it is gone, and active in the record");
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
}

#[test]
fn every_kind_on_no_unit_escapes_and_is_contained() {
    for kind in FaultKind::ALL {
        let of = |facts: Vec<Fact>| outcome(*kind, None, facts);
        let right = answer(*kind);
        let cut_off = |by: Option<u16>| vec![Fact::MessageLost { fault: by }];
        let quiet =
            if right == "true record, if it cut anything off" { HARMLESS } else { CONTAINED };
        assert_eq!(of(vec![]), quiet, "{kind}");
        assert_eq!(of(cut_off(Some(7))), CONTAINED, "{kind}");
        assert_eq!(of(cut_off(Some(6))), quiet, "{kind}: it was another fault");
        assert_eq!(of(cut_off(None)), quiet, "{kind}: it was a fault of another line");
        // A false record, and a ledger that forgets.
        let false_record = [cut_off(Some(7)), vec![allocated(&["A"]), commissioned("A")]].concat();
        assert_eq!(of(false_record), ESCAPED, "{kind}");
        let forgets = [cut_off(Some(7)), vec![Fact::LedgerRestarted { forgotten: 1 }]].concat();
        assert_eq!(of(forgets), ESCAPED, "{kind}");
        let tried =
            |started| vec![Fact::MessageLost { fault: Some(7) }, Fact::WrongBatchTried { started }];
        let started = if right == "order refused" { ESCAPED } else { CONTAINED };
        assert_eq!(of(tried(true)), started, "{kind}");
        assert_eq!(of(tried(false)), CONTAINED, "{kind}");
        // A container of the wrong count is no false record of packs.
        let short = [cut_off(Some(7)), vec![close(1, Level::Case, 2, 1)]].concat();
        assert_eq!(of(short), CONTAINED, "{kind}");
    }
}
