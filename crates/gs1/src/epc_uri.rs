//! EPC pure-identity URIs, class and pattern URIs (GS1 EPC Tag Data Standard 2.0, clause 6), to and
//! from Application Identifiers. Where a company prefix ends cannot be told from a key: it comes with
//! the URI, and has to be given for the way back.

use std::fmt;

use super::check_digit::check_digit;
use super::elements::{Element, ElementError, ElementString, LONGEST, shorten};
use super::epc::{CompanyPrefix, escaped};

/// How a key is made of prefix and reference.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Body {
    /// The reference's first digit goes before the prefix; check digit last. So many digits without
    /// it.
    FirstDigitAhead(usize),
    /// Prefix, reference, check digit. So many digits without it.
    Checked(usize),
    /// As before, with a zero ahead (AI 8003).
    ZeroAhead(usize),
    /// Prefix and reference as they are.
    Free,
}

/// Where the serial part of a URI goes.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Serial {
    /// There is none.
    None,
    /// Behind an Application Identifier of its own.
    Behind(&'static str),
    /// As before; a single 0 stands for none.
    ZeroForNone(&'static str),
    /// At the end of the key.
    Appended,
}

/// One kind of EPC.
#[derive(Debug, PartialEq, Eq)]
struct Scheme {
    name: &'static str,
    ai: &'static str,
    body: Body,
    serial: Serial,
    /// Named `urn:epc:class:` instead of `urn:epc:id:`.
    class: bool,
    /// Piece and total stand between reference and serial (AI 8006).
    pieces: bool,
}

const fn scheme(name: &'static str, ai: &'static str, body: Body, serial: Serial) -> Scheme {
    Scheme { name, ai, body, serial, class: false, pieces: false }
}

/// Where several share an Application Identifier, the finer one stands first.
static SCHEMES: [Scheme; 15] = [
    scheme("sgtin", "01", Body::FirstDigitAhead(13), Serial::Behind("21")),
    scheme("upui", "01", Body::FirstDigitAhead(13), Serial::Behind("235")),
    Scheme {
        class: true,
        ..scheme("lgtin", "01", Body::FirstDigitAhead(13), Serial::Behind("10"))
    },
    scheme("sscc", "00", Body::FirstDigitAhead(17), Serial::None),
    scheme("sgln", "414", Body::Checked(12), Serial::ZeroForNone("254")),
    scheme("pgln", "417", Body::Checked(12), Serial::None),
    scheme("grai", "8003", Body::ZeroAhead(12), Serial::Appended),
    scheme("giai", "8004", Body::Free, Serial::None),
    scheme("gsrn", "8018", Body::Checked(17), Serial::None),
    scheme("gsrnp", "8017", Body::Checked(17), Serial::None),
    scheme("gdti", "253", Body::Checked(12), Serial::Appended),
    scheme("sgcn", "255", Body::Checked(12), Serial::Appended),
    scheme("cpi", "8010", Body::Free, Serial::Behind("8011")),
    scheme("ginc", "401", Body::Free, Serial::None),
    scheme("gsin", "402", Body::Checked(16), Serial::None),
];

static ITIP: Scheme = Scheme {
    pieces: true,
    ..scheme("itip", "8006", Body::FirstDigitAhead(13), Serial::Behind("21"))
};

fn schemes() -> impl Iterator<Item = &'static Scheme> {
    SCHEMES.iter().chain(std::iter::once(&ITIP))
}

/// An EPC as a URI: `urn:epc:id:sgtin:0614141.812345.6789`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EpcUri {
    scheme: &'static Scheme,
    prefix: CompanyPrefix,
    reference: String,
    /// Piece and total, two digits each, for an ITIP.
    pieces: Option<(String, String)>,
    /// Nothing where the scheme has none, or in a pattern (`idpat`), where any will do.
    serial: Option<String>,
}

/// Why a text is no EPC URI, or elements make none. Positions are byte offsets in the URI.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EpcError {
    /// Not of the shape of its kind.
    #[error("found `{found}` at position {position}, expected {expected}")]
    Shape {
        /// What was found.
        found: String,
        /// Where.
        position: usize,
        /// What was expected.
        expected: String,
    },
    /// The key that it stands for breaks a rule.
    #[error("it stands for no key: {0}")]
    Key(#[from] ElementError),
    /// No scheme of EPCs is made of these elements.
    #[error("found {0}, expected the elements of an EPC")]
    Elements(String),
    /// The company prefix is longer than the key.
    #[error("found {length} digits of company prefix in {found}, expected 6 to 12 that fit")]
    Prefix {
        /// As given.
        length: usize,
        /// The key.
        found: String,
    },
}

fn shape(found: &str, position: usize, expected: impl Into<String>) -> EpcError {
    EpcError::Shape { found: shorten(found), position, expected: expected.into() }
}

impl EpcUri {
    /// Reads a URI.
    ///
    /// # Errors
    /// An unknown kind, parts that are missing or of the wrong length, characters that must be
    /// escaped, or a key that breaks its rules.
    pub fn parse(uri: &str) -> Result<Self, EpcError> {
        if uri.len() > LONGEST {
            return Err(EpcError::Key(ElementError::TooLong(uri.len())));
        }
        let kinds = [("urn:epc:idpat:", true), ("urn:epc:id:", false), ("urn:epc:class:", false)];
        let kind = kinds.into_iter().find(|(start, _)| uri.starts_with(start));
        let Some((start, pattern)) = kind else {
            return Err(shape(uri, 0, "urn:epc:id:, urn:epc:class: or urn:epc:idpat:"));
        };
        let rest = &uri[start.len()..];
        let name = rest.split(':').next().unwrap_or_default();
        let fits = |scheme: &&Scheme| {
            scheme.name == name
                && scheme.class == start.ends_with("class:")
                && (!pattern || !matches!(scheme.serial, Serial::None | Serial::ZeroForNone(_)))
        };
        let scheme = schemes().find(fits).ok_or_else(|| {
            shape(rest, start.len(), format!("a kind of EPC that `{start}` goes with"))
        })?;
        let at = start.len() + name.len() + 1;
        let body = uri.get(at..).ok_or_else(|| shape("", uri.len(), "a company prefix"))?;
        let epc = Self::parse_body(scheme, pattern, body, at)?;
        epc.elements()?;
        Ok(epc)
    }

    fn parse_body(
        scheme: &'static Scheme,
        pattern: bool,
        body: &str,
        at: usize,
    ) -> Result<Self, EpcError> {
        let has_serial = scheme.serial != Serial::None;
        let count = 2 + usize::from(scheme.pieces) * 2 + usize::from(has_serial);
        // The last part may hold points of its own.
        let parts: Vec<&str> = body.splitn(count, '.').collect();
        if parts.len() < count {
            return Err(shape(body, at, format!("{count} parts with points between")));
        }
        let position = |part: usize| at + parts[..part].iter().map(|p| p.len() + 1).sum::<usize>();
        let prefix = CompanyPrefix::parse(parts[0])
            .ok_or_else(|| shape(parts[0], at, "a company prefix of 6 to 12 digits"))?;
        if let Body::FirstDigitAhead(digits) | Body::Checked(digits) | Body::ZeroAhead(digits) =
            scheme.body
        {
            let needed = digits - prefix.length();
            let sound = parts[1].len() == needed && parts[1].bytes().all(|b| b.is_ascii_digit());
            if !sound {
                let expected = format!("a reference of {needed} digits");
                return Err(shape(parts[1], position(1), expected));
            }
        }
        let reference = unescaped(parts[1], position(1))?;
        // Of fixed length it may have no digits left; free, it must not be empty.
        if scheme.body == Body::Free && reference.is_empty() {
            return Err(shape("", position(1), "a reference of one character or more"));
        }
        let mut pieces = None;
        if scheme.pieces {
            for part in [2, 3] {
                if parts[part].len() != 2 || !parts[part].bytes().all(|b| b.is_ascii_digit()) {
                    return Err(shape(parts[part], position(part), "two digits"));
                }
            }
            pieces = Some((parts[2].to_owned(), parts[3].to_owned()));
        }
        let last = count - 1;
        let serial = match (has_serial, pattern) {
            (false, _) => None,
            (true, true) if parts[last] == "*" => None,
            (true, true) => return Err(shape(parts[last], position(last), "`*`")),
            (true, false) => Some(unescaped(parts[last], position(last))?),
        };
        // An SGCN or GDTI without a serial number is written as a pattern, not with an empty part.
        if serial.as_deref() == Some("") {
            return Err(shape("", position(last), "a serial part that is not empty"));
        }
        Ok(Self { scheme, prefix, reference, pieces, serial })
    }

    /// The elements that the URI stands for.
    ///
    /// # Errors
    /// A value breaks a rule of its Application Identifier.
    pub fn elements(&self) -> Result<ElementString, ElementError> {
        let (prefix, reference) = (&self.prefix, &self.reference);
        let mut key = match self.scheme.body {
            Body::FirstDigitAhead(_) => {
                let (first, rest) = reference.split_at(1.min(reference.len()));
                checked(format!("{first}{prefix}{rest}"))
            }
            Body::Checked(_) => checked(format!("{prefix}{reference}")),
            Body::ZeroAhead(_) => format!("0{}", checked(format!("{prefix}{reference}"))),
            Body::Free => format!("{prefix}{reference}"),
        };
        if let Some((piece, total)) = &self.pieces {
            key.push_str(piece);
            key.push_str(total);
        }
        let mut elements = Vec::new();
        let serial = self.serial.as_deref();
        match (self.scheme.serial, serial) {
            (Serial::Appended, Some(serial)) => key.push_str(serial),
            (Serial::ZeroForNone(_), Some("0")) | (_, None) | (Serial::None, _) => {}
            (Serial::Behind(ai) | Serial::ZeroForNone(ai), Some(serial)) => {
                elements.push(Element::new(ai, serial)?);
            }
        }
        elements.insert(0, Element::new(self.scheme.ai, &key)?);
        ElementString::new(elements)
    }

    /// The EPC that elements stand for, their company prefix having so many digits. Elements that
    /// have no place in an EPC are left out; without a serial number it is a pattern.
    ///
    /// # Errors
    /// No key among them, or a prefix that does not fit.
    pub fn from_elements(elements: &ElementString, prefix: usize) -> Result<Self, EpcError> {
        let complete = |scheme: &&Scheme| {
            elements.get(scheme.ai).is_some()
                && match scheme.serial {
                    Serial::Behind(ai) => elements.get(ai).is_some(),
                    _ => true,
                }
        };
        let bare = |scheme: &&Scheme| elements.get(scheme.ai).is_some();
        let scheme = schemes().find(complete).or_else(|| schemes().find(bare));
        let scheme = scheme.ok_or_else(|| EpcError::Elements(elements.to_string()))?;
        let key = elements.get(scheme.ai).expect("it was found by it");
        let too_long =
            || EpcError::Prefix { length: prefix, found: format!("({}){key}", scheme.ai) };
        let digits = match scheme.body {
            Body::FirstDigitAhead(digits) | Body::Checked(digits) => digits,
            Body::ZeroAhead(digits) => digits + 1,
            Body::Free => key.len(),
        };
        let (body, behind) = key.split_at_checked(digits).ok_or_else(too_long)?;
        // Behind the body: check digit, then what was appended.
        let behind = if scheme.body == Body::Free { "" } else { &behind[1..] };
        let (first, body) = match scheme.body {
            Body::FirstDigitAhead(_) => body.split_at(1),
            Body::ZeroAhead(_) => ("", &body[1..]),
            Body::Checked(_) | Body::Free => ("", body),
        };
        let (company, reference) = body.split_at_checked(prefix).ok_or_else(too_long)?;
        if scheme.body == Body::Free && reference.is_empty() {
            return Err(too_long());
        }
        let company = CompanyPrefix::parse(company).ok_or_else(too_long)?;
        let pieces = scheme.pieces.then(|| (behind[..2].to_owned(), behind[2..].to_owned()));
        let serial = match scheme.serial {
            Serial::None => None,
            Serial::Behind(ai) => elements.get(ai).map(str::to_owned),
            Serial::ZeroForNone(ai) => Some(elements.get(ai).unwrap_or("0").to_owned()),
            Serial::Appended => (!behind.is_empty()).then(|| behind.to_owned()),
        };
        let reference = format!("{first}{reference}");
        Ok(Self { scheme, prefix: company, reference, pieces, serial })
    }
}

fn checked(digits: String) -> String {
    let check = check_digit(digits.bytes().map(|byte| byte.wrapping_sub(b'0') % 10));
    format!("{digits}{check}")
}

/// Undoes escapes; what must be escaped may not stand there bare (TDS 2.0, table 6-1).
fn unescaped(text: &str, at: usize) -> Result<String, EpcError> {
    let mut out = String::with_capacity(text.len());
    let mut position = 0;
    while let Some(c) = text[position..].chars().next() {
        let wrong = |expected: &str| shape(&text[position..], at + position, expected);
        if c == '%' {
            let code = text.get(position + 1..position + 3);
            let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
            let code = code.and_then(|code| u8::from_str_radix(code, 16).ok());
            let byte = code.filter(u8::is_ascii_graphic);
            out.push(char::from(byte.ok_or_else(|| wrong("%XX, an escaped character"))?));
            position += 3;
        } else if c.is_ascii_alphanumeric() || "!'()*+,-.:;=_".contains(c) {
            out.push(c);
            position += 1;
        } else {
            return Err(wrong("a character that an EPC URI can hold, or its %XX"));
        }
    }
    Ok(out)
}

impl fmt::Display for EpcUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scheme, prefix, reference, pieces, serial } = self;
        let has_serial = scheme.serial != Serial::None;
        let kind = match (has_serial && serial.is_none(), scheme.class) {
            (true, _) => "idpat",
            (false, true) => "class",
            (false, false) => "id",
        };
        write!(f, "urn:epc:{kind}:{}:{prefix}.{}", scheme.name, escaped(reference))?;
        if let Some((piece, total)) = pieces {
            write!(f, ".{piece}.{total}")?;
        }
        match serial {
            Some(serial) => write!(f, ".{}", escaped(serial)),
            None if has_serial => f.write_str(".*"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bracketed(uri: &str) -> String {
        EpcUri::parse(uri).unwrap().elements().unwrap().to_string()
    }

    #[test]
    fn uris_stand_for_keys() {
        // TDS 2.0, 7.3 and 7.4.
        let sgtin = "urn:epc:id:sgtin:0614141.812345.6789";
        assert_eq!(bracketed(sgtin), "(01)80614141123458(21)6789");
        let sscc = "urn:epc:id:sscc:0614141.1234567890";
        assert_eq!(bracketed(sscc), "(00)106141412345678908");
        assert_eq!(bracketed("urn:epc:id:sgln:0614141.12345.0"), "(414)0614141123452");
        assert_eq!(bracketed("urn:epc:id:pgln:999999999999."), "(417)9999999999994");
        assert_eq!(bracketed("urn:epc:idpat:sgtin:0614141.812345.*"), "(01)80614141123458");
    }

    #[test]
    fn refusals_name_the_mistake_and_its_place() {
        let refusal = |uri: &str| EpcUri::parse(uri).unwrap_err().to_string();
        assert_eq!(
            refusal("urn:epc:id:sgtin:0614141.81234.6789"),
            "found `81234` at position 25, expected a reference of 6 digits"
        );
        assert_eq!(
            refusal("urn:epc:id:sgtin:0614141.812345.67/89"),
            "found `/89` at position 34, expected a character that an EPC URI can hold, or its %XX"
        );
        assert_eq!(
            refusal("urn:epc:id:sgtin:0614141.812345"),
            "found `0614141.8123` at position 17, expected 3 parts with points between"
        );
        assert_eq!(
            refusal("urn:epc:id:lgtin:0614141.812345.A"),
            "found `lgtin:061414` at position 11, expected a kind of EPC that `urn:epc:id:` goes \
             with"
        );
        assert!(refusal("42").starts_with("found `42` at position 0"));
        assert_eq!(
            refusal("urn:epc:id:giai:4012326."),
            "found `` at position 24, expected a reference of one character or more"
        );
        let long = format!("urn:epc:id:sgtin:0614141.812345.{}", "1".repeat(21));
        assert_eq!(
            refusal(&long),
            "it stands for no key: AI 21 at position 0: found 21 characters, expected 1 to 20"
        );
    }

    #[test]
    fn the_way_back_needs_the_length_of_the_prefix() {
        let elements = ElementString::parse_bracketed("(01)80614141123458(21)6/9").unwrap();
        let uri = |prefix| EpcUri::from_elements(&elements, prefix).map(|uri| uri.to_string());
        assert_eq!(uri(7).unwrap(), "urn:epc:id:sgtin:0614141.812345.6%2F9");
        assert_eq!(uri(12).unwrap(), "urn:epc:id:sgtin:061414112345.8.6%2F9");
        assert!(matches!(uri(13), Err(EpcError::Prefix { .. })));
        assert!(matches!(uri(5), Err(EpcError::Prefix { .. })));
    }
}
