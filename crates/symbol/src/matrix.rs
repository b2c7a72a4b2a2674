//! A symbol as modules: dark or light, row by row from the top left, without its quiet zone.

use super::placement::Placement;
use super::reed_solomon::append_check;
use super::size::SymbolSize;

/// The modules of one symbol, one bit each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matrix {
    size: SymbolSize,
    bits: Box<[u64]>,
}

impl Matrix {
    /// Lays out codewords, data first, then error correction.
    ///
    /// # Panics
    /// When there are not as many codewords as the size has.
    pub fn from_codewords(size: SymbolSize, codewords: &[u8]) -> Self {
        let placement = Placement::of(size);
        assert_eq!(codewords.len(), size.codewords(), "a {size} symbol is filled whole");
        let mut bits: Box<[u64]> = placement.fixed_dark.as_slice().into();
        for (&codeword, modules) in codewords.iter().zip(placement.modules.chunks_exact(8)) {
            for (bit, &module) in modules.iter().enumerate() {
                let dark = u64::from(codeword >> (7 - bit) & 1);
                bits[usize::from(module) / 64] |= dark << (module % 64);
            }
        }
        Self { size, bits }
    }

    /// Lays out data codewords, which fill the size, and appends their error correction.
    ///
    /// # Panics
    /// When there are not as many data codewords as the size has.
    pub fn from_data_codewords(size: SymbolSize, data: &[u8]) -> Self {
        let mut codewords = Vec::with_capacity(size.codewords());
        codewords.extend_from_slice(data);
        append_check(size, &mut codewords);
        Self::from_codewords(size, &codewords)
    }

    /// Takes modules as they were seen: `dark(row, column)`.
    pub fn from_modules(size: SymbolSize, dark: impl Fn(usize, usize) -> bool) -> Self {
        let mut bits = vec![0; (size.rows() * size.columns()).div_ceil(64)];
        for row in 0..size.rows() {
            for column in 0..size.columns() {
                let module = row * size.columns() + column;
                bits[module / 64] |= u64::from(dark(row, column)) << (module % 64);
            }
        }
        Self { size, bits: bits.into() }
    }

    /// Rows, columns and codewords.
    pub const fn size(&self) -> SymbolSize {
        self.size
    }

    /// Is this module dark?
    ///
    /// # Panics
    /// Outside of the symbol.
    pub fn dark(&self, row: usize, column: usize) -> bool {
        assert!(row < self.size.rows() && column < self.size.columns(), "({row}, {column})");
        let module = row * self.size.columns() + column;
        self.bits[module / 64] >> (module % 64) & 1 == 1
    }

    /// The codewords as they stand in the modules, data first, whatever the finder looks like.
    pub fn codewords(&self) -> Vec<u8> {
        let mut codewords = Vec::with_capacity(self.size.codewords());
        self.read_codewords(&mut codewords);
        codewords
    }

    pub(super) fn read_codewords(&self, into: &mut Vec<u8>) {
        let placement = Placement::of(self.size);
        into.clear();
        into.extend(placement.modules.chunks_exact(8).map(|modules| {
            modules.iter().fold(0_u8, |codeword, &module| {
                let dark = self.bits[usize::from(module) / 64] >> (module % 64) & 1;
                codeword << 1 | dark as u8
            })
        }));
    }

    /// Modules of finder and clock tracks that are not as they should be, and how many there are.
    pub fn fixed_pattern_damage(&self) -> (usize, usize) {
        let truth = Self::from_codewords(self.size, &vec![0; self.size.codewords()]);
        let (region_rows, region_columns) = self.size.region();
        let (mut wrong, mut all) = (0, 0);
        for row in 0..self.size.rows() {
            for column in 0..self.size.columns() {
                let on_edge = row % region_rows == 0
                    || row % region_rows == region_rows - 1
                    || column % region_columns == 0
                    || column % region_columns == region_columns - 1;
                if on_edge {
                    all += 1;
                    wrong += usize::from(self.dark(row, column) != truth.dark(row, column));
                }
            }
        }
        (wrong, all)
    }
}
