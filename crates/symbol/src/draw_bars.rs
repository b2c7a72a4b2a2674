//! GS1-128 as artwork, and found in a picture with `rxing`'s reader. Free of content.

use std::fmt::Write;

use rxing::common::HybridBinarizer;
use rxing::oned::{Code128Reader, OneDReader};
use rxing::{Binarizer, DecodeHints, RXingResultMetadataType, RXingResultMetadataValue};

use super::code128::Bars;
use super::decode::Decoded;
use super::locate::luminance;
use super::picture::Picture;

/// Modules of quiet zone on each side (General Specifications 5.4.2).
const QUIET: usize = 10;

impl Bars {
    /// Draws black bars of `height_px` on white, a module `module_px` wide, quiet zones of ten
    /// modules left and right.
    ///
    /// # Panics
    /// When `module_px` or `height_px` is 0.
    pub fn draw(&self, module_px: usize, height_px: usize) -> Picture {
        assert!(module_px > 0 && height_px > 0, "bars have at least one pixel");
        let quiet = std::iter::repeat_n(false, QUIET);
        let modules = quiet.clone().chain(self.modules().iter().copied()).chain(quiet);
        let row: Vec<u8> = modules
            .flat_map(|bar| std::iter::repeat_n(if bar { 0 } else { 255 }, module_px))
            .collect();
        Picture::new(row.len(), row.repeat(height_px))
    }

    /// Draws as SVG, one user unit a module, one rectangle a bar.
    pub fn svg(&self, height_modules: usize) -> String {
        let modules = self.modules();
        let width = modules.len() + 2 * QUIET;
        let mut path = String::new();
        let mut at = 0;
        while at < modules.len() {
            let run = modules[at..].iter().take_while(|&&bar| bar).count();
            if run > 0 {
                let _ = write!(path, "M{},0h{run}v{height_modules}h-{run}z", at + QUIET);
            }
            at += run.max(1);
        }
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height_modules}\" \
             width=\"{}\" height=\"{}\" shape-rendering=\"crispEdges\">\
             <rect width=\"{width}\" height=\"{height_modules}\" fill=\"#fff\"/>\
             <path d=\"{path}\" fill=\"#000\"/></svg>\n",
            width * 2,
            height_modules * 2
        )
    }
}

/// Looks for a Code 128 symbol along rows of a picture, from its middle outwards. Deterministic.
pub fn read_bars(picture: &Picture) -> Option<Decoded> {
    let binarizer = HybridBinarizer::new(luminance(picture)?);
    let hints = DecodeHints { AssumeGs1: Some(true), ..DecodeHints::default() };
    let height = picture.height();
    let rows = [4, 3, 5, 2, 6, 1, 7].map(|eighth| height * eighth / 8);
    rows.into_iter().find_map(|row| {
        let dark = binarizer.get_black_row(row).ok()?;
        let result = Code128Reader.decode_row(row as u32, &dark, &hints).ok()?;
        let kind =
            result.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER);
        let gs1 = matches!(
            kind,
            Some(RXingResultMetadataValue::SymbologyIdentifier(id)) if id == "]C1"
        );
        let text = result.getText();
        // Set to expect GS1, the reader writes the identifier in front of the text.
        let content = text.strip_prefix("]C1").filter(|_| gs1).unwrap_or(text).to_owned();
        Some(Decoded { content, gs1, repaired_in_worst_block: 0 })
    })
}

#[cfg(test)]
mod tests {
    use super::super::code128::encode_gs1_128;
    use super::*;

    #[test]
    fn a_drawn_label_is_read() {
        for content in ["00106141411234567897", "0110614141000415101A\u{1d}21b-7"] {
            let bars = encode_gs1_128(content).unwrap();
            let picture = bars.draw(3, 40);
            assert_eq!(picture.width(), 3 * (bars.modules().len() + 20));
            let found = read_bars(&picture).unwrap();
            assert_eq!((found.content.as_str(), found.gs1), (content, true));
            let dark: usize = bars.modules().iter().filter(|&&bar| bar).count();
            let svg = bars.svg(50);
            let widths = svg.split('h').filter_map(|rest| rest.split_once('v'));
            let drawn = widths.filter_map(|(width, _)| width.parse::<usize>().ok()).sum::<usize>();
            assert_eq!(drawn, dark);
        }
        assert!(read_bars(&Picture::new(1, vec![0])).is_none());
        assert!(read_bars(&Picture::new(200, vec![230; 40_000])).is_none());
    }
}
