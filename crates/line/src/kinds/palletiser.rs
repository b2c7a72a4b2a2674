//! A palletiser as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, Level};
use linetwin_faults::FaultPlace;

use crate::check::Checker;
use crate::spec::{FailureSpec, LabelSpec, PackingSpec, Stops};
use crate::work_log::Task;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Stacks cases on pallets, labels them and reads the label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PalletiserSpec {
    /// Name.
    pub id: String,
    /// Cases of a layer.
    pub cases_per_layer: u32,
    /// Layers of a pallet.
    pub layers: u32,
    /// Times and read rates.
    pub packing: PackingSpec,
    /// The label.
    pub label: LabelSpec,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for PalletiserSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Palletiser
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 2200.0 }
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
        Some(Level::Pallet)
    }

    fn pattern(&self) -> Option<(u32, u32)> {
        Some((self.cases_per_layer, self.layers))
    }

    fn labels(&self) -> bool {
        true
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Packer, FaultPlace::Labeller]
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        let container_s = self.packing.container_s((self.cases_per_layer, self.layers));
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
        checker.at_least_one(format!("{at}.cases_per_layer"), self.cases_per_layer);
        checker.at_least_one(format!("{at}.layers"), self.layers);
        checker.packing(at, &self.packing);
        checker.label(at, &self.label);
        checker.pattern(at, (self.cases_per_layer, self.layers));
    }
}
