//! Codes that were used lately, with their keys. A unit is named at least three times within seconds
//! (commissioned, packed, reported), and computing its key or its code takes longer than looking it up.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use linetwin_gs1::UnitCode;

use super::key::ObjectKey;

/// Places of each table; a place holds the last code that hashed to it. There must be more than a line's pool
/// has numbers, or these would be gone between their making and their use.
const PLACES: usize = 1 << 14;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Recent {
    by_code: Vec<Option<(UnitCode, ObjectKey)>>,
    by_key: Vec<Option<(ObjectKey, UnitCode)>>,
}

impl Recent {
    pub(super) fn new() -> Self {
        Self { by_code: vec![None; PLACES], by_key: vec![None; PLACES] }
    }

    pub(super) fn key(&self, code: &UnitCode) -> Option<ObjectKey> {
        let (known, key) = self.by_code[place_of_code(code)].as_ref()?;
        (known == code).then_some(*key)
    }

    pub(super) fn code(&self, key: ObjectKey) -> Option<UnitCode> {
        let (known, code) = self.by_key[place_of_key(key)].as_ref()?;
        (*known == key).then_some(*code)
    }

    pub(super) fn remember(&mut self, code: UnitCode, key: ObjectKey) {
        self.by_code[place_of_code(&code)] = Some((code, key));
        self.by_key[place_of_key(key)] = Some((key, code));
    }
}

fn place_of_code(code: &UnitCode) -> usize {
    let mut hasher = FxHasher::default();
    code.serial.hash(&mut hasher);
    (hasher.finish() >> 32) as usize % PLACES
}

const fn place_of_key(key: ObjectKey) -> usize {
    key.to_bits() as usize % PLACES
}

#[cfg(test)]
mod tests {
    use super::super::key::SpaceId;
    use super::*;
    use linetwin_gs1::Gtin;

    #[test]
    fn numbers_that_were_used_one_after_the_other_are_all_remembered() {
        let gtin = Gtin::parse("06291041500213").unwrap();
        let numbered = |n: u64| {
            let serial = format!("{:012}", n * 7_919).parse().unwrap();
            (UnitCode { gtin, serial }, ObjectKey::new(SpaceId(1), n))
        };
        let mut recent = Recent::new();
        assert_eq!((recent.key(&numbered(1).0), recent.code(numbered(1).1)), (None, None));
        (0..300).map(numbered).for_each(|(code, key)| recent.remember(code, key));
        let all = (0..300).map(numbered);
        let codes = all.clone().filter(|(code, key)| recent.code(*key) == Some(*code)).count();
        // Two codes may hash to one place, consecutive keys never do.
        let keys = all.filter(|(code, key)| recent.key(code) == Some(*key)).count();
        assert!(codes == 300 && keys > 280, "{codes} codes, {keys} keys");
    }
}
