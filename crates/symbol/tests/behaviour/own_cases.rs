//! Symbols of our own, module by module. zint 2.11.1 draws the very same ones
//! (`zint --barcode=DATAMATRIX --square --gs1`), and zxing-cpp 3.1.1 reads them as GS1 DataMatrix (`]d2`).

use linetwin_symbol::{Matrix, Shape, SymbolSize, decode, encode, read};

/// GTIN and serial number, digits only: an encoder has no choice.
const DIGITS: (&str, &str) = (
    "0104012345987652214711",
    "\
#.#.#.#.#.#.#.#.
##.##.....#.####
#...#..##.####..
#.##.###....####
###...#..#.###..
#.#.##.#.##.####
#######.#..###..
#..#...#.......#
#...#..#.#....#.
##.###..###.####
###.#....######.
###...#..#.##..#
##...#.#.#..##..
##..##.#..##.#.#
#..##...#.#...#.
################",
);

/// GTIN, serial number with letters and marks, expiry, lot.
const PACK: (&str, &str) = (
    "010401234598765221A7/K-3\u{1d}1728113010B:12",
    "\
#.#.#.#.#.#.#.#.#.#.#.
##.##......#..#.#....#
#...#..####...##.#....
#.##.##.....##...##.##
###...#######..##.###.
#.#.#.#...#.#..#.##.##
#####...#....#.#..##..
#..#..#..#.#.#.###.###
#...#.#..##.#.#.####..
##.###.######..###...#
###.#.##.###.#.##..##.
###...#.###.#..##.#.##
###.#.##.#####..#.###.
#.#..#......#####....#
#.......##.#.......##.
#.##...###.....#...###
#....#.#..#.#...#.....
#..##.####.#....######
####.####.####..###.#.
#.######.###.##.##...#
#.#.#.#...#...#..#..#.
######################",
);

fn matrix(picture: &str) -> Matrix {
    let rows: Vec<&[u8]> = picture.lines().map(str::as_bytes).collect();
    let size = SymbolSize::with_modules(rows.len(), rows[0].len()).unwrap();
    Matrix::from_modules(size, |row, column| rows[row][column] == b'#')
}

#[test]
fn symbols_have_the_modules_that_zint_draws() {
    for (content, picture) in [DIGITS, PACK] {
        assert!(encode(content, Shape::Square).unwrap() == matrix(picture), "{content:?}");
    }
}

#[test]
fn these_modules_are_decoded_and_their_pictures_read() {
    for (content, picture) in [DIGITS, PACK] {
        let matrix = matrix(picture);
        let decoded = decode(&matrix).unwrap();
        assert_eq!((decoded.content.as_str(), decoded.gs1), (content, true));
        let found = read(&matrix.draw(4, 2)).expect("the picture is read");
        assert_eq!(found.decoded, decoded);
    }
}

/// The two symbols correct 6 and 10 wrong codewords.
#[test]
fn a_damaged_symbol_is_repaired_up_to_what_its_size_can_correct() {
    for (content, picture) in [DIGITS, PACK] {
        let whole = matrix(picture);
        let can = whole.size().block_correction() / 2;
        for wrong in [1, can, can + 1] {
            let mut codewords = whole.codewords();
            codewords.iter_mut().take(wrong).for_each(|codeword| *codeword ^= 0xff);
            let decoded = decode(&Matrix::from_codewords(whole.size(), &codewords));
            if wrong > can {
                assert!(!decoded.is_ok_and(|decoded| decoded.content == content));
                continue;
            }
            let decoded = decoded.unwrap();
            assert_eq!(
                (decoded.content.as_str(), decoded.repaired_in_worst_block),
                (content, wrong)
            );
        }
    }
}
