//! Every parameter at every limit, on modules whose answer is known on paper. No certified test
//! pictures of Data Matrix exist in public; these take their place.

use crate::placement::Placement;
use crate::{Matrix, Shape, SymbolSize, decode, encode};

use super::*;

const PACK: &str = "010629104150021321AB2CD4EF6GHJK\u{1d}1728093010BN26A17";
const LIGHT: f32 = 0.9;
const DARK: f32 = 0.1;
const THRESHOLD: f32 = 0.5;

/// A symbol of 24 x 24: 60 codewords in one block, 24 of them for correction.
fn pack() -> Matrix {
    encode(PACK, Shape::Square).unwrap()
}

/// A symbol of any size.
fn symbol(rows: usize, columns: usize) -> Matrix {
    let size = SymbolSize::with_modules(rows, columns).unwrap();
    let mut codewords: Vec<u8> = vec![129; size.data_codewords()];
    codewords[..2].copy_from_slice(&[232, 142]);
    crate::reed_solomon::append_check(size, &mut codewords);
    Matrix::from_codewords(size, &codewords)
}

/// Modules of a print, to be spoilt one by one; rows and columns count from the symbol's first
/// module, -1 is the quiet zone.
struct Print {
    matrix: Matrix,
    values: Vec<f32>,
}

impl Print {
    fn of(matrix: Matrix) -> Self {
        let values = Sampled::flawless(&matrix, LIGHT, DARK).reflectance().to_vec();
        Self { matrix, values }
    }

    fn at(&mut self, row: isize, column: isize) -> &mut f32 {
        let stride = self.matrix.size().columns() as isize + 2;
        &mut self.values[((row + 1) * stride + column + 1) as usize]
    }

    /// Moves a module to a modulation, on its own side of the threshold.
    fn weaken(&mut self, row: isize, column: isize, modulation: f32) {
        let value = self.at(row, column);
        let side = if *value < THRESHOLD { -1.0 } else { 1.0 };
        *value = THRESHOLD + side * modulation * (LIGHT - DARK) / 2.0;
    }

    fn flip(&mut self, row: isize, column: isize) {
        let value = self.at(row, column);
        *value = LIGHT + DARK - *value;
    }

    /// Row and column of a bit of a codeword.
    fn module(&self, codeword: usize, bit: usize) -> (isize, isize) {
        let module = Placement::of(self.matrix.size()).modules[8 * codeword + bit];
        let columns = self.matrix.size().columns() as u16;
        ((module / columns) as isize, (module % columns) as isize)
    }

    fn weaken_codewords(&mut self, codewords: impl IntoIterator<Item = usize>, modulation: f32) {
        for codeword in codewords {
            let (row, column) = self.module(codeword, 3);
            self.weaken(row, column, modulation);
        }
    }

    fn flip_codewords(&mut self, codewords: impl IntoIterator<Item = usize>) {
        for codeword in codewords {
            let (row, column) = self.module(codeword, 5);
            self.flip(row, column);
        }
    }

    fn sampled(&self) -> Sampled {
        Sampled::new(self.matrix.size(), self.values.clone())
    }

    fn grade(&self) -> Grade {
        let sampled = self.sampled();
        grade(&sampled, decode(&sampled.modules()).ok().as_ref())
    }
}

/// All grades but the overall one: SC, MOD, RM, AN, GN, UEC, FPD, decode.
fn grades(grade: &Grade) -> [u8; 8] {
    [
        grade.symbol_contrast.grade,
        grade.modulation.grade,
        grade.reflectance_margin.grade,
        grade.axial_non_uniformity.grade,
        grade.grid_non_uniformity.grade,
        grade.unused_error_correction.grade,
        grade.fixed_pattern.grade,
        grade.decode,
    ]
}

fn assert_near(value: f32, expected: f32) {
    assert!((value - expected).abs() < 1e-4, "{value} for {expected}");
}

#[test]
fn a_flawless_print_is_best_in_everything_at_every_size() {
    for size in SymbolSize::all() {
        let grade = Print::of(symbol(size.rows(), size.columns())).grade();
        assert_eq!(grades(&grade), [4; 8], "{size}");
        assert_eq!((grade.overall(), grade.grade_tenths()), (4, 40));
        assert_near(grade.modulation.value, 1.0);
        assert_near(grade.unused_error_correction.value, 1.0);
        let (rows, columns) = size.region();
        let regions = size.rows() / rows * (size.columns() / columns);
        assert_eq!(grade.fixed_pattern.clock_segments.len(), 2 * regions, "{size}");
        assert!(
            grade
                .fixed_pattern
                .clock_segments
                .iter()
                .all(|segment| { segment.transition_ratio == Parameter { value: 0.0, grade: 4 } })
        );
    }
}

#[test]
fn symbol_contrast_is_graded_at_each_limit() {
    let cases = [
        (0.71, 4),
        (0.70, 4),
        (0.69, 3),
        (0.55, 3),
        (0.54, 2),
        (0.40, 2),
        (0.39, 1),
        (0.20, 1),
        (0.19, 0),
    ];
    let matrix = pack();
    for (contrast, expected) in cases {
        let sampled = Sampled::flawless(&matrix, 0.05 + contrast, 0.05);
        let grade = grade(&sampled, decode(&matrix).ok().as_ref());
        assert_near(grade.symbol_contrast.value, contrast);
        assert_eq!(grades(&grade), [expected, 4, 4, 4, 4, 4, 4, 4], "{contrast}");
        assert_eq!(grade.overall(), expected);
        let clean = grade_clean(sampled.lightest - sampled.darkest, 1.0, 0.0, 0.0);
        assert_eq!(grades(&clean), grades(&grade));
    }
}

#[test]
fn a_plain_surface_has_no_grade_at_all() {
    let matrix = pack();
    let grade = grade(&Sampled::flawless(&matrix, 0.5, 0.5), None);
    assert_eq!(grades(&grade), [0, 0, 0, 4, 4, 0, 0, 0]);
    assert_eq!(grade.fixed_pattern.average.value, 0.0);
}

#[test]
fn modulation_of_the_whole_print_is_graded_at_each_limit() {
    let cases = [
        (0.51, 4),
        (0.50, 4),
        (0.49, 3),
        (0.40, 3),
        (0.39, 2),
        (0.30, 2),
        (0.29, 1),
        (0.20, 1),
        (0.19, 0),
    ];
    for (modulation, expected) in cases {
        let mut print = Print::of(pack());
        print.weaken_codewords(0..60, modulation);
        let grade = print.grade();
        assert_near(grade.modulation.value, modulation);
        assert_near(grade.reflectance_margin.value, modulation);
        assert_eq!(grades(&grade), [4, expected, expected, 4, 4, 4, 4, 4], "{modulation}");
        assert_eq!(grades(&grade_clean(LIGHT - DARK, modulation, 0.0, 0.0)), grades(&grade));
    }
}

#[test]
fn axial_and_grid_non_uniformity_are_graded_at_each_limit() {
    let axial = [
        (0.06, 4),
        (0.061, 3),
        (0.08, 3),
        (0.081, 2),
        (0.10, 2),
        (0.101, 1),
        (0.12, 1),
        (0.121, 0),
    ];
    let grid = [
        (0.38, 4),
        (0.381, 3),
        (0.50, 3),
        (0.501, 2),
        (0.63, 2),
        (0.631, 1),
        (0.75, 1),
        (0.751, 0),
    ];
    let decoded = decode(&pack()).ok();
    for ((an, an_grade), (gn, gn_grade)) in axial.into_iter().zip(grid) {
        let mut sampled = Sampled::flawless(&pack(), LIGHT, DARK);
        sampled.axial_non_uniformity = an;
        assert_eq!(grades(&grade(&sampled, decoded.as_ref())), [4, 4, 4, an_grade, 4, 4, 4, 4]);
        sampled.grid_non_uniformity = gn;
        let both = grade(&sampled, decoded.as_ref());
        assert_eq!(grades(&both), [4, 4, 4, an_grade, gn_grade, 4, 4, 4]);
        assert_eq!((both.axial_non_uniformity.value, both.grid_non_uniformity.value), (an, gn));
        assert_eq!(grades(&grade_clean(0.8, 1.0, an, gn)), grades(&both));
    }
}

mod codewords;
mod pattern;
mod picture;
mod report;
