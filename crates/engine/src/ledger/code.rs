//! What an object is called outside: the codes that people and machines read.

use std::fmt;

use serde::{Deserialize, Serialize};

use linetwin_gs1::{Sscc, UnitCode};

/// A unit by its GTIN and serial number, or a container by its SSCC.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObjectCode {
    /// A saleable unit, or a container that carries a GTIN and a serial number.
    Unit(UnitCode),
    /// A container.
    Container(Sscc),
}

impl From<UnitCode> for ObjectCode {
    fn from(unit: UnitCode) -> Self {
        Self::Unit(unit)
    }
}

impl From<Sscc> for ObjectCode {
    fn from(sscc: Sscc) -> Self {
        Self::Container(sscc)
    }
}

impl fmt::Display for ObjectCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit(unit) => unit.fmt(f),
            Self::Container(sscc) => write!(f, "(00){sscc}"),
        }
    }
}
