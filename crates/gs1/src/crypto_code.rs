//! The crypto code that some issuers of serial numbers put behind a code, so that a reader with the issuer's
//! key can tell it from one that was made up: (91) names a key, (92) is a signature. Neither is checked
//! against the key here: only the issuer can.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::elements::SEPARATOR;
use super::in_character_set_82;
use super::serial::serde_as_text;

/// Longest value of (91) and (92).
const LONGEST: usize = 90;

/// A crypto code as it stands in a scan or elsewhere.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CryptoCode<'a> {
    /// (91): which key the issuer signed with.
    pub(super) key_id: &'a str,
    /// (92): the signature.
    pub(super) signature: &'a str,
}

/// Why a text is no value of (91) or (92).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoCodeFault {
    /// Empty or too long.
    #[error("found {0} characters, expected 1 to {LONGEST}")]
    Length(usize),
    /// A character outside GS1 character set 82.
    #[error("found `{0}`, expected characters of GS1 character set 82")]
    Character(char),
}

/// Why a text is no crypto code.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoCodeError {
    /// The key.
    #[error("AI 91: {0}")]
    Key(CryptoCodeFault),
    /// The signature.
    #[error("AI 92: {0}")]
    Signature(CryptoCodeFault),
    /// A text that is not (91), a separator and (92).
    #[error("expected `91...`, a separator and `92...`")]
    Form,
}

impl<'a> CryptoCode<'a> {
    /// The crypto code with these values of (91) and (92).
    ///
    /// # Errors
    /// A value that its Application Identifier does not allow.
    pub fn new(key_id: &'a str, signature: &'a str) -> Result<Self, CryptoCodeError> {
        let key_id = crypto_code_value(key_id).map_err(CryptoCodeError::Key)?;
        let signature = crypto_code_value(signature).map_err(CryptoCodeError::Signature)?;
        Ok(Self { key_id, signature })
    }

    /// (91)
    pub const fn key_id(self) -> &'a str {
        self.key_id
    }

    /// (92)
    pub const fn signature(self) -> &'a str {
        self.signature
    }
}

impl fmt::Display for CryptoCode<'_> {
    /// Its elements, with the separator that (91) needs behind it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "91{}{SEPARATOR}92{}", self.key_id, self.signature)
    }
}

/// A value of (91) or (92), which no longer needs to be checked.
pub(super) fn crypto_code_value(value: &str) -> Result<&str, CryptoCodeFault> {
    let allowed = |c: &char| u8::try_from(*c).is_ok_and(in_character_set_82);
    if let Some(character) = value.chars().find(|c| !allowed(c)) {
        return Err(CryptoCodeFault::Character(character));
    }
    match value.len() {
        1..=LONGEST => Ok(value),
        found => Err(CryptoCodeFault::Length(found)),
    }
}

/// A crypto code that is kept.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CryptoCodeBuf {
    /// As [`CryptoCode`] writes it.
    text: Arc<str>,
    /// Where the value of (91) ends.
    key_end: u8,
}

impl CryptoCodeBuf {
    /// The crypto code itself.
    pub fn as_crypto_code(&self) -> CryptoCode<'_> {
        let (key, signature) = self.text.split_at(usize::from(self.key_end));
        // Behind the digits 91, and behind the separator and the digits 92.
        CryptoCode { key_id: &key[2..], signature: &signature[3..] }
    }
}

impl From<CryptoCode<'_>> for CryptoCodeBuf {
    fn from(crypto_code: CryptoCode<'_>) -> Self {
        Self {
            text: Arc::from(crypto_code.to_string()),
            key_end: 2 + crypto_code.key_id.len() as u8,
        }
    }
}

impl FromStr for CryptoCodeBuf {
    type Err = CryptoCodeError;

    /// Reads what `Display` writes.
    fn from_str(text: &str) -> Result<Self, CryptoCodeError> {
        let (key, signature) = text.split_once(SEPARATOR).ok_or(CryptoCodeError::Form)?;
        let key = key.strip_prefix("91").ok_or(CryptoCodeError::Form)?;
        let signature = signature.strip_prefix("92").ok_or(CryptoCodeError::Form)?;
        CryptoCode::new(key, signature).map(Self::from)
    }
}

impl fmt::Display for CryptoCodeBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for CryptoCodeBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_crypto_code().fmt(f)
    }
}

serde_as_text!(CryptoCodeBuf);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_crypto_code_is_a_key_and_a_signature_of_1_to_90_characters_each() {
        let most = "a".repeat(90);
        assert!(CryptoCode::new("EE07", &most).is_ok());
        let long = "a".repeat(91);
        let refused = [
            ("", "x", "AI 91: found 0 characters, expected 1 to 90"),
            ("EE07", "", "AI 92: found 0 characters, expected 1 to 90"),
            ("EE07", &long, "AI 92: found 91 characters, expected 1 to 90"),
            ("EE 7", "x", "AI 91: found ` `, expected characters of GS1 character set 82"),
            ("é", "x", "AI 91: found `é`, expected characters of GS1 character set 82"),
        ];
        for (key_id, signature, expected) in refused {
            assert_eq!(CryptoCode::new(key_id, signature).unwrap_err().to_string(), expected);
        }
        for text in ["", "91EE07", "91EE0792x", "92x\u{1d}91EE07", "91EE07\u{1d}92x\u{1d}92y"] {
            assert!(text.parse::<CryptoCodeBuf>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_kept_crypto_code_is_unchanged(
            key_id in "[!-\"%-?A-Z_a-z]{1,90}",
            signature in "[!-\"%-?A-Z_a-z]{1,90}",
        ) {
            let crypto_code = CryptoCode::new(&key_id, &signature).unwrap();
            let kept = CryptoCodeBuf::from(crypto_code);
            prop_assert_eq!(kept.as_crypto_code(), crypto_code);
            prop_assert_eq!(kept.to_string().parse::<CryptoCodeBuf>(), Ok(kept));
        }
    }
}
