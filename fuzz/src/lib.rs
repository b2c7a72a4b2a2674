//! The modules under test, from the package's own source.
#![allow(dead_code, missing_docs)]

#[path = "../../src/base/mod.rs"]
pub mod base;
#[path = "../../src/gs1/mod.rs"]
pub mod gs1;
#[path = "../../src/symbol/mod.rs"]
pub mod symbol;
