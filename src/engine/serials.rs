//! Number spaces: serial numbers that cannot be guessed and cannot repeat.
//!
//! The n-th serial number of a GTIN is a keyed permutation of n, written in a safe alphabet. A
//! permutation never maps two counters to one number, so uniqueness needs no look-up table; it can
//! be inverted, so a code read anywhere gives back its counter, and one that was never issued is
//! refused at once. The permutation is a balanced Feistel network (Luby and Rackoff, 1988) whose
//! round function is BLAKE3 in keyed mode.

use crate::gs1::SerialNumber;

/// Digits and capitals without 0, 1, I and O, which people and cheap fonts confuse: 32 characters,
/// 5 bits each.
const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LENGTH: usize = 12;
const HALF_BITS: u32 = (LENGTH as u32 * 5) / 2;
const HALF_MASK: u64 = (1 << HALF_BITS) - 1;
const ROUNDS: u8 = 10;
/// At most one in this many numbers of the space is issued (EU 2016/161, article 4).
const SPARSENESS: u64 = 10_000;

/// The serial numbers of one GTIN: 32^12 of them, at most one in ten thousand ever issued.
#[derive(Clone)]
pub struct NumberSpace {
    key: [u8; 32],
    issued: u64,
}

/// More serial numbers were asked for than may be issued without becoming guessable.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{asked} serial numbers asked for, {left} may still be issued in this number space")]
pub struct SpaceExhausted {
    /// Asked for.
    pub asked: u64,
    /// Left.
    pub left: u64,
}

impl NumberSpace {
    /// A space from which nothing has been issued. `key` must be secret and belong to one GTIN.
    pub const fn new(key: [u8; 32]) -> Self {
        Self { key, issued: 0 }
    }

    /// How many have been issued.
    pub const fn issued(&self) -> u64 {
        self.issued
    }

    /// Issues the next `count` serial numbers.
    ///
    /// # Errors
    /// More than one in ten thousand of the space would be in use; then nothing is issued.
    pub fn issue(&mut self, count: u64) -> Result<Vec<SerialNumber>, SpaceExhausted> {
        let limit = (1 << (2 * HALF_BITS)) / SPARSENESS;
        let left = limit - self.issued;
        if count > left {
            return Err(SpaceExhausted { asked: count, left });
        }
        let first = self.issued;
        self.issued += count;
        Ok((first..self.issued).map(|n| self.serial_of(n)).collect())
    }

    /// Most numbers that may ever be made.
    pub const fn limit(&self) -> u64 {
        (1 << (2 * HALF_BITS)) / SPARSENESS
    }

    /// The counter of an issued serial number; `None` if this space never issued it.
    pub fn counter_of(&self, serial: &SerialNumber) -> Option<u64> {
        let text = serial.as_str().as_bytes();
        if text.len() != LENGTH {
            return None;
        }
        let mut value = 0u64;
        for character in text {
            let digit = ALPHABET.binary_search(character).ok()?;
            value = value << 5 | digit as u64;
        }
        let counter = self.decrypt(value);
        Some(counter)
    }

    /// The n-th serial number.
    pub fn serial_of(&self, counter: u64) -> SerialNumber {
        let value = self.encrypt(counter);
        let text: [u8; LENGTH] = std::array::from_fn(|place| {
            let shift = 5 * (LENGTH - 1 - place);
            ALPHABET[(value >> shift & 31) as usize]
        });
        let text = std::str::from_utf8(&text).expect("the alphabet is ASCII");
        SerialNumber::parse(text).expect("the alphabet lies in character set 82")
    }

    fn encrypt(&self, value: u64) -> u64 {
        let (mut left, mut right) = (value >> HALF_BITS, value & HALF_MASK);
        for round in 0..ROUNDS {
            (left, right) = (right, left ^ self.round(round, right));
        }
        left << HALF_BITS | right
    }

    fn decrypt(&self, value: u64) -> u64 {
        let (mut left, mut right) = (value >> HALF_BITS, value & HALF_MASK);
        for round in (0..ROUNDS).rev() {
            (left, right) = (right ^ self.round(round, left), left);
        }
        left << HALF_BITS | right
    }

    fn round(&self, round: u8, half: u64) -> u64 {
        let mut input = [0; 9];
        input[0] = round;
        input[1..].copy_from_slice(&half.to_le_bytes());
        let hash = blake3::keyed_hash(&self.key, &input);
        let word: [u8; 8] = hash.as_bytes()[..8].try_into().expect("a hash has 32 bytes");
        u64::from_le_bytes(word) & HALF_MASK
    }
}

impl std::fmt::Debug for NumberSpace {
    /// Leaves out the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NumberSpace").field("issued", &self.issued).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn serial_numbers_never_repeat_and_give_back_their_counter() {
        let mut space = NumberSpace::new([7; 32]);
        let mut serials = space.issue(3_000).unwrap();
        serials.extend(space.issue(2_000).unwrap());
        for (counter, serial) in serials.iter().enumerate() {
            assert_eq!(space.counter_of(serial), Some(counter as u64));
        }
        assert_eq!(serials.iter().collect::<BTreeSet<_>>().len(), 5_000);
    }

    #[test]
    fn a_space_stops_before_its_numbers_can_be_guessed() {
        let mut space = NumberSpace::new([7; 32]);
        let limit = (1u64 << 60) / 10_000;
        let refusal = space.issue(limit + 1).unwrap_err();
        assert_eq!(refusal, SpaceExhausted { asked: limit + 1, left: limit });
        assert_eq!(space.issued(), 0);
    }

    proptest! {
        #[test]
        fn the_permutation_inverts(key: [u8; 32], value in 0u64..1 << 60) {
            let space = NumberSpace::new(key);
            prop_assert_eq!(space.decrypt(space.encrypt(value)), value);
        }
    }
}
