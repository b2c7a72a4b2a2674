//! From a scenario file to a run that can start: reads the scenario and the twin or the plant that it
//! names, applies settings, checks everything, and reports all mistakes at once.

use std::path::{Path, PathBuf};

use linetwin_base::Streams;
use linetwin_line::{PersonSpec, Problem, TwinSpec, check};
use linetwin_twin::LONE_LINE;

use super::load_line::{LineFiles, LineJob, find_file};
use super::overrides::apply_setting;
use super::plant::PlantSpec;
use super::ron_file::{FileError, FileErrors, Place, RonFile};
use super::scenario::{LineRun, Scenario};

/// Settings that begin so change a twin.
const TWIN: &str = "twin.";

/// A run that can start.
#[derive(Clone, Debug)]
pub struct Job {
    /// The scenario's file, or where it could be.
    pub path: PathBuf,
    /// File name of the scenario without its ending.
    pub stem: String,
    /// The scenario, settings applied.
    pub scenario: Scenario,
    /// The plant's name, if the scenario is of a plant.
    pub plant: Option<String>,
    /// People who work at all of its lines.
    pub people: Vec<PersonSpec>,
    /// The lines: one, unless it is a plant.
    pub lines: Vec<LineJob>,
}

/// Reads a scenario and everything it names. `settings` are `path=value` texts.
///
/// # Errors
/// Every mistake found, each with its place.
pub fn load(path: &Path, seed: Option<u64>, settings: &[String]) -> Result<Job, FileErrors> {
    prepare(RonFile::read(path)?, seed, settings)
}

/// The same for a scenario without a file, as if it were the file `path`.
///
/// # Errors
/// As [`load`]; lines and columns are those of [`Scenario::text`].
pub fn load_scenario(path: &Path, scenario: Scenario) -> Result<Job, FileErrors> {
    prepare(RonFile::of(path, scenario.text(), scenario), None, &[])
}

fn prepare(
    mut file: RonFile<Scenario>,
    seed: Option<u64>,
    settings: &[String],
) -> Result<Job, FileErrors> {
    let path = file.path.clone();
    let path = path.as_path();
    for setting in settings.iter().filter(|setting| !setting.starts_with(TWIN)) {
        file.value = apply_setting(&file.value, setting).map_err(|m| setting_error(setting, m))?;
    }
    if let Some(seed) = seed {
        file.value.seed = seed;
    }
    let twin_path = find_file(path, &file.value.twin).ok_or_else(|| {
        let found = format!("`{}`, which is no file", file.value.twin);
        let expected = "a twin or plant file, looked for from the scenario's folder upwards";
        FileErrors(file.errors(&[Problem::new("twin", found, expected)]))
    })?;
    let mut for_twins: Vec<&str> = file.value.twin_settings.iter().map(String::as_str).collect();
    for_twins.extend(settings.iter().filter_map(|setting| setting.strip_prefix(TWIN)));

    let plant = PlantSpec::read(&twin_path).transpose()?;
    let lines = match &plant {
        Some(plant) => lines_of_plant(&file, plant, &for_twins)?,
        None => vec![lone_line(&file, &twin_path, &for_twins)?],
    };
    let mut errors = Vec::new();
    let lines: Vec<Option<LineJob>> =
        lines.into_iter().map(|line| line.into_job(&mut errors)).collect();
    let lines: Option<Vec<LineJob>> = lines.into_iter().collect();
    // Lines of a plant may make the same mistake.
    let mut seen = Vec::new();
    errors.retain(|error| {
        !seen.contains(error) && {
            seen.push(error.clone());
            true
        }
    });
    let Some(lines) = lines.filter(|_| errors.is_empty()) else {
        return Err(FileErrors(errors));
    };
    let stem = path.file_stem().map_or("run".into(), |stem| stem.to_string_lossy());
    let (plant, people) = match plant {
        Some(plant) => (Some(plant.value.name), plant.value.people),
        None => (None, Vec::new()),
    };
    let (path, stem) = (file.path.clone(), stem.into_owned());
    Ok(Job { path, stem, scenario: file.value, plant, people, lines })
}

/// The line of a scenario whose twin is one line.
fn lone_line<'a>(
    file: &'a RonFile<Scenario>,
    twin_path: &Path,
    settings: &[&str],
) -> Result<LineFiles<'a>, FileErrors> {
    let scenario = &file.value;
    if !scenario.lines.is_empty() {
        let expected = "no `lines`, or a plant as `twin`";
        let problem = Problem::new("lines", "lines of a twin that is one line", expected);
        return Err(FileErrors(file.errors(&[problem])));
    }
    let run = LineRun {
        id: LONE_LINE.to_owned(),
        order: scenario.order.clone(),
        order_ends: scenario.order_ends,
        faults: scenario.faults.clone(),
        expect: Vec::new(),
    };
    let twin = read_twin(twin_path, settings, &[])?;
    let streams = Streams::new(scenario.seed);
    Ok(LineFiles { scenario: file, run, at: String::new(), twin, streams, people: Vec::new() })
}

/// The lines of a scenario whose twin is a plant, in the plant's order.
fn lines_of_plant<'a>(
    file: &'a RonFile<Scenario>,
    plant: &RonFile<PlantSpec>,
    settings: &[&str],
) -> Result<Vec<LineFiles<'a>>, FileErrors> {
    let mut errors = plant.errors(&plant.value.problems());
    errors.extend(file.errors(&runs_of_no_line(&file.value, &plant.value)));
    for setting in settings {
        if !plant.value.lines.iter().any(|line| of_line(setting, &line.id).is_some()) {
            let names: Vec<String> =
                plant.value.lines.iter().map(|line| format!("{}.", line.id)).collect();
            let expected = format!("a path that begins with a line: {}", names.join(", "));
            errors.extend(setting_error(setting, expected).0);
        }
    }
    if !errors.is_empty() {
        return Err(FileErrors(errors));
    }
    let streams = Streams::new(file.value.seed);
    let lines = plant.value.lines.iter().enumerate().map(|(index, line)| {
        let twin_path = find_file(&plant.path, &line.twin).ok_or_else(|| {
            let found = format!("`{}`, which is no file", line.twin);
            let expected = "a twin file, looked for from the plant file's folder upwards";
            let problem = Problem::new(format!("lines[{index}].twin"), found, expected);
            FileErrors(plant.errors(&[problem]))
        })?;
        let own = line.settings.iter().map(String::as_str);
        let given = settings.iter().filter_map(|setting| of_line(setting, &line.id));
        let people = plant.value.people.clone();
        let twin = read_twin(&twin_path, &own.chain(given).collect::<Vec<_>>(), &people)?;
        let at = file.value.lines.iter().position(|run| run.id == line.id);
        let run = at.map(|at| file.value.lines[at].clone());
        let run = run.unwrap_or_else(|| LineRun::idle(line.id.clone()));
        let at = at.map_or_else(String::new, |at| format!("lines[{at}]."));
        let streams = streams.of_line(&line.id);
        Ok(LineFiles { scenario: file, run, at, twin, streams, people })
    });
    lines.collect()
}

/// Runs of lines that the plant does not have, runs given twice, and keys in the wrong place.
fn runs_of_no_line(scenario: &Scenario, plant: &PlantSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let misplaced = [
        ("order", scenario.order.is_some()),
        ("order_ends", scenario.order_ends.is_some()),
        ("faults", !scenario.faults.is_empty()),
    ];
    for (path, _) in misplaced.into_iter().filter(|(_, there)| *there) {
        let expected =
            format!("`lines: [(id: \"line-1\", {path}: ...)]`: a plant has several lines");
        problems.push(Problem::new(path, format!("`{path}` for a plant"), expected));
    }
    for (index, run) in scenario.lines.iter().enumerate() {
        let path = format!("lines[{index}].id");
        if !plant.lines.iter().any(|line| line.id == run.id) {
            let names = plant.lines.iter().map(|line| line.id.as_str());
            problems.push(Problem::unknown_name(path, &run.id, "a line of the plant", names));
        } else if scenario.lines[..index].iter().any(|earlier| earlier.id == run.id) {
            let found = format!("`{}` a second time", run.id);
            problems.push(Problem::new(path, found, "each line once"));
        }
    }
    problems
}

/// The part of a setting behind the name of a line.
fn of_line<'a>(setting: &'a str, line: &str) -> Option<&'a str> {
    setting.strip_prefix(line)?.strip_prefix('.')
}

fn read_twin(
    path: &Path,
    settings: &[&str],
    people: &[PersonSpec],
) -> Result<RonFile<TwinSpec>, FileErrors> {
    let mut twin: RonFile<TwinSpec> = RonFile::read(path)?;
    for setting in settings {
        let before = twin.value;
        twin.value = apply_setting(&before, setting).map_err(|m| setting_error(setting, m))?;
        // A problem that a setting causes is the setting's, not the file's.
        let known = check(&before, people);
        let broken =
            check(&twin.value, people).into_iter().filter(|problem| !known.contains(problem));
        let broken: Vec<FileError> =
            broken.flat_map(|problem| setting_error(setting, problem.to_string()).0).collect();
        if !broken.is_empty() {
            return Err(FileErrors(broken));
        }
    }
    Ok(twin)
}

fn setting_error(setting: &str, message: String) -> FileErrors {
    FileErrors(vec![FileError { place: Place::Setting(setting.to_owned()), message }])
}
