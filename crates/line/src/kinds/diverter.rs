//! A diverter as the twin file has it.

use serde::{Deserialize, Serialize};

use crate::check::Checker;
use crate::spec::DivertRule;

use super::kind::{Drawing, Footprint, MachineKind, Placement};

/// Where a line splits into lanes. It holds one product until there is a place where that goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DiverterSpec {
    /// Name.
    pub id: String,
    /// Products that can wait before it.
    #[serde(default)]
    pub queue_capacity: u32,
    /// Which way the next product goes.
    #[serde(default)]
    pub rule: DivertRule,
    /// The next machines.
    pub to: Vec<String>,
}

impl MachineKind for DiverterSpec {
    fn id(&self) -> &str {
        &self.id
    }

    fn placement(&self) -> Placement<'_> {
        Placement::InLine
    }

    fn drawing(&self) -> Drawing {
        Drawing::Junction
    }

    fn footprint(&self) -> Footprint {
        Footprint::InLine { width_mm: 600.0 }
    }

    fn to(&self) -> &[String] {
        &self.to
    }

    fn capacity(&self) -> Option<u32> {
        (self.queue_capacity > 0).then_some(self.queue_capacity)
    }

    fn keeps_places(&self) -> bool {
        true
    }

    fn breaks_order(&self) -> Option<&'static str> {
        Some("that splits the line")
    }

    fn check(&self, at: &str, checker: &mut Checker<'_>) {
        let path = |field: &str| format!("{at}.{field}");
        let ways = self.to.len();
        let found = format!("{ways} ways");
        checker.require((2..=100).contains(&ways), path("to"), found, "2 to 100 ways");
        let DivertRule::Shares(shares) = &self.rule else { return };
        let found = format!("{} shares", shares.len());
        let expected = format!("one for each of the {ways} ways");
        checker.require(shares.len() == ways, path("rule"), found, &expected);
        let ok = shares.iter().all(|share| share.is_finite() && *share >= 0.0);
        let ok = ok && shares.iter().sum::<f64>() > 0.0;
        let found = format!("{shares:?}");
        checker.require(ok, path("rule"), found, "numbers from 0 on, not all of them 0");
    }
}
