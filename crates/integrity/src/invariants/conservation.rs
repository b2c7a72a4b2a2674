//! I6: units are conserved.

use super::super::physical::Physical;
use super::Violations;

pub(super) fn check(physical: &Physical, found: &mut Violations) {
    let (entered, there) = physical.balance();
    if entered != there {
        let example = || format!("{entered} units came in, {there} were found");
        found.violated_times(entered.abs_diff(there), example);
    }
}
