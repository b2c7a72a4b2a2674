//! The states of a serial number (OPEN-SCS, OPC 30260 clause 4.1.4) and the one table of which
//! operation leads from which to which. The specification names no forbidden edges; being strict
//! is this ledger's policy.

use std::fmt;

/// State of a serial number, spelled as in OPEN-SCS.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SerialState {
    /// Not assigned to production.
    Unassigned,
    /// Assigned to production, not to an order: the site's pool.
    Unallocated,
    /// Assigned to an order: the line's pool or the printer's buffer.
    Allocated,
    /// No longer viable.
    SnInvalid,
    /// Printed, not commissioned.
    Encoded,
    /// Printed label kept, no product behind it.
    LabelSampled,
    /// Printed label spoiled before it became valid.
    LabelScrapped,
    /// Bound to a physical unit.
    Commissioned,
    /// Unit taken as a sample.
    Sampled,
    /// No longer active.
    Inactive,
    /// Unit destroyed.
    Destroyed,
    /// Unit has left production's responsibility.
    Released,
}

/// What can be done to a serial number here.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `SNtoAllocated`: to the line.
    Allocate,
    /// `SNReturnAllocated`: back from the line, unused.
    Return,
    /// `LabelsEncodingEvent`: printed.
    Encode,
    /// `LabelsScrappingEvent`: spoiled.
    ScrapLabel,
    /// `SIDCommissioningEvent`: bound to a unit.
    Commission,
    /// `SIDDecommissioningEvent`: unbound.
    Decommission,
}

impl SerialState {
    /// The state after `operation`, or `None` where the operation is refused.
    pub const fn after(self, operation: Operation) -> Option<Self> {
        match (self, operation) {
            (Self::Unallocated, Operation::Allocate) => Some(Self::Allocated),
            (Self::Allocated, Operation::Return) => Some(Self::Unallocated),
            (Self::Allocated, Operation::Encode) => Some(Self::Encoded),
            (Self::Encoded, Operation::ScrapLabel) => Some(Self::LabelScrapped),
            (Self::Encoded, Operation::Commission) => Some(Self::Commissioned),
            (Self::Commissioned | Self::Released, Operation::Decommission) => Some(Self::Inactive),
            (
                Self::Unassigned
                | Self::Unallocated
                | Self::Allocated
                | Self::SnInvalid
                | Self::Encoded
                | Self::LabelSampled
                | Self::LabelScrapped
                | Self::Commissioned
                | Self::Sampled
                | Self::Inactive
                | Self::Destroyed
                | Self::Released,
                _,
            ) => None,
        }
    }
}

impl fmt::Display for SerialState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
