//! Aggregation stations: bundler, case packer, palletiser. One places children layer by layer, reads
//! the codes of each layer, goes on when the line controller accepts it, closes the full container,
//! and labels it if it can. Without a controller every layer is accepted.

mod build;
mod dispatch;
mod hands;
mod misread;

use bevy_ecs::prelude::*;

use linetwin_base::{Cause, ContainerId, Distribution, Level, MachineId, SimSpan, Stream};
use linetwin_engine::DeviceEvent;
use linetwin_faults::PlaceVerdict;
use linetwin_line::ScanMode;
use linetwin_line::{Task, WorkEvent};
use linetwin_trace::Fact;

use super::super::item::{Container, Item};
use super::super::line_context::LineContext;
use super::super::meter::Meter;
use super::super::optics::Reader;
use super::attendance::Attendance;
use super::input_queue::InputQueue;
use super::label::LabelHead;
use super::outlet::Outlet;
use super::speed_losses::SpeedLosses;
use super::stops::Stops;

pub(in super::super) use build::plugin;
pub(in super::super) use dispatch::{Event, Signal};

/// What the station is doing.
#[derive(Debug)]
enum Work {
    /// Waiting for a child, or for the command to build a container.
    Waiting,
    /// Placing this child.
    Placing(Item),
    /// Reading the layer.
    Scanning,
    /// Waiting for the controller's answer about the layer, or for an operator.
    AwaitingAnswer,
    /// Closing the container.
    Closing,
    /// Labelling this container, or waiting for the command to discharge it.
    Labelling(Box<Container>),
    /// Holding a finished container because no place is free downstream.
    Blocked,
}

/// State of an aggregation station.
#[derive(Component, Debug)]
pub(in super::super) struct Packer {
    id: MachineId,
    /// Machines from which a way leads to it, itself included.
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
    /// The person at it, if it is worked by hand.
    attendance: Option<Attendance>,
    /// Placing, reading or closing is under way.
    at_work: bool,
    label: Option<LabelHead>,
    outlet: Outlet,
    queue: InputQueue,
    work: Work,
    /// The container that is being filled.
    container: Option<ContainerId>,
    /// Children in accepted layers.
    children: Vec<Item>,
    /// Children of the layer that is being filled, by place; one may be missing from its place.
    layer: Vec<Option<Item>>,
    /// Children of it that the station has not counted; the layer's reading shows them.
    uncounted: u32,
    /// Children of the container that is being filled, and of the one to build after it.
    target: u32,
    next_target: Option<u32>,
    /// Number of the last container that was commanded.
    ordered: u64,
    /// Whether the fault plan interferes with placing here.
    interfered: bool,
}

impl Packer {
    /// Commands the next container, or the last one with fewer children.
    fn build(&mut self, number: u64, children: u32, meter: &mut Meter, context: &mut LineContext) {
        if number > self.ordered {
            self.ordered = number;
            self.next_target = Some(children);
            self.start(meter, context);
        } else if number == self.ordered {
            match &mut self.next_target {
                Some(next) => *next = children,
                None if self.container.is_some() => self.end_with(children, meter, context),
                None => {}
            }
        }
    }

    /// A finished container stands here, and nothing is being done to it.
    fn waits_for_answer(&self) -> bool {
        matches!(self.work, Work::Labelling(_))
            && self.label.as_ref().is_some_and(|label| !label.is_busy())
    }

    /// Picks the next child, if there is one and something to put it into.
    fn start(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if !matches!(self.work, Work::Waiting) || self.stops.stands() {
            return;
        }
        if self.container.is_none() {
            let Some(target) = self.next_target.take() else {
                return meter.suspend(context, Cause::Starved);
            };
            self.target = target;
            self.container = Some(context.new_container());
            if !context.attached {
                self.next_target = Some(self.full);
            }
        }
        let Some(item) = self.queue.take(meter, context) else {
            return meter.suspend(context, Cause::Starved);
        };
        self.work = Work::Placing(item);
        self.place(meter, context);
    }

    /// Places the picked child, unless the station must stop first.
    fn place(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.stops.stop(meter, context) || !self.is_attended(meter, context) {
            return;
        }
        meter.execute(context);
        context.log(self.id, WorkEvent::Start(Task::Place));
        let takes = self.place.draw(&mut self.place_stream);
        let takes = self.speed_losses.stretch(takes, context.now());
        self.stops.begin(takes, context);
        self.begin_work(takes, Event::Placed, context);
    }

    /// Whether the work can begin: a person is here, or it needs none.
    fn is_attended(&mut self, meter: &mut Meter, context: &mut LineContext) -> bool {
        self.attendance.as_mut().is_none_or(|attendance| attendance.is_attended(meter, context))
    }

    fn attendant_arrived(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if let Some(attendance) = &mut self.attendance {
            attendance.came();
        }
        match self.work {
            // Otherwise it goes on when it stands no longer.
            Work::Placing(_) if !self.stops.stands() => self.place(meter, context),
            Work::Scanning => self.scan_layer(meter, context),
            Work::Closing => self.close(meter, context),
            Work::Placing(_)
            | Work::Waiting
            | Work::AwaitingAnswer
            | Work::Labelling(_)
            | Work::Blocked => {}
        }
    }

    fn begin_work(&mut self, takes: SimSpan, until: Event, context: &mut LineContext) {
        self.at_work = true;
        context.schedule(takes, self.id, until.into());
    }

    fn finish_work(&mut self, context: &mut LineContext) {
        self.at_work = false;
        if let Some(attendance) = &mut self.attendance {
            attendance.may_go(context);
        }
    }

    /// The open container is full with so many.
    fn end_with(&mut self, children: u32, meter: &mut Meter, context: &mut LineContext) {
        self.target = children;
        if !matches!(self.work, Work::Waiting) {
            return;
        }
        if self.layer.is_empty() && self.children.len() as u32 == children {
            self.accept_layer(meter, context);
        } else {
            self.go_on(meter, context);
        }
    }

    fn placed(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let Work::Placing(item) = std::mem::replace(&mut self.work, Work::Waiting) else {
            panic!("a child was in hand");
        };
        meter.processed += 1;
        context.log(self.id, WorkEvent::Done(Task::Place));
        match self.mishap(context) {
            PlaceVerdict::Sound => self.put(item, context),
            PlaceVerdict::Dropped(fault) => {
                context.note_fault(fault, item.unit_id());
                context.remove_by_hand(self.id, item);
                self.layer.push(None);
            }
            PlaceVerdict::Doubled(fault) => {
                context.note_fault(fault, None);
                self.put(item, context);
                self.uncounted += 1;
            }
        }
        self.go_on(meter, context);
    }

    /// What goes wrong with the child that is being placed.
    fn mishap(&self, context: &mut LineContext) -> PlaceVerdict {
        if !self.interfered {
            return PlaceVerdict::Sound;
        }
        context.faults.place(self.id, context.now())
    }

    /// A child is in the open container.
    fn put(&mut self, item: Item, context: &mut LineContext) {
        let container = self.container.expect("a child goes into an open container");
        context.note(match &item {
            Item::Unit(unit) => Fact::UnitPlaced { unit: unit.id, container },
            Item::Container(child) => Fact::ContainerPlaced { child: child.id, container },
        });
        if matches!(item, Item::Unit(_)) {
            context.arrived();
        }
        self.layer.push(Some(item));
    }

    /// Scans the layer if it is complete, otherwise goes on filling it.
    fn go_on(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let in_layer = self.layer.len() as u32 - self.uncounted;
        let inside = self.children.len() as u32 + in_layer;
        if in_layer >= self.layer_size || inside >= self.target {
            if context.attached {
                self.scan_layer(meter, context);
            } else {
                self.accept_layer(meter, context);
            }
        } else {
            self.work = Work::Waiting;
            self.start(meter, context);
        }
    }

    fn scan_layer(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.work = Work::Scanning;
        self.uncounted = 0;
        if !self.is_attended(meter, context) {
            return;
        }
        meter.execute(context);
        let scans = match self.scan_mode {
            ScanMode::LayerCamera => {
                context.log(self.id, WorkEvent::Start(Task::Scan));
                1
            }
            ScanMode::Handheld => self.layer.len(),
        };
        let mut takes = SimSpan::ZERO;
        for _ in 0..scans {
            takes = takes + self.scan.draw(&mut self.scan_stream);
        }
        self.begin_work(takes, Event::Scanned, context);
    }

    fn accept_layer(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.children.extend(self.layer.drain(..).flatten());
        if self.children.len() as u32 == self.target {
            self.close(meter, context);
        } else {
            self.work = Work::Waiting;
            self.start(meter, context);
        }
    }

    fn close(&mut self, meter: &mut Meter, context: &mut LineContext) {
        self.work = Work::Closing;
        if !self.is_attended(meter, context) {
            return;
        }
        meter.execute(context);
        context.log(self.id, WorkEvent::Start(Task::Close));
        let takes = self.close.draw(&mut self.close_stream);
        self.begin_work(takes, Event::Closed, context);
    }

    fn closed(&mut self, meter: &mut Meter, context: &mut LineContext) {
        context.log(self.id, WorkEvent::Done(Task::Close));
        let id = self.container.take().expect("a container was open");
        let capacity = self.target as usize;
        let children = std::mem::replace(&mut self.children, Vec::with_capacity(capacity));
        context.note(Fact::ContainerClosed {
            machine: self.id,
            container: id,
            level: self.level,
            target: self.target,
            children: children.len() as u32,
        });
        let container = Container { id, mark: None, children };
        self.work = Work::Labelling(Box::new(container));
        match &mut self.label {
            Some(_) if context.attached => {
                meter.suspend(context, Cause::Controller);
                context.report(DeviceEvent::ContainerReady { labeller: self.id });
            }
            Some(label) => {
                label.start(None, context);
            }
            None => self.send(meter, context),
        }
    }

    fn labelled(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let (Some(label), Work::Labelling(container)) = (&mut self.label, &mut self.work) else {
            panic!("a label was being printed");
        };
        if label.finish(container, context) {
            meter.suspend(context, Cause::Controller);
        } else {
            self.send(meter, context);
        }
    }

    fn send(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let Work::Labelling(container) = std::mem::replace(&mut self.work, Work::Blocked) else {
            panic!("a finished container stands here");
        };
        if self.outlet.send(Item::Container(container), context) {
            self.work = Work::Waiting;
            self.start(meter, context);
        } else {
            meter.suspend(context, Cause::Blocked);
        }
    }

    fn retry(&mut self, meter: &mut Meter, context: &mut LineContext) {
        if self.outlet.retry(context) {
            self.work = Work::Waiting;
            self.start(meter, context);
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
        self.queue.units() + held + placed + self.outlet.units()
    }
}
