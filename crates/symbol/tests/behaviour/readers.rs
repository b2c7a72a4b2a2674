//! Symbols of ours before programs that nobody here wrote: zxing-cpp and libdmtx read what we draw,
//! zint finds no smaller symbol. The tests are ignored unless asked for, since these programs do not
//! come with a clone (`pip install zxing-cpp pylibdmtx numpy`, `apt install zint`).
//!
//! `LINETWIN_SYMBOLS=10000` sets how many symbols each program gets; without it there are fewer, for
//! libdmtx and zint far fewer, because they are slow.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use linetwin_symbol::{Picture, Shape, encode, encode_gs1_128};

use crate::element_strings::{ElementStrings, bracketed, element_string};
use crate::outside;

fn symbols(without_setting: usize) -> usize {
    let setting = std::env::var("LINETWIN_SYMBOLS").ok();
    setting.map_or(without_setting, |text| text.parse().expect("LINETWIN_SYMBOLS is a number"))
}

/// A long-lived process that reads one picture after another.
struct Reader {
    process: Child,
    answers: BufReader<std::process::ChildStdout>,
}

impl Reader {
    fn start() -> Self {
        let modules = "import zxingcpp, numpy; from pylibdmtx import pylibdmtx";
        let probe = outside::run(Command::new("python3").args(["-c", modules]), "python3");
        let words = String::from_utf8_lossy(&probe.stderr);
        assert!(probe.status.success(), "this test needs zxing-cpp, pylibdmtx and numpy: {words}");
        let mut process = Command::new("python3")
            .arg(outside::project("crates/symbol/tests/behaviour/readers.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 starts");
        let answers = BufReader::new(process.stdout.take().expect("a pipe"));
        Self { process, answers }
    }

    /// Symbology identifier and content.
    fn read(&mut self, reader: &str, picture: &Picture) -> Option<(String, String)> {
        let requests = self.process.stdin.as_mut().expect("a pipe");
        writeln!(requests, "{reader} {} {}", picture.width(), picture.height()).unwrap();
        requests.write_all(picture.grey()).unwrap();
        requests.flush().unwrap();
        let mut answer = String::new();
        self.answers.read_line(&mut answer).unwrap();
        let (kind, hexadecimal) = answer.trim_end().split_once(' ')?;
        let byte = |at: usize| u8::from_str_radix(&hexadecimal[at..at + 2], 16).unwrap();
        let content = (0..hexadecimal.len()).step_by(2).map(|at| char::from(byte(at))).collect();
        Some((kind.to_owned(), content))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.answers.read_to_end(&mut Vec::new());
        let _ = self.process.wait();
    }
}

/// The n-th content: mostly packs, some cases, some long ones; one in four a rectangle if it fits.
fn content(source: &mut ElementStrings, n: usize) -> (String, Shape) {
    let elements = match n % 10 {
        0 => source.case(),
        1 => {
            let characters = source.below(400);
            source.long(characters)
        }
        _ => source.pack(),
    };
    let content = element_string(&elements);
    let rectangle = n % 4 == 3 && encode(&content, Shape::Rectangle).is_ok();
    (content, if rectangle { Shape::Rectangle } else { Shape::Square })
}

#[test]
#[ignore = "needs python3 with zxing-cpp: run by .ci/run"]
fn zxing_reads_every_symbol_as_gs1_datamatrix() {
    let mut reader = Reader::start();
    let mut source = ElementStrings::new(1);
    for n in 0..symbols(2_000) {
        let (content, shape) = content(&mut source, n);
        let picture = encode(&content, shape).unwrap().draw(3, 2);
        let found = reader.read("zxing", &picture);
        assert_eq!(found, Some(("]d2".to_owned(), content)), "symbol {n}");
    }
}

#[test]
#[ignore = "needs python3 with pylibdmtx: run by .ci/run"]
fn libdmtx_reads_every_symbol() {
    let mut reader = Reader::start();
    let mut source = ElementStrings::new(2);
    let mut unread = Vec::new();
    let number = symbols(200);
    for n in 0..number {
        let (content, shape) = content(&mut source, n);
        let matrix = encode(&content, shape).unwrap();
        // Now and then it misses a rectangle of two regions at one resolution and sees it at another.
        let found = [(4, 3), (7, 5), (5, 2)]
            .into_iter()
            .find_map(|(module_px, quiet)| reader.read("libdmtx", &matrix.draw(module_px, quiet)));
        match found {
            // It is told to write a separator for each FNC1, and does so for the first one too.
            Some((_, found)) => {
                assert_eq!(found, format!("\u{1d}{content}"), "symbol {n}, {}", matrix.size());
            }
            None => unread.push((n, matrix.size(), content)),
        }
    }
    assert!(unread.is_empty(), "{} of {number} unread: {unread:?}", unread.len());
}

#[test]
#[ignore = "needs python3 with zxing-cpp: run by .ci/run"]
fn zxing_reads_every_label_as_gs1_128() {
    let mut reader = Reader::start();
    let mut source = ElementStrings::new(3);
    let (mut labels, number) = (0, symbols(500));
    while labels < number {
        let elements = if labels % 2 == 0 { source.case() } else { source.pack() };
        let content = element_string(&elements);
        let Ok(bars) = encode_gs1_128(&content) else {
            assert!(content.len() > 48, "{content}");
            continue;
        };
        labels += 1;
        let found = reader.read("zxing-bars", &bars.draw(2, 30));
        assert_eq!(found, Some(("]C1".to_owned(), content)), "label {labels}");
    }
}

#[test]
#[ignore = "needs zint: run by .ci/run"]
fn zint_never_finds_a_smaller_square() {
    let mut source = ElementStrings::new(4);
    let (mut smaller, mut larger) = (Vec::new(), 0);
    let number = symbols(300);
    for n in 0..number {
        let elements = match n % 10 {
            0 => source.case(),
            1 => {
                let characters = source.below(400);
                source.long(characters)
            }
            _ => source.pack(),
        };
        let ours = encode(&element_string(&elements), Shape::Square).unwrap().size();
        let typed = bracketed(&elements);
        let arguments = ["--barcode=DATAMATRIX", "--square", "--gs1", "--dump", "--data", &typed];
        let output = outside::run(Command::new("zint").args(arguments), "apt install zint");
        let rows = String::from_utf8_lossy(&output.stdout).lines().count();
        assert!(rows >= 10, "{typed}: {}", String::from_utf8_lossy(&output.stderr));
        if rows < ours.rows() {
            smaller.push((typed, ours, rows));
        } else if rows > ours.rows() {
            larger += 1;
        }
    }
    println!("{number} contents: zint chose a larger square {larger} times");
    assert!(smaller.is_empty(), "{} of {number}: {smaller:?}", smaller.len());
}
