//! What a line prints, reads and records: optics at every level, codes of an outside issuer, EPCIS lines of a run.

#[path = "../common/mod.rs"]
mod common;

mod epcis;
mod imported_codes;
mod odd_optics;
mod optics_levels;
