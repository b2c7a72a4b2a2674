//! A general machine as the twin file has it: `Machine(...)`.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

use crate::check::Checker;
use crate::spec::{
    Blocking, ConsumableSpec, FailureSpec, PlannedStopSpec, SpeedLossSpec, StartupRejectsSpec,
    Stops,
};
use crate::work_log::Task;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// A machine that works on one product at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkstationSpec {
    /// Name.
    pub id: String,
    /// Work on one product.
    pub service_s: Distribution,
    /// Products that can wait before it.
    pub queue_capacity: u32,
    /// When there is no place downstream.
    #[serde(default)]
    pub blocking: Blocking,
    /// Share of products that it takes off the line as bad.
    #[serde(default)]
    pub reject_share: f64,
    /// Failures.
    #[serde(default)]
    pub failures: Vec<FailureSpec>,
    /// Its consumables.
    #[serde(default)]
    pub consumables: Vec<ConsumableSpec>,
    /// Planned stops.
    #[serde(default)]
    pub planned_stops: Vec<PlannedStopSpec>,
    /// How it loses speed.
    #[serde(default)]
    pub speed_losses: Vec<SpeedLossSpec>,
    /// Products that it rejects after it has stood.
    #[serde(default)]
    pub startup_rejects: Option<StartupRejectsSpec>,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for WorkstationSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Box
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 1400.0 }
    }

    fn to(&self) -> &[String] {
        self.to.as_slice()
    }

    fn capacity(&self) -> Option<u32> {
        Some(self.queue_capacity)
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn stops(&self) -> Option<Stops<'_>> {
        Some(Stops {
            failures: &self.failures,
            consumables: &self.consumables,
            planned_stops: &self.planned_stops,
            speed_losses: &self.speed_losses,
            startup_rejects: self.startup_rejects.as_ref(),
        })
    }

    fn failures_mut(&mut self) -> Option<&mut Vec<FailureSpec>> {
        Some(&mut self.failures)
    }

    fn unreported_rejects(&self) -> Option<(&'static str, String, &'static str)> {
        if self.startup_rejects.is_some() {
            let found = "rejects with an engine that gets no report of them";
            return Some(("startup_rejects", found.to_owned(), "none, or an Infeed's"));
        }
        (self.reject_share > 0.0).then(|| {
            let found = format!("{} with an engine that gets no report of it", self.reject_share);
            ("reject_share", found, "0.0, or a Camera and a RejectGate")
        })
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        Some(("service_s", self.service_s.mean_s()))
    }

    fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        (task == Task::Work).then_some(&mut self.service_s)
    }

    fn reject_share_mut(&mut self) -> Option<&mut f64> {
        Some(&mut self.reject_share)
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.takes_time(format!("{at}.service_s"), &self.service_s);
        checker.blocking(at, self.blocking, self.to.as_deref().unwrap_or_default());
        checker.share(format!("{at}.reject_share"), self.reject_share);
    }
}
