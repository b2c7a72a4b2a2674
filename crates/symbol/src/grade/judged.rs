//! Every module against the global threshold, worked out once and used by all parameters.

use crate::SymbolSize;

use super::parameters::Scale;
use super::sampled::Sampled;

const DARK: u8 = 8;

/// Modules with their modulation grade and their side of the threshold.
pub(super) struct Judged<'a> {
    sampled: &'a Sampled,
    scale: Scale,
    /// Modulation grade of each module, [`DARK`] added where it is dark; quiet zone included.
    modules: Vec<u8>,
}

impl<'a> Judged<'a> {
    pub(super) fn new(sampled: &'a Sampled) -> Self {
        let scale = Scale::between(sampled.darkest, sampled.lightest);
        let judge = |&reflectance: &f32| {
            scale.level(reflectance) + if scale.is_dark(reflectance) { DARK } else { 0 }
        };
        let modules = sampled.reflectance().iter().map(judge).collect();
        Self { sampled, scale, modules }
    }

    pub(super) const fn size(&self) -> SymbolSize {
        self.sampled.size()
    }

    /// Modules in a row, quiet zone included.
    pub(super) const fn stride(&self) -> usize {
        self.size().columns() + 2
    }

    /// Place of a module that is counted without the quiet zone.
    pub(super) fn place(&self, module: u16) -> usize {
        let (module, columns) = (u32::from(module), self.size().columns() as u32);
        let (row, column) = (module / columns, module % columns);
        ((row + 1) * (columns + 2) + column + 1) as usize
    }

    /// Modulation grade, whichever side the module is on.
    pub(super) fn level(&self, place: usize) -> u8 {
        self.modules[place] & (DARK - 1)
    }

    pub(super) fn is_dark(&self, place: usize) -> bool {
        self.modules[place] & DARK != 0
    }

    /// Modulation grade of a module whose colour is known: 0 on the wrong side.
    pub(super) fn known_level(&self, place: usize, dark: bool) -> u8 {
        if self.is_dark(place) == dark { self.level(place) } else { 0 }
    }

    /// Distance of a module from the threshold, whichever side it is on.
    pub(super) fn distance(&self, place: usize) -> f32 {
        self.scale.distance(self.sampled.reflectance()[place])
    }

    /// Modulation of a distance from the threshold.
    pub(super) fn modulation(&self, distance: f32) -> f32 {
        self.scale.modulation(distance)
    }
}
