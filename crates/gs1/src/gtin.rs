//! Global Trade Item Number, kept as fourteen digits.

use std::fmt;
use std::str::FromStr;

use super::check_digit::{DigitFault, read_key};
use super::digits::Digits;

/// A GTIN with a right check digit. GTIN-8, -12 and -13 are the same number with leading zeros.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gtin(u64);

/// Why a text is no GTIN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GtinError {
    /// Something other than digits.
    #[error("found GTIN `{0}`, expected digits only")]
    NotDigits(String),
    /// A wrong number of digits.
    #[error("found GTIN `{0}` of {n} digits, expected 8, 12, 13 or 14", n = .0.len())]
    Length(String),
    /// The last digit does not fit the others.
    #[error("found GTIN `{found}` with a wrong check digit, expected `{expected}`")]
    CheckDigit {
        /// As given.
        found: String,
        /// The same number with the right check digit.
        expected: String,
    },
}

impl Gtin {
    /// Reads 8, 12, 13 or 14 digits and checks the last one.
    ///
    /// # Errors
    /// Another length, another character than a digit, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, GtinError> {
        read_key(text, &[8, 12, 13, 14]).map(Self).map_err(|fault| match fault {
            DigitFault::NotDigits => GtinError::NotDigits(text.to_owned()),
            DigitFault::Length => GtinError::Length(text.to_owned()),
            DigitFault::CheckDigit(digit) => GtinError::CheckDigit {
                found: text.to_owned(),
                expected: format!("{}{digit}", &text[..text.len() - 1]),
            },
        })
    }

    /// Its digits as a number.
    pub(super) const fn value(self) -> u64 {
        self.0
    }

    pub(super) const fn digits(self) -> Digits<14> {
        Digits::of(self.0)
    }
}

impl fmt::Display for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.digits().as_ref())
    }
}

impl fmt::Debug for Gtin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gtin({self})")
    }
}

impl FromStr for Gtin {
    type Err = GtinError;
    fn from_str(text: &str) -> Result<Self, GtinError> {
        Self::parse(text)
    }
}

super::serial::serde_as_text!(Gtin, digits);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shorter_forms_are_the_same_number_with_leading_zeros() {
        assert_eq!(Gtin::parse("6291041500213").unwrap().to_string(), "06291041500213");
        assert_eq!(Gtin::parse("06291041500213"), Gtin::parse("6291041500213"));
    }

    #[test]
    fn a_wrong_check_digit_is_named_with_the_right_one() {
        assert_eq!(
            Gtin::parse("06291041500214").unwrap_err().to_string(),
            "found GTIN `06291041500214` with a wrong check digit, expected `06291041500213`"
        );
        assert!(matches!(Gtin::parse("0629104150021"), Err(GtinError::CheckDigit { .. })));
        assert!(matches!(Gtin::parse("062910415002"), Err(GtinError::CheckDigit { .. })));
        assert!(matches!(Gtin::parse("0629"), Err(GtinError::Length(_))));
        assert!(matches!(Gtin::parse("0629104150021x"), Err(GtinError::NotDigits(_))));
        assert!(matches!(Gtin::parse("é"), Err(GtinError::NotDigits(_))));
    }
}
