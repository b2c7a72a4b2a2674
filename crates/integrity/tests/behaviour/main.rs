//! The auditor through its front door.

mod agreement;
mod events;
mod liar;
mod lines;
mod reference;
mod smallest;
