//! Random combinations of faults that fit a line, drawn from a seed as an explicit plan. Nothing random is
//! left in it but the faults' own rates: it can be read, edited, kept and replayed.

use linetwin_base::Streams;
use linetwin_faults::{Dice, Fault, FaultKind, FaultPlace};
use linetwin_line::{MachineSpec, MaintenanceDue, TwinSpec};

/// Each kind is in the plan with this chance, at each machine that can have it.
const CHANCE: f64 = 0.3;
/// Of the days on which power may fail, so many are days on which it fails often.
const OFTEN: f64 = 0.4;

/// Draws a plan for a line whose order takes about so many seconds.
pub fn swarm(twin: &TwinSpec, about_s: f64, streams: Streams) -> Vec<Fault> {
    drawn(twin, about_s, streams, CHANCE)
}

/// The kinds of faults that fit a line.
pub(super) fn kinds(twin: &TwinSpec) -> Vec<String> {
    let all = drawn(twin, 60.0, Streams::new(0), 1.0);
    all.iter().map(|fault| fault.kind().to_string()).collect()
}

/// A plan in which each fault that fits is with this chance.
fn drawn(twin: &TwinSpec, about_s: f64, streams: Streams, chance: f64) -> Vec<Fault> {
    let mut draw = Draw { set_up_s: set_up_s(twin), about_s, streams, chance, faults: Vec::new() };
    for machine in &twin.machines {
        for place in FaultPlace::ALL.into_iter().filter(|place| is_drawn(twin, machine, *place)) {
            place.kinds().for_each(|kind| draw.some(machine.id(), kind));
        }
    }
    for kind in FaultPlace::Line.kinds() {
        draw.some("link", kind);
        if kind == FaultKind::ControllerPowerCut {
            draw.power_keeps_failing();
        }
    }
    draw.faults
}

/// Whether faults of this place are drawn at a machine: not where nothing could ever see them.
fn is_drawn(twin: &TwinSpec, machine: &MachineSpec, place: FaultPlace) -> bool {
    let seen = match place {
        FaultPlace::Belt => {
            twin.offers(machine, FaultPlace::TrackedBelt)
                || interference_is_seen(twin, machine.id())
        }
        FaultPlace::UnitPacker
        | FaultPlace::Printer
        | FaultPlace::Camera
        | FaultPlace::RejectGate
        | FaultPlace::TrackedBelt
        | FaultPlace::Labeller
        | FaultPlace::Packer
        | FaultPlace::Line => true,
    };
    twin.offers(machine, place) && seen
}

/// Whether manual interference on a belt is followed by a reading before the products are packed.
fn interference_is_seen(twin: &TwinSpec, belt: &str) -> bool {
    let coded = twin.machines.iter().position(|machine| machine.kind() == "Printer");
    let coded = coded.and_then(|printer| twin.machines[printer].on_belt());
    let from = coded.and_then(|(on, _)| twin.index_of(on));
    let mut units =
        twin.path_from(from).skip(1).take_while(|at| twin.machines[*at].makes().is_none());
    units.any(|at| twin.machines[at].id() == belt)
}

/// About how long the line is set up, so that not all faults fall into that time.
pub(super) fn set_up_s(twin: &TwinSpec) -> f64 {
    let planned =
        twin.machines.iter().filter_map(MachineSpec::stops).flat_map(|stops| stops.planned_stops);
    let at_start = planned.filter(|work| work.due == MaintenanceDue::Start);
    at_start.map(|work| work.takes_s.mean_s()).fold(0.0, f64::max)
}

struct Draw {
    set_up_s: f64,
    about_s: f64,
    streams: Streams,
    chance: f64,
    faults: Vec<Fault>,
}

impl Draw {
    /// Adds a fault of this kind at this machine or not.
    fn some(&mut self, at: &str, kind: FaultKind) {
        let stream = self.streams.stream(at, &format!("swarm {kind}"));
        let mut dice = Dice::new(stream, self.set_up_s, self.about_s);
        if dice.chance(self.chance) {
            self.faults.push(Fault::drawn(kind, at, &mut dice));
        }
    }

    /// On some days power fails again and again.
    fn power_keeps_failing(&mut self) {
        let stream = self.streams.stream("link", "swarm power");
        let mut dice = Dice::new(stream, self.set_up_s, self.about_s);
        let (bad, cuts) = (dice.chance(self.chance * OFTEN), 1 + dice.up_to(16));
        for _ in 0..if bad { cuts } else { 0 } {
            let (from, lasts) = (dice.any_time(), dice.few_seconds());
            self.faults.push(Fault::ControllerPowerCut { from, lasts });
        }
    }
}
