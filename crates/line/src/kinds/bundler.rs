//! A bundler as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, Level};
use linetwin_faults::FaultPlace;

use crate::check::Checker;
use crate::spec::{FailureSpec, LabelSpec, PackingSpec, Stops};
use crate::work_log::Task;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Wraps units into bundles, labels them and reads the label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundlerSpec {
    /// Name.
    pub id: String,
    /// Units of a bundle.
    pub units: u32,
    /// Times and read rates.
    pub packing: PackingSpec,
    /// The label.
    pub label: LabelSpec,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for BundlerSpec {
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
        Footprint::InLine { width_mm: 1200.0 }
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
        Some(Level::Bundle)
    }

    fn pattern(&self) -> Option<(u32, u32)> {
        Some((self.units, 1))
    }

    fn labels(&self) -> bool {
        true
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Packer, FaultPlace::Labeller]
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        let container_s = self.packing.container_s((self.units, 1));
        Some(("packing", container_s + self.label.label_s.mean_s()))
    }

    fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        match task {
            Task::Label => Some(&mut self.label.label_s),
            Task::Work | Task::Place | Task::Scan | Task::Close => self.packing.time_mut(task),
        }
    }

    fn read_rate_mut(&mut self, task: Task) -> Option<&mut f64> {
        match task {
            Task::Scan => Some(&mut self.packing.read_rate),
            Task::Label => Some(&mut self.label.read_rate),
            Task::Work | Task::Place | Task::Close => None,
        }
    }

    fn counted_task(&self) -> Task {
        Task::Place
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.at_least_one(format!("{at}.units"), self.units);
        checker.packing(at, &self.packing);
        checker.label(at, &self.label);
        checker.pattern(at, (self.units, 1));
    }
}
