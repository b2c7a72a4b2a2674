//! EPC pure-identity URIs (GS1 EPC Tag Data Standard 2.0, clause 6) for what a line records.

use std::fmt;
use std::str::FromStr;

use super::check_digit::check_digit;
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
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '#' | '%' | '&' | '/' | '<' | '>' | '?' => {
                out.push_str(&format!("%{:02X}", c as u32))
            }
            _ => out.push(c),
        }
    }
    out
}

/// `urn:epc:id:sgtin:` of a unit: prefix, indicator digit and item reference, serial number.
pub fn sgtin_uri(unit: &UnitCode, prefix: CompanyPrefix) -> String {
    let item = item_reference(unit.gtin, prefix);
    let serial = escaped(unit.serial.as_str());
    format!("urn:epc:id:sgtin:{prefix}.{item}.{serial}")
}

/// `urn:epc:class:lgtin:` of a trade item and lot.
pub fn lgtin_uri(gtin: Gtin, lot: &Lot, prefix: CompanyPrefix) -> String {
    let item = item_reference(gtin, prefix);
    format!("urn:epc:class:lgtin:{prefix}.{item}.{}", escaped(lot.as_str()))
}

/// The indicator digit goes to the front of the item reference; the check digit is dropped.
fn item_reference(gtin: Gtin, prefix: CompanyPrefix) -> String {
    let digits = gtin.to_string();
    format!("{}{}", &digits[..1], &digits[1 + prefix.length()..13])
}

/// `urn:epc:id:sscc:` of a logistic unit; the extension digit goes behind the prefix.
pub fn sscc_uri(sscc: Sscc, prefix: CompanyPrefix) -> String {
    let digits = sscc.to_string();
    let reference = &digits[1 + prefix.length()..17];
    format!("urn:epc:id:sscc:{prefix}.{}{reference}", &digits[..1])
}

/// `urn:epc:id:sgln:` of a place: the prefix, a location reference that fills up to twelve digits,
/// an extension (`0` for none).
pub fn sgln_uri(prefix: CompanyPrefix, reference: u64, extension: &str) -> String {
    let width = 12 - prefix.length();
    let reference = if width == 0 { String::new() } else { format!("{reference:0width$}") };
    format!("urn:epc:id:sgln:{prefix}.{reference}.{}", escaped(extension))
}

/// The canonical Digital Link of a plain SGTIN or SSCC URI, without the table of Application
/// Identifiers: every event of a line names dozens of them. None for anything that is not plain, which
/// [`super::EpcUri`] reads.
pub fn plain_link(uri: &str) -> Option<String> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if let Some(rest) = uri.strip_prefix("urn:epc:id:sgtin:") {
        let (prefix, rest) = rest.split_once('.')?;
        let (item, serial) = rest.split_once('.')?;
        let bare = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let plain = (6..=12).contains(&prefix.len())
            && prefix.len() + item.len() == 13
            && digits(prefix)
            && digits(item)
            && (1..=20).contains(&serial.len())
            && serial.bytes().all(bare);
        // The indicator goes back to the front, and the check digit to the end.
        let (indicator, reference) = item.split_at_checked(1).filter(|_| plain)?;
        let key = [indicator, prefix, reference];
        return Some(format!("https://id.gs1.org/01/{}/21/{serial}", with_check_digit(key)));
    }
    let (prefix, rest) = uri.strip_prefix("urn:epc:id:sscc:")?.split_once('.')?;
    let plain = (6..=12).contains(&prefix.len())
        && prefix.len() + rest.len() == 17
        && digits(prefix)
        && digits(rest);
    let (extension, reference) = rest.split_at_checked(1).filter(|_| plain)?;
    let key = [extension, prefix, reference];
    Some(format!("https://id.gs1.org/00/{}", with_check_digit(key)))
}

fn with_check_digit(parts: [&str; 3]) -> String {
    let mut key = parts.concat();
    let check = check_digit(key.bytes().map(|b| b - b'0'));
    key.push(char::from(b'0' + check));
    key
}

#[cfg(test)]
mod tests {
    use super::super::EpcUri;
    use super::*;

    #[test]
    fn a_plain_link_is_the_one_that_the_rules_make() {
        let slow = |uri: &str| EpcUri::parse(uri).ok()?.elements().ok()?.canonical_link();
        for uri in [
            "urn:epc:id:sgtin:0614141.812345.6789",
            "urn:epc:id:sgtin:614141.8123456.AZ-az_09.x",
            "urn:epc:id:sgtin:950600013435.2.32a",
            "urn:epc:id:sscc:0614141.1234567890",
            "urn:epc:id:sscc:952005385011.00001",
        ] {
            assert!(plain_link(uri).is_some(), "{uri}");
            assert_eq!(plain_link(uri), slow(uri), "{uri}");
        }
        for uri in [
            "urn:epc:id:sgtin:0614141.812345.6%2F789",
            "urn:epc:id:sgtin:0614141.812345.a!b",
            "urn:epc:id:sgtin:0614141.81234.6789",
            "urn:epc:id:sgtin:0614141.812345.",
            "urn:epc:id:sgtin:0614141..6789",
            "urn:epc:id:sscc:0614141.123456789",
            "urn:epc:id:sscc:0614141.123456789x",
            "urn:epc:id:sgln:0614141.00123.0",
        ] {
            assert_eq!(plain_link(uri), None, "{uri}");
        }
    }
    use crate::gs1::SerialNumber;

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
