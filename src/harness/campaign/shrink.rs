//! Shrinks a run that fails to a small one that fails in the same way: faults are written out one by one and
//! left out where they can be, the rest is moved to the beginning, the order is made shorter, the twin
//! simpler. Every change is run; only those that still fail are kept.

use std::path::Path;

use linetwin_base::SimSpan;
use linetwin_engine::{Order, Samples};
use linetwin_faults::{Fault, Rate};
use linetwin_symbol::Fidelity;

use super::super::load::{Job, load_scenario};
use super::super::play::{Parts, play};
use super::super::scenario::Scenario;
use super::finding::{Finding, findings};
use super::minimise::minimise;

/// Orders of so many packs are tried, the smallest first.
const PACKS: [u32; 16] = [1, 2, 3, 5, 8, 12, 18, 25, 35, 50, 75, 100, 150, 250, 400, 700];
/// Faults are moved to one of the first so many products, or to these seconds.
const EARLY: [u32; 12] = [1, 2, 3, 5, 8, 12, 18, 25, 35, 50, 100, 200];
/// Faults that last are tried with these lengths in seconds.
const LENGTHS_S: [u64; 6] = [1, 2, 5, 10, 20, 40];

/// A shrunk run.
#[derive(Debug)]
pub struct Shrunk {
    /// It fails by itself.
    pub scenario: Scenario,
    /// Faults in its plan: hits of those that hit at a rate, and those that last.
    pub faults: usize,
    /// Packs of its order, or of all its orders.
    pub packs: u32,
    /// Runs that it took.
    pub runs: u32,
}

/// Shrinks a scenario that fails with `finding`, within so many runs. The scenario must be, or be able to be,
/// the file `path`.
pub fn shrink(
    path: &Path,
    scenario: Scenario,
    finding: &Finding,
    parts: Parts,
    most_runs: u32,
) -> Shrunk {
    let mut work = Work { path, parts, finding, most_runs, runs: 0, best: scenario };
    work.write_out_faults();
    loop {
        let before = work.best.clone();
        work.leave_out_faults();
        work.move_to_the_beginning();
        work.shorten_orders();
        work.simplify();
        if work.best == before || work.runs >= work.most_runs {
            break;
        }
    }
    let Work { best, runs, .. } = work;
    let plans = plans(&best);
    let faults = plans.iter().map(|plan| atoms(plan).len()).sum();
    let packs = orders(&best).map(|order| order.quantity).sum();
    Shrunk { faults, packs, runs, scenario: best }
}

struct Work<'a> {
    path: &'a Path,
    parts: Parts<'a>,
    finding: &'a Finding,
    most_runs: u32,
    runs: u32,
    /// The smallest that fails so far.
    best: Scenario,
}

/// A fault of a plan, and one of its hits if it hits at a rate: the unit of leaving out.
type Atom = (usize, Option<u32>);

impl Work<'_> {
    fn job(&self, scenario: &Scenario) -> Option<Job> {
        load_scenario(self.path, scenario.clone()).ok()
    }

    /// Whether it fails in the way that is looked for.
    fn fails(&mut self, scenario: &Scenario) -> bool {
        if self.runs >= self.most_runs {
            return false;
        }
        let Some(job) = self.job(scenario) else { return false };
        self.runs += 1;
        match play(&job, self.parts) {
            Ok(result) => findings(&result).contains(self.finding),
            Err(words) => self.finding.recurs_as(&Finding::Crash(words)),
        }
    }

    /// Changes the scenario if it still fails then.
    fn change(&mut self, change: impl FnOnce(&mut Scenario)) -> bool {
        let mut changed = self.best.clone();
        change(&mut changed);
        let kept = changed != self.best && self.fails(&changed);
        if kept {
            self.best = changed;
        }
        kept
    }

    /// Faults that hit at a rate become lists of what they hit: the run is the same.
    fn write_out_faults(&mut self) {
        let Some(job) = self.job(&self.best.clone()) else { return };
        let Ok(result) = play(&job, self.parts) else { return };
        self.runs += 1;
        self.change(|scenario| {
            for (line, result) in job.lines.iter().zip(&result.lines) {
                let Some(plan) = plan_mut(scenario, &line.name) else { continue };
                plan.clone_from(&line.faults);
                for (fault, hits) in plan.iter_mut().zip(&result.fault_hits) {
                    if let Some(rate) = fault.rate_mut() {
                        *rate = Rate::Exactly(hits.clone());
                    }
                }
            }
        });
    }

    fn leave_out_faults(&mut self) {
        for index in 0..plans(&self.best).len() {
            let plan = plans(&self.best)[index].clone();
            let all = atoms(&plan);
            let base = self.best.clone();
            let with = |left: &[Atom]| {
                let mut scenario = base.clone();
                *plans_mut(&mut scenario).swap_remove(index) = plan_of(&plan, left);
                scenario
            };
            let left = minimise(&all, |left| self.fails(&with(left)));
            self.change(|scenario| *scenario = with(&left));
        }
    }

    /// First all together, then one by one.
    fn move_to_the_beginning(&mut self) {
        let rate_per_s = self.job(&self.best.clone()).and_then(|job| {
            let rates = job.lines.iter().map(|line| line.twin.rated_units_per_min / 60.0);
            rates.reduce(f64::max)
        });
        let Some(rate_per_s) = rate_per_s else { return };
        for earlier in [1000, 500, 250, 100, 50, 25, 10, 5] {
            let span = SimSpan::from_secs_f64(f64::from(earlier) / rate_per_s);
            while self.change(|scenario| move_all(scenario, earlier, span)) {}
        }
        for plan in 0..plans(&self.best).len() {
            for fault in 0..plans(&self.best)[plan].len() {
                self.move_one(plan, fault);
            }
        }
    }

    fn move_one(&mut self, plan: usize, fault: usize) {
        let mut it = plans(&self.best)[plan][fault].clone();
        if let Some(Rate::Exactly(hits)) = it.rate_mut() {
            for now in hits {
                let _ = EARLY.iter().take_while(|early| *early < now).any(|early| {
                    self.change(|scenario| {
                        let fault = &mut plans_mut(scenario)[plan][fault];
                        if let Some(Rate::Exactly(hits)) = fault.rate_mut() {
                            hits.retain(|hit| hit != now && hit != early);
                            hits.push(*early);
                            hits.sort_unstable();
                        }
                    })
                });
            }
        }
        if let Some(now) = it.from_mut().copied() {
            let early = [0].iter().chain(&EARLY).map(|s| SimSpan::from_secs(u64::from(*s)));
            self.set(early, now, |scenario| {
                plans_mut(scenario).swap_remove(plan)[fault].from_mut()
            });
        }
        if let Some(now) = it.lasts_mut().copied() {
            let shorter = LENGTHS_S.map(SimSpan::from_secs).into_iter();
            self.set(shorter, now, |scenario| {
                plans_mut(scenario).swap_remove(plan)[fault].lasts_mut()
            });
        }
    }

    /// Sets a time to the first of these, all below what it is now, with which it still fails.
    fn set(
        &mut self,
        times: impl Iterator<Item = SimSpan>,
        now: SimSpan,
        place: impl Fn(&mut Scenario) -> Option<&mut SimSpan>,
    ) {
        let _ = times.take_while(|time| *time < now).any(|time| {
            self.change(|scenario| {
                if let Some(place) = place(scenario) {
                    *place = time;
                }
            })
        });
    }

    fn shorten_orders(&mut self) {
        for index in 0..orders(&self.best).count() {
            let now = orders(&self.best).nth(index).map_or(0, |order| order.quantity);
            let _ = PACKS.iter().take_while(|packs| **packs < now).any(|packs| {
                self.change(|scenario| {
                    if let Some(order) = orders_mut(scenario).nth(index) {
                        order.quantity = *packs;
                    }
                })
            });
        }
    }

    /// Settings that are out of the ordinary and not needed are left out.
    fn simplify(&mut self) {
        self.change(|scenario| scenario.twin_settings.clear());
        for setting in (0..self.best.twin_settings.len()).rev() {
            self.change(|scenario| drop(scenario.twin_settings.remove(setting)));
        }
        self.change(|scenario| scenario.optics = Fidelity::Model);
        self.change(|scenario| scenario.order_ends = None);
        self.change(|scenario| scenario.faults_end = None);
        self.change(|scenario| {
            orders_mut(scenario).for_each(|order| order.samples = Samples::default());
        });
    }
}

/// The plans of a scenario: one, or one for each line of a plant that it names.
fn plans(scenario: &Scenario) -> Vec<&Vec<Fault>> {
    match scenario.lines.as_slice() {
        [] => vec![&scenario.faults],
        lines => lines.iter().map(|run| &run.faults).collect(),
    }
}

fn plans_mut(scenario: &mut Scenario) -> Vec<&mut Vec<Fault>> {
    match scenario.lines.as_mut_slice() {
        [] => vec![&mut scenario.faults],
        lines => lines.iter_mut().map(|run| &mut run.faults).collect(),
    }
}

fn plan_mut<'a>(scenario: &'a mut Scenario, line: &str) -> Option<&'a mut Vec<Fault>> {
    match scenario.lines.as_mut_slice() {
        [] => Some(&mut scenario.faults),
        lines => lines.iter_mut().find(|run| run.id == line).map(|run| &mut run.faults),
    }
}

fn orders(scenario: &Scenario) -> impl Iterator<Item = &Order> {
    scenario.order.iter().chain(scenario.lines.iter().filter_map(|run| run.order.as_ref()))
}

fn orders_mut(scenario: &mut Scenario) -> impl Iterator<Item = &mut Order> {
    let lines = scenario.lines.iter_mut().filter_map(|run| run.order.as_mut());
    scenario.order.iter_mut().chain(lines)
}

/// Everything in a plan that can be left out by itself.
fn atoms(plan: &[Fault]) -> Vec<Atom> {
    let mut atoms = Vec::new();
    for (index, fault) in plan.iter().enumerate() {
        match fault.clone().rate_mut() {
            Some(Rate::Exactly(hits)) => atoms.extend(hits.iter().map(|hit| (index, Some(*hit)))),
            _ => atoms.push((index, None)),
        }
    }
    atoms
}

/// The plan with nothing in it but these.
fn plan_of(plan: &[Fault], atoms: &[Atom]) -> Vec<Fault> {
    let mut left = Vec::new();
    for (index, fault) in plan.iter().enumerate() {
        let mut of: Vec<Option<u32>> =
            atoms.iter().filter(|(at, _)| *at == index).map(|(_, hit)| *hit).collect();
        let mut fault = fault.clone();
        if let Some(Rate::Exactly(hits)) = fault.rate_mut() {
            *hits = of.drain(..).flatten().collect();
            if !hits.is_empty() {
                left.push(fault);
            }
        } else if !of.is_empty() {
            left.push(fault);
        }
    }
    left
}

/// Moves everything so many products, or so much time, towards the beginning.
fn move_all(scenario: &mut Scenario, products: u32, span: SimSpan) {
    for fault in plans_mut(scenario).into_iter().flatten() {
        if let Some(Rate::Exactly(hits)) = fault.rate_mut() {
            for hit in hits.iter_mut().filter(|hit| **hit > products) {
                *hit -= products;
            }
            hits.sort_unstable();
            hits.dedup();
        }
        if let Some(from) = fault.from_mut() {
            *from = *from - span;
        }
    }
}
