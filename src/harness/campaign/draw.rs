//! One scenario of a campaign: from a seed, everything that a bad day may bring, written out as data. A phase
//! with faults, then one without in which the line must finish.

use linetwin_base::{SimSpan, Stream, Streams};
use linetwin_engine::{Order, PoolRule, Samples, Serials};
use linetwin_line::{BeltSpec, MachineSpec, RejectGateSpec};

use super::super::expectation::{Clean, Expectation, Nothing};
use super::super::load::{Job, load_scenario};
use super::super::load_line::LineJob;
use super::super::scenario::{EngineMode, Scenario};
use super::faults::{set_up_s, swarm};

/// Fewest and most packs of an order.
const PACKS: (f64, f64) = (150.0, 1500.0);
/// A run that has not ended by then never will. One pack at a time may be lost at the end, and found missing
/// only when an operator walks along the line.
const LONG_ENOUGH: SimSpan = SimSpan::from_secs(48 * 3600);
/// Faults are injected for so much longer than the order would take.
const BREAKS_FOR: f64 = 1.5;
/// The link is out of the ordinary with this chance, and so is each of its troubles.
const LINK: f64 = 0.5;
/// More packs than usual are taken as samples with this chance.
const SAMPLES: f64 = 0.3;
/// The order is ended early with this chance.
const ENDS: f64 = 0.12;
/// An operator looks after a silent line sooner with this chance.
const SOON: f64 = 0.2;
/// A gate has a small bin with this chance.
const SMALL_BIN: f64 = 0.2;
/// A belt runs at another speed with this chance.
const BELT: f64 = 0.15;

/// The scenario of a seed, around one that is given: its faults, if it has any, are replaced.
pub fn draw(job: &Job, seed: u64) -> Scenario {
    let streams = Streams::new(seed);
    let mut scenario = job.scenario.clone();
    scenario.seed = seed;
    scenario.name = format!("{}, seed {seed}", scenario.name);
    scenario.lasts = scenario.lasts.max(Some(LONG_ENOUGH));
    // Targets of a clean run need not be met on a bad day; what must hold is that the record is true.
    scenario.expect = vec![
        Expectation::Integrity(Clean::Clean),
        Expectation::Escapes(Nothing::None),
        Expectation::SerialsBalance,
    ];
    scenario.lines.iter_mut().for_each(|line| line.expect.clear());
    if scenario.engine == EngineMode::Detached {
        return scenario;
    }
    let mut longest_s = 0.0_f64;
    for (index, line) in job.lines.iter().enumerate() {
        let streams = if job.plant.is_some() { streams.of_line(&line.name) } else { streams };
        let mut day = streams.stream("campaign", "order");
        let own = match scenario.lines.iter().find(|run| run.id == line.name) {
            Some(run) if job.plant.is_some() => &run.order,
            _ => &scenario.order,
        };
        let Some(order) = own else { continue };
        let order = draw_order(order, &mut day);
        let about_s = f64::from(order.quantity) / line.twin.rated_units_per_min * 60.0;
        let set_up_s = set_up_s(&line.twin);
        let ends = draw_end(set_up_s, about_s, &mut day);
        let faults = swarm(&line.twin, about_s, streams);
        longest_s = longest_s.max(about_s + set_up_s);
        let prefix = if job.plant.is_some() { format!("{}.", line.name) } else { String::new() };
        let settings = draw_settings(line, streams);
        let settings = settings.into_iter().map(|setting| format!("{prefix}{setting}"));
        scenario.twin_settings.extend(settings);
        match scenario.lines.iter_mut().find(|run| run.id == line.name) {
            Some(run) if job.plant.is_some() => {
                (run.order, run.order_ends, run.faults) = (Some(order), ends, faults);
            }
            _ if index == 0 => {
                (scenario.order, scenario.order_ends) = (Some(order), ends);
                scenario.faults = faults;
            }
            _ => {}
        }
    }
    scenario.faults_end = Some(SimSpan::from_secs((longest_s * BREAKS_FOR) as u64 + 60));
    keep_what_fits(job, scenario)
}

/// Not every belt may run at every speed. What the twin's own checks refuse is left as it was.
fn keep_what_fits(job: &Job, mut scenario: Scenario) -> Scenario {
    let own = job.scenario.twin_settings.len();
    let mut at = own;
    while at < scenario.twin_settings.len() {
        let mut trial = scenario.clone();
        trial.twin_settings.truncate(at + 1);
        match load_scenario(&job.path, trial) {
            Ok(_) => at += 1,
            Err(_) => drop(scenario.twin_settings.remove(at)),
        }
    }
    scenario
}

fn draw_order(order: &Order, day: &mut Stream) -> Order {
    let quantity = day.log_uniform(PACKS) as u32;
    // Drawn whether or not they are used, so that one choice changes no other.
    let (samples, first, every) = (day.chance(SAMPLES), day.bits() % 4, day.bits() % 200);
    let samples = if samples {
        Samples { first: first as u32, every: 20 + every as u32 }
    } else {
        order.samples
    };
    // An issuer's file has codes for the order; on a bad day many are spoilt.
    let most = match order.product.serials {
        Serials::Own(_) => order.quantity,
        Serials::Imported { .. } => (order.quantity / 2).max(1),
    };
    Order { quantity: quantity.min(most), samples, ..order.clone() }
}

/// When the order is ended before its time, if it is.
fn draw_end(set_up_s: f64, about_s: f64, day: &mut Stream) -> Option<SimSpan> {
    let (ends, at) = (day.chance(ENDS), day.unit() * (set_up_s + about_s * 1.2));
    ends.then(|| SimSpan::from_secs(at as u64))
}

/// Changes to the twin: link, controller, speeds of belts, sizes of bins.
fn draw_settings(line: &LineJob, streams: Streams) -> Vec<String> {
    let mut settings = Vec::new();
    let mut link = streams.stream("campaign", "link");
    let (odd, latency_s) = (link.chance(LINK), link.log_uniform((0.002, 3.0)));
    let shares = ["lost", "repeated", "overtaken"];
    let shares = shares.map(|name| (name, link.chance(LINK), link.log_uniform((0.001, 0.1))));
    if odd {
        settings.push(format!("link.latency_s=Exponential(mean: {latency_s:.3})"));
        let shares = shares.into_iter().filter(|(_, drawn, _)| *drawn);
        settings.extend(shares.map(|(name, _, share)| format!("link.{name}={share:.3}")));
    }
    let mut controller = streams.stream("campaign", "controller");
    let (kept, low, more) =
        (controller.chance(0.3), controller.bits() % 60, controller.bits() % 400);
    let whole = line.engine.as_ref().is_some_and(|(_, layout)| layout.pool == PoolRule::WholeOrder);
    if kept && whole {
        let low = 20 + low;
        settings
            .push(format!("controller.pool=ReorderPoint(min: {low}, max: {})", low + 20 + more));
    }
    let (soon, timeout_s) = (controller.chance(SOON), controller.log_uniform((20.0, 600.0)));
    if soon {
        settings.push(format!("controller.inactivity_timeout_s={timeout_s:.0}"));
    }
    for machine in &line.twin.machines {
        if let MachineSpec::RejectGate(RejectGateSpec { id, .. }) = machine {
            let mut gate = streams.stream(id, "campaign");
            let (small, capacity) = (gate.chance(SMALL_BIN), 1 + gate.bits() % 20);
            if small {
                settings.push(format!("machines.{id}.bin_capacity={capacity}"));
            }
        }
        if let MachineSpec::Belt(BeltSpec { id, speed_mm_s, .. }) = machine {
            let mut belt = streams.stream(id, "campaign");
            let (other, factor) = (belt.chance(BELT), 0.7 + belt.unit() * 0.6);
            if other {
                settings.push(format!("machines.{id}.speed_mm_s={:.0}", speed_mm_s * factor));
            }
        }
    }
    settings
}
