//! Reads the files in which an outside issuer's codes come: text with one element string a line, or CSV
//! (by its ending) of which the first column is that. FNC1 is ASCII 29 or written `<GS>`; `]d2` may
//! stand first. Names every mistake with line and column, up to a few. Holds one line at a time, and 20
//! bytes a code to find repeats.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;

use linetwin_engine::IssuedCode;
use linetwin_gs1::{
    CryptoCode, CryptoCodeBuf, ElementError, ElementString, Gtin, SEPARATOR, SerialNumber, UnitCode,
};

use super::ron_file::{FileError, FileErrors, Place};

/// A code is shorter than this in any notation; further columns may follow.
const LONGEST_LINE: usize = 1 << 12;
/// So many mistakes are named.
const MOST_ERRORS: usize = 20;
/// How FNC1 is written where ASCII 29 cannot be.
const WRITTEN_SEPARATOR: &str = "<GS>";
/// What a reader puts before the content of a GS1 DataMatrix.
const SYMBOLOGY: &str = "]d2";

/// A file of codes, and what they must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolFile {
    /// Where it is.
    pub path: PathBuf,
    /// Trade item of all its codes.
    pub gtin: Gtin,
    /// Whether each of them has a crypto code; if not, none has.
    pub crypto_codes: bool,
}

/// A mistake in a line: its column from 0, and what is wrong.
type Fault = (usize, String);

impl PoolFile {
    /// Reads the whole file and counts its codes.
    ///
    /// # Errors
    /// The file cannot be read; a line is no code of this trade item, or one that stood there before.
    pub fn check(&self) -> Result<u64, FileErrors> {
        let mut seen: Vec<([u8; 16], u32)> = Vec::new();
        self.read(&mut |code| {
            let hash = blake3::hash(code.unit.serial.as_str().as_bytes());
            let start = hash.as_bytes().first_chunk().expect("a hash has 32 bytes");
            seen.push((*start, seen.len() as u32 + 1));
            Ok(())
        })?;
        seen.sort_unstable();
        let repeated = seen.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let mut repeated: Vec<(u32, u32)> = repeated.map(|pair| (pair[1].1, pair[0].1)).collect();
        repeated.sort_unstable();
        if repeated.is_empty() {
            return Ok(seen.len() as u64);
        }
        let errors = repeated.into_iter().take(MOST_ERRORS).map(|(line, first)| {
            self.error(line as usize, 0, format!("found the code of line {first} again"))
        });
        Err(FileErrors(errors.collect()))
    }

    /// Hands the codes on in their order, until one is not taken.
    ///
    /// # Errors
    /// As [`Self::check`], but for repeats; or why a code was not taken.
    pub fn read(
        &self,
        take: &mut dyn FnMut(IssuedCode) -> Result<(), String>,
    ) -> Result<(), FileErrors> {
        let cannot = |line, error: std::io::Error| {
            FileErrors(vec![self.error(line, 0, format!("cannot be read: {error}"))])
        };
        let mut file = BufReader::new(File::open(&self.path).map_err(|error| cannot(1, error))?);
        let is_csv = self.path.extension().is_some_and(|it| it.eq_ignore_ascii_case("csv"));
        let (mut bytes, mut errors) = (Vec::new(), Vec::new());
        for number in 1.. {
            bytes.clear();
            let mut limited = file.by_ref().take(LONGEST_LINE as u64 + 1);
            let found = limited.read_until(b'\n', &mut bytes);
            if found.map_err(|error| cannot(number, error))? == 0 {
                break;
            }
            let code = self.line(&bytes, is_csv);
            let taken = code.and_then(|code| take(code).map_err(|reason| (0, reason)));
            if let Err((column, message)) = taken {
                errors.push(self.error(number, column, message));
            }
            if errors.len() == MOST_ERRORS || bytes.len() > LONGEST_LINE {
                break;
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(FileErrors(errors)) }
    }

    fn error(&self, line: usize, column: usize, message: String) -> FileError {
        FileError { place: Place::File(self.path.clone(), line, column + 1), message }
    }

    fn line(&self, bytes: &[u8], is_csv: bool) -> Result<IssuedCode, Fault> {
        if bytes.len() > LONGEST_LINE {
            return Err((
                0,
                format!("found more than {LONGEST_LINE} bytes without an end of line"),
            ));
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| (error.valid_up_to(), "found bytes that are no UTF-8".to_owned()))?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        let message = Message::of(text, is_csv)?;
        let elements = ElementString::parse(&message.text)
            .map_err(|error| (message.column(position(&error)), error.to_string()))?;
        self.code(&elements).map_err(|reason| (message.column(0), reason))
    }

    /// The code that elements make, if they are those of one and no others.
    fn code(&self, elements: &ElementString) -> Result<IssuedCode, String> {
        let wanted: &[&str] =
            if self.crypto_codes { &["01", "21", "91", "92"] } else { &["01", "21"] };
        let mut found: Vec<&str> = elements.elements().iter().map(|e| e.ai().digits()).collect();
        found.sort_unstable();
        if found != wanted {
            let (found, wanted) = (in_brackets(&found), in_brackets(wanted));
            return Err(format!("found {found}, expected {wanted}"));
        }
        let value = |ai| elements.get(ai).expect("just found");
        let gtin = Gtin::parse(value("01")).map_err(|error| error.to_string())?;
        if gtin != self.gtin {
            return Err(format!("found a code of GTIN {gtin}, expected one of {}", self.gtin));
        }
        let serial = SerialNumber::parse(value("21")).map_err(|error| error.to_string())?;
        let crypto_code =
            self.crypto_codes.then(|| CryptoCode::new(value("91"), value("92"))).transpose();
        let crypto_code = crypto_code.map_err(|error| error.to_string())?.map(CryptoCodeBuf::from);
        Ok(IssuedCode { unit: UnitCode { gtin, serial }, crypto_code })
    }
}

fn in_brackets(identifiers: &[&str]) -> String {
    identifiers.iter().map(|digits| format!("({digits})")).collect()
}

/// Where in the message a mistake is.
const fn position(error: &ElementError) -> usize {
    match error {
        ElementError::Empty | ElementError::TooLong(_) | ElementError::NoFnc1(_) => 0,
        ElementError::Unknown { position, .. }
        | ElementError::Value { position, .. }
        | ElementError::Bracket { position, .. } => *position,
    }
}

/// An element string as a scanner would send it, and where in the line each of its bytes stood.
struct Message {
    text: String,
    columns: Vec<usize>,
}

impl Message {
    /// The element string at the start of a line, or alone in its first column.
    fn of(line: &str, is_csv: bool) -> Result<Self, Fault> {
        let mut message = Self { text: String::new(), columns: Vec::new() };
        let mut at = if line.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let quoted = is_csv && line[at..].starts_with('"');
        at += usize::from(quoted);
        if line[at..].starts_with(SYMBOLOGY) {
            at += SYMBOLOGY.len();
        }
        loop {
            let rest = &line[at..];
            let Some(next) = rest.chars().next() else {
                let unclosed = (line.len(), "found no closing quotation mark".to_owned());
                return if quoted { Err(unclosed) } else { Ok(message) };
            };
            let (character, width) = match next {
                _ if rest.starts_with(WRITTEN_SEPARATOR) => (SEPARATOR, WRITTEN_SEPARATOR.len()),
                '"' if quoted && rest.starts_with("\"\"") => ('"', 2),
                '"' if quoted => {
                    let behind = &rest[1..];
                    if behind.is_empty() || behind.starts_with(',') {
                        return Ok(message);
                    }
                    let reason = "found more behind a closing quotation mark, expected a comma";
                    return Err((at + 1, reason.to_owned()));
                }
                ',' if is_csv && !quoted => return Ok(message),
                other => (other, other.len_utf8()),
            };
            message.text.push(character);
            message.columns.resize(message.text.len(), at);
            at += width;
        }
    }

    /// The column of a byte of the message, from 0.
    fn column(&self, position: usize) -> usize {
        let beyond = self.columns.last().map_or(0, |last| last + 1);
        self.columns.get(position).copied().unwrap_or(beyond)
    }
}

#[cfg(test)]
mod tests;
