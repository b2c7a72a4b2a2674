//! Typed ids. A line's id is its place in the plant, a machine's its place in the line's twin file;
//! a line's units and containers are numbered in the order in which they come into being, and a number
//! is never used again within a run.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A line of the plant: its place in the plant's list.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct LineId(pub u16);

impl LineId {
    /// The id as an index into tables that hold one row a line.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A machine or device of a line: its place in the twin file's list.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct MachineId(pub u16);

impl MachineId {
    /// The id as an index into tables that hold one row a machine.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A physical saleable pack. It is an id of the twin and the trace; the engine never gets it.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct UnitId(pub u32);

/// A physical bundle, case or pallet. It is an id of the twin and the trace only.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ContainerId(pub u32);

/// Packaging level of a container.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Level {
    /// A handful of units wrapped together.
    Bundle,
    /// A shipping case.
    Case,
    /// Cases on a pallet.
    Pallet,
    /// A pack of packs within a bundle or case. Stands last here because journals and digests name a
    /// level by its place in this list.
    Inner,
}

impl Level {
    /// All levels, innermost first.
    pub const ALL: [Self; 4] = [Self::Inner, Self::Bundle, Self::Case, Self::Pallet];

    const fn height(self) -> u8 {
        match self {
            Self::Inner => 0,
            Self::Bundle => 1,
            Self::Case => 2,
            Self::Pallet => 3,
        }
    }
}

/// What is packed comes before what it is packed into.
impl Ord for Level {
    fn cmp(&self, other: &Self) -> Ordering {
        self.height().cmp(&other.height())
    }
}

impl PartialOrd for Level {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Inner => "inner pack",
            Self::Bundle => "bundle",
            Self::Case => "case",
            Self::Pallet => "pallet",
        })
    }
}
