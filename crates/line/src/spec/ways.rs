//! What the twin file says of the ways between machines: where each leads, how ways part, and how fast
//! they are. Who comes before whom follows from it (`topology`).

use serde::{Deserialize, Serialize};

use super::MachineSpec;

/// Which way a diverter sends the next product.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum DivertRule {
    /// The first one, in the order in which they are written, that has room.
    #[default]
    FirstWithRoom,
    /// One after the other; it waits for the one whose turn it is.
    InTurn,
    /// One that is drawn: so much of all goes each way. It waits for the one that was drawn.
    Shares(Vec<f64>),
}

/// Which of the products on a table leaves next.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableOrder {
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
    /// The belt that is watched, which may be itself.
    pub of: String,
    /// While there are so many products on that or more.
    pub at_least: u32,
    /// How fast it runs then.
    pub speed_mm_s: f64,
}

impl MachineSpec {
    /// The machines that its products go to: none at the end of the line, several behind a diverter;
    /// devices on a belt have none.
    pub fn to(&self) -> &[String] {
        match self {
            Self::Infeed { to, .. } => std::slice::from_ref(to),
            Self::Diverter { to, .. } => to,
            Self::Belt { to, .. }
            | Self::Machine { to, .. }
            | Self::AccumulationTable { to, .. }
            | Self::Merge { to, .. }
            | Self::Bundler { to, .. }
            | Self::CasePacker { to, .. }
            | Self::CaseLabeller { to, .. }
            | Self::Palletiser { to, .. } => to.as_slice(),
            Self::Printer { .. }
            | Self::Camera { .. }
            | Self::RejectGate { .. }
            | Self::ReworkBench { .. } => &[],
        }
    }
}
