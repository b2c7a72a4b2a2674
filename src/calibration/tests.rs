//! Fitting values whose distribution is known, and reading logs in which something is wrong.

use linetwin_base::Streams;
use linetwin_line::{Interval, WorkstationSpec};

use super::*;

fn drawn(of: &Distribution, n: usize, seed: u64) -> Sample {
    let mut stream = Streams::new(seed).stream("test", "values");
    let mut sample = Sample::of_times("test");
    for _ in 0..n {
        sample.exactly(of.draw(&mut stream).as_nanos());
    }
    sample
}

fn fitted(sample: &Sample) -> Fit {
    fit::fit(sample, "test").expect("there are enough values")
}

#[test]
fn the_distribution_is_found_that_the_values_were_drawn_from() {
    let (mut inside, mut all) = (0, 0);
    for of in [
        Distribution::Fixed(0.09),
        Distribution::Uniform { from: 0.02, to: 0.06 },
        Distribution::Triangular { from: 1.0, mode: 2.0, to: 6.0 },
        Distribution::Exponential { mean: 60.0 },
        Distribution::Normal { mean: 2.0, sd: 0.3 },
        Distribution::LogNormal { mean: 60.0, sd: 40.0 },
        Distribution::Weibull { shape: 2.5, scale: 10.0 },
        Distribution::Gamma { shape: 0.6, mean: 3.0 },
        Distribution::Gamma { shape: 3.0, mean: 3.0 },
        Distribution::Geometric { probability: 0.1, slot: 2.0 },
    ] {
        let found = fitted(&drawn(&of, 5_000, 7));
        assert_eq!(found.distribution.name(), of.name(), "{found:#?}");
        assert!(!found.is_poor(), "{found:#?}");
        let truth = family::parameters(&of);
        for (parameter, (name, value)) in found.parameters.iter().zip(truth) {
            assert_eq!(parameter.name, name);
            all += 1;
            inside += u32::from((parameter.low..=parameter.high).contains(&value));
            let width = parameter.high - parameter.low;
            let near = (parameter.low - width / 2.0)..=(parameter.high + width / 2.0);
            assert!(near.contains(&value), "{of:?}: {parameter:?}");
        }
    }
    assert!(inside >= all - 3, "{inside} of {all} intervals hold their parameter");
}

#[test]
fn intervals_hold_the_truth_as_often_as_promised() {
    for of in [
        Distribution::Weibull { shape: 0.8, scale: 10.0 },
        Distribution::Triangular { from: 1.0, mode: 2.0, to: 6.0 },
    ] {
        let (mut inside, mut all) = (0, 0);
        for seed in 0..60 {
            let found = fitted(&drawn(&of, 300, seed));
            if found.distribution.name() != of.name() {
                continue;
            }
            for (parameter, (_, value)) in found.parameters.iter().zip(family::parameters(&of)) {
                all += 1;
                inside += u32::from((parameter.low..=parameter.high).contains(&value));
            }
        }
        let share = f64::from(inside) / f64::from(all);
        assert!(all > 60 && share > 0.88, "{of:?}: {inside} of {all}");
    }
}

#[test]
fn a_p_value_is_small_as_often_as_its_value() {
    let of = Distribution::Gamma { shape: 2.0, mean: 3.0 };
    let small = (0..60).filter(|seed| {
        let found = fitted(&drawn(&of, 150, *seed));
        found.goodness.expect("values differ").p <= 0.2
    });
    let small = small.count();
    assert!((3..=22).contains(&small), "{small} of 60 p values are at most 0.2");
}

#[test]
fn values_of_two_kinds_of_work_fit_nothing_and_it_is_reported() {
    let mut stream = Streams::new(1).stream("test", "two");
    let mut sample = Sample::of_times("test");
    for _ in 0..1_000 {
        let of = if stream.chance(0.5) { (1.0, 1.2) } else { (3.0, 3.3) };
        let of = Distribution::Uniform { from: of.0, to: of.1 };
        sample.exactly(of.draw(&mut stream).as_nanos());
    }
    assert!(fitted(&sample).is_poor());
}

/// Lives that are cut off after 60 s have a mean below 40 s; their distribution has not.
#[test]
fn what_was_cut_off_makes_no_life_shorter() {
    let of = Distribution::Weibull { shape: 1.5, scale: 100.0 };
    let mut stream = Streams::new(2).stream("test", "lives");
    let mut sample = Sample::of_times("test");
    for _ in 0..4_000 {
        let nanos = of.draw(&mut stream).as_nanos();
        if nanos < 60_000_000_000 { sample.exactly(nanos) } else { sample.longer(60_000_000_000) }
    }
    assert!(sample.cut > 1_500);
    let found = fitted(&sample);
    assert_eq!(found.distribution.name(), "Weibull", "{found:#?}");
    for (parameter, (_, value)) in found.parameters.iter().zip(family::parameters(&of)) {
        assert!((parameter.low..=parameter.high).contains(&value), "{parameter:?}");
    }
}

#[test]
fn rounded_times_are_taken_for_what_they_are() {
    let of = Distribution::Gamma { shape: 4.0, mean: 0.1 };
    let mut stream = Streams::new(3).stream("test", "rounded");
    let mut sample = Sample::of_times("test");
    for _ in 0..5_000 {
        // A log that keeps hundredths of a second.
        let hundredths = (of.value(&mut stream) * 100.0).round() as u64;
        sample.exactly(hundredths * 10_000_000);
    }
    let found = fitted(&sample);
    assert_eq!(found.distribution.name(), "Gamma", "{found:#?}");
    for (parameter, (_, value)) in found.parameters.iter().zip(family::parameters(&of)) {
        assert!((parameter.low..=parameter.high).contains(&value), "{parameter:?}");
    }
    assert!(!found.is_poor(), "{found:#?}");
}

fn line() -> TwinSpec {
    let text = r#"Twin(
        name: "test", rated_units_per_min: 60, lead_machine: "infeed",
        machines: [
            Infeed(id: "infeed", cycle_time_s: Fixed(1.0), to: "filler"),
            Machine(id: "filler", service_s: Fixed(0.5), queue_capacity: 5, failures: [
                (name: "jam", time_to_failure: OperatingTime(Fixed(100.0)), repair_s: Fixed(10.0)),
            ]),
        ],
    )"#;
    let options =
        ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(text).expect("a twin")
}

fn read(rows: &str) -> Calibration {
    let log = format!("time,machine,event,detail\n{rows}");
    let options = ReadOptions { most_bad: 100, ..ReadOptions::default() };
    calibrate(log.as_bytes(), &line(), &options, &mut |_| {}).expect("a log")
}

/// `times` cycles of a second, each with half a second of work, from second `from` on.
fn cycles(from: u32, times: u32) -> String {
    let rows = (from..from + times).map(|s| format!("{s},filler,start,\n{s}.5,filler,done,\n"));
    rows.collect()
}

fn finding<'a>(of: &'a Calibration, machine: &str, quantity: &str) -> &'a Finding {
    let mut findings = of.findings.iter();
    let found = findings.find(|it| it.machine == machine && it.quantity == quantity);
    found.unwrap_or_else(|| panic!("no {quantity} of {machine}: {:#?}", of.findings))
}

#[test]
fn a_plain_log_gives_the_service_time() {
    let found = read(&cycles(0, 30));
    assert_eq!(found.reading.dropped(), Vec::<String>::new());
    assert_eq!(found.reading.rows, 60);
    let service = finding(&found, "filler", "service_s");
    assert_eq!((service.ended, service.cut), (30, 0));
    let Found::Distribution(fit) = &service.found else { panic!("{service:?}") };
    assert_eq!(fit.distribution, Distribution::Fixed(0.5));
    let rejects = finding(&found, "filler", "reject_share");
    let Found::Share(share) = &rejects.found else { panic!("{rejects:?}") };
    assert_eq!((share.hits, share.of), (0, 30));
}

/// Columns in another order, semicolons, quotes, other columns, calendar time.
#[test]
fn columns_are_known_by_their_names() {
    let rows: String = (10..40)
        .map(|s| {
            format!(
                "start;\"filler\";7;2026-11-02T06:00:{s}Z\r\n\
                 done;filler;7;2026-11-02T07:00:{s}.250+01:00\r\n"
            )
        })
        .collect();
    let log = format!("\u{feff}Event;machine;shift;TIME\r\n{rows}");
    let found = calibrate(log.as_bytes(), &line(), &ReadOptions::default(), &mut |_| {}).unwrap();
    let service = finding(&found, "filler", "service_s");
    let Found::Distribution(fit) = &service.found else { panic!("{service:?}") };
    assert_eq!(fit.distribution, Distribution::Fixed(0.25));
}

#[test]
fn rows_that_are_none_are_named_with_their_line_and_counted() {
    let rows = "7,filler\n8,filler,strat,\n08:15,filler,start,\n9,filler,start,lunch\n\n";
    let found = read(&format!("{}{rows}{}", cycles(0, 5), cycles(20, 15)));
    assert_eq!(found.reading.bad, 4);
    let mistakes = found.reading.mistakes.join("\n");
    for said in [
        "line 12: found 2 fields, expected a event in field 3",
        "line 13: found event `strat`, expected one of",
        "did you mean `start`?",
        "line 14: found time `08:15`, expected `2026-11-02T06:00:00.150Z` or seconds",
        "line 15: found detail `lunch`",
    ] {
        assert!(mistakes.contains(said), "{said}: {mistakes}");
    }
    assert_eq!(finding(&found, "filler", "service_s").ended, 20);
}

#[test]
fn a_log_of_something_else_is_refused() {
    let refused = |text: &str, most_bad: u64| {
        let options = ReadOptions { most_bad, ..ReadOptions::default() };
        calibrate(text.as_bytes(), &line(), &options, &mut |_| {}).unwrap_err().to_string()
    };
    assert!(refused("", 9).contains("found nothing"));
    assert!(refused("when,who,what\n", 9).contains("expected one named `time`"));
    let noise = "time,machine,event\nx\ny\nz\n";
    let text = refused(noise, 2);
    assert!(text.contains("line 2: found time `x`") || text.contains("line 2: found 1"), "{text}");
    assert!(
        text.contains("3 of the first 3 rows are no rows, more than the 2 of --max-bad"),
        "{text}"
    );
    let other = "time,machine,event\n1,press,start\n";
    assert!(refused(other, 9).contains("none of its 1 rows"));
    let endless = format!("time,machine,event\n{}\n", "x".repeat(100_000));
    assert!(refused(&endless, 0).contains("more than 4096 bytes"));
}

#[test]
fn a_row_that_comes_twice_counts_once() {
    let once = cycles(0, 30);
    // Each row at once again, and ten rows once more later on.
    let twice: String = once.lines().map(|row| format!("{row}\n{row}\n")).collect();
    let block: String = once.lines().skip(40).take(10).map(|row| format!("{row}\n")).collect();
    let found = read(&format!("{twice}{block}{}", cycles(30, 10)));
    assert_eq!(found.reading.repeated, 70);
    assert_eq!((found.reading.set_back, found.reading.rows_missing), (0, 0));
    assert_eq!(finding(&found, "filler", "service_s").ended, 40);
}

#[test]
fn a_gap_ends_what_was_under_way_and_is_no_long_work() {
    let found = read(&format!("{}30,filler,start,\n{}", cycles(0, 30), cycles(5_000, 30)));
    assert_eq!((found.reading.gaps, found.reading.gaps_s), (1, 4_970.0));
    let service = finding(&found, "filler", "service_s");
    assert_eq!(
        (service.ended, service.cut),
        (60, 0),
        "work cut off at its very start gives no value"
    );
    assert_eq!(found.reading.rows_missing, 0);
}

#[test]
fn a_clock_that_was_set_back_is_seen() {
    let found = read(&format!("{}{}", cycles(500, 30), cycles(100, 30)));
    assert_eq!((found.reading.set_back, found.reading.gaps), (1, 0));
    assert_eq!(finding(&found, "filler", "service_s").ended, 60);
    assert_eq!(found.reading.length_s, 59.0);
}

#[test]
fn rows_that_are_missing_are_seen_and_nothing_is_made_of_them() {
    let rows = cycles(0, 30);
    let without: Vec<&str> =
        rows.lines().enumerate().filter(|it| it.0 != 21).map(|it| it.1).collect();
    let found = read(&without.join("\n"));
    assert_eq!(found.reading.rows_missing, 1);
    assert_eq!(finding(&found, "filler", "service_s").ended, 29);
}

/// The machine stops in the middle of its work. Work does not count while it is stopped, and the life
/// begins anew when it goes on.
#[test]
fn stops_are_taken_out_of_the_work_and_counted_by_it() {
    let rows: String = (0..40)
        .map(|n| {
            // 10 s each: 0.4 s of work, a stop of 3 s, 0.1 s of work; then nine of 0.5 s.
            let t = n * 10;
            let plain = cycles(t + 4, 5);
            format!(
                "{t},filler,start,\n{t}.4,filler,stop,jam\n{}.4,filler,resume,\n{}.5,filler,done,\n{plain}",
                t + 3,
                t + 3
            )
        })
        .collect();
    let found = read(&rows);
    assert_eq!(found.reading.dropped(), Vec::<String>::new());
    let fixed = |quantity: &str| {
        let finding = finding(&found, "filler", quantity);
        let Found::Distribution(fit) = &finding.found else { panic!("{finding:?}") };
        (finding.ended, finding.cut, fit.distribution.rounded())
    };
    assert_eq!(fixed("service_s"), (240, 0, Distribution::Fixed(0.5)));
    assert_eq!(fixed("failures[jam].repair_s"), (40, 0, Distribution::Fixed(3.0)));
    // 0.1 s, five times 0.5 s, 0.4 s; before the first stop it is not known, after the last it is cut off.
    assert_eq!(
        fixed("failures[jam].time_to_failure OperatingTime"),
        (39, 1, Distribution::Fixed(3.0))
    );
    let MachineSpec::Machine(WorkstationSpec { failures, .. }) = &found.twin.machines[1] else {
        panic!()
    };
    assert_eq!(failures[0].time_to_failure, Interval::OperatingTime(Distribution::Fixed(3.0)));
}

#[test]
fn a_reason_that_the_twin_does_not_have_is_added_to_it() {
    let rows: String = (0..40)
        .map(|n| {
            let t = n * 10;
            format!(
                "{}{},filler,stop,\"film, torn\"\n{},filler,resume,\n",
                cycles(t, 5),
                t + 6,
                t + 8
            )
        })
        .collect();
    let found = read(&rows);
    let MachineSpec::Machine(WorkstationSpec { failures, .. }) = &found.twin.machines[1] else {
        panic!()
    };
    assert_eq!(failures.len(), 2);
    assert_eq!(failures[0].time_to_failure, line_failure(), "what never happened stays as it was");
    assert_eq!(failures[1].name, "film, torn");
    assert_eq!(failures[1].repair_s, Distribution::Fixed(2.0));
    assert_eq!(check(&found.twin, &[]), Vec::new());
}

fn line_failure() -> Interval {
    Interval::OperatingTime(Distribution::Fixed(100.0))
}

/// The drawings are made of whatever there is, also of values that are all alike.
#[test]
fn the_page_shows_everything_that_was_measured() {
    let found = read(&cycles(0, 30));
    let page = calibration_page(&found, "log.csv", "twin.ron");
    for said in ["service_s", "reject_share", "30 values", "Every row could be used"] {
        assert!(page.contains(said), "{said}");
    }
}
