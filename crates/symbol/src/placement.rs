//! Where each bit of each codeword lies (ISO/IEC 16022, annex F), worked out once for a size and
//! kept: the `datamatrix` crate walks the path anew for every symbol.

use std::sync::OnceLock;

use datamatrix::placement::{Bit, MatrixMap};

use super::size::{SIZES, SymbolSize};

/// The map of one size.
pub(super) struct Placement {
    /// Module of bit `8 * codeword + bit`, most significant bit first; modules count row by row.
    pub(super) modules: Vec<u16>,
    /// What every symbol of this size has: finder, clock tracks, padding; one bit a module.
    pub(super) fixed_dark: Vec<u64>,
}

/// What stands at a module while the crate draws the map.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Slot {
    Light,
    Dark,
    Bit(u16),
}

impl Bit for Slot {
    const LOW: Self = Self::Light;
    const HIGH: Self = Self::Dark;
}

static PLACEMENTS: [OnceLock<Placement>; SIZES] = [const { OnceLock::new() }; SIZES];

impl Placement {
    pub(super) fn of(size: SymbolSize) -> &'static Self {
        PLACEMENTS[size.index()].get_or_init(|| Self::work_out(size))
    }

    fn work_out(size: SymbolSize) -> Self {
        let mut map = MatrixMap::<Slot>::new(size.library());
        map.traverse_mut(|codeword, bits| {
            for (bit, slot) in bits.into_iter().enumerate() {
                *slot = Slot::Bit((8 * codeword + bit) as u16);
            }
        });
        map.write_padding();
        let drawn = map.bitmap();
        let mut modules = vec![0; 8 * size.codewords()];
        let mut fixed_dark = vec![0; (size.rows() * size.columns()).div_ceil(64)];
        for (module, slot) in drawn.bits().iter().enumerate() {
            match slot {
                Slot::Light => {}
                Slot::Dark => fixed_dark[module / 64] |= 1 << (module % 64),
                Slot::Bit(bit) => modules[usize::from(*bit)] = module as u16,
            }
        }
        Self { modules, fixed_dark }
    }
}
