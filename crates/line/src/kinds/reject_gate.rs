//! A reject gate on a belt as the twin file has it.

use serde::{Deserialize, Serialize};

use linetwin_base::Distribution;
use linetwin_faults::FaultPlace;

use crate::check::Checker;

use super::kind::{Drawing, Footprint, MachineKind, Placement};
use super::{BeltSpec, MachineSpec};

/// A reject gate on a belt, with a bin, a confirm sensor in it and a sensor behind the gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RejectGateSpec {
    /// Name.
    pub id: String,
    /// Its belt.
    pub on: String,
    /// From the belt's entry.
    pub at_mm: f64,
    /// The sensor behind the gate, from the belt's entry.
    pub pass_sensor_mm: f64,
    /// From the push to the confirm sensor.
    pub confirm_s: Distribution,
    /// Products in its bin when the bin counts as full.
    #[serde(default = "default_bin_capacity")]
    pub bin_capacity: u32,
}

/// A bin of about a hundred litres.
const fn default_bin_capacity() -> u32 {
    200
}

impl MachineKind for RejectGateSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::OnBelt { belt: &self.on, at_mm: self.at_mm }
    }

    fn drawing(&self) -> Drawing {
        Drawing::Gate
    }

    fn footprint(&self) -> Footprint {
        // Its bin.
        Footprint::Aside { length_mm: 400.0, width_mm: 500.0 }
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::RejectGate]
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        checker.times(format!("{at}.confirm_s"), &self.confirm_s);
        checker.at_least_one(format!("{at}.bin_capacity"), self.bin_capacity);
    }

    /// A reject that passes the gate is seen by the pass sensor, and must still be on the belt when that
    /// stands.
    fn check_on_belt(&self, at: &str, belt: &BeltSpec, checker: &mut Checker<'_>) {
        let (length_mm, sensor_mm) = (belt.length_mm, self.pass_sensor_mm);
        let path = || format!("{at}.pass_sensor_mm");
        let coasts_mm = belt.speed_mm_s * belt.ramp_s / 2.0;
        let behind_mm = length_mm - sensor_mm;
        let found = format!("{behind_mm} mm to the end of a belt that coasts for {coasts_mm} mm");
        checker.require(coasts_mm < behind_mm, path(), found, "a longer way than that");
        let between = format!("a place between the gate and the end of the belt at {length_mm}");
        let ok = self.at_mm < sensor_mm && sensor_mm < length_mm;
        checker.require(ok, path(), sensor_mm, &between);
    }

    /// A camera's result is there before the product comes to the gate.
    fn check_in_time(&self, at: &str, belt: &BeltSpec, checker: &mut Checker<'_>) {
        let mut devices = checker.twin.devices_on(&belt.id);
        let camera = devices.find_map(|device| match device {
            MachineSpec::Camera(camera) => Some(camera),
            _ => None,
        });
        if let Some(camera) = camera {
            let what = format!("a result of `{}` takes up to", camera.id);
            let from = (camera.at_mm, &camera.decode_s);
            checker.far_enough(at, self.at_mm, from, belt.speed_mm_s, &what);
        }
    }
}
