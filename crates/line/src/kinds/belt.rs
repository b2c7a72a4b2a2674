//! A belt as the twin file has it. How products move along it is in `motion`.

use serde::{Deserialize, Serialize};

use linetwin_faults::FaultPlace;

use crate::check::Checker;
use crate::spec::BeltSpeedSpec;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// A conveyor. On an accumulating one products queue up at its end while it runs on below them; the other
/// kind stands still as long as its head cannot leave, and devices can be placed on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeltSpec {
    /// Name.
    pub id: String,
    /// Length.
    pub length_mm: f64,
    /// Speed, the highest if it has several.
    pub speed_mm_s: f64,
    /// Other speeds, and when it has them; of those that apply the last one counts.
    #[serde(default)]
    pub speeds: Vec<BeltSpeedSpec>,
    /// Least distance between the leading edges of two products that come on.
    pub pitch_mm: f64,
    /// Length of a product, which is how close they stand in a queue; nothing means the pitch.
    #[serde(default)]
    pub product_length_mm: Option<f64>,
    /// Whether products queue up on it.
    pub accumulates: bool,
    /// From standing to full speed, and back; 0: at once.
    #[serde(default)]
    pub ramp_s: f64,
    /// At most so many products, if that is fewer than fit.
    #[serde(default)]
    pub max_units: Option<u32>,
    /// Next machine; nothing means the end of the line.
    #[serde(default)]
    pub to: Option<String>,
}

impl BeltSpec {
    /// Length of the products on it.
    pub fn product_mm(&self) -> f64 {
        self.product_length_mm.unwrap_or(self.pitch_mm)
    }

    /// Products that fit on it.
    pub fn holds(&self) -> u32 {
        // Only where they queue do products come closer than they came on.
        let each_mm = if self.accumulates { self.product_mm() } else { self.pitch_mm };
        // The smallest part of one corrects a quotient that rounding put below a whole one.
        let fits = (self.length_mm / each_mm + 1e-9) as u32;
        self.max_units.map_or(fits, |most| most.min(fits))
    }
}

impl MachineKind for BeltSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Conveyor
    }

    fn footprint(&self) -> Footprint {
        Footprint::Belt { length_mm: self.length_mm }
    }

    fn to(&self) -> &[String] {
        self.to.as_slice()
    }

    fn capacity(&self) -> Option<u32> {
        Some(self.holds())
    }

    fn queues_at_end(&self) -> u32 {
        if self.accumulates { self.holds() } else { 0 }
    }

    fn fault_places(&self) -> &'static [FaultPlace] {
        &[FaultPlace::Belt]
    }

    fn mean_cycle(&self) -> Option<(&'static str, f64)> {
        Some(("speed_mm_s", self.pitch_mm / self.speed_mm_s))
    }

    fn fast_enough(&self, has_s: f64, rated: f64) -> String {
        let would_do = libm::ceil(self.pitch_mm / has_s);
        format!("{would_do} mm/s or more for the rated {rated} units a minute")
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        let path = |field: &str| format!("{at}.{field}");
        for (nth, rule) in self.speeds.iter().enumerate() {
            let path = |field: &str| format!("{at}.speeds[{nth}].{field}");
            checker.names(path("load_on"), &rule.load_on, "Belt");
            checker.at_least_one(path("at_least"), rule.at_least);
            let most = self.speed_mm_s;
            checker.between(path("speed_mm_s"), rule.speed_mm_s, 0.1, most, "mm/s");
        }
        let (length_mm, pitch_mm) = (self.length_mm, self.pitch_mm);
        checker.between(path("length_mm"), length_mm, 1.0, 1e6, "mm");
        checker.between(path("speed_mm_s"), self.speed_mm_s, 0.1, 1e5, "mm/s");
        checker.between(path("pitch_mm"), pitch_mm, 1.0, 1e6, "mm");
        let expected = format!("at least one pitch, {pitch_mm} mm");
        checker.require(length_mm >= pitch_mm, path("length_mm"), length_mm, &expected);
        checker.at_least_one(path("max_units"), self.max_units.unwrap_or(1));
        let product_mm = self.product_mm();
        let expected = format!("a length from 1 mm to the pitch, {pitch_mm} mm");
        let ok = (1.0..=pitch_mm).contains(&product_mm);
        checker.require(ok, path("product_length_mm"), product_mm, &expected);
        checker.between(path("ramp_s"), self.ramp_s, 0.0, 60.0, "s");
    }
}
