//! One pass of the calendar: moments are taken in order and given to the machines they concern,
//! directly. Components are borrowed once a pass and then reached by index, because running a
//! schedule, or asking the world, at every event would cost more than the events themselves.

use bevy::ecs::query::AnyOf;
use bevy::prelude::*;

use super::calendar::{Due, Entry};
use super::engine_host::EngineHost;
use super::floor::{Floor, Signal};
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

type Machines<'w, 's> = Query<
    'w,
    's,
    (
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
    ),
>;

/// All machines, in the order of their ids.
fn borrow<'w>(machines: &'w mut Machines) -> Vec<(&'w mut Meter, Machine<'w>)> {
    let machines = machines.iter_mut().map(|(meter, kinds)| {
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
        (meter.into_inner(), machine)
    });
    let mut machines: Vec<_> = machines.collect();
    machines.sort_unstable_by_key(|(meter, _)| meter.machine);
    machines
}

/// Runs the calendar up to `floor.until`, or until the order is closed.
pub(super) fn run(
    mut machines: Machines,
    mut operator: Single<&mut Operator>,
    mut link: Single<&mut Link>,
    mut engine: Option<ResMut<EngineHost>>,
    mut floor: ResMut<Floor>,
) {
    let floor = &mut *floor;
    let mut machines = borrow(&mut machines);
    let until = floor.until;
    while floor.closed.is_none()
        && let Some(entry) = floor.calendar.next_before(until)
    {
        floor.set_now(entry.at());
        if let Some((meter, machine)) = machines.get_mut(entry.machine.index()) {
            due(machine, &entry, meter, floor);
        } else if entry.machine == floor.operator {
            operator.due(entry.due, entry.epoch, floor);
        } else if let Some(engine) = &mut engine {
            link.due(entry.due, engine, floor);
        }
        // Everything that follows within the moment: signals first, then what devices report.
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

/// Starts the order, once, before the first pass.
pub(super) fn start(
    mut link: Single<&mut Link>,
    engine: Option<ResMut<EngineHost>>,
    mut floor: ResMut<Floor>,
) {
    if let Some(mut engine) = engine {
        link.start(&mut engine, &mut floor);
    }
}
