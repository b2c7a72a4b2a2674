//! A case labeller as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;
use linetwin_faults::FaultPlace;

use crate::check::{Checker, Problem};
use crate::spec::{ConsumableSpec, FailureSpec, LabelSpec, PlannedStopSpec, Stops};
use crate::work_log::Task;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Labels cases and reads the label.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseLabellerSpec {
    /// Name.
    pub id: String,
    /// Cases that can wait before it.
    pub queue_capacity: u32,
    /// The label.
    pub label: LabelSpec,
    /// Failures.
    #[serde(default)]
    pub failures: Vec<FailureSpec>,
    /// Its consumables.
    #[serde(default)]
    pub consumables: Vec<ConsumableSpec>,
    /// Planned stops.
    #[serde(default)]
    pub planned_stops: Vec<PlannedStopSpec>,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for CaseLabellerSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Labeller
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 1200.0 }
    }

    fn to(&self) -> &[String] {
        self.to.as_slice()
    }

    fn capacity(&self) -> Option<u32> {
        Some(self.queue_capacity)
    }

    fn stops(&self) -> Option<Stops<'_>> {
        Some(Stops {
            failures: &self.failures,
            consumables: &self.consumables,
            planned_stops: &self.planned_stops,
            speed_losses: &[],
            startup_rejects: None,
        })
    }

    fn failures_mut(&mut self) -> Option<&mut Vec<FailureSpec>> {
        Some(&mut self.failures)
    }

    fn labels(&self) -> bool {
        true
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Labeller]
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        Some(("label.label_s", self.label.label_s.mean_s()))
    }

    fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        (task == Task::Label).then_some(&mut self.label.label_s)
    }

    fn read_rate_mut(&mut self, task: Task) -> Option<&mut f64> {
        (task == Task::Label).then_some(&mut self.label.read_rate)
    }

    fn counted_task(&self) -> Task {
        Task::Label
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.at_least_one(format!("{at}.queue_capacity"), self.queue_capacity);
        checker.label(at, &self.label);
    }

    /// A labeller labels containers: something must pack them upstream.
    fn check_in_line(&self, index: usize, checker: &mut Checker<'_>) {
        let twin = checker.twin;
        if !twin.upstream(index).any(|at| twin.machines[at].makes().is_some()) {
            let found = format!("`{}` with nothing that packs before it", self.id);
            let expected = "a CasePacker on the way to a CaseLabeller";
            checker.problems.push(Problem::new(format!("machines[{index}]"), found, expected));
        }
    }
}
