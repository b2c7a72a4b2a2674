//! The scenario file: one run as data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use linetwin_base::SimSpan;
use linetwin_engine::Order;
use linetwin_faults::Fault;
use linetwin_symbol::Fidelity;

use super::expectation::Expectation;

/// Whether an engine drives the line.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineMode {
    /// Line controller and ledger run the order.
    #[default]
    Attached,
    /// The line makes product without codes.
    Detached,
}

/// A run: twin, order, faults, and expectations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Name for people.
    pub name: String,
    /// The twin file, looked for from the scenario's folder upwards.
    pub twin: String,
    /// Changes to the twin, as `path=value`: `machines.printer.queue_capacity=20`.
    #[serde(default)]
    pub twin_settings: Vec<String>,
    /// Seed of all random streams.
    pub seed: u64,
    /// Calendar time at which the run starts.
    #[serde(default = "default_start")]
    pub start: Timestamp,
    /// Whether an engine drives the line.
    #[serde(default)]
    pub engine: EngineMode,
    /// How much of a symbol is computed.
    #[serde(default)]
    pub optics: Fidelity,
    /// What to make; needed with an engine.
    #[serde(default)]
    pub order: Option<Order>,
    /// Without an engine: how long the line runs. With one: when an order that is not done counts
    /// as failed; without a value, after twelve times its ideal length and an hour.
    #[serde(default)]
    pub lasts: Option<SimSpan>,
    /// When the order is ended, whatever was made of it by then.
    #[serde(default)]
    pub order_ends: Option<SimSpan>,
    /// Its faults.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// No fault is injected from then on: the rest of the order shows that the line goes on.
    #[serde(default)]
    pub faults_end: Option<SimSpan>,
    /// A line that makes no progress for longer, when the faults that last are over, has failed (I10);
    /// without a value, an hour longer than the longest absence of a person.
    #[serde(default)]
    pub max_stall: Option<SimSpan>,
    /// The same for each line, where the twin is a plant.
    #[serde(default)]
    pub lines: Vec<LineRun>,
    /// Expectations; in a plant, of each line.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

impl Scenario {
    /// As it stands in a file.
    ///
    /// # Panics
    /// Never: what was read can be written.
    pub fn text(&self) -> String {
        let extensions = ron::extensions::Extensions::IMPLICIT_SOME;
        let config = ron::ser::PrettyConfig::new().struct_names(true).extensions(extensions);
        let text = ron::ser::to_string_pretty(self, config.compact_structs(false));
        let text = text.expect("what was read can be written");
        // Values that are the default are left out.
        let differs = |line: &&str| !line.ends_with(": None,") && !line.ends_with(": [],");
        text.lines().filter(differs).flat_map(|line| [line, "\n"]).collect()
    }
}

/// What one line of a plant does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineRun {
    /// The line.
    pub id: String,
    /// What to make; needed with an engine.
    #[serde(default)]
    pub order: Option<Order>,
    /// When the order is ended, whatever was made of it by then.
    #[serde(default)]
    pub order_ends: Option<SimSpan>,
    /// Its faults.
    #[serde(default)]
    pub faults: Vec<Fault>,
    /// Its expectations.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

impl LineRun {
    /// A line without an order of its own.
    pub const fn idle(id: String) -> Self {
        Self { id, order: None, order_ends: None, faults: Vec::new(), expect: Vec::new() }
    }
}

fn default_start() -> Timestamp {
    "2026-11-02T06:00:00Z".parse().expect("a constant moment")
}
