//! The record of a run: every physical fact from the twin and every fact of the engine's record,
//! in the order in which they happened. Reports and integrity read nothing else.

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
