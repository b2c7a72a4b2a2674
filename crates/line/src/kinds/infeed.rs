//! The infeed as the twin file has it: it releases units onto the line.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

use crate::check::Checker;
use crate::spec::{
    Blocking, ConsumableSpec, FailureSpec, PlannedStopSpec, SpeedLossSpec, StartupRejectsSpec,
    Stops,
};
use crate::work_log::Task;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Releases units onto the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InfeedSpec {
    /// Name.
    pub id: String,
    /// From one unit's coming onto the line to the next one's being ready.
    pub cycle_time_s: Distribution,
    /// When there is no place downstream.
    #[serde(default)]
    pub blocking: Blocking,
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
    /// Units that it rejects after it has stood.
    #[serde(default)]
    pub startup_rejects: Option<StartupRejectsSpec>,
    /// Next machine.
    pub to: String,
}

impl MachineKind for InfeedSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::Source
    }

    fn drawing(&self) -> Drawing {
        Drawing::Source
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 1400.0 }
    }

    fn to(&self) -> &[String] {
        std::slice::from_ref(&self.to)
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

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        Some(("cycle_time_s", self.cycle_time_s.mean_s()))
    }

    fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        (task == Task::Work).then_some(&mut self.cycle_time_s)
    }

    fn work_time_key(&self) -> &'static str {
        "cycle_time_s"
    }

    fn fails_at_end(&self) -> bool {
        true
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.takes_time(format!("{at}.cycle_time_s"), &self.cycle_time_s);
        checker.blocking(at, self.blocking, &self.to);
    }
}
