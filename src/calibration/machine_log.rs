//! What the rows of one machine come to: how long its work took, when it stopped and for how long, what it
//! rejected and read. Rows that cannot follow one another mean that some are missing; then whatever was
//! under way is given up, and lives that were being counted are known only to have lasted so long.
//!
//! These are not the measures of `measure`, and could not be: a log has each begin and end of work
//! and no meters, a trace has meters and no begins and ends. From the one come samples, cut off where rows
//! are missing, to fit distributions to; from the other sums over the run.

use indexmap::IndexMap;

use linetwin_line::Task;
use linetwin_line::{Interval, MachineSpec};

use super::place::{failures, usual};
use super::row::RowEvent;
use super::sample::Sample;

/// Reasons for stopping that are distinguished.
const MOST_REASONS: usize = 50;

/// Work under way.
#[derive(Copy, Clone, Debug)]
struct Open {
    since: i64,
    /// Of that, stopped.
    stopped: i64,
}

/// A stop that lasts.
#[derive(Clone, Debug)]
struct Stopped {
    reason: usize,
    since: i64,
    /// The repair itself began.
    repair: i64,
}

/// From the end of a repair on.
#[derive(Copy, Clone, Debug)]
struct Life {
    since: i64,
    /// The last time at which the failure is known not to have happened yet, and the one before it.
    fine: i64,
    fine_before: i64,
    work: i64,
    products: u64,
}

/// What is counted from a repair to the next failure.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Counted {
    Clock,
    Work,
    Products,
}

impl Counted {
    pub(super) const fn of(interval: &Interval) -> Self {
        match interval {
            Interval::CalendarTime(_) => Self::Clock,
            Interval::OperatingTime(_) => Self::Work,
            Interval::Cycles(_) => Self::Products,
        }
    }
}

/// A reason for which the machine stops.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    /// Not planned work and no material, which the twin has as they are.
    pub(super) is_failure: bool,
    pub(super) counted: Counted,
    pub(super) between: Sample,
    pub(super) repair: Sample,
    /// Its stops together, waiting for people included, and how many.
    stops: (i64, u64),
    life: Option<Life>,
}

/// What the log of a machine holds.
#[derive(Clone, Debug)]
pub(super) struct MachineLog {
    pub(super) name: String,
    counts: Task,
    looks_at_end: bool,
    usual: Counted,
    open: [Option<Open>; Task::ALL.len()],
    /// Whether a row may end what no row began, because the log begins in the middle.
    fresh: bool,
    stopped: Option<Stopped>,
    /// Work done since the last repair of each, and the last work.
    last_work: i64,
    pub(super) times: [Sample; Task::ALL.len()],
    /// Times of each task, together, and how many.
    usual_times: [(i64, u64); Task::ALL.len()],
    pub(super) reasons: IndexMap<String, Reason>,
    pub(super) products: u64,
    pub(super) rejects: u64,
    pub(super) reads: [(u64, u64); Task::ALL.len()],
    /// Time of its last row.
    pub(super) last: Option<i64>,
}

/// Rows before it are missing, or it has one reason too many.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Odd {
    RowsMissing,
    TooManyReasons,
}

impl MachineLog {
    pub(super) fn new(machine: &MachineSpec) -> Self {
        let name = machine.id().to_owned();
        let times = Task::ALL.map(|task| Sample::of_times(&format!("{name} {}", task.word())));
        let mut log = Self {
            counts: machine.counted_task(),
            looks_at_end: machine.fails_at_end(),
            usual: Counted::of(&usual(machine)(linetwin_base::Distribution::Fixed(0.0))),
            open: [None; Task::ALL.len()],
            fresh: true,
            stopped: None,
            last_work: 0,
            times,
            usual_times: [(0, 0); Task::ALL.len()],
            reasons: IndexMap::new(),
            products: 0,
            rejects: 0,
            reads: [(0, 0); Task::ALL.len()],
            last: None,
            name,
        };
        for failure in failures(machine) {
            log.add_reason(&failure.name, Counted::of(&failure.time_to_failure));
        }
        for reason in machine.stop_reasons() {
            if !log.reasons.contains_key(reason) {
                let place = log.add_reason(reason, log.usual);
                log.reasons[place].is_failure = false;
            }
        }
        log
    }

    fn add_reason(&mut self, reason: &str, counted: Counted) -> usize {
        let name = format!("{} {reason}", self.name);
        let between = match counted {
            Counted::Products => Sample::of_products(&name),
            Counted::Clock | Counted::Work => Sample::of_times(&name),
        };
        let repair = Sample::of_times(&format!("{name} repair"));
        let reason_of =
            Reason { is_failure: true, counted, between, repair, stops: (0, 0), life: None };
        self.reasons.insert_full(reason.to_owned(), reason_of).0
    }

    /// Takes in a row.
    pub(super) fn row(&mut self, at: i64, event: &RowEvent) -> Result<(), Odd> {
        let followed = match event {
            RowEvent::Start(task) => self.start(at, *task),
            RowEvent::Done(task) => self.done(at, *task),
            RowEvent::Stop(reason) => self.stop(at, reason)?,
            RowEvent::Repair => {
                let stopped = self.stopped.as_mut();
                stopped.map(|stopped| stopped.repair = at).is_some() || self.fresh
            }
            RowEvent::Resume => self.resume(at),
            RowEvent::Reject => {
                self.rejects += 1;
                true
            }
            RowEvent::Read(task) => {
                self.reads[*task as usize].0 += 1;
                true
            }
            RowEvent::NoRead(task) => {
                self.reads[*task as usize].1 += 1;
                true
            }
        };
        self.last = Some(at);
        if followed { Ok(()) } else { Err(Odd::RowsMissing) }
    }

    fn start(&mut self, at: i64, task: Task) -> bool {
        let odd = self.open[task as usize].is_some() || self.stopped.is_some();
        if odd {
            self.give_up(self.last.unwrap_or(at));
        }
        self.fresh &= task != self.counts;
        self.open[task as usize] = Some(Open { since: at, stopped: 0 });
        if !self.looks_at_end {
            self.is_fine(at);
        }
        !odd
    }

    fn done(&mut self, at: i64, task: Task) -> bool {
        let index = task as usize;
        let Some(open) = self.open[index].take() else {
            // Where only ends are logged, or the log begins in the middle, that is right.
            let fine = self.fresh || self.times[index].ended == 0;
            if task == self.counts && fine {
                self.worked(at, 0);
            } else if !fine {
                self.give_up(self.last.unwrap_or(at));
            }
            return fine;
        };
        if self.stopped.is_some() {
            self.give_up(self.last.unwrap_or(at));
            return false;
        }
        let took = at - open.since - open.stopped;
        self.times[index].exactly(took as u64);
        self.usual_times[index].0 += took;
        self.usual_times[index].1 += 1;
        if task == self.counts {
            self.worked(at, took);
        }
        true
    }

    /// A product was worked on.
    fn worked(&mut self, at: i64, took: i64) {
        self.products += 1;
        self.last_work = took;
        for reason in self.reasons.values_mut() {
            if let Some(life) = &mut reason.life {
                life.work += took;
                life.products += 1;
            }
        }
        if self.looks_at_end {
            self.is_fine(at);
        }
    }

    /// It checked, and no failure in calendar time had happened.
    fn is_fine(&mut self, at: i64) {
        for reason in self.reasons.values_mut() {
            if let Some(life) = &mut reason.life {
                if at > life.fine {
                    life.fine_before = life.fine;
                }
                life.fine = at;
            }
        }
    }

    fn stop(&mut self, at: i64, name: &str) -> Result<bool, Odd> {
        let known = self.reasons.get_index_of(name);
        let index = match known {
            Some(index) => index,
            None if self.reasons.len() < MOST_REASONS => self.add_reason(name, self.usual),
            None => return Err(Odd::TooManyReasons),
        };
        let odd = self.stopped.is_some();
        if odd {
            self.give_up(self.last.unwrap_or(at));
        }
        // A machine that checks when a product is done has just checked, and found a failure: a check at this
        // very time rules out none.
        for life in self.reasons.values_mut().filter_map(|reason| reason.life.as_mut()) {
            if life.fine == at {
                life.fine = life.fine_before;
            }
        }
        let at_work = self.open[self.counts as usize];
        let last_work = self.last_work;
        let reason = &mut self.reasons[index];
        if let Some(life) = reason.life.take() {
            match reason.counted {
                Counted::Clock => {
                    let (from, to) = (life.fine - life.since, at - life.since);
                    reason.between.within(from as u64, to as u64);
                }
                Counted::Work => match at_work {
                    Some(open) => {
                        let now = at - open.since - open.stopped;
                        reason.between.exactly((life.work + now) as u64);
                    }
                    None => {
                        let before = (life.work - last_work).max(0);
                        reason.between.within(before as u64, life.work as u64);
                    }
                },
                Counted::Products => reason.between.products(life.products),
            }
        }
        self.stopped = Some(Stopped { reason: index, since: at, repair: at });
        Ok(!odd)
    }

    fn resume(&mut self, at: i64) -> bool {
        let Some(stopped) = self.stopped.take() else {
            if !self.fresh {
                self.give_up(self.last.unwrap_or(at));
            }
            return self.fresh;
        };
        let reason = &mut self.reasons[stopped.reason];
        reason.repair.exactly((at - stopped.repair) as u64);
        reason.stops.0 += at - stopped.since;
        reason.stops.1 += 1;
        // Work that goes on is not yet counted up to the stop: it belongs to the new life only from here on.
        let under_way = self.open[self.counts as usize];
        let done = under_way.map_or(0, |open| stopped.since - open.since - open.stopped);
        let life = Life { since: at, fine: at, fine_before: at, work: -done, products: 0 };
        reason.life = Some(life);
        for open in self.open.iter_mut().flatten() {
            open.stopped += at - stopped.since;
        }
        true
    }

    /// The log ends, breaks, or lacks rows: what was under way lasted until `at` at least.
    pub(super) fn give_up(&mut self, at: i64) {
        for (open, times) in self.open.iter_mut().zip(&mut self.times) {
            if let (Some(open), None) = (open.take(), &self.stopped) {
                times.longer((at - open.since - open.stopped).max(0) as u64);
            }
        }
        if let Some(stopped) = self.stopped.take() {
            let repair = &mut self.reasons[stopped.reason].repair;
            repair.longer((at - stopped.repair).max(0) as u64);
        }
        for reason in self.reasons.values_mut() {
            let Some(life) = reason.life.take() else { continue };
            match reason.counted {
                Counted::Clock => reason.between.longer((life.fine - life.since).max(0) as u64),
                Counted::Work => {
                    let sure = life.work - self.last_work;
                    reason.between.longer(sure.max(0) as u64);
                }
                Counted::Products => reason.between.more_products(life.products),
            }
        }
        self.fresh = true;
    }

    /// How long this machine is silent at most: so many times its usual work, or its usual stop. Until its
    /// usual work is known, `otherwise`; for a stop of unknown length there is no most.
    pub(super) fn silent_at_most(&self, times: i64, otherwise: i64) -> Option<i64> {
        let usual = |(sum, count): (i64, u64)| (count >= 20).then(|| times * (sum / count as i64));
        if let Some(stopped) = &self.stopped {
            return usual(self.reasons[stopped.reason].stops);
        }
        let open = self.open.iter().zip(&self.usual_times).filter(|(open, _)| open.is_some());
        open.map(|(_, &known)| usual(known).unwrap_or(otherwise)).min()
    }
}
