//! The crates under test, by their short names.

pub use linetwin_gs1 as gs1;
pub use linetwin_symbol as symbol;
