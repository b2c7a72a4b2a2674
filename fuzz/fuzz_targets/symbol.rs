//! Symbols: what is encoded is decoded, and no modules, codewords or files make a reader panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linetwin_fuzz::symbol::{
    Bars, Matrix, Picture, Shape, SymbolSize, decode, decode_bars, decode_codewords, encode,
    encode_gs1_128,
};

fuzz_target!(|data: &[u8]| {
    let Some((&first, rest)) = data.split_first() else { return };
    if let Ok(content) = std::str::from_utf8(rest) {
        for shape in [Shape::Square, Shape::Rectangle] {
            if let Ok(matrix) = encode(content, shape) {
                let decoded = decode(&matrix).unwrap();
                assert_eq!(decoded.content, content);
                assert!(decoded.gs1);
            }
        }
        if let Ok(bars) = encode_gs1_128(content) {
            assert_eq!(decode_bars(&bars).unwrap().content, content);
        }
    }
    let size = SymbolSize::all().nth(usize::from(first) % 30).unwrap();
    // Data codewords with their right check codewords: the content decoder sees anything.
    let mut codewords: Vec<u8> = rest.iter().copied().cycle().take(size.data_codewords()).collect();
    codewords.resize(size.data_codewords(), 129);
    let matrix = Matrix::from_data_codewords(size, &codewords);
    let _ = decode(&matrix);
    codewords.resize(size.codewords(), first);
    let _ = decode_codewords(size, codewords);
    let bits = rest.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
    let _ = decode_bars(&Bars::from_modules(bits));
    let _ = Picture::unpack(rest);
});
