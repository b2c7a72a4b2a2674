//! Every machine kind as the twin file has it, and what is the same for all of them.

use serde::{Deserialize, Serialize};

use linetwin_base::{Distribution, Level};
use linetwin_symbol::Optics;

use super::{
    BeltSpeedSpec, DivertRule, FailureSpec, LabelSpec, PackingSpec, PrintSpec, TableOrder,
    UpkeepSpec,
};

/// What a machine does when there is no room behind it.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blocking {
    /// It works on one more product and keeps it until there is room.
    #[default]
    AfterService,
    /// It cannot keep a product: it begins only when there is a place for what it will have done. Until
    /// then, and while it is repaired, the product waits before it.
    BeforeService,
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
        /// When there is no room behind it.
        #[serde(default)]
        blocking: Blocking,
        /// Failures.
        #[serde(default)]
        failures: Vec<FailureSpec>,
        /// Materials, planned work, losses.
        #[serde(default)]
        upkeep: UpkeepSpec,
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
        /// Speed, the highest if it has several.
        speed_mm_s: f64,
        /// Other speeds, and when it has them; of those that apply the last one counts.
        #[serde(default)]
        speeds: Vec<BeltSpeedSpec>,
        /// Least distance between the leading edges of two products that come on.
        pitch_mm: f64,
        /// Length of a product, which is how close they stand in a queue; nothing means the pitch.
        #[serde(default)]
        product_mm: Option<f64>,
        /// Whether products queue up on it.
        accumulates: bool,
        /// From standing to full speed, and back; 0: at once.
        #[serde(default)]
        ramp_s: f64,
        /// At most so many products, if that is fewer than fit.
        #[serde(default)]
        max_units: Option<u32>,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// Room for products while what follows stands.
    AccumulationTable {
        /// Name.
        id: String,
        /// Products that fit on it.
        capacity: u32,
        /// Which one leaves next.
        #[serde(default)]
        order: TableOrder,
        /// From coming on to the exit.
        #[serde(default)]
        through_s: f64,
        /// At least so long between two that leave.
        #[serde(default)]
        out_every_s: f64,
        /// Next machine; nothing means the end of the line.
        #[serde(default)]
        to: Option<String>,
    },
    /// Where a line parts. It holds one product until there is room where that goes.
    Diverter {
        /// Name.
        id: String,
        /// Products that can wait before it.
        #[serde(default)]
        room: u32,
        /// Which way the next product goes.
        #[serde(default)]
        rule: DivertRule,
        /// The next machines.
        to: Vec<String>,
    },
    /// Where ways come together: the only machine that several feed. It holds one product; who has waited
    /// longest comes in next.
    Merge {
        /// Name.
        id: String,
        /// Machines that come in before all others, the most important one first.
        #[serde(default)]
        first: Vec<String>,
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
        /// When there is no room behind it.
        #[serde(default)]
        blocking: Blocking,
        /// Share of products that it takes off the line as bad.
        #[serde(default)]
        reject_share: f64,
        /// Failures.
        #[serde(default)]
        failures: Vec<FailureSpec>,
        /// Materials, planned work, losses.
        #[serde(default)]
        upkeep: UpkeepSpec,
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
        failures: Vec<FailureSpec>,
        /// Materials, planned work, losses.
        #[serde(default)]
        upkeep: UpkeepSpec,
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
        failures: Vec<FailureSpec>,
        /// Materials, planned work, losses.
        #[serde(default)]
        upkeep: UpkeepSpec,
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

impl MachineSpec {
    /// Its name.
    pub fn id(&self) -> &str {
        match self {
            Self::Infeed { id, .. }
            | Self::Belt { id, .. }
            | Self::AccumulationTable { id, .. }
            | Self::Diverter { id, .. }
            | Self::Merge { id, .. }
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
            Self::AccumulationTable { .. } => "AccumulationTable",
            Self::Diverter { .. } => "Diverter",
            Self::Merge { .. } => "Merge",
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

    /// Whether it stands beside the way of products rather than in it.
    pub const fn is_device(&self) -> bool {
        matches!(
            self,
            Self::Printer { .. }
                | Self::Camera { .. }
                | Self::RejectGate { .. }
                | Self::ReworkBench { .. }
        )
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

    /// Length of the products on a belt.
    pub fn product_mm(&self) -> Option<f64> {
        match self {
            Self::Belt { pitch_mm, product_mm, .. } => Some(product_mm.unwrap_or(*pitch_mm)),
            _ => None,
        }
    }

    /// Products that fit on it or wait before it; nothing where none can wait.
    pub fn capacity(&self) -> Option<u32> {
        match self {
            Self::Belt { length_mm, pitch_mm, accumulates, max_units, .. } => {
                // Only where they queue do products come closer than they came on.
                let each_mm = self.product_mm().filter(|_| *accumulates).unwrap_or(*pitch_mm);
                // The smallest part of one mends a quotient that rounding put below a whole one.
                let fits = (length_mm / each_mm + 1e-9) as u32;
                Some(max_units.map_or(fits, |most| most.min(fits)))
            }
            Self::AccumulationTable { capacity, .. } => Some(*capacity),
            Self::Machine { room, .. } | Self::CaseLabeller { room, .. } => Some(*room),
            Self::Diverter { room, .. } => (*room > 0).then_some(*room),
            Self::Bundler { packing, .. }
            | Self::CasePacker { packing, .. }
            | Self::Palletiser { packing, .. } => Some(packing.room),
            Self::Infeed { .. }
            | Self::Merge { .. }
            | Self::Printer { .. }
            | Self::Camera { .. }
            | Self::RejectGate { .. }
            | Self::ReworkBench { .. } => None,
        }
    }

    /// How it fails and what it needs, for the kinds that do.
    pub fn stops(&self) -> Option<(&[FailureSpec], &UpkeepSpec)> {
        match self {
            Self::Infeed { failures, upkeep, .. }
            | Self::Machine { failures, upkeep, .. }
            | Self::Printer { failures, upkeep, .. }
            | Self::CaseLabeller { failures, upkeep, .. } => Some((failures, upkeep)),
            Self::Bundler { packing, .. }
            | Self::CasePacker { packing, .. }
            | Self::Palletiser { packing, .. } => Some((&packing.failures, &packing.upkeep)),
            Self::Belt { .. }
            | Self::AccumulationTable { .. }
            | Self::Diverter { .. }
            | Self::Merge { .. }
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
