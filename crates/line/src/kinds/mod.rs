//! The machine kinds, one a file: what a kind has in the twin file, what it states about itself, what is
//! checked of it. A kind is registered here, in the list below; what machines do is in the twin.

mod accumulation_table;
mod belt;
mod bundler;
mod camera;
mod case_labeller;
mod case_packer;
mod diverter;
mod infeed;
mod kind;
mod merge;
mod palletiser;
mod printer;
mod reject_gate;
mod rework_bench;
mod variant;
mod workstation;

use std::fmt;

use serde::de::{EnumAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use linetwin_base::{Distribution, Level};
use linetwin_faults::FaultPlace;

use super::check::{Checker, Problem};
use super::spec::{FailureSpec, Stops, TwinSpec};
use super::work_log::Task;

use kind::MachineKind;
use variant::{StructVariant, VariantOf};

pub use accumulation_table::AccumulationTableSpec;
pub use belt::BeltSpec;
pub use bundler::BundlerSpec;
pub use camera::CameraSpec;
pub use case_labeller::CaseLabellerSpec;
pub use case_packer::CasePackerSpec;
pub use diverter::DiverterSpec;
pub use infeed::InfeedSpec;
pub(crate) use kind::Footprint;
pub use kind::{Drawing, Placement};
pub use merge::MergeSpec;
pub use palletiser::PalletiserSpec;
pub use printer::PrinterSpec;
pub use reject_gate::RejectGateSpec;
pub use rework_bench::ReworkBenchSpec;
pub use workstation::WorkstationSpec;

/// Makes the enum of all kinds from their list. `$d` is a dollar sign, for the macro that it makes.
macro_rules! machine_kinds {
    ($d:tt $($kind:ident($spec:ident)),+ $(,)?) => {
        /// A machine or device as the twin file has it: `Belt(id: "belt-1", ...)`.
        #[derive(Clone, Debug, PartialEq)]
        pub enum MachineSpec {
            $(
                #[doc = concat!("See [`", stringify!($spec), "`].")]
                $kind($spec),
            )+
        }

        /// The kinds by name, as they are read.
        #[derive(Deserialize)]
        #[serde(variant_identifier)]
        enum Kind {
            $($kind),+
        }

        impl MachineSpec {
            /// Names of all kinds.
            pub const KINDS: &[&str] = &[$(stringify!($kind)),+];

            /// The kind's name as it is written.
            pub const fn kind(&self) -> &'static str {
                match self {
                    $(Self::$kind(_) => stringify!($kind),)+
                }
            }
        }

        impl Serialize for MachineSpec {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let name = self.kind();
                let index = Self::KINDS.iter().position(|kind| *kind == name).unwrap_or(0) as u32;
                let variant = VariantOf { serializer, of: "MachineSpec", index, name };
                match self {
                    $(Self::$kind(it) => it.serialize(variant),)+
                }
            }
        }

        impl<'de> Visitor<'de> for MachineVisitor {
            type Value = MachineSpec;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("enum MachineSpec")
            }

            fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<MachineSpec, A::Error> {
                let (kind, fields) = data.variant::<Kind>()?;
                match kind {
                    $(Kind::$kind => {
                        $spec::deserialize(StructVariant(fields)).map(MachineSpec::$kind)
                    })+
                }
            }
        }

        /// Calls the same of whichever kind a machine is.
        macro_rules! of_kind {
            ($d machine:expr, $d it:ident => $d call:expr) => {
                match $d machine {
                    $(MachineSpec::$kind($d it) => $d call,)+
                }
            };
        }
    };
}

struct MachineVisitor;

machine_kinds! { $
    Infeed(InfeedSpec),
    Belt(BeltSpec),
    AccumulationTable(AccumulationTableSpec),
    Diverter(DiverterSpec),
    Merge(MergeSpec),
    Machine(WorkstationSpec),
    Printer(PrinterSpec),
    Camera(CameraSpec),
    RejectGate(RejectGateSpec),
    ReworkBench(ReworkBenchSpec),
    Bundler(BundlerSpec),
    CasePacker(CasePackerSpec),
    CaseLabeller(CaseLabellerSpec),
    Palletiser(PalletiserSpec),
}

impl<'de> Deserialize<'de> for MachineSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("MachineSpec", Self::KINDS, MachineVisitor)
    }
}

/// The questions about a machine; each kind answers in its own file.
impl MachineSpec {
    /// Its name.
    pub fn id(&self) -> &str {
        of_kind!(self, it => it.id())
    }

    /// Where it stands with respect to the way of products.
    pub fn placement(&self) -> Placement<'_> {
        of_kind!(self, it => it.placement())
    }

    /// Whether it stands beside the way of products rather than in it.
    pub fn is_device(&self) -> bool {
        match self.placement() {
            Placement::Source | Placement::InLine => false,
            Placement::OnBelt { .. } | Placement::Beside(_) => true,
        }
    }

    /// The belt that a device stands on, and where, in millimetres.
    pub fn on_belt(&self) -> Option<(&str, f64)> {
        match self.placement() {
            Placement::OnBelt { belt, at_mm } => Some((belt, at_mm)),
            Placement::Source | Placement::InLine | Placement::Beside(_) => None,
        }
    }

    /// The machines that its products go to: none at the end of the line, several behind a diverter;
    /// devices on a belt have none.
    pub fn to(&self) -> &[String] {
        of_kind!(self, it => it.to())
    }

    /// Whether several machines may feed it.
    pub fn joins_ways(&self) -> bool {
        of_kind!(self, it => it.joins_ways())
    }

    /// Products that fit on it or wait before it; nothing where none can wait.
    pub fn capacity(&self) -> Option<u32> {
        of_kind!(self, it => it.capacity())
    }

    /// Products that can queue at its end while what follows stands.
    pub(crate) fn queues_at_end(&self) -> u32 {
        of_kind!(self, it => it.queues_at_end())
    }

    /// Whether a machine upstream can reserve a place in it; on a belt a place moves away.
    pub(crate) fn keeps_places(&self) -> bool {
        of_kind!(self, it => it.keeps_places())
    }

    /// What makes it stop by itself and lose product, for the kinds that do.
    pub fn stops(&self) -> Option<Stops<'_>> {
        of_kind!(self, it => it.stops())
    }

    /// Its failures, to be changed; nothing where a kind cannot fail.
    pub fn failures_mut(&mut self) -> Option<&mut Vec<FailureSpec>> {
        of_kind!(self, it => it.failures_mut())
    }

    /// What a packing machine makes.
    pub fn makes(&self) -> Option<Level> {
        of_kind!(self, it => it.makes())
    }

    /// Children of a layer and layers of a full container, for packing machines.
    pub fn pattern(&self) -> Option<(u32, u32)> {
        of_kind!(self, it => it.pattern())
    }

    /// Whether it labels containers: those that it makes, or those that come to it.
    pub fn labels(&self) -> bool {
        of_kind!(self, it => it.labels())
    }

    /// The places of faults that every machine of its kind offers; some places also need a place in the line.
    pub(crate) fn fault_places(&self) -> &'static [FaultPlace] {
        of_kind!(self, it => it.fault_places())
    }

    /// How large it is, seen from above.
    pub(crate) fn footprint(&self) -> Footprint {
        of_kind!(self, it => it.footprint())
    }

    /// How it is drawn.
    pub fn drawing(&self) -> Drawing {
        of_kind!(self, it => it.drawing())
    }

    /// Why products do not leave it in the order in which they came, if they do not.
    pub fn breaks_order(&self) -> Option<&'static str> {
        of_kind!(self, it => it.breaks_order())
    }

    /// Rejects that are not reported to the line controller: the key, its value, what would do.
    pub fn unreported_rejects(&self) -> Option<(&'static str, String, &'static str)> {
        of_kind!(self, it => it.unreported_rejects())
    }

    /// The mean time from one item that leaves it to the next, and the key that it comes from; nothing
    /// where the kind limits no speed.
    pub(crate) fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        of_kind!(self, it => it.mean_cycle())
    }

    /// What would make it as fast as the line is rated: one item in `has_s`.
    pub(crate) fn fast_enough(&self, has_s: f64, rated: f64) -> String {
        of_kind!(self, it => it.fast_enough(has_s, rated))
    }

    /// A queue before it that is too short, in a twin in which nothing is wrong.
    pub(crate) fn short_queue(&self, at: &str, twin: &TwinSpec) -> Option<Problem> {
        of_kind!(self, it => it.short_queue(at, twin))
    }

    /// How long a task takes it.
    pub fn time_mut(&mut self, task: Task) -> Option<&mut Distribution> {
        of_kind!(self, it => it.time_mut(task))
    }

    /// The key of the time that its work takes, where it does one thing only.
    pub fn work_time_key(&self) -> &'static str {
        of_kind!(self, it => it.work_time_key())
    }

    /// The share of codes that it reads in a task.
    pub fn read_rate_mut(&mut self, task: Task) -> Option<&mut f64> {
        of_kind!(self, it => it.read_rate_mut(task))
    }

    /// The share of products that it takes off the line, if it is a kind that does so by itself.
    pub fn reject_share_mut(&mut self) -> Option<&mut f64> {
        of_kind!(self, it => it.reject_share_mut())
    }

    /// What of its log counts as its work and as its products.
    pub fn counted_task(&self) -> Task {
        of_kind!(self, it => it.counted_task())
    }

    /// Whether it checks for a failure in calendar time when a product is finished, not when it begins.
    pub fn fails_at_end(&self) -> bool {
        of_kind!(self, it => it.fails_at_end())
    }

    /// Whether its log has beginnings of its work, or ends only.
    pub fn logs_begins(&self) -> bool {
        of_kind!(self, it => it.logs_begins())
    }

    /// What is wrong with its own values; `at` is its place in the file.
    pub(crate) fn check(&self, at: &str, checker: &mut Checker<'_>) {
        of_kind!(self, it => it.check(at, checker));
    }

    /// Where its keys for failures and other stops stand: behind this, in its place in the file.
    pub(crate) fn stops_key(&self) -> &'static str {
        of_kind!(self, it => it.stops_key())
    }

    /// What is wrong with a device's place on its belt.
    pub(crate) fn check_on_belt(&self, at: &str, belt: &BeltSpec, checker: &mut Checker<'_>) {
        of_kind!(self, it => it.check_on_belt(at, belt, checker));
    }

    /// What is wrong with a machine's place in the line.
    pub(crate) fn check_in_line(&self, index: usize, checker: &mut Checker<'_>) {
        of_kind!(self, it => it.check_in_line(index, checker));
    }

    /// Whether a device is done with a product before the next one needs it.
    pub(crate) fn check_in_time(&self, at: &str, belt: &BeltSpec, checker: &mut Checker<'_>) {
        of_kind!(self, it => it.check_in_time(at, belt, checker));
    }
}

#[cfg(test)]
mod tests;
