//! Serial number, lot and expiry date: the texts behind AI 21, 10 and 17.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use super::digits::Digits;

/// Serde through a text and `FromStr`, so that a wrong text is refused where it is read. The text is
/// that of `Display`, or of a method that has it without formatting.
macro_rules! serde_as_text {
    ($kind:ty) => {
        $crate::serial::serde_as_text!($kind, to_string);
    };
    ($kind:ty, $text:ident) => {
        impl serde::Serialize for $kind {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.$text().as_ref())
            }
        }
        impl<'de> serde::Deserialize<'de> for $kind {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(super) use serde_as_text;

const LONGEST: usize = 20;

/// Why a text is no serial number or lot.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Empty or too long.
    #[error("found `{0}` of {n} characters, expected 1 to 20", n = .0.chars().count())]
    Length(String),
    /// A character outside GS1 character set 82.
    #[error("found `{character}` in `{text}`, expected characters of GS1 character set 82")]
    Character {
        /// The whole text.
        text: String,
        /// The first wrong character.
        character: char,
    },
}

/// True for GS1 AI encodable character set 82 (GS1 General Specifications, figure 7.11-1).
pub const fn in_character_set_82(byte: u8) -> bool {
    matches!(byte, b'!' | b'"' | b'%'..=b'?' | b'A'..=b'Z' | b'_' | b'a'..=b'z')
}

/// 1 to 20 characters of character set 82, held in place: it is copied, hashed and compared a lot.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct ShortText {
    bytes: [u8; LONGEST],
    length: u8,
}

impl ShortText {
    fn parse(text: &str) -> Result<Self, TextError> {
        // Bytes first: that is quicker, and nearly all are right.
        if !text.bytes().all(in_character_set_82)
            && let Some(character) =
                text.chars().find(|&c| !u8::try_from(c).is_ok_and(in_character_set_82))
        {
            let text = text.to_owned();
            return Err(TextError::Character { text, character });
        }
        if text.is_empty() || text.len() > LONGEST {
            return Err(TextError::Length(text.to_owned()));
        }
        let mut bytes = [0; LONGEST];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Ok(Self { bytes, length: text.len() as u8 })
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)])
            .expect("only ASCII was let in by parse")
    }
}

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(ShortText);

        impl $name {
            /// Reads 1 to 20 characters of GS1 character set 82.
            ///
            /// # Errors
            /// Another length or another character.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                ShortText::parse(text).map(Self)
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = TextError;
            fn from_str(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }
        }

        serde_as_text!($name, as_str);
    };
}

short_text! {
    /// Serial number, AI 21: `X..20`. Case and leading zeros count.
    SerialNumber
}
short_text! {
    /// Batch or lot number, AI 10: `X..20`.
    Lot
}

/// Expiry date, AI 17. One that is read may name only the month (day 00), which means its last day;
/// none is made like that: GSCN 21-040 forbids it for regulated healthcare items since 2025.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpiryDate {
    date: Date,
    /// The month alone was given.
    month_only: bool,
}

/// Why a text is no expiry date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found expiry `{0}`, expected a date of this century as \"YYYY-MM-DD\"")]
pub struct ExpiryError(String);

impl ExpiryDate {
    /// The last day on which the item may be used.
    pub const fn date(self) -> Date {
        self.date
    }

    /// True when the day was given, as it has to be on a pack.
    pub const fn names_a_day(self) -> bool {
        !self.month_only
    }

    /// The six digits of AI 17, `YYMMDD`, as they were read.
    pub fn yymmdd(self) -> impl AsRef<str> {
        let (date, day) = (self.date, if self.month_only { 0 } else { self.date.day() });
        let [year, month, day] = [date.year() as u64 % 100, date.month() as u64, day as u64];
        Digits::<6>::of((year * 100 + month) * 100 + day)
    }

    /// Reads the six digits of AI 17, taking the year as 2000 to 2099: packs live for years, not
    /// for the half century that the sliding window of the General Specifications (7.12) covers.
    ///
    /// # Errors
    /// Anything but six digits of a date; day 00 is the end of the month.
    pub fn from_yymmdd(text: &str) -> Result<Self, ExpiryError> {
        let wrong = || ExpiryError(text.to_owned());
        if text.len() != 6 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(wrong());
        }
        let two = |at: usize| text[at..at + 2].parse::<i8>().map_err(|_| wrong());
        let (year, month, day) = (2000 + i16::from(two(0)?), two(2)?, two(4)?);
        let month_only = day == 0;
        let date = Date::new(year, month, day.max(1)).map_err(|_| wrong())?;
        let date = if month_only { date.last_of_month() } else { date };
        Ok(Self { date, month_only })
    }
}

impl FromStr for ExpiryDate {
    type Err = ExpiryError;

    /// Reads `YYYY-MM-DD`, years 2000 to 2099.
    fn from_str(text: &str) -> Result<Self, ExpiryError> {
        let date: Date = text.parse().map_err(|_| ExpiryError(text.to_owned()))?;
        if (2000..2100).contains(&date.year()) && text.len() == 10 {
            Ok(Self { date, month_only: false })
        } else {
            Err(ExpiryError(text.to_owned()))
        }
    }
}

impl fmt::Display for ExpiryDate {
    /// `YYYY-MM-DD`, or `YYYY-MM` where only the month was given.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.month_only {
            return write!(f, "{:04}-{:02}", self.date.year(), self.date.month());
        }
        self.date.fmt(f)
    }
}

impl fmt::Debug for ExpiryDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExpiryDate({self})")
    }
}

serde_as_text!(ExpiryDate);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_set_82_has_82_characters() {
        assert_eq!((0..=255).filter(|&b| in_character_set_82(b)).count(), 82);
        for absent in b" #$@[\\]^`{|}~" {
            assert!(!in_character_set_82(*absent), "{}", *absent as char);
        }
    }

    #[test]
    fn a_serial_number_keeps_case_and_leading_zeros() {
        let serial = SerialNumber::parse("00aB-9").unwrap();
        assert_eq!(serial.as_str(), "00aB-9");
        assert_ne!(serial, SerialNumber::parse("00AB-9").unwrap());
        assert!(SerialNumber::parse("").is_err());
        assert!(SerialNumber::parse("123456789012345678901").is_err());
        assert!(SerialNumber::parse("a b").is_err());
        assert!(SerialNumber::parse("é").is_err());
    }

    #[test]
    fn an_expiry_date_is_a_day_that_exists() {
        let expiry: ExpiryDate = "2028-09-30".parse().unwrap();
        assert_eq!(expiry.yymmdd().as_ref(), "280930");
        assert_eq!(ExpiryDate::from_yymmdd("280930").unwrap(), expiry);
        assert!("2028-09-31".parse::<ExpiryDate>().is_err());
        assert!("28-09-30".parse::<ExpiryDate>().is_err());
        assert!("1999-09-30".parse::<ExpiryDate>().is_err());
    }

    #[test]
    fn day_00_is_read_as_the_end_of_the_month_and_never_made() {
        let month = ExpiryDate::from_yymmdd("280200").unwrap();
        assert_eq!(month.date(), Date::constant(2028, 2, 29));
        assert!(!month.names_a_day());
        assert_eq!(month.yymmdd().as_ref(), "280200");
        assert_eq!(month.to_string(), "2028-02");
        assert_ne!(month, ExpiryDate::from_yymmdd("280229").unwrap());
        assert!("2028-02-00".parse::<ExpiryDate>().is_err());
        assert!("2028-02".parse::<ExpiryDate>().is_err());
        assert!(ExpiryDate::from_yymmdd("281300").is_err());
    }
}
