//! The line model gives exact results: those that are tabled, and others of the same kinds.

use linetwin::base::Distribution;
use linetwin::harness::validate::{
    Case, Estimate, bernoulli_row, cases, exponential_row, one_queue, parting_ways, queue,
    slotted_row, table_between, validate,
};
use linetwin::line::QueueDiscipline;

fn run(cases: &[Case], threads: usize) -> Vec<Estimate> {
    validate(cases, threads, &|_, _| {})
}

fn assert_right(estimates: &[Estimate]) {
    let wrong: Vec<_> = estimates.iter().filter(|estimate| !estimate.pass).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_tabled_result_comes_out() {
    let estimates = run(&cases(), 2);
    assert_right(&estimates);
    for case in (1..=12).chain(14..=17) {
        let id = format!("V{case}");
        assert!(estimates.iter().any(|estimate| estimate.id == id), "{id} was not run");
    }
}

/// Other counts of machines, rates, places, loads and chances than those that are tabled.
#[test]
fn lines_that_nobody_has_tabled_come_out_as_well() {
    let uniform = Distribution::Uniform { from: 0.5, to: 1.1 };
    // The second moment of a uniform time: mean squared and variance.
    let second = 0.8 * 0.8 + 0.6 * 0.6 / 12.0;
    let gamma = Distribution::Gamma { shape: 4.0, mean: 0.5 };
    let cases = [
        exponential_row("four unlike", &[1.0, 0.7, 1.6, 0.9], &[0, 3, 1]),
        exponential_row("five", &[1.0, 1.2, 0.9, 1.1, 1.0], &[1, 0, 2, 1]),
        exponential_row("two unlike", &[3.0, 2.0], &[4]),
        exponential_row("slow first", &[0.1, 5.0, 5.0], &[0, 0]),
        bernoulli_row(0.6, 1),
        bernoulli_row(0.75, 3),
        slotted_row("often", 0.05, 0.3, 4),
        slotted_row("long", 0.002, 0.05, 25),
        queue("uniform", 1.0, uniform, (0.8, second)).longer(60),
        one_queue("three unlike", 1.0, &[0.6, 0.4, 0.2], 12),
        one_queue("fast second", 0.9, &[0.3, 1.0], 5),
        parting_ways("three ways", 2.0, &[(0.5, 1.6), (0.3, 1.0), (0.2, 0.9)], 3.0),
        table_between("unlike", [1.0, 1.4], 6, QueueDiscipline::Fifo),
        queue("gamma", 1.4, gamma, (0.5, 0.25 + 0.25 / 4.0)).longer(30),
    ];
    assert_right(&run(&cases, 2));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let cases = [exponential_row("V6", &[1.0, 1.0], &[1])];
    assert_eq!(run(&cases, 1), run(&cases, 3));
}

/// A wrong exact value is seen: the comparison can fail.
#[test]
fn a_line_with_one_place_more_is_told_from_the_tabled_one() {
    let mut case = exponential_row("V6", &[1.0, 1.0], &[2]);
    case.measures[0].1 = 3.0 / 4.0;
    assert!(!run(&[case], 2)[0].pass);
}
