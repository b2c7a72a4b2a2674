//! How fast a belt should run: as fast as it can, or slower while there are many products on it or on
//! another. A belt that sets another's pace reports its load by itself.

use linetwin_base::MachineId;
use linetwin_line::motion::{FULL_SPEED, speed_part};
use linetwin_line::{BeltSpeedSpec, MachineSpec};

use super::super::super::blueprint::Blueprint;
use super::super::super::line_context::LineContext;
use super::super::Signal as AnySignal;
use super::Signal;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Pace {
    id: MachineId,
    rules: Vec<Rule>,
    /// Belts whose pace the load of this one sets.
    watched_by: Vec<MachineId>,
}

#[derive(Debug)]
struct Rule {
    of: MachineId,
    at_least: u32,
    speed: u32,
    /// Whether it applied at the last report.
    applies: bool,
}

impl Pace {
    /// The pace of the belt of this name, whose full speed and other speeds are given.
    pub(super) fn new(
        id: MachineId,
        name: &str,
        (full_mm_s, speeds): (f64, &[BeltSpeedSpec]),
        blueprint: &Blueprint,
    ) -> Self {
        let rules = speeds.iter().filter_map(|rule| {
            let of = blueprint.machine(&rule.load_on)?;
            let speed = speed_part(rule.speed_mm_s, full_mm_s);
            Some(Rule { of, at_least: rule.at_least, speed, applies: false })
        });
        let watches = |spec: &MachineSpec| match spec {
            MachineSpec::Belt(belt) => belt.speeds.iter().any(|rule| rule.load_on == name),
            _ => false,
        };
        let watched_by = blueprint.machines().filter(|(_, spec)| watches(spec));
        Self { id, rules: rules.collect(), watched_by: watched_by.map(|(id, _)| id).collect() }
    }

    /// How fast it should run now: of the rules that apply the last one counts.
    pub(super) fn speed(&self) -> u32 {
        let rule = self.rules.iter().rev().find(|rule| rule.applies);
        rule.map_or(FULL_SPEED, |rule| rule.speed)
    }

    /// So many products are on a belt that sets this one's pace. True if this one should have another speed.
    pub(super) fn take_load(&mut self, of: MachineId, units: u32) -> bool {
        let before = self.speed();
        for rule in self.rules.iter_mut().filter(|rule| rule.of == of) {
            rule.applies = units >= rule.at_least;
        }
        self.speed() != before
    }

    /// Reports to the belts whose pace it sets how many products are on this belt.
    pub(super) fn report_load(&self, units: u32, context: &mut LineContext) {
        for watcher in &self.watched_by {
            let load = Signal::Load { of: self.id, units };
            context.signal(*watcher, AnySignal::Belt(load));
        }
    }
}
