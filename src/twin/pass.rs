//! One pass of the calendar: moments are taken in order and given to the machines they concern,
//! directly. Components are borrowed once a pass and then reached by index, because running a
//! schedule, or asking the world, at every event would cost more than the events themselves.

use bevy::ecs::query::AnyOf;
use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use crate::base::SimTime;

use super::blueprint::OnLine;
use super::calendar::{Due, Entry};
use super::engine_host::{EngineHost, LineHost, SiteHost};
use super::floor::{Floor, LineFloor, Signal};
use super::machines::belt::Belt;
use super::machines::camera::Camera;
use super::machines::gate::RejectGate;
use super::machines::infeed::Infeed;
use super::machines::labeller::Labeller;
use super::machines::link::Link;
use super::machines::operator::Operator;
use super::machines::packer::Packer;
use super::machines::printer::Printer;
use super::machines::rework_bench::ReworkBench;
use super::machines::workstation::Workstation;
use super::meter::Meter;

/// A machine borrowed for the length of a pass.
enum Machine<'w> {
    Infeed(&'w mut Infeed),
    Belt(&'w mut Belt),
    Workstation(&'w mut Workstation),
    Printer(&'w mut Printer),
    Camera(&'w mut Camera),
    RejectGate(&'w mut RejectGate),
    Packer(&'w mut Packer),
    Labeller(&'w mut Labeller),
    ReworkBench(&'w mut ReworkBench),
}

/// A machine's line, its meter, and the one kind that it is.
type AnyMachine = (
    &'static OnLine,
    &'static mut Meter,
    AnyOf<(
        &'static mut Infeed,
        &'static mut Belt,
        &'static mut Workstation,
        &'static mut Printer,
        &'static mut Camera,
        &'static mut RejectGate,
        &'static mut Packer,
        &'static mut Labeller,
        &'static mut ReworkBench,
    )>,
);

/// Everything that a pass needs of the world.
#[derive(SystemParam)]
pub(super) struct Plant<'w, 's> {
    floors: Query<'w, 's, (&'static OnLine, &'static mut LineFloor, Option<&'static mut LineHost>)>,
    machines: Query<'w, 's, AnyMachine>,
    operators: Query<'w, 's, (&'static OnLine, &'static mut Operator)>,
    links: Query<'w, 's, (&'static OnLine, &'static mut Link)>,
    site: Option<ResMut<'w, SiteHost>>,
}

/// What the lines share of the engine, if they have one.
type Site<'w> = Option<&'w mut SiteHost>;

/// A line borrowed for the length of a pass.
struct Line<'w> {
    /// In the order of their ids.
    machines: Vec<(&'w mut Meter, Machine<'w>)>,
    floor: &'w mut Floor,
    link: &'w mut Link,
    operator: &'w mut Operator,
    host: Option<&'w mut LineHost>,
}

impl Plant<'_, '_> {
    /// All lines, in the order of the plant.
    fn borrow(&mut self) -> (Vec<Line<'_>>, Site<'_>) {
        let mut floors: Vec<_> = self.floors.iter_mut().collect();
        let mut operators: Vec<_> = self.operators.iter_mut().collect();
        let mut links: Vec<_> = self.links.iter_mut().collect();
        floors.sort_unstable_by_key(|(line, ..)| line.0);
        operators.sort_unstable_by_key(|(line, _)| line.0);
        links.sort_unstable_by_key(|(line, _)| line.0);
        let lines = floors.into_iter().zip(operators).zip(links);
        let lines = lines.map(|(((_, floor, host), (_, operator)), (_, link))| Line {
            machines: Vec::new(),
            floor: &mut floor.into_inner().0,
            link: link.into_inner(),
            operator: operator.into_inner(),
            host: host.map(Mut::into_inner),
        });
        let mut lines: Vec<Line> = lines.collect();
        for (on, meter, kinds) in &mut self.machines {
            let machine = match kinds {
                (Some(it), ..) => Machine::Infeed(it.into_inner()),
                (_, Some(it), ..) => Machine::Belt(it.into_inner()),
                (_, _, Some(it), ..) => Machine::Workstation(it.into_inner()),
                (_, _, _, Some(it), ..) => Machine::Printer(it.into_inner()),
                (_, _, _, _, Some(it), ..) => Machine::Camera(it.into_inner()),
                (_, _, _, _, _, Some(it), ..) => Machine::RejectGate(it.into_inner()),
                (_, _, _, _, _, _, Some(it), ..) => Machine::Packer(it.into_inner()),
                (_, _, _, _, _, _, _, Some(it), _) => Machine::Labeller(it.into_inner()),
                (_, _, _, _, _, _, _, _, Some(it)) => Machine::ReworkBench(it.into_inner()),
                _ => unreachable!("the query matches nothing else"),
            };
            lines[on.0.index()].machines.push((meter.into_inner(), machine));
        }
        for line in &mut lines {
            line.machines.sort_unstable_by_key(|(meter, _)| meter.machine);
        }
        (lines, self.site.as_deref_mut())
    }
}

impl Line<'_> {
    /// When something happens next on a line that still runs.
    fn next_at(&self) -> Option<SimTime> {
        let at = self.floor.calendar.next_at().filter(|_| self.floor.closed.is_none())?;
        (at < self.floor.until).then_some(at)
    }

    /// Runs the line's calendar up to the moment, or until its order is closed.
    fn run(&mut self, until: SimTime, site: &mut Site) {
        while self.floor.closed.is_none()
            && let Some(entry) = self.floor.calendar.next_before(until)
        {
            self.act(&entry, site);
        }
    }

    /// One moment of the calendar and everything that follows within it: signals first, then what
    /// devices report.
    fn act(&mut self, entry: &Entry, site: &mut Site) {
        let Self { machines, floor, link, operator, host, .. } = self;
        let mut engine = match (host, site) {
            (Some(own), Some(site)) => Some(EngineHost { own, site }),
            _ => None,
        };
        floor.set_now(entry.at());
        if let Some((meter, machine)) = machines.get_mut(entry.machine.index()) {
            due(machine, entry, meter, floor);
        } else if entry.machine == floor.operator {
            operator.due(entry.due, entry.epoch, floor);
        } else if let Some(engine) = &mut engine {
            link.due(entry.due, engine, floor);
        }
        loop {
            while let Some((to, signal_)) = floor.signals.pop_front() {
                match machines.get_mut(to.index()) {
                    Some((meter, machine)) => signal(machine, signal_, meter, floor),
                    None => operator.signal(signal_, floor),
                }
            }
            match &mut engine {
                Some(engine) if !floor.device_events.is_empty() => link.relay(engine, floor),
                _ => break,
            }
        }
    }
}

/// Runs all lines up to their `floor.until`, or until their orders are closed, moment by moment: what
/// happens first on any line is first, and of the same moment the line that stands first.
pub(super) fn run(mut plant: Plant) {
    let (mut lines, mut site) = plant.borrow();
    if let [line] = lines.as_mut_slice() {
        line.run(line.floor.until, &mut site);
        return;
    }
    loop {
        let heads = lines.iter().enumerate();
        let heads = heads.filter_map(|(index, line)| Some((line.next_at()?, index)));
        let Some((_, first)) = heads.clone().min() else { return };
        let others = heads.filter(|(_, index)| *index != first);
        // It goes on alone until another line has something to do before it.
        let until = others.min().map(|(at, index)| match index < first {
            true => at,
            false => SimTime::from_nanos(at.as_nanos() + 1),
        });
        let line = &mut lines[first];
        let until = until.map_or(line.floor.until, |until| until.min(line.floor.until));
        line.run(until, &mut site);
    }
}

fn due(machine: &mut Machine, entry: &Entry, meter: &mut Meter, floor: &mut Floor) {
    let due: Due = entry.due;
    match machine {
        Machine::Infeed(it) => it.due(due, meter, floor),
        Machine::Belt(it) => it.due(due, entry.epoch, meter, floor),
        Machine::Workstation(it) => it.due(due, meter, floor),
        Machine::Printer(it) => it.due(due, meter, floor),
        Machine::Camera(it) => it.due(due, meter, floor),
        Machine::RejectGate(it) => it.due(due, meter, floor),
        Machine::Packer(it) => it.due(due, meter, floor),
        Machine::Labeller(it) => it.due(due, meter, floor),
        Machine::ReworkBench(it) => it.due(due, meter, floor),
    }
}

fn signal(machine: &mut Machine, signal: Signal, meter: &mut Meter, floor: &mut Floor) {
    match machine {
        Machine::Infeed(it) => it.signal(signal, meter, floor),
        Machine::Belt(it) => it.signal(signal, meter, floor),
        Machine::Workstation(it) => it.signal(signal, meter, floor),
        Machine::Printer(it) => it.signal(signal, meter, floor),
        Machine::Camera(it) => it.signal(signal, meter, floor),
        Machine::RejectGate(it) => it.signal(signal, meter, floor),
        Machine::Packer(it) => it.signal(signal, meter, floor),
        Machine::Labeller(it) => it.signal(signal, meter, floor),
        Machine::ReworkBench(it) => it.signal(signal, meter, floor),
    }
}

/// Starts the orders, once, before the first pass.
pub(super) fn start(mut plant: Plant) {
    let (lines, mut site) = plant.borrow();
    for mut line in lines {
        for (meter, _) in &mut line.machines {
            meter.begin_order(line.floor);
        }
        if let (Some(own), Some(site)) = (line.host, &mut site) {
            line.link.start(&mut EngineHost { own, site }, line.floor);
        }
    }
}
