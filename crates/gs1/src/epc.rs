//! EPC pure-identity URIs (GS1 EPC Tag Data Standard 2.0, clause 6) for what a line records.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::{Gtin, Lot, Sscc, UnitCode};

/// A GS1 Company Prefix, 6 to 12 digits. It cannot be told from a GTIN: it is configuration.
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub struct CompanyPrefix {
    value: u64,
    length: u8,
}

impl CompanyPrefix {
    /// Reads 6 to 12 digits; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let shaped = (6..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        shaped.then(|| Self {
            value: text.parse().expect("up to 12 digits fit"),
            length: text.len() as u8,
        })
    }

    /// The prefix of a GTIN, given how many digits it has; `None` unless 6 to 12.
    pub fn of_gtin(gtin: Gtin, length: usize) -> Option<Self> {
        let digits = gtin.to_string();
        (6..=12).contains(&length).then(|| Self::parse(&digits[1..=length])).flatten()
    }

    /// Its digits as a number.
    pub(super) const fn value(self) -> u64 {
        self.value
    }

    /// How many digits it has, 6 to 12.
    pub const fn length(self) -> usize {
        self.length as usize
    }
}

impl fmt::Display for CompanyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:0width$}", self.value, width = self.length())
    }
}

impl fmt::Debug for CompanyPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CompanyPrefix({self})")
    }
}

impl FromStr for CompanyPrefix {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
            .ok_or_else(|| format!("found company prefix `{text}`, expected 6 to 12 digits"))
    }
}

super::serial::serde_as_text!(CompanyPrefix);

/// Escapes what an EPC URI may not hold bare (TDS 2.0, table 6-1).
pub(super) fn escaped(text: &str) -> Cow<'_, str> {
    const ESCAPED: [char; 8] = ['"', '#', '%', '&', '/', '<', '>', '?'];
    if !text.contains(ESCAPED) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if ESCAPED.contains(&c) {
            out.push_str(&format!("%{:02X}", c as u32));
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// `urn:epc:id:sgtin:` of a unit: prefix, indicator digit and item reference, serial number.
pub fn sgtin_uri(unit: &UnitCode, prefix: CompanyPrefix) -> String {
    trade_item_uri("urn:epc:id:sgtin:", unit.gtin, prefix, unit.serial.as_str())
}

/// `urn:epc:class:lgtin:` of a trade item and lot.
pub fn lgtin_uri(gtin: Gtin, lot: &Lot, prefix: CompanyPrefix) -> String {
    trade_item_uri("urn:epc:class:lgtin:", gtin, prefix, lot.as_str())
}

/// The indicator digit goes to the front of the item reference; the check digit is dropped.
fn trade_item_uri(start: &str, gtin: Gtin, prefix: CompanyPrefix, third: &str) -> String {
    let mut uri = String::with_capacity(64);
    uri.push_str(start);
    push_digits(&mut uri, prefix.value, prefix.length());
    uri.push('.');
    push_digits(&mut uri, gtin.value() / 10_u64.pow(13), 1);
    push_digits(&mut uri, gtin.value() / 10, 12 - prefix.length());
    uri.push('.');
    uri.push_str(&escaped(third));
    uri
}

/// `urn:epc:id:sscc:` of a logistic unit; the extension digit goes behind the prefix.
pub fn sscc_uri(sscc: Sscc, prefix: CompanyPrefix) -> String {
    let mut uri = String::with_capacity(40);
    uri.push_str("urn:epc:id:sscc:");
    push_digits(&mut uri, prefix.value, prefix.length());
    uri.push('.');
    push_digits(&mut uri, sscc.value() / 10_u64.pow(17), 1);
    push_digits(&mut uri, sscc.value() / 10, 16 - prefix.length());
    uri
}

/// The last so many digits of a number, up to 16, zeros ahead. Every event names dozens of keys.
fn push_digits(out: &mut String, mut number: u64, digits: usize) {
    let mut text = [0_u8; 16];
    for place in text[..digits].iter_mut().rev() {
        *place = (number % 10) as u8;
        number /= 10;
    }
    out.extend(text[..digits].iter().map(|digit| char::from(b'0' + digit)));
}

/// `urn:epc:id:sgln:` of a place: the prefix, a location reference that fills up to twelve digits,
/// an extension (`0` for none).
pub fn sgln_uri(prefix: CompanyPrefix, reference: u64, extension: &str) -> String {
    let width = 12 - prefix.length();
    let reference = if width == 0 { String::new() } else { format!("{reference:0width$}") };
    format!("urn:epc:id:sgln:{prefix}.{reference}.{}", escaped(extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SerialNumber;

    #[test]
    fn uris_are_those_of_the_tag_data_standard() {
        let prefix = CompanyPrefix::parse("0614141").unwrap();
        let unit = UnitCode {
            gtin: Gtin::parse("80614141123458").unwrap(),
            serial: SerialNumber::parse("6789").unwrap(),
        };
        assert_eq!(sgtin_uri(&unit, prefix), "urn:epc:id:sgtin:0614141.812345.6789");
        let sscc = Sscc::parse("106141412345678908").unwrap();
        assert_eq!(sscc_uri(sscc, prefix), "urn:epc:id:sscc:0614141.1234567890");
        assert_eq!(sgln_uri(prefix, 123, "line/1"), "urn:epc:id:sgln:0614141.00123.line%2F1");
        let lot = Lot::parse("A&B").unwrap();
        assert_eq!(lgtin_uri(unit.gtin, &lot, prefix), "urn:epc:class:lgtin:0614141.812345.A%26B");
    }
}
