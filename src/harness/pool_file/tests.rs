//! Files of codes as issuers and spreadsheets write them, and their mistakes.

use super::*;

const GTIN: &str = "06291041500213";

fn pool(name: &str, content: &[u8], crypto_codes: bool) -> (tempfile::TempDir, PoolFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    let gtin = Gtin::parse(GTIN).unwrap();
    (folder, PoolFile { path, gtin, crypto_codes })
}

/// The codes of a file, or its mistakes as (line, column, message).
fn read(
    name: &str,
    content: &[u8],
    crypto_codes: bool,
) -> Result<Vec<String>, Vec<(usize, usize, String)>> {
    let (_folder, pool) = pool(name, content, crypto_codes);
    let mut codes = Vec::new();
    let counted = pool.check().and_then(|count| {
        pool.read(&mut |code| {
            let crypto_code =
                code.crypto_code.map_or(String::new(), |crypto_code| format!(" {crypto_code:?}"));
            codes.push(format!("{}{crypto_code}", code.unit.serial));
            Ok(())
        })?;
        Ok(count)
    });
    let errors = match counted {
        Ok(count) => {
            assert_eq!(count, codes.len() as u64);
            return Ok(codes);
        }
        Err(FileErrors(errors)) => errors,
    };
    let located = errors.into_iter().map(|error| match error.place {
        Place::File(_, line, column) => (line, column, error.message),
        Place::Setting(setting) => panic!("{setting}"),
    });
    Err(located.collect())
}

fn line(serial: &str) -> String {
    format!("01{GTIN}21{serial}<GS>91EE07<GS>92c2ln{serial}\n")
}

#[test]
fn codes_are_read_however_fnc1_is_written() {
    let content = format!(
        "]d201{GTIN}21A\u{1d}91EE07\u{1d}92sA\r\n]d201{GTIN}21B<GS>91EE07<GS>92sB\n\
         \u{1d}01{GTIN}21C\u{1d}91EE07\u{1d}92sC\n01{GTIN}21D,\"<GS>92sD<GS>91EE07",
    );
    let codes = read("pool.txt", content.as_bytes(), true).unwrap();
    let crypto_code = |serial: &str, signed: &str| {
        let crypto_code = CryptoCode::new("EE07", signed).unwrap();
        format!("{serial} {crypto_code:?}")
    };
    assert_eq!(
        codes,
        [
            crypto_code("A", "sA"),
            crypto_code("B", "sB"),
            crypto_code("C", "sC"),
            crypto_code("D,\"", "sD")
        ]
    );
}

#[test]
fn the_first_column_of_csv_is_the_code() {
    let content =
        format!("\u{feff}01{GTIN}21A,2026-11-01\n\"01{GTIN}21B,\"\"1\",x\n\"]d201{GTIN}21C\"\r\n");
    assert_eq!(read("pool.CSV", content.as_bytes(), false).unwrap(), ["A", "B,\"1", "C"]);
}

#[test]
fn a_mistake_is_named_with_its_line_and_column() {
    let other = line("B").replace(GTIN, "06291041500220");
    let cases = [
        ("01062910\n".to_owned(), 1, 3, "AI 01"),
        (line("A") + "\n" + &line("B"), 2, 1, "found nothing"),
        (line("A") + &other, 2, 1, "found a code of GTIN 06291041500220, expected one of"),
        (line("A") + &line("B").replace("<GS>91EE07", ""), 2, 1, "found (01)(21)(92), expected"),
        (line("A") + "]d2" + &line("B#"), 2, 23, "AI 21"),
        (line("A") + &line("B").replace("EE07", "E 07"), 2, 27, "AI 91"),
        (line("A") + &line("B") + &line("A"), 3, 1, "found the code of line 1 again"),
        ("x".repeat(LONGEST_LINE + 2), 1, 1, "found more than 4096 bytes without an end of line"),
    ];
    for (content, at_line, at_column, message) in cases {
        let errors = read("pool.txt", content.as_bytes(), true).unwrap_err();
        let (line, column, found) = &errors[0];
        assert!(found.contains(message), "{content:?}: {found}");
        assert_eq!((*line, *column), (at_line, at_column), "{content:?}: {found}");
        assert_eq!(errors.len(), 1, "{content:?}: {errors:?}");
    }
}

#[test]
fn mistakes_of_csv_are_named_where_they_stand_in_the_file() {
    let cases = [
        (format!("\"01{GTIN}21A\"\"#\",1\n"), 1, 23, "AI 21"),
        (format!("\"01{GTIN}21A"), 1, 21, "found no closing quotation mark"),
        (format!("01{GTIN}21A\n\"01{GTIN}21B\"x"), 2, 22, "found more behind a closing"),
    ];
    for (content, at_line, at_column, message) in cases {
        let errors = read("pool.csv", content.as_bytes(), false).unwrap_err();
        let (line, column, found) = &errors[0];
        assert!(found.contains(message), "{content:?}: {found}");
        assert_eq!((*line, *column), (at_line, at_column), "{content:?}: {found}");
    }
}

#[test]
fn bytes_that_are_no_text_and_files_that_are_not_there_are_refused() {
    let errors = read("pool.txt", b"0106291041500213\xff\n", true).unwrap_err();
    assert_eq!(errors, [(1, 17, "found bytes that are no UTF-8".to_owned())]);
    let (_folder, mut pool) = pool("pool.txt", b"", true);
    assert_eq!(pool.check(), Ok(0));
    pool.path.set_file_name("missing.txt");
    assert!(pool.check().unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn a_file_of_nothing_but_mistakes_is_not_reported_in_full() {
    let errors = read("pool.txt", "x\n".repeat(1_000).as_bytes(), true).unwrap_err();
    assert_eq!(errors.len(), MOST_ERRORS);
}
