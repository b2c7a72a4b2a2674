//! A day and a night on which everything that can break breaks, again and again.

use linetwin::faults::FaultKind;

use crate::common::times::hours;
use crate::common::trial::Trial;

#[test]
fn in_24_hours_of_every_fault_at_once_nothing_escapes() {
    let run = Trial::on("bottle-line-240-every-fault").quantity(140_000).lasts(hours(72)).run();
    run.closes_its_order().record_is_true().accounts_for_every_number().made(140_000);
    assert!(run.simulated_s >= 86_400.0, "{run}");
    // Nothing is refused but what a fault refuses. A request that was lost and is sent again meets the fault
    // once more, and is refused once.
    let refused = &run.engine.refusals_by_kind;
    assert_eq!(refused.keys().map(String::as_str).collect::<Vec<_>>(), ["NamesNothing"], "{run}");
    let withheld = run.injected(FaultKind::NumbersWithheld);
    assert!((1..=withheld).contains(&run.engine.refusals), "{refused:?} of {withheld}: {run}");
    for kind in FaultKind::ALL {
        let outcomes = run.outcomes(*kind);
        assert!(outcomes.contained > 0, "{outcomes:?}: {run}");
    }
}
