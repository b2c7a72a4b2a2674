//! The tables of ISO/IEC 15415:2011 and ISO/IEC 16022 annex M: from a measured value to a grade,
//! and the overlay by which weak modules count only as far as error correction or the pattern's
//! redundancy would not forgive them.

/// What a measured value is worth.
#[derive(Copy, Clone, Debug, PartialEq, serde::Serialize)]
pub struct Parameter {
    /// As measured; its unit stands at the field that holds it.
    pub value: f32,
    /// 0 to 4.
    pub grade: u8,
}

/// The best grade.
pub(super) const BEST: u8 = 4;
/// A value as close as this to a threshold is on it: 0.9 - 0.2 is 0.7 on paper, not in binary.
const ROUNDING: f32 = 1e-5;

/// Limits of grades 4, 3, 2, 1.
type Limits = [f32; 4];

const CONTRAST: Limits = [0.70, 0.55, 0.40, 0.20];
const MODULATION: Limits = [0.50, 0.40, 0.30, 0.20];
const AXIAL: Limits = [0.06, 0.08, 0.10, 0.12];
const GRID: Limits = [0.38, 0.50, 0.63, 0.75];
const UNUSED_CORRECTION: Limits = [0.62, 0.50, 0.37, 0.25];
const SOLID_DAMAGE: Limits = [0.00, 0.09, 0.13, 0.17];
const CLOCK_DAMAGE: Limits = [0.10, 0.15, 0.20, 0.25];
const TRANSITIONS: Limits = [0.06, 0.08, 0.10, 0.12];
const AVERAGE: Limits = [4.0, 3.5, 3.0, 2.5];

/// Large is good and the limit itself passes.
fn at_least(value: f32, limits: Limits) -> Parameter {
    let grade = limits.iter().filter(|&&limit| value >= limit - ROUNDING).count() as u8;
    Parameter { value, grade }
}

/// Small is good and the limit itself passes.
fn at_most(value: f32, limits: Limits) -> Parameter {
    let grade = limits.iter().filter(|&&limit| value <= limit + ROUNDING).count() as u8;
    Parameter { value, grade }
}

/// Symbol contrast (7.8.3): lightest less darkest reflectance.
pub(super) fn contrast(value: f32) -> Parameter {
    at_least(value, CONTRAST)
}

/// Modulation of one module (7.8.4, table 8).
pub(super) fn modulation(value: f32) -> Parameter {
    at_least(value, MODULATION)
}

/// Axial non-uniformity (7.8.6).
pub(super) fn axial(value: f32) -> Parameter {
    at_most(value, AXIAL)
}

/// Grid non-uniformity (7.8.7), in modules.
pub(super) fn grid(value: f32) -> Parameter {
    at_most(value, GRID)
}

/// Unused error correction (7.8.8) of a block: `1 - 2t / d`, no erasures, nothing kept back for
/// detection. Never below 0.
pub(super) fn unused_correction(wrong: usize, block_correction: usize) -> Parameter {
    let used = 2.0 * wrong as f32 / block_correction as f32;
    unused_share((1.0 - used).max(0.0))
}

/// Share of the error correction that was not needed.
pub(super) fn unused_share(value: f32) -> Parameter {
    at_least(value, UNUSED_CORRECTION)
}

/// Share of wrong modules in a side of the L or a quiet zone (ISO/IEC 16022, table M.1).
pub(super) fn solid_damage(share: f32) -> u8 {
    at_most(share, SOLID_DAMAGE).grade
}

/// Share of wrong modules in a clock track or in the solid area beside it (ISO/IEC 16022, annex M).
pub(super) fn clock_damage(share: f32) -> u8 {
    at_most(share, CLOCK_DAMAGE).grade
}

/// Transitions in the solid area to those in the clock track (ISO/IEC 16022, annex M): the limit
/// itself does not pass.
pub(super) fn transition_ratio(value: f32) -> Parameter {
    let grade = TRANSITIONS.iter().filter(|&&limit| value < limit - ROUNDING).count() as u8;
    Parameter { value, grade }
}

/// Average grade of the five segments (ISO/IEC 16022, annex M).
pub(super) fn average(value: f32) -> Parameter {
    at_least(value, AVERAGE)
}

/// The overlay (7.8.4): at each level, what is below the level counts as an error and gives a
/// notional grade; the level or the notional grade, whichever is lower, is what the level is worth;
/// the level worth most decides.
pub(super) fn overlay(notional_grade: impl Fn(u8) -> u8) -> u8 {
    (1..=BEST).map(|level| level.min(notional_grade(level))).max().unwrap_or(0)
}

/// How many of some modules or codewords do not reach each level.
pub(super) struct Below([usize; 5]);

impl Below {
    pub(super) fn count(levels: impl Iterator<Item = u8>) -> Self {
        let mut counts = [0; 5];
        for level in levels {
            counts[usize::from(level.min(BEST))] += 1;
        }
        let mut sum = 0;
        Self(counts.map(|count| {
            sum += count;
            sum - count
        }))
    }

    /// How many do not reach a level.
    pub(super) const fn level(&self, level: u8) -> usize {
        self.0[level as usize]
    }
}

/// Turns a reflectance into the modulation grade of its module, without a division for each.
pub(super) struct Scale {
    /// Global threshold: halfway between lightest and darkest.
    pub(super) threshold: f32,
    /// Distances from the threshold where grades 4, 3, 2, 1 begin.
    steps: Limits,
    half_contrast: f32,
}

impl Scale {
    pub(super) fn between(darkest: f32, lightest: f32) -> Self {
        let half_contrast = (lightest - darkest) / 2.0;
        let steps = if half_contrast > 0.0 {
            MODULATION.map(|limit| (limit - ROUNDING) * half_contrast)
        } else {
            [f32::INFINITY; 4]
        };
        Self { threshold: f32::midpoint(lightest, darkest), steps, half_contrast }
    }

    pub(super) fn is_dark(&self, reflectance: f32) -> bool {
        reflectance < self.threshold
    }

    /// Modulation grade, 0 to 4, whichever side the reflectance is on.
    pub(super) fn level(&self, reflectance: f32) -> u8 {
        let distance = (reflectance - self.threshold).abs();
        self.steps.iter().map(|&step| u8::from(distance >= step)).sum()
    }

    /// Distance from the threshold, whichever side the reflectance is on.
    pub(super) fn distance(&self, reflectance: f32) -> f32 {
        (reflectance - self.threshold).abs()
    }

    /// Modulation of a distance from the threshold, 0 to about 1.
    pub(super) fn modulation(&self, distance: f32) -> f32 {
        if self.half_contrast > 0.0 { distance / self.half_contrast } else { 0.0 }
    }
}
