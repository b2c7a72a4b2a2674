//! Print quality of Data Matrix after ISO/IEC 15415:2011 with ISO/IEC 16022 annex M: the report of a verifier
//! about a print. From a picture ([`sample`]) or from simulated modules ([`Sampled`]) to every parameter's
//! value and grade. Free of lines, draws nothing, keeps nothing.
//!
//! # Readings to check against the paid text
//! The standards are sold, and this was written from what is public: vendors' manuals, the readable
//! part of ISO/IEC 16022:2006/Cor.1:2008, open programs, and memory. Where these leave room, this is
//! what was chosen:
//! - **Limits themselves pass** (SC >= 0.70 is 4), except transition ratio, where < 0.06 is 4. The
//!   limits of SC, MOD, AN, GN, UEC and L damage agree in several vendors' manuals; those of the
//!   clock track (10, 15, 20, 25 %) stand in an open program that names table 9-3 of GS1's
//!   verification guideline, with `<` instead of `<=`.
//! - **Unused error correction** is `1 - 2t/d`: module decoding has no erasures, and the `p`
//!   codewords reserved for detection in ISO/IEC 16022 matter only where erasures are many.
//! - **L1 and L2** are the dark modules of each side, the shared corner in both. Cor.1 states of
//!   symbols with several data regions that the segments "start with the module in the quiet zone";
//!   that extra light module is not counted here. As Cor.1 requires, each region's share of a side is
//!   graded as well as the whole side; that all regions along the side are meant, and not only the
//!   one at the corner, is our reading.
//! - **QZL1 and QZL2** have one module more than the side: the one diagonal to the corner of the L.
//! - **Clock track segments** go data region by data region, each with the solid area beside it: the
//!   quiet zone, or the neighbouring region's solid line. That the solid area has the clock track's
//!   limits, that the damage tests are overlaid and the transition ratio is not, and that transitions
//!   in the solid area count less one, is from memory of annex M. Transitions are counted on modules,
//!   not along a scan line through the picture.
//! - **Clock track regularity** fails where three of five adjacent modules are wrong (memory).
//! - **Average grade** is over five: L1, L2, QZL1, QZL2 and the lowest of all clock segments. That
//!   these five are the ones agrees with what Honeywell's PX940 reports (its "OCTASA").
//! - **Grid non-uniformity** is measured where a Data Matrix shows its grid: at the transitions of the
//!   clock tracks, against a grid spread evenly between the four corners. An intersection's deviation
//!   is made of its column's and its row's.
//! - **Print growth** compares the dark share of the clock tracks with 0.50, between 0.35 and 0.65
//!   (memory of annex M). The 2011 edition reports it without a grade.
//! - **Modules beyond repair**: where the modules at the global threshold cannot be repaired although
//!   some cleverer reader decoded the picture, UEC and RM are 0, as the reference decode would fail.
//! - **Clause numbers** of ISO/IEC 15415 are from memory.
//! - **Symbol grade** is the mean of five scans, the symbol turned by 72 degrees between them.

mod codewords;
mod fixed_pattern;
mod geometry;
mod grid;
mod judged;
mod light;
mod parameters;
mod report;
mod sample;
mod sampled;
#[cfg(test)]
mod tests;

pub use fixed_pattern::{ClockSegment, FixedPattern, Side};
pub use parameters::Parameter;
pub use report::SymbolGrade;
pub use sample::sample;
pub use sampled::Sampled;

use super::Decoded;

use codewords::Codewords;
use judged::Judged;
use parameters::BEST;

/// The edition that every grade here follows.
pub const EDITION: &str = "ISO/IEC 15415:2011";

/// The measuring aperture: a disc over which reflectance is averaged.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Aperture {
    /// Diameter, in modules.
    pub modules: f64,
    /// Diameter by its number in reports, in thousandths of an inch.
    pub mils: u16,
}

impl Aperture {
    /// The requirement of GS1 for the smallest module of regulated healthcare items: 0.8 of 0.254 mm.
    pub const GS1: Self = Self { modules: 0.8, mils: 8 };

    /// An aperture of so many thousandths of an inch on modules of so many millimetres.
    pub fn on_modules(mils: u16, module_mm: f64) -> Self {
        Self { modules: f64::from(mils) * 0.0254 / module_mm, mils }
    }
}

impl Default for Aperture {
    fn default() -> Self {
        Self::GS1
    }
}

/// One scan's parameters, each with its value and its grade.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Grade {
    /// The standard that was followed.
    pub edition: &'static str,
    /// Reference decode: 4 when it passed, 0 when it failed.
    pub decode: u8,
    /// Lightest less darkest reflectance.
    pub symbol_contrast: Parameter,
    /// The weakest data module's distance from the threshold to half the contrast; its grade is the
    /// overlay's, not the weakest module's.
    pub modulation: Parameter,
    /// As modulation, with modules on the wrong side negative and without a grade. 0 without decode.
    pub reflectance_margin: Parameter,
    /// Difference of mean module width and height to their mean.
    pub axial_non_uniformity: Parameter,
    /// Largest deviation from the ideal grid, in modules.
    pub grid_non_uniformity: Parameter,
    /// Error correction left in the worst block. 0 without decode.
    pub unused_error_correction: Parameter,
    /// Finder, clock tracks, quiet zones.
    pub fixed_pattern: FixedPattern,
    /// As [`Sampled::print_growth`], not graded.
    pub print_growth: Option<[f32; 2]>,
}

impl Grade {
    /// The scan grade, 0 to 4: the lowest of all parameters.
    pub fn overall(&self) -> u8 {
        let parameters = [
            self.symbol_contrast,
            self.modulation,
            self.reflectance_margin,
            self.axial_non_uniformity,
            self.grid_non_uniformity,
            self.unused_error_correction,
        ];
        let lowest = self.decode.min(self.fixed_pattern.grade);
        parameters.iter().map(|parameter| parameter.grade).fold(lowest, u8::min)
    }

    /// The scan grade in tenths, 0 to 40; whole grades in this edition.
    pub fn grade_tenths(&self) -> u8 {
        10 * self.overall()
    }
}

/// Grades what was measured. `decoded` is the result of a reader, `None` when it read nothing.
pub fn grade(sampled: &Sampled, decoded: Option<&Decoded>) -> Grade {
    let judged = Judged::new(sampled);
    let codewords = Codewords::judge(&judged, decoded);
    Grade {
        edition: EDITION,
        decode: if decoded.is_some() { BEST } else { 0 },
        symbol_contrast: parameters::contrast(sampled.lightest - sampled.darkest),
        modulation: codewords.modulation,
        reflectance_margin: codewords.reflectance_margin,
        axial_non_uniformity: parameters::axial(sampled.axial_non_uniformity),
        grid_non_uniformity: parameters::grid(sampled.grid_non_uniformity),
        unused_error_correction: codewords.unused_correction,
        fixed_pattern: FixedPattern::judge(&judged),
        print_growth: sampled.print_growth,
    }
}

/// Grades a print that has no damaged module, at once: decoded without repair, fixed pattern whole,
/// and every data module at least as far from the threshold as `weakest_modulation`.
/// As [`grade`] where that is 0.50 or more. Below, the overlay could forgive a few weak modules, and weak
/// ones could stand in the fixed pattern: then [`grade`] is exact, and this takes them to be many and in the
/// data.
pub fn grade_clean(
    contrast: f32,
    weakest_modulation: f32,
    axial_non_uniformity: f32,
    grid_non_uniformity: f32,
) -> Grade {
    let modulation = parameters::modulation(weakest_modulation);
    Grade {
        edition: EDITION,
        decode: BEST,
        symbol_contrast: parameters::contrast(contrast),
        modulation,
        reflectance_margin: modulation,
        axial_non_uniformity: parameters::axial(axial_non_uniformity),
        grid_non_uniformity: parameters::grid(grid_non_uniformity),
        unused_error_correction: Parameter { value: 1.0, grade: BEST },
        fixed_pattern: FixedPattern::undamaged(),
        print_growth: None,
    }
}
