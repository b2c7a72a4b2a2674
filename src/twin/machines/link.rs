//! The link between line controller and ledger, and behind it the engine itself. Messages and
//! answers take time, keep their order, and are lost while the link is down.

use std::collections::VecDeque;

use bevy::prelude::*;

use crate::base::{Distribution, MachineId, SimTime, Stream};
use crate::engine::{Action, ChildCode, DeviceCommand, LedgerEvent, Message, Reply};
use crate::faults::LinkVerdict;
use crate::trace::{CloseReason, Fact, FaultKind, RecordedChild, RecordedFact};

use super::super::blueprint::{Blueprint, Build};
use super::super::calendar::Due;
use super::super::engine_host::EngineHost;
use super::super::floor::{Floor, Signal};

/// State of the link.
#[derive(Component, Debug)]
pub(in super::super) struct Link {
    id: MachineId,
    latency: Distribution,
    stream: Stream,
    to_ledger: VecDeque<(SimTime, Message)>,
    to_line: VecDeque<(SimTime, Reply)>,
    actions: Vec<Action>,
}

impl Link {
    pub(in super::super) fn due(&mut self, due: Due, engine: &mut EngineHost, floor: &mut Floor) {
        match due {
            Due::ToLedger => {
                let (_, message) = self.to_ledger.pop_front().expect("a message is under way");
                let happened = message.happened;
                if let Some((reply, fresh)) = engine.receive(message) {
                    if fresh {
                        record(happened, &reply, floor);
                    }
                    self.send_reply(reply, floor);
                }
            }
            Due::ToLine => {
                let (_, reply) = self.to_line.pop_front().expect("an answer is under way");
                engine.line.reply(floor.now(), reply, &mut self.actions);
                self.act(floor);
            }
            Due::Wake => {
                engine.line.wake(floor.now(), &mut self.actions);
                self.act(floor);
            }
            Due::Begin(fault) => floor.note_fault(fault, FaultKind::LinkOutage, None),
            other => unreachable!("a link has no {other:?}"),
        }
    }

    /// The order begins.
    pub(in super::super) fn start(&mut self, engine: &mut EngineHost, floor: &mut Floor) {
        engine.line.start(floor.now(), &mut self.actions);
        self.act(floor);
    }

    /// Hands the line controller what the devices have reported in this moment.
    pub(in super::super) fn relay(&mut self, engine: &mut EngineHost, floor: &mut Floor) {
        while let Some(event) = floor.device_events.pop_front() {
            engine.line.device_event(floor.now(), event, &mut self.actions);
            self.act(floor);
        }
    }

    fn act(&mut self, floor: &mut Floor) {
        let mut actions = std::mem::take(&mut self.actions);
        for action in actions.drain(..) {
            match action {
                Action::Device(command) => {
                    let to = addressee(&command, floor.operator);
                    floor.signal(to, Signal::Command(command));
                }
                Action::Send(message) => self.send_message(message, floor),
                Action::WakeAt(at) => floor.calendar.enter(at, self.id, Due::Wake, 0),
                Action::OrderClosed => floor.closed = Some(CloseReason::OrderClosed),
            }
        }
        self.actions = actions;
    }

    fn send_message(&mut self, message: Message, floor: &mut Floor) {
        if let Some(at) = self.arrival(self.to_ledger.back().map(|(at, _)| *at), floor) {
            self.to_ledger.push_back((at, message));
            floor.calendar.enter(at, self.id, Due::ToLedger, 0);
        }
    }

    fn send_reply(&mut self, reply: Reply, floor: &mut Floor) {
        if let Some(at) = self.arrival(self.to_line.back().map(|(at, _)| *at), floor) {
            self.to_line.push_back((at, reply));
            floor.calendar.enter(at, self.id, Due::ToLine, 0);
        }
    }

    /// When something sent now arrives, not before what was sent earlier; never, if it is lost.
    fn arrival(&mut self, last: Option<SimTime>, floor: &mut Floor) -> Option<SimTime> {
        let latency = self.latency.draw(&mut self.stream);
        match floor.faults.link(floor.now()) {
            LinkVerdict::Up => Some((floor.now() + latency).max(last.unwrap_or_default())),
            LinkVerdict::Down(fault) => {
                floor.note(Fact::MessageLost { fault });
                None
            }
        }
    }
}

/// The machine that a command is for.
const fn addressee(command: &DeviceCommand, operator: MachineId) -> MachineId {
    match command {
        DeviceCommand::Admit { infeed, .. } => *infeed,
        DeviceCommand::Print { printer, .. } => *printer,
        DeviceCommand::Eject { gate } => *gate,
        DeviceCommand::StopBelt { belt } | DeviceCommand::StartBelt { belt } => *belt,
        DeviceCommand::BuildContainer { station, .. }
        | DeviceCommand::AcceptLayer { station }
        | DeviceCommand::RescanLayer { station } => *station,
        DeviceCommand::PrintLabel { labeller, .. }
        | DeviceCommand::ReleaseContainer { labeller } => *labeller,
        DeviceCommand::CallOperator(_) => operator,
    }
}

/// Notes what the ledger has recorded or refused.
fn record(happened: SimTime, reply: &Reply, floor: &mut Floor) {
    let mut note = |fact| floor.note(Fact::Recorded { happened, fact });
    match &reply.outcome {
        Ok(events) => {
            for event in events.iter() {
                if let Some(fact) = recorded(event) {
                    note(fact);
                }
            }
        }
        Err(refusal) => note(RecordedFact::Refused { reason: refusal.to_string() }),
    }
}

fn recorded(event: &LedgerEvent) -> Option<RecordedFact> {
    Some(match event {
        LedgerEvent::OrderOpened(_) | LedgerEvent::SsccsAllocated(_) => return None,
        LedgerEvent::SerialsAllocated(units) => RecordedFact::SerialsAllocated(units.clone()),
        LedgerEvent::UnitCommissioned { unit, lot, expiry } => {
            RecordedFact::UnitCommissioned { unit: *unit, lot: *lot, expiry: *expiry }
        }
        LedgerEvent::LabelScrapped { unit, .. } => RecordedFact::LabelScrapped { unit: *unit },
        LedgerEvent::UnitDecommissioned { unit, .. } => {
            RecordedFact::UnitDecommissioned { unit: *unit }
        }
        LedgerEvent::ContainerPacked { parent, level, children } => {
            let children = children.iter().map(|child| match child {
                ChildCode::Unit(unit) => RecordedChild::Unit(*unit),
                ChildCode::Container(sscc) => RecordedChild::Container(*sscc),
            });
            let children = children.collect();
            RecordedFact::ContainerPacked { parent: *parent, level: *level, children }
        }
        LedgerEvent::SerialsReturned(units) => RecordedFact::SerialsReturned(units.clone()),
        LedgerEvent::OrderClosed => RecordedFact::OrderClosed,
    })
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut floor: ResMut<Floor>) {
    let id = MachineId(floor.operator.0 + 1);
    for (fault, at) in floor.faults.outages() {
        floor.calendar.enter(at, id, Due::Begin(fault), 0);
    }
    commands.spawn(Link {
        id,
        latency: blueprint.spec().link.latency_s.clone(),
        stream: blueprint.streams.stream("link", "latency"),
        to_ledger: VecDeque::new(),
        to_line: VecDeque::new(),
        actions: Vec::new(),
    });
}
