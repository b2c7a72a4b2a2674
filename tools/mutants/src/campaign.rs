//! The campaign: each mutant through the trials that reach it, fastest first, until one kills it. What came of
//! it is a line in a file, so a campaign goes on where it ended.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};

use super::mutant::{Mutant, is_in, room};
use super::tree::{Built, Folders};
use super::trial::{Ended, Needs, Trial};

/// What came of a mutant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The mutant.
    pub key: String,
    /// The trial that killed it.
    pub killed_by: Option<String>,
    /// What that trial needs.
    pub needs: Option<Needs>,
    /// Whether it took too long instead of failing.
    pub timed_out: bool,
    /// Trials that reach it and were run.
    pub tried: usize,
    /// Trials that reach it and were longer than allowed.
    pub not_tried: usize,
}

impl Outcome {
    /// Whether it lives, as far as was tried.
    pub fn lives(&self) -> bool {
        self.killed_by.is_none()
    }
}

/// The latest outcome of each mutant.
///
/// # Errors
/// The file cannot be read.
pub fn outcomes(results: &Path) -> Result<BTreeMap<String, Outcome>, String> {
    let mut all = BTreeMap::new();
    let Ok(file) = File::open(results.join("outcomes.jsonl")) else { return Ok(all) };
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|error| error.to_string())?;
        // A line that was cut off when a campaign was ended is tried again.
        if let Ok(outcome) = serde_json::from_str::<Outcome>(&line) {
            all.insert(outcome.key.clone(), outcome);
        }
    }
    Ok(all)
}

/// Measures all trials; those that fail without a mutant are left out and named.
///
/// # Errors
/// A trial cannot be started.
pub fn measure(folders: &Folders, trials: Vec<Trial>, jobs: usize) -> Result<Vec<Trial>, String> {
    let bar = progress(trials.len(), "trials");
    let next = AtomicUsize::new(0);
    let slots: Vec<Mutex<(Trial, bool)>> =
        trials.into_iter().map(|trial| Mutex::new((trial, false))).collect();
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for worker in 0..jobs {
            let (slots, next, bar, failed) = (&slots, &next, &bar, &failed);
            scope.spawn(move || {
                while let Some(slot) = slots.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let mut slot = slot.lock().expect("no worker panicked");
                    bar.set_message(slot.0.name.clone());
                    match slot.0.measure(folders, worker) {
                        Ok(passed) => slot.1 = passed,
                        Err(error) => *failed.lock().expect("no worker panicked") = Some(error),
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    if let Some(error) = failed.into_inner().expect("no worker panicked") {
        return Err(error);
    }
    let mut kept = Vec::new();
    for slot in slots {
        let (trial, passed) = slot.into_inner().expect("no worker panicked");
        match passed {
            true => kept.push(trial),
            false => eprintln!("does not count, because it fails without a mutant: {}", trial.name),
        }
    }
    let text = serde_json::to_string(&kept).map_err(|error| error.to_string())?;
    fs::write(folders.results.join("trials.json"), text).map_err(|error| error.to_string())?;
    Ok(kept)
}

/// What a campaign does.
pub struct Plan {
    /// Rooms, by the beginning of their name; none means all.
    pub rooms: Vec<String>,
    /// Trials that take longer are not run.
    pub longest_s: f64,
    /// Only survivors of an earlier campaign, too.
    pub again: bool,
    /// The K-th of N parts.
    pub part: (usize, usize),
    /// Processes side by side.
    pub jobs: usize,
}

/// Runs the campaign.
///
/// # Errors
/// A trial cannot be started, or results cannot be written.
pub fn run(folders: &Folders, built: &Built, trials: &[Trial], plan: &Plan) -> Result<(), String> {
    let known = outcomes(&folders.results)?;
    let wanted = |mutant: &&Mutant| {
        (plan.rooms.is_empty() || is_in(&plan.rooms, &mutant.file))
            && match known.get(&mutant.key) {
                None => true,
                Some(outcome) => plan.again && outcome.lives(),
            }
    };
    let chosen: Vec<&Mutant> = built.mutants.iter().filter(wanted).collect();
    let chosen: Vec<&Mutant> = chosen
        .into_iter()
        .enumerate()
        .filter(|(at, _)| at % plan.part.1 == plan.part.0 - 1)
        .map(|(_, it)| it)
        .collect();
    let mut reached_by: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut order: Vec<usize> = (0..trials.len()).collect();
    order.sort_by(|a, b| {
        (trials[*a].needs, trials[*a].seconds)
            .partial_cmp(&(trials[*b].needs, trials[*b].seconds))
            .expect("times are numbers")
    });
    for at in order {
        for id in &trials[at].reaches {
            reached_by.entry(*id).or_default().push(at);
        }
    }
    let file =
        File::options().append(true).create(true).open(folders.results.join("outcomes.jsonl"));
    let file = Mutex::new(file.map_err(|error| error.to_string())?);
    let bar = progress(chosen.len(), "mutants");
    let (next, killed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // What killed another mutant of the same function is tried first.
    let killers: Mutex<BTreeMap<(String, String), Vec<usize>>> = Mutex::new(BTreeMap::new());
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for worker in 0..plan.jobs {
            let (chosen, next, killed, killers, failed) =
                (&chosen, &next, &killed, &killers, &failed);
            let (bar, file, reached_by) = (&bar, &file, &reached_by);
            scope.spawn(move || {
                while let Some(mutant) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let none = Vec::new();
                    let reached = reached_by.get(&mutant.id).unwrap_or(&none);
                    let place = (mutant.file.clone(), mutant.function.clone());
                    let first = killers
                        .lock()
                        .expect("no worker panicked")
                        .get(&place)
                        .cloned()
                        .unwrap_or_default();
                    match of_mutant(mutant, trials, reached, &first, plan.longest_s, worker) {
                        Ok((outcome, killer)) => {
                            if let Some(killer) = killer {
                                killed.fetch_add(1, Ordering::Relaxed);
                                let mut killers = killers.lock().expect("no worker panicked");
                                let of_place = killers.entry(place).or_default();
                                of_place.retain(|other| *other != killer);
                                of_place.insert(0, killer);
                                of_place.truncate(4);
                            }
                            let line = serde_json::to_string(&outcome)
                                .expect("an outcome can be written")
                                + "\n";
                            let mut file = file.lock().expect("no worker panicked");
                            if let Err(error) = file.write_all(line.as_bytes()) {
                                *failed.lock().expect("no worker panicked") =
                                    Some(error.to_string());
                                return;
                            }
                        }
                        Err(error) => {
                            *failed.lock().expect("no worker panicked") = Some(error);
                            return;
                        }
                    }
                    bar.inc(1);
                    bar.set_message(format!(
                        "{} killed, {}",
                        killed.load(Ordering::Relaxed),
                        mutant.file
                    ));
                }
            });
        }
    });
    bar.finish_and_clear();
    match failed.into_inner().expect("no worker panicked") {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

fn of_mutant(
    mutant: &Mutant,
    trials: &[Trial],
    reached: &[usize],
    first: &[usize],
    longest_s: f64,
    worker: usize,
) -> Result<(Outcome, Option<usize>), String> {
    // Those that need nothing from outside come first: what they kill is killed on every clone.
    let ahead: Vec<usize> = first
        .iter()
        .copied()
        .filter(|at| reached.contains(at) && trials[*at].needs == Needs::Nothing)
        .collect();
    let others = reached.iter().copied().filter(|at| !ahead.contains(at));
    let mut outcome = Outcome {
        key: mutant.key.clone(),
        killed_by: None,
        needs: None,
        timed_out: false,
        tried: 0,
        not_tried: 0,
    };
    for at in ahead.iter().copied().chain(others) {
        let trial = &trials[at];
        if trial.seconds > longest_s {
            outcome.not_tried += 1;
            continue;
        }
        outcome.tried += 1;
        let ended = trial.with(mutant.id, worker)?;
        if ended != Ended::Passed {
            outcome.killed_by = Some(trial.name.clone());
            outcome.needs = Some(trial.needs);
            outcome.timed_out = ended == Ended::TimedOut;
            return Ok((outcome, Some(at)));
        }
    }
    Ok((outcome, None))
}

fn progress(length: usize, what: &str) -> ProgressBar {
    let bar = ProgressBar::new(length as u64);
    let style =
        format!("{{pos}}/{{len}} {what}  {{elapsed_precise}}, about {{eta}} left  {{wide_msg}}");
    bar.set_style(ProgressStyle::with_template(&style).expect("a constant template"));
    bar
}

/// Counts by room.
#[derive(Clone, Debug, Default)]
pub struct Count {
    /// Mutants that compile.
    pub all: usize,
    /// Tried.
    pub tried: usize,
    /// Killed by what every clone has.
    pub killed: usize,
    /// Killed by tests that need data or programs from outside.
    pub killed_outside: usize,
    /// Alive, but the program computes the same.
    pub equivalent: usize,
    /// Alive and reached by no trial.
    pub unreached: usize,
}

/// Counts what came of the mutants.
pub fn count(
    mutants: &[Mutant],
    outcomes: &BTreeMap<String, Outcome>,
    equivalent: &BTreeMap<String, String>,
) -> BTreeMap<String, Count> {
    let mut rooms = BTreeMap::<String, Count>::new();
    for mutant in mutants {
        let count = rooms.entry(room(&mutant.file)).or_default();
        count.all += 1;
        let Some(outcome) = outcomes.get(&mutant.key) else { continue };
        count.tried += 1;
        match outcome.needs {
            Some(Needs::Nothing) => count.killed += 1,
            Some(Needs::Outside) => count.killed_outside += 1,
            None if equivalent.contains_key(&mutant.key) => count.equivalent += 1,
            None if outcome.tried + outcome.not_tried == 0 => count.unreached += 1,
            None => {}
        }
    }
    rooms
}
