//! Typed ids. A machine's id is its place in the twin file; units and containers are numbered in
//! the order in which they come into being, and a number is never used again within a run.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A machine or device of the line: its place in the twin file's list.
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

/// A physical saleable pack. Only the twin and the trace know it; the engine never sees it.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct UnitId(pub u32);

/// A physical bundle, case or pallet. Only the twin and the trace know it.
#[derive(
    Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct ContainerId(pub u32);

/// Packaging level of a container.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Level {
    /// A handful of units wrapped together.
    Bundle,
    /// A shipping case.
    Case,
    /// Cases on a pallet.
    Pallet,
}

impl Level {
    /// All levels, innermost first.
    pub const ALL: [Self; 3] = [Self::Bundle, Self::Case, Self::Pallet];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bundle => "bundle",
            Self::Case => "case",
            Self::Pallet => "pallet",
        })
    }
}
