//! A camera on a belt as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;
use linetwin_faults::FaultPlace;
use linetwin_symbol::Optics;

use crate::check::Checker;
use crate::work_log::Task;

use super::kind::{Drawing, Footprint, MachineKind, Placement};
use super::{BeltSpec, MachineSpec};

/// A camera on a belt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CameraSpec {
    /// Name.
    pub id: String,
    /// Its belt.
    pub on: String,
    /// From the belt's entry.
    pub at_mm: f64,
    /// From the trigger to the result.
    pub decode_s: Distribution,
    /// Share of products that it is triggered for in time and sees in the right light.
    pub read_rate: f64,
    /// Lens, light and sensor; they matter at `optics: Raster`.
    #[serde(default)]
    pub optics: Optics,
}

impl MachineKind for CameraSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::OnBelt { belt: &self.on, at_mm: self.at_mm }
    }

    fn drawing(&self) -> Drawing {
        Drawing::Camera
    }

    fn footprint(&self) -> Footprint {
        Footprint::Aside { length_mm: 300.0, width_mm: 500.0 }
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Camera]
    }

    fn read_rate_mut(&mut self, task: Task) -> Option<&mut f64> {
        (task == Task::Work).then_some(&mut self.read_rate)
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.times(format!("{at}.decode_s"), &self.decode_s);
        checker.share(format!("{at}.read_rate"), self.read_rate);
        if let Some((name, found, expected)) = self.optics.fault() {
            checker.require(false, format!("{at}.optics.{name}"), found, expected);
        }
    }

    /// A print is reported before the product comes to the camera.
    fn check_in_time(&self, at: &str, belt: &BeltSpec, checker: &mut Checker<'_>) {
        let mut devices = checker.twin.devices_on(&belt.id);
        let printer = devices.find_map(|device| match device {
            MachineSpec::Printer(printer) => Some(printer),
            _ => None,
        });
        if let Some(printer) = printer {
            let what = format!("a print of `{}` is reported after up to", printer.id);
            let from = (printer.at_mm, &printer.print_s);
            checker.far_enough(at, self.at_mm, from, belt.speed_mm_s, &what);
        }
    }
}
