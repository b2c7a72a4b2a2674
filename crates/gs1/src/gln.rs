//! Global Location Number: thirteen digits that name a party or a place.

use std::fmt;
use std::str::FromStr;

use super::check_digit::{DigitFault, read_key};

/// A GLN with a right check digit.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gln(u64);

/// Why a text is no GLN.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlnError {
    /// Not thirteen digits.
    #[error("found GLN `{0}`, expected 13 digits")]
    Shape(String),
    /// The last digit does not fit the others.
    #[error("found GLN `{found}`, expected check digit {expected}")]
    CheckDigit {
        /// As given.
        found: String,
        /// The right last digit.
        expected: u8,
    },
}

impl Gln {
    /// Reads thirteen digits and checks the last one.
    ///
    /// # Errors
    /// Another length, another character than a digit, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, GlnError> {
        read_key(text, &[13]).map(Self).map_err(|fault| match fault {
            DigitFault::NotDigits | DigitFault::Length => GlnError::Shape(text.to_owned()),
            DigitFault::CheckDigit(expected) => {
                GlnError::CheckDigit { found: text.to_owned(), expected }
            }
        })
    }
}

impl fmt::Display for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:013}", self.0)
    }
}

impl fmt::Debug for Gln {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Gln({self})")
    }
}

impl FromStr for Gln {
    type Err = GlnError;
    fn from_str(text: &str) -> Result<Self, GlnError> {
        Self::parse(text)
    }
}

super::serial::serde_as_text!(Gln);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gln_has_thirteen_digits_the_last_of_which_checks() {
        let gln = Gln::parse("4012345000054").unwrap();
        assert_eq!(gln.to_string(), "4012345000054");
        assert_eq!(
            Gln::parse("4012345000055").unwrap_err().to_string(),
            "found GLN `4012345000055`, expected check digit 4"
        );
        assert!(matches!(Gln::parse("401234500005"), Err(GlnError::Shape(_))));
        assert!(matches!(Gln::parse("40123450000é"), Err(GlnError::Shape(_))));
    }
}
