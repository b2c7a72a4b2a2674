//! Faults as data: a plan defines what breaks, where, and when or how often. The twin asks at named points
//! ("a product is being printed on") and gets a verdict; no fault is built into a machine. What can break is
//! one table, `kinds.rs`. Free of IO, of machines and of codes.
//!
//! ```
//! use linetwin_base::{MachineId, SimTime, Streams};
//! use linetwin_faults::{Fault, FaultPlan, Rate, ReadVerdict};
//!
//! // The camera reads nothing on every third product.
//! let fault = Fault::NoRead { at: "camera-1".to_owned(), every: Rate::EveryNth(3) };
//! let machines = |name: &str| (name == "camera-1").then_some(MachineId(4));
//! let mut plan = FaultPlan::new(&[fault], machines, SimTime::NEVER, Streams::new(42));
//! let verdicts: Vec<bool> = (0..6)
//!     .map(|_| plan.read(MachineId(4), SimTime::START) != ReadVerdict::Sound)
//!     .collect();
//! assert_eq!(verdicts, [false, false, true, false, false, true]);
//! ```

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
