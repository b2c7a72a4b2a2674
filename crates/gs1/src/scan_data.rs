//! What a scanner sends for a symbol: a symbology identifier that names the carrier (ISO/IEC 15424),
//! then the data. Built here, and read back.

use super::elements::{ElementError, ElementString, SEPARATOR};
use super::{Gtin, GtinError};

/// A bar code, as far as the identifiers distinguish it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Data Matrix ECC 200.
    DataMatrix,
    /// QR Code.
    QrCode,
    /// DotCode.
    DotCode,
    /// GS1-128.
    Gs1128,
    /// GS1 DataBar Expanded.
    DataBarExpanded,
    /// GS1 DataBar Omnidirectional: a GTIN.
    DataBarOmni,
    /// GS1 DataBar Limited: a GTIN that begins with 0 or 1.
    DataBarLimited,
    /// UPC-A: a GTIN-12.
    UpcA,
    /// UPC-E: a GTIN-12 with zeros suppressed.
    UpcE,
    /// EAN-13.
    Ean13,
    /// EAN-8.
    Ean8,
}

/// Why something is no scan of GS1 data.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScanError {
    /// The identifier is one of data that are not GS1's.
    #[error("found symbology identifier `{0}`, expected ]C1, ]e0, ]d2, ]Q3, ]J1, ]E0, ]E4 or ]I1")]
    Carrier(String),
    /// Not as many digits as the carrier holds.
    #[error("found {found} digits behind {identifier} at position 3, expected as many as it holds")]
    Length {
        /// The symbology identifier.
        identifier: String,
        /// Characters behind it.
        found: usize,
    },
    /// The carrier holds a GTIN, and this is none.
    #[error("AI 01 at position 3: {0}")]
    Gtin(#[from] GtinError),
    /// The data are no element string; positions count from the identifier.
    #[error(transparent)]
    Elements(#[from] ElementError),
}

/// What a scanner sends. `data` is either GS1 data (`gs1`), an element string with ASCII 29 as
/// separator, or plain; `composite` is the element string of a composite component beside a linear
/// symbol. `None` when the carrier cannot hold such data.
pub fn scan_data(
    carrier: Carrier,
    gs1: bool,
    data: &str,
    composite: Option<&str>,
) -> Option<String> {
    let identifier = match (carrier, gs1) {
        (Carrier::DataMatrix, true) => "]d2",
        (Carrier::DataMatrix, false) => "]d1",
        (Carrier::QrCode, true) => "]Q3",
        (Carrier::QrCode, false) => "]Q1",
        (Carrier::DotCode, true) => "]J1",
        (Carrier::DotCode, false) => "]J0",
        // With a composite component the whole is sent as if it were DataBar.
        (Carrier::Gs1128, true) if composite.is_none() => "]C1",
        (Carrier::Gs1128 | Carrier::DataBarExpanded, true) => "]e0",
        (Carrier::Gs1128 | Carrier::DataBarExpanded, false) => return None,
        _ => return scan_of_gtin(carrier, gs1, data, composite),
    };
    let mut scan = format!("{identifier}{data}");
    if let Some(composite) = composite {
        // The border is one between two elements like any other.
        let elements = ElementString::parse(data).ok()?;
        if elements.elements().last().is_some_and(|last| !last.ai().is_predefined()) {
            scan.push(SEPARATOR);
        }
        scan.push_str(composite);
    }
    Some(scan)
}

fn scan_of_gtin(
    carrier: Carrier,
    gs1: bool,
    data: &str,
    composite: Option<&str>,
) -> Option<String> {
    let digits = if gs1 { data.strip_prefix("01").filter(|gtin| gtin.len() == 14)? } else { data };
    let gtin = Gtin::parse(digits).ok()?.to_string();
    let zeros = gtin.len() - gtin.trim_start_matches('0').len();
    let (identifier, digits) = match carrier {
        Carrier::DataBarOmni => ("]e001", &gtin[..]),
        Carrier::DataBarLimited if gtin.starts_with(['0', '1']) => ("]e001", &gtin[..]),
        Carrier::UpcA | Carrier::UpcE if zeros >= 2 => ("]E0", &gtin[1..]),
        Carrier::Ean13 if zeros >= 1 => ("]E0", &gtin[1..]),
        Carrier::Ean8 if zeros >= 6 => ("]E4", &gtin[6..]),
        _ => return None,
    };
    Some(match (composite, identifier) {
        (None, _) => format!("{identifier}{digits}"),
        (Some(composite), "]e001") => format!("{identifier}{digits}{composite}"),
        // Readers send the two components of a retail symbol one after the other.
        (Some(composite), _) => format!("{identifier}{digits}|]e0{composite}"),
    })
}

/// Reads a scan: GS1 data behind their symbology identifier, or without any. A retail symbol's
/// digits become AI 01.
///
/// # Errors
/// Another symbology, or data that are none.
pub fn parse_scan(scan: &str) -> Result<ElementString, ScanError> {
    let (identifier, data) = match scan.get(..3) {
        Some(identifier) if identifier.starts_with(']') => (identifier, &scan[3..]),
        _ if scan.starts_with(']') => return Err(ScanError::Carrier(scan.to_owned())),
        _ => ("", scan),
    };
    match identifier {
        "" | "]C1" | "]e0" | "]d2" | "]Q3" | "]J1" => {
            Ok(ElementString::read(data, SEPARATOR, identifier.len())?)
        }
        "]E0" | "]E4" | "]I1" => {
            let allowed: &[usize] = match identifier {
                "]E0" => &[12, 13],
                "]E4" => &[8],
                _ => &[14],
            };
            if !allowed.contains(&data.len()) {
                return Err(ScanError::Length {
                    identifier: identifier.to_owned(),
                    found: data.len(),
                });
            }
            let element = super::Element::new("01", &Gtin::parse(data)?.to_string())?;
            Ok(ElementString::new(vec![element])?)
        }
        other => Err(ScanError::Carrier(other.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scan_is_read_by_its_identifier() {
        let read = |scan: &str| parse_scan(scan).map(|elements| elements.to_string());
        let pack = "0106291041500213\u{1d}21AB\u{1d}\u{1d}10L7\u{1d}";
        for identifier in ["", "]d2", "]C1", "]e0", "]Q3", "]J1"] {
            let text = read(&format!("{identifier}{pack}")).unwrap();
            assert_eq!(text, "(01)06291041500213(21)AB(10)L7", "{identifier}");
        }
        assert_eq!(read("]E06291041500213").unwrap(), "(01)06291041500213");
        assert_eq!(read("]E496385074").unwrap(), "(01)00000096385074");
        let refused = read("]d10106291041500213").unwrap_err();
        assert_eq!(refused, ScanError::Carrier("]d1".to_owned()));
        assert!(matches!(read("]"), Err(ScanError::Carrier(_))));
        assert!(matches!(read("]é"), Err(ScanError::Carrier(_))));
        assert!(matches!(read("]E01"), Err(ScanError::Length { .. })));
        assert!(matches!(read("]E46291041500213"), Err(ScanError::Length { .. })));
        assert!(matches!(read("]I196385074"), Err(ScanError::Length { .. })));
        let wrong = read("]E06291041500214").unwrap_err().to_string();
        assert!(wrong.starts_with("AI 01 at position 3: found GTIN"), "{wrong}");
        let error = read("]d20106291041500214").unwrap_err().to_string();
        assert_eq!(error, "AI 01 at position 18: expected the right check digit");
    }
}
