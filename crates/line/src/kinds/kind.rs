//! What a machine kind states about itself. Most questions have a usual answer, so that a kind gives only
//! what is special about it.

use linetwin_base::{Distribution, Level};
use linetwin_faults::FaultPlace;

use crate::check::{Checker, Problem};
use crate::spec::{FailureSpec, Stops, TwinSpec};
use crate::work_log::Task;

use super::BeltSpec;

/// Where a machine stands with respect to the way of products.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum Placement<'a> {
    /// Where products come in.
    Source,
    /// In the way of products.
    InLine,
    /// On a belt, past which products go.
    OnBelt {
        /// The belt.
        belt: &'a str,
        /// From the belt's entry.
        at_mm: f64,
    },
    /// Beside the line, at this machine.
    Beside(&'a str),
}

/// What a machine looks like in a drawing of the line.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// Products begin here.
    Source,
    /// A housing in which something is done.
    Box,
    /// A path as long as its belt.
    Conveyor,
    /// A surface on which products stand.
    Table,
    /// A point at which paths split or join.
    Junction,
    /// A head above a belt that prints.
    PrintHead,
    /// A camera above a belt.
    Camera,
    /// A pusher with a bin.
    Gate,
    /// A bench beside the line.
    Bench,
    /// A machine in which a container is filled.
    Packer,
    /// A machine that applies labels.
    Labeller,
    /// A pallet that is stacked.
    Palletiser,
}

/// How large a machine is seen from above, where the twin file does not give it.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(crate) enum Footprint {
    /// As long as the belt, as wide as what it carries.
    Belt { length_mm: f64 },
    /// In the way of products.
    InLine { width_mm: f64 },
    /// Beside the way of products.
    Aside { length_mm: f64, width_mm: f64 },
}

/// See the module's first lines; what each is for stands beside the methods of the same names of
/// [`super::MachineSpec`].
pub(crate) trait MachineKind {
    fn id(&self) -> &str;
    fn placement(&self) -> Placement<'_>;
    fn drawing(&self) -> Drawing;
    fn footprint(&self) -> Footprint;
    fn check(&self, at: &str, checker: &mut Checker<'_>);

    fn to(&self) -> &[String] {
        &[]
    }

    fn joins_ways(&self) -> bool {
        false
    }

    fn capacity(&self) -> Option<u32> {
        None
    }

    fn queues_at_end(&self) -> u32 {
        0
    }

    fn keeps_places(&self) -> bool {
        false
    }

    fn stops(&self) -> Option<Stops<'_>> {
        None
    }

    fn stops_key(&self) -> &'static str {
        ""
    }

    fn failures_mut(&mut self) -> Option<&mut Vec<FailureSpec>> {
        None
    }

    fn makes(&self) -> Option<Level> {
        None
    }

    fn pattern(&self) -> Option<(u32, u32)> {
        None
    }

    fn labels(&self) -> bool {
        false
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[]
    }

    fn breaks_order(&self) -> Option<&'static str> {
        None
    }

    fn unreported_rejects(&self) -> Option<(&'static str, String, &'static str)> {
        None
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        None
    }

    fn fast_enough(&self, has_s: f64, rated: f64) -> String {
        format!("a mean of {has_s:.3} s or less for the rated {rated} units a minute")
    }

    fn short_queue(&self, _at: &str, _twin: &TwinSpec) -> Option<Problem> {
        None
    }

    fn time_mut(&mut self, _task: Task) -> Option<&mut Distribution> {
        None
    }

    fn work_time_key(&self) -> &'static str {
        "service_s"
    }

    fn read_rate_mut(&mut self, _task: Task) -> Option<&mut f64> {
        None
    }

    fn reject_share_mut(&mut self) -> Option<&mut f64> {
        None
    }

    fn counted_task(&self) -> Task {
        Task::Work
    }

    fn fails_at_end(&self) -> bool {
        false
    }

    fn logs_begins(&self) -> bool {
        true
    }

    fn check_on_belt(&self, _at: &str, _belt: &BeltSpec, _checker: &mut Checker<'_>) {}

    fn check_in_line(&self, _index: usize, _checker: &mut Checker<'_>) {}

    fn check_in_time(&self, _at: &str, _belt: &BeltSpec, _checker: &mut Checker<'_>) {}
}
