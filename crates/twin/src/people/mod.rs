//! People: who is on shift, what they are called for, who goes where. They belong to the world, not to a
//! line: one call queue takes the calls of all lines. A person who arrives signals it to the machine; what is
//! done there is left to the machine.

mod call;
mod call_queue;
mod dispatcher;
mod person;
mod roster;

pub(super) use call::{Assignment, Signal, Urgency};
pub(super) use call_queue::CallQueue;
pub(super) use dispatcher::Dispatcher;
pub(super) use person::{Person, add_people};
pub use roster::longest_absence;
