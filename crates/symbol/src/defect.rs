//! What can be wrong with a printed symbol, each with its measures. Lengths are in modules, so that
//! a defect means the same for every size of symbol.

use serde::{Deserialize, Serialize};

/// Dot rows that a print head lays down for one module. A head of 600 dots an inch makes nine for
/// a module of 0.38 mm.
pub const DOTS: usize = 8;

/// One defect of a print.
#[derive(Copy, Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub enum Defect {
    /// Neighbouring nozzles that are clogged: so many dot rows stay white, eight to a module.
    DeadNozzles {
        /// Dot rows.
        rows: u32,
    },
    /// Ink runs: every edge between dark and light moves outwards. Negative: too little ink.
    InkSpread {
        /// How much wider a dark module gets, both edges together.
        modules: f64,
    },
    /// Ink is pale.
    LowContrast {
        /// Symbol contrast that is left, 0 to 1.
        contrast: f64,
    },
    /// Columns lean because the product turned.
    Skew {
        /// Angle between columns and the upright.
        degrees: f64,
    },
    /// The encoder slipped: the symbol is longer, or shorter, along travel.
    Stretch {
        /// How much longer.
        percent: f64,
    },
    /// Wet ink was drawn along travel.
    Smear {
        /// Length of the trail.
        modules: f64,
    },
    /// Splashes of ink.
    Spots {
        /// How many.
        count: u32,
        /// How large.
        diameter_modules: f64,
    },
    /// Places where no ink stuck.
    Voids {
        /// How many.
        count: u32,
        /// How large.
        diameter_modules: f64,
    },
    /// The print stopped before its end.
    PartialPrint {
        /// Share of the width that was printed, 0 to 1.
        share: f64,
    },
    /// The symbol was laid down twice.
    DoubleStrike {
        /// How far the second one lies along travel.
        modules: f64,
        /// How dark it is beside the first, 0 to 1.
        strength: f64,
    },
    /// A dark edge, of a fold or a frame, within the quiet zone of one module.
    QuietZoneIntrusion {
        /// How much of the quiet zone it takes, 0 to 1.
        share: f64,
    },
}

impl Defect {
    /// What is wrong with the measures, if anything: (name, value, expected).
    pub fn fault(&self) -> Option<(&'static str, f64, &'static str)> {
        let share = |name, value: f64| {
            let wrong = !(0.0..=1.0).contains(&value);
            wrong.then_some((name, value, "a share from 0.0 to 1.0"))
        };
        let within = |name, value: f64, limit: f64, expected| {
            let wrong = value.is_nan() || value.abs() > limit;
            wrong.then_some((name, value, expected))
        };
        let drops = |count: u32, diameter: f64| {
            let few = within("count", f64::from(count), 1_000.0, "at most 1000");
            let wrong = !(diameter > 0.0 && diameter <= 20.0);
            let expected = "above 0 and at most 20 modules";
            few.or(wrong.then_some(("diameter_modules", diameter, expected)))
        };
        match *self {
            Self::DeadNozzles { rows } => {
                let wrong = !(1..=2_000).contains(&rows);
                wrong.then_some(("rows", f64::from(rows), "1 to 2000 dot rows"))
            }
            Self::InkSpread { modules } => {
                within("modules", modules, 1.0, "a growth from -1.0 to 1.0 modules")
            }
            Self::LowContrast { contrast } => share("contrast", contrast),
            Self::Skew { degrees } => within("degrees", degrees, 45.0, "-45 to 45 degrees"),
            Self::Stretch { percent } => within("percent", percent, 50.0, "-50 to 50 percent"),
            Self::Smear { modules } => {
                let wrong = !(0.0..=100.0).contains(&modules);
                wrong.then_some(("modules", modules, "0 to 100 modules"))
            }
            Self::Spots { count, diameter_modules } | Self::Voids { count, diameter_modules } => {
                drops(count, diameter_modules)
            }
            Self::PartialPrint { share: printed } => share("share", printed),
            Self::DoubleStrike { modules, strength } => {
                within("modules", modules, 3.0, "-3 to 3 modules").or(share("strength", strength))
            }
            Self::QuietZoneIntrusion { share: taken } => share("share", taken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_of_every_measure_are_named() {
        type Make = fn(f64) -> Defect;
        let measures: [(&str, Make, f64, f64); 14] = [
            ("rows", |v| Defect::DeadNozzles { rows: v as u32 }, 1.0, 2_000.0),
            ("modules", |v| Defect::InkSpread { modules: v }, -1.0, 1.0),
            ("contrast", |v| Defect::LowContrast { contrast: v }, 0.0, 1.0),
            ("degrees", |v| Defect::Skew { degrees: v }, -45.0, 45.0),
            ("percent", |v| Defect::Stretch { percent: v }, -50.0, 50.0),
            ("modules", |v| Defect::Smear { modules: v }, 0.0, 100.0),
            ("count", |v| Defect::Spots { count: v as u32, diameter_modules: 1.0 }, 0.0, 1_000.0),
            ("count", |v| Defect::Voids { count: v as u32, diameter_modules: 1.0 }, 0.0, 1_000.0),
            ("diameter_modules", |v| Defect::Spots { count: 1, diameter_modules: v }, 1e-9, 20.0),
            ("diameter_modules", |v| Defect::Voids { count: 1, diameter_modules: v }, 1e-9, 20.0),
            ("share", |v| Defect::PartialPrint { share: v }, 0.0, 1.0),
            ("modules", |v| Defect::DoubleStrike { modules: v, strength: 1.0 }, -3.0, 3.0),
            ("strength", |v| Defect::DoubleStrike { modules: 1.0, strength: v }, 0.0, 1.0),
            ("share", |v| Defect::QuietZoneIntrusion { share: v }, 0.0, 1.0),
        ];
        for (name, make, least, most) in measures {
            let whole = name == "rows" || name == "count";
            let fault = |value| make(value).fault().map(|(name, _, _)| name);
            for fine in [least, most, f64::midpoint(least, most)] {
                assert_eq!(fault(fine), None, "{:?}", make(fine));
            }
            let beyond = if whole { most + 1.0 } else { most + 1e-9 };
            assert_eq!(fault(beyond), Some(name), "{:?}", make(beyond));
            if whole {
                continue;
            }
            for wrong in [least - 1e-8, -1e300, 1e300, f64::NAN, f64::INFINITY] {
                assert_eq!(fault(wrong), Some(name), "{:?}", make(wrong));
            }
        }
        assert_eq!(Defect::DeadNozzles { rows: 0 }.fault().map(|fault| fault.0), Some("rows"));
    }
}
