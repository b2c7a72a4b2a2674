//! A GS1 element string into Data Matrix codewords and modules (ISO/IEC 16022, 5.2; GS1 General
//! Specifications 5.6.2).
//!
//! Nearly every pack's content comes out no larger in plain ASCII encodation, whose codewords are
//! written in one pass. Whether that is so is known before: a lower bound on what any mixture of
//! encodations needs, cheap to work out, names the same size. Only where it names a smaller one is the
//! best mixture looked for (`mixture.rs`).

use super::matrix::Matrix;
use super::mixture::Paths;
use super::reed_solomon::append_check;
use super::size::{Shape, SymbolSize};

/// FNC1: first of a GS1 symbol, and the separator within.
pub(super) const FNC1: u8 = 232;
const PAD: u8 = 129;
const DIGIT_PAIRS: u8 = 130;
/// ASCII 29, how a separator is written in a content.
pub(super) const GROUP_SEPARATOR: u8 = 29;

/// Why a content cannot become a symbol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// Nothing to encode.
    #[error("found an empty content, expected an element string")]
    Empty,
    /// Something other than printable ASCII and separators.
    #[error("found a character at position {0} that no element string can hold")]
    Character(usize),
    /// More than the largest symbol of the shape holds.
    #[error("found {found} characters, expected what fits into {largest} ({codewords} codewords)")]
    TooLong {
        /// Bytes of content.
        found: usize,
        /// The largest size of the shape.
        largest: SymbolSize,
        /// What it holds.
        codewords: usize,
    },
}

/// Makes the smallest GS1 DataMatrix of a shape. `content` is an element string without brackets,
/// ASCII 29 where a separator stands.
///
/// # Errors
/// Empty, too long, or with a character that GS1 content cannot have.
pub fn encode(content: &str, shape: Shape) -> Result<Matrix, EncodeError> {
    let (size, mut codewords) = data_codewords(content, shape)?;
    append_check(size, &mut codewords);
    Ok(Matrix::from_codewords(size, &codewords))
}

/// The data codewords, padded to the size they choose.
///
/// # Errors
/// As [`encode`].
pub fn data_codewords(content: &str, shape: Shape) -> Result<(SymbolSize, Vec<u8>), EncodeError> {
    let bytes = content.as_bytes();
    if bytes.is_empty() {
        return Err(EncodeError::Empty);
    }
    let wrong = |&byte: &u8| byte != GROUP_SEPARATOR && !byte.is_ascii_graphic();
    if let Some(at) = bytes.iter().position(wrong) {
        return Err(EncodeError::Character(at));
    }
    let largest = SymbolSize::of_shape(shape).next_back().expect("there are sizes of each shape");
    let too_long = || EncodeError::TooLong {
        found: bytes.len(),
        largest,
        codewords: largest.data_codewords(),
    };
    // No encodation holds more than two characters in a codeword.
    if bytes.len() > 2 * largest.data_codewords() {
        return Err(too_long());
    }
    let plain = SymbolSize::smallest(shape, 1 + ascii_length(bytes));
    let hoped_for = SymbolSize::smallest(shape, fewest_codewords(bytes));
    if plain != hoped_for {
        let smaller = SymbolSize::of_shape(shape)
            .filter(|size| Some(*size) >= hoped_for && plain.is_none_or(|plain| *size < plain));
        let paths = Paths::new(bytes);
        for size in smaller {
            if let Some(ending) = paths.ending(size.data_codewords()) {
                let mut codewords = Vec::with_capacity(size.codewords());
                paths.write(ending, &mut codewords);
                pad(&mut codewords, size);
                return Ok((size, codewords));
            }
        }
    }
    let size = plain.ok_or_else(too_long)?;
    let mut codewords = Vec::with_capacity(size.codewords());
    codewords.push(FNC1);
    write_ascii(bytes, &mut codewords);
    pad(&mut codewords, size);
    Ok((size, codewords))
}

/// Codewords of a content in ASCII.
pub(super) fn ascii_length(bytes: &[u8]) -> usize {
    let (mut length, mut half_a_pair) = (bytes.len(), false);
    for byte in bytes {
        let second = byte.is_ascii_digit() && half_a_pair;
        length -= usize::from(second);
        half_a_pair = byte.is_ascii_digit() && !second;
    }
    length
}

pub(super) fn write_ascii(bytes: &[u8], codewords: &mut Vec<u8>) {
    let mut rest = bytes;
    loop {
        rest = match *rest {
            [] => return,
            [tens, ones, ref rest @ ..] if tens.is_ascii_digit() && ones.is_ascii_digit() => {
                codewords.push(DIGIT_PAIRS + 10 * (tens - b'0') + (ones - b'0'));
                rest
            }
            [GROUP_SEPARATOR, ref rest @ ..] => {
                codewords.push(FNC1);
                rest
            }
            [byte, ref rest @ ..] => {
                codewords.push(byte + 1);
                rest
            }
        }
    }
}

/// Fills up to the size: a first pad, then pads that the 253-state algorithm disguises.
fn pad(codewords: &mut Vec<u8>, size: SymbolSize) {
    if codewords.len() < size.data_codewords() {
        codewords.push(PAD);
    }
    while codewords.len() < size.data_codewords() {
        let place = codewords.len() + 1;
        let disguised = usize::from(PAD) + (149 * place) % 253 + 1;
        codewords.push(if disguised > 254 { disguised - 254 } else { disguised } as u8);
    }
}

/// Costs are counted in twelfths of a codeword: thirds and quarters come out whole.
const CODEWORD: u32 = 12;
const NEVER: u32 = u32::MAX / 4;
/// At the end of a symbol the way back to ASCII can be saved, with at most this many characters
/// behind it.
const END: usize = 4;

/// A lower bound on the data codewords that any mixture of encodations needs, FNC1 included.
///
/// It is the cheapest path over (character, encodation) where characters of a triplet or quadruplet
/// cost their share even if the group stays unfilled, so no real encoding is cheaper.
fn fewest_codewords(bytes: &[u8]) -> usize {
    // Cheapest so far, ending in each encodation.
    let (mut ascii, mut ascii_before) = (0, NEVER);
    let (mut c40, mut text, mut x12, mut edifact) = (NEVER, NEVER, NEVER, NEVER);
    let mut digit_before = false;
    for (at, &byte) in bytes.iter().enumerate() {
        let latch = ascii + CODEWORD;
        let digit = byte.is_ascii_digit();
        let (in_c40, in_text, in_x12) = match byte {
            b'0'..=b'9' => (8, 8, 8),
            b'A'..=b'Z' => (8, 16, 8),
            b'a'..=b'z' => (16, 8, NEVER),
            b'*' | b'>' => (16, 16, 8),
            _ => (16, 16, NEVER),
        };
        let in_edifact = if (b' '..=b'^').contains(&byte) { 9 } else { NEVER };
        c40 = c40.min(latch) + in_c40;
        text = text.min(latch) + in_text;
        x12 = (x12.min(latch) + in_x12).min(NEVER);
        edifact = (edifact.min(latch) + in_edifact).min(NEVER);
        let pair = if digit && digit_before { ascii_before + CODEWORD } else { NEVER };
        let plain = (ascii + CODEWORD).min(pair);
        let (back, back_edifact) =
            if bytes.len() - at - 1 <= END { (0, 0) } else { (CODEWORD, CODEWORD * 3 / 4) };
        let returned = (c40.min(text).min(x12) + back).min(edifact + back_edifact);
        ascii_before = ascii;
        ascii = plain.min(returned);
        digit_before = digit;
    }
    let cheapest = ascii.min(c40).min(text).min(x12).min(edifact);
    1 + cheapest.div_ceil(CODEWORD) as usize
}

#[cfg(test)]
mod tests {
    use datamatrix::{DataMatrixBuilder, SymbolList};
    use proptest::prelude::*;

    use super::super::decode::decode;
    use super::*;

    /// The best mixture that the `datamatrix` crate finds.
    fn best(content: &str, shape: Shape) -> Option<SymbolSize> {
        let sizes = SymbolSize::of_shape(shape).map(SymbolSize::library);
        let best = DataMatrixBuilder::new()
            .with_symbol_list(SymbolList::with_whitelist(sizes))
            .with_macros(false)
            .with_fnc1_start(true)
            .encode(content.as_bytes());
        best.ok().and_then(|best| SymbolSize::smallest(shape, best.data_codewords().len()))
    }

    #[test]
    fn a_pack_code_is_encoded_as_the_standard_shows() {
        // Digit pairs 130 + NN, other characters ASCII + 1, separators as FNC1.
        let (size, codewords) = data_codewords("0104\u{1d}a1", Shape::Square).unwrap();
        assert_eq!(size.to_string(), "14x14");
        // Pads: ISO/IEC 16022, annex B.1: 129, then 253-state.
        assert_eq!(codewords, [232, 131, 134, 232, 98, 50, 129, 56]);
    }

    #[test]
    fn a_symbol_that_is_exactly_full_is_found() {
        // The datamatrix crate finds no rectangle for this one.
        let content = "010000000000000021a\x1d1700000010a-000aa--0aaa-aaa-";
        let (size, codewords) = data_codewords(content, Shape::Rectangle).unwrap();
        assert_eq!((size.to_string().as_str(), codewords.len()), ("16x48", 49));
        // Full without its unlatch: FNC1, latch, nine capitals as three groups, one as ASCII.
        let (size, codewords) = data_codewords("ABCDEFGHIJ", Shape::Rectangle).unwrap();
        assert_eq!(size.to_string(), "8x32");
        assert_eq!(codewords[..2], [FNC1, 230]);
    }

    #[test]
    fn what_cannot_be_encoded_is_refused() {
        assert_eq!(encode("", Shape::Square), Err(EncodeError::Empty));
        assert_eq!(encode("10A B", Shape::Square), Err(EncodeError::Character(3)));
        assert_eq!(encode("10é", Shape::Square), Err(EncodeError::Character(2)));
        let digits = "1".repeat(3_115);
        assert!(encode(&digits[..3_114], Shape::Square).is_ok());
        assert!(matches!(encode(&digits, Shape::Square), Err(EncodeError::TooLong { .. })));
        assert!(matches!(encode(&digits, Shape::Rectangle), Err(EncodeError::TooLong { .. })));
        let huge = "1".repeat(10_000_000);
        assert!(matches!(encode(&huge, Shape::Square), Err(EncodeError::TooLong { .. })));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 400 } else { 4000 }))]
        #[test]
        fn the_symbol_is_never_larger_than_the_best_mixture(
            content in prop_oneof![
                "01[0-9]{14}21[A-Z2-9]{1,20}\u{1d}17[0-9]{6}10[A-Z0-9]{1,20}",
                "01[0-9]{14}21[a-z]{1,20}\u{1d}17[0-9]{6}10[a-z0-9-]{1,20}",
                "[!-~]{1,60}",
                "([0-9]{1,5}|[A-Z]{1,9}|[a-z]{1,9}|[!-/]{1,3}|\u{1d}){1,12}",
            ],
            rectangle in any::<bool>(),
        ) {
            let shape = if rectangle { Shape::Rectangle } else { Shape::Square };
            let ours = encode(&content, shape).ok();
            if let Some(ours) = &ours {
                prop_assert_eq!(decode(ours).unwrap().content, content.clone());
            }
            let ours = ours.map(|matrix| matrix.size());
            if let Some(best) = best(&content, shape) {
                prop_assert!(ours.is_some_and(|ours| ours <= best), "{:?} > {}", ours, best);
            }
        }
    }
}
