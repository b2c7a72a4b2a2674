//! People: who is there, what they are called for, who goes where. They belong to the world, not to a
//! line: one desk takes the calls of all lines. Whoever arrives tells the machine by a signal; what is
//! done there is the machine's business.

mod call;
mod crew;
mod desk;
mod person;
mod roster;

pub(super) use call::{Errand, Signal, Urgency};
pub(super) use crew::Crew;
pub(super) use desk::Desk;
pub(super) use person::{Person, hire};
pub use roster::longest_absence;
