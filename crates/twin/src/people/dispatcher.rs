//! All people and the call queue, borrowed for the length of a pass: takes calls, sends people, and returns
//! their signals to machines. Nothing here looks at what a machine does with them.

use linetwin_base::{LineId, MachineId, SimTime};
use linetwin_engine::OperatorTask;

use super::super::line_context::LineContext;
use super::super::machines::{Signal as MachineSignal, packer};
use super::call::{Assignment, Call, Signal, Urgency, place};
use super::call_queue::CallQueue;
use super::person::{Activity, Person, PersonSignal, Preemption};

/// See the module's first lines.
pub(in super::super) struct Dispatcher<'w> {
    queue: &'w mut CallQueue,
    /// In the order of their numbers.
    people: Vec<&'w mut Person>,
}

impl<'w> Dispatcher<'w> {
    pub(in super::super) fn new(queue: &'w mut CallQueue, mut people: Vec<&'w mut Person>) -> Self {
        people.sort_unstable_by_key(|person| person.number);
        Self { queue, people }
    }

    /// When a person acts next.
    pub(in super::super) const fn next_at(&self) -> SimTime {
        self.queue.next_at
    }

    /// Does one thing that is scheduled. There may be more at the same time.
    pub(in super::super) fn act(&mut self) -> Option<PersonSignal> {
        let now = self.queue.next_at;
        let first = self.people.iter_mut().find(|person| person.next_at() <= now);
        let signal = first.and_then(|person| person.act(now, &self.queue.sites));
        self.dispatch(now);
        signal
    }

    /// Takes a signal from a line or its controller.
    pub(in super::super) fn signal(
        &mut self,
        line: LineId,
        signal: Signal,
        context: &mut LineContext,
    ) {
        match signal {
            Signal::Task(task) => self.called(line, task, context),
            Signal::CallsWithdrawn => self.withdraw(line, context.now()),
            Signal::Call { machine, assignment, needs, urgency } => {
                self.take(Call { line, machine, assignment, needs, urgency, asked: false });
            }
            Signal::Release { machine, assignment } => {
                self.release(line, machine, assignment, context.now())
            }
        }
        self.dispatch(context.now());
    }

    /// Withdraws all calls of a line that has ended.
    pub(in super::super) fn forget(&mut self, line: LineId, now: SimTime) {
        self.queue.calls.retain(|call| call.line != line);
        for person in &mut self.people {
            if person.at_call().is_some_and(|call| call.line == line) {
                person.is_done(now);
            }
        }
        self.dispatch(now);
    }

    /// Whether a person has work for a line that nothing else waits for.
    pub(in super::super) fn has_work_for(&self, line: LineId) -> bool {
        let under_way = |person: &&mut Person| match &person.doing {
            Activity::OnTheWay(call, _) | Activity::Working(call, _) => call.line == line,
            Activity::Nothing | Activity::Staying(_) | Activity::OnBreak(_) => false,
        };
        self.queue.calls.iter().any(|call| call.line == line) || self.people.iter().any(under_way)
    }

    fn called(&mut self, line: LineId, task: OperatorTask, context: &mut LineContext) {
        let machine = place(task);
        let urgency = match task {
            OperatorTask::ScanChild { .. } | OperatorTask::RemoveChild { .. } => {
                context.signal(machine, MachineSignal::Packer(packer::Signal::AwaitOperator));
                Urgency::Stands
            }
            OperatorTask::Rework { .. } => Urgency::Ahead,
            // The controller has stopped the belt, or takes the line to stand.
            OperatorTask::RemoveFromBelt { .. }
            | OperatorTask::TakeSample { .. }
            | OperatorTask::EmptyBin { .. }
            | OperatorTask::WalkLine { .. }
            | OperatorTask::FindCause { .. } => Urgency::Stands,
        };
        let needs =
            self.queue.sites[line.index()].interventions.required_skill.as_deref().map(Into::into);
        let assignment = Assignment::Task(task);
        self.take(Call { line, machine, assignment, needs, urgency, asked: false });
    }

    /// Takes a call, unless a person is on the way or at it.
    fn take(&mut self, call: Call) {
        let answered = |person: &&mut Person| {
            person
                .at_call()
                .is_some_and(|other| other.is_for(call.line, call.machine, call.assignment))
        };
        if !self.people.iter().any(answered) {
            self.queue.take(call);
        }
    }

    /// The panel from which the line controller calls has no power: its tasks are given up. A person at a
    /// bench stays till it is done.
    fn withdraw(&mut self, line: LineId, now: SimTime) {
        let by_controller =
            |call: &Call| call.line == line && matches!(call.assignment, Assignment::Task(_));
        self.queue.calls.retain(|call| !by_controller(call));
        for person in &mut self.people {
            if let Activity::OnTheWay(call, _) | Activity::Working(call, _) = &person.doing
                && by_controller(call)
            {
                person.is_done(now);
            }
        }
    }

    /// A machine needs no person any more.
    fn release(&mut self, line: LineId, machine: MachineId, assignment: Assignment, now: SimTime) {
        self.queue.calls.retain(|call| !call.is_for(line, machine, assignment));
        for person in &mut self.people {
            if person.at_call().is_some_and(|call| call.is_for(line, machine, assignment)) {
                person.is_done(now);
            }
        }
    }

    /// Sends people who can go; where none is free, one who can be spared is asked to break off.
    fn dispatch(&mut self, now: SimTime) {
        let mut index = 0;
        while index < self.queue.calls.len() {
            let call = &self.queue.calls[index];
            let to = self.queue.place_of(call);
            match self.best_person(call, to) {
                Some(person) if self.people[person].is_free() => {
                    let call = self.queue.calls.remove(index);
                    self.people[person].send(call, to, now);
                }
                Some(person) => {
                    self.queue.calls[index].asked = true;
                    self.people[person].asked = Preemption::Now(now);
                    index += 1;
                }
                None => index += 1,
            }
        }
        let next = self.people.iter().map(|person| person.next_at());
        self.queue.next_at = next.min().unwrap_or(SimTime::NEVER);
    }

    /// The person who answers a call: one who stands there already, one who is free, one who can be spared;
    /// among these the nearest.
    fn best_person(&self, call: &Call, to: (LineId, f64)) -> Option<usize> {
        let able = self.people.iter().enumerate().filter(|(_, person)| person.can_answer(call));
        let ranked = able.filter_map(|(index, person)| {
            let way_m = person.way_m(to);
            let rank = if person.is_free() {
                1
            } else {
                let less_urgent = person.could_leave().is_some_and(|at| call.urgency < at.urgency);
                let spared = less_urgent && !call.asked;
                if !spared {
                    return None;
                }
                if way_m == 0.0 { 0 } else { 2 }
            };
            Some((rank, way_m, index))
        });
        let best = ranked.min_by(|one, two| {
            one.0.cmp(&two.0).then(one.1.total_cmp(&two.1)).then(one.2.cmp(&two.2))
        });
        best.map(|(_, _, index)| index)
    }
}
