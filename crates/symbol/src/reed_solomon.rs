//! Error correction of Data Matrix: Reed-Solomon over GF(256), primitive polynomial 0x12D, roots
//! alpha^1 to alpha^n (ISO/IEC 16022, annex E).
//!
//! The check codewords are made here, with one table look-up a codeword: they are made for every
//! symbol, and made again to see at once that a symbol was read without any error. Repairing is in
//! `repair.rs`.

use std::sync::OnceLock;

use super::size::{SIZES, SymbolSize};

/// Most check codewords in a block.
const LONGEST: usize = 68;
/// Words that hold as many, eight codewords each, the first in the highest byte.
const WORDS: usize = LONGEST.div_ceil(8);

/// For one number of check codewords: what a byte leaving the shift register feeds back.
struct Feedback {
    degree: usize,
    rows: Box<[[u64; WORDS]; 256]>,
}

static FEEDBACK: [OnceLock<Feedback>; SIZES] = [const { OnceLock::new() }; SIZES];

/// Product in GF(256) by shift and add; tables are made with it.
pub(super) const fn times(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        let carry = a & 0x80 != 0;
        a <<= 1;
        if carry {
            a ^= 0x2D;
        }
        b >>= 1;
    }
    product
}

impl Feedback {
    fn of(size: SymbolSize) -> &'static Self {
        FEEDBACK[size.index()].get_or_init(|| Self::work_out(size.block_correction()))
    }

    fn work_out(degree: usize) -> Self {
        // The generator's coefficients, highest power first, without the leading 1.
        let mut generator = vec![0_u8; degree];
        let mut root = 1;
        for known in 0..degree {
            root = times(root, 2);
            // (x^known + ...) * (x - root): what stood at x^k moves up, root times it stays.
            let mut above = 1;
            for coefficient in generator.iter_mut().take(known + 1) {
                let here = *coefficient;
                *coefficient = here ^ times(above, root);
                above = here;
            }
        }
        let mut rows = Box::new([[0; WORDS]; 256]);
        for (byte, row) in rows.iter_mut().enumerate() {
            for (place, coefficient) in generator.iter().enumerate() {
                row[place / 8] |= u64::from(times(byte as u8, *coefficient)) << shift(place);
            }
        }
        Self { degree, rows }
    }
}

/// Appends the check codewords of `data`, interleaved as the size requires.
///
/// # Panics
/// When `data` is not as long as the size's data.
pub(super) fn append_check(size: SymbolSize, data: &mut Vec<u8>) {
    let count = size.data_codewords();
    assert_eq!(data.len(), count, "check codewords belong to a full {size} symbol");
    data.resize(size.codewords(), 0);
    let (data, check) = data.split_at_mut(count);
    write_check(size, data, check);
}

/// True when data and check codewords agree, so that nothing is to be repaired.
pub(super) fn is_sound(size: SymbolSize, codewords: &[u8]) -> bool {
    let (data, check) = codewords.split_at(size.data_codewords());
    let mut expected = [0; 10 * LONGEST];
    let expected = &mut expected[..size.correction_codewords()];
    write_check(size, data, expected);
    check == expected
}

/// Where a block's check codewords stand among those of all blocks. Blocks take turns, and the turn
/// goes on from the data: at 144x144, whose 1558 data codewords do not divide among its ten blocks,
/// the first check codeword is the ninth block's. Encoders have got that wrong (zxing-cpp issue 259),
/// the `datamatrix` crate among them.
pub(super) const fn check_column(size: SymbolSize, block: usize) -> usize {
    (block + size.blocks() - size.data_codewords() % size.blocks()) % size.blocks()
}

/// Where a block's codewords stand among all: data, then check.
pub(super) fn places_of_block(size: SymbolSize, block: usize) -> impl Iterator<Item = usize> {
    let data = size.data_codewords();
    let check = data + check_column(size, block)..size.codewords();
    (block..data).step_by(size.blocks()).chain(check.step_by(size.blocks()))
}

/// Turns check codewords around between our order and the `datamatrix` crate's, in which every turn
/// begins with the first block.
#[cfg(test)]
pub(super) fn into_library_order(size: SymbolSize, codewords: &mut [u8]) {
    for turn in codewords[size.data_codewords()..].chunks_exact_mut(size.blocks()) {
        turn.rotate_left(check_column(size, 0));
    }
}

/// The way back.
pub(super) fn from_library_order(size: SymbolSize, codewords: &mut [u8]) {
    for turn in codewords[size.data_codewords()..].chunks_exact_mut(size.blocks()) {
        turn.rotate_right(check_column(size, 0));
    }
}

/// Where a codeword stands in its word.
const fn shift(place: usize) -> usize {
    56 - place % 8 * 8
}

fn write_check(size: SymbolSize, data: &[u8], check: &mut [u8]) {
    let feedback = Feedback::of(size);
    // The sizes of packs get loops without a counter.
    match feedback.degree.div_ceil(8) {
        ..=2 => write_words::<2>(feedback, size, data, check),
        3 => write_words::<3>(feedback, size, data, check),
        4 => write_words::<4>(feedback, size, data, check),
        _ => write_words::<WORDS>(feedback, size, data, check),
    }
}

/// With a shift register of so many words.
fn write_words<const N: usize>(
    feedback: &Feedback,
    size: SymbolSize,
    data: &[u8],
    check: &mut [u8],
) {
    let (degree, blocks) = (feedback.degree, size.blocks());
    for block in 0..blocks {
        // What lies behind the degree stays zero: nothing is ever fed into it.
        let mut register = [0_u64; N];
        for &codeword in data[block..].iter().step_by(blocks) {
            let row = &feedback.rows[usize::from(codeword ^ (register[0] >> 56) as u8)];
            for word in 0..N {
                let next = if word + 1 < N { register[word + 1] >> 56 } else { 0 };
                register[word] = (register[word] << 8 | next) ^ row[word];
            }
        }
        let column = check_column(size, block);
        for place in 0..degree {
            check[column + place * blocks] = (register[place / 8] >> shift(place)) as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_codewords_are_those_of_the_library_at_every_size() {
        for size in SymbolSize::all() {
            let data: Vec<u8> = (0..size.data_codewords())
                .map(|at| (at * 89 + 7) as u8 ^ (at >> 3) as u8)
                .collect();
            let mut ours = data.clone();
            append_check(size, &mut ours);
            assert!(is_sound(size, &ours), "{size}");
            let theirs = datamatrix::errorcode::encode_error(&data, size.library());
            into_library_order(size, &mut ours);
            assert_eq!(ours[data.len()..], theirs, "{size}");
            from_library_order(size, &mut ours);
            assert!(is_sound(size, &ours), "{size}");
            ours[0] ^= 1;
            assert!(!is_sound(size, &ours), "{size}");
        }
    }
}
