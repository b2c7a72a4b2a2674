//! Data Matrix symbols that others drew: same codewords, same modules, and every picture read. The
//! pictures stand in ../shared/vectors/dm. And symbols of our
//! own at every size, drawn and read back.

use std::fs;
use std::path::{Path, PathBuf};

use linetwin_symbol::{
    Matrix, Picture, Shape, SymbolSize, data_codewords, decode, encode, read, read_by_library,
    read_thoroughly,
};

use crate::element_strings::{ElementStrings, element_string};
use crate::outside::shared;

/// One of Okapi's cases.
struct Case {
    name: String,
    content: String,
    gs1: bool,
    size: SymbolSize,
    data: Vec<u8>,
    /// The codewords that the file lists: all, and of a symbol with several blocks the first ones.
    listed: Vec<u8>,
    picture: Option<Picture>,
}

/// Fills up as ISO/IEC 16022, annex B.1, says; not with our own code.
fn padded(mut data: Vec<u8>, size: SymbolSize) -> Vec<u8> {
    let first = data.len() + 1;
    for place in first..=size.data_codewords() {
        let disguised = 129 + if place == first { 0 } else { (149 * place) % 253 + 1 };
        data.push((if disguised > 254 { disguised - 254 } else { disguised }) as u8);
    }
    data
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.to_str().is_some_and(|path| path.ends_with(ending)));
    files.sort();
    files
}

fn picture(path: &Path) -> Picture {
    Picture::unpack(&fs::read(path).unwrap()).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// `[AI]value[AI]value` into an element string: only AIs without a predefined length stand there.
fn without_brackets(bracketed: &str) -> String {
    bracketed.trim_start_matches('[').replace('[', "\u{1d}").replace(']', "")
}

fn case(path: &Path) -> Case {
    let text = fs::read_to_string(path).unwrap();
    let (head, codewords) = text.split_once("\nCODEWORDS\n").unwrap();
    let line = |key: &str| {
        let found = head.lines().find_map(|line| line.strip_prefix(key));
        found.unwrap_or_else(|| panic!("{}: {key}", path.display()))
    };
    let (columns, rows) = line("Grid Size: ").split_once(" X ").unwrap();
    let size = SymbolSize::with_modules(rows.parse().unwrap(), columns.parse().unwrap()).unwrap();
    // Okapi counts those of the first block.
    assert_eq!(
        (size.data_codewords().div_ceil(size.blocks())).to_string(),
        line("Data Codewords: ")
    );
    assert_eq!(size.block_correction().to_string(), line("ECC Codewords: "));
    let gs1 = head.contains("dataType=GS1");
    let content = line("content=").replace("\\r", "\r").replace("\\n", "\n");
    let image = path.with_extension("png");
    let data = line("Codewords: ").split(' ').map(|codeword| codeword.parse().unwrap());
    Case {
        name: path.file_stem().unwrap().to_str().unwrap().to_owned(),
        content: if gs1 { without_brackets(&content) } else { content },
        gs1,
        size,
        data: padded(data.collect(), size),
        listed: codewords.lines().filter_map(|line| line.parse().ok()).collect(),
        picture: image.exists().then(|| picture(&image)),
    }
}

fn okapi() -> Vec<Case> {
    files(&shared("vectors/dm/okapi"), ".properties").iter().map(|path| case(path)).collect()
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn data_codewords_of_okapi_get_its_error_correction_and_its_modules() {
    let cases = okapi();
    let mut pictures = 0;
    let mut sizes: Vec<String> = Vec::new();
    for case in &cases {
        let matrix = Matrix::from_data_codewords(case.size, &case.data);
        let all = if case.size.blocks() == 1 { case.size.codewords() } else { case.listed.len() };
        assert_eq!(matrix.codewords()[..all], case.listed, "{}", case.name);
        sizes.push(case.size.to_string());
        let Some(picture) = &case.picture else { continue };
        pictures += 1;
        assert_eq!(picture.width(), 10 * case.size.columns(), "{}", case.name);
        let drawn = Matrix::from_modules(case.size, |row, column| {
            picture.at(10 * column as i64 + 5, 10 * row as i64 + 5) < 128
        });
        assert!(drawn == matrix, "{}: other modules", case.name);
        assert!(matrix.draw(10, 0) == *picture, "{}: another picture", case.name);
    }
    sizes.sort();
    sizes.dedup();
    println!("{} cases, {pictures} pictures, {} sizes", cases.len(), sizes.len());
    assert_eq!((cases.len(), pictures, sizes.len()), (40, 37, 30));
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn symbols_of_okapi_are_decoded_and_their_pictures_read() {
    let cases = okapi();
    let (mut pictures, mut once, mut library) = (0, 0, 0);
    for case in &cases {
        let matrix = Matrix::from_data_codewords(case.size, &case.data);
        let decoded = decode(&matrix).unwrap_or_else(|e| panic!("{}: {e}", case.name));
        assert_eq!((&decoded.content, decoded.gs1), (&case.content, case.gs1), "{}", case.name);
        assert_eq!(decoded.repaired_in_worst_block, 0);
        let Some(picture) = &case.picture else { continue };
        let found = read_thoroughly(picture).unwrap_or_else(|| panic!("{}: unread", case.name));
        assert_eq!(found.decoded, decoded, "{}", case.name);
        pictures += 1;
        once += usize::from(read(picture).is_some_and(|found| found.decoded == decoded));
        let truth = (case.content.clone(), case.gs1);
        library += usize::from(read_by_library(picture) == Some(truth));
    }
    println!("{pictures} pictures read, {once} of them at once; by rxing alone {library}");
    assert_eq!(pictures, 37);
}

/// Where an encoder has no choice, ours says the same codewords as Okapi's.
#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn gs1_contents_of_okapi_are_encoded_alike_or_as_small() {
    let cases = okapi();
    let gs1: Vec<&Case> = cases.iter().filter(|case| case.gs1).collect();
    assert_eq!(gs1.len(), 6);
    for case in gs1 {
        let (size, codewords) = data_codewords(&case.content, Shape::Square).unwrap();
        assert_eq!(size, case.size, "{}", case.name);
        if case.name == "gs1-ascii" {
            assert_eq!(codewords, case.data);
        }
    }
}

#[test]
#[ignore = "needs ../shared/vectors: run by .ci/run"]
fn whatever_the_library_reads_in_pictures_of_zxing_is_read_here_with_the_same_content() {
    let folder = shared("vectors/dm/zxing-datamatrix-1");
    let (mut pictures, mut by_library, mut unread) = (0, 0, Vec::new());
    for path in files(&folder, ".png") {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let picture = picture(&path);
        let ours =
            read_thoroughly(&picture).map(|found| (found.decoded.content, found.decoded.gs1));
        pictures += 1;
        if let Some(library) = read_by_library(&picture) {
            by_library += 1;
            assert_eq!(ours.as_ref(), Some(&library), "{name}");
        }
        let Some((content, gs1)) = ours else {
            unread.push(name);
            continue;
        };
        // One picture's content is no text: 22 bytes without a character set.
        if let Ok(truth) = fs::read_to_string(path.with_extension("txt")) {
            // In the text file a separator stands as it came; nothing is trimmed.
            assert_eq!(content, truth, "{name}");
        }
        let notes = fs::read_to_string(path.with_extension("result.txt")).unwrap_or_default();
        assert_eq!(gs1, notes.contains("symbologyIdentifier=]d2"), "{name}");
    }
    println!("{pictures} pictures, {by_library} read by rxing alone, unread here: {unread:?}");
    // The one that neither reads is bent like a cushion.
    assert_eq!((pictures, by_library, unread), (29, 28, vec!["distorted".to_owned()]));
}

#[test]
fn symbols_of_every_size_are_read_from_their_drawn_pictures() {
    let mut source = ElementStrings::new(16_022);
    let rounds = if cfg!(debug_assertions) { 4 } else { 60 };
    for shape in [Shape::Square, Shape::Rectangle] {
        let mut smaller = 0;
        for size in SymbolSize::of_shape(shape) {
            let mut filled = 0;
            while filled < rounds {
                // A length that may choose this size: two digits or one letter a codeword.
                let (fewest, most) = (smaller + 1, 2 * size.data_codewords());
                let length = fewest + source.below(most - fewest);
                let mut content = element_string(&source.long(length));
                content.truncate(length);
                let content = content.trim_end_matches('\u{1d}');
                let Ok(matrix) = encode(content, shape) else { continue };
                if matrix.size() != size {
                    continue;
                }
                filled += 1;
                let picture = matrix.draw(2 + source.below(4), 1 + source.below(3));
                let found = read(&picture).or_else(|| read_thoroughly(&picture));
                let found = found.unwrap_or_else(|| panic!("{size} unread: {content:?}"));
                assert_eq!(found.decoded.content, content, "{size}");
                assert!(found.decoded.gs1 && found.matrix == matrix, "{size}: {content:?}");
            }
            smaller = size.data_codewords();
        }
    }
}
