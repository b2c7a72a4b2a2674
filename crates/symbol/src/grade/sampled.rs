//! What a verifier has measured before it grades: one reflectance a module and a few figures. Made
//! from a picture (`sample.rs`), or straight from a simulated print that never became a picture.

use crate::{Matrix, SymbolSize};

/// A symbol as measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Sampled {
    size: SymbolSize,
    reflectance: Box<[f32]>,
    /// Highest reflectance in symbol and quiet zone, 0 to 1.
    pub lightest: f32,
    /// Lowest reflectance in symbol and quiet zone, 0 to 1.
    pub darkest: f32,
    /// Difference of the mean module width and height to their mean.
    pub axial_non_uniformity: f32,
    /// Largest distance of a measured grid intersection from its ideal place, in modules.
    pub grid_non_uniformity: f32,
    /// Print growth across and down, if it was measured: 0 is none, 1 as much as is tolerable,
    /// -1 as little ink as is tolerable (ISO/IEC 16022, annex M: dark share of the clock track
    /// nominally 0.50, between 0.35 and 0.65). Never graded in this edition.
    pub print_growth: Option<[f32; 2]>,
}

impl Sampled {
    /// Takes reflectances (0 to 1) at module centres, row by row, with a quiet zone of one module
    /// on all sides: `(rows + 2) * (columns + 2)` values. Lightest and darkest are taken from among
    /// them; the grid is taken to be perfect.
    ///
    /// # Panics
    /// When there are more or fewer values.
    pub fn new(size: SymbolSize, reflectance: Vec<f32>) -> Self {
        let expected = (size.rows() + 2) * (size.columns() + 2);
        assert_eq!(reflectance.len(), expected, "a {size} symbol with its quiet zone");
        let lightest = reflectance.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let darkest = reflectance.iter().copied().fold(f32::INFINITY, f32::min);
        Self {
            size,
            reflectance: reflectance.into(),
            lightest,
            darkest,
            axial_non_uniformity: 0.0,
            grid_non_uniformity: 0.0,
            print_growth: None,
        }
    }

    /// A flawless print: every light module and the quiet zone as light as `light`, every dark one
    /// as dark as `dark`.
    pub fn flawless(matrix: &Matrix, light: f32, dark: f32) -> Self {
        let size = matrix.size();
        let mut reflectance = vec![light; (size.rows() + 2) * (size.columns() + 2)];
        for row in 0..size.rows() {
            let line = &mut reflectance[(row + 1) * (size.columns() + 2) + 1..][..size.columns()];
            for (column, value) in line.iter_mut().enumerate() {
                if matrix.dark(row, column) {
                    *value = dark;
                }
            }
        }
        Self::new(size, reflectance)
    }

    /// Rows, columns, codewords.
    pub const fn size(&self) -> SymbolSize {
        self.size
    }

    /// Reflectances row by row, quiet zone included: the symbol's own first module stands at row 1,
    /// column 1 of `columns + 2`.
    pub fn reflectance(&self) -> &[f32] {
        &self.reflectance
    }

    /// The modules at the global threshold, halfway between lightest and
    /// darkest, for the reference decode.
    pub fn modules(&self) -> Matrix {
        let threshold = f32::midpoint(self.lightest, self.darkest);
        let columns = self.size.columns() + 2;
        Matrix::from_modules(self.size, |row, column| {
            self.reflectance[(row + 1) * columns + column + 1] < threshold
        })
    }
}
