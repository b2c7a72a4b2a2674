//! Aggregation stations: bundler, case packer, palletiser. One places children layer by layer, reads
//! the codes of each layer, goes on when the line controller accepts it, closes the full container,
//! and labels it if it can. Without a controller every layer is accepted.

use bevy::prelude::*;

use crate::base::{Cause, ContainerId, Distribution, Level, MachineId, SimSpan, Stream};
use crate::engine::{DeviceCommand, DeviceEvent, OperatorTask, Read};
use crate::symbol::Optics;
use crate::trace::Fact;

use super::super::blueprint::{Blueprint, Build, Census, Found, OnLine};
use super::super::calendar::Due;
use super::super::floor::{Floor, Signal};
use super::super::item::{Container, Item};
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::super::spec::{LabelSpec, MachineSpec, PackingSpec, ScanMode};
use super::super::work_log::{Task, WorkEvent};
use super::breakdown::Breakdowns;
use super::inlet::Inlet;
use super::label::LabelHead;
use super::outlet::Outlet;

/// What the station is doing.
#[derive(Debug)]
enum Work {
    /// Waiting for a child, or for the order to build a container.
    Waiting,
    /// Placing this child.
    Placing(Item),
    /// Reading the layer.
    Scanning,
    /// Waiting for the controller's word on the layer, or for an operator.
    Asking,
    /// Closing the container.
    Closing,
    /// Labelling this container, or waiting for the word to let it go.
    Labelling(Box<Container>),
    /// Holding a finished container for want of room.
    Blocked,
}

/// State of an aggregation station.
#[derive(Component, Debug)]
pub(in super::super) struct Packer {
    id: MachineId,
    level: Level,
    /// Children of a layer.
    layer_size: u32,
    /// Children of a full container.
    full: u32,
    place: Distribution,
    place_stream: Stream,
    scan_mode: ScanMode,
    scan: Distribution,
    scan_stream: Stream,
    close: Distribution,
    close_stream: Stream,
    camera: Reader,
    handheld: Reader,
    breakdowns: Breakdowns,
    label: Option<LabelHead>,
    outlet: Outlet,
    inlet: Inlet,
    work: Work,
    /// The container that is being filled.
    container: Option<ContainerId>,
    /// Children in accepted layers.
    children: Vec<Item>,
    /// Children of the layer that is being filled.
    layer: Vec<Item>,
    /// Children of the container that is being filled, and of the one to build after it.
    target: u32,
    next_target: Option<u32>,
    /// Number of the container ordered last.
    ordered: u64,
}

impl Packer {
    pub(in super::super) fn due(&mut self, due: Due, meter: &mut Meter, floor: &mut Floor) {
        match due {
            Due::Placed => self.placed(meter, floor),
            Due::Repaired => {
                floor.log(self.id, WorkEvent::Resume);
                self.repair_or_place(meter, floor);
            }
            Due::Scanned => {
                let by_camera = matches!(self.scan_mode, ScanMode::LayerCamera);
                let reader = match self.scan_mode {
                    ScanMode::LayerCamera => &mut self.camera,
                    ScanMode::Handheld => &mut self.handheld,
                };
                let reads: Vec<Read> =
                    self.layer.iter().map(|child| reader.read(child.mark())).collect();
                if by_camera {
                    floor.log(self.id, WorkEvent::Done(Task::Scan));
                    for read in &reads {
                        floor.log(self.id, WorkEvent::read(Task::Scan, read));
                    }
                }
                self.work = Work::Asking;
                meter.suspend(floor, Cause::Controller);
                floor.report(DeviceEvent::LayerRead { station: self.id, reads });
            }
            Due::Closed => self.closed(meter, floor),
            Due::Labelled => self.labelled(meter, floor),
            Due::Outlet => self.retry(meter, floor),
            other => unreachable!("a packer has no {other:?}"),
        }
    }

    pub(in super::super) fn signal(
        &mut self,
        signal: Signal,
        meter: &mut Meter,
        floor: &mut Floor,
    ) {
        match signal {
            Signal::Arrive(item) => {
                self.inlet.arrive(item, meter, floor);
                self.start(meter, floor);
            }
            Signal::DoorOpen => self.retry(meter, floor),
            Signal::Command(command) => self.obey(command, meter, floor),
            Signal::AwaitOperator => meter.hold(floor, Cause::Operator),
            Signal::ClearLine => {
                while let Some(item) = self.inlet.take(meter, floor) {
                    floor.remove_by_hand(self.id, item);
                }
            }
            Signal::LineCleared => {
                let (on_the_way, in_layer) = (floor.on_the_way, self.layer.len() as u32);
                floor.report(DeviceEvent::LineWalked { on_the_way, in_layer });
            }
            Signal::Operator(task) => self.operator(task, meter, floor),
            other => unreachable!("a packer has no use for {other:?}"),
        }
    }

    fn obey(&mut self, command: DeviceCommand, meter: &mut Meter, floor: &mut Floor) {
        match command {
            DeviceCommand::BuildContainer { number, children, .. } if number > self.ordered => {
                self.ordered = number;
                self.next_target = Some(children);
                self.start(meter, floor);
            }
            // The one that was ordered last, with fewer children.
            DeviceCommand::BuildContainer { number, children, .. } if number == self.ordered => {
                match &mut self.next_target {
                    Some(next) => *next = children,
                    None if self.container.is_some() => self.end_with(children, meter, floor),
                    None => {}
                }
            }
            DeviceCommand::BuildContainer { .. } => {}
            DeviceCommand::SayAgain { .. } => match (&self.work, &mut self.label) {
                (Work::Asking, _) => self.scan_layer(meter, floor),
                (Work::Labelling(container), Some(label)) => label.say_again(container, floor),
                _ => {}
            },
            DeviceCommand::AcceptLayer { .. } => self.accept_layer(meter, floor),
            DeviceCommand::RescanLayer { .. } => self.scan_layer(meter, floor),
            DeviceCommand::PrintLabel { text, .. } => {
                if let Some(label) = &mut self.label {
                    meter.execute(floor);
                    label.start(Some(text), floor);
                }
            }
            DeviceCommand::ReleaseContainer { .. } => self.send(meter, floor),
            other => unreachable!("a packer has no use for {other:?}"),
        }
    }

    /// Takes the next child in hand, if there is one and something to put it into.
    fn start(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if !matches!(self.work, Work::Waiting) {
            return;
        }
        if self.container.is_none() {
            let Some(target) = self.next_target.take() else {
                return meter.suspend(floor, Cause::Starved);
            };
            self.target = target;
            self.container = Some(floor.new_container());
            if !floor.attached {
                self.next_target = Some(self.full);
            }
        }
        let Some(item) = self.inlet.take(meter, floor) else {
            return meter.suspend(floor, Cause::Starved);
        };
        self.work = Work::Placing(item);
        self.repair_or_place(meter, floor);
    }

    fn repair_or_place(&mut self, meter: &mut Meter, floor: &mut Floor) {
        match self.breakdowns.repair_before_start(floor) {
            Some(repair) => {
                meter.hold(floor, Cause::Failure);
                floor.schedule(repair, self.id, Due::Repaired);
            }
            None => {
                meter.execute(floor);
                self.schedule_place(floor);
            }
        }
    }

    /// The open container is full with so many.
    fn end_with(&mut self, children: u32, meter: &mut Meter, floor: &mut Floor) {
        self.target = children;
        if !matches!(self.work, Work::Waiting) {
            return;
        }
        if self.layer.is_empty() && self.children.len() as u32 == children {
            self.accept_layer(meter, floor);
        } else {
            self.go_on(meter, floor);
        }
    }

    fn schedule_place(&mut self, floor: &mut Floor) {
        floor.log(self.id, WorkEvent::Start(Task::Place));
        let takes = self.place.draw(&mut self.place_stream);
        self.breakdowns.begin(takes);
        floor.schedule(takes, self.id, Due::Placed);
    }

    fn placed(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Work::Placing(item) = std::mem::replace(&mut self.work, Work::Waiting) else {
            unreachable!("a child was in hand");
        };
        meter.processed += 1;
        floor.log(self.id, WorkEvent::Done(Task::Place));
        let container = self.container.expect("a child goes into an open container");
        floor.note(match &item {
            Item::Unit(unit) => Fact::UnitPlaced { unit: unit.id, container },
            Item::Container(child) => Fact::ContainerPlaced { child: child.id, container },
        });
        if matches!(item, Item::Unit(_)) {
            floor.arrived();
        }
        self.layer.push(item);
        self.go_on(meter, floor);
    }

    /// Scans the layer if it is complete, otherwise goes on filling it.
    fn go_on(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let inside = (self.children.len() + self.layer.len()) as u32;
        if self.layer.len() as u32 == self.layer_size || inside == self.target {
            if floor.attached {
                self.scan_layer(meter, floor);
            } else {
                self.accept_layer(meter, floor);
            }
        } else {
            self.work = Work::Waiting;
            self.start(meter, floor);
        }
    }

    fn scan_layer(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.work = Work::Scanning;
        meter.execute(floor);
        let scans = match self.scan_mode {
            ScanMode::LayerCamera => {
                floor.log(self.id, WorkEvent::Start(Task::Scan));
                1
            }
            ScanMode::Handheld => self.layer.len(),
        };
        let mut takes = SimSpan::ZERO;
        for _ in 0..scans {
            takes = takes + self.scan.draw(&mut self.scan_stream);
        }
        floor.schedule(takes, self.id, Due::Scanned);
    }

    fn accept_layer(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.children.append(&mut self.layer);
        if self.children.len() as u32 == self.target {
            self.work = Work::Closing;
            meter.execute(floor);
            floor.log(self.id, WorkEvent::Start(Task::Close));
            let takes = self.close.draw(&mut self.close_stream);
            floor.schedule(takes, self.id, Due::Closed);
        } else {
            self.work = Work::Waiting;
            self.start(meter, floor);
        }
    }

    fn closed(&mut self, meter: &mut Meter, floor: &mut Floor) {
        floor.log(self.id, WorkEvent::Done(Task::Close));
        let id = self.container.take().expect("a container was open");
        let capacity = self.target as usize;
        let children = std::mem::replace(&mut self.children, Vec::with_capacity(capacity));
        floor.note(Fact::ContainerClosed {
            machine: self.id,
            container: id,
            level: self.level,
            target: self.target,
            children: children.len() as u32,
        });
        let container = Container { id, mark: None, children };
        self.work = Work::Labelling(Box::new(container));
        match &mut self.label {
            Some(_) if floor.attached => {
                meter.suspend(floor, Cause::Controller);
                floor.report(DeviceEvent::ContainerReady { labeller: self.id });
            }
            Some(label) => {
                label.start(None, floor);
            }
            None => self.send(meter, floor),
        }
    }

    fn labelled(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let (Some(label), Work::Labelling(container)) = (&mut self.label, &mut self.work) else {
            unreachable!("a label was being printed");
        };
        if label.finish(container, floor) {
            meter.suspend(floor, Cause::Controller);
        } else {
            self.send(meter, floor);
        }
    }

    fn send(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Work::Labelling(container) = std::mem::replace(&mut self.work, Work::Blocked) else {
            unreachable!("a finished container stands here");
        };
        if self.outlet.send(Item::Container(container), floor) {
            self.work = Work::Waiting;
            self.start(meter, floor);
        } else {
            meter.suspend(floor, Cause::Blocked);
        }
    }

    fn retry(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if self.outlet.retry(floor) {
            self.work = Work::Waiting;
            self.start(meter, floor);
        }
    }

    fn operator(&mut self, task: OperatorTask, meter: &mut Meter, floor: &mut Floor) {
        match task {
            OperatorTask::ScanChild { place, .. } => {
                let mark = self.layer.get(place).and_then(Item::mark);
                let read = self.handheld.read(mark);
                floor.report(DeviceEvent::OperatorDone { task, read });
            }
            OperatorTask::RemoveChild { place, .. } => {
                if place < self.layer.len() {
                    meter.defective += 1;
                    floor.note(match self.layer.remove(place) {
                        Item::Unit(unit) => Fact::RemovedByHand { machine: self.id, unit: unit.id },
                        Item::Container(child) => Fact::ContainerRemoved { container: child.id },
                    });
                }
                floor.report(DeviceEvent::OperatorDone { task, read: Read::NoRead });
                self.go_on(meter, floor);
            }
            OperatorTask::WalkLine { clear, .. } => {
                if clear {
                    floor.clear_line(self.id);
                } else {
                    floor.signal(self.id, Signal::LineCleared);
                }
            }
            OperatorTask::RemoveFromBelt { .. }
            | OperatorTask::TakeSample { .. }
            | OperatorTask::EmptyBin { .. }
            | OperatorTask::Rework { .. }
            | OperatorTask::FindCause { .. } => {
                unreachable!("a packer has no use for {task:?}")
            }
        }
    }

    fn units(&self) -> u32 {
        let held = match &self.work {
            Work::Placing(item) => item.units(),
            Work::Labelling(container) => container.children.iter().map(Item::units).sum(),
            _ => 0,
        };
        let placed = self.children.iter().chain(&self.layer).map(Item::units).sum::<u32>();
        self.inlet.units() + held + placed + self.outlet.units()
    }
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build).add_systems(Census, count);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut floor: ResMut<Floor>) {
    for (id, spec) in blueprint.machines() {
        let (packing, label, to): (&PackingSpec, Option<&LabelSpec>, _) = match spec {
            MachineSpec::Bundler { packing, label, to, .. }
            | MachineSpec::Palletiser { packing, label, to, .. } => (packing, Some(label), to),
            MachineSpec::CasePacker { packing, to, .. } => (packing, None, to),
            _ => continue,
        };
        let (layer_size, layers) = spec.pattern().expect("packing machines have a pattern");
        let (name, streams) = (spec.id(), blueprint.streams);
        let full = layer_size * layers;
        let scan_read_rate = blueprint.spec().operator.scan_read_rate;
        let reader = |purpose: &str, read_rate: f64| {
            Reader::new(&blueprint, (name, purpose), read_rate, Optics::default())
        };
        let packer = Packer {
            id,
            level: spec.makes().expect("packing machines make containers"),
            layer_size,
            full,
            place: packing.place_s.clone(),
            place_stream: streams.stream(name, "place"),
            scan_mode: packing.scan,
            scan: packing.scan_s.clone(),
            scan_stream: streams.stream(name, "scan time"),
            close: packing.close_s.clone(),
            close_stream: streams.stream(name, "close"),
            camera: reader("read", packing.read_rate),
            handheld: reader("handheld", scan_read_rate),
            breakdowns: Breakdowns::new(&packing.failures, streams, (id, name)),
            label: label.map(|label| LabelHead::new(id, label, &blueprint, name)),
            outlet: Outlet::new(id, to.as_deref().and_then(|to| blueprint.machine(to))),
            inlet: Inlet::new(id, packing.room, &mut floor),
            work: Work::Waiting,
            container: None,
            children: Vec::new(),
            layer: Vec::new(),
            target: 0,
            next_target: (!floor.attached).then_some(full),
            ordered: 0,
        };
        commands.spawn((Meter::new(id), packer));
    }
}

fn count(packers: Query<(&OnLine, &Packer)>, mut found: ResMut<Found>) {
    for (line, packer) in &packers {
        found.add(*line, packer.units());
    }
}
