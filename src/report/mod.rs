//! What a run made and whether its records are true, as `summary.json` and as a page to look at. Made of
//! measures and judgements; imports neither twin nor engine.

mod charts;
mod grades;
mod page;
mod plant;
mod summary;
mod throughput;

pub use grades::Grades;
pub use page::{Picture, report_page};
pub use plant::{LineOfPlant, PlantSummary, plant_page};
pub use summary::{
    AuditSummary, BottleneckShare, BufferSummary, EngineSummary, ExpectationSummary, Integrity,
    LatencyMicros, MachineSummary, Oee, SCHEMA, Summary, Throughput,
};
