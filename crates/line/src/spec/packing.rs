//! How packing machines work, and their labels.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;

use crate::work_log::Task;

use super::{ConsumableSpec, FailureSpec, PlannedStopSpec, SpeedLossSpec, Stops};

/// How the codes of a layer are read.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScanMode {
    /// By a camera that sees the whole layer.
    #[default]
    LayerCamera,
    /// By a person with the handheld scanner, one after the other.
    Handheld,
}

/// How a packing machine works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackingSpec {
    /// Products that can wait before it.
    pub queue_capacity: u32,
    /// Placing one product.
    pub place_s: Distribution,
    /// How the codes of a layer are read.
    #[serde(default)]
    pub scan: ScanMode,
    /// Reading the codes of a layer, or one code by hand.
    pub scan_s: Distribution,
    /// Share of good symbols that the layer camera reads in one scan.
    pub read_rate: f64,
    /// Closing a full container.
    pub close_s: Distribution,
    /// The skill of the person who places, reads and closes; without, the machine does it.
    #[serde(default)]
    pub required_skill: Option<String>,
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
}

impl PackingSpec {
    /// What makes it stop by itself, and how it loses speed.
    pub(crate) fn stops(&self) -> Stops<'_> {
        Stops {
            failures: &self.failures,
            consumables: &self.consumables,
            planned_stops: &self.planned_stops,
            speed_losses: &self.speed_losses,
            startup_rejects: None,
        }
    }

    /// The mean time of filling and closing a container of so many layers of so many children.
    pub(crate) fn container_s(&self, (layer, layers): (u32, u32)) -> f64 {
        let children = f64::from(layer) * f64::from(layers);
        let scans = match self.scan {
            ScanMode::LayerCamera => f64::from(layers),
            ScanMode::Handheld => children,
        };
        children * self.place_s.mean_s() + scans * self.scan_s.mean_s() + self.close_s.mean_s()
    }

    /// How long a task takes.
    pub(crate) fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        match task {
            Task::Place => Some(&mut self.place_s),
            Task::Scan => Some(&mut self.scan_s),
            Task::Close => Some(&mut self.close_s),
            Task::Work | Task::Label => None,
        }
    }
}

/// How a container label is printed and read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelSpec {
    /// Print, apply and read.
    pub label_s: Distribution,
    /// Share of labels read at the first try.
    pub read_rate: f64,
}
