//! One pass over the future event lists: events are taken in order and given to the machines they concern,
//! directly. Components are borrowed once a pass and then reached by index, because running a
//! schedule, or asking the world, at every event would cost more than the events themselves.

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;

use linetwin_base::{LineId, MachineId, SimTime};

use super::blueprint::OnLine;
use super::future_event_list::ScheduledEvent;
use super::ledger_port::LedgerPort;
use super::line_context::{ActiveLine, LineContext};
use super::line_host::{LineHost, Port};
use super::machines::{AnyKind, Machine, Signal, SimEvent};
use super::meter::Meter;
use super::people::{CallQueue, Dispatcher, Person};

/// A machine's line, its meter, and the one kind that it is.
type AnyMachine = (&'static OnLine, &'static mut Meter, AnyKind);

/// Everything that a pass needs of the world.
#[derive(SystemParam)]
pub(super) struct Plant<'w, 's> {
    contexts:
        Query<'w, 's, (&'static OnLine, &'static mut ActiveLine, Option<&'static mut LineHost>)>,
    machines: Query<'w, 's, AnyMachine>,
    people: Query<'w, 's, &'static mut Person>,
    call_queue: ResMut<'w, CallQueue>,
    port: Option<ResMut<'w, Port>>,
}

/// The ledger port of the lines' site, if there is one.
type Site<'w> = Option<&'w mut dyn LedgerPort>;

/// A line borrowed for the length of a pass.
struct Line<'w> {
    id: LineId,
    /// In the order of their ids.
    machines: Vec<(&'w mut Meter, Machine<'w>)>,
    context: &'w mut LineContext,
    host: Option<&'w mut LineHost>,
}

impl Plant<'_, '_> {
    /// All lines, in the order of the plant.
    fn borrow(&mut self) -> (Vec<Line<'_>>, Dispatcher<'_>, Site<'_>) {
        let mut contexts: Vec<_> = self.contexts.iter_mut().collect();
        contexts.sort_unstable_by_key(|(line, ..)| line.0);
        let lines = contexts.into_iter().map(|(on, context, host)| Line {
            id: on.0,
            machines: Vec::new(),
            context: &mut context.into_inner().0,
            host: host.map(Mut::into_inner),
        });
        let mut lines: Vec<Line> = lines.collect();
        for (on, meter, kinds) in &mut self.machines {
            let machine = Machine::new(kinds);
            lines[on.0.index()].machines.push((meter.into_inner(), machine));
        }
        for line in &mut lines {
            line.machines.sort_unstable_by_key(|(meter, _)| meter.machine);
        }
        let people = self.people.iter_mut().map(Mut::into_inner).collect();
        let port = self.port.as_mut().map(|port| &mut *port.0);
        (lines, Dispatcher::new(&mut self.call_queue, people), port)
    }
}

impl Line<'_> {
    /// Time of the next event on a line that still runs.
    fn next_at(&self) -> Option<SimTime> {
        let at = self.context.events.next_at().filter(|_| self.context.closed.is_none())?;
        (at < self.context.until).then_some(at)
    }

    /// Runs the line's events up to `until`, or until its order is closed or a person acts; or only the next
    /// one.
    fn run(
        &mut self,
        until: SimTime,
        only_next: bool,
        dispatcher: &mut Dispatcher,
        site: &mut Site,
    ) {
        while self.context.closed.is_none()
            && let Some(scheduled) =
                self.context.events.next_before(until.min(dispatcher.next_at()))
        {
            self.act(&scheduled, dispatcher, site);
            if only_next {
                return;
            }
        }
    }

    /// One event and everything that follows within it.
    fn act(&mut self, scheduled: &ScheduledEvent, dispatcher: &mut Dispatcher, site: &mut Site) {
        self.context.set_now(scheduled.at());
        if let Some((meter, machine)) = self.machines.get_mut(scheduled.machine.index()) {
            machine.on_event(scheduled, meter, self.context);
        } else if let (Some(host), Some(port)) = (&mut self.host, &mut *site) {
            let SimEvent::Control(event) = scheduled.event else {
                panic!("a line's controller has no use for {:?}", scheduled.event)
            };
            host.on_event(event, *port, self.context);
        }
        self.settle(dispatcher, site);
    }

    /// Everything that follows within a moment: signals first, then what devices report.
    fn settle(&mut self, dispatcher: &mut Dispatcher, site: &mut Site) {
        let Self { id, machines, context, host } = self;
        loop {
            while let Some((to, signal)) = context.signals.pop_front() {
                match machines.get_mut(to.index()) {
                    Some((meter, machine)) => machine.on_signal(signal, meter, context),
                    None => {
                        let Signal::People(signal) = signal else {
                            panic!("people have no use for {signal:?}")
                        };
                        dispatcher.signal(*id, signal, context);
                    }
                }
            }
            match (&mut *host, &mut *site) {
                (Some(host), Some(port)) if !context.device_events.is_empty() => {
                    host.relay(*port, context);
                }
                _ => break,
            }
        }
    }

    /// Delivers a person's signal to one of its machines, if it still runs then.
    fn deliver(
        &mut self,
        now: SimTime,
        (to, signal): (MachineId, Signal),
        dispatcher: &mut Dispatcher,
        site: &mut Site,
    ) {
        if self.context.closed.is_none() && now < self.context.until {
            self.context.set_now(now);
            self.context.signal(to, signal);
            self.settle(dispatcher, site);
        }
    }
}

/// Runs all lines up to their `context.until`, or until their orders are closed, moment by moment: what
/// happens first anywhere is first; of the same time people come before lines, and lines in their order.
pub(super) fn run(mut plant: Plant) {
    let (mut lines, mut dispatcher, mut site) = plant.borrow();
    let Some(end) = end(&lines) else { return };
    loop {
        let heads = lines.iter().enumerate();
        let heads = heads.filter_map(|(index, line)| Some((line.next_at()?, index)));
        let first = heads.clone().min();
        let people_at = dispatcher.next_at();
        if people_at < end && first.is_none_or(|(at, _)| people_at <= at) {
            if let Some((line, machine, signal)) = dispatcher.act() {
                lines[line.index()].deliver(
                    people_at,
                    (machine, signal),
                    &mut dispatcher,
                    &mut site,
                );
            }
            continue;
        }
        let Some((_, first)) = first else { return };
        let others = heads.filter(|(_, index)| *index != first);
        // It goes on alone until another line has an event before it.
        let until = others.min().map(|(at, index)| match index < first {
            true => at,
            false => SimTime::from_nanos(at.as_nanos() + 1),
        });
        let line = &mut lines[first];
        let until = until.map_or(line.context.until, |until| until.min(line.context.until));
        line.run(until, false, &mut dispatcher, &mut site);
    }
}

/// The same for the one event that is next, with everything that follows within its moment. Returns its time;
/// nothing if there is none before the lines' `context.until`.
pub(super) fn step(mut plant: Plant) -> Option<SimTime> {
    let (mut lines, mut dispatcher, mut site) = plant.borrow();
    let (at, first) = next(&lines, &dispatcher)?;
    match first {
        First::Person => {
            if let Some((line, machine, signal)) = dispatcher.act() {
                lines[line.index()].deliver(at, (machine, signal), &mut dispatcher, &mut site);
            }
        }
        First::Line(index) => {
            let line = &mut lines[index];
            // People come before lines: none of them does anything up to this moment.
            line.run(line.context.until, true, &mut dispatcher, &mut site);
        }
    }
    Some(at)
}

/// When that event will be.
pub(super) fn next_at(mut plant: Plant) -> Option<SimTime> {
    let (lines, dispatcher, _) = plant.borrow();
    next(&lines, &dispatcher).map(|(at, _)| at)
}

/// Where the next event is.
#[derive(Copy, Clone, Debug)]
enum First {
    Person,
    Line(usize),
}

/// What [`run`] would do first, and when.
fn next(lines: &[Line], dispatcher: &Dispatcher) -> Option<(SimTime, First)> {
    let end = end(lines)?;
    let heads = lines.iter().enumerate();
    let first = heads.filter_map(|(index, line)| Some((line.next_at()?, index))).min();
    let people_at = dispatcher.next_at();
    if people_at < end && first.is_none_or(|(at, _)| people_at <= at) {
        return Some((people_at, First::Person));
    }
    first.map(|(at, index)| (at, First::Line(index)))
}

/// How far the pass goes; nothing when all orders are closed.
fn end(lines: &[Line]) -> Option<SimTime> {
    let open = lines.iter().filter(|line| line.context.closed.is_none());
    open.map(|line| line.context.until).max()
}

/// Starts the orders, once, before the first pass.
pub(super) fn start(mut plant: Plant) {
    let (lines, mut dispatcher, mut site) = plant.borrow();
    for mut line in lines {
        for (meter, _) in &mut line.machines {
            meter.begin_order(line.context);
        }
        if let (Some(host), Some(port)) = (&mut line.host, &mut site) {
            host.start(*port, line.context);
        }
        line.settle(&mut dispatcher, &mut site);
    }
}

/// Whether a person has work for a line.
pub(super) fn people_have_work(line: In<LineId>, mut plant: Plant) -> bool {
    plant.borrow().1.has_work_for(*line)
}

/// Withdraws all calls of a line that has ended.
pub(super) fn people_go(In((line, now)): In<(LineId, SimTime)>, mut plant: Plant) {
    plant.borrow().1.forget(line, now);
}
