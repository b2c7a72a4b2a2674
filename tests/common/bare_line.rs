//! A line without an engine, written as a twin file in the test: of what it does everything can be worked out
//! by hand. Its run starts on a Monday at six, and every one is judged.

use std::fmt;
use std::fs;

use linetwin::harness::{FileErrors, Job, load};

use super::run::Run;

/// A line to be.
#[derive(Clone, Debug)]
#[must_use]
pub struct BareLine {
    /// If nothing is said of them, there is one person who can do everything.
    people: Option<String>,
    machines: String,
    rated_units_per_min: f64,
    lead_machine: String,
    seed: u64,
}

impl BareLine {
    /// A line of these machines, written as the list in a twin file.
    pub fn of(machines: &str) -> Self {
        Self {
            people: None,
            machines: machines.to_owned(),
            rated_units_per_min: 60.0,
            lead_machine: "infeed".to_owned(),
            seed: 1,
        }
    }

    /// Its rated speed, if it is not a unit a second.
    pub fn rated(mut self, units_per_min: f64) -> Self {
        self.rated_units_per_min = units_per_min;
        self
    }

    /// Its lead machine, if it is not `infeed`.
    pub fn lead(mut self, machine: &str) -> Self {
        self.lead_machine = machine.to_owned();
        self
    }

    /// These people work at it, written as the list in a twin file.
    pub fn with_people(mut self, people: &str) -> Self {
        self.people = Some(people.to_owned());
        self
    }

    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Ready to run for so many seconds.
    pub fn job(&self, seconds: u64) -> Job {
        self.load(seconds).unwrap_or_else(|errors| panic!("{errors}\n{self}"))
    }

    /// Why it cannot be run.
    pub fn refusal(&self) -> String {
        match self.load(10) {
            Ok(_) => panic!("nothing is wrong with it\n{self}"),
            Err(errors) => errors.to_string(),
        }
    }

    /// Runs it for so many seconds: whatever it does, no product is lost or doubled.
    pub fn run_for_s(&self, seconds: u64) -> Run {
        let origin = format!("{seconds} s of {self}");
        let run = Run::of(&self.job(seconds), |controller| Box::new(controller), origin);
        run.record_is_true();
        run
    }

    fn load(&self, seconds: u64) -> Result<Job, FileErrors> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::write(folder.path().join("twin.ron"), self.to_string()).expect("a twin file");
        let lasts = super::times::seconds(seconds);
        let scenario = format!(
            "Scenario(name: \"test\", twin: \"twin.ron\", seed: {}, engine: Detached, \
             lasts: \"{lasts}\")",
            self.seed + super::trial::other_seeds() * 1_000
        );
        let path = folder.path().join("scenario.ron");
        fs::write(&path, scenario).expect("a scenario file");
        load(&path, None, &[])
    }
}

/// Its twin file.
impl fmt::Display for BareLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rated_units_per_min, lead_machine, .. } = self;
        write!(f, "Twin(name: \"test\", rated_units_per_min: {rated_units_per_min}, ")?;
        write!(f, "lead_machine: \"{lead_machine}\", ")?;
        self.people.iter().try_for_each(|people| write!(f, "people: [{people}], "))?;
        write!(f, "machines: [{}])", self.machines)
    }
}
