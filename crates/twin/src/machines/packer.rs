//! Aggregation stations: bundler, case packer, palletiser. One places children layer by layer, reads
//! the codes of each layer, goes on when the line controller accepts it, closes the full container,
//! and labels it if it can. Without a controller every layer is accepted.

mod build;
mod hands;
mod misread;

use bevy::prelude::*;

use linetwin_base::{Cause, ContainerId, Distribution, Level, MachineId, SimSpan, Stream};
use linetwin_engine::{DeviceEvent, OperatorTask};
use linetwin_faults::PlaceVerdict;
use linetwin_line::ScanMode;
use linetwin_line::{Task, WorkEvent};
use linetwin_trace::Fact;

use super::super::floor::Floor;
use super::super::item::{Container, Item};
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::hands::Hands;
use super::inlet::Inlet;
use super::kind::MachineKind;
use super::label::{LabelCommand, LabelHead};
use super::outlet::Outlet;
use super::speed_losses::SpeedLosses;
use super::stops::Stops;

pub(in super::super) use build::plugin;

/// What is scheduled for a station.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Event {
    /// A child lies in its place.
    Placed,
    /// A layer has been scanned.
    Scanned,
    /// A container is closed.
    Closed,
    /// A label has been printed, applied and read.
    Labelled,
    /// The stop with this number is over.
    StopOver(u8),
    /// The next machine's inlet opens by itself now.
    Outlet,
}

/// What only a station can be told.
#[derive(Debug)]
pub(in super::super) enum Signal {
    /// Build the container with this number, of so many children.
    Build { number: u64, children: u32 },
    /// The layer is as it should be.
    AcceptLayer,
    /// Read the layer again.
    RescanLayer,
    /// Somebody has been called to look after the layer.
    AwaitOperator,
    /// Somebody is there who works by hand.
    HandsCame,
    /// Somebody has walked along the line up to here.
    LineCleared,
    /// Somebody reads one child of the layer.
    ScanChild { task: OperatorTask, place: usize },
    /// Somebody takes one child out of the layer.
    RemoveChild { task: OperatorTask, place: usize },
    /// Somebody walks along the line, and takes off what is there if it is to be cleared.
    WalkLine { clear: bool },
}

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
    /// From which a way leads to it, itself included.
    before: Box<[MachineId]>,
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
    stops: Stops,
    speed_losses: SpeedLosses,
    /// Who does its work, if it is worked by hand.
    hands: Option<Hands>,
    /// Placing, reading or closing is under way.
    at_work: bool,
    label: Option<LabelHead>,
    outlet: Outlet,
    inlet: Inlet,
    work: Work,
    /// The container that is being filled.
    container: Option<ContainerId>,
    /// Children in accepted layers.
    children: Vec<Item>,
    /// Children of the layer that is being filled, by place; one may be missing from its place.
    layer: Vec<Option<Item>>,
    /// Children of it that the station has not counted; reading the layer shows them.
    uncounted: u32,
    /// Children of the container that is being filled, and of the one to build after it.
    target: u32,
    next_target: Option<u32>,
    /// Number of the container ordered last.
    ordered: u64,
    /// Whether the plan of faults has something to do with placing here.
    meddled: bool,
}

impl MachineKind for Packer {
    type Event = Event;
    type Signal = Signal;

    fn on_event(&mut self, event: Event, meter: &mut Meter, floor: &mut Floor) {
        match event {
            Event::Placed => {
                self.finish_work(floor);
                self.placed(meter, floor);
            }
            Event::StopOver(which) => {
                if self.stops.over(which, floor) {
                    match self.work {
                        Work::Placing(_) => self.place(meter, floor),
                        _ => self.start(meter, floor),
                    }
                }
            }
            Event::Scanned => {
                self.finish_work(floor);
                let reads = self.read_layer(floor);
                self.work = Work::Asking;
                meter.suspend(floor, Cause::Controller);
                floor.report(DeviceEvent::LayerRead { station: self.id, reads });
            }
            Event::Closed => {
                self.finish_work(floor);
                self.closed(meter, floor);
            }
            Event::Labelled => self.labelled(meter, floor),
            Event::Outlet => self.retry(meter, floor),
        }
    }

    fn on_signal(&mut self, signal: Signal, meter: &mut Meter, floor: &mut Floor) {
        match signal {
            Signal::Build { number, children } => self.build(number, children, meter, floor),
            // Otherwise nobody has asked.
            Signal::AcceptLayer => {
                if matches!(self.work, Work::Asking) {
                    self.accept_layer(meter, floor);
                }
            }
            Signal::RescanLayer => {
                if matches!(self.work, Work::Asking) {
                    self.scan_layer(meter, floor);
                }
            }
            Signal::AwaitOperator => meter.hold(floor, Cause::Operator),
            Signal::HandsCame => self.hands_came(meter, floor),
            Signal::LineCleared => {
                let (on_the_way, in_layer) = (floor.on_the_way, self.layer.len() as u32);
                floor.report(DeviceEvent::LineWalked { on_the_way, in_layer });
                // Who counts the layer also puts the station's count right.
                if std::mem::take(&mut self.uncounted) > 0 && matches!(self.work, Work::Waiting) {
                    self.go_on(meter, floor);
                }
            }
            Signal::ScanChild { task, place } => self.scan_child(task, place, floor),
            Signal::RemoveChild { task, place } => self.remove_child(task, place, meter, floor),
            Signal::WalkLine { clear } => self.walk_line(clear, floor),
        }
    }

    fn arrive(&mut self, item: Item, meter: &mut Meter, floor: &mut Floor) {
        self.inlet.arrive(item, meter, floor);
        self.start(meter, floor);
    }

    fn inlet_opened(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.retry(meter, floor);
    }

    fn came(&mut self, which: u8, meter: &mut Meter, floor: &mut Floor) {
        self.stops.came(which, meter, floor);
    }

    fn relieve(&mut self, _: &mut Meter, floor: &mut Floor) {
        if let Some(hands) = &mut self.hands {
            hands.wanted(self.at_work, floor);
        }
    }

    fn clear(&mut self, meter: &mut Meter, floor: &mut Floor) {
        while let Some(item) = self.inlet.take(meter, floor) {
            floor.remove_by_hand(self.id, item);
        }
    }

    fn label(&mut self, command: LabelCommand, meter: &mut Meter, floor: &mut Floor) {
        // Otherwise nobody has asked.
        if self.waits_for_word() {
            match command {
                LabelCommand::Print(text) => {
                    if let Some(label) = &mut self.label {
                        meter.execute(floor);
                        label.start(Some(text), floor);
                    }
                }
                LabelCommand::Release => self.send(meter, floor),
            }
        }
    }

    fn repeat_status(&mut self, meter: &mut Meter, floor: &mut Floor) {
        match (&self.work, &mut self.label) {
            (Work::Asking, _) => self.scan_layer(meter, floor),
            (Work::Labelling(container), Some(label)) => label.say_again(container, floor),
            _ => {}
        }
    }
}

impl Packer {
    /// The next container is ordered, or the one that was ordered last with fewer children.
    fn build(&mut self, number: u64, children: u32, meter: &mut Meter, floor: &mut Floor) {
        if number > self.ordered {
            self.ordered = number;
            self.next_target = Some(children);
            self.start(meter, floor);
        } else if number == self.ordered {
            match &mut self.next_target {
                Some(next) => *next = children,
                None if self.container.is_some() => self.end_with(children, meter, floor),
                None => {}
            }
        }
    }

    /// A finished container stands here, and nothing is being done to it.
    fn waits_for_word(&self) -> bool {
        matches!(self.work, Work::Labelling(_))
            && self.label.as_ref().is_some_and(|label| !label.is_busy())
    }

    /// Takes the next child in hand, if there is one and something to put it into.
    fn start(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if !matches!(self.work, Work::Waiting) || self.stops.stands() {
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
        self.place(meter, floor);
    }

    /// Places the child in hand, unless the station must stop first.
    fn place(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if self.stops.stop(meter, floor) || !self.hands_are_here(meter, floor) {
            return;
        }
        meter.execute(floor);
        floor.log(self.id, WorkEvent::Start(Task::Place));
        let takes = self.place.draw(&mut self.place_stream);
        let takes = self.speed_losses.stretch(takes, floor.now());
        self.stops.begin(takes, floor);
        self.begin_work(takes, Event::Placed, floor);
    }

    /// Whether the work can begin: somebody is here, or it takes nobody.
    fn hands_are_here(&mut self, meter: &mut Meter, floor: &mut Floor) -> bool {
        self.hands.as_mut().is_none_or(|hands| hands.are_here(meter, floor))
    }

    fn hands_came(&mut self, meter: &mut Meter, floor: &mut Floor) {
        if let Some(hands) = &mut self.hands {
            hands.came();
        }
        match self.work {
            // Otherwise it goes on when it stands no longer.
            Work::Placing(_) if !self.stops.stands() => self.place(meter, floor),
            Work::Scanning => self.scan_layer(meter, floor),
            Work::Closing => self.close(meter, floor),
            Work::Placing(_)
            | Work::Waiting
            | Work::Asking
            | Work::Labelling(_)
            | Work::Blocked => {}
        }
    }

    fn begin_work(&mut self, takes: SimSpan, until: Event, floor: &mut Floor) {
        self.at_work = true;
        floor.schedule(takes, self.id, until.into());
    }

    fn finish_work(&mut self, floor: &mut Floor) {
        self.at_work = false;
        if let Some(hands) = &mut self.hands {
            hands.may_go(floor);
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

    fn placed(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Work::Placing(item) = std::mem::replace(&mut self.work, Work::Waiting) else {
            panic!("a child was in hand");
        };
        meter.processed += 1;
        floor.log(self.id, WorkEvent::Done(Task::Place));
        match self.mishap(floor) {
            PlaceVerdict::Sound => self.put(item, floor),
            PlaceVerdict::Dropped(fault) => {
                floor.note_fault(fault, item.unit_id());
                floor.remove_by_hand(self.id, item);
                self.layer.push(None);
            }
            PlaceVerdict::Doubled(fault) => {
                floor.note_fault(fault, None);
                self.put(item, floor);
                self.uncounted += 1;
            }
        }
        self.go_on(meter, floor);
    }

    /// What goes wrong with the child that is being placed.
    fn mishap(&self, floor: &mut Floor) -> PlaceVerdict {
        if !self.meddled {
            return PlaceVerdict::Sound;
        }
        floor.faults.place(self.id, floor.now())
    }

    /// A child is in the open container.
    fn put(&mut self, item: Item, floor: &mut Floor) {
        let container = self.container.expect("a child goes into an open container");
        floor.note(match &item {
            Item::Unit(unit) => Fact::UnitPlaced { unit: unit.id, container },
            Item::Container(child) => Fact::ContainerPlaced { child: child.id, container },
        });
        if matches!(item, Item::Unit(_)) {
            floor.arrived();
        }
        self.layer.push(Some(item));
    }

    /// Scans the layer if it is complete, otherwise goes on filling it.
    fn go_on(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let in_layer = self.layer.len() as u32 - self.uncounted;
        let inside = self.children.len() as u32 + in_layer;
        if in_layer >= self.layer_size || inside >= self.target {
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
        self.uncounted = 0;
        if !self.hands_are_here(meter, floor) {
            return;
        }
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
        self.begin_work(takes, Event::Scanned, floor);
    }

    fn accept_layer(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.children.extend(self.layer.drain(..).flatten());
        if self.children.len() as u32 == self.target {
            self.close(meter, floor);
        } else {
            self.work = Work::Waiting;
            self.start(meter, floor);
        }
    }

    fn close(&mut self, meter: &mut Meter, floor: &mut Floor) {
        self.work = Work::Closing;
        if !self.hands_are_here(meter, floor) {
            return;
        }
        meter.execute(floor);
        floor.log(self.id, WorkEvent::Start(Task::Close));
        let takes = self.close.draw(&mut self.close_stream);
        self.begin_work(takes, Event::Closed, floor);
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
            panic!("a label was being printed");
        };
        if label.finish(container, floor) {
            meter.suspend(floor, Cause::Controller);
        } else {
            self.send(meter, floor);
        }
    }

    fn send(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Work::Labelling(container) = std::mem::replace(&mut self.work, Work::Blocked) else {
            panic!("a finished container stands here");
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

    fn units(&self) -> u32 {
        let held = match &self.work {
            Work::Placing(item) => item.units(),
            Work::Labelling(container) => container.children.iter().map(Item::units).sum(),
            _ => 0,
        };
        let layer = self.layer.iter().flatten();
        let placed = self.children.iter().chain(layer).map(Item::units).sum::<u32>();
        self.inlet.units() + held + placed + self.outlet.units()
    }
}
