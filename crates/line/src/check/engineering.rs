//! Checks that a line can work by its numbers: a device's result for a product is there before the
//! product needs it. Each problem names the number that would do. Never changes a number.

use linetwin_base::Distribution;

use crate::kinds::MachineSpec;

use super::Checker;

impl Checker<'_> {
    /// The devices of each belt: each is done with a product before the next one needs it.
    pub(super) fn in_time(&mut self) {
        let twin = self.twin;
        for (index, machine) in twin.machines.iter().enumerate() {
            let belt = machine.on_belt().and_then(|(belt, _)| twin.index_of(belt));
            if let Some(MachineSpec::Belt(belt)) = belt.map(|belt| &twin.machines[belt]) {
                machine.check_in_time(&format!("machines[{index}]"), belt, self);
            }
        }
    }

    /// The way from one device, with its place and what it takes, to the next takes longer than that. The
    /// line controller decides by itself; the link to the ledger is not in this way.
    pub(crate) fn far_enough(
        &mut self,
        at: &str,
        at_mm: f64,
        (from_mm, takes_s): (f64, &Distribution),
        speed_mm_s: f64,
        what: &str,
    ) {
        let least_mm = from_mm + takes_s.quantile_9999_s() * speed_mm_s;
        // A device in the wrong order is reported elsewhere.
        let ok = at_mm < from_mm || at_mm > least_mm;
        let would_do = libm::floor(least_mm) + 1.0;
        let expected = format!(
            "{would_do} mm or more: {what} {}, and the belt runs at {speed_mm_s} mm/s",
            longest(takes_s),
        );
        self.require(ok, format!("{at}.at_mm"), at_mm, &expected);
    }
}

/// The longest time, and whether it is the largest value or a quantile.
pub(crate) fn longest(times: &Distribution) -> String {
    let time_s = times.quantile_9999_s();
    match times.max_s() {
        Some(_) => format!("{time_s:.3} s"),
        None => format!("{time_s:.3} s (99.99 % of them)"),
    }
}
