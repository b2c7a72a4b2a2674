//! GS1 identifiers from outside: what is read, refused and written, and that nothing is lost on the way.

#[path = "../../../../tests/common/outside.rs"]
mod outside;

mod belonging;
mod own_cases;
mod ownership;
mod round_trips;
mod vectors;
