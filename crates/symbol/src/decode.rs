//! Modules back into content: codewords are read, repaired where the error correction allows, and decoded.
//! The finder pattern plays no part here; it is needed to find a symbol in a picture, not to decode modules.

use super::content::{ContentError, decode_content};
use super::encode::FNC1;
use super::matrix::Matrix;
use super::reed_solomon::{check_column, from_library_order, is_sound, places_of_block};
use super::repair::repair_block;
use super::size::SymbolSize;

/// What was in a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Its content, with ASCII 29 where a separator stood.
    pub content: String,
    /// FNC1 stood first: GS1 element strings, symbology identifier `]d2` instead of `]d1`.
    pub gs1: bool,
    /// Codewords that were wrong and repaired, in the block with the most of them.
    pub repaired_in_worst_block: usize,
}

/// Why modules hold no content.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// More wrong codewords than can be repaired.
    #[error("more codewords are wrong than the error correction can repair")]
    TooManyErrors,
    /// The codewords are right and have a content that no encoder writes.
    #[error("the codewords make no content: {0}")]
    Content(#[from] ContentError),
}

/// Decodes modules.
///
/// # Errors
/// Too much damage, or codewords that make no content.
pub fn decode(matrix: &Matrix) -> Result<Decoded, DecodeError> {
    let mut codewords = Vec::with_capacity(matrix.size().codewords());
    matrix.read_codewords(&mut codewords);
    decode_codewords(matrix.size(), codewords)
}

/// Decodes codewords as they were read, data first.
///
/// # Errors
/// As [`decode`].
///
/// # Panics
/// When there are not as many codewords as the size has.
pub fn decode_codewords(size: SymbolSize, mut codewords: Vec<u8>) -> Result<Decoded, DecodeError> {
    assert_eq!(codewords.len(), size.codewords(), "a {size} symbol is read whole");
    let repaired_in_worst_block = repair(size, &mut codewords)?;
    let data = &codewords[..size.data_codewords()];
    let gs1 = data[0] == FNC1;
    let content = match plain_content(if gs1 { &data[1..] } else { data }) {
        Some(content) => content,
        None => {
            let bytes = decode_content(data, usize::from(gs1))?;
            // Without an ECI, bytes above 127 are Latin-1.
            bytes.into_iter().map(char::from).collect()
        }
    };
    Ok(Decoded { content, gs1, repaired_in_worst_block })
}

/// Repairs codewords as they were read; how many were wrong in the block with the most of them.
pub(super) fn repair(size: SymbolSize, codewords: &mut [u8]) -> Result<usize, DecodeError> {
    if is_sound(size, codewords) {
        return Ok(0);
    }
    let mut repaired = repaired(size, codewords);
    if repaired.is_none() && check_column(size, 0) != 0 {
        // Perhaps from an encoder that got the turns of the check codewords wrong.
        from_library_order(size, codewords);
        repaired = self::repaired(size, codewords);
    }
    let repaired = repaired.ok_or(DecodeError::TooManyErrors)?;
    let wrong = most_differences(size, codewords, &repaired);
    codewords.copy_from_slice(&repaired);
    Ok(wrong)
}

/// The codewords without their errors, if these are few enough.
fn repaired(size: SymbolSize, codewords: &[u8]) -> Option<Vec<u8>> {
    let mut repaired = codewords.to_vec();
    for block in 0..size.blocks() {
        let places = || places_of_block(size, block);
        let mut alone: Vec<u8> = places().map(|at| codewords[at]).collect();
        repair_block(&mut alone, size.block_correction())?;
        places().zip(alone).for_each(|(at, codeword)| repaired[at] = codeword);
    }
    // A repair that leads to no codeword of the code is none.
    is_sound(size, &repaired).then_some(repaired)
}

fn most_differences(size: SymbolSize, one: &[u8], other: &[u8]) -> usize {
    let in_block = |block| places_of_block(size, block).filter(|&at| one[at] != other[at]).count();
    (0..size.blocks()).map(in_block).max().unwrap_or(0)
}

/// Content in ASCII encodation throughout; `None` where another one is used.
fn plain_content(data: &[u8]) -> Option<String> {
    let mut content = String::with_capacity(2 * data.len());
    for &codeword in data {
        match codeword {
            1..=128 => content.push(char::from(codeword - 1)),
            129 => break,
            130..=229 => {
                let pair = codeword - 130;
                content.push(char::from(b'0' + pair / 10));
                content.push(char::from(b'0' + pair % 10));
            }
            FNC1 => content.push('\u{1d}'),
            _ => return None,
        }
    }
    Some(content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::encode::{data_codewords, encode};
    use super::super::reed_solomon::append_check;
    use super::super::size::Shape;
    use super::*;

    const PACK: &str = "010629104150021321AB2CD4EF6GHJK\u{1d}1728093010BN26A17";

    #[test]
    fn as_many_wrong_codewords_as_the_standard_allows_are_repaired_and_counted() {
        let (size, mut codewords) = data_codewords(PACK, Shape::Square).unwrap();
        append_check(size, &mut codewords);
        assert_eq!(size.correctable(), 12);
        for wrong in 0..=12 {
            let mut damaged = codewords.clone();
            for at in 0..wrong {
                damaged[(at * 5 + wrong) % 60] ^= 0x5A;
            }
            let decoded = decode_codewords(size, damaged).unwrap();
            assert_eq!(decoded.content, PACK);
            assert!(decoded.gs1);
            assert_eq!(decoded.repaired_in_worst_block, wrong);
        }
        let mut damaged = codewords;
        for at in 0..20 {
            damaged[at * 3] ^= 0x5A;
        }
        assert_eq!(decode_codewords(size, damaged), Err(DecodeError::TooManyErrors));
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_at_any_size(
            content in "([0-9]{1,9}|[A-Z]{1,9}|[a-z]{1,9}|[!-/]{1,3}|\u{1d}){1,40}",
            rectangle in any::<bool>(),
        ) {
            let shape = if rectangle { Shape::Rectangle } else { Shape::Square };
            if let Ok(matrix) = encode(&content, shape) {
                prop_assert_eq!(matrix.fixed_pattern_damage().0, 0);
                let decoded = decode(&matrix).unwrap();
                prop_assert_eq!(decoded.content, content);
                prop_assert!(decoded.gs1);
            }
        }

        #[test]
        fn no_codewords_make_the_decoder_panic(
            size in 0_usize..30,
            bytes in proptest::collection::vec(any::<u8>(), 2_178),
            repair in any::<bool>(),
        ) {
            let size = SymbolSize::all().nth(size).unwrap();
            let mut codewords = bytes[..size.data_codewords()].to_vec();
            append_check(size, &mut codewords);
            if !repair {
                codewords[0] ^= bytes[2_177];
            }
            let _ = decode_codewords(size, codewords);
            let _ = decode_codewords(size, bytes[..size.codewords()].to_vec());
        }
    }
}
