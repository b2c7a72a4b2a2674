//! Data codewords into content (ISO/IEC 16022, 5.2): all six encodations, FNC1 in each that has it, macros.
//! Codewords that need an ECI, a structured append or a reader's programming are refused by name. The
//! `datamatrix` crate's own decoder has no FNC1 in C40 and Text, where other encoders write it, and overflows
//! at a C40 group of two zeros.

use super::encode::FNC1;

const PAD: u8 = 129;
const UPPER_SHIFT: u8 = 235;
const UNLATCH: u8 = 254;
const GROUP_SEPARATOR: u8 = 29;
/// Ends an EDIFACT run, six bits.
const EDIFACT_UNLATCH: u32 = 31;

/// Why data codewords make no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// A codeword or value without a meaning in its place.
    #[error("found {value} in {encodation} at codeword {place}")]
    Value {
        /// What was found.
        value: u8,
        /// The encodation it was found in.
        encodation: &'static str,
        /// Codewords before the end of its group.
        place: usize,
    },
    /// The codewords end within a character.
    #[error("the codewords end within a character")]
    Unfinished,
    /// Right, but not decoded here.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
}

#[derive(Copy, Clone, PartialEq)]
enum Encodation {
    Ascii,
    C40,
    Text,
    X12,
    Edifact,
    Base256,
}

struct Reader<'a> {
    data: &'a [u8],
    at: usize,
    bytes: Vec<u8>,
}

/// The content's bytes, a separator (29) where FNC1 stands behind the first codeword; a first FNC1
/// must have been taken off, and `skipped` counts it.
pub(super) fn decode_content(data: &[u8], skipped: usize) -> Result<Vec<u8>, ContentError> {
    let mut reader =
        Reader { data, at: skipped, bytes: Vec::with_capacity(2 * (data.len() - skipped)) };
    let mut encodation = Encodation::Ascii;
    while reader.at < data.len() {
        encodation = match encodation {
            Encodation::Ascii => reader.ascii()?,
            Encodation::C40 | Encodation::Text | Encodation::X12 => reader.triplets(encodation)?,
            Encodation::Edifact => reader.edifact(),
            Encodation::Base256 => reader.base256()?,
        };
    }
    // A macro stands for a head and a tail (ISO/IEC 15434 formats 05 and 06).
    if matches!(data.first(), Some(236 | 237)) {
        reader.bytes.extend(b"\x1e\x04");
    }
    Ok(reader.bytes)
}

impl Reader<'_> {
    fn left(&self) -> usize {
        self.data.len() - self.at
    }

    fn wrong(&self, encodation: &'static str, value: u8) -> ContentError {
        ContentError::Value { value, encodation, place: self.at }
    }

    fn ascii(&mut self) -> Result<Encodation, ContentError> {
        let mut upper = 0;
        while let Some(&codeword) = self.data.get(self.at) {
            self.at += 1;
            if upper != 0 && !(1..=128).contains(&codeword) {
                return Err(self.wrong("ASCII behind an upper shift", codeword));
            }
            match codeword {
                1..=128 => self.bytes.push(codeword - 1 + std::mem::take(&mut upper)),
                PAD => {
                    self.at = self.data.len();
                    return Ok(Encodation::Ascii);
                }
                130..=229 => {
                    let pair = codeword - 130;
                    self.bytes.extend([b'0' + pair / 10, b'0' + pair % 10]);
                }
                230 => return Ok(Encodation::C40),
                231 => return Ok(Encodation::Base256),
                FNC1 => self.bytes.push(GROUP_SEPARATOR),
                233 => return Err(ContentError::Unsupported("structured append")),
                234 => return Err(ContentError::Unsupported("reader programming")),
                UPPER_SHIFT => upper = 128,
                236 | 237 if self.at == 1 => {
                    let format = [b'0', b'5' + (codeword - 236)];
                    self.bytes.extend(b"[)>\x1e");
                    self.bytes.extend(format);
                    self.bytes.push(GROUP_SEPARATOR);
                }
                238 => return Ok(Encodation::X12),
                239 => return Ok(Encodation::Text),
                240 => return Ok(Encodation::Edifact),
                241 => return Err(ContentError::Unsupported("an extended channel interpretation")),
                _ => return Err(self.wrong("ASCII", codeword)),
            }
        }
        if upper == 0 { Ok(Encodation::Ascii) } else { Err(ContentError::Unfinished) }
    }

    /// C40, Text and X12: three values of base 40 in two codewords. A single codeword left over at
    /// the end is ASCII, unlatched or not.
    fn triplets(&mut self, encodation: Encodation) -> Result<Encodation, ContentError> {
        let (mut shift, mut upper) = (0, 0);
        while self.left() > 0 {
            if self.data[self.at] == UNLATCH {
                self.at += 1;
                break;
            }
            if self.left() == 1 {
                break;
            }
            let group = u32::from(self.data[self.at]) << 8 | u32::from(self.data[self.at + 1]);
            self.at += 2;
            let Some(values) = group.checked_sub(1).filter(|values| *values < 64_000) else {
                return Err(self.wrong("a group of three", self.data[self.at - 2]));
            };
            for value in [values / 1600, values / 40 % 40, values % 40] {
                let value = value as u8;
                match encodation {
                    Encodation::X12 => self.bytes.push(x12(value)),
                    _ => self.shifted(encodation, value, &mut shift, &mut upper)?,
                }
            }
        }
        Ok(Encodation::Ascii)
    }

    /// One value of C40 or Text (ISO/IEC 16022, annex C.1).
    fn shifted(
        &mut self,
        encodation: Encodation,
        value: u8,
        shift: &mut u8,
        upper: &mut u8,
    ) -> Result<(), ContentError> {
        let text = encodation == Encodation::Text;
        let byte = match (std::mem::take(shift), value) {
            (0, 0..=2) => {
                *shift = value + 1;
                return Ok(());
            }
            (0, 3) => b' ',
            (0, 4..=13) => b'0' + (value - 4),
            (0, _) => (if text { b'a' } else { b'A' }) + (value - 14),
            (1, 0..=31) => value,
            (2, 0..=14) => b'!' + value,
            (2, 15..=21) => b':' + (value - 15),
            (2, 22..=26) => b'[' + (value - 22),
            (2, 27) => GROUP_SEPARATOR,
            (2, 30) => {
                *upper = 128;
                return Ok(());
            }
            (3, 1..=26) if text => b'A' + (value - 1),
            (3, 0..=31) => b'`' + value,
            _ => return Err(self.wrong(if text { "Text" } else { "C40" }, value)),
        };
        self.bytes.push(byte + std::mem::take(upper));
        Ok(())
    }

    /// Four values of six bits in three codewords; what is left when fewer than three codewords
    /// remain is ASCII.
    fn edifact(&mut self) -> Encodation {
        while self.left() > 2 {
            let group = self.data[self.at..self.at + 3]
                .iter()
                .fold(0_u32, |group, &codeword| group << 8 | u32::from(codeword));
            for (place, shift) in [18, 12, 6, 0].into_iter().enumerate() {
                let value = group >> shift & 0x3F;
                if value == EDIFACT_UNLATCH {
                    self.at += [1, 2, 3, 3][place];
                    return Encodation::Ascii;
                }
                self.bytes.push((if value & 0x20 == 0 { value | 0x40 } else { value }) as u8);
            }
            self.at += 3;
        }
        Encodation::Ascii
    }

    fn base256(&mut self) -> Result<Encodation, ContentError> {
        let length = match self.plain_byte()? {
            0 => self.left(),
            first @ 1..=249 => usize::from(first),
            first => 250 * (usize::from(first) - 249) + usize::from(self.plain_byte()?),
        };
        for _ in 0..length {
            let byte = self.plain_byte()?;
            self.bytes.push(byte);
        }
        Ok(Encodation::Ascii)
    }

    /// The next codeword without what the 255-state algorithm added (annex B.2).
    fn plain_byte(&mut self) -> Result<u8, ContentError> {
        let codeword = *self.data.get(self.at).ok_or(ContentError::Unfinished)?;
        self.at += 1;
        let added = (149 * self.at) % 255 + 1;
        Ok(codeword.wrapping_sub(added as u8))
    }
}

fn x12(value: u8) -> u8 {
    match value {
        0 => b'\r',
        1 => b'*',
        2 => b'>',
        3 => b' ',
        4..=13 => b'0' + (value - 4),
        _ => b'A' + (value - 14),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encodation_is_decoded_as_the_standard_shows() {
        let content = |data: &[u8]| decode_content(data, 0).map(|b| String::from_utf8(b).unwrap());
        assert_eq!(content(&[142, 164, 186]).unwrap(), "123456");
        assert_eq!(content(&[230, 91, 11]).unwrap(), "AIM");
        assert_eq!(content(&[239, 91, 11, 254, 66]).unwrap(), "aimA");
        assert_eq!(content(&[238, 89, 233, 254, 66, 129, 0]).unwrap(), "ABCA");
        assert_eq!(content(&[240, 16, 21, 1]).unwrap(), "DATA");
        assert_eq!(content(&[236, 66]).unwrap(), "[)>\u{1e}05\u{1d}A\u{1e}\u{4}");
        let bytes = decode_content(&[231, 44, 108, 59, 226, 126, 1, 104], 0).unwrap();
        assert_eq!(bytes, [0xab, 0xe4, 0xf6, 0xfc, 0xe9, 0xbb]);
        // Shift 2, 27 is FNC1.
        let [first, second] = (1600_u16 + 40 * 27 + 14 + 1).to_be_bytes();
        assert_eq!(content(&[230, first, second]).unwrap(), "\u{1d}A");
    }

    #[test]
    fn what_means_nothing_is_refused_and_what_is_not_decoded_is_named() {
        let refused = |data: &[u8]| decode_content(data, 0).unwrap_err();
        assert!(matches!(refused(&[230, 0, 0, 66]), ContentError::Value { place: 3, .. }));
        assert!(matches!(refused(&[239, 255, 255, 66]), ContentError::Value { .. }));
        assert!(matches!(refused(&[66, 236]), ContentError::Value { value: 236, .. }));
        assert!(matches!(refused(&[235, 230]), ContentError::Value { value: 230, .. }));
        assert_eq!(refused(&[66, 235]), ContentError::Unfinished);
        assert_eq!(refused(&[231, 49, 108, 59]), ContentError::Unfinished);
        assert_eq!(refused(&[233, 1]), ContentError::Unsupported("structured append"));
        assert!(matches!(refused(&[241, 27, 66]), ContentError::Unsupported(_)));
    }
}
