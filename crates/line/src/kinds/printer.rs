//! A printer on a belt as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;
use linetwin_faults::FaultPlace;

use crate::check::{Checker, longest};
use crate::spec::{ConsumableSpec, FailureSpec, PlannedStopSpec, PrintSpec, Stops};

use super::BeltSpec;
use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// A printer on a belt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrinterSpec {
    /// Name.
    pub id: String,
    /// Its belt.
    pub on: String,
    /// From the belt's entry.
    pub at_mm: f64,
    /// From the trigger to the report. Prints are laid down in passing and may overlap: this limits no
    /// speed.
    pub print_s: Distribution,
    /// Jobs that its buffer holds.
    pub buffer_jobs: usize,
    /// How well it prints.
    #[serde(default)]
    pub print: PrintSpec,
    /// Failures; the belt stands while it is repaired.
    #[serde(default)]
    pub failures: Vec<FailureSpec>,
    /// Its consumables.
    #[serde(default)]
    pub consumables: Vec<ConsumableSpec>,
    /// Planned stops.
    #[serde(default)]
    pub planned_stops: Vec<PlannedStopSpec>,
}

impl MachineKind for PrinterSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::OnBelt { belt: &self.on, at_mm: self.at_mm }
    }

    fn drawing(&self) -> Drawing {
        Drawing::PrintHead
    }

    fn footprint(&self) -> Footprint {
        Footprint::Aside { length_mm: 300.0, width_mm: 500.0 }
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

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Printer]
    }

    fn fails_at_end(&self) -> bool {
        true
    }

    fn logs_begins(&self) -> bool {
        // Prints overlap: only their ends are logged.
        false
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.times(format!("{at}.print_s"), &self.print_s);
        let ok = (1..=1000).contains(&self.buffer_jobs);
        checker.require(ok, format!("{at}.buffer_jobs"), self.buffer_jobs, "1 to 1000 jobs");
        checker.print(&format!("{at}.print"), &self.print);
    }

    /// A job is the line controller's until its print is reported; meanwhile the next products need theirs.
    fn check_in_time(&self, at: &str, belt: &BeltSpec, checker: &mut Checker<'_>) {
        let spacing_s = belt.pitch_mm / belt.speed_mm_s;
        let needed = libm::floor(self.print_s.quantile_9999_s() / spacing_s) + 1.0;
        let expected = format!(
            "{needed} or more: a print is reported after up to {}, and products follow one another \
             every {spacing_s:.3} s",
            longest(&self.print_s),
        );
        let ok = self.buffer_jobs as f64 >= needed;
        checker.require(ok, format!("{at}.buffer_jobs"), self.buffer_jobs, &expected);
    }
}
