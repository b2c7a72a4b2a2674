//! Faults as data: a plan says what breaks, where, and when or how often. The twin asks at named
//! points ("a product is being printed on") and gets a verdict; no fault is built into a machine.

mod plan;
mod spec;

pub use plan::{
    FaultPlan, HandVerdict, LabelVerdict, LinkVerdict, PrintVerdict, ReadVerdict, Stretch,
};
pub use spec::{Fault, Rate};
