//! Finding a Data Matrix in a picture and reading it, with the detector of `rxing`, a port of
//! ZXing's. Repair and decoding are ours (`decode.rs`), so that what was repaired is known; what we
//! do not decode (structured append, ECI) is left to `rxing` too.

use rxing::common::{DetectorRXingResult, HybridBinarizer};
use rxing::datamatrix::decoder::Decoder;
use rxing::datamatrix::detector::zxing_cpp_detector::detect;
use rxing::{
    Binarizer, BinaryBitmap, DecodeHints, Luma8LuminanceSource, RXingResultMetadataType,
    RXingResultMetadataValue, Reader, common::BitMatrix, common::GlobalHistogramBinarizer,
    datamatrix::DataMatrixReader,
};

use super::decode::{Decoded, decode};
use super::matrix::Matrix;
use super::picture::Picture;
use super::size::SymbolSize;
use super::upright::{Dark, read_upright};

/// A point of a picture, in pixels from the outer edge of the top left one.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Point {
    /// Rightwards.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// A symbol found in a picture.
#[derive(Clone, Debug)]
pub struct Located {
    /// Its modules as they were seen.
    pub matrix: Matrix,
    /// Outer corners as the symbol itself stands: top left, top right, bottom right, bottom left,
    /// where bottom left is the corner of the L.
    pub corners: [Point; 4],
    /// What was in it.
    pub decoded: Decoded,
}

/// Looks once, as a line camera has time for. Deterministic.
pub fn read(picture: &Picture) -> Option<Located> {
    let source = luminance(picture)?;
    let bits = HybridBinarizer::new(source).get_black_matrix().ok()?.clone();
    read_bits(&bits, false)
}

/// Looks harder: other thresholds, light on dark, more starting points, seen in a mirror, modules of
/// single pixels. For files.
pub fn read_thoroughly(picture: &Picture) -> Option<Located> {
    if let Some(found) = read(picture) {
        return Some(found);
    }
    let hybrid = HybridBinarizer::new(luminance(picture)?).get_black_matrix().ok()?.clone();
    let global =
        GlobalHistogramBinarizer::new(luminance(picture)?).get_black_matrix().ok()?.clone();
    let both = [hybrid, global].into_iter().flat_map(|bits| {
        let mut inverted = bits.clone();
        inverted.flip_self();
        [bits, inverted]
    });
    let tries: Vec<BitMatrix> = both.collect();
    let by_edges = tries.iter().find_map(|bits| read_bits(bits, true));
    by_edges.or_else(|| tries.iter().find_map(upright))
}

fn upright(bits: &BitMatrix) -> Option<Located> {
    let at = |x: usize, y: usize| bits.get(x as u32, y as u32);
    let (width, height) = (bits.getWidth() as usize, bits.getHeight() as usize);
    read_upright(&Dark { width, height, at: &at })
}

/// The result of `rxing` by itself: content and whether FNC1 stood first. For pictures whose content only it
/// decodes.
pub fn read_by_library(picture: &Picture) -> Option<(String, bool)> {
    let mut hints = DecodeHints { TryHarder: Some(true), ..DecodeHints::default() };
    let mut attempt = |pure: Option<bool>| {
        hints.PureBarcode = pure;
        let mut bitmap = BinaryBitmap::new(HybridBinarizer::new(luminance(picture)?));
        DataMatrixReader.decode_with_hints(&mut bitmap, &hints).ok()
    };
    let result = attempt(None).or_else(|| attempt(Some(true)))?;
    let kind = result.getRXingResultMetadata().get(&RXingResultMetadataType::SYMBOLOGY_IDENTIFIER);
    let gs1 =
        matches!(kind, Some(RXingResultMetadataValue::SymbologyIdentifier(id)) if id == "]d2");
    Some((result.getText().to_owned(), gs1))
}

pub(super) fn luminance(picture: &Picture) -> Option<Luma8LuminanceSource> {
    let (width, height) = (picture.width() as u32, picture.height() as u32);
    Luma8LuminanceSource::new(picture.grey().to_vec(), width, height).ok()
}

fn read_bits(bits: &BitMatrix, harder: bool) -> Option<Located> {
    let found = detect(bits, harder, true).ok()?;
    found.iter().find_map(|symbol| {
        let corner = |at: usize| {
            let point = symbol.getPoints()[at];
            Point { x: f64::from(point.x), y: f64::from(point.y) }
        };
        let corners = [0, 1, 2, 3].map(corner);
        let modules = symbol.getBits();
        read_modules(modules, corners).or_else(|| {
            let [top_left, top_right, bottom_right, bottom_left] = corners;
            let corners = [bottom_right, top_right, top_left, bottom_left];
            if harder { read_modules(&in_mirror(modules)?, corners) } else { None }
        })
    })
}

fn read_modules(modules: &BitMatrix, corners: [Point; 4]) -> Option<Located> {
    let size = SymbolSize::with_modules(modules.getHeight() as usize, modules.getWidth() as usize)?;
    let matrix = Matrix::from_modules(size, |row, column| modules.get(column as u32, row as u32));
    let decoded = decode(&matrix).ok().or_else(|| by_library(modules))?;
    Some(Located { matrix, corners, decoded })
}

/// Modules seen from behind: the corner of the L stays at the bottom left.
fn in_mirror(modules: &BitMatrix) -> Option<BitMatrix> {
    let (width, height) = (modules.getWidth(), modules.getHeight());
    let mut mirrored = BitMatrix::new(height, width).ok()?;
    for y in 0..width {
        for x in 0..height {
            mirrored.set_bool(x, y, modules.get(width - 1 - y, height - 1 - x));
        }
    }
    Some(mirrored)
}

/// Contents that only the library decodes; how much was repaired stays unknown.
fn by_library(modules: &BitMatrix) -> Option<Decoded> {
    let result = Decoder::new().decode(modules).ok()?;
    let gs1 = result.getSymbologyModifier() == 2;
    Some(Decoded { content: result.getText().to_owned(), gs1, repaired_in_worst_block: 0 })
}

#[cfg(test)]
mod tests {
    use super::super::encode::encode;
    use super::super::size::Shape;
    use super::*;

    #[test]
    fn a_drawn_symbol_is_found_where_it_was_drawn() {
        for (content, shape) in [("0106291041500213", Shape::Square), ("10AB", Shape::Rectangle)] {
            let matrix = encode(content, shape).unwrap();
            let picture = matrix.draw(5, 2);
            let found = read(&picture).unwrap();
            assert_eq!(found.decoded.content, content);
            assert!(found.decoded.gs1);
            assert_eq!(found.matrix, matrix);
            let [top_left, _, bottom_right, _] = found.corners;
            let (right, bottom) = (matrix.size().columns() * 5 + 10, matrix.size().rows() * 5 + 10);
            for (found, drawn) in [
                (top_left.x, 10.0),
                (top_left.y, 10.0),
                (bottom_right.x, right as f64),
                (bottom_right.y, bottom as f64),
            ] {
                assert!((found - drawn).abs() < 1.5, "{found} for {drawn}");
            }
        }
    }

    #[test]
    fn nothing_is_found_on_plain_paper() {
        let paper = Picture::new(200, vec![230; 40_000]);
        assert!(read(&paper).is_none());
        assert!(read_thoroughly(&paper).is_none());
        assert!(read(&Picture::new(1, vec![0])).is_none());
        assert!(read_thoroughly(&Picture::new(1, vec![0])).is_none());
        assert!(read_by_library(&Picture::new(2, vec![0; 4])).is_none());
    }
}
