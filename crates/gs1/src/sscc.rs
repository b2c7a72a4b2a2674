//! Serial Shipping Container Code: eighteen digits that name one logistic unit.

use std::fmt;
use std::str::FromStr;

use super::CompanyPrefix;
use super::check_digit::{DigitFault, check_digit, read_key};
use super::digits::Digits;

/// An SSCC with a right check digit.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sscc(u64);

/// Why a text is no SSCC, or why none can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SsccError {
    /// Not eighteen digits.
    #[error("found SSCC `{0}`, expected 18 digits")]
    Shape(String),
    /// The last digit does not fit the others.
    #[error("found SSCC `{found}`, expected check digit {expected}")]
    CheckDigit {
        /// As given.
        found: String,
        /// The right last digit.
        expected: u8,
    },
    /// The serial reference has more digits than the company prefix leaves.
    #[error("serial reference {reference} does not fit the {digits} digits that the prefix leaves")]
    Exhausted {
        /// As given.
        reference: u64,
        /// Digits left for it.
        digits: usize,
    },
}

impl Sscc {
    /// Reads eighteen digits and checks the last one.
    ///
    /// # Errors
    /// Another length, another character than a digit, or a wrong check digit.
    pub fn parse(text: &str) -> Result<Self, SsccError> {
        read_key(text, &[18]).map(Self).map_err(|fault| match fault {
            DigitFault::NotDigits | DigitFault::Length => SsccError::Shape(text.to_owned()),
            DigitFault::CheckDigit(expected) => {
                SsccError::CheckDigit { found: text.to_owned(), expected }
            }
        })
    }

    /// Builds the SSCC of (extension digit, company prefix, serial reference).
    ///
    /// # Errors
    /// The serial reference is too long for the prefix.
    ///
    /// # Panics
    /// When `extension` is not 0 to 9.
    pub fn build(extension: u8, prefix: CompanyPrefix, reference: u64) -> Result<Self, SsccError> {
        assert!(extension <= 9, "an extension digit is 0 to 9, not {extension}");
        let digits = 16 - prefix.length();
        if reference >= 10u64.pow(digits as u32) {
            return Err(SsccError::Exhausted { reference, digits });
        }
        let ahead = u64::from(extension) * 10_u64.pow(prefix.length() as u32) + prefix.value();
        let body = ahead * 10_u64.pow(digits as u32) + reference;
        let check = check_digit(Digits::<17>::of(body).as_ref().bytes().map(|b| b - b'0'));
        Ok(Self(body * 10 + u64::from(check)))
    }
}

impl Sscc {
    /// Its digits as a number.
    pub(super) const fn value(self) -> u64 {
        self.0
    }

    const fn digits(self) -> Digits<18> {
        Digits::of(self.0)
    }

    /// How many serial references a company prefix leaves, over all extension digits.
    pub const fn references(prefix: CompanyPrefix) -> u64 {
        10u64.pow(17 - prefix.length() as u32)
    }

    /// The SSCC of the n-th reference of a prefix, counted over extension digit and serial reference
    /// together; `None` when there are not that many.
    pub fn of_reference(prefix: CompanyPrefix, n: u64) -> Option<Self> {
        let per_extension = Self::references(prefix) / 10;
        let extension = u8::try_from(n / per_extension).ok().filter(|digit| *digit <= 9)?;
        Self::build(extension, prefix, n % per_extension).ok()
    }

    /// The inverse of [`Self::of_reference`]; `None` for an SSCC of another prefix.
    pub fn reference(self, prefix: CompanyPrefix) -> Option<u64> {
        const PER_EXTENSION_AND_PREFIX: u64 = 10u64.pow(16);
        let per_extension = Self::references(prefix) / 10;
        let body = self.0 / 10;
        let (extension, rest) = (body / PER_EXTENSION_AND_PREFIX, body % PER_EXTENSION_AND_PREFIX);
        let own = rest / per_extension == prefix.value();
        own.then(|| extension * per_extension + rest % per_extension)
    }
}

impl fmt::Display for Sscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.digits().as_ref())
    }
}

impl fmt::Debug for Sscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sscc({self})")
    }
}

impl FromStr for Sscc {
    type Err = SsccError;
    fn from_str(text: &str) -> Result<Self, SsccError> {
        Self::parse(text)
    }
}

super::serial::serde_as_text!(Sscc, digits);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_and_reads_back() {
        let prefix = CompanyPrefix::parse("0614141").unwrap();
        let sscc = Sscc::build(1, prefix, 234_567_890).unwrap();
        // TDS 2.0, 7.4: (00) 1 0614141 234567890 8
        assert_eq!(sscc.to_string(), "106141412345678908");
        assert_eq!(Sscc::parse("106141412345678908").unwrap(), sscc);
        assert!(Sscc::parse("106141412345678907").is_err());
        assert!(Sscc::parse("10614141234567890").is_err());
    }

    #[test]
    fn a_reference_that_does_not_fit_is_refused() {
        let prefix = CompanyPrefix::parse("061414100000").unwrap();
        assert!(Sscc::build(0, prefix, 9_999).is_ok());
        assert!(matches!(Sscc::build(0, prefix, 10_000), Err(SsccError::Exhausted { .. })));
    }
}
