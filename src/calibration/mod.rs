//! From a line's event log to a twin of that line: fits service times, failures and repairs, shares of
//! rejects and of codes read, gives the quality of each fit and its confidence, and puts them into a twin. It
//! opens no file, and imports no engine and no trace.

mod data;
mod family;
mod fit;
mod machine_log;
mod page;
mod place;
mod plots;
mod reader;
mod row;
mod sample;
mod share;
mod simplex;

use std::io::BufRead;

use serde::Serialize;

use linetwin_base::Distribution;
use linetwin_line::Task;
use linetwin_line::{FailureSpec, MachineSpec, TwinSpec, check};

use data::Data;
use machine_log::{Counted, MachineLog, Reason};
use place::{failures, mixed, usual};
use sample::Sample;

pub use fit::{Candidate, Fit, Goodness, Parameter};
pub use page::{calibration_page, number};
pub use reader::{ReadError, ReadOptions, Reading};
pub use row::LogWriter;
pub use share::Share;

/// The result of a log and a twin.
#[derive(Clone, Debug, Serialize)]
pub struct Calibration {
    /// What was read, and what was dropped.
    pub reading: Reading,
    /// Everything that was measured, machine by machine.
    pub findings: Vec<Finding>,
    /// The twin with what was found in it.
    #[serde(skip)]
    pub twin: TwinSpec,
}

/// One thing that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The machine.
    pub machine: String,
    /// Where it stands in the twin file: `service_s`, `failures[jam].time_to_failure OperatingTime`.
    pub quantity: String,
    /// Values that ended.
    pub ended: u64,
    /// Values that were cut off, by the end of the log or by a gap.
    pub cut: u64,
    /// The result.
    pub found: Found,
    /// Why it did not go into the twin, if it did not.
    pub left_out: Option<String>,
    /// The values, for drawing.
    #[serde(skip)]
    points: Vec<f64>,
}

impl Finding {
    /// Whether the twin has it.
    pub const fn is_written(&self) -> bool {
        self.left_out.is_none() && !matches!(self.found, Found::TooFew)
    }

    /// How many values, in words.
    pub fn counts(&self) -> String {
        match self.cut {
            0 => format!("{} values", self.ended),
            cut => format!("{} values, {cut} more cut off", self.ended),
        }
    }

    /// What is counted.
    pub fn unit(&self) -> &'static str {
        if self.quantity.ends_with("Cycles") { "products" } else { "seconds" }
    }
}

/// The result of fitting values.
#[derive(Clone, Debug, Serialize)]
pub enum Found {
    /// A distribution.
    Distribution(Fit),
    /// A share.
    Share(Share),
    /// Too few values for a fit; the twin stays as it was.
    TooFew,
}

/// Reads a log and fits everything that the twin has a place for. `progress` gets the machine that is being
/// fitted.
///
/// # Errors
/// The log cannot be read, or is no log of this line.
pub fn calibrate(
    log: impl BufRead,
    twin: &TwinSpec,
    options: &ReadOptions,
    progress: &mut dyn FnMut(&str),
) -> Result<Calibration, ReadError> {
    let (logs, reading) = reader::read(log, twin, options)?;
    let mut findings = Vec::new();
    let mut twin = twin.clone();
    for (place, log) in logs.iter().enumerate() {
        progress(&log.name);
        Putting { twin: &mut twin, place, log, findings: &mut findings }.all();
    }
    Ok(Calibration { reading, findings, twin })
}

/// A thing that is measured.
struct Quantity {
    /// Where it stands in the twin file.
    shown: String,
    /// The key of its random stream: the key of the twin file when it was first measured. A stream keeps its
    /// key when a key of the file is renamed, so that a log gives what it gave before.
    key: String,
}

impl Quantity {
    fn new(shown: impl Into<String>, key: impl Into<String>) -> Self {
        Self { shown: shown.into(), key: key.into() }
    }
}

/// The key of a random stream for the time of a task.
fn stream_key(quantity: &str) -> &str {
    match quantity {
        "cycle_time_s" => "every_s",
        other => other,
    }
}

/// The findings of one machine, being put into the twin.
struct Putting<'a> {
    twin: &'a mut TwinSpec,
    place: usize,
    log: &'a MachineLog,
    findings: &'a mut Vec<Finding>,
}

impl Putting<'_> {
    fn machine(&self) -> &MachineSpec {
        &self.twin.machines[self.place]
    }

    fn all(&mut self) {
        for task in Task::ALL {
            self.time(task);
        }
        for (name, reason) in self.log.reasons.iter().filter(|(_, reason)| reason.is_failure) {
            self.reason(name, reason);
        }
        self.rejects();
        for task in Task::ALL {
            self.reads(task);
        }
    }

    fn time(&mut self, task: Task) {
        let sample = &self.log.times[task as usize];
        if sample.ended == 0 {
            return;
        }
        let quantity = match task {
            Task::Work => self.machine().work_time_key(),
            Task::Place => "packing.place_s",
            Task::Scan => "packing.scan_s",
            Task::Close => "packing.close_s",
            Task::Label => "label.label_s",
        };
        let quantity = Quantity::new(quantity, stream_key(quantity));
        self.distribution(quantity, sample, |machine, of| match machine.time_mut(task) {
            Some(place) => {
                *place = of;
                true
            }
            None => false,
        });
    }

    fn reason(&mut self, name: &str, reason: &Reason) {
        let known = failures(self.machine()).iter().any(|failure| failure.name == name);
        if !known {
            self.add_reason(name, reason);
        }
        let change = |machine: &mut MachineSpec, put: &dyn Fn(&mut FailureSpec)| {
            let failures = machine.failures_mut().into_iter().flatten();
            failures.filter(|failure| failure.name == name).map(put).count() > 0
        };
        let (counted, counted_key) = match reason.counted {
            Counted::Clock => ("CalendarTime", "Clock"),
            Counted::Work => ("OperatingTime", "Work"),
            Counted::Products => ("Cycles", "Products"),
        };
        let part = |part: &str| match name {
            "" => format!("failures.{part}"),
            name => format!("failures[{name}].{part}"),
        };
        let quantity = Quantity::new(
            part(&format!("time_to_failure {counted}")),
            part(&format!("between {counted_key}")),
        );
        self.distribution(quantity, &reason.between, |machine, of| {
            change(machine, &|failure| *failure.time_to_failure.distribution_mut() = of.clone())
        });
        let quantity = Quantity::new(part("repair_s"), part("repair_s"));
        self.distribution(quantity, &reason.repair, |machine, of| {
            change(machine, &|failure| failure.repair_s = of.clone())
        });
        let filled = self.findings.iter().rev().take(2).all(Finding::is_written);
        if let Some(failures) = self.twin.machines[self.place].failures_mut()
            && !known
            && !filled
        {
            failures.retain(|failure| failure.name != name);
        }
    }

    /// A reason that the twin does not have gets a place, if the log has enough to fill it.
    fn add_reason(&mut self, name: &str, reason: &Reason) {
        if reason.between.ended < fit::FEWEST || reason.repair.ended < fit::FEWEST {
            return;
        }
        // Both are filled in at once by what was measured.
        let unknown = Distribution::Fixed(1.0);
        let time_to_failure = usual(self.machine())(unknown.clone());
        if let Some(failures) = self.twin.machines[self.place].failures_mut() {
            failures.push(FailureSpec {
                name: name.to_owned(),
                time_to_failure,
                repair_s: unknown,
                required_skill: None,
            });
        }
    }

    fn rejects(&mut self) {
        if self.twin.machines[self.place].reject_share_mut().is_some() {
            let share = Share::new(self.log.rejects, self.log.products);
            self.share("reject_share", share, MachineSpec::reject_share_mut);
        }
    }

    fn reads(&mut self, task: Task) {
        let (read, unread) = self.log.reads[task as usize];
        let quantity = match task {
            Task::Work => "read_rate",
            Task::Place | Task::Scan | Task::Close => "packing.read_rate",
            Task::Label => "label.read_rate",
        };
        self.share(quantity, Share::new(read, read + unread), |machine| {
            machine.read_rate_mut(task)
        });
    }

    fn share(
        &mut self,
        quantity: &str,
        share: Option<Share>,
        place: impl Fn(&mut MachineSpec) -> Option<&mut f64>,
    ) {
        let Some(share) = share else { return };
        let (ended, value) = (share.of, share.value);
        let left_out =
            self.put(quantity, |machine| place(machine).map(|place| *place = value).is_some());
        self.add(quantity.to_owned(), (ended, 0), Found::Share(share), left_out, Vec::new());
    }

    fn distribution(
        &mut self,
        quantity: Quantity,
        sample: &Sample,
        put: impl Fn(&mut MachineSpec, Distribution) -> bool,
    ) {
        let Quantity { shown: quantity, key } = quantity;
        let counts = (sample.ended, sample.cut);
        let Some(fit) = fit::fit(sample, &format!("{} {key}", self.log.name)) else {
            return self.add(quantity, counts, Found::TooFew, None, Vec::new());
        };
        let of = fit.distribution.rounded();
        let left_out = self.put(&quantity, |machine| put(machine, of.clone()));
        let points = Data::new(sample.kept(), sample.grid()).points;
        self.add(quantity, counts, Found::Distribution(fit), left_out, points);
    }

    /// Changes the twin, unless it has no place for it or would not run with it; notes why.
    fn put(&mut self, quantity: &str, change: impl Fn(&mut MachineSpec) -> bool) -> Option<String> {
        if let Some(why) = mixed(self.machine(), quantity) {
            return Some(why.to_owned());
        }
        let before = self.twin.machines[self.place].clone();
        if !change(&mut self.twin.machines[self.place]) {
            return Some(format!("the twin has no place for it in a {}", before.kind()));
        }
        let problem = check(self.twin, &[]).into_iter().next()?;
        self.twin.machines[self.place] = before;
        Some(problem.to_string())
    }

    fn add(
        &mut self,
        quantity: String,
        (ended, cut): (u64, u64),
        found: Found,
        left_out: Option<String>,
        points: Vec<f64>,
    ) {
        let machine = self.log.name.clone();
        self.findings.push(Finding { machine, quantity, ended, cut, found, left_out, points });
    }
}

#[cfg(test)]
mod tests;
