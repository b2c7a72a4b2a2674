//! The record of a run: every physical fact from the twin and every fact of the engine's record,
//! in the order in which they happened. Reports and integrity read nothing else.
//!
//! ```
//! use linetwin_base::{SimSpan, SimTime, UnitId};
//! use linetwin_trace::{Digest, Fact, TraceRecord};
//!
//! let run = |second: u64| {
//!     let mut digest = Digest::default();
//!     let at = SimTime::START + SimSpan::from_secs(second);
//!     digest.absorb(&[TraceRecord { at, fact: Fact::UnitEntered { unit: UnitId(1) } }]);
//!     digest.finish()
//! };
//! // Two runs are the same exactly when their digests are; two that differ show from which second on.
//! assert_eq!(run(3).first_difference(&run(3)), None);
//! assert_eq!(run(3).first_difference(&run(4)), Some(3));
//! ```

mod digest;
mod file;
mod record;
mod words;

pub use digest::{Digest, RunDigest};
pub use file::{TraceError, TraceHeader, TraceReader, TraceWriter};
pub use record::{
    CloseReason, Fact, MeterReading, RecordedChild, RecordedFact, Trace, TraceRecord,
};
pub use words::in_words;
