//! The twin file: a line as data. Lengths are millimetres of belt, times are seconds drawn from a
//! distribution; machines are named by `id` and stand in the order of the file.

use serde::{Deserialize, Serialize};

use crate::base::{Distribution, Level};
use crate::engine::PoolRule;
use crate::symbol::{Optics, Shape};

/// A line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Twin", deny_unknown_fields)]
pub struct TwinSpec {
    /// Name for people.
    pub name: String,
    /// Rated speed of the line, for OEE.
    pub rated_units_per_min: f64,
    /// The machine whose Execute time is the line's production time; usually the infeed.
    pub lead_machine: String,
    /// The operator who clears stops.
    #[serde(default)]
    pub operator: OperatorSpec,
    /// The link between line controller and ledger.
    #[serde(default)]
    pub link: LinkSpec,
    /// What the line controller is configured for.
    #[serde(default)]
    pub controller: ControllerSpec,
    /// Machines and devices.
    pub machines: Vec<MachineSpec>,
}

/// The operator who clears stops.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OperatorSpec {
    /// From the call until the task is done.
    pub response_s: Distribution,
    /// Share of good symbols that the handheld scanner reads at the first try.
    pub scan_read_rate: f64,
}

impl Default for OperatorSpec {
    fn default() -> Self {
        Self {
            response_s: Distribution::Triangular { from: 10.0, mode: 20.0, to: 60.0 },
            scan_read_rate: 0.999,
        }
    }
}

/// The link between line controller and ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LinkSpec {
    /// One way.
    pub latency_s: Distribution,
    /// An unacknowledged message is sent again after this time.
    pub retry_s: f64,
}

impl Default for LinkSpec {
    fn default() -> Self {
        Self { latency_s: Distribution::Uniform { from: 0.002, to: 0.010 }, retry_s: 2.0 }
    }
}

/// What the line controller is configured for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ControllerSpec {
    /// Lowest ISO/IEC 15415 grade that passes, 0.0 to 4.0.
    pub minimum_grade: f64,
    /// So many rejects in a row stop the belt until an operator has looked; 0 for never.
    pub rejects_in_a_row: u32,
    /// Share of serial numbers fetched on top of the quantity.
    pub serial_reserve: f64,
    /// How many serial numbers the line keeps.
    pub pool: PoolRule,
    /// After so long without a word from any device somebody walks along the line.
    pub quiet_s: f64,
}

impl Default for ControllerSpec {
    fn default() -> Self {
        Self {
            minimum_grade: 1.5,
            rejects_in_a_row: 5,
            serial_reserve: 0.05,
            pool: PoolRule::WholeOrder,
            quiet_s: 600.0,
        }
    }
}

/// How well a printer prints. Reflectances are shares of a perfect white's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PrintSpec {
    /// Outline of the symbol.
    pub shape: Shape,
    /// Reflectance of carton less that of ink.
    pub contrast: Distribution,
    /// How much wider than a module a dark module is, in modules.
    pub growth: Distribution,
    /// Unevenness of the ink, as reflectance.
    pub mottle: f64,
    /// How it gets worse with use; nothing means not at all.
    pub wear: Option<WearSpec>,
}

impl Default for PrintSpec {
    fn default() -> Self {
        Self {
            shape: Shape::Square,
            contrast: Distribution::Triangular { from: 0.60, mode: 0.74, to: 0.80 },
            growth: Distribution::Triangular { from: 0.0, mode: 0.08, to: 0.20 },
            mottle: 0.05,
            wear: None,
        }
    }
}

/// How a print head gets worse with use, until it is cleaned and its ink is changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WearSpec {
    /// Prints from one nozzle's failure to the next one's, on average; without memory.
    pub prints_per_dead_nozzle: f64,
    /// Contrast lost by every thousand prints.
    pub contrast_lost_per_thousand: f64,
    /// Prints after which the head is cleaned and the ink changed, between two products.
    pub serviced_every_prints: u32,
}

/// Failures by clock time: at the first start of work after the time between failures has passed,
/// the machine is repaired first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureSpec {
    /// From a repair to the next failure.
    pub between_s: Distribution,
    /// Length of a repair.
    pub repair_s: Distribution,
}

/// A machine or device. `to` names the next machine, nothing means the end of the line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum MachineSpec {
    /// Lets units onto the line.
    Infeed {
        /// Name.
        id: String,
        /// From one unit's coming onto the line to the next one's being ready.
        every_s: Distribution,
        /// Failures.
        #[serde(default)]
        failures: Option<FailureSpec>,
        /// Next machine.
        to: String,
    },
    /// A conveyor. On an accumulating one products queue up at its end while it runs on below
    /// them; the other kind stands still as long as its head cannot leave, and devices can be
    /// placed on it.
    Belt {
        /// Name.
        id: String,
        /// Length.
        length_mm: f64,
        /// Speed.
        speed_mm_s: f64,
        /// Least distance between the leading edges of two products.
        pitch_mm: f64,
        /// Whether products queue up on it.
        accumulates: bool,
        /// At most so many products, if that is fewer than fit.
        #[serde(default)]
        max_units: Option<u32>,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// A machine that works on one product at a time.
    Machine {
        /// Name.
        id: String,
        /// Work on one product.
        service_s: Distribution,
        /// Products that can wait before it.
        room: u32,
        /// Share of products that it takes off the line as bad.
        #[serde(default)]
        reject_share: f64,
        /// Failures.
        #[serde(default)]
        failures: Option<FailureSpec>,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// A printer on a belt.
    Printer {
        /// Name.
        id: String,
        /// Its belt.
        on: String,
        /// From the belt's entry.
        at_mm: f64,
        /// From the trigger to the report. Prints are laid down in passing and may overlap: this
        /// limits no speed.
        print_s: Distribution,
        /// Jobs that its buffer holds.
        jobs: usize,
        /// How well it prints.
        #[serde(default)]
        print: PrintSpec,
        /// Failures; the belt stands while it is repaired.
        #[serde(default)]
        failures: Option<FailureSpec>,
    },
    /// A camera on a belt.
    Camera {
        /// Name.
        id: String,
        /// Its belt.
        on: String,
        /// From the belt's entry.
        at_mm: f64,
        /// From the trigger to the result.
        decode_s: Distribution,
        /// Share of products that it is triggered for in time and sees in the right light.
        read_rate: f64,
        /// Lens, light and sensor; they matter at `optics: Raster`.
        #[serde(default)]
        optics: Optics,
    },
    /// A reject gate on a belt, with a bin, a confirm sensor in it and a sensor behind the gate.
    RejectGate {
        /// Name.
        id: String,
        /// Its belt.
        on: String,
        /// From the belt's entry.
        at_mm: f64,
        /// The sensor behind the gate, from the belt's entry.
        pass_sensor_mm: f64,
        /// From the push to the confirm sensor.
        confirm_s: Distribution,
        /// Products in its bin when the bin counts as full.
        #[serde(default = "default_bin_capacity")]
        bin_capacity: u32,
    },
    /// Where a person examines once more what a reject gate threw out.
    ReworkBench {
        /// Name.
        id: String,
        /// The gate; it must be the first one of the line.
        gate: String,
        /// Examining one product.
        verify_s: Distribution,
        /// Where good ones go back onto the line: behind the last gate.
        returns_to: String,
    },
    /// Wraps units into bundles, labels them and reads the label.
    Bundler {
        /// Name.
        id: String,
        /// Units of a bundle.
        units: u32,
        /// Times and read rates.
        packing: PackingSpec,
        /// The label.
        label: LabelSpec,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// Packs units or bundles into cases.
    CasePacker {
        /// Name.
        id: String,
        /// Pattern of a layer.
        rows: u32,
        /// Pattern of a layer.
        columns: u32,
        /// Layers of a case.
        layers: u32,
        /// Times and read rates.
        packing: PackingSpec,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// Labels cases and reads the label.
    CaseLabeller {
        /// Name.
        id: String,
        /// Cases that can wait before it.
        room: u32,
        /// The label.
        label: LabelSpec,
        /// Failures.
        #[serde(default)]
        failures: Option<FailureSpec>,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// Stacks cases on pallets, labels them and reads the label.
    Palletiser {
        /// Name.
        id: String,
        /// Cases of a layer.
        cases_per_layer: u32,
        /// Layers of a pallet.
        layers: u32,
        /// Times and read rates.
        packing: PackingSpec,
        /// The label.
        label: LabelSpec,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
}

/// A bin of about a hundred litres.
const fn default_bin_capacity() -> u32 {
    200
}

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
    pub room: u32,
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
    /// Failures.
    #[serde(default)]
    pub failures: Option<FailureSpec>,
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

impl MachineSpec {
    /// Its name.
    pub fn id(&self) -> &str {
        match self {
            Self::Infeed { id, .. }
            | Self::Belt { id, .. }
            | Self::Machine { id, .. }
            | Self::Printer { id, .. }
            | Self::Camera { id, .. }
            | Self::RejectGate { id, .. }
            | Self::ReworkBench { id, .. }
            | Self::Bundler { id, .. }
            | Self::CasePacker { id, .. }
            | Self::CaseLabeller { id, .. }
            | Self::Palletiser { id, .. } => id,
        }
    }

    /// The kind's name as it is written.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Infeed { .. } => "Infeed",
            Self::Belt { .. } => "Belt",
            Self::Machine { .. } => "Machine",
            Self::Printer { .. } => "Printer",
            Self::Camera { .. } => "Camera",
            Self::RejectGate { .. } => "RejectGate",
            Self::ReworkBench { .. } => "ReworkBench",
            Self::Bundler { .. } => "Bundler",
            Self::CasePacker { .. } => "CasePacker",
            Self::CaseLabeller { .. } => "CaseLabeller",
            Self::Palletiser { .. } => "Palletiser",
        }
    }

    /// The next machine; devices on a belt have none.
    pub fn to(&self) -> Option<&str> {
        match self {
            Self::Infeed { to, .. } => Some(to),
            Self::Belt { to, .. }
            | Self::Machine { to, .. }
            | Self::Bundler { to, .. }
            | Self::CasePacker { to, .. }
            | Self::CaseLabeller { to, .. }
            | Self::Palletiser { to, .. } => to.as_deref(),
            Self::Printer { .. }
            | Self::Camera { .. }
            | Self::RejectGate { .. }
            | Self::ReworkBench { .. } => None,
        }
    }

    /// The belt that a device stands on, and where, in millimetres.
    pub fn on_belt(&self) -> Option<(&str, f64)> {
        match self {
            Self::Printer { on, at_mm, .. }
            | Self::Camera { on, at_mm, .. }
            | Self::RejectGate { on, at_mm, .. } => Some((on, *at_mm)),
            _ => None,
        }
    }

    /// Products that fit on it or wait before it; nothing where none can wait.
    pub fn capacity(&self) -> Option<u32> {
        match self {
            Self::Belt { length_mm, pitch_mm, max_units, .. } => {
                // The smallest part of a pitch mends a quotient that rounding put below a whole one.
                let fits = (length_mm / pitch_mm + 1e-9) as u32;
                Some(max_units.map_or(fits, |most| most.min(fits)))
            }
            Self::Machine { room, .. } | Self::CaseLabeller { room, .. } => Some(*room),
            Self::Bundler { packing, .. }
            | Self::CasePacker { packing, .. }
            | Self::Palletiser { packing, .. } => Some(packing.room),
            Self::Infeed { .. }
            | Self::Printer { .. }
            | Self::Camera { .. }
            | Self::RejectGate { .. }
            | Self::ReworkBench { .. } => None,
        }
    }

    /// What a packing machine makes.
    pub const fn makes(&self) -> Option<Level> {
        match self {
            Self::Bundler { .. } => Some(Level::Bundle),
            Self::CasePacker { .. } => Some(Level::Case),
            Self::Palletiser { .. } => Some(Level::Pallet),
            _ => None,
        }
    }

    /// Children of a layer and layers of a full container, for packing machines.
    pub const fn pattern(&self) -> Option<(u32, u32)> {
        match self {
            Self::Bundler { units, .. } => Some((*units, 1)),
            Self::CasePacker { rows, columns, layers, .. } => {
                Some((rows.saturating_mul(*columns), *layers))
            }
            Self::Palletiser { cases_per_layer, layers, .. } => Some((*cases_per_layer, *layers)),
            _ => None,
        }
    }
}

impl TwinSpec {
    /// A machine's place in the file.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.machines.iter().position(|machine| machine.id() == id)
    }
}
