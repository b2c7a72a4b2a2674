//! The thirty sizes of Data Matrix ECC 200 (ISO/IEC 16022:2006, table 7): modules, codewords,
//! error correction. Sizes of the rectangular extension (ISO/IEC 21471) are not among them: GS1
//! General Specifications allow only these.

use datamatrix::SymbolSize as Library;

/// The outline of a symbol.
#[derive(Copy, Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Shape {
    /// As many rows as columns: what GS1 recommends.
    Square,
    /// Lower than wide, for narrow faces.
    Rectangle,
}

/// One of the thirty sizes.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SymbolSize(u8);

/// How many sizes there are.
pub(super) const SIZES: usize = FORMATS.len();

#[derive(Copy, Clone)]
struct Format {
    rows: u8,
    columns: u8,
    data: u16,
    correction: u16,
    blocks: u8,
    library: Library,
}

const fn format(
    (rows, columns): (u8, u8),
    (data, correction, blocks): (u16, u16, u8),
    library: Library,
) -> Format {
    Format { rows, columns, data, correction, blocks, library }
}

/// Squares first, each shape by growing capacity.
const FORMATS: [Format; 30] = [
    format((10, 10), (3, 5, 1), Library::Square10),
    format((12, 12), (5, 7, 1), Library::Square12),
    format((14, 14), (8, 10, 1), Library::Square14),
    format((16, 16), (12, 12, 1), Library::Square16),
    format((18, 18), (18, 14, 1), Library::Square18),
    format((20, 20), (22, 18, 1), Library::Square20),
    format((22, 22), (30, 20, 1), Library::Square22),
    format((24, 24), (36, 24, 1), Library::Square24),
    format((26, 26), (44, 28, 1), Library::Square26),
    format((32, 32), (62, 36, 1), Library::Square32),
    format((36, 36), (86, 42, 1), Library::Square36),
    format((40, 40), (114, 48, 1), Library::Square40),
    format((44, 44), (144, 56, 1), Library::Square44),
    format((48, 48), (174, 68, 1), Library::Square48),
    format((52, 52), (204, 84, 2), Library::Square52),
    format((64, 64), (280, 112, 2), Library::Square64),
    format((72, 72), (368, 144, 4), Library::Square72),
    format((80, 80), (456, 192, 4), Library::Square80),
    format((88, 88), (576, 224, 4), Library::Square88),
    format((96, 96), (696, 272, 4), Library::Square96),
    format((104, 104), (816, 336, 6), Library::Square104),
    format((120, 120), (1050, 408, 6), Library::Square120),
    format((132, 132), (1304, 496, 8), Library::Square132),
    format((144, 144), (1558, 620, 10), Library::Square144),
    format((8, 18), (5, 7, 1), Library::Rect8x18),
    format((8, 32), (10, 11, 1), Library::Rect8x32),
    format((12, 26), (16, 14, 1), Library::Rect12x26),
    format((12, 36), (22, 18, 1), Library::Rect12x36),
    format((16, 36), (32, 24, 1), Library::Rect16x36),
    format((16, 48), (49, 28, 1), Library::Rect16x48),
];

impl SymbolSize {
    /// Every size: squares first, each shape by growing capacity.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..SIZES as u8).map(Self)
    }

    /// Sizes of one shape, by growing capacity.
    pub fn of_shape(shape: Shape) -> impl DoubleEndedIterator<Item = Self> {
        Self::all().filter(move |size| size.shape() == shape)
    }

    /// The smallest size of a shape that holds so many data codewords.
    pub fn smallest(shape: Shape, data_codewords: usize) -> Option<Self> {
        Self::of_shape(shape).find(|size| size.data_codewords() >= data_codewords)
    }

    /// The size with so many rows and columns of modules, finder and clock tracks included.
    pub fn with_modules(rows: usize, columns: usize) -> Option<Self> {
        Self::all().find(|size| size.rows() == rows && size.columns() == columns)
    }

    const fn format(self) -> Format {
        FORMATS[self.0 as usize]
    }

    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }

    pub(super) const fn library(self) -> Library {
        self.format().library
    }

    /// Square or rectangle.
    pub const fn shape(self) -> Shape {
        if self.rows() == self.columns() { Shape::Square } else { Shape::Rectangle }
    }

    /// Rows of modules.
    pub const fn rows(self) -> usize {
        self.format().rows as usize
    }

    /// Columns of modules.
    pub const fn columns(self) -> usize {
        self.format().columns as usize
    }

    /// Codewords for content.
    pub const fn data_codewords(self) -> usize {
        self.format().data as usize
    }

    /// Codewords for error correction.
    pub const fn correction_codewords(self) -> usize {
        self.format().correction as usize
    }

    /// All codewords.
    pub const fn codewords(self) -> usize {
        self.data_codewords() + self.correction_codewords()
    }

    /// Interleaved Reed-Solomon blocks.
    pub const fn blocks(self) -> usize {
        self.format().blocks as usize
    }

    /// Error correction codewords of a block.
    pub const fn block_correction(self) -> usize {
        self.correction_codewords() / self.blocks()
    }

    /// Wrong codewords that a block can repair.
    pub const fn correctable(self) -> usize {
        self.block_correction() / 2
    }

    /// Modules between two finder patterns, (rows, columns): large symbols repeat the pattern.
    pub const fn region(self) -> (usize, usize) {
        let (rows, columns) = (self.rows(), self.columns());
        let regions_down = match rows {
            ..=26 => 1,
            27..=52 => 2,
            53..=104 => 4,
            _ => 6,
        };
        let regions_across = match columns {
            ..=26 => 1,
            27..=52 => 2,
            53..=104 => 4,
            _ => 6,
        };
        (rows / regions_down, columns / regions_across)
    }
}

impl std::fmt::Display for SymbolSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}x{}", self.rows(), self.columns())
    }
}

impl std::fmt::Debug for SymbolSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SymbolSize({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_grows_along_each_shape_and_fills_the_modules() {
        for shape in [Shape::Square, Shape::Rectangle] {
            let sizes: Vec<SymbolSize> = SymbolSize::of_shape(shape).collect();
            assert!(sizes.windows(2).all(|two| two[0].data_codewords() < two[1].data_codewords()));
        }
        for size in SymbolSize::all() {
            let (rows, columns) = size.region();
            let regions = (size.rows() / rows) * (size.columns() / columns);
            let data_modules = regions * (rows - 2) * (columns - 2);
            // At most four modules are left over (ISO/IEC 16022, 5.8.1).
            assert!((0..=4).contains(&(data_modules - 8 * size.codewords())), "{size}");
            assert_eq!(size.correction_codewords() % size.blocks(), 0, "{size}");
        }
    }

    #[test]
    fn the_smallest_size_holds_what_is_asked_for() {
        let of = |codewords| SymbolSize::smallest(Shape::Square, codewords).map(|s| s.to_string());
        assert_eq!(of(1).as_deref(), Some("10x10"));
        assert_eq!(of(36).as_deref(), Some("24x24"));
        assert_eq!(of(37).as_deref(), Some("26x26"));
        assert_eq!(of(1559), None);
        assert_eq!(SymbolSize::smallest(Shape::Rectangle, 50), None);
        assert_eq!(SymbolSize::with_modules(16, 48).unwrap().data_codewords(), 49);
        assert_eq!(SymbolSize::with_modules(48, 16), None);
    }
}
