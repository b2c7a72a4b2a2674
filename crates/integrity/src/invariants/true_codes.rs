//! I2: every saleable pack's code is readable and true.

use linetwin_gs1::{Batch, PackCode};

use super::super::Expected;
use super::super::recorded::Class;
use super::{Evidence, Violations};

pub(super) fn check(evidence: &Evidence, found: &mut Violations) {
    for (id, code) in &evidence.packs {
        let problem = match code {
            None => Some("is not readable".to_owned()),
            Some(code) => problem(code, evidence),
        };
        if let Some(problem) = problem {
            found.packs.push(*id);
            found.violated(|| format!("pack {} {problem}", id.0));
        }
    }
    // Packs that had left when the record was changed.
    let Evidence { recorded, expected: Expected { lot, expiry, .. }, .. } = evidence;
    for (code, record) in recorded.units.iter().filter(|(_, record)| record.left) {
        let batch = recorded.printed(record).unwrap_or((*lot, *expiry));
        if record.class != Class::Commissioned || batch != (*lot, *expiry) {
            found.violated(|| {
                format!("a pack that has left carries {code}, now {:?}", record.class)
            });
        }
    }
}

/// What is wrong with a saleable pack's code.
fn problem(code: &PackCode, evidence: &Evidence) -> Option<String> {
    let Evidence { recorded, lags, .. } = *evidence;
    let Expected { gtin, lot, expiry, lot_and_expiry, .. } = *evidence.expected;
    let batch = lot_and_expiry.then_some(Batch { expiry, lot });
    if code.unit.gtin != gtin || code.batch != batch {
        return Some(format!("carries {} of another product, lot or expiry", code.unit));
    }
    match recorded.units.get(&code.unit) {
        Some(record) if record.class == Class::Commissioned => (recorded.printed(record)
            != Some((lot, expiry)))
        .then(|| format!("carries {} recorded for another lot", code.unit)),
        Some(record) if lags && record.class == Class::Allocated => None,
        Some(record) => Some(format!("carries {}, {:?}", code.unit, record.class)),
        // I1 judges that.
        None if recorded.settled.contains(&code.unit) => None,
        None => Some(format!("carries {}, never issued", code.unit)),
    }
}
