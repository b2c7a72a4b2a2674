//! A day and a night on which everything that can break breaks, again and again.

use linetwin::faults::FaultKind;

use crate::common;

#[test]
fn in_24_hours_of_every_fault_at_once_nothing_escapes() {
    let settings = ["expect=[]", "order.quantity=140000", "lasts=72:00:00"];
    let run = common::play(&common::scenario("bottle-line-240-every-fault", &settings)).0.summary;
    assert!(run.passes(), "{}", run.ended);
    assert!(run.simulated_s >= 86_400.0, "{} s", run.simulated_s);
    assert_eq!(run.integrity.verdict, "clean", "{:?}", run.integrity.invariants);
    assert_eq!((run.throughput.good, run.serials.balance), (140_000, 0));
    // Nothing is refused but what a fault refuses.
    let withheld = run.integrity.faults.iter().find(|row| row.kind == "NumbersWithheld");
    let withheld = withheld.map_or(0, |row| row.injected);
    assert_eq!(run.engine.refusals, withheld, "{:?}", run.engine.refusals_by_kind);
    for kind in FaultKind::ALL {
        let name = kind.to_string();
        let row = run.integrity.faults.iter().find(|row| row.kind == name);
        let row = row.unwrap_or_else(|| panic!("{name} was never injected"));
        assert_eq!(row.escaped, 0, "{row:?}");
        assert!(row.contained > 0, "{row:?}");
    }
}
