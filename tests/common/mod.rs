//! The words that tests are written in: [`trial`] runs a scenario of the project while things go wrong,
//! [`bare_line`] a line without an engine, [`run`] is what came of it, [`claims`] what is claimed of that;
//! [`double`] stands around a line controller, [`program`] starts the program.
#![allow(dead_code, reason = "each test uses a part of it")]

pub mod bare_line;
pub mod claims;
pub mod double;
pub mod outside;
pub mod program;
pub mod run;
pub mod times;
pub mod trial;

pub use outside::project;
