//! A grade as people read it: text lines, and the short form `2.8/08/660`.

use std::fmt;

use super::fixed_pattern::{FixedPattern, Side};
use super::parameters::Parameter;
use super::{Aperture, EDITION, Grade};

/// The grade of a symbol: the mean of its scans.
#[derive(Copy, Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SymbolGrade {
    /// The standard that was followed.
    pub edition: &'static str,
    /// Mean grade in tenths, 0 to 40.
    pub tenths: u8,
    /// Scans that were averaged. The standard requires five, turned by 72 degrees each.
    pub scans: usize,
    /// Aperture number, in thousandths of an inch.
    pub aperture_mils: u16,
    /// Wavelength of the light, in nanometres.
    pub wavelength_nm: u16,
}

impl SymbolGrade {
    /// The mean of scans of one symbol, to the nearest tenth; 0 without any.
    pub fn mean<'a>(
        scans: impl IntoIterator<Item = &'a Grade>,
        aperture: Aperture,
        wavelength_nm: u16,
    ) -> Self {
        let (mut sum, mut count) = (0, 0);
        for scan in scans {
            sum += usize::from(scan.grade_tenths());
            count += 1;
        }
        let tenths = (2 * sum + count).checked_div(2 * count).unwrap_or(0) as u8;
        let aperture_mils = aperture.mils;
        Self { edition: EDITION, tenths, scans: count, aperture_mils, wavelength_nm }
    }
}

impl fmt::Display for SymbolGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, tenth) = (self.tenths / 10, self.tenths % 10);
        write!(f, "{whole}.{tenth}/{:02}/{}", self.aperture_mils, self.wavelength_nm)
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, value: &str, grade: u8) -> fmt::Result {
    writeln!(f, "{name:<26}{value:>8}  {grade}")
}

fn percent(value: f32) -> String {
    // No minus before what is rounded to nothing.
    let tenths = libm::roundf(1000.0 * value) / 10.0 + 0.0;
    format!("{tenths:.1} %")
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |name: &str, parameter: Parameter| {
            line(f, name, &percent(parameter.value), parameter.grade)
        };
        row("symbol contrast", self.symbol_contrast)?;
        row("modulation", self.modulation)?;
        row("reflectance margin", self.reflectance_margin)?;
        row("axial non-uniformity", self.axial_non_uniformity)?;
        row("grid non-uniformity", self.grid_non_uniformity)?;
        row("unused error correction", self.unused_error_correction)?;
        line(f, "decode", if self.decode == 0 { "failed" } else { "passed" }, self.decode)?;
        line(f, "fixed pattern damage", "", self.fixed_pattern.grade)?;
        self.fixed_pattern.fmt(f)?;
        if let Some([across, down]) = self.print_growth {
            let (across, down) = (percent(across), percent(down));
            writeln!(f, "print growth, not graded: {across} across, {down} down")?;
        }
        line(f, "scan grade", "", self.overall())?;
        write!(f, "graded after {}", self.edition)
    }
}

impl fmt::Display for FixedPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sides = [
            ("  L1, left side", self.l1),
            ("  L2, lower side", self.l2),
            ("  QZL1, left quiet zone", self.qzl1),
            ("  QZL2, lower quiet zone", self.qzl2),
        ];
        for (name, side) in sides {
            line(f, name, &percent(side.value), side.grade)?;
        }
        line(f, "  clock and solid area", "", self.clock_and_solid)?;
        for segment in self.clock_segments.iter().filter(|segment| segment.grade < 4) {
            let side = match segment.side {
                Side::Top => "top",
                Side::Right => "right",
            };
            let (row, column) = (segment.region_row + 1, segment.region_column + 1);
            line(f, &format!("    {side} of region {row},{column}"), "", segment.grade)?;
            let ratio = segment.transition_ratio;
            line(f, "      transition ratio", &percent(ratio.value), ratio.grade)?;
            line(f, "      clock regularity", "", segment.regularity)?;
            let (clock, solid) = (segment.clock_damage, segment.solid_damage);
            line(f, "      clock damage", &percent(clock.value), clock.grade)?;
            line(f, "      solid damage", &percent(solid.value), solid.grade)?;
        }
        line(f, "  average grade", &format!("{:.1}", self.average.value), self.average.grade)
    }
}
