//! Values that EPCIS gives a form of its own: moments, zone offsets, decimals, URIs. Each is parsed
//! once and is right from then on; nothing here reads a clock.

use std::fmt;

use jiff::{RoundMode, Timestamp, TimestampRound, Unit};

/// A moment. Written in UTC with milliseconds, or finer where it is finer.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventTime(Timestamp);

impl EventTime {
    /// Reads `2020-03-04T11:00:30.000+01:00`. `None` without a date, time and zone, and beyond
    /// the years 0 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let dated = bytes.len() >= 20 && bytes[..4].iter().all(u8::is_ascii_digit);
        if !dated || !matches!(bytes[10], b'T' | b't') || !text.is_ascii() || text.contains('[') {
            return None;
        }
        Self::new(text.parse().ok()?)
    }

    /// The same moment; `None` before the year 0, which the formats cannot write. Nothing is beyond
    /// the year 9999.
    pub fn new(moment: Timestamp) -> Option<Self> {
        const YEAR_0: Timestamp = Timestamp::constant(-62_167_219_200, 0);
        (moment >= YEAR_0).then_some(Self(moment))
    }

    /// To the millisecond, halves up (CBV 2.0, 8.9.1).
    pub fn to_millisecond(self) -> Self {
        let rule = TimestampRound::new().smallest(Unit::Millisecond).mode(RoundMode::HalfCeil);
        // Only the last millisecond of all cannot be rounded up.
        Self(self.0.round(rule).unwrap_or(self.0))
    }
}

impl fmt::Display for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.subsec_nanosecond() % 1_000_000 == 0 {
            write!(f, "{:.3}", self.0)
        } else {
            write!(f, "{}", self.0)
        }
    }
}

/// The offset of local time where an event happened: `-06:00`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneOffset(String);

impl ZoneOffset {
    /// Reads an offset; `None` unless sign, hours up to 14 and minutes.
    pub fn parse(text: &str) -> Option<Self> {
        let [sign, h1, h2, b':', m1, m2] = *text.as_bytes() else { return None };
        let digits = [h1, h2, m1, m2].iter().all(u8::is_ascii_digit);
        let hours = || (h1 - b'0') * 10 + (h2 - b'0');
        let minutes = || (m1 - b'0') * 10 + (m2 - b'0');
        let sound = matches!(sign, b'+' | b'-')
            && digits
            && (hours() < 14 && minutes() < 60 || hours() == 14 && minutes() == 0);
        sound.then(|| Self(text.to_owned()))
    }

    /// `+00:00`.
    pub fn utc() -> Self {
        Self("+00:00".to_owned())
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A finite decimal that a double holds exactly as it is written.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Decimal(f64);

impl Decimal {
    /// `None` for infinities and what is no number; -0 is 0.
    pub fn new(value: f64) -> Option<Self> {
        value.is_finite().then_some(Self(if value == 0.0 { 0.0 } else { value }))
    }

    /// Reads a number. `None` where a double would change it: 12345678901234567890123 would be read
    /// back as another quantity.
    pub fn parse(text: &str) -> Option<Self> {
        let written = canonical_number(text.trim())?;
        let number = Self::new(written.parse().ok()?)?;
        (number.to_string() == written).then_some(number)
    }

    /// As a double.
    pub const fn get(self) -> f64 {
        self.0
    }

    pub(super) fn to_json(self) -> serde_json::Value {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        if self.0.fract() == 0.0 && self.0.abs() <= EXACT {
            return (self.0 as i64).into();
        }
        self.0.into()
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A number in its shortest plain form: no plus, no zeros around it, no exponent. `None` for a text
/// that is no number, or one with more than 400 digits.
pub(super) fn canonical_number(text: &str) -> Option<String> {
    const LONGEST: i32 = 400;
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return None;
    }
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !sound || digits.len() > LONGEST as usize || exponent.abs() > LONGEST {
        return None;
    }
    // Where the point comes to stand, counted in digits from the left.
    let point = whole.len() as i32 + exponent;
    let digits = if point < 0 { "0".repeat(-point as usize) + &digits } else { digits };
    let point = point.max(0) as usize;
    let digits = format!("{digits:0<point$}");
    let (whole, fraction) = digits.split_at(point);
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    let whole = if whole.is_empty() { "0" } else { whole };
    let sign = if negative && (whole != "0" || !fraction.is_empty()) { "-" } else { "" };
    let dot = if fraction.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{dot}{fraction}"))
}

/// Whether a text has the form of a URI (RFC 3986): a scheme, a colon, and only characters that may
/// stand in one, every `%` before two hexadecimal digits.
pub(super) fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut scheme = scheme.bytes();
    let scheme = scheme.next().is_some_and(|first| first.is_ascii_alphabetic())
        && scheme.all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let allowed =
        |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte);
    let escapes = || {
        rest.match_indices('%').all(|(at, _)| {
            let code = rest.as_bytes().get(at + 1..at + 3);
            code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
        })
    };
    scheme && rest.bytes().all(allowed) && escapes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        let cases = [
            ("26.0", "26"),
            ("0.050", "0.05"),
            ("+007", "7"),
            ("-0.0", "0"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1.25e3", "1250"),
            ("125e-5", "0.00125"),
            ("-12.50E1", "-125"),
            ("106141412345678908", "106141412345678908"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical_number(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1_000", "0x1", "NaN", "1e999999999", "12.3.4"] {
            assert_eq!(canonical_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_decimal_that_a_double_would_change_is_refused() {
        assert_eq!(Decimal::parse("200.0").map(|n| n.to_string()).as_deref(), Some("200"));
        assert_eq!(Decimal::parse("12345678901234567890123"), None);
        assert_eq!(Decimal::parse("0.12345678901234567"), None);
        assert_eq!(Decimal::parse("1e400"), None);
        assert_eq!(Decimal::parse("-0"), Decimal::new(0.0));
    }

    #[test]
    fn a_moment_needs_a_zone_and_is_rounded_half_up() {
        let rounded = |text: &str| Some(EventTime::parse(text)?.to_millisecond().to_string());
        let at = |text: &str| rounded(text).unwrap();
        assert_eq!(at("2020-03-04T11:00:30+01:00"), "2020-03-04T10:00:30.000Z");
        assert_eq!(at("2023-02-02T11:04:03.1415Z"), "2023-02-02T11:04:03.142Z");
        assert_eq!(at("2023-02-02T11:04:03.1405Z"), "2023-02-02T11:04:03.141Z");
        assert_eq!(at("2023-12-31T23:59:59.9995Z"), "2024-01-01T00:00:00.000Z");
        assert_eq!(at("1969-12-31T23:59:59.1405Z"), "1969-12-31T23:59:59.141Z");
        assert_eq!(at("0000-01-01T00:00:00Z"), "0000-01-01T00:00:00.000Z");
        for text in
            ["2020-03-04T11:00:30", "2020-03-04", "yesterday", "", "0000-01-01T00:00:00+00:01"]
        {
            assert_eq!(rounded(text), None, "{text}");
        }
    }

    #[test]
    fn offsets_and_uris_are_checked() {
        for text in ["+00:00", "-06:00", "+13:59", "+14:00"] {
            assert_eq!(ZoneOffset::parse(text).unwrap().to_string(), text);
        }
        for text in ["Z", "+14:01", "+01:60", "01:00", "+1:00", "+0a:00", "+01:000"] {
            assert_eq!(ZoneOffset::parse(text), None, "{text}");
        }
        assert!(is_uri("urn:epc:id:sgtin:0614141.107346.2%2F7") && is_uri("ni:///sha-256;0?ver=1"));
        for text in ["", "plain", "1a:b", "http://a b", "urn:x%2", "urn:é", ":x"] {
            assert!(!is_uri(text), "{text}");
        }
    }
}
