//! The phase in which nothing breaks any more: what is left of the order shows that the line lives.

use linetwin::faults::{Fault, FaultKind, Rate};

use crate::common::run::Run;
use crate::common::times::{minutes, time};
use crate::common::trial::Trial;

/// A day on which something of every sort breaks until then.
fn run(faults_end: &str) -> Run {
    let trial = Trial::on("carton-line-250").quantity(2_400).faults([
        Fault::MissingPrint { at: "printer-1".into(), every: Rate::EveryNth(50) },
        Fault::FrozenImage { at: "camera-1".into(), from: minutes(4), lasts: minutes(30) },
        Fault::MessageLost { every: Rate::PerThousand(50.0) },
        Fault::ClockStep { at: minutes(6), offset_s: 60.0 },
    ]);
    let run = trial.set(format!("faults_end={}", time(faults_end))).run();
    run.is_clean();
    run
}

#[test]
fn when_the_faults_end_nothing_breaks_any_more() {
    let injected = |faults_end: &str, kind| run(faults_end).injected(kind);
    // 250 a minute, one in 50.
    let soon = injected("00:02:00", FaultKind::MissingPrint);
    let late = injected("00:08:00", FaultKind::MissingPrint);
    assert!((5..=10).contains(&soon) && late > 2 * soon, "{soon}, {late}");
    assert_eq!(injected("00:02:00", FaultKind::FrozenImage), 0);
    assert!(injected("00:05:00", FaultKind::FrozenImage) > 0);
    let steps = ["00:05:59", "00:06:01"].map(|end| injected(end, FaultKind::ClockStep));
    assert_eq!(steps, [0, 1]);
}
