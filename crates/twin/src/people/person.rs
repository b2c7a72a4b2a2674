//! A person: skills, place, activity. The dispatcher decides where a person goes.

use std::sync::Arc;

use bevy_ecs::prelude::*;

use linetwin_base::{
    Distribution, LineId, MachineId, SimSpan, SimTime, Stream, Streams, WeekClock,
};
use linetwin_line::PersonSpec;

use super::super::machines::{Signal, packer, task};
use super::call::{Assignment, Call};
use super::call_queue::{CallQueue, Site};
use super::roster::Roster;

/// Lines of a plant stand side by side, so many metres apart.
const AISLE_M: f64 = 8.0;

/// What a person is doing.
#[derive(Debug)]
pub(super) enum Activity {
    Nothing,
    /// Walking, after a moment to react, until then.
    OnTheWay(Call, SimTime),
    /// At work until then.
    Working(Call, SimTime),
    /// At work until the machine ends it.
    Staying(Call),
    /// Having a break until then.
    OnBreak(SimTime),
}

/// Whether a person who stays at a machine has been asked to leave it.
#[derive(Copy, Clone, Debug, PartialEq)]
pub(super) enum Preemption {
    No,
    /// The request is made at this time.
    Now(SimTime),
    Yes,
}

/// See the module's first lines.
#[derive(Component, Debug)]
pub(in super::super) struct Person {
    /// The dispatcher goes through people in this order.
    pub(super) number: u16,
    /// The line to which this person belongs; nothing for one who serves them all.
    line: Option<LineId>,
    skills: Vec<Arc<str>>,
    reacts: Distribution,
    reaction: Stream,
    pub(super) interventions: Stream,
    walks_m_s: f64,
    pub(super) roster: Roster,
    /// The line and the metres along it.
    at: (LineId, f64),
    pub(super) doing: Activity,
    pub(super) asked: Preemption,
}

/// A person's signal to a machine.
pub(super) type PersonSignal = (LineId, MachineId, Signal);

impl Person {
    fn new(
        number: u16,
        spec: &PersonSpec,
        line: Option<LineId>,
        streams: Streams,
        clock: WeekClock,
    ) -> Self {
        Self {
            number,
            line,
            skills: spec.skills.iter().map(|skill| Arc::from(skill.as_str())).collect(),
            reacts: spec.response_time_s.clone(),
            reaction: streams.stream(&spec.name, "reaction"),
            interventions: streams.stream(&spec.name, "handwork"),
            walks_m_s: spec.walking_speed_m_s,
            roster: Roster::new(clock, &spec.shifts, &spec.breaks),
            at: (line.unwrap_or_default(), 0.0),
            doing: Activity::Nothing,
            asked: Preemption::No,
        }
    }

    /// When this person acts next without a call.
    pub(super) fn next_at(&self) -> SimTime {
        let done = match self.doing {
            Activity::OnTheWay(_, at) | Activity::Working(_, at) | Activity::OnBreak(at) => at,
            Activity::Nothing | Activity::Staying(_) => SimTime::NEVER,
        };
        let asked = match self.asked {
            Preemption::Now(at) => at,
            Preemption::No | Preemption::Yes => SimTime::NEVER,
        };
        done.min(asked).min(self.roster.changes_at())
    }

    /// Whether this person is there with nothing to do.
    pub(super) const fn is_free(&self) -> bool {
        matches!(self.doing, Activity::Nothing) && self.roster.on_shift
    }

    /// Whether this person may be sent there, by line and skill.
    pub(super) fn can_answer(&self, call: &Call) -> bool {
        let skilled = |needs: &Arc<str>| self.skills.is_empty() || self.skills.contains(needs);
        self.line.is_none_or(|line| line == call.line) && call.needs.as_ref().is_none_or(skilled)
    }

    /// The call that this person could break off, and has not been asked to.
    pub(super) fn could_leave(&self) -> Option<&Call> {
        match &self.doing {
            Activity::Staying(call)
                if call.assignment.can_be_left() && self.asked == Preemption::No =>
            {
                Some(call)
            }
            _ => None,
        }
    }

    /// The call that this person is on the way to, or at.
    pub(super) const fn at_call(&self) -> Option<&Call> {
        match &self.doing {
            Activity::OnTheWay(call, _) | Activity::Working(call, _) | Activity::Staying(call) => {
                Some(call)
            }
            Activity::Nothing | Activity::OnBreak(_) => None,
        }
    }

    /// Metres to a place.
    pub(super) fn way_m(&self, (line, place_m): (LineId, f64)) -> f64 {
        let aisles = f64::from(line.0.abs_diff(self.at.0.0));
        aisles * AISLE_M + (place_m - self.at.1).abs()
    }

    /// Sets out.
    pub(super) fn send(&mut self, call: Call, to: (LineId, f64), now: SimTime) {
        let mut takes = SimSpan::ZERO;
        let way_m = self.way_m(to);
        if way_m > 0.0 {
            takes = self.reacts.draw(&mut self.reaction);
            takes = takes + SimSpan::from_secs_f64(way_m / self.walks_m_s);
        }
        self.at = to;
        self.doing = Activity::OnTheWay(call, now + takes);
    }

    /// Has no more work there.
    pub(super) fn is_done(&mut self, now: SimTime) {
        self.doing = Activity::Nothing;
        self.asked = Preemption::No;
        if self.roster.on_shift
            && let Some(pause) = self.roster.owed.take()
        {
            self.doing = Activity::OnBreak(now + pause);
        }
    }

    /// Leaves a machine that can be left when the shift is over or it is time for a break.
    fn leave_if_time(&mut self, now: SimTime) {
        let time = !self.roster.on_shift || self.roster.owed.is_some();
        if time && self.could_leave().is_some() {
            self.asked = Preemption::Now(now);
        }
    }

    /// Does what is scheduled now.
    pub(super) fn act(&mut self, now: SimTime, sites: &[Site]) -> Option<PersonSignal> {
        if self.roster.changes_at() <= now {
            self.roster.turn(now);
            if matches!(self.doing, Activity::Nothing) {
                self.is_done(now);
            }
            self.leave_if_time(now);
            return None;
        }
        if let (Preemption::Now(_), Activity::Staying(call)) = (self.asked, &self.doing) {
            self.asked = Preemption::Yes;
            return Some((call.line, call.machine, Signal::Relieve));
        }
        match std::mem::replace(&mut self.doing, Activity::Nothing) {
            Activity::OnTheWay(call, _) => self.arrive(call, now, sites),
            Activity::Working(call, _) => {
                self.is_done(now);
                match call.assignment {
                    Assignment::Task(done) => Some((call.line, call.machine, task(done))),
                    Assignment::Stop(_) | Assignment::Attend => None,
                }
            }
            Activity::OnBreak(_) | Activity::Nothing => {
                self.is_done(now);
                None
            }
            staying @ Activity::Staying(_) => {
                self.doing = staying;
                None
            }
        }
    }

    fn arrive(&mut self, call: Call, now: SimTime, sites: &[Site]) -> Option<PersonSignal> {
        let (line, machine, assignment) = (call.line, call.machine, call.assignment);
        if let (Assignment::Task(task), false) = (assignment, assignment.machine_ends_it()) {
            let takes = sites[line.index()].takes(task, self.walks_m_s, &mut self.interventions);
            self.doing = Activity::Working(call, now + takes);
            return None;
        }
        self.doing = Activity::Staying(call);
        self.leave_if_time(now);
        let signal = match assignment {
            Assignment::Task(to_do) => task(to_do),
            Assignment::Stop(which) => Signal::Came(which),
            Assignment::Attend => Signal::Packer(packer::Signal::AttendantArrived),
        };
        Some((line, machine, signal))
    }
}

/// People join the world; they serve one line or all of them.
pub(in super::super) fn add_people(
    world: &mut World,
    people: &[PersonSpec],
    line: Option<LineId>,
    streams: Streams,
    clock: WeekClock,
) {
    // A call may wait for this person.
    world.resource_mut::<CallQueue>().look_again();
    let already = world.query::<&Person>().iter(world).count() as u16;
    for (number, spec) in (already..).zip(people) {
        world.spawn(Person::new(number, spec, line, streams, clock));
    }
}
