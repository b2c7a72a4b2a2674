//! Symbols from outside: what others drew is read, and what is drawn here others read.

#[path = "../../../../tests/common/outside.rs"]
mod outside;

mod element_strings;
mod every_size;
mod own_cases;
mod readers;
mod vectors;
