//! I5: every allocated serial number is in exactly one class.

use super::super::recorded::Class;
use super::{Evidence, Violations};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    let Evidence { recorded, lags, .. } = evidence;
    let open = recorded.units.iter().filter(|(_, record)| record.class == Class::Allocated);
    for (code, _) in open.filter(|_| !lags) {
        found.violated(|| format!("{code} is in no class"));
    }
    for (code, record) in recorded.units.iter().filter(|(_, record)| record.astray) {
        found.violated(|| format!("{code} came to be {:?} out of another class", record.class));
    }
}
