//! Entries of the table of fault kinds: where a kind can be, and by what its outcome is judged. How a kind is
//! written in files and traces.

use std::fmt;

use serde::de::{EnumAccess, Error, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::kinds::FaultKind;

/// Where a fault can be.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum FaultPlace {
    /// The first machine that packs units.
    UnitPacker,
    /// A printer.
    Printer,
    /// A camera.
    Camera,
    /// A reject gate.
    RejectGate,
    /// A belt with devices.
    TrackedBelt,
    /// Any belt.
    Belt,
    /// A machine that labels.
    Labeller,
    /// A machine that packs units or containers.
    Packer,
    /// The line as a whole: its link, its controller, its ledger.
    Line,
}

impl FaultPlace {
    /// Every place, in the order in which a campaign draws.
    pub const ALL: [Self; 9] = [
        Self::UnitPacker,
        Self::Printer,
        Self::Camera,
        Self::RejectGate,
        Self::TrackedBelt,
        Self::Belt,
        Self::Labeller,
        Self::Packer,
        Self::Line,
    ];

    /// Its name in messages about a machine that has no such place.
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnitPacker => "packer of units",
            Self::Printer => "Printer",
            Self::Camera => "Camera",
            Self::RejectGate => "RejectGate",
            Self::TrackedBelt => "Belt with devices",
            Self::Belt => "Belt",
            Self::Labeller => "labeller",
            Self::Packer => "packer",
            Self::Line => "line",
        }
    }

    /// The kinds that can be there, in the order in which a campaign draws.
    pub fn kinds(self) -> impl Iterator<Item = FaultKind> {
        FaultKind::ALL.iter().copied().filter(move |kind| kind.place() == self)
    }
}

/// By what the outcome of a fault is judged.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum RightAnswer {
    /// The unit that it hit is sold only if it is good, and its record is true.
    GoodOrRejected,
    /// The unit that it hit is not sold, however good it is, unless it was verified again.
    Rejected,
    /// It has no effect: the unit that it hit is neither sold bad nor rejected for it.
    Unaffected,
    /// The unit that it hit is gone, and the record does not have it as present.
    Missed,
    /// It hits no unit: the record is true, and nothing that was acknowledged is lost.
    TrueRecord,
    /// The same; it has no effect if no message was sent meanwhile.
    TrueRecordIfCutOff,
    /// The order of another line does not start.
    OrderRefused,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// By name where a format has names, by number in a trace.
impl Serialize for FaultKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("FaultKind", *self as u32, self.name())
    }
}

/// By name or by number.
impl<'de> Deserialize<'de> for FaultKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("FaultKind", NAMES, Written)
    }
}

/// The names, for messages about what was expected.
const NAMES: &[&str] = &{
    let mut names = [""; FaultKind::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = FaultKind::ALL[at].name();
        at += 1;
    }
    names
};

/// A kind as a variant of an enum.
struct Written;

impl<'de> Visitor<'de> for Written {
    type Value = FaultKind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a kind of fault")
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<FaultKind, A::Error> {
        let (Identified(kind), variant) = data.variant()?;
        variant.unit_variant().map(|()| kind)
    }
}

/// The variant's name or number.
struct Identified(FaultKind);

impl<'de> Deserialize<'de> for Identified {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(Identifier)
    }
}

struct Identifier;

impl Visitor<'_> for Identifier {
    type Value = Identified;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a kind of fault, or its number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Identified, E> {
        let mut kinds = FaultKind::ALL.iter();
        let kind = kinds.find(|kind| **kind as u64 == number);
        let unknown =
            || E::custom(format_args!("found {number}, expected the number of a kind of fault"));
        kind.map(|kind| Identified(*kind)).ok_or_else(unknown)
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Identified, E> {
        let mut kinds = FaultKind::ALL.iter();
        let kind = kinds.find(|kind| kind.name() == name);
        kind.map(|kind| Identified(*kind)).ok_or_else(|| E::unknown_variant(name, NAMES))
    }
}
