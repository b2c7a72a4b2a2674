//! From a twin file and an order to a line that can run: everything that must fit together is checked.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use linetwin_base::{Level, SimSpan, SimTime, Streams, WeekClock};
use linetwin_engine::{
    IdentificationKey, LineLayout, LineLogic, NumberSpace, Order, PackagingLevel, Serials,
};
use linetwin_faults::{Fault, expand_recurring};
use linetwin_line::{PersonSpec, Problem, TwinSpec, capacity_warnings, check};
use linetwin_twin::{LineSetup, line_layout, longest_absence};

use super::check_faults::check_fault;
use super::expectation::Expectation;
use super::pool_file::PoolFile;
use super::ron_file::{FileError, RonFile};
use super::scenario::{EngineMode, LineRun, Scenario};

/// So many were run and measured (`benches/flat.rs`): they take some 0.4 gigabytes.
const LARGEST_ORDER: u32 = 10_000_000;

/// A line that can run.
#[derive(Clone, Debug)]
pub struct LineJob {
    /// Its name.
    pub name: String,
    /// Its random streams.
    pub streams: Streams,
    /// Where in the week the run starts.
    pub clock: WeekClock,
    /// The line.
    pub twin: TwinSpec,
    /// Order and layout for its controller; nothing when the engine is detached.
    pub engine: Option<(Order, LineLayout)>,
    /// Where its serial numbers come from, if an outside issuer gives them; checked.
    pub pool: Option<PoolFile>,
    /// Its faults.
    pub faults: Vec<Fault>,
    /// No fault is injected from then on.
    pub faults_end: SimTime,
    /// Longest time without progress.
    pub max_stall: SimSpan,
    /// When its order is ended.
    pub order_ends: Option<SimTime>,
    /// Its expectations.
    pub expect: Vec<Expectation>,
    /// It runs until then at the latest.
    pub end: SimTime,
    /// What makes it slower than its rated speed.
    pub slow: Vec<FileError>,
}

impl LineJob {
    /// The line as the twin needs it.
    pub fn setup(&self, controller: Option<Box<dyn LineLogic>>) -> LineSetup<'_> {
        LineSetup {
            spec: &self.twin,
            streams: self.streams,
            clock: self.clock,
            faults: &self.faults,
            faults_end: self.faults_end,
            order_ends: self.order_ends.filter(|_| controller.is_some()),
            controller,
            end: self.end,
        }
    }
}

/// What a line is made from.
pub(super) struct LineFiles<'a> {
    /// The scenario that it belongs to.
    pub(super) scenario: &'a RonFile<Scenario>,
    /// The part of the scenario about this line.
    pub(super) run: LineRun,
    /// Its path in the scenario: nothing, or `lines[2].`.
    pub(super) at: String,
    /// Its twin.
    pub(super) twin: RonFile<TwinSpec>,
    pub(super) streams: Streams,
    /// People who work at all lines of the plant.
    pub(super) people: Vec<PersonSpec>,
}

impl LineFiles<'_> {
    /// Checks everything. Mistakes go to `errors`; then there is no line.
    pub(super) fn into_job(self, errors: &mut Vec<FileError>) -> Option<LineJob> {
        let before = errors.len();
        errors.extend(self.twin.errors(&check(&self.twin.value, &self.people)));
        errors.extend(self.errors(self.check_run()));
        let of_all = wrong_expectations(&self.scenario.value.expect, &self.twin.value);
        errors.extend(self.scenario.errors(&of_all));
        let mut pool = None;
        let mut engine = None;
        if self.scenario.value.engine == EngineMode::Attached
            && let Some(order) = self.run.order.as_ref().filter(|_| errors.len() == before)
        {
            match line_layout(&self.twin.value, &self.run.id) {
                Ok(layout) => {
                    errors.extend(self.errors(too_many_containers(order, &layout)));
                    errors.extend(self.errors(wrong_packaging(order, &layout)));
                    errors.extend(self.errors(wrong_serials(order, &layout)));
                    pool = self.find_pool(order, &layout, errors);
                    let mut order = order.clone();
                    if order.packaging.is_empty() {
                        order.packaging = packaging(&layout);
                    }
                    engine = Some((order, layout));
                }
                Err(problem) => errors.extend(self.twin.errors(&[problem])),
            }
        }
        if errors.len() > before {
            return None;
        }
        let end = SimTime::START + self.length();
        let clock = self.clock();
        let max_stall = self.max_stall(clock);
        let slow = self.twin.errors(&capacity_warnings(&self.twin.value));
        let LineFiles { scenario, run, twin, streams, .. } = self;
        let mut expect = scenario.value.expect.clone();
        expect.extend(run.expect);
        Some(LineJob {
            name: run.id,
            streams,
            clock,
            twin: twin.value,
            engine,
            pool,
            faults: expand_recurring(&run.faults, streams),
            faults_end: scenario
                .value
                .faults_end
                .map_or(SimTime::NEVER, |after| SimTime::START + after),
            max_stall,
            order_ends: run.order_ends.map(|after| SimTime::START + after),
            expect,
            end,
            slow,
        })
    }

    /// Problems with the scenario's part about this line, with their places.
    fn errors(&self, problems: Vec<Problem>) -> Vec<FileError> {
        let placed = problems.into_iter().map(|problem| problem.within(&self.at));
        self.scenario.errors(&placed.collect::<Vec<_>>())
    }

    fn length(&self) -> SimSpan {
        self.scenario.value.lasts.unwrap_or_else(|| {
            let quantity = self.run.order.as_ref().map_or(0, |order| order.quantity);
            let ideal_s = f64::from(quantity) / self.twin.value.rated_units_per_min * 60.0;
            SimSpan::from_secs_f64(12.0 * ideal_s + 3600.0)
        })
    }

    /// An hour, and the longest absence of a person who may be needed.
    fn max_stall(&self, clock: WeekClock) -> SimSpan {
        self.scenario.value.max_stall.unwrap_or_else(|| {
            let people = self.twin.value.people.iter().chain(&self.people);
            let away = people.map(|person| longest_absence(person, clock)).max();
            SimSpan::from_secs(3600) + away.unwrap_or(SimSpan::ZERO)
        })
    }

    /// The plant's clock shows the time as the scenario writes it, in UTC.
    fn clock(&self) -> WeekClock {
        let start = self.scenario.value.start.to_zoned(TimeZone::UTC);
        let days = u64::from(start.weekday().to_monday_zero_offset() as u8);
        let since_midnight = start.time().duration_since(jiff::civil::Time::midnight());
        WeekClock::starting(days * 24 * 3600 + since_midnight.as_secs() as u64)
    }

    fn check_run(&self) -> Vec<Problem> {
        let scenario = &self.scenario.value;
        let mut problems = Vec::new();
        let mut require = |ok: bool, path: &str, found: String, expected: &str| {
            if !ok {
                problems.push(Problem::new(path, found, expected));
            }
        };
        match (&scenario.engine, &self.run.order) {
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
        for (index, fault) in self.run.faults.iter().enumerate() {
            let at = format!("faults[{index}]");
            check_fault(&at, fault, scenario, &self.twin.value, &mut problems);
        }
        problems.extend(wrong_expectations(&self.run.expect, &self.twin.value));
        problems
    }

    /// The file that an issuer's codes come in, if there is one; whatever is wrong with it goes to
    /// `errors`.
    fn find_pool(
        &self,
        order: &Order,
        layout: &LineLayout,
        errors: &mut Vec<FileError>,
    ) -> Option<PoolFile> {
        let Serials::Imported { file: name, crypto_codes } = &order.product.serials else {
            return None;
        };
        let path = "order.product.serials";
        let Some(found) = find_file(&self.scenario.path, name) else {
            let found = format!("`{name}`, which is no file");
            let expected = "a file of codes, looked for from the scenario's folder upwards";
            errors.extend(self.errors(vec![Problem::new(path, found, expected)]));
            return None;
        };
        let pool = PoolFile { path: found, gtin: order.product.gtin, crypto_codes: *crypto_codes };
        let needed = needed_serials(order, layout);
        match pool.check() {
            Ok(count) if count < needed => {
                let expected = format!("at least {needed}, what is ordered and the line's reserve");
                let found = format!("{count} codes in `{name}`");
                errors.extend(self.errors(vec![Problem::new(path, found, expected)]));
            }
            Ok(_) => return Some(pool),
            Err(mistakes) => errors.extend(mistakes.0),
        }
        None
    }
}

/// Expectations that are wrong by themselves.
fn wrong_expectations(expect: &[Expectation], twin: &TwinSpec) -> Vec<Problem> {
    let problems = expect.iter().enumerate().filter_map(|(index, expectation)| {
        let problem = expectation.problem(twin)?;
        let dot = if problem.path.is_empty() { "" } else { "." };
        Some(problem.within(&format!("expect[{index}]{dot}")))
    });
    problems.collect()
}

/// A file that another one names: beside it, or beside any folder above it.
pub(super) fn find_file(beside: &Path, name: &str) -> Option<PathBuf> {
    let beside = std::path::absolute(beside).ok()?;
    let mut candidates = beside.ancestors().skip(1).map(|folder| folder.join(name));
    let found = candidates.find(|candidate| candidate.is_file())?;
    // Errors should name the file as the user would.
    let here = std::env::current_dir().ok()?;
    Some(found.strip_prefix(&here).map_or_else(|_| found.clone(), Path::to_owned))
}

/// The packaging that the line makes, which the order must have.
fn packaging(layout: &LineLayout) -> Vec<PackagingLevel> {
    let stations = layout.stations.iter();
    let levels = stations.map(|station| PackagingLevel {
        level: station.level,
        children: station.children,
        mixed_lots: false,
        identification_key: IdentificationKey::Sscc,
    });
    levels.collect()
}

/// A container that the line packs and the order does not have would be refused by the ledger.
fn wrong_packaging(order: &Order, layout: &LineLayout) -> Vec<Problem> {
    if order.packaging.is_empty() {
        return Vec::new();
    }
    if let Some(at) =
        order.packaging.iter().position(|level| level.identification_key != IdentificationKey::Sscc)
    {
        let path = format!("order.packaging[{at}].identification_key");
        let found = format!("a GTIN on the {}", order.packaging[at].level);
        return vec![Problem::new(
            path,
            found,
            "an SSCC: this line's labellers print nothing else",
        )];
    }
    let ordered: Vec<String> =
        order.packaging.iter().map(|l| in_words(l.level, l.children)).collect();
    let packed: Vec<String> =
        layout.stations.iter().map(|s| in_words(s.level, s.children)).collect();
    if ordered == packed {
        return Vec::new();
    }
    let expected = format!("what the line packs: {}", packed.join(", "));
    vec![Problem::new("order.packaging", ordered.join(", "), expected)]
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

/// The fewest numbers that the line will request when it starts.
fn needed_serials(order: &Order, layout: &LineLayout) -> u64 {
    (f64::from(order.quantity) * (1.0 + layout.serial_reserve)) as u64 + 1
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
