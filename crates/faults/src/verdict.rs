//! What a plan of faults says at each of the points where the twin asks it. The number is the fault's
//! place in the plan.

use linetwin_base::{SimSpan, SimTime};
use linetwin_symbol::Flaw;

/// What happens to a print.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum PrintVerdict {
    /// As it should.
    Sound,
    /// This fault of the plan spoils the symbol in this way.
    Misprint(u16, Flaw),
    /// This fault of the plan leaves the product bare.
    Missing(u16),
    /// This fault of the plan repeats the code before.
    Repeated(u16),
    /// There is no ink through this fault of the plan.
    NoInk(u16),
    /// This fault of the plan changes a character of the serial number; the number says which.
    WrongText(u16, u64),
    /// This fault of the plan changes the end of the content.
    Stale(u16),
    /// This fault of the plan prints so many earlier jobs again, this product's first.
    Replay(u16, u32),
}

/// What happens to the label of a container.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LabelVerdict {
    /// As it should.
    Sound,
    /// This fault of the plan leaves the container without one.
    Missing(u16),
    /// This fault of the plan repeats the label before.
    Repeated(u16),
}

/// What happens to a camera's trigger.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ReadVerdict {
    /// As it should.
    Sound,
    /// This fault of the plan makes the camera blind for this product.
    NoRead(u16),
    /// This fault of the plan triggers the camera twice.
    Twice(u16),
    /// The camera says nothing through this fault of the plan.
    Offline(u16),
    /// This fault of the plan gives the last result again.
    Frozen(u16),
    /// The result comes so much later through this fault of the plan.
    Late(u16, SimSpan),
}

/// What somebody does to products on a belt.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum HandVerdict {
    /// Nothing.
    None,
    /// This fault of the plan takes one off; the number says which.
    Remove(u16, u64),
    /// This fault of the plan puts one on.
    Insert(u16, Inserted),
    /// This fault of the plan swaps two; the number says which.
    Swap(u16, u64),
}

/// What somebody puts onto a belt.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Inserted {
    /// A product without a code.
    Bare,
    /// One with a copy of a code that is on the belt.
    Copy,
    /// One of another lot; the number makes its serial number.
    Alien(u64),
    /// One with a copy of a code that left the belt long ago.
    Packed,
}

/// What happens to a child that is put into its layer.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum PlaceVerdict {
    /// As it should.
    Sound,
    /// It is not there, through this fault of the plan.
    Dropped(u16),
    /// It is there and nobody has counted it, through this fault of the plan: one more will come.
    Doubled(u16),
}

/// What happens to a message.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum LinkVerdict {
    /// Carried.
    Carried,
    /// The link is down through this fault of the plan.
    Down(u16),
    /// Lost through this fault of the plan.
    Lost(u16),
    /// Arrives twice through this fault of the plan.
    Repeated(u16),
    /// Arrives so much later than it would, behind others, through this fault of the plan.
    Overtaken(u16, SimSpan),
}

/// A stretch of time in which a fault of the plan has a process down.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Its place in the plan.
    pub fault: u16,
    /// When it begins.
    pub begin: SimTime,
    /// When it is over.
    pub end: SimTime,
}
