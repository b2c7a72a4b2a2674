//! The codes of units and containers that are settled: only whether a code is among them can be found. Eight
//! bytes a code, a keyed hash; two of ten million codes share theirs once in 400 000 runs, and then a good
//! pack would be called a duplicate, never the other way round.

use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use siphasher::sip::SipHasher13;

/// See the module's first lines. An open table, never more than seven eighths full.
#[derive(Debug)]
pub(super) struct CodeSet<C> {
    /// Zero where no code is.
    slots: Vec<u64>,
    codes: u64,
    of: PhantomData<C>,
}

impl<C> Default for CodeSet<C> {
    fn default() -> Self {
        Self { slots: Vec::new(), codes: 0, of: PhantomData }
    }
}

impl<C: Hash> CodeSet<C> {
    /// How many codes are in it.
    pub(super) const fn len(&self) -> u64 {
        self.codes
    }

    pub(super) fn contains(&self, code: &C) -> bool {
        !self.slots.is_empty() && self.slots[self.slot(digest(code))] != 0
    }

    /// Adds a code. False if it was there.
    pub(super) fn insert(&mut self, code: &C) -> bool {
        if self.codes * 8 >= self.slots.len() as u64 * 7 {
            self.grow();
        }
        let digest = digest(code);
        let slot = self.slot(digest);
        let fresh = self.slots[slot] == 0;
        self.slots[slot] = digest;
        self.codes += u64::from(fresh);
        fresh
    }

    /// How many codes are in both.
    pub(super) fn common(&self, other: &Self) -> u64 {
        if self.slots.is_empty() {
            return 0;
        }
        let digests = other.slots.iter().filter(|digest| **digest != 0);
        digests.filter(|digest| self.slots[self.slot(**digest)] != 0).count() as u64
    }

    /// The slot of a code, or the one where it would be put.
    fn slot(&self, digest: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = digest as usize & mask;
        while self.slots[at] != 0 && self.slots[at] != digest {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let slots = vec![0; (self.slots.len() * 2).max(1_024)];
        for digest in std::mem::replace(&mut self.slots, slots) {
            if digest != 0 {
                let slot = self.slot(digest);
                self.slots[slot] = digest;
            }
        }
    }
}

fn digest(code: &impl Hash) -> u64 {
    let mut hasher = SipHasher13::new();
    code.hash(&mut hasher);
    hasher.finish().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use linetwin_gs1::{Gtin, SerialNumber, UnitCode};

    #[test]
    fn what_was_put_in_is_there_and_nothing_else() {
        let gtin = Gtin::parse("06291041500213").unwrap();
        let code = |number: u32| UnitCode {
            gtin,
            serial: SerialNumber::parse(&format!("S{number}")).unwrap(),
        };
        let mut set = CodeSet::default();
        assert!(!set.contains(&code(0)));
        for number in 0..20_000 {
            assert!(set.insert(&code(number)));
        }
        assert!(!set.insert(&code(7)));
        assert_eq!(set.len(), 20_000);
        assert!((0..20_000).all(|number| set.contains(&code(number))));
        let mut other = CodeSet::default();
        assert_eq!(set.common(&other) + other.common(&set), 0);
        assert!((19_990..20_050).all(|number| other.insert(&code(number))));
        assert_eq!((set.common(&other), other.common(&set)), (10, 10));
        assert!((20_000..40_000).all(|number| !set.contains(&code(number))));
    }
}
