//! Every size of Data Matrix with content of a formula: check codewords and modules as outside programs
//! make them. Byte i of the data is f(i) = (31 i^2 + 7 i + 5) mod 251.
//!
//! Check codewords: Python package reedsolo 1.7.0, each block `RSCodec(check, nsize=255, fcr=1,
//! prim=0x12d, generator=2)`; block k of b has the codewords at places k, k + b, ..., counted over data
//! and check together. Modules: zint 2.11.1 `--barcode=DATAMATRIX --vers=N --dump` for the digits
//! `f(i) mod 100`, two each, row by row as `1` and `0`. zxing-cpp 3.1.1 reads all thirty with that content.
//! More than 28 check codewords, and modules, stand as the first 16 bytes of their BLAKE3 hash (Python
//! package blake3 1.0.11).

use linetwin_symbol::{Matrix, SymbolSize, decode};

/// Rows, columns, check codewords of f, modules of f as digits.
const SIZES: [(usize, usize, &str, &str); 30] = [
    (10, 10, "3177e51421", "dbbcea9f073eef9b856844a2364a6476"),
    (12, 12, "78a90b2f6cdc6a", "c94fd10085642ce81487145db8a797b4"),
    (14, 14, "6bbaae5e12cb39db44bf", "b707df4c4669833b4214cf62fe155619"),
    (16, 16, "14f64d6cb60a32a2bb8a917b", "9311830cd2af0151d14e0c3a3a554a62"),
    (18, 18, "23c3e72343924ee8a2ad349d4788", "a2cc16b178b8b6bd48261469b270cc66"),
    (20, 20, "611d18eb4641caa8e58794fc8c8e3d330b3a", "bc34f1976049c22476103b4e938d56b3"),
    (22, 22, "bd3b9d0c736b14611217225a69f941e505ed673a", "16f7425ac9d4e637d0d4d41445296ba8"),
    (
        24,
        24,
        "c7551411ffec9a86093a203003babc1399e7299eaba969a2",
        "11918e962da6048948bc0acee4340043",
    ),
    (
        26,
        26,
        "b0d24f2ab5285493a23a949eecb39eb649db6e05969caf302a860612",
        "8c23b0f9423f8073438c6851c2f968f8",
    ),
    (32, 32, "6b6f2e839c602fe15fb5d5f7f394aa47", "ad3231a476a920442249d3a2f3744adc"),
    (36, 36, "1a07b85704dc4445648f44154f1d901f", "39756cbed7213db0a26c2bcd835d8bb7"),
    (40, 40, "dedc52a5c9521c47c20a90dd37184aa5", "2ebb4568dab92b51bb569324ba3eab06"),
    (44, 44, "c61ee513c4bafa1fffc67d13563c14b2", "7ee277a3fc3782b347f4d9a00a479991"),
    (48, 48, "d280d06ed097d3f2bc73b3ad175be359", "4eb78edac5fb44f19e1f080ebcad06cf"),
    (52, 52, "69600546f8f933df94e3368746ca2387", "bef6b1db0f7b244d2835406ce271a6cd"),
    (64, 64, "b7ad5e437512b9520851c28394add892", "3a4137ad3e156abbdcead871165bf9d6"),
    (72, 72, "b64ab038b599084d1af837e8657b600f", "43dc78b19b84071e3d5847276688bdaf"),
    (80, 80, "d2fc89ef9d05523dc48448dc13fca115", "c34825603a86cbe4d764b9bd94da44ea"),
    (88, 88, "91893bc5cc45ddd3da5516972f0be3ca", "67498531bd31e2e5423227f54449097b"),
    (96, 96, "fab10cc5bea3730fa6fa0bdecd0d6f33", "8617dc4934dee0b6d3d852df31c1bc15"),
    (104, 104, "a2fd204a4febf166f89cf825030ce251", "d920b4a4118b2e42b14168af013c6947"),
    (120, 120, "ce3d074e3c08d345961bb9e255826ddd", "c6f2d4f9bea5aba7637ec9b57b8d5a6a"),
    (132, 132, "2ae6249e96f26c68a06ccac8054dd473", "11ebe01c77efcd670822dc0b61f5efb7"),
    (144, 144, "8ddcec52f61037c7e9cde2427d89bdbf", "18f89708c1d9722f3f337d52f3d1ca0d"),
    (8, 18, "78a90b2f6cdc6a", "d205fe8c3caa9baf9fbbb90ac9e999fd"),
    (8, 32, "9674614e7517fba5456b52", "9223b4df3ce45f87cf19d9f703719dcb"),
    (12, 26, "c6cc2fded6dbc9b3ce3943636123", "1d3689f2a9d134eb39053b6365892940"),
    (12, 36, "611d18eb4641caa8e58794fc8c8e3d330b3a", "46e4a5d9067a9d3f9c7435a6944e2be7"),
    (
        16,
        36,
        "ea5a5f4f2c9513c8daa6eea05313b10b5e048cd2a08025bd",
        "6b51efe1f74d22dfe3971138dcce7ac6",
    ),
    (
        16,
        48,
        "f1973cc197e30d8443fdfbe3e2e7f52fc68ec502d9cb5ab0ab9e3e5d",
        "e8e8a56a4f0295274fcf9fba42d0fed6",
    ),
];

/// Data codewords, check codewords, blocks: ISO/IEC 16022, table 7.
const CAPACITY: [(usize, usize, usize); 30] = [
    (3, 5, 1),
    (5, 7, 1),
    (8, 10, 1),
    (12, 12, 1),
    (18, 14, 1),
    (22, 18, 1),
    (30, 20, 1),
    (36, 24, 1),
    (44, 28, 1),
    (62, 36, 1),
    (86, 42, 1),
    (114, 48, 1),
    (144, 56, 1),
    (174, 68, 1),
    (204, 84, 2),
    (280, 112, 2),
    (368, 144, 4),
    (456, 192, 4),
    (576, 224, 4),
    (696, 272, 4),
    (816, 336, 6),
    (1050, 408, 6),
    (1304, 496, 8),
    (1558, 620, 10),
    (5, 7, 1),
    (10, 11, 1),
    (16, 14, 1),
    (22, 18, 1),
    (32, 24, 1),
    (49, 28, 1),
];

fn f(i: usize) -> usize {
    (31 * i * i + 7 * i + 5) % 251
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash(bytes: &[u8]) -> String {
    hex(&blake3::hash(bytes).as_bytes()[..16])
}

#[test]
fn check_codewords_of_every_size_are_those_that_reedsolo_makes() {
    assert_eq!(SymbolSize::all().count(), SIZES.len());
    for ((rows, columns, expected, _), (data, correction, blocks)) in SIZES.iter().zip(CAPACITY) {
        let size = SymbolSize::with_modules(*rows, *columns).unwrap();
        assert_eq!(
            (size.data_codewords(), size.correction_codewords(), size.blocks()),
            (data, correction, blocks),
            "{size}"
        );
        let bytes: Vec<u8> = (0..data).map(|i| f(i) as u8).collect();
        let codewords = Matrix::from_data_codewords(size, &bytes).codewords();
        assert_eq!(codewords[..data], bytes, "{size}");
        let check = &codewords[data..];
        let check = if check.len() > 28 { hash(check) } else { hex(check) };
        assert_eq!(check, *expected, "{size}");
    }
}

#[test]
fn modules_of_every_size_are_those_that_zint_draws() {
    for (rows, columns, _, expected) in SIZES {
        let size = SymbolSize::with_modules(rows, columns).unwrap();
        let pairs = (0..size.data_codewords()).map(|i| f(i) % 100);
        let data: Vec<u8> = pairs.clone().map(|pair| 130 + pair as u8).collect();
        let matrix = Matrix::from_data_codewords(size, &data);
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column)));
        let modules: Vec<u8> =
            places.map(|(row, column)| b'0' + u8::from(matrix.dark(row, column))).collect();
        assert_eq!(hash(&modules), expected, "{size}");
        let decoded = decode(&matrix).unwrap();
        let digits: String = pairs.map(|pair| format!("{pair:02}")).collect();
        assert_eq!((decoded.content, decoded.gs1), (digits, false), "{size}");
    }
}

/// Any so many wrong codewords of one block, first and last ones among them, and not one more.
#[test]
fn every_block_of_every_size_repairs_half_as_many_codewords_as_it_has_check_codewords() {
    for ((rows, columns, ..), (data, correction, blocks)) in SIZES.iter().zip(CAPACITY) {
        let size = SymbolSize::with_modules(*rows, *columns).unwrap();
        let can = correction / blocks / 2;
        let bytes: Vec<u8> = (0..data).map(|i| 130 + (f(i) % 100) as u8).collect();
        let whole = Matrix::from_data_codewords(size, &bytes);
        let content = decode(&whole).unwrap().content;
        for block in [0, blocks - 1] {
            let places: Vec<usize> = (block..data + correction).step_by(blocks).collect();
            let spread = |wrong: usize| {
                let mut codewords = whole.codewords();
                for n in 0..wrong {
                    codewords[places[n * (places.len() - 1) / (wrong - 1).max(1)]] ^= 0x5a;
                }
                decode(&Matrix::from_codewords(size, &codewords))
            };
            let decoded = spread(can).unwrap();
            assert_eq!((&decoded.content, decoded.repaired_in_worst_block), (&content, can));
            let beyond = spread(can + 1).is_ok_and(|decoded| decoded.content == content);
            assert!(!beyond, "{size} repairs {} codewords", can + 1);
        }
    }
}
