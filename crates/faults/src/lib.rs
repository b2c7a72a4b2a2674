//! Faults as data: a plan says what breaks, where, and when or how often. The twin asks at named
//! points ("a product is being printed on") and gets a verdict; no fault is built into a machine.

mod again;
mod parts;
mod plan;
mod rule;
mod spec;
mod verdict;

pub use again::written_out;
pub use plan::FaultPlan;
pub use spec::{Course, Fault, Rate};
pub use verdict::{
    HandVerdict, Inserted, LabelVerdict, LinkVerdict, PlaceVerdict, PrintVerdict, ReadVerdict,
    Stretch,
};
