//! linetwin: a deterministic digital twin of a pharmaceutical packaging line that drives a real serialization
//! engine, injects faults, and proves what the line makes and whether its records are true. Start with
//! ARCHITECTURE.md.
//!
//! What stands alone is a crate of its own under `crates/` and is found here under its short name.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod calibration;
pub mod cli;
pub mod harness;
pub mod measure;
pub mod report;

pub use linetwin_base as base;
pub use linetwin_engine as engine;
pub use linetwin_epcis as epcis;
pub use linetwin_faults as faults;
pub use linetwin_gs1 as gs1;
pub use linetwin_integrity as integrity;
pub use linetwin_line as line;
pub use linetwin_symbol as symbol;
pub use linetwin_trace as trace;
pub use linetwin_twin as twin;
