//! The wall clock of the benches that stand beside a crate.

use std::sync::OnceLock;
use std::time::Instant;

/// Nanoseconds since the first call.
#[expect(clippy::disallowed_methods, reason = "a bench measures wall-clock time")]
pub fn wall_clock() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}
