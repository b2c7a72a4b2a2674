//! The ways between machines, as the twin file has them: which way a diverter sends a product, which one
//! leaves a table next, when a belt runs slower. Who is upstream of whom follows elsewhere (`topology`).

use serde::{Deserialize, Serialize};

/// Which way a diverter sends the next product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum DivertRule {
    /// The first one, in the order in which they are written, that has a free place.
    #[default]
    FirstAvailable,
    /// One after the other; it waits for the one whose turn it is.
    RoundRobin,
    /// One that is drawn: so much of all goes each way. It waits for the one that was drawn.
    Shares(Vec<f64>),
}

/// Which of the products on a table leaves next.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum QueueDiscipline {
    /// First in, first out.
    #[default]
    Fifo,
    /// Last in, first out: products go back the way they came.
    Lifo,
}

/// A speed that a belt has while there are many products on it or on another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeltSpeedSpec {
    /// The belt whose load counts, which may be itself.
    pub load_on: String,
    /// While there are so many products on that or more.
    pub at_least: u32,
    /// How fast it runs then.
    pub speed_mm_s: f64,
}
