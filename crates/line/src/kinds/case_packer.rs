//! A case packer as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, Level};
use linetwin_faults::FaultPlace;

use crate::check::{Checker, Problem};
use crate::spec::{FailureSpec, PackingSpec, Stops, TwinSpec};
use crate::work_log::Task;

use super::MachineSpec;
use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Packs units or bundles into cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CasePackerSpec {
    /// Name.
    pub id: String,
    /// Pattern of a layer.
    pub rows: u32,
    /// Pattern of a layer.
    pub columns: u32,
    /// Layers of a case.
    pub layers: u32,
    /// Times and read rates.
    pub packing: PackingSpec,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for CasePackerSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Packer
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 1600.0 }
    }

    fn to(&self) -> &[String] {
        self.to.as_slice()
    }

    fn capacity(&self) -> Option<u32> {
        Some(self.packing.queue_capacity)
    }

    fn stops(&self) -> Option<Stops<'_>> {
        Some(self.packing.stops())
    }

    fn stops_key(&self) -> &'static str {
        ".packing"
    }

    fn failures_mut(&mut self) -> Option<&mut Vec<FailureSpec>> {
        Some(&mut self.packing.failures)
    }

    fn makes(&self) -> Option<Level> {
        Some(Level::Case)
    }

    fn pattern(&self) -> Option<(u32, u32)> {
        Some((self.rows.saturating_mul(self.columns), self.layers))
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Packer]
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        let container_s =
            self.packing.container_s((self.rows.saturating_mul(self.columns), self.layers));
        Some(("packing", container_s))
    }

    /// While it reads and closes, what comes meanwhile waits before it: a layer should find places, in the
    /// packer or where products queue right before it.
    fn short_queue(&self, at: &str, twin: &TwinSpec) -> Option<Problem> {
        let mut feeders = twin.machines.iter().filter(|other| other.to().contains(&self.id));
        let queued = feeders.next().map_or(0, MachineSpec::queues_at_end);
        let layer = self.rows.saturating_mul(self.columns);
        let least = layer.saturating_sub(queued);
        let expected = format!(
            "{least} or more: a layer is {layer} products, and {queued} can queue right before it"
        );
        let (path, has) = (format!("{at}.packing.queue_capacity"), self.packing.queue_capacity);
        (has < least).then(|| Problem::new(path, has.to_string(), expected))
    }

    fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        self.packing.time_mut(task)
    }

    fn read_rate_mut(&mut self, task: Task) -> Option<&mut f64> {
        match task {
            Task::Scan => Some(&mut self.packing.read_rate),
            Task::Work | Task::Place | Task::Close | Task::Label => None,
        }
    }

    fn counted_task(&self) -> Task {
        Task::Place
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.at_least_one(format!("{at}.rows"), self.rows);
        checker.at_least_one(format!("{at}.columns"), self.columns);
        checker.at_least_one(format!("{at}.layers"), self.layers);
        checker.packing(at, &self.packing);
        checker.pattern(at, (self.rows.saturating_mul(self.columns), self.layers));
    }
}
