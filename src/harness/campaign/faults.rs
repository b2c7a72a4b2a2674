//! Random combinations of faults that fit a line, drawn from a seed as an explicit plan. Nothing random is
//! left in it but what the faults' own rates say: it can be read, edited, kept and replayed.

use linetwin_base::{SimSpan, Stream, Streams};
use linetwin_faults::{Fault, Rate};
use linetwin_line::{BeltSpec, MachineSpec, MaintenanceDue, TwinSpec};
use linetwin_symbol::Defect;

use super::draw::between;

/// Each kind is in the plan with this chance, at each machine that can have it.
const CHANCE: f64 = 0.3;
/// Of the days on which power may fail, so many are days on which it fails often.
const OFTEN: f64 = 0.4;
/// Rates, in thousandths.
const RATES: (f64, f64) = (0.5, 20.0);
/// Lengths of faults that last, in seconds.
const LENGTHS_S: (f64, f64) = (5.0, 180.0);

/// Draws a plan for a line whose order takes about so many seconds.
pub fn swarm(twin: &TwinSpec, about_s: f64, streams: Streams) -> Vec<Fault> {
    drawn(twin, about_s, streams, CHANCE)
}

/// The kinds of faults that fit a line.
pub(super) fn kinds(twin: &TwinSpec) -> Vec<String> {
    let all = drawn(twin, 60.0, Streams::new(0), 1.0);
    all.iter().map(|fault| fault.name().to_owned()).collect()
}

/// A plan in which each fault that fits is with this chance.
fn drawn(twin: &TwinSpec, about_s: f64, streams: Streams, chance: f64) -> Vec<Fault> {
    let mut draw = Draw { set_up_s: set_up_s(twin), about_s, streams, chance, faults: Vec::new() };
    for machine in &twin.machines {
        let at = || machine.id().to_owned();
        if twin.first_packer() == Some(machine.id()) {
            draw.some(&at, "LayerShort", |at, d| Fault::LayerShort { at, every: d.rate() });
            draw.some(&at, "LayerOver", |at, d| Fault::LayerOver { at, every: d.rate() });
        }
        match machine {
            MachineSpec::Printer(_) => draw.printer(&at),
            MachineSpec::Camera(_) => draw.camera(&at),
            MachineSpec::RejectGate(_) => draw.gate(&at),
            MachineSpec::Belt(BeltSpec { id, .. }) => {
                let tracked = twin.devices_on(id).next().is_some();
                if tracked {
                    draw.tracking(&at);
                }
                if tracked || hands_are_seen(twin, id) {
                    draw.hands(&at);
                }
            }
            MachineSpec::CaseLabeller(_) => draw.labels(&at),
            MachineSpec::Bundler(_) | MachineSpec::Palletiser(_) => {
                draw.labels(&at);
                draw.some(&at, "LayerMisread", |at, d| Fault::LayerMisread { at, every: d.rate() });
            }
            MachineSpec::CasePacker(_) => {
                draw.some(&at, "LayerMisread", |at, d| Fault::LayerMisread { at, every: d.rate() });
            }
            MachineSpec::Infeed(_)
            | MachineSpec::Machine(_)
            | MachineSpec::AccumulationTable(_)
            | MachineSpec::Diverter(_)
            | MachineSpec::Merge(_)
            | MachineSpec::ReworkBench(_) => {}
        }
    }
    draw.network();
    draw.faults
}

/// Whether what somebody does by hand on a belt is met by a reading before the products are packed.
fn hands_are_seen(twin: &TwinSpec, belt: &str) -> bool {
    let coded = twin.machines.iter().position(|machine| machine.kind() == "Printer");
    let coded = coded.and_then(|printer| twin.machines[printer].on_belt());
    let from = coded.and_then(|(on, _)| twin.index_of(on));
    let mut units =
        twin.path_from(from).skip(1).take_while(|at| twin.machines[*at].makes().is_none());
    units.any(|at| twin.machines[at].id() == belt)
}

/// About how long the line is made ready, so that what happens then is not all that happens.
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

/// One fault's own draws.
struct Dice {
    stream: Stream,
    set_up_s: f64,
    about_s: f64,
}

impl Dice {
    /// Between two values, each order of magnitude as likely as the next.
    fn between(&mut self, range: (f64, f64)) -> f64 {
        between(&mut self.stream, range)
    }

    /// In steps that a person would write.
    fn rate(&mut self) -> Rate {
        match self.stream.bits() % 8 {
            0 => Rate::Once(1 + (self.stream.bits() % 400) as u32),
            1 => {
                let length = 2 + (self.stream.bits() % 6) as u32;
                Rate::Burst { every: 200 + (self.stream.bits() % 800) as u32, length }
            }
            _ => Rate::PerThousand((self.between(RATES) * 10.0).round() / 10.0),
        }
    }

    fn from(&mut self) -> SimSpan {
        SimSpan::from_secs((self.set_up_s + self.stream.unit() * self.about_s * 0.8) as u64)
    }

    /// Also while the line is made ready, and when the order should be done.
    fn any_time(&mut self) -> SimSpan {
        SimSpan::from_secs((self.stream.unit() * (self.set_up_s + self.about_s * 1.4)) as u64)
    }

    fn lasts(&mut self) -> SimSpan {
        SimSpan::from_secs(self.between(LENGTHS_S) as u64)
    }

    fn few_seconds(&mut self) -> SimSpan {
        SimSpan::from_secs(1 + self.stream.bits() % 4)
    }
}

impl Draw {
    /// Adds a fault of this kind or not.
    fn some(
        &mut self,
        at: &dyn Fn() -> String,
        kind: &str,
        fault: impl FnOnce(String, &mut Dice) -> Fault,
    ) {
        let stream = self.streams.stream(&at(), &format!("swarm {kind}"));
        let mut dice = Dice { stream, set_up_s: self.set_up_s, about_s: self.about_s };
        if dice.stream.chance(self.chance) {
            self.faults.push(fault(at(), &mut dice));
        }
    }

    fn printer(&mut self, at: &dyn Fn() -> String) {
        self.some(at, "Misprint", |at, d| Fault::Misprint {
            at,
            every: d.rate(),
            defect: match d.stream.bits() % 3 {
                0 => Defect::DeadNozzles { rows: 12 + (d.stream.bits() % 12) as u32 },
                1 => Defect::Voids { count: 30, diameter_modules: 1.5 },
                _ => Defect::Smear { modules: 2.0 },
            },
        });
        self.some(at, "MissingPrint", |at, d| Fault::MissingPrint { at, every: d.rate() });
        self.some(at, "SerialPrintedTwice", |at, d| Fault::SerialPrintedTwice {
            at,
            every: d.rate(),
        });
        self.some(at, "WrongText", |at, d| Fault::WrongText { at, every: d.rate() });
        self.some(at, "BufferReplayed", |at, d| Fault::BufferReplayed {
            at,
            every: Rate::Once(1 + (d.stream.bits() % 500) as u32),
            jobs: 1 + (d.stream.bits() % 20) as u32,
        });
        self.some(at, "InkOut", |at, d| Fault::InkOut { at, from: d.from(), lasts: d.lasts() });
        self.some(at, "StaleLayout", |at, d| Fault::StaleLayout {
            at,
            from: d.from(),
            lasts: d.lasts(),
        });
    }

    fn camera(&mut self, at: &dyn Fn() -> String) {
        self.some(at, "DuplicateRead", |at, d| Fault::DuplicateRead { at, every: d.rate() });
        self.some(at, "NoRead", |at, d| Fault::NoRead { at, every: d.rate() });
        self.some(at, "LateResult", |at, d| Fault::LateResult {
            at,
            every: d.rate(),
            by: d.few_seconds(),
        });
        self.some(at, "CameraOffline", |at, d| Fault::CameraOffline {
            at,
            from: d.from(),
            lasts: d.lasts(),
        });
        self.some(at, "FrozenImage", |at, d| Fault::FrozenImage {
            at,
            from: d.from(),
            lasts: d.lasts(),
        });
    }

    fn gate(&mut self, at: &dyn Fn() -> String) {
        self.some(at, "GoodUnitEjected", |at, d| Fault::GoodUnitEjected { at, every: d.rate() });
        self.some(at, "GateFailsToFire", |at, d| Fault::GateFailsToFire {
            at,
            from: d.from(),
            lasts: d.lasts(),
        });
        self.some(at, "ConfirmSensorStuck", |at, d| Fault::ConfirmSensorStuck {
            at,
            from: d.from(),
            lasts: d.lasts(),
        });
    }

    fn tracking(&mut self, at: &dyn Fn() -> String) {
        self.some(at, "ProductsTouch", |at, d| Fault::ProductsTouch { at, every: d.rate() });
        self.some(at, "EncoderSlip", |at, d| Fault::EncoderSlip {
            at,
            share: (d.stream.unit() * 0.6 - 0.2).mul_add(100.0, 0.5).floor() / 100.0,
            from: d.from(),
            lasts: d.lasts(),
        });
    }

    fn hands(&mut self, at: &dyn Fn() -> String) {
        self.some(at, "UnitRemoved", |at, d| Fault::UnitRemoved { at, every: d.rate() });
        self.some(at, "UnitInserted", |at, d| Fault::UnitInserted { at, every: d.rate() });
        self.some(at, "UnitsSwapped", |at, d| Fault::UnitsSwapped { at, every: d.rate() });
        self.some(at, "AlienInserted", |at, d| Fault::AlienInserted { at, every: d.rate() });
        self.some(at, "PackedInserted", |at, d| Fault::PackedInserted { at, every: d.rate() });
    }

    fn labels(&mut self, at: &dyn Fn() -> String) {
        let rate = |d: &mut Dice| Rate::Units(2 + (d.stream.bits() % 8) as u32);
        self.some(at, "LabelMissing", |at, d| Fault::LabelMissing { at, every: rate(d) });
        self.some(at, "LabelRepeated", |at, d| Fault::LabelRepeated { at, every: rate(d) });
    }

    fn network(&mut self) {
        let at = &|| "link".to_owned();
        self.some(at, "MessageLost", |_, d| Fault::MessageLost { every: d.rate() });
        self.some(at, "MessageRepeated", |_, d| Fault::MessageRepeated { every: d.rate() });
        self.some(at, "MessageOvertaken", |_, d| Fault::MessageOvertaken {
            every: d.rate(),
            by: d.few_seconds(),
        });
        self.some(at, "LinkSlow", |_, d| Fault::LinkSlow {
            from: d.from(),
            lasts: d.lasts(),
            by: d.few_seconds(),
        });
        self.some(at, "LinkOutage", |_, d| Fault::LinkOutage {
            from: d.any_time(),
            lasts: d.lasts(),
        });
        self.some(at, "LedgerKilled", |_, d| Fault::LedgerKilled {
            from: d.any_time(),
            lasts: d.lasts(),
        });
        self.some(at, "DiskFull", |_, d| Fault::DiskFull { from: d.any_time(), lasts: d.lasts() });
        // Most numbers are asked for when the order begins.
        self.some(at, "NumbersWithheld", |_, d| Fault::NumbersWithheld {
            from: if d.stream.chance(0.5) { SimSpan::ZERO } else { d.any_time() },
            lasts: d.lasts(),
        });
        self.some(at, "WrongBatchStarted", |_, d| Fault::WrongBatchStarted { at: d.from() });
        self.some(at, "ControllerPowerCut", |_, d| Fault::ControllerPowerCut {
            from: d.any_time(),
            lasts: d.lasts(),
        });
        self.power_keeps_failing();
        self.some(at, "ClockStep", |_, d| Fault::ClockStep {
            at: d.from(),
            by_s: (d.stream.unit() * 7200.0).round() - 3600.0,
        });
    }

    /// On some days power fails again and again.
    fn power_keeps_failing(&mut self) {
        let mut stream = self.streams.stream("link", "swarm power");
        let (bad, cuts) = (stream.chance(self.chance * OFTEN), 2 + stream.bits() % 16);
        let mut dice = Dice { stream, set_up_s: self.set_up_s, about_s: self.about_s };
        for _ in 0..if bad { cuts } else { 0 } {
            let (from, lasts) = (dice.any_time(), dice.few_seconds());
            self.faults.push(Fault::ControllerPowerCut { from, lasts });
        }
    }
}
