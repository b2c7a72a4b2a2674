//! EPCIS documents from outside: read, written and hashed, in every format.

#[path = "../../../../tests/common/outside.rs"]
mod outside;

mod documents;
mod every_field;
mod hashes;
mod own_cases;
mod round_trips;
