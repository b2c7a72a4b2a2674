//! What a run made and whether its records are true, as `summary.json` and as a page to look at.
//! Reads the trace as a stream; knows neither twin nor engine.

mod charts;
mod collector;
mod grades;
mod page;
mod plant;
mod record_delay;
mod summary;

pub use collector::{Collector, LineInfo, Observations};
pub use grades::Grades;
pub use page::{Picture, report_page};
pub use plant::{LineOfPlant, PlantSummary, plant_page};
pub use record_delay::RecordDelay;
pub use summary::{
    AuditSummary, BottleneckShare, BufferSummary, Containers, EngineSummary, ExpectationSummary,
    Integrity, LatencyMicros, MachineSummary, Oee, SCHEMA, Summary, Throughput,
};
