//! The outcome of a print without a camera in between: its modules as they appear, a reader's result, its
//! grade. And a camera's result of a picture.

use super::decode::decode;
use super::grade::{Aperture, Sampled, grade, grade_clean, sample};
use super::matrix::Matrix;
use super::picture::Picture;
use super::print::{PAPER, Print, Quality};
use super::taught::{Taught, read_taught};

/// How much of a symbol a run computes.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Fidelity {
    /// A read is a probability; nothing is encoded but trial prints, which show the effect of a defect.
    Model,
    /// Every code is encoded into modules, damaged as its print is, and decoded.
    #[default]
    Symbol,
    /// Every print is photographed, and the picture decoded and graded.
    Raster,
}

/// Aperture of the grade, as a share of a module.
const GRADING_APERTURE: f64 = Aperture::GS1.modules;
/// Symbol contrast of grade 1 (ISO/IEC 15415, 7.8.3).
const LOWEST_ORDINARY_CONTRAST: f64 = 0.2;
/// A reader looks at the middle of a module.
const READING_APERTURE: f64 = 0.5;

/// The result of looking at a symbol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Its content, if it could be read.
    pub content: Option<String>,
    /// Its grade in tenths, 0 if it could not be read.
    pub grade_tenths: u8,
}

impl Print {
    /// The grade in tenths of a print in which nothing went wrong, whatever its content.
    pub fn ordinary_grade(quality: Quality) -> u8 {
        let modulation = Self::worst_modulation(quality, GRADING_APERTURE);
        let contrast = quality.contrast.min(PAPER) as f32;
        grade_clean(contrast, modulation as f32, 0.0, 0.0).grade_tenths()
    }

    /// True when nothing but flaws can spoil a print of this quality. Where contrast or modulation are lower,
    /// single modules decide, and each print has to be examined.
    pub fn is_ordinary(quality: Quality) -> bool {
        let modulation = Self::worst_modulation(quality, GRADING_APERTURE);
        modulation >= 0.5 && quality.contrast >= LOWEST_ORDINARY_CONTRAST
    }

    /// The truth about a print: its modules as they appear, and its grade in tenths; `None` where
    /// they cannot be read, or as something else than was meant.
    pub fn appearance(&self) -> (Matrix, Option<u8>) {
        if self.flaws.is_empty() && Self::is_ordinary(self.quality) {
            return (self.matrix.clone(), Some(Self::ordinary_grade(self.quality)));
        }
        let sheet = self.sheet();
        let seen = self.sampled(sheet.through_aperture(READING_APERTURE)).modules();
        let meant = decode(&self.matrix).ok().map(|decoded| decoded.content);
        let read = decode(&seen).ok().filter(|decoded| Some(&decoded.content) == meant.as_ref());
        let grade_tenths = read.map(|decoded| {
            let sampled = self.sampled(sheet.through_aperture(GRADING_APERTURE));
            grade(&sampled, Some(&decoded)).grade_tenths()
        });
        (seen, grade_tenths)
    }

    fn sampled(&self, reflectance: Vec<f32>) -> Sampled {
        let mut sampled = Sampled::new(self.matrix.size(), reflectance);
        // Along travel a module is stretched; a leaning column is longer than it is high.
        let (width, height) = (self.stretch(), libm::hypot(1.0, self.lean()));
        let uneven = libm::fabs(width - height) / ((width + height) / 2.0);
        sampled.axial_non_uniformity = uneven as f32;
        sampled
    }
}

/// Looks at modules.
pub fn look_at_modules(seen: &Matrix, grade_tenths: u8) -> Sight {
    match decode(seen) {
        Ok(decoded) => Sight { content: Some(decoded.content), grade_tenths },
        Err(_) => Sight { content: None, grade_tenths: 0 },
    }
}

/// Looks at a picture as a taught line camera does.
pub fn look_at_picture(picture: &Picture, taught: &Taught) -> Sight {
    let Some(located) = read_taught(picture, taught) else {
        return Sight { content: None, grade_tenths: 0 };
    };
    let sampled = sample(picture, &located, Aperture::GS1);
    let grade = sampled.map(|sampled| grade(&sampled, Some(&located.decoded)));
    // A print that cannot be measured does not pass.
    let grade_tenths = grade.map_or(0, |grade| grade.grade_tenths());
    Sight { content: Some(located.decoded.content), grade_tenths }
}

#[cfg(test)]
mod tests {
    use super::super::defect::Defect;
    use super::super::encode::encode;
    use super::super::print::Flaw;
    use super::super::size::Shape;
    use super::*;

    /// AN is the difference of the two spacings to their mean: 2p / (200 + p) for a stretch of p %.
    /// Limits 0.06, 0.08, 0.10, 0.12.
    #[test]
    fn a_stretch_is_graded_by_its_axial_non_uniformity() {
        let matrix = encode("0106291041500213", Shape::Square).expect("a symbol");
        let quality = Quality { contrast: 0.8, growth: 0.0, mottle: 0.0 };
        for (percent, expected) in
            [(5.0, 40), (7.0, 30), (10.0, 20), (12.0, 10), (20.0, 0), (-5.0, 40), (-15.0, 0)]
        {
            let flaws = vec![Flaw { defect: Defect::Stretch { percent }, place: 0 }];
            let print = Print { matrix: matrix.clone(), quality, flaws, grain: 0 };
            let uneven = print.sampled(print.sheet().through_aperture(0.8)).axial_non_uniformity;
            let exact = f64::abs(2.0 * percent / (200.0 + percent));
            assert!((f64::from(uneven) - exact).abs() < 1e-6, "{percent} %: {uneven}");
            assert_eq!(print.appearance().1, Some(expected), "{percent} %");
        }
    }
}
