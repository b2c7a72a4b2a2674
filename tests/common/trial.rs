//! A scenario of the project, what is changed of it, and what goes wrong meanwhile. Everything comes in by the
//! front door, as the settings of a user: a fault at a place that is not there is refused here, too.

use std::fmt;

use linetwin::base::SimSpan;
use linetwin::engine::{LineController, LineLogic};
use linetwin::faults::Fault;
use linetwin::harness::{FileErrors, Job, RunResult, load};

use super::project;
use super::run::{Run, play_lines};
use super::times::minutes;

/// The line of each kind that makes an order on a day on which nothing goes wrong.
pub const LINES: [&str; 3] = ["carton-line-250", "blister-cartoner-400", "bottle-line-240"];

/// When a line makes product: the bottle line is set up first, which takes two to five minutes.
pub fn once_set_up(line: &str) -> SimSpan {
    if line == "bottle-line-240" { minutes(5) } else { SimSpan::ZERO }
}

/// So many tries, or as many as this environment variable says.
pub fn tries(variable: &str, usually: u64) -> u64 {
    std::env::var(variable).map_or(usually, |tries| tries.parse().expect("a number of tries"))
}

/// How far all seeds are moved on: LINETWIN_OTHER_SEEDS=7 runs every test with other seeds than its own. What a
/// test says is to hold with any of them.
pub fn other_seeds() -> u64 {
    tries("LINETWIN_OTHER_SEEDS", 0)
}

/// A run to be.
#[derive(Clone, Debug)]
#[must_use]
pub struct Trial {
    scenario: String,
    settings: Vec<String>,
    /// Instead of those of the scenario.
    faults: Option<Vec<Fault>>,
}

impl Trial {
    /// The scenario as it stands in its file, with what it expects.
    pub fn of(scenario: &str) -> Self {
        Self { scenario: scenario.to_owned(), settings: Vec::new(), faults: None }
    }

    /// The order of the scenario on its line. What must come of it, the test says.
    pub fn on(scenario: &str) -> Self {
        Self::of(scenario).set("expect=[]")
    }

    /// A setting as a user writes it: `order.quantity=960`, `twin.link.lost=0.02`.
    pub fn set(mut self, setting: impl Into<String>) -> Self {
        self.settings.push(setting.into());
        self
    }

    pub fn quantity(self, units: u32) -> Self {
        self.set(format!("order.quantity={units}"))
    }

    pub fn seed(self, seed: u64) -> Self {
        self.set(format!("seed={seed}"))
    }

    /// The first good packs of an order are taken as samples, and of the others every so many.
    pub fn samples(self, first: u32, every: u32) -> Self {
        self.set(format!("order.samples=(first: {first}, every: {every})"))
    }

    /// An order that is not done by then has failed.
    pub fn lasts(self, at_most: SimSpan) -> Self {
        self.set(format!("lasts={at_most}"))
    }

    /// This goes wrong, and nothing that the scenario has.
    pub fn fault(self, fault: Fault) -> Self {
        self.faults([fault])
    }

    /// These go wrong, and nothing that the scenario has.
    pub fn faults(mut self, faults: impl IntoIterator<Item = Fault>) -> Self {
        self.faults.get_or_insert_default().extend(faults);
        self
    }

    /// Ready to run.
    pub fn job(&self) -> Job {
        self.load().unwrap_or_else(|errors| panic!("{errors}\n{self}"))
    }

    /// Why it cannot be run.
    pub fn refusal(&self) -> String {
        match self.load() {
            Ok(_) => panic!("nothing is wrong with it\n{self}"),
            Err(errors) => errors.to_string(),
        }
    }

    pub fn run(&self) -> Run {
        self.run_with(|controller| Box::new(controller))
    }

    /// Runs it with another line controller, which may stand around ours.
    pub fn run_with(&self, line: impl FnOnce(LineController) -> Box<dyn LineLogic>) -> Run {
        Run::of(&self.job(), line, self.to_string())
    }

    /// Runs all lines of a plant. The second value is what was written as EPCIS, line by line.
    pub fn run_plant(&self) -> (RunResult, Vec<String>) {
        play_lines(&self.job(), &mut |controller| Box::new(controller))
    }

    fn load(&self) -> Result<Job, FileErrors> {
        let path = project(&format!("scenarios/{}.ron", self.scenario));
        let job = load(&path, None, &self.all_settings())?;
        match other_seeds() {
            0 => Ok(job),
            by => load(&path, Some(job.scenario.seed + by * 1_000), &self.all_settings()),
        }
    }

    fn all_settings(&self) -> Vec<String> {
        let faults = self.faults.iter().map(|faults| {
            let list = serde_json::to_string(faults).expect("what is typed can be written");
            format!("faults={list}")
        });
        self.settings.iter().cloned().chain(faults).collect()
    }
}

/// The command that runs it again.
impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "linetwin run scenarios/{}.ron", self.scenario)?;
        self.all_settings().iter().try_for_each(|setting| write!(f, " --set '{setting}'"))?;
        match (other_seeds(), self.load()) {
            (1.., Ok(job)) => write!(f, " --seed {}", job.scenario.seed),
            _ => Ok(()),
        }
    }
}
