//! Expectations of a scenario: each is met up to its bound and no further, and each has a run that fails it
//! and nothing else.

use ron::extensions::Extensions;

use linetwin::base::SimSpan;
use linetwin::engine::{Action, Command, LineController, LineLogic, ObjectCode};
use linetwin::faults::{Fault, FaultKind, Rate};
use linetwin::harness::Expectation;
use linetwin::integrity::FaultOutcomes;
use linetwin::report::Summary;
use linetwin::symbol::Defect;

use crate::common::double::{Input, double};
use crate::common::run::Run;
use crate::common::times::{hours, minutes};
use crate::common::trial::Trial;

/// Every kind of expectation, each with a bound that an order of 480 cartons with a few misprints meets.
const EASY: [(&str, &str); 12] = [
    ("Integrity", "Integrity(clean)"),
    ("Escapes", "Escapes(none)"),
    ("SerialsBalance", "SerialsBalance"),
    ("Throughput", r#"Throughput(at_least: "1/min", at_most: "250/min")"#),
    ("Oee", r#"Oee(at_least: "1 %", at_most: "100 %")"#),
    ("Rejects", r#"Rejects(at_most: "10 %")"#),
    ("Closes", r#"Closes(within: "01:00:00")"#),
    ("RecordDelay", r#"RecordDelay(percentile: 99, at_most: "00:01:00")"#),
    ("Contained", "Contained(kind: Misprint, at_least: 3)"),
    ("Covered", r#"Covered(point: "BinFull", at_least: 0)"#),
    ("InState", r#"InState(machine: "printer-1", state: Execute, at_least: "00:00:10")"#),
    ("no break", r#"InState(machine: "printer-1", state: Held, at_most: "00:30:00")"#),
];

/// An order of 480 cartons, every hundredth misprinted, of which all of this is expected, with one changed.
fn expecting(changed: &str, to: &str) -> Trial {
    let all = EASY.map(|(name, text)| if name == changed { to } else { text });
    every(100).set(expect(&all.join(", ")))
}

fn every(nth: u32) -> Trial {
    let (every, defect) = (Rate::EveryNth(nth), Defect::DeadNozzles { rows: 40 });
    let fault = Fault::Misprint { at: "printer-1".into(), every, defect };
    Trial::of("carton-line-250").quantity(480).lasts(hours(3)).fault(fault)
}

/// Expectations, written as in a scenario.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> T {
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    options.from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// A setting: a run is expected to do all of these.
fn expect(all: &str) -> String {
    let all: Vec<Expectation> = read(&format!("[{all}]"));
    format!("expect={}", serde_json::to_string(&all).unwrap())
}

/// What was not met.
fn unmet(run: &Run) -> Vec<&str> {
    let failed = run.expectations.iter().filter(|of| !of.pass);
    failed.map(|of| of.text.as_str()).collect()
}

/// Sends the ledger something else than it should.
fn sends(
    mut instead: impl FnMut(&mut Command) + Send + Sync + 'static,
) -> impl FnOnce(LineController) -> Box<dyn LineLogic> {
    move |controller| {
        double(controller, move |controller, now, input, out| {
            let before = out.len();
            Input::give(input, controller, now, out);
            for action in &mut out[before..] {
                if let Action::Send(message) = action {
                    instead(&mut message.command);
                }
            }
        })
    }
}

#[test]
fn a_good_run_meets_every_kind() {
    let run = expecting("", "").run();
    assert_eq!(unmet(&run), Vec::<&str>::new(), "{run}");
    assert_eq!(run.expectations.len(), EASY.len() + 1);
}

#[test]
fn each_kind_has_a_bound_that_a_good_run_fails_and_nothing_else() {
    for (kind, to, text) in [
        ("Throughput", r#"Throughput(at_least: "250/min")"#, "good units: at least 250/min"),
        ("Throughput", r#"Throughput(at_most: "2/min")"#, "good units: at most 2/min"),
        ("Oee", r#"Oee(at_least: "99.9 %")"#, "OEE: at least 99.9 %"),
        ("Oee", "Oee(at_most: 0.01)", "OEE: at most 1 %"),
        ("Rejects", r#"Rejects(at_most: "0.1 %")"#, "units thrown out: at most 0.1 %"),
        ("Rejects", "Rejects(at_least: 0.5)", "units thrown out: at least 50 %"),
        ("Closes", r#"Closes(within: "00:01:00")"#, "order closed within 00:01:00"),
        (
            "RecordDelay",
            r#"RecordDelay(percentile: 50, at_most: "00:00:00.001")"#,
            "50 % of facts recorded within 00:00:00.001",
        ),
        ("Contained", "Contained(kind: Misprint, at_least: 50)", "at least 50 Misprint contained"),
        ("Contained", "Contained(kind: WrongText, at_least: 1)", "at least 1 WrongText contained"),
        (
            "Covered",
            r#"Covered(point: "PowerBackWithOpenCase")"#,
            "PowerBackWithOpenCase: at least 1 times",
        ),
        (
            "InState",
            r#"InState(machine: "printer-1", state: Execute, at_most: "00:00:01")"#,
            "printer-1 is Execute: at most 00:00:01",
        ),
        (
            "InState",
            r#"InState(machine: "printer-1", state: Execute, at_least: "03:00:00")"#,
            "printer-1 is Execute: at least 03:00:00",
        ),
    ] {
        assert_eq!(unmet(&expecting(kind, to).run()), [text], "{to}");
    }
}

#[test]
fn what_goes_wrong_on_the_line_fails_the_expectation_of_it_and_nothing_else() {
    // More is misprinted than is allowed.
    let all = EASY.map(|(_, text)| text).join(", ");
    let bad = every(4).set(expect(&all)).run();
    assert_eq!(unmet(&bad), ["units thrown out: at most 10 %"], "{bad}");
    // Nothing is misprinted.
    let good = every(100_000).set(expect(&all)).run();
    assert_eq!(unmet(&good), ["at least 3 Misprint contained"], "{good}");
    // The link is out of order for a while.
    let (from, lasts) = (minutes(1), minutes(2));
    let late = expecting("", "").fault(Fault::LinkOutage { from, lasts }).run();
    assert_eq!(unmet(&late), ["99 % of facts recorded within 00:01:00"], "{late}");
}

#[test]
fn a_false_record_fails_integrity_and_nothing_else() {
    // One child of each third case is not recorded; every serial number is still in one class.
    let mut cases = 0;
    let short = sends(move |command| {
        if let Command::Pack { children, .. } = command
            && let [.., ObjectCode::Unit(_)] = &children[..]
        {
            cases += 1;
            if cases % 3 == 0 {
                children.pop();
            }
        }
    });
    let all = EASY.map(|(_, text)| text).join(", ");
    let of = every(100_000).set(expect(&all.replace("least: 3)", "least: 0)")));
    assert_eq!(unmet(&of.run_with(short)), ["integrity is clean"]);
}

#[test]
fn a_run_without_an_engine_is_judged_by_what_its_machines_did() {
    let line = |all: &str| {
        let trial = Trial::on("reference-line").lasts(hours(1));
        let run = trial.set(expect(all)).run();
        unmet(&run).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let none: [String; 0] = [];
    assert_eq!(
        line(r#"Integrity(clean), Escapes(none), SerialsBalance, Throughput(at_least: "1/min")"#),
        none
    );
    assert_eq!(
        line(r#"Integrity(clean), Throughput(at_least: "9999/min")"#),
        ["good units: at least 9999/min"]
    );
    // There is no record, and no order: neither can come in time.
    assert_eq!(
        line(r#"Integrity(clean), RecordDelay(percentile: 50, at_most: "10:00:00")"#),
        ["50 % of facts recorded within 10:00:00"]
    );
    assert_eq!(line(r#"Closes(within: "10:00:00")"#), ["order closed within 10:00:00"]);
}

/// Whether a run with this summary meets the expectation, written as in a scenario.
fn meets(expectation: &str, summary: &Summary) -> bool {
    let expectation: Expectation = read(expectation);
    expectation.judge(summary).pass
}

/// Changes a summary.
type Change<'a> = &'a dyn Fn(&mut Summary, f64);

#[test]
fn a_bound_itself_is_met_and_the_next_value_beyond_it_is_not() {
    let summary = expecting("", "").run().result.summary;
    let rate: Change = &|of, value| of.throughput.units_per_min = value;
    let oee: Change = &|of, value| of.throughput.oee.oee = value;
    let rejects: Change =
        &|of, value| (of.throughput.rejected, of.throughput.infeed) = (value as u64, 1000);
    let state: Change = &|of, value| {
        let printer = of.throughput.machines.iter_mut().find(|of| of.id == "printer-1").unwrap();
        printer.states.insert("Held".to_owned(), value);
    };
    let closes: Change = &|of, value| of.simulated_s = value;
    let outcomes: Change = &|of, value| {
        let kind = FaultKind::Misprint.to_string();
        let contained = value as u64;
        of.integrity.faults =
            vec![FaultOutcomes { kind, injected: 99, harmless: 50, contained, escaped: 0 }];
    };
    let covered: Change = &|of, value| {
        of.coverage.insert("BinFull".to_owned(), value as u64);
    };
    let balance: Change = &|of, value| of.serials.balance = value as i64;
    let escaped: Change = &|of, value| {
        let of_kind = |kind: &str, escaped| FaultOutcomes {
            kind: kind.to_owned(),
            injected: 9,
            harmless: 3,
            contained: 3,
            escaped,
        };
        of.integrity.faults = vec![of_kind("NoRead", 0), of_kind("Misprint", value as u64)];
    };
    let violated: Change = &|of, value| of.integrity.invariants[4].violations = value as u64;
    for (expectation, change, met, not_met) in [
        (
            r#"Throughput(at_least: "225/min")"#,
            rate,
            &[225.0, 225.001, 999.0][..],
            &[224.999, 0.0][..],
        ),
        (r#"Throughput(at_most: "225/min")"#, rate, &[225.0, 224.999, 0.0], &[225.001, 999.0]),
        (
            r#"Throughput(at_least: "200/min", at_most: "225/min")"#,
            rate,
            &[200.0, 210.0, 225.0],
            &[199.999, 225.001],
        ),
        (r#"Oee(at_least: "85 %")"#, oee, &[0.85, 0.850_001, 1.0], &[0.849_999, 0.0]),
        ("Oee(at_most: 0.85)", oee, &[0.85, 0.849_999, 0.0], &[0.850_001, 1.0]),
        (r#"Rejects(at_least: "5 %")"#, rejects, &[50.0, 51.0, 1000.0], &[49.0, 0.0]),
        (r#"Rejects(at_most: "5 %")"#, rejects, &[50.0, 49.0, 0.0], &[51.0, 1000.0]),
        (r#"Closes(within: "00:10:00")"#, closes, &[600.0, 599.999, 1.0], &[600.001, 9999.0]),
        ("Contained(kind: Misprint, at_least: 7)", outcomes, &[7.0, 8.0], &[6.0, 0.0]),
        (r#"Covered(point: "BinFull")"#, covered, &[1.0, 2.0], &[0.0]),
        (r#"Covered(point: "BinFull", at_least: 3)"#, covered, &[3.0, 4.0], &[2.0, 0.0]),
        (
            r#"InState(machine: "printer-1", state: Held, at_least: "00:01:00")"#,
            state,
            &[60.0, 60.001],
            &[59.999, 0.0],
        ),
        (
            r#"InState(machine: "printer-1", state: Held, at_most: "00:01:00")"#,
            state,
            &[60.0, 59.999, 0.0],
            &[60.001],
        ),
        ("SerialsBalance", balance, &[0.0], &[1.0, -1.0]),
        ("Escapes(none)", escaped, &[0.0], &[1.0, 2.0]),
        ("Integrity(clean)", violated, &[0.0], &[1.0, 2.0]),
    ] {
        for (values, pass) in [(met, true), (not_met, false)] {
            for value in values {
                let mut changed = summary.clone();
                change(&mut changed, *value);
                assert_eq!(meets(expectation, &changed), pass, "{expectation} with {value}");
            }
        }
    }
    // An order that is not closed is not closed in time.
    let mut open = summary.clone();
    open.ended = "time over".to_owned();
    assert!(!meets(r#"Closes(within: "10:00:00")"#, &open));
    // Who never was in a state was in it for no time; a fault of another kind does not count.
    assert!(!meets(
        r#"InState(machine: "printer-2", state: Held, at_least: "00:00:01")"#,
        &summary
    ));
    assert!(meets("Contained(kind: WrongText, at_least: 0)", &summary));
    assert!(!meets("Contained(kind: WrongText, at_least: 1)", &summary));
    // The delay that was measured is the bound that is just met.
    let delay_s = summary.engine.record_delay.percentile_s(90.0).unwrap();
    let within = |nanos: u64| {
        let at_most = SimSpan::from_nanos(nanos);
        Expectation::RecordDelay { percentile: 90.0, at_most }.judge(&summary).pass
    };
    let nanos = (delay_s * 1e9).round() as u64;
    assert!(within(nanos) && within(nanos + 1000) && !within(nanos - 1000), "{delay_s}");
}
