//! The link between line controller and ledger, and behind it the engine itself. Messages and
//! answers take time, keep their order, and are lost while the link is down; faults may have it
//! otherwise.

use std::collections::VecDeque;

use bevy::prelude::*;

use linetwin_base::{Distribution, MachineId, SimSpan, SimTime, Stream};
use linetwin_engine::{
    Action, DeviceCommand, DeviceEvent, LedgerEvent, LineLogic, Message, ObjectCode, Operation,
    OrderState, Reply,
};
use linetwin_faults::{FaultPeriod, LinkVerdict};
use linetwin_gs1::UnitCode;
use linetwin_line::LinkSpec;
use linetwin_trace::{CloseReason, Fact, RecordedChild, RecordedFact};

use super::super::blueprint::{Blueprint, Build};
use super::super::calendar::Due;
use super::super::engine_host::{EngineHost, Process};
use super::super::floor::{Floor, Signal};
use super::super::situation::Situation;

/// The two ways of the link.
const TO_LEDGER: usize = 0;
const TO_LINE: usize = 1;
/// How soon somebody tries a dark panel again.
const TRY_AGAIN: SimSpan = SimSpan::from_secs(10);

/// State of the link.
#[derive(Component, Debug)]
pub(in super::super) struct Link {
    id: MachineId,
    latency: Distribution,
    stream: Stream,
    quality: Quality,
    to_ledger: VecDeque<(SimTime, Message)>,
    to_line: VecDeque<(SimTime, Reply)>,
    actions: Vec<Action>,
    power: Power,
    /// Power cuts that are not over.
    cuts: u32,
    /// When the last message and the last answer arrive that keep their order: what a fault has
    /// delayed is overtaken by others.
    in_order: [SimTime; 2],
    /// The fault of this line that has killed the ledger's process last.
    killed_by: Option<u16>,
    /// How far the controller's clock is ahead of the true time.
    clock_ahead_ns: i64,
    /// Belts that stand when the controller has no power.
    tracked: Vec<MachineId>,
}

/// Whether the line controller has power.
#[derive(Copy, Clone, Debug)]
enum Power {
    On,
    /// The next thing that it hears is the last: nobody will hear its answer.
    Failing(u16),
    Off(u16),
}

/// How good the link is.
#[derive(Debug)]
struct Quality {
    lost: f64,
    repeated: f64,
    overtaken: f64,
    by: Distribution,
    stream: Stream,
}

impl Quality {
    fn new(spec: &LinkSpec, stream: Stream) -> Self {
        let LinkSpec { lost, repeated, overtaken, .. } = *spec;
        Self { lost, repeated, overtaken, by: spec.overtaken_by_s.clone(), stream }
    }
}

impl Link {
    pub(in super::super) fn due(&mut self, due: Due, engine: &mut EngineHost, floor: &mut Floor) {
        match due {
            Due::ToLedger => {
                let (_, message) = self.to_ledger.pop_front().expect("a message is under way");
                self.reach_ledger(&message, engine, floor);
            }
            Due::Kill(fault) => {
                floor.note_fault(fault, None);
                self.killed_by = Some(fault);
                engine.kill();
            }
            Due::Revive => revive(engine, floor),
            Due::DiskFull(fault) => {
                floor.note_fault(fault, None);
                self.killed_by = Some(fault);
                engine.fill_disk();
            }
            Due::WrongBatch(fault) => {
                floor.note_fault(fault, None);
                let started = engine.start_wrong_order(floor.now());
                floor.note(Fact::WrongBatchTried { started });
            }
            Due::DiskFree => {
                engine.empty_disk();
                revive(engine, floor);
            }
            Due::ClockStep(fault) => {
                floor.note_fault(fault, None);
                let steps = floor.faults.clock_steps();
                let by = steps.iter().find(|(of, ..)| *of == fault).map_or(0, |(_, _, by)| *by);
                self.clock_ahead_ns += by;
            }
            Due::ToLine => {
                let (_, reply) = self.to_line.pop_front().expect("an answer is under way");
                self.tell(engine, floor, |line, now, out| line.reply(now, reply, out));
            }
            Due::Wake => self.tell(engine, floor, |line, now, out| line.wake(now, out)),
            Due::PowerCut(fault) => {
                floor.note_fault(fault, None);
                self.cuts += 1;
                match self.power {
                    Power::On => self.power = Power::Failing(fault),
                    Power::Failing(_) | Power::Off(_) => {
                        floor.reached(Situation::PowerFailsTwice.name());
                    }
                }
                if engine.site.process == Process::Down {
                    floor.reached(Situation::PowerFailsWhileLedgerDown.name());
                }
            }
            Due::PowerBack => {
                self.cuts -= 1;
                if self.cuts == 0 {
                    if let Power::Failing(fault) = self.power {
                        self.go_dark(fault, floor);
                    }
                    self.power = Power::On;
                    self.tell(engine, floor, |line, now, out| line.restart(now, out));
                }
            }
            // A panel without power takes no orders: whoever stands there tries again.
            Due::EndOrder if matches!(self.power, Power::Off(_)) => {
                floor.reached(Situation::PanelWithoutPower.name());
                floor.schedule(TRY_AGAIN, self.id, Due::EndOrder);
            }
            Due::EndOrder => {
                let ended = DeviceEvent::OrderEnded;
                self.tell(engine, floor, |line, now, out| line.device_event(now, ended, out));
            }
            Due::Begin(fault) => {
                floor.note_fault(fault, None);
                if matches!(self.power, Power::Off(_)) {
                    floor.reached(Situation::LinkFailsWithoutPower.name());
                }
            }
            Due::BeginSlow(fault) => floor.note_fault(fault, None),
            other => unreachable!("a link has no {other:?}"),
        }
    }

    /// The order begins.
    pub(in super::super) fn start(&mut self, engine: &mut EngineHost, floor: &mut Floor) {
        engine.own.line.start(floor.now(), &mut self.actions);
        self.act(floor);
    }

    /// Hands the line controller what the devices have reported in this moment.
    pub(in super::super) fn relay(&mut self, engine: &mut EngineHost, floor: &mut Floor) {
        while let Some(event) = floor.device_events.pop_front() {
            self.tell(engine, floor, |line, now, out| line.device_event(now, event, out));
        }
    }

    /// Tells the line controller something, if it has power, and does what it says, if it still has.
    fn tell(
        &mut self,
        engine: &mut EngineHost,
        floor: &mut Floor,
        what: impl FnOnce(&mut dyn LineLogic, SimTime, &mut Vec<Action>),
    ) {
        match self.power {
            Power::On => {
                what(&mut *engine.own.line, floor.now(), &mut self.actions);
                self.act(floor);
            }
            Power::Failing(fault) => {
                what(&mut *engine.own.line, floor.now(), &mut self.actions);
                self.go_dark(fault, floor);
            }
            Power::Off(fault) => {
                floor.reached(Situation::ToldWithoutPower.name());
                floor.note(Fact::MessageLost { fault: Some(fault) });
            }
        }
    }

    /// The controller is without power: what it was saying is not heard, the belts with devices stand
    /// at once, its panel no longer calls anybody.
    fn go_dark(&mut self, fault: u16, floor: &mut Floor) {
        self.power = Power::Off(fault);
        if !self.actions.is_empty() {
            floor.reached(Situation::PowerFailsInMidSentence.name());
        }
        for action in self.actions.drain(..) {
            match action {
                Action::Reached(situation) => floor.reached(situation.name()),
                _ => floor.note(Fact::MessageLost { fault: Some(fault) }),
            }
        }
        for belt in &self.tracked {
            floor.signal(*belt, Signal::Hold(floor.operator));
        }
        floor.signal(floor.operator, Signal::CallsWithdrawn);
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
                Action::WakeAt(at) => {
                    floor.calendar.enter(at.max(floor.now()), self.id, Due::Wake, 0);
                }
                Action::OrderClosed => floor.closed = Some(CloseReason::OrderClosed),
                Action::Reached(situation) => floor.reached(situation.name()),
            }
        }
        self.actions = actions;
    }

    /// A message is at the ledger's door, if anybody is behind it.
    fn reach_ledger(&mut self, message: &Message, engine: &mut EngineHost, floor: &mut Floor) {
        let state = engine.site.process;
        let killed_by = self.killed_by;
        if state == Process::Down {
            floor.reached(Situation::CommandToNobody.name());
            return floor.note(Fact::MessageLost { fault: killed_by });
        }
        let withheld = message.command.asks_for_numbers();
        let withheld = withheld.then(|| floor.faults.numbers_withheld(floor.now())).flatten();
        let received = match withheld {
            Some(fault) => {
                floor.note_fault(fault, None);
                engine.receive_without_numbers(message)
            }
            None => engine.receive(message),
        };
        let Some((reply, fresh)) = received else {
            if engine.site.process == Process::Down {
                floor.reached(Situation::DiskFullAtCommand.name());
                floor.note(Fact::MessageLost { fault: killed_by });
            } else {
                floor.reached(Situation::CommandOutOfTurn.name());
            }
            return;
        };
        if fresh {
            record(message.happened, &reply, engine, floor);
        } else {
            floor.reached(Situation::CommandHeardTwice.name());
        }
        if fresh && reply.outcome.is_err() {
            floor.reached(Situation::CommandRefused.name());
        }
        if state == Process::Dying && fresh {
            engine.site.process = Process::Down;
            floor.reached(Situation::AnswerNeverLeft.name());
            return floor.note(Fact::MessageLost { fault: killed_by });
        }
        self.send_reply(reply, floor);
    }

    fn send_message(&mut self, mut message: Message, floor: &mut Floor) {
        let stamp = message.happened.as_nanos() as i64 + self.clock_ahead_ns;
        message.happened = SimTime::from_nanos(stamp.max(0) as u64);
        let arrivals = self.arrivals(TO_LEDGER, floor);
        for at in arrivals.into_iter().flatten() {
            put(&mut self.to_ledger, at, message.clone());
            floor.calendar.enter(at, self.id, Due::ToLedger, 0);
        }
    }

    fn send_reply(&mut self, reply: Reply, floor: &mut Floor) {
        let arrivals = self.arrivals(TO_LINE, floor);
        for at in arrivals.into_iter().flatten() {
            put(&mut self.to_line, at, reply.clone());
            floor.calendar.enter(at, self.id, Due::ToLine, 0);
        }
    }

    /// The same where no fault has a say: what a link of this quality makes of it.
    fn carried(&mut self, at: SimTime, latency: SimSpan, way: usize) -> [Option<SimTime>; 2] {
        let Quality { lost, repeated, overtaken, .. } = self.quality;
        if lost + repeated + overtaken > 0.0 {
            let stream = &mut self.quality.stream;
            if stream.chance(lost) {
                return [None, None];
            }
            if stream.chance(overtaken) {
                return [Some(at + self.quality.by.draw(stream)), None];
            }
            if stream.chance(repeated) {
                self.in_order[way] = at;
                return [Some(at), Some(at + latency)];
            }
        }
        self.in_order[way] = at;
        [Some(at), None]
    }

    /// When something sent now arrives, once or twice: not before what was sent earlier, unless a
    /// fault will have it so; never, if it is lost.
    fn arrivals(&mut self, way: usize, floor: &mut Floor) -> [Option<SimTime>; 2] {
        let latency = self.latency.draw(&mut self.stream) + floor.faults.link_slow(floor.now());
        let at = (floor.now() + latency).max(self.in_order[way]);
        match floor.faults.link(floor.now()) {
            LinkVerdict::Carried => self.carried(at, latency, way),
            LinkVerdict::Down(fault) => {
                floor.note(Fact::MessageLost { fault: Some(fault) });
                [None, None]
            }
            LinkVerdict::Lost(fault) => {
                floor.note_fault(fault, None);
                floor.note(Fact::MessageLost { fault: Some(fault) });
                [None, None]
            }
            LinkVerdict::Repeated(fault) => {
                floor.note_fault(fault, None);
                self.in_order[way] = at;
                [Some(at), Some(at + latency)]
            }
            LinkVerdict::Overtaken(fault, by) => {
                floor.note_fault(fault, None);
                [Some(at + by), None]
            }
        }
    }
}

/// What is under way, in the order of arrival.
type UnderWay<T> = VecDeque<(SimTime, T)>;

/// Behind everything that arrives no later.
fn put<T>(under_way: &mut UnderWay<T>, at: SimTime, what: T) {
    let behind = under_way.iter().rposition(|(other, _)| *other <= at).map_or(0, |place| place + 1);
    under_way.insert(behind, (at, what));
}

/// The machine that a command is for.
const fn addressee(command: &DeviceCommand, operator: MachineId) -> MachineId {
    match command {
        DeviceCommand::Admit { infeed, .. } => *infeed,
        DeviceCommand::Print { printer, .. } => *printer,
        DeviceCommand::Eject { gate } => *gate,
        DeviceCommand::StopBelt { belt, .. } | DeviceCommand::StartBelt { belt } => *belt,
        DeviceCommand::BuildContainer { station, .. }
        | DeviceCommand::AcceptLayer { station }
        | DeviceCommand::RescanLayer { station } => *station,
        DeviceCommand::SayAgain { machine } => *machine,
        DeviceCommand::ReturnUnit { bench } | DeviceCommand::DiscardUnit { bench } => *bench,
        DeviceCommand::PrintLabel { labeller, .. }
        | DeviceCommand::ReleaseContainer { labeller } => *labeller,
        DeviceCommand::CallOperator(_) => operator,
    }
}

/// One thing less keeps the ledger down; after the last it starts again.
fn revive(engine: &mut EngineHost, floor: &mut Floor) {
    if let Some(forgotten) = engine.revive() {
        floor.note(Fact::LedgerRestarted { forgotten });
    }
}

/// Notes what the ledger has recorded or refused.
fn record(happened: SimTime, reply: &Reply, engine: &EngineHost, floor: &mut Floor) {
    let mut note = |fact| floor.note(Fact::Recorded { happened, fact });
    match &reply.outcome {
        Ok(events) => events.iter().for_each(|event| recorded(event, engine, &mut note)),
        Err(refusal) => note(RecordedFact::Refused { reason: refusal.to_string() }),
    }
}

/// The facts of one event. What the ledger moves between its own pools is no fact of the line.
fn recorded(event: &LedgerEvent, engine: &EngineHost, note: &mut dyn FnMut(RecordedFact)) {
    match event {
        LedgerEvent::Moved { operation, order, objects, .. } => match operation {
            Operation::Allocate => {
                // SSCCs are allocated as well; the line packs each one or leaves it.
                let units = units(objects);
                if !units.is_empty() {
                    note(RecordedFact::SerialsAllocated(units));
                }
            }
            Operation::Return => note(RecordedFact::SerialsReturned(units(objects))),
            Operation::Commission => {
                let record = order.and_then(|order| engine.order(order));
                let order = &record.expect("units are commissioned for an order").order;
                let (lot, expiry) = (order.lot, order.expiry);
                for unit in units(objects) {
                    note(RecordedFact::UnitCommissioned { unit, lot, expiry });
                }
            }
            Operation::ScrapLabel | Operation::SampleLabel => {
                units(objects)
                    .into_iter()
                    .for_each(|unit| note(RecordedFact::LabelScrapped { unit }));
            }
            Operation::Sample => {
                units(objects)
                    .into_iter()
                    .for_each(|unit| note(RecordedFact::UnitSampled { unit }));
            }
            Operation::Decommission | Operation::Destroy => {
                let units = units(objects).into_iter();
                units.for_each(|unit| note(RecordedFact::UnitDecommissioned { unit }));
            }
            Operation::Provide
            | Operation::GiveBack
            | Operation::Invalidate
            | Operation::Encode
            | Operation::Ship
            | Operation::VoidShipping
            | Operation::AcceptReturn => {}
        },
        LedgerEvent::Packed { parent: ObjectCode::Container(parent), level, children, .. } => {
            let children = children.iter().map(|child| match child {
                ObjectCode::Unit(unit) => RecordedChild::Unit(*unit),
                ObjectCode::Container(sscc) => RecordedChild::Container(*sscc),
            });
            let children = children.collect();
            note(RecordedFact::ContainerPacked { parent: *parent, level: *level, children });
        }
        LedgerEvent::OrderMoved { to: OrderState::Closed, .. } => note(RecordedFact::OrderClosed),
        _ => {}
    }
}

fn units(objects: &[ObjectCode]) -> Vec<UnitCode> {
    let units = objects.iter().filter_map(|object| match object {
        ObjectCode::Unit(unit) => Some(*unit),
        ObjectCode::Container(_) => None,
    });
    units.collect()
}

pub(in super::super) fn plugin(app: &mut App) {
    app.add_systems(Build, build);
}

fn build(mut commands: Commands, blueprint: Res<Blueprint>, mut floor: ResMut<Floor>) {
    let id = floor.link();
    for FaultPeriod { fault, begin: at, .. } in floor.faults.link_outages() {
        floor.calendar.enter(at, id, Due::Begin(fault), 0);
    }
    for FaultPeriod { fault, begin: at, .. } in floor.faults.link_slows() {
        floor.calendar.enter(at, id, Due::BeginSlow(fault), 0);
    }
    for FaultPeriod { fault, begin, end } in floor.faults.power_cuts() {
        floor.calendar.enter(begin, id, Due::PowerCut(fault), 0);
        floor.calendar.enter(end, id, Due::PowerBack, 0);
    }
    for FaultPeriod { fault, begin, end } in floor.faults.kills() {
        floor.calendar.enter(begin, id, Due::Kill(fault), 0);
        floor.calendar.enter(end, id, Due::Revive, 0);
    }
    for FaultPeriod { fault, begin, end } in floor.faults.full_disks() {
        floor.calendar.enter(begin, id, Due::DiskFull(fault), 0);
        floor.calendar.enter(end, id, Due::DiskFree, 0);
    }
    for (fault, at) in floor.faults.wrong_starts() {
        floor.calendar.enter(at, id, Due::WrongBatch(fault), 0);
    }
    for (fault, at, _) in floor.faults.clock_steps() {
        floor.calendar.enter(at, id, Due::ClockStep(fault), 0);
    }
    let spec = blueprint.spec();
    let tracked = blueprint.machines().filter(|(_, it)| spec.devices_on(it.id()).next().is_some());
    let tracked = tracked.map(|(id, _)| id).collect();
    commands.spawn(Link {
        id,
        latency: blueprint.spec().link.latency_s.clone(),
        quality: Quality::new(&blueprint.spec().link, blueprint.streams.stream("link", "quality")),
        stream: blueprint.streams.stream("link", "latency"),
        to_ledger: VecDeque::new(),
        to_line: VecDeque::new(),
        actions: Vec::new(),
        power: Power::On,
        cuts: 0,
        in_order: [SimTime::START; 2],
        killed_by: None,
        clock_ahead_ns: 0,
        tracked,
    });
}
