//! Campaigns: many seeds of one scenario, each with its own bad day, until one fails; and failures shrunk to
//! a size that can be understood.

mod draw;
mod explore;
mod failure_report;
mod faults;
mod finding;
mod minimise;
mod shrink;

pub use draw::draw;
pub use explore::{Explored, Plan, Tried, explore, try_seed};
pub use failure_report::failure_report;
pub use faults::swarm;
pub use finding::{Finding, findings};
pub use shrink::{Shrunk, shrink};
