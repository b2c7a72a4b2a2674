//! Faults as data: a plan says what breaks, where, and when or how often. The twin asks at named
//! points ("a product is being printed on") and gets a verdict; no fault is built into a machine. What can
//! break is one table, `kinds.rs`.

#[macro_use]
mod table;

mod dice;
mod kind;
mod kinds;
mod parameters;
mod plan;
mod rate;
mod recurring;
mod retired;
mod rule;
mod verdict;

#[cfg(test)]
mod tests;

pub use dice::Dice;
pub use kind::{FaultPlace, RightAnswer};
pub use kinds::{Fault, FaultKind};
pub use parameters::ParameterError;
pub use plan::FaultPlan;
pub use rate::{Occurrence, Rate};
pub use recurring::expand_recurring;
pub use retired::RETIRED;
pub use verdict::{
    FaultPeriod, Inserted, LabelVerdict, LinkVerdict, ManualVerdict, PlaceVerdict, PrintVerdict,
    ReadVerdict,
};
