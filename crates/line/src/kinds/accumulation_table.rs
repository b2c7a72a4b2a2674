//! An accumulation table as the twin file has it.

use serde::{Deserialize, Serialize};

use crate::check::Checker;
use crate::spec::QueueDiscipline;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// A buffer for products while what follows stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccumulationTableSpec {
    /// Name.
    pub id: String,
    /// Products that fit on it.
    pub capacity: u32,
    /// Which one leaves next.
    #[serde(default)]
    pub discipline: QueueDiscipline,
    /// From coming on to the exit.
    #[serde(default)]
    pub transit_time_s: f64,
    /// At least so long between two that leave.
    #[serde(default)]
    pub min_discharge_interval_s: f64,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl MachineKind for AccumulationTableSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Table
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 1500.0 }
    }

    fn to(&self) -> &[String] {
        self.to.as_slice()
    }

    fn capacity(&self) -> Option<u32> {
        Some(self.capacity)
    }

    fn queues_at_end(&self) -> u32 {
        self.capacity
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn breaks_order(&self) -> Option<&'static str> {
        match self.discipline {
            QueueDiscipline::Fifo => None,
            QueueDiscipline::Lifo => Some("with `discipline: Lifo`"),
        }
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        Some(("min_discharge_interval_s", self.min_discharge_interval_s))
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        let path = |field: &str| format!("{at}.{field}");
        checker.at_least_one(path("capacity"), self.capacity);
        checker.between(path("transit_time_s"), self.transit_time_s, 0.0, 86_400.0, "s");
        let interval_s = self.min_discharge_interval_s;
        checker.between(path("min_discharge_interval_s"), interval_s, 0.0, 86_400.0, "s");
    }
}
