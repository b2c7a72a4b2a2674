//! One pass of the calendar: moments are taken in order and given to the machines they concern,
//! directly. Components are borrowed once a pass and then reached by index, because running a
//! schedule, or asking the world, at every event would cost more than the events themselves.

use bevy::ecs::system::SystemParam;
use bevy::prelude::*;

use linetwin_base::{LineId, MachineId, SimTime};

use super::blueprint::OnLine;
use super::calendar::Entry;
use super::floor::{Floor, LineFloor};
use super::ledger_port::LedgerPort;
use super::line_host::{LineHost, Port};
use super::machines::{AnyKind, Machine, Signal, SimEvent};
use super::meter::Meter;
use super::people::{Crew, Desk, Person};

/// A machine's line, its meter, and the one kind that it is.
type AnyMachine = (&'static OnLine, &'static mut Meter, AnyKind);

/// Everything that a pass needs of the world.
#[derive(SystemParam)]
pub(super) struct Plant<'w, 's> {
    floors: Query<'w, 's, (&'static OnLine, &'static mut LineFloor, Option<&'static mut LineHost>)>,
    machines: Query<'w, 's, AnyMachine>,
    people: Query<'w, 's, &'static mut Person>,
    desk: ResMut<'w, Desk>,
    port: Option<ResMut<'w, Port>>,
}

/// The ledger port of the lines' site, if there is one.
type Site<'w> = Option<&'w mut dyn LedgerPort>;

/// A line borrowed for the length of a pass.
struct Line<'w> {
    id: LineId,
    /// In the order of their ids.
    machines: Vec<(&'w mut Meter, Machine<'w>)>,
    floor: &'w mut Floor,
    host: Option<&'w mut LineHost>,
}

impl Plant<'_, '_> {
    /// All lines, in the order of the plant.
    fn borrow(&mut self) -> (Vec<Line<'_>>, Crew<'_>, Site<'_>) {
        let mut floors: Vec<_> = self.floors.iter_mut().collect();
        floors.sort_unstable_by_key(|(line, ..)| line.0);
        let lines = floors.into_iter().map(|(on, floor, host)| Line {
            id: on.0,
            machines: Vec::new(),
            floor: &mut floor.into_inner().0,
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
        (lines, Crew::new(&mut self.desk, people), port)
    }
}

impl Line<'_> {
    /// When something happens next on a line that still runs.
    fn next_at(&self) -> Option<SimTime> {
        let at = self.floor.calendar.next_at().filter(|_| self.floor.closed.is_none())?;
        (at < self.floor.until).then_some(at)
    }

    /// Runs the line's calendar up to the moment, or until its order is closed or somebody does something;
    /// or only what is next in it.
    fn run(&mut self, until: SimTime, only_next: bool, crew: &mut Crew, site: &mut Site) {
        while self.floor.closed.is_none()
            && let Some(entry) = self.floor.calendar.next_before(until.min(crew.next_at()))
        {
            self.act(&entry, crew, site);
            if only_next {
                return;
            }
        }
    }

    /// One moment of the calendar and everything that follows within it.
    fn act(&mut self, entry: &Entry, crew: &mut Crew, site: &mut Site) {
        self.floor.set_now(entry.at());
        if let Some((meter, machine)) = self.machines.get_mut(entry.machine.index()) {
            machine.on_event(entry, meter, self.floor);
        } else if let (Some(host), Some(port)) = (&mut self.host, &mut *site) {
            let SimEvent::Control(event) = entry.event else {
                panic!("a line's controller has no use for {:?}", entry.event)
            };
            host.due(event, *port, self.floor);
        }
        self.settle(crew, site);
    }

    /// Everything that follows within a moment: signals first, then what devices report.
    fn settle(&mut self, crew: &mut Crew, site: &mut Site) {
        let Self { id, machines, floor, host } = self;
        loop {
            while let Some((to, signal)) = floor.signals.pop_front() {
                match machines.get_mut(to.index()) {
                    Some((meter, machine)) => machine.on_signal(signal, meter, floor),
                    None => {
                        let Signal::People(signal) = signal else {
                            panic!("people have no use for {signal:?}")
                        };
                        crew.signal(*id, signal, floor);
                    }
                }
            }
            match (&mut *host, &mut *site) {
                (Some(host), Some(port)) if !floor.device_events.is_empty() => {
                    host.relay(*port, floor);
                }
                _ => break,
            }
        }
    }

    /// Somebody says something to one of its machines, if it still runs then.
    fn hear(
        &mut self,
        now: SimTime,
        (to, word): (MachineId, Signal),
        crew: &mut Crew,
        site: &mut Site,
    ) {
        if self.floor.closed.is_none() && now < self.floor.until {
            self.floor.set_now(now);
            self.floor.signal(to, word);
            self.settle(crew, site);
        }
    }
}

/// Runs all lines up to their `floor.until`, or until their orders are closed, moment by moment: what
/// happens first anywhere is first; of the same moment people come before lines, and lines in their order.
pub(super) fn run(mut plant: Plant) {
    let (mut lines, mut crew, mut site) = plant.borrow();
    let Some(end) = end(&lines) else { return };
    loop {
        let heads = lines.iter().enumerate();
        let heads = heads.filter_map(|(index, line)| Some((line.next_at()?, index)));
        let first = heads.clone().min();
        let people_at = crew.next_at();
        if people_at < end && first.is_none_or(|(at, _)| people_at <= at) {
            if let Some((line, machine, word)) = crew.act() {
                lines[line.index()].hear(people_at, (machine, word), &mut crew, &mut site);
            }
            continue;
        }
        let Some((_, first)) = first else { return };
        let others = heads.filter(|(_, index)| *index != first);
        // It goes on alone until another line has something to do before it.
        let until = others.min().map(|(at, index)| match index < first {
            true => at,
            false => SimTime::from_nanos(at.as_nanos() + 1),
        });
        let line = &mut lines[first];
        let until = until.map_or(line.floor.until, |until| until.min(line.floor.until));
        line.run(until, false, &mut crew, &mut site);
    }
}

/// The same for the one event that is next, with everything that follows within its moment. Returns when
/// it happened; nothing if there is none before the lines' `floor.until`.
pub(super) fn step(mut plant: Plant) -> Option<SimTime> {
    let (mut lines, mut crew, mut site) = plant.borrow();
    let (at, first) = next(&lines, &crew)?;
    match first {
        First::Person => {
            if let Some((line, machine, word)) = crew.act() {
                lines[line.index()].hear(at, (machine, word), &mut crew, &mut site);
            }
        }
        First::Line(index) => {
            let line = &mut lines[index];
            // People come before lines: none of them does anything up to this moment.
            line.run(line.floor.until, true, &mut crew, &mut site);
        }
    }
    Some(at)
}

/// When that event will be.
pub(super) fn next_at(mut plant: Plant) -> Option<SimTime> {
    let (lines, crew, _) = plant.borrow();
    next(&lines, &crew).map(|(at, _)| at)
}

/// Whose event is next.
#[derive(Copy, Clone, Debug)]
enum First {
    Person,
    Line(usize),
}

/// What [`run`] would do first, and when.
fn next(lines: &[Line], crew: &Crew) -> Option<(SimTime, First)> {
    let end = end(lines)?;
    let heads = lines.iter().enumerate();
    let first = heads.filter_map(|(index, line)| Some((line.next_at()?, index))).min();
    let people_at = crew.next_at();
    if people_at < end && first.is_none_or(|(at, _)| people_at <= at) {
        return Some((people_at, First::Person));
    }
    first.map(|(at, index)| (at, First::Line(index)))
}

/// How far the pass goes; nothing when all orders are closed.
fn end(lines: &[Line]) -> Option<SimTime> {
    let open = lines.iter().filter(|line| line.floor.closed.is_none());
    open.map(|line| line.floor.until).max()
}

/// Starts the orders, once, before the first pass.
pub(super) fn start(mut plant: Plant) {
    let (lines, mut crew, mut site) = plant.borrow();
    for mut line in lines {
        for (meter, _) in &mut line.machines {
            meter.begin_order(line.floor);
        }
        if let (Some(host), Some(port)) = (&mut line.host, &mut site) {
            host.start(*port, line.floor);
        }
        line.settle(&mut crew, &mut site);
    }
}

/// Whether people have something to do for a line.
pub(super) fn people_have_work(line: In<LineId>, mut plant: Plant) -> bool {
    plant.borrow().1.has_work_for(*line)
}

/// People forget a line that has ended.
pub(super) fn people_go(In((line, now)): In<(LineId, SimTime)>, mut plant: Plant) {
    plant.borrow().1.forget(line, now);
}
