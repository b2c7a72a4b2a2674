//! What this line prints: the element string of a pack's symbol and of a container's label, with the
//! separator (ASCII 29) for FNC1. Read without the table of all Application Identifiers, because every read
//! of every camera comes here: only 00, 01, 10, 17, 21, 91 and 92 are accepted.

use super::crypto_code::crypto_code_value;
use super::elements::SEPARATOR;
use super::{CryptoCode, ExpiryDate, Gtin, Lot, SerialNumber, Sscc, UnitCode};

/// The content of a saleable pack's symbol: (01), (21), and behind them a crypto code, expiry and lot, or all
/// three.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct PackCode<'a> {
    /// (01) and (21).
    pub unit: UnitCode,
    /// (91) and (92), where an outside issuer gave the number.
    pub crypto_code: Option<CryptoCode<'a>>,
    /// (17) and (10); without them there is a crypto code.
    pub batch: Option<Batch>,
}

/// What all packs of a lot have in common.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// (17)
    pub expiry: ExpiryDate,
    /// (10)
    pub lot: Lot,
}

impl PackCode<'_> {
    /// The element string. Variable values are closed by a separator; what stands last needs none.
    pub fn element_string(&self) -> String {
        // Most have about this length.
        let mut text = String::with_capacity(72);
        text.extend(["01", self.unit.gtin.digits().as_ref(), "21", self.unit.serial.as_str()]);
        if let Some(crypto_code) = self.crypto_code {
            text += &format!("{SEPARATOR}{crypto_code}");
        }
        if let Some(Batch { expiry, lot }) = self.batch {
            text.push(SEPARATOR);
            text.extend(["17", expiry.yymmdd().as_ref(), "10", lot.as_str()]);
        }
        text
    }
}

/// The result of a scan.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Label<'a> {
    /// The symbol of a saleable pack.
    Pack(PackCode<'a>),
    /// The label of a container, (00).
    Container(Sscc),
}

const WHOLE: &str = "(00) alone, or (01) and (21) with (17) and (10), (91) and (92), or all four";

/// Why a scan is no label of this line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ElementStringError {
    /// The text stops within an element.
    #[error("AI {ai} at position {position}: found {found} characters, expected {expected}")]
    Short {
        /// Application Identifier.
        ai: &'static str,
        /// Byte offset of the AI.
        position: usize,
        /// Characters left.
        found: usize,
        /// Characters needed.
        expected: usize,
    },
    /// An element's value breaks its rule.
    #[error("AI {ai} at position {position}: {reason}")]
    Value {
        /// Application Identifier.
        ai: &'static str,
        /// Byte offset of the AI.
        position: usize,
        /// The rule that was broken.
        reason: String,
    },
    /// An Application Identifier that this line does not print.
    #[error("found `{found}` at position {position}, expected AI 00, 01, 10, 17, 21, 91 or 92")]
    UnknownAi {
        /// What stands there.
        found: String,
        /// Byte offset.
        position: usize,
    },
    /// An element stands twice.
    #[error("AI {ai} at position {position} stands there a second time")]
    Repeated {
        /// Application Identifier.
        ai: &'static str,
        /// Byte offset of the second one.
        position: usize,
    },
    /// Neither a whole pack code nor a container label.
    #[error("found {found}, expected {WHOLE}")]
    Incomplete {
        /// The AIs that were there.
        found: String,
    },
    /// Something other than printable ASCII and separators.
    #[error("found a character at position {0} that no element string can hold")]
    Character(usize),
}

/// Reads a scan. Elements may come in any order; separators that are not needed are tolerated.
///
/// # Errors
/// See [`ElementStringError`]; positions count bytes from the start of `scan`.
pub fn parse_element_string(scan: &str) -> Result<Label<'_>, ElementStringError> {
    if let Some(at) = scan.bytes().position(|b| b != 29 && !b.is_ascii_graphic()) {
        return Err(ElementStringError::Character(at));
    }
    let mut reader = Reader { scan, at: 0 };
    let (mut sscc, mut gtin, mut serial, mut expiry, mut lot) = (None, None, None, None, None);
    let (mut key_id, mut signature) = (None, None);
    while reader.skip_separators() {
        let start = reader.at;
        match reader.ai()? {
            "00" => reader.put(&mut sscc, "00", start, Some(18), Sscc::parse)?,
            "01" => reader.put(&mut gtin, "01", start, Some(14), Gtin::parse)?,
            "17" => reader.put(&mut expiry, "17", start, Some(6), ExpiryDate::from_yymmdd)?,
            "21" => reader.put(&mut serial, "21", start, None, SerialNumber::parse)?,
            "10" => reader.put(&mut lot, "10", start, None, Lot::parse)?,
            "91" => reader.put(&mut key_id, "91", start, None, crypto_code_value)?,
            "92" => reader.put(&mut signature, "92", start, None, crypto_code_value)?,
            other => {
                return Err(ElementStringError::UnknownAi {
                    found: other.to_owned(),
                    position: start,
                });
            }
        }
    }
    let there = [
        ("(00)", sscc.is_some()),
        ("(01)", gtin.is_some()),
        ("(21)", serial.is_some()),
        ("(91)", key_id.is_some()),
        ("(92)", signature.is_some()),
        ("(17)", expiry.is_some()),
        ("(10)", lot.is_some()),
    ];
    match (sscc, pair(gtin, serial), pair(key_id, signature), pair(expiry, lot)) {
        (Some(sscc), Some(None), Some(None), Some(None)) => Ok(Label::Container(sscc)),
        (None, Some(Some((gtin, serial))), Some(crypto_code), Some(batch))
            if crypto_code.is_some() || batch.is_some() =>
        {
            let crypto_code =
                crypto_code.map(|(key_id, signature)| CryptoCode { key_id, signature });
            let batch = batch.map(|(expiry, lot)| Batch { expiry, lot });
            Ok(Label::Pack(PackCode { unit: UnitCode { gtin, serial }, crypto_code, batch }))
        }
        _ => {
            let found: String = there.iter().filter(|(_, is)| *is).map(|(ai, _)| *ai).collect();
            Err(ElementStringError::Incomplete {
                found: if found.is_empty() { "nothing".to_owned() } else { found },
            })
        }
    }
}

/// Two elements that need each other; none if one of them is missing.
fn pair<A, B>(one: Option<A>, other: Option<B>) -> Option<Option<(A, B)>> {
    match (one, other) {
        (None, None) => Some(None),
        (one, other) => one.zip(other).map(Some),
    }
}

struct Reader<'a> {
    scan: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// True while something is left.
    fn skip_separators(&mut self) -> bool {
        while self.scan[self.at..].starts_with(SEPARATOR) {
            self.at += 1;
        }
        self.at < self.scan.len()
    }

    fn ai(&mut self) -> Result<&'a str, ElementStringError> {
        let rest = &self.scan[self.at..];
        if rest.len() < 2 {
            return Err(ElementStringError::UnknownAi {
                found: rest.to_owned(),
                position: self.at,
            });
        }
        self.at += 2;
        Ok(&rest[..2])
    }

    fn put<T, E: std::fmt::Display>(
        &mut self,
        place: &mut Option<T>,
        ai: &'static str,
        position: usize,
        fixed_length: Option<usize>,
        parse: impl Fn(&'a str) -> Result<T, E>,
    ) -> Result<(), ElementStringError> {
        if place.is_some() {
            return Err(ElementStringError::Repeated { ai, position });
        }
        let rest = &self.scan[self.at..];
        let length = match fixed_length {
            Some(expected) if rest.len() < expected => {
                return Err(ElementStringError::Short {
                    ai,
                    position,
                    found: rest.len(),
                    expected,
                });
            }
            Some(expected) => expected,
            None => rest.find(SEPARATOR).unwrap_or(rest.len()),
        };
        let value = parse(&rest[..length]).map_err(|error| ElementStringError::Value {
            ai,
            position,
            reason: error.to_string(),
        })?;
        *place = Some(value);
        self.at += length;
        Ok(())
    }
}

impl Label<'_> {
    /// The element string of a container label.
    pub fn container_string(sscc: Sscc) -> String {
        format!("00{sscc}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unit(serial: &str) -> UnitCode {
        UnitCode {
            gtin: Gtin::parse("06291041500213").unwrap(),
            serial: SerialNumber::parse(serial).unwrap(),
        }
    }

    fn batch(lot: &str) -> Batch {
        Batch { expiry: "2028-09-30".parse().unwrap(), lot: Lot::parse(lot).unwrap() }
    }

    #[test]
    fn a_pack_prints_its_four_elements_with_one_separator() {
        let code = PackCode { unit: unit("AB12"), crypto_code: None, batch: Some(batch("L7")) };
        assert_eq!(code.element_string(), "010629104150021321AB12\u{1d}1728093010L7");
    }

    #[test]
    fn a_crypto_code_stands_between_serial_number_and_expiry_or_last() {
        let crypto_code = Some(CryptoCode::new("EE07", "c2ln").unwrap());
        let mut code = PackCode { unit: unit("AB12"), crypto_code, batch: Some(batch("L7")) };
        let text = "010629104150021321AB12\u{1d}91EE07\u{1d}92c2ln\u{1d}1728093010L7";
        assert_eq!(code.element_string(), text);
        code.batch = None;
        assert_eq!(code.element_string(), "010629104150021321AB12\u{1d}91EE07\u{1d}92c2ln");
    }

    #[test]
    fn refusals_name_the_element_and_the_position() {
        let cases = [
            ("", "nothing"),
            ("0106291041500213", "(01)"),
            ("010629104150021321A", "(01)(21)"),
            ("010629104150021321A\u{1d}17280930", "(01)(21)(17)"),
            ("010629104150021321A\u{1d}92x", "(01)(21)(92)"),
            ("010629104150021321A\u{1d}91E\u{1d}92x\u{1d}10L", "(01)(21)(91)(92)(10)"),
            ("1728093010L7", "(17)(10)"),
            ("00062910410000000010\u{1d}91E\u{1d}92x", "(00)(91)(92)"),
        ];
        for (scan, found) in cases {
            let expected = ElementStringError::Incomplete { found: found.to_owned() };
            assert_eq!(parse_element_string(scan), Err(expected), "{scan}");
        }
        let cases = [
            ("91\u{1d}92x", "AI 91 at position 0: found 0 characters, expected 1 to 90"),
            ("01062910", "AI 01 at position 0: found 6 characters, expected 14"),
            ("991", "found `99` at position 0, expected AI 00, 01, 10, 17, 21, 91 or 92"),
            ("10A\u{1d}10A", "AI 10 at position 4 stands there a second time"),
            ("10A B", "found a character at position 3 that no element string can hold"),
        ];
        for (scan, expected) in cases {
            assert_eq!(parse_element_string(scan).unwrap_err().to_string(), expected, "{scan}");
        }
        let wrong = parse_element_string("0106291041500214").unwrap_err().to_string();
        assert!(wrong.starts_with("AI 01 at position 0: found GTIN"), "{wrong}");
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            serial in "[!-\"%-?A-Z_a-z]{1,20}",
            lot in prop::option::of("[!-\"%-?A-Z_a-z]{1,20}"),
            signature in prop::option::of("[!-\"%-?A-Z_a-z]{1,90}"),
        ) {
            prop_assume!(lot.is_some() || signature.is_some());
            let crypto_code = signature.as_deref().map(|text| CryptoCode::new("EE07", text).unwrap());
            let code = PackCode { unit: unit(&serial), crypto_code, batch: lot.as_deref().map(batch) };
            let printed = code.element_string();
            prop_assert_eq!(parse_element_string(&printed), Ok(Label::Pack(code)));
        }

        #[test]
        fn no_text_makes_the_reader_panic(scan in ".{0,60}", digits in "[0-9\u{1d}]{0,60}") {
            let _ = parse_element_string(&scan);
            let _ = parse_element_string(&digits);
        }
    }
}
