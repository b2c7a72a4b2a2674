//! GS1 identifiers from outside: what is read, refused and written, and that nothing is lost on the way.

#[path = "../../../../tests/common/outside.rs"]
mod outside;

mod own_cases;
mod round_trips;
mod vectors;
