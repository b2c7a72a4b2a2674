//! Modulation, reflectance margin and unused error correction: what the data modules are worth,
//! codeword by codeword (ISO/IEC 15415:2011, 7.8.4, 7.8.8).

use crate::decode::repair;
use crate::placement::Placement;
use crate::reed_solomon::places_of_block;
use crate::{Decoded, SymbolSize};

use super::judged::Judged;
use super::parameters::{Below, Parameter, overlay, unused_correction};

/// Most interleaved blocks of any size.
const MOST_BLOCKS: usize = 10;

/// The three parameters that go by codewords.
pub(super) struct Codewords {
    pub(super) modulation: Parameter,
    pub(super) reflectance_margin: Parameter,
    pub(super) unused_correction: Parameter,
}

/// One codeword as it was seen.
#[derive(Copy, Clone)]
struct Seen {
    /// Lowest modulation grade of its eight modules.
    level: u8,
    /// Shortest distance of its eight modules from the threshold.
    distance: f32,
}

impl Codewords {
    pub(super) fn judge(judged: &Judged<'_>, decoded: Option<&Decoded>) -> Self {
        let size = judged.size();
        let mut bytes = Vec::with_capacity(size.codewords());
        let mut seen = Vec::with_capacity(size.codewords());
        for modules in Placement::of(size).modules.chunks_exact(8) {
            let (byte, codeword) = look_at(judged, modules);
            bytes.push(byte);
            seen.push(codeword);
        }
        let worst = seen.iter().map(|codeword| codeword.distance).fold(f32::INFINITY, f32::min);
        let worst = judged.modulation(worst);
        let grade = overlaid(size, |codeword| seen[codeword].level);
        let modulation = Parameter { value: worst, grade };
        let none = Parameter { value: 0.0, grade: 0 };
        let Some(decoded) = decoded else {
            return Self { modulation, reflectance_margin: none, unused_correction: none };
        };
        let mut right = bytes.clone();
        let Ok(wrong) = repair(size, &mut right) else {
            return Self { modulation, reflectance_margin: none, unused_correction: none };
        };
        let wrong = wrong.max(decoded.repaired_in_worst_block);
        let grade = overlaid(size, |codeword| {
            if bytes[codeword] == right[codeword] { seen[codeword].level } else { 0 }
        });
        let value = if right == bytes { worst } else { lowest_margin(judged, &right) };
        Self {
            modulation,
            reflectance_margin: Parameter { value, grade },
            unused_correction: unused_correction(wrong, size.block_correction()),
        }
    }
}

fn look_at(judged: &Judged<'_>, modules: &[u16]) -> (u8, Seen) {
    let mut byte = 0_u8;
    let mut seen = Seen { level: u8::MAX, distance: f32::INFINITY };
    for &module in modules {
        let place = judged.place(module);
        byte = byte << 1 | u8::from(judged.is_dark(place));
        seen.level = seen.level.min(judged.level(place));
        seen.distance = seen.distance.min(judged.distance(place));
    }
    (byte, seen)
}

/// Overlay with unused error correction as the notional grade, in the worst block.
fn overlaid(size: SymbolSize, level: impl Fn(usize) -> u8) -> u8 {
    let below: [Option<Below>; MOST_BLOCKS] = std::array::from_fn(|block| {
        let within = block < size.blocks();
        within.then(|| Below::count(places_of_block(size, block).map(&level)))
    });
    overlay(|level| {
        let worst = below.iter().flatten().map(|below| below.level(level)).max().unwrap_or(0);
        unused_correction(worst, size.block_correction()).grade
    })
}

/// Lowest reflectance margin of a data module: modulation, negative on the wrong side.
fn lowest_margin(judged: &Judged<'_>, right: &[u8]) -> f32 {
    let places = Placement::of(judged.size()).modules.chunks_exact(8);
    let margins = places.zip(right).flat_map(|(modules, byte)| {
        modules.iter().enumerate().map(move |(bit, &module)| {
            let place = judged.place(module);
            let dark = byte >> (7 - bit) & 1 == 1;
            let distance = judged.distance(place);
            if judged.is_dark(place) == dark { distance } else { -distance }
        })
    });
    judged.modulation(margins.fold(f32::INFINITY, f32::min))
}
