//! A symbol on a carton: the modules that were meant, how well the printer prints, and what went wrong.
//! Rendered to reflectances only where single modules matter (`sheet.rs`).

use std::f64::consts::PI;

use super::defect::Defect;
use super::matrix::Matrix;

/// Reflectance of the carton.
pub const PAPER: f64 = 0.85;

/// How a printer prints when nothing is wrong.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Quality {
    /// Reflectance of paper less that of ink, 0 to [`PAPER`].
    pub contrast: f64,
    /// Print growth in modules: how much wider a dark module is than it should be.
    pub growth: f64,
    /// How uneven the ink is: a dark module's reflectance lies up to this above the ink's.
    pub mottle: f64,
}

/// A defect, and what decides where on the symbol it lies.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Flaw {
    /// The defect.
    pub defect: Defect,
    /// Any number; the same one puts the same defect in the same place.
    pub place: u64,
}

/// What lies on a carton.
#[derive(Clone, Debug, PartialEq)]
pub struct Print {
    /// The modules that were meant.
    pub matrix: Matrix,
    /// The printer's ordinary quality.
    pub quality: Quality,
    /// What went wrong, mostly nothing.
    pub flaws: Vec<Flaw>,
    /// Decides how the ink's unevenness falls out; any number.
    pub grain: u64,
}

impl Print {
    /// Modulation of the worst module of a flawless print (ISO/IEC 15415, 7.8.4), in closed form:
    /// the lighter of dark modules is up to `mottle` above the ink, a light module among dark ones
    /// loses what the growth covers of its aperture.
    pub fn worst_modulation(quality: Quality, aperture: f64) -> f64 {
        let dark = 1.0 - 2.0 * quality.mottle / quality.contrast.max(1e-9);
        let light = 1.0 - 2.0 * covered_aperture(quality.growth.abs() / 2.0, aperture);
        dark.min(light).max(0.0)
    }

    /// Symbol's length along travel over what it should be.
    pub fn stretch(&self) -> f64 {
        let factor = |flaw: &Flaw| match flaw.defect {
            Defect::Stretch { percent } => 1.0 + percent / 100.0,
            _ => 1.0,
        };
        self.flaws.iter().map(factor).product()
    }

    /// Tangent of the angle by which columns lean.
    pub fn lean(&self) -> f64 {
        let tangent = |flaw: &Flaw| match flaw.defect {
            Defect::Skew { degrees } => libm::tan(degrees * PI / 180.0),
            _ => 0.0,
        };
        self.flaws.iter().map(tangent).sum()
    }

    /// Contrast that is left.
    pub fn contrast(&self) -> f64 {
        let left = |flaw: &Flaw| match flaw.defect {
            Defect::LowContrast { contrast } => contrast,
            _ => f64::INFINITY,
        };
        self.flaws.iter().map(left).fold(self.quality.contrast, f64::min).min(PAPER)
    }

    /// Growth, all causes together, in modules.
    pub fn growth(&self) -> f64 {
        let more = |flaw: &Flaw| match flaw.defect {
            Defect::InkSpread { modules } => modules,
            _ => 0.0,
        };
        let flaws: f64 = self.flaws.iter().map(more).sum();
        (self.quality.growth + flaws).clamp(-1.0, 1.0)
    }
}

/// Share of a round aperture that four edges cover which have moved in by `edge` modules from the
/// sides of a module.
fn covered_aperture(edge: f64, aperture: f64) -> f64 {
    let radius = aperture / 2.0;
    let distance = 0.5 - edge;
    if distance >= radius {
        return 0.0;
    }
    if distance <= 0.0 {
        return 1.0;
    }
    // A segment of the circle for each side; where two meet in a corner the overlap is left out of
    // account: it begins where the modulation is 0 anyway.
    let half = libm::acos(distance / radius);
    let segment =
        radius * radius * half - distance * libm::sqrt(radius * radius - distance * distance);
    (4.0 * segment / (PI * radius * radius)).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modulation_falls_with_growth_and_unevenness() {
        let worst = |growth, mottle| {
            Print::worst_modulation(Quality { contrast: 0.8, growth, mottle }, 0.8)
        };
        // Edges that stay outside of the aperture take nothing from it.
        assert_eq!(worst(0.2, 0.0), 1.0);
        // A mottle of a tenth of the contrast costs a fifth.
        assert!((worst(0.0, 0.08) - 0.8).abs() < 1e-12);
        assert!(worst(0.4, 0.0) < 0.8 && worst(0.6, 0.0) < worst(0.4, 0.0));
        assert_eq!(worst(1.0, 0.0), 0.0);
    }
}
