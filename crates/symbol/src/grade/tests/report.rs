//! What people and programs read.

use super::*;

#[test]
fn a_symbol_has_the_mean_of_its_scans() {
    let scan = |contrast: f32| grade_clean(contrast, 1.0, 0.0, 0.0);
    let scans = [0.6, 0.6, 0.6, 0.6, 0.45].map(scan);
    let symbol = SymbolGrade::mean(&scans, Aperture::GS1, 660);
    assert_eq!((symbol.tenths, symbol.to_string().as_str()), (28, "2.8/08/660"));
    let of = |contrasts: &[f32]| {
        let scans: Vec<Grade> = contrasts.iter().copied().map(scan).collect();
        SymbolGrade::mean(&scans, Aperture::on_modules(16, 0.508), 660)
    };
    assert_eq!(of(&[0.8]).to_string(), "4.0/16/660");
    assert_eq!(of(&[0.8, 0.8, 0.6]).to_string(), "3.7/16/660");
    assert_eq!(of(&[]).tenths, 0);
    assert_eq!(of(&[0.1, 0.8]).tenths, 20);
    assert!((Aperture::on_modules(16, 0.508).modules - 0.8).abs() < 1e-9);
}

#[test]
fn a_report_names_the_edition_and_every_segment_that_is_not_best() {
    let mut print = Print::of(symbol(32, 32));
    print.flip(16, 3);
    print.flip(16, 6);
    let grade = print.grade();
    let text = grade.to_string();
    assert!(
        text.ends_with("scan grade                          3\ngraded after ISO/IEC 15415:2011")
    );
    let has =
        |words: &str| text.lines().any(|line| line.split_whitespace().eq(words.split_whitespace()));
    assert!(has("top of region 2,1 3") && has("clock damage 12.5 % 3"), "{text}");
    assert!(!text.contains("right of region"), "{text}");
    let json = serde_json::to_value(&grade).unwrap();
    assert_eq!(json["edition"], "ISO/IEC 15415:2011");
    assert_eq!(json["symbol_contrast"]["grade"], 4);
    assert_eq!(json["fixed_pattern"]["clock_segments"].as_array().unwrap().len(), 8);
    let symbol = SymbolGrade::mean([&grade], Aperture::GS1, 660);
    assert_eq!(serde_json::to_value(symbol).unwrap()["edition"], "ISO/IEC 15415:2011");
}
