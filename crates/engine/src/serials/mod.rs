//! Serial numbers that cannot be guessed and cannot repeat: the n-th number of a space is a keyed
//! permutation of n, written in an alphabet. A permutation never maps two counters to one number, so
//! uniqueness needs no look-up table; it can be inverted, so a code read anywhere gives back its
//! counter, and one that was never made is refused at once.
//!
//! *Unguessable* (EU 2016/161, article 4): at most one in ten thousand of the possible numbers is ever
//! made, and without the key it cannot be told which. With the key all of them can be computed.

mod alphabet;
mod permutation;

use serde::{Deserialize, Serialize};

pub use alphabet::Alphabet;

use linetwin_gs1::SerialNumber;

use alphabet::Digits;
use permutation::Permutation;

/// At most one in this many numbers of a space is made.
const SPARSENESS: u128 = 10_000;
/// Lengths that a serial number can have here; AI 21 allows up to 20 characters.
const LENGTHS: std::ops::RangeInclusive<u8> = 6..=20;

/// How the serial numbers of a product are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SerialRule {
    /// Its characters.
    pub alphabet: Alphabet,
    /// How many characters a number has, 6 to 20.
    pub length: u8,
}

impl Default for SerialRule {
    /// Twelve characters that people do not confuse: 10^18 numbers.
    fn default() -> Self {
        Self { alphabet: Alphabet::SafeAlphanumeric, length: 12 }
    }
}

impl SerialRule {
    /// Why no number can be written like this; none if all is well.
    pub fn fault(&self) -> Option<String> {
        let length = self.length;
        if !LENGTHS.contains(&length) {
            return Some(format!("serial numbers of {length} characters, expected 6 to 20"));
        }
        self.alphabet.digits().err()
    }
}

/// The serial numbers of one product.
#[derive(Clone)]
pub struct NumberSpace {
    digits: Digits,
    length: u8,
    permutation: Permutation,
}

impl NumberSpace {
    /// The numbers that `key` gives. It must be secret and belong to one GTIN.
    ///
    /// # Panics
    /// When the rule has a [fault](SerialRule::fault).
    pub fn new(key: &[u8; 32], rule: &SerialRule) -> Self {
        assert_eq!(rule.fault(), None, "a rule is checked before numbers are made by it");
        let digits = rule.alphabet.digits().expect("checked above");
        let permutation = Permutation::new(key, digits.count(), rule.length);
        Self { digits, length: rule.length, permutation }
    }

    /// Most numbers that may ever be made.
    pub fn limit(&self) -> u64 {
        let all = u128::from(self.digits.count()).pow(u32::from(self.length));
        u64::try_from(all / SPARSENESS).unwrap_or(u64::MAX)
    }

    /// The n-th serial number; n below [`Self::limit`].
    pub fn serial_of(&self, counter: u64) -> SerialNumber {
        let halves = self.permutation.encrypt(self.permutation.split(u128::from(counter)));
        let mut text = [0; 20];
        let text = &mut text[..usize::from(self.length)];
        let (left, right) = text.split_at_mut(self.permutation.left_length());
        self.digits.write(halves.0, left);
        self.digits.write(halves.1, right);
        let text = std::str::from_utf8(text).expect("an alphabet is ASCII");
        SerialNumber::parse(text).expect("an alphabet lies in character set 82")
    }

    /// The counter of a serial number; none if it can never be made here. Whether it was made is for the
    /// caller to compare.
    pub fn counter_of(&self, serial: &SerialNumber) -> Option<u64> {
        let text = serial.as_str().as_bytes();
        if text.len() != usize::from(self.length) {
            return None;
        }
        let (left, right) = text.split_at(self.permutation.left_length());
        let halves = (self.digits.read(left)?, self.digits.read(right)?);
        let counter = self.permutation.join(self.permutation.decrypt(halves));
        u64::try_from(counter).ok().filter(|counter| *counter < self.limit())
    }
}

impl std::fmt::Debug for NumberSpace {
    /// Leaves out the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NumberSpace").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
