//! The states of a serial number (OPEN-SCS, OPC 30260 clause 4.1.4) and the one table of which
//! operation leads from which to which. The specification names no forbidden edges; being strict
//! is this ledger's policy. SSCCs go through the same states.

use std::fmt;

use serde::{Deserialize, Serialize};

/// State of a serial number, spelled as in OPEN-SCS.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SerialState {
    /// Made, not assigned to production: the enterprise's pool.
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

impl SerialState {
    /// Whether there is, or was, a physical object with this number.
    pub const fn has_lived(self) -> bool {
        match self {
            Self::Commissioned
            | Self::Sampled
            | Self::Inactive
            | Self::Destroyed
            | Self::Released => true,
            Self::Unassigned
            | Self::Unallocated
            | Self::Allocated
            | Self::SnInvalid
            | Self::Encoded
            | Self::LabelSampled
            | Self::LabelScrapped => false,
        }
    }
}

/// What can be done to a serial number, with the OPEN-SCS method it comes from.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Operation {
    /// `SNRequestUnallocated`: from the enterprise to the site.
    RequestUnallocated,
    /// `SNReturnUnallocated`: from the site back to the enterprise.
    ReturnUnallocated,
    /// `SNRequestAllocated`: from the site to an order.
    RequestAllocated,
    /// `SNReturnAllocated`: back from the line, unused.
    ReturnAllocated,
    /// `SNInvalidatingEvent`: never to be used.
    Invalidate,
    /// `LabelsEncodingEvent`: printed.
    Encode,
    /// `LabelsScrappingEvent`: spoiled.
    ScrapLabel,
    /// `LabelsSamplingEvent`: kept, for instance in the batch record.
    SampleLabel,
    /// `SIDCommissioningEvent`: bound to a unit.
    Commission,
    /// A sample was taken; OPEN-SCS has no method for it, CBV calls it `sampling`.
    Sample,
    /// `SIDDecommissioningEvent`: unbound.
    Decommission,
    /// `SIDDestroyingEvent`.
    Destroy,
    /// `SIDShippingEvent`: left the site.
    Ship,
    /// An earlier shipping did not take place (CBV `void_shipping`).
    VoidShipping,
    /// Goods came back to the site.
    AcceptReturn,
}

impl SerialState {
    /// All states, in the order of OPC 30260's numbers.
    pub const ALL: [Self; 12] = [
        Self::Unassigned,
        Self::Unallocated,
        Self::Allocated,
        Self::SnInvalid,
        Self::Encoded,
        Self::LabelSampled,
        Self::LabelScrapped,
        Self::Commissioned,
        Self::Sampled,
        Self::Inactive,
        Self::Destroyed,
        Self::Released,
    ];

    /// The state after `operation`, or `None` where the operation is refused.
    pub const fn after(self, operation: Operation) -> Option<Self> {
        use Operation as Op;
        Some(match (self, operation) {
            (Self::Unassigned, Op::RequestUnallocated) => Self::Unallocated,
            (Self::Unallocated, Op::ReturnUnallocated) => Self::Unassigned,
            (Self::Unallocated, Op::RequestAllocated) => Self::Allocated,
            (Self::Allocated, Op::ReturnAllocated) => Self::Unallocated,
            (Self::Unassigned | Self::Unallocated | Self::Allocated, Op::Invalidate) => {
                Self::SnInvalid
            }
            (Self::Allocated, Op::Encode) => Self::Encoded,
            (Self::Encoded, Op::ScrapLabel) => Self::LabelScrapped,
            (Self::Encoded, Op::SampleLabel) => Self::LabelSampled,
            (Self::Encoded, Op::Commission) => Self::Commissioned,
            (Self::Commissioned, Op::Sample) => Self::Sampled,
            (Self::Commissioned | Self::Sampled | Self::Released, Op::Decommission) => {
                Self::Inactive
            }
            (Self::Commissioned | Self::Sampled | Self::Inactive | Self::Released, Op::Destroy) => {
                Self::Destroyed
            }
            (Self::Commissioned, Op::Ship) => Self::Released,
            (Self::Released, Op::VoidShipping | Op::AcceptReturn) => Self::Commissioned,
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
            ) => return None,
        })
    }

    /// True while a unit or container carries the code and may be sold, packed or shipped.
    pub const fn is_active(self) -> bool {
        match self {
            Self::Commissioned | Self::Released => true,
            Self::Unassigned
            | Self::Unallocated
            | Self::Allocated
            | Self::SnInvalid
            | Self::Encoded
            | Self::LabelSampled
            | Self::LabelScrapped
            | Self::Sampled
            | Self::Inactive
            | Self::Destroyed => false,
        }
    }
}

impl fmt::Display for SerialState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl fmt::Display for Operation {
    /// As refusals print it. Their texts are in the digests of runs: these words stay.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RequestUnallocated => f.write_str("Provide"),
            Self::ReturnUnallocated => f.write_str("GiveBack"),
            Self::RequestAllocated => f.write_str("Allocate"),
            Self::ReturnAllocated => f.write_str("Return"),
            other => fmt::Debug::fmt(other, f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPERATIONS: [Operation; 15] = [
        Operation::RequestUnallocated,
        Operation::ReturnUnallocated,
        Operation::RequestAllocated,
        Operation::ReturnAllocated,
        Operation::Invalidate,
        Operation::Encode,
        Operation::ScrapLabel,
        Operation::SampleLabel,
        Operation::Commission,
        Operation::Sample,
        Operation::Decommission,
        Operation::Destroy,
        Operation::Ship,
        Operation::VoidShipping,
        Operation::AcceptReturn,
    ];

    #[test]
    fn what_is_final_stays_so() {
        use SerialState::{Destroyed, LabelSampled, LabelScrapped, SnInvalid};
        for state in [SnInvalid, LabelSampled, LabelScrapped, Destroyed] {
            assert!(OPERATIONS.iter().all(|&op| state.after(op).is_none()), "{state}");
        }
    }

    #[test]
    fn a_number_that_was_unbound_is_never_bound_again() {
        let mut reached = vec![SerialState::Inactive];
        while let Some(state) = reached.pop() {
            let next = OPERATIONS.iter().filter_map(|&op| state.after(op));
            for state in next {
                assert!(!state.is_active(), "{state}");
                reached.push(state);
            }
        }
    }

    #[test]
    fn a_printed_number_never_returns_to_a_pool() {
        use SerialState::{Allocated, Unallocated, Unassigned};
        let pools = [Unassigned, Unallocated, Allocated];
        for state in SerialState::ALL.into_iter().filter(|state| !pools.contains(state)) {
            let next = OPERATIONS.iter().filter_map(|&op| state.after(op));
            assert_eq!(next.filter(|next| pools.contains(next)).count(), 0, "{state}");
        }
    }
}
