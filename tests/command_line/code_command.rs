//! `linetwin code` through the front door: make a code, read it, grade it, take its text apart; and
//! what happens to input that is none.

use std::fs;
use std::path::Path;
use std::process::Output;

use linetwin::symbol::Picture;

use crate::common::program::linetwin;

const PACK: &str = "(01)06291041500213(21)AB12(17)280930(10)L7";

fn code(arguments: &[&str]) -> Output {
    linetwin(&[&["code"], arguments].concat())
}

fn printed(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn refused(output: &Output, exit: i32) -> String {
    assert_eq!(output.status.code(), Some(exit), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn at(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_code_is_made_read_and_graded() {
    let folder = tempfile::tempdir().unwrap();
    for (kind, size) in [("square", "20x20"), ("rectangle", "12x36")] {
        let png = at(folder.path(), &format!("{kind}.png"));
        let made = printed(&code(&["encode", PACK, "--symbol", kind, "--out", &png]));
        assert_eq!(made, format!("{png}: {PACK}, {size}\n"));
        let read = printed(&code(&["decode", &png]));
        assert_eq!(read, format!("{png}: ]d2 {PACK}, {size}\n"));
        let graded = printed(&code(&["grade", &png]));
        assert!(graded.contains("symbol grade 4.0/08/660, one scan"), "{graded}");
        assert!(graded.contains("graded after ISO/IEC 15415:2011"), "{graded}");
        let json: serde_json::Value =
            serde_json::from_str(&printed(&code(&["grade", &png, &png, "--json"]))).unwrap();
        assert_eq!(json["symbol_grade"], "4.0/08/660");
        assert_eq!(json["scans"].as_array().unwrap().len(), 2);
    }
    let label = at(folder.path(), "label.png");
    let text = "(00)106141412345678908";
    printed(&code(&["encode", text, "--symbol", "gs1-128", "--out", &label]));
    assert_eq!(printed(&code(&["decode", &label])), format!("{label}: ]C1 {text}\n"));
    let svg = at(folder.path(), "pack.svg");
    printed(&code(&["encode", PACK, "--out", &svg]));
    let drawn = fs::read_to_string(&svg).unwrap();
    assert!(drawn.starts_with("<svg") && drawn.trim_end().ends_with("</svg>"));
}

#[test]
fn every_form_of_a_text_is_understood() {
    let forms = [
        PACK.to_owned(),
        "]d2010629104150021321AB12<GS>1728093010L7".to_owned(),
        "010629104150021321AB12\u{1d}1728093010L7".to_owned(),
        "^010629104150021321AB12^1728093010L7".to_owned(),
    ];
    for form in &forms {
        let json = printed(&code(&["parse", form, "--json"]));
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["bracketed"], PACK, "{form}");
        assert_eq!(json["pairings"], "right");
        assert_eq!(json["elements"][1]["title"], "SERIAL");
        let linked = printed(&code(&["link", form, "--prefix-length", "7"]));
        assert_eq!(
            linked,
            "https://id.gs1.org/01/06291041500213/10/L7/21/AB12?17=280930\n\
             canonical: https://id.gs1.org/01/06291041500213/21/AB12\n\
             EPC: urn:epc:id:sgtin:6291041.050021.AB12\n"
        );
    }
    for form in
        ["https://shop.example/x/01/06291041500213/21/AB12", "urn:epc:id:sgtin:6291041.050021.AB12"]
    {
        let text = printed(&code(&["parse", form]));
        assert!(text.contains("as a message: 010629104150021321AB12\n"), "{text}");
    }
    let alone = printed(&code(&["parse", "(21)AB12"]));
    assert!(alone.contains("AI 21 stands without what it needs"), "{alone}");
}

#[test]
fn texts_that_are_none_are_refused_with_their_place() {
    let long = format!("(10){}", "1".repeat(100_000));
    let cases = [
        ("", "found nothing"),
        ("hello", "found `hello` at position 0, expected an Application Identifier"),
        ("(01)06291041500214", "AI 01 at position 17: expected the right check digit"),
        ("(17)281301", "AI 17 at position 6: expected a month from 01 to 12"),
        ("(99", "expected a closing bracket"),
        ("]d1HELLO", "found symbology identifier `]d1`"),
        ("http://", "expected a domain and a path"),
        ("https://a.b/01/06291041500213?21=A", "this one belongs into the path"),
        ("urn:epc:id:sgtin:1.2.3", "expected a company prefix of 6 to 12 digits"),
        (&long, "found 100004 bytes, expected at most 8192"),
    ];
    let folder = tempfile::tempdir().unwrap();
    for (text, expected) in cases {
        for command in ["parse", "link"] {
            let message = refused(&code(&[command, "--", text]), 2);
            assert!(message.contains(expected), "{command} {text:.40}: {message}");
            assert_eq!(message.trim_end().lines().count(), 1, "{message}");
        }
        let out = at(folder.path(), "never.png");
        refused(&code(&["encode", "--out", &out, "--", text]), 2);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn codes_that_may_not_be_printed_are_not_made() {
    let folder = tempfile::tempdir().unwrap();
    let out = at(folder.path(), "never.png");
    let day_00 = refused(&code(&["encode", "(01)06291041500213(17)280900", "--out", &out]), 2);
    assert!(day_00.contains("day 00 may not be made"), "{day_00}");
    for forbidden in [
        "(01)06291041500213(10)A(10)B",
        "(01)06291041500213(21)A(235)B",
        "(10)A(01)06291041500213(17)280930(17)280900",
    ] {
        refused(&code(&["encode", forbidden, "--out", &out]), 2);
        refused(&code(&["link", forbidden]), 2);
    }
    let ending = refused(&code(&["encode", PACK, "--out", &at(folder.path(), "never.gif")]), 2);
    assert!(ending.contains("expected a name in .png or .svg"), "{ending}");
    let label = format!("(95){}", "A".repeat(60));
    let long = refused(&code(&["encode", &label, "--symbol", "gs1-128", "--out", &out]), 2);
    assert!(long.contains("48"), "{long}");
    let nowhere = at(folder.path(), "no/such/folder.png");
    let nowhere = refused(&code(&["encode", PACK, "--out", &nowhere]), 2);
    assert!(nowhere.contains("it cannot be written"), "{nowhere}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was written");
}

#[test]
fn files_that_are_no_pictures_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let good = at(folder.path(), "good.png");
    printed(&code(&["encode", PACK, "--out", &good]));
    let whole = fs::read(&good).unwrap();
    // A small file of a hundred million pixels: refused before it is unpacked.
    let bomb = Picture::new(10_000, vec![255; 100_000_000]).png();
    let jpeg_head = [0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x10, b'J', b'F', b'I', b'F', 0];
    let cases: [(&str, &[u8], &str); 6] = [
        ("empty.png", b"", "found no picture, expected PNG or JPEG"),
        ("text.png", b"(01)06291041500213", "found no picture, expected PNG or JPEG"),
        ("half.png", &whole[..whole.len() / 2], "the picture is damaged"),
        ("head.png", &whole[..20], "the picture is damaged"),
        ("head.jpg", &jpeg_head, "the picture is damaged"),
        ("bomb.png", &bomb, "found 10000 x 10000 pixels, expected at most 25000000"),
    ];
    for (name, bytes, expected) in cases {
        let path = at(folder.path(), name);
        fs::write(&path, bytes).unwrap();
        for command in ["decode", "grade"] {
            let message = refused(&code(&[command, &path]), 2);
            assert!(message.contains(expected) && message.contains(name), "{command}: {message}");
        }
    }
    let gone = refused(&code(&["decode", &at(folder.path(), "gone.png")]), 2);
    assert!(gone.contains("it cannot be read"), "{gone}");
    let a_folder = refused(&code(&["decode", folder.path().to_str().unwrap()]), 2);
    assert!(a_folder.contains("it cannot be read"), "{a_folder}");
    // One bad file does not hide what is in the others.
    let both = code(&["decode", &at(folder.path(), "empty.png"), &good]);
    assert_eq!(both.status.code(), Some(2));
    assert!(String::from_utf8(both.stdout).unwrap().contains(PACK));
}

#[test]
fn a_picture_without_a_symbol_is_exit_code_1() {
    let folder = tempfile::tempdir().unwrap();
    let paper = at(folder.path(), "paper.png");
    fs::write(&paper, Picture::new(300, vec![230; 60_000]).png()).unwrap();
    let output = code(&["decode", &paper]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stdout).unwrap().contains("no symbol was found"));
    assert!(
        refused(&code(&["grade", &paper]), 1).contains("no Data Matrix was found that can be read")
    );
}

#[test]
fn pictures_with_bytes_changed_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let good = at(folder.path(), "good.png");
    printed(&code(&["encode", PACK, "--module-px", "3", "--out", &good]));
    let whole = fs::read(&good).unwrap();
    let mut bits: u64 = 1;
    for _ in 0..2_000 {
        let mut changed = whole.clone();
        for _ in 0..3 {
            bits = bits
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let place = (bits >> 33) as usize % changed.len();
            changed[place] = (bits >> 17) as u8;
        }
        if let Ok(picture) = Picture::unpack(&changed) {
            let _ = linetwin::symbol::read_thoroughly(&picture);
        }
    }
}
