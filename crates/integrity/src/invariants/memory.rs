//! I8: nothing acknowledged is lost.

use super::{Evidence, Violations};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let forgotten = evidence.physical.forgotten;
    if forgotten > 0 {
        let example = || format!("{forgotten} messages were acknowledged and are not known");
        found.violated_times(forgotten, example);
    }
}
