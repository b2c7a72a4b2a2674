//! Checks of what several machine kinds share: blocking, prints, packing, labels, patterns.

use crate::kinds::MachineSpec;
use crate::spec::{Blocking, LabelSpec, PackingSpec, PrintSpec};

use super::Checker;

impl Checker<'_> {
    /// A place can be reserved in a queue; on a belt it moves away.
    pub(crate) fn blocking(&mut self, at: &str, blocking: Blocking, to: &str) {
        let next = self.twin.index_of(to).map(|to| &self.twin.machines[to]);
        let queues = next.is_none_or(MachineSpec::keeps_places);
        let ok = blocking == Blocking::AfterService || queues;
        let kind = next.map(MachineSpec::kind).unwrap_or_default();
        let found = format!("BeforeService with a {kind} behind it");
        let expected = "AfterService, or behind it a Machine, a Diverter, an AccumulationTable or the end of \
                        the line";
        self.require(ok, format!("{at}.blocking"), found, expected);
    }

    /// Children of a layer and layers of a container.
    pub(crate) fn pattern(&mut self, at: &str, (layer, layers): (u32, u32)) {
        let children = u64::from(layer) * u64::from(layers);
        let expected = "a container of 100 000 children or fewer";
        self.require(children <= 100_000, at.to_owned(), children, expected);
    }

    pub(crate) fn print(&mut self, at: &str, print: &PrintSpec) {
        for (name, measure) in [("contrast", &print.contrast), ("growth", &print.growth)] {
            self.times(format!("{at}.{name}"), measure);
            let most = measure.max_s().unwrap_or(f64::INFINITY);
            let path = format!("{at}.{name}");
            self.require(most <= 1.0, path, format!("{measure:?}"), "values from 0.0 to 1.0");
        }
        self.share(format!("{at}.mottle"), print.mottle);
        if let Some(wear) = &print.wear {
            let path = |name: &str| format!("{at}.wear.{name}");
            let nozzle = wear.prints_per_dead_nozzle;
            self.between(path("prints_per_dead_nozzle"), nozzle, 1.0, 1e12, "prints");
            self.share(path("contrast_lost_per_thousand"), wear.contrast_lost_per_thousand);
            self.at_least_one(path("serviced_every_prints"), wear.serviced_every_prints);
        }
    }

    pub(crate) fn packing(&mut self, at: &str, packing: &PackingSpec) {
        self.at_least_one(format!("{at}.packing.queue_capacity"), packing.queue_capacity);
        self.times(format!("{at}.packing.place_s"), &packing.place_s);
        self.times(format!("{at}.packing.scan_s"), &packing.scan_s);
        self.times(format!("{at}.packing.close_s"), &packing.close_s);
        self.share(format!("{at}.packing.read_rate"), packing.read_rate);
        self.required_skill(
            &format!("{at}.packing.required_skill"),
            packing.required_skill.as_deref(),
        );
    }

    pub(crate) fn label(&mut self, at: &str, label: &LabelSpec) {
        self.takes_time(format!("{at}.label.label_s"), &label.label_s);
        let path = format!("{at}.label.read_rate");
        self.share(path.clone(), label.read_rate);
        self.require(label.read_rate > 0.0, path, label.read_rate, "a share above zero");
    }
}
