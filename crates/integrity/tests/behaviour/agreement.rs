//! Two auditors that share nothing come to the same verdict, whatever the trace says and however it comes in.

use std::collections::BTreeSet;

use linetwin_integrity::{Auditor, Carried, Expected, InvariantId, across_lines};
use linetwin_trace::TraceRecord;

use super::liar;
use super::lines::expected;
use super::reference::{self, Verdict};

/// Traces of each share of lies; LINETWIN_LYING_TRACES sets another number.
fn traces() -> u64 {
    let number = std::env::var("LINETWIN_LYING_TRACES").ok();
    number.map_or(25_000, |text| text.parse().expect("LINETWIN_LYING_TRACES is a number"))
}

/// The verdict of the auditor that reads so many records at a time.
fn audited(expected: Option<&Expected>, trace: &[TraceRecord], at_a_time: usize) -> Verdict {
    let mut auditor = Auditor::new(expected.cloned());
    for part in trace.chunks(at_a_time) {
        auditor.absorb(part);
    }
    Verdict::from(&auditor.finish().0)
}

/// Leaves out facts as long as the auditors differ.
fn smaller(
    expected: Option<&Expected>,
    trace: &[TraceRecord],
    at_a_time: usize,
) -> Vec<TraceRecord> {
    let mut small = trace.to_vec();
    let mut at = 0;
    while at < small.len() {
        let mut tried = small.clone();
        tried.remove(at);
        let differs = std::panic::catch_unwind(|| {
            audited(expected, &tried, at_a_time) != reference::judge(expected, &tried)
        });
        if differs.unwrap_or(false) {
            small = tried;
        } else {
            at += 1;
        }
    }
    small
}

fn agree(expected: Option<&Expected>, lies: f64) {
    let (mut clean, mut seen) = (0, std::collections::BTreeMap::new());
    for number in 0..traces() {
        let trace = liar::trace(number, lies);
        let right = reference::judge(expected, &trace);
        for at_a_time in [1, 7, trace.len().max(1)] {
            let verdict = audited(expected, &trace, at_a_time);
            if verdict != right {
                let small = smaller(expected, &trace, at_a_time);
                let facts: Vec<String> =
                    small.iter().map(|it| format!("  {:?}", it.fact)).collect();
                panic!(
                    "trace {number}, {lies} false, {at_a_time} at a time:\n{}\nauditor {:?}\nright   {:?}",
                    facts.join("\n"),
                    audited(expected, &small, at_a_time),
                    reference::judge(expected, &small),
                );
            }
        }
        clean += u64::from(right.violated.is_empty());
        for id in right.violated {
            *seen.entry(id).or_insert(0_u64) += 1;
        }
    }
    // A generator that finds nothing, or nothing else, would prove nothing.
    if let Some(expected) = expected
        && lies > 0.0
        && expected.lot_and_expiry
    {
        assert!(clean > 0, "{seen:?}");
        assert_eq!(seen.len(), 9, "every invariant but I7, which is judged from events: {seen:?}");
    }
}

#[test]
fn on_lines_where_little_is_false() {
    agree(Some(&expected()), 0.02);
}

#[test]
fn on_lines_where_much_is_false() {
    agree(Some(&expected()), 0.2);
}

#[test]
fn on_lines_that_run_well() {
    agree(Some(&expected()), 0.0);
}

#[test]
fn on_lines_without_an_engine() {
    agree(None, 0.1);
}

/// Lines of a plant, each of which may have the numbers of another one.
#[test]
fn on_what_lines_have_in_common() {
    let mut seen = BTreeSet::new();
    for number in 0..traces() {
        let lines = 2 + number % 2;
        let traces: Vec<_> = (0..lines)
            .map(|line| {
                let numbers_of = if number % 3 == 0 { line } else { (number / 3 + line) % 2 };
                liar::trace_of_line(number * 3 + line, 0.1, numbers_of as u32)
            })
            .collect();
        let at_a_time = [1, 7, 1000][number as usize % 3];
        let carried: Vec<(String, Carried)> = traces
            .iter()
            .enumerate()
            .map(|(line, trace)| {
                let mut auditor = Auditor::new(Some(expected()));
                trace.chunks(at_a_time).for_each(|part| auditor.absorb(part));
                (format!("line {line}"), auditor.finish().1)
            })
            .collect();
        let results = across_lines(&carried);
        assert_eq!(
            results.iter().map(|it| it.id).collect::<Vec<_>>(),
            [InvariantId::I1, InvariantId::I9]
        );
        let violated: Vec<bool> = results.iter().map(|it| it.violations > 0).collect();
        let right: Vec<_> = traces.iter().map(|trace| reference::carried(trace)).collect();
        let common = |of: &dyn Fn(usize, usize) -> bool| {
            (0..right.len()).any(|one| (0..one).any(|other| of(one, other)))
        };
        let codes = common(&|one, other| !right[one].0.is_disjoint(&right[other].0));
        let labels = common(&|one, other| !right[one].1.is_disjoint(&right[other].1));
        assert_eq!(violated, [codes, labels], "trace {number}, {at_a_time} at a time");
        seen.insert((codes, labels));
    }
    assert_eq!(seen.len(), 4, "each of both is violated and is not: {seen:?}");
}
