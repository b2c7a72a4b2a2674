//! From a scenario file to a run that can start: reads scenario and twin, applies settings, checks
//! everything, and reports all mistakes at once.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::base::{Level, SimSpan, SimTime};
use crate::engine::{Carries, LineLayout, NumberSpace, Order, PackagingLevel, Serials};
use crate::twin::{Problem, TwinSpec, check, line_layout};

use super::check_faults::check_fault;
use super::overrides::apply_setting;
use super::pool_file::PoolFile;
use super::ron_file::{FileError, FileErrors, Place, RonFile};
use super::scenario::{EngineMode, Scenario};

/// Ledger and auditor keep an order in memory, about 0.7 gigabytes a million packs.
const LARGEST_ORDER: u32 = 10_000_000;
/// Settings that begin so change the twin.
const TWIN: &str = "twin.";

/// A run that can start.
#[derive(Clone, Debug)]
pub struct Job {
    /// File name of the scenario without its ending.
    pub stem: String,
    /// The scenario, settings applied.
    pub scenario: Scenario,
    /// The line.
    pub twin: TwinSpec,
    /// Order and layout for the line controller; nothing when the engine is detached.
    pub engine: Option<(Order, LineLayout)>,
    /// Where its serial numbers come from, if an outside issuer gives them; checked.
    pub pool: Option<PoolFile>,
    /// The run ends here at the latest.
    pub end: SimTime,
}

/// Reads a scenario and everything it names. `settings` are `path=value` texts.
///
/// # Errors
/// Every mistake found, each with its place.
pub fn load(path: &Path, seed: Option<u64>, settings: &[String]) -> Result<Job, FileErrors> {
    let mut file: RonFile<Scenario> = RonFile::read(path)?;
    for setting in settings.iter().filter(|setting| !setting.starts_with(TWIN)) {
        file.value = apply_setting(&file.value, setting).map_err(|m| setting_error(setting, m))?;
    }
    if let Some(seed) = seed {
        file.value.seed = seed;
    }
    let twin_path = find_file(path, &file.value.twin).ok_or_else(|| {
        let found = format!("`{}`, which is no file", file.value.twin);
        let expected = "a twin file, looked for from the scenario's folder upwards";
        FileErrors(file.errors(&[Problem::new("twin", found, expected)]))
    })?;
    let mut twin: RonFile<TwinSpec> = RonFile::read(&twin_path)?;
    let from_outside = settings.iter().filter_map(|setting| setting.strip_prefix(TWIN));
    for setting in file.value.twin_settings.iter().map(String::as_str).chain(from_outside) {
        let before = twin.value;
        twin.value = apply_setting(&before, setting).map_err(|m| setting_error(setting, m))?;
        // What a setting breaks is the setting's mistake, not the file's.
        let known = check(&before);
        let broken = check(&twin.value).into_iter().filter(|problem| !known.contains(problem));
        let broken: Vec<FileError> =
            broken.flat_map(|problem| setting_error(setting, problem.to_string()).0).collect();
        if !broken.is_empty() {
            return Err(FileErrors(broken));
        }
    }

    let mut pool = None;
    let mut errors = twin.errors(&check(&twin.value));
    errors.extend(file.errors(&check_scenario(&file.value, &twin.value)));
    let engine = match (&file.value.engine, &file.value.order) {
        (EngineMode::Attached, Some(order)) if errors.is_empty() => {
            match line_layout(&twin.value) {
                Ok(layout) => {
                    errors.extend(file.errors(&too_many_containers(order, &layout)));
                    errors.extend(file.errors(&wrong_packaging(order, &layout)));
                    errors.extend(file.errors(&wrong_serials(order, &layout)));
                    pool = find_pool(&file, order, &layout, &mut errors);
                    let mut order = order.clone();
                    if order.packaging.is_empty() {
                        order.packaging = packaging(&layout);
                    }
                    Some((order, layout))
                }
                Err(problem) => {
                    errors.extend(twin.errors(&[problem]));
                    None
                }
            }
        }
        _ => None,
    };
    if !errors.is_empty() {
        return Err(FileErrors(errors));
    }
    let end = SimTime::START + length(&file.value, &twin.value);
    let stem = path.file_stem().map_or("run".into(), |stem| stem.to_string_lossy());
    Ok(Job { stem: stem.into_owned(), scenario: file.value, twin: twin.value, engine, pool, end })
}

/// What the line packs is what the order asks for.
fn packaging(layout: &LineLayout) -> Vec<PackagingLevel> {
    let stations = layout.stations.iter();
    let levels = stations.map(|station| PackagingLevel {
        level: station.level,
        children: station.children,
        mixed_lots: false,
        carries: Carries::Sscc,
    });
    levels.collect()
}

/// A container that the line packs and the order does not ask for would be refused by the ledger.
fn wrong_packaging(order: &Order, layout: &LineLayout) -> Vec<Problem> {
    if order.packaging.is_empty() {
        return Vec::new();
    }
    if let Some(at) = order.packaging.iter().position(|level| level.carries != Carries::Sscc) {
        let path = format!("order.packaging[{at}].carries");
        let found = format!("a GTIN on the {}", order.packaging[at].level);
        return vec![Problem::new(
            path,
            found,
            "an SSCC: this line's labellers print nothing else",
        )];
    }
    let asked: Vec<String> =
        order.packaging.iter().map(|l| in_words(l.level, l.children)).collect();
    let packed: Vec<String> =
        layout.stations.iter().map(|s| in_words(s.level, s.children)).collect();
    if asked == packed {
        return Vec::new();
    }
    let expected = format!("what the line packs: {}", packed.join(", "));
    vec![Problem::new("order.packaging", asked.join(", "), expected)]
}

fn in_words(level: Level, children: u32) -> String {
    format!("{level} of {children}")
}

/// Serial numbers that cannot be written, or of which too few can be made without being guessable.
fn wrong_serials(order: &Order, layout: &LineLayout) -> Vec<Problem> {
    let path = "order.product.serials";
    if let Some(fault) = order.product.fault() {
        return vec![Problem::new(
            path,
            fault,
            "numbers that can be written and a symbol for them",
        )];
    }
    let Serials::Own(rule) = &order.product.serials else { return Vec::new() };
    let limit = NumberSpace::new(&[0; 32], rule).limit();
    let needed = needed_serials(order, layout);
    if needed <= limit {
        return Vec::new();
    }
    let found = format!("{limit} numbers, one in ten thousand of those that can be written");
    let expected = format!("a length or alphabet for at least {needed}");
    vec![Problem::new(path, found, expected)]
}

/// The file that an issuer's codes come in, if there is one; whatever is wrong with it goes to `errors`.
fn find_pool(
    file: &RonFile<Scenario>,
    order: &Order,
    layout: &LineLayout,
    errors: &mut Vec<FileError>,
) -> Option<PoolFile> {
    let Serials::Imported { file: name, tails } = &order.product.serials else { return None };
    let path = "order.product.serials";
    let Some(found) = find_file(&file.path, name) else {
        let found = format!("`{name}`, which is no file");
        let expected = "a file of codes, looked for from the scenario's folder upwards";
        errors.extend(file.errors(&[Problem::new(path, found, expected)]));
        return None;
    };
    let pool = PoolFile { path: found, gtin: order.product.gtin, tails: *tails };
    let needed = needed_serials(order, layout);
    match pool.check() {
        Ok(count) if count < needed => {
            let expected = format!("at least {needed}, what is ordered and the line's reserve");
            let problem = Problem::new(path, format!("{count} codes in `{name}`"), expected);
            errors.extend(file.errors(&[problem]));
        }
        Ok(_) => return Some(pool),
        Err(mistakes) => errors.extend(mistakes.0),
    }
    None
}

/// What the line will ask for when it starts, at least.
fn needed_serials(order: &Order, layout: &LineLayout) -> u64 {
    (f64::from(order.quantity) * (1.0 + layout.serial_reserve)) as u64 + 1
}

fn setting_error(setting: &str, message: String) -> FileErrors {
    FileErrors(vec![FileError { place: Place::Setting(setting.to_owned()), message }])
}

/// A file that a scenario names: beside it, or beside any folder above it.
fn find_file(scenario: &Path, name: &str) -> Option<PathBuf> {
    let scenario = std::path::absolute(scenario).ok()?;
    let mut candidates = scenario.ancestors().skip(1).map(|folder| folder.join(name));
    let found = candidates.find(|candidate| candidate.is_file())?;
    // Errors should name the file as the user would.
    let here = std::env::current_dir().ok()?;
    Some(found.strip_prefix(&here).map_or_else(|_| found.clone(), Path::to_owned))
}

fn length(scenario: &Scenario, twin: &TwinSpec) -> SimSpan {
    scenario.lasts.unwrap_or_else(|| {
        let quantity = scenario.order.as_ref().map_or(0, |order| order.quantity);
        let ideal_s = f64::from(quantity) / twin.rated_units_per_min * 60.0;
        SimSpan::from_secs_f64(12.0 * ideal_s + 3600.0)
    })
}

/// SSCCs are numbered below the company prefix: a long prefix leaves few.
fn too_many_containers(order: &Order, layout: &LineLayout) -> Vec<Problem> {
    let digits = order.product.company_prefix as u32;
    let most = 10u64.pow(16 - digits) - 1;
    let needed = u64::from(layout.containers(order.quantity));
    let found = format!("{digits} digits with {needed} containers");
    let expected = format!("a prefix that leaves enough SSCCs; this one leaves {most}");
    let problem = Problem::new("order.product.company_prefix", found, expected);
    if needed > most { vec![problem] } else { Vec::new() }
}

fn check_scenario(scenario: &Scenario, twin: &TwinSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut require = |ok: bool, path: &str, found: String, expected: &str| {
        if !ok {
            problems.push(Problem::new(path, found, expected));
        }
    };
    match (&scenario.engine, &scenario.order) {
        (EngineMode::Attached, None) => {
            require(false, "engine", "no order".to_owned(), "an `order` for the engine");
        }
        (EngineMode::Detached, Some(_)) => {
            let found = "an order without an engine".to_owned();
            require(false, "order", found, "no `order` with `engine: Detached`");
        }
        (EngineMode::Detached, None) => {
            let lasts = scenario.lasts.unwrap_or_default();
            let expected = "`lasts` above zero with `engine: Detached`";
            require(lasts > SimSpan::ZERO, "lasts", lasts.to_string(), expected);
        }
        (EngineMode::Attached, Some(order)) => {
            let digits = order.product.company_prefix;
            let expected = "6 to 12 digits";
            let path = "order.product.company_prefix";
            require((6..=12).contains(&digits), path, digits.to_string(), expected);
            let start = scenario.start.to_zoned(TimeZone::UTC).date();
            let expected = format!("a date after the run's start, {start}");
            let expiry = order.expiry;
            require(expiry.date() > start, "order.expiry", expiry.to_string(), &expected);
            let quantity = order.quantity;
            let expected = format!("1 to {LARGEST_ORDER} units");
            let ok = (1..=LARGEST_ORDER).contains(&quantity);
            require(ok, "order.quantity", quantity.to_string(), &expected);
        }
    }
    for (index, fault) in scenario.faults.iter().enumerate() {
        check_fault(&format!("faults[{index}]"), fault, scenario, twin, &mut problems);
    }
    problems
}
