//! linetwin: a deterministic digital twin of a pharmaceutical packaging line that drives a real
//! serialization engine, breaks things on purpose, and proves what the line makes and whether its
//! records are true. Start with ARCHITECTURE.md.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod base;
pub mod calibration;
pub mod cli;
pub mod engine;
pub mod faults;
pub mod gs1;
pub mod harness;
pub mod integrity;
pub mod report;
pub mod symbol;
pub mod trace;
pub mod twin;
