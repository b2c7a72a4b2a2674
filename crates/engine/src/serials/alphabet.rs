//! The characters of serial numbers.

use serde::{Deserialize, Serialize};

/// Digits and capitals without 0, 1, I and O, which people and cheap fonts confuse.
const SAFE: &str = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The characters of serial numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alphabet {
    /// 0 to 9.
    Digits,
    /// Digits and capitals without 0, 1, I and O: 32 characters.
    SafeAlphanumeric,
    /// These, each once, out of GS1 AI encodable character set 82.
    Characters(String),
}

impl Alphabet {
    /// The characters as digits of a number; or what is wrong with them.
    pub(super) fn digits(&self) -> Result<Digits, String> {
        let characters = match self {
            Self::Digits => "0123456789",
            Self::SafeAlphanumeric => SAFE,
            Self::Characters(characters) => characters,
        };
        let mut digits = Digits { characters: [0; 82], values: [NONE; 256], count: 0 };
        for character in characters.chars() {
            let byte =
                u8::try_from(character).ok().filter(|b| linetwin_gs1::in_character_set_82(*b));
            let Some(byte) = byte else {
                return Err(format!("found `{character}`, expected characters of GS1 set 82"));
            };
            if digits.values[usize::from(byte)] != NONE {
                return Err(format!("found `{character}` twice in the alphabet"));
            }
            digits.values[usize::from(byte)] = digits.count;
            digits.characters[usize::from(digits.count)] = byte;
            digits.count += 1;
        }
        if digits.count < 2 {
            return Err(format!("found an alphabet of {} characters, expected 2", digits.count));
        }
        Ok(digits)
    }
}

const NONE: u8 = u8::MAX;

/// Characters as the digits of numbers, the first one being zero.
#[derive(Clone, Debug)]
pub(super) struct Digits {
    characters: [u8; 82],
    values: [u8; 256],
    count: u8,
}

impl Digits {
    pub(super) const fn count(&self) -> u8 {
        self.count
    }

    /// Writes a number, highest digit first, filling `into`.
    pub(super) fn write(&self, mut value: u64, into: &mut [u8]) {
        let base = u64::from(self.count);
        for place in into.iter_mut().rev() {
            *place = self.characters[(value % base) as usize];
            value /= base;
        }
    }

    /// Reads a number of up to ten digits; none for a character that is no digit.
    pub(super) fn read(&self, text: &[u8]) -> Option<u64> {
        let mut value = 0;
        for character in text {
            let digit = self.values[usize::from(*character)];
            if digit == NONE {
                return None;
            }
            value = value * u64::from(self.count) + u64::from(digit);
        }
        Some(value)
    }
}
