//! The plant file: several lines of a site, each with a twin file of its own.

use std::path::Path;

use serde::{Deserialize, Serialize};

use linetwin_line::{PersonSpec, Problem, check_people};

use super::ron_file::{FileErrors, RonFile};

/// The name by which such a file begins.
const KIND: &str = "Plant";

/// Lines that share a site: its ledger, and its numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename = "Plant", deny_unknown_fields)]
pub struct PlantSpec {
    /// Name for people.
    pub name: String,
    /// The lines.
    pub lines: Vec<PlantLine>,
    /// People who work at all of them, besides each line's own.
    #[serde(default)]
    pub people: Vec<PersonSpec>,
}

/// A line of a plant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlantLine {
    /// Its name in reports, records and random streams.
    pub id: String,
    /// Its twin file, looked for from the plant file's folder upwards.
    pub twin: String,
    /// Changes to the twin, as `path=value`.
    #[serde(default)]
    pub settings: Vec<String>,
}

impl PlantSpec {
    /// Reads a plant file; nothing if the file begins with another name.
    ///
    /// # Errors
    /// It is a plant file and is not what it should be.
    pub fn read(path: &Path) -> Option<Result<RonFile<Self>, FileErrors>> {
        (RonFile::<Self>::kind(path).as_deref() == Some(KIND)).then(|| RonFile::read(path))
    }

    /// What is wrong with it, its lines' own files apart.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = check_people(&self.people);
        if self.lines.is_empty() {
            problems.push(Problem::new("lines", "an empty list", "one line at least"));
        }
        for (index, line) in self.lines.iter().enumerate() {
            let path = format!("lines[{index}].id");
            // A report's folder is named like its line.
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if line.id.is_empty() || !line.id.chars().all(plain) {
                let expected = "letters, digits, `-` and `_`";
                problems.push(Problem::new(path, format!("`{}`", line.id), expected));
            } else if self.lines[..index].iter().any(|earlier| earlier.id == line.id) {
                let found = format!("`{}` a second time", line.id);
                problems.push(Problem::new(path, found, "a name of its own for each line"));
            }
        }
        problems
    }
}
