//! One row of a line's log, as CSV text: reading and writing. It has the words for events, not their order.
//!
//! The first row names the columns: `time`, `machine`, `event`, and `detail` if there is one, in any order
//! and among others; they are separated by commas or by semicolons. A time is ISO 8601, with an offset or
//! without, or a number of seconds.

use std::borrow::Cow;
use std::io::{self, Write};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use linetwin_base::nearest_name;
use linetwin_line::TwinSpec;
use linetwin_line::{Task, WorkEvent, WorkRecord};

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;
/// Seconds beyond this do not fit into nanoseconds.
const LATEST_S: i64 = 9_000_000_000;
/// The words for events.
const EVENTS: [&str; 8] =
    ["start", "done", "stop", "repair", "resume", "reject", "read", "no-read"];
/// The columns of a log that is written here.
const HEADER: &str = "time,machine,event,detail";

/// The content of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Row<'a> {
    /// Nanoseconds since some moment.
    pub(super) at: i64,
    pub(super) machine: Cow<'a, str>,
    pub(super) event: RowEvent<'a>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum RowEvent<'a> {
    Start(Task),
    Done(Task),
    Stop(Cow<'a, str>),
    /// A person has come and begins to repair what has stopped.
    Repair,
    Resume,
    Reject,
    Read(Task),
    NoRead(Task),
}

/// How times are written.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Clock {
    Seconds,
    Calendar,
}

/// Where the columns are.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    separator: char,
    time: usize,
    machine: usize,
    event: usize,
    detail: Option<usize>,
    /// As the first time was written.
    clock: Option<Clock>,
}

impl Columns {
    /// From the first row.
    ///
    /// # Errors
    /// A column is missing.
    pub(super) fn parse(header: &str) -> Result<Self, String> {
        let header = header.trim_start_matches('\u{feff}').trim_end();
        let separator = if header.contains(';') { ';' } else { ',' };
        let names = fields(header, separator)?;
        let find = |name: &str| names.iter().position(|field| field.eq_ignore_ascii_case(name));
        let must = |name: &str| {
            find(name).ok_or_else(|| {
                format!("found columns `{header}`, expected one named `{name}`, as in `{HEADER}`")
            })
        };
        Ok(Self {
            separator,
            time: must("time")?,
            machine: must("machine")?,
            event: must("event")?,
            detail: find("detail"),
            clock: None,
        })
    }

    /// A row below the first.
    ///
    /// # Errors
    /// What was found, and what was expected.
    pub(super) fn row<'a>(&mut self, line: &'a str) -> Result<Row<'a>, String> {
        let mut fields = fields(line, self.separator)?;
        let count = fields.len();
        let mut take = |index: usize, name: &str| match fields.get_mut(index) {
            Some(field) => Ok(std::mem::take(field)),
            None => Err(format!("found {count} fields, expected a {name} in field {}", index + 1)),
        };
        let time = take(self.time, "time")?;
        let machine = take(self.machine, "machine")?;
        let event = take(self.event, "event")?;
        let detail = self.detail.and_then(|index| take(index, "detail").ok()).unwrap_or_default();
        Ok(Row { at: self.time(&time)?, machine, event: RowEvent::parse(&event, detail)? })
    }

    fn time(&mut self, text: &str) -> Result<i64, String> {
        let (at, clock) = match seconds(text) {
            Some(at) => (at, Clock::Seconds),
            None => (calendar(text)?, Clock::Calendar),
        };
        let first = *self.clock.get_or_insert(clock);
        if first == clock {
            return Ok(at);
        }
        let expected = match first {
            Clock::Seconds => "seconds",
            Clock::Calendar => "a date and time",
        };
        Err(format!("found time `{text}`, expected {expected} as in the first row"))
    }
}

/// A number of seconds, to the nanosecond.
fn seconds(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok().filter(|whole| *whole < LATEST_S)?;
    let nanos = part.bytes().chain(std::iter::repeat(b'0')).take(9);
    let nanos = nanos.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(whole * SECOND + nanos)
}

fn calendar(text: &str) -> Result<i64, String> {
    // Without an offset it is a local wall clock: only differences matter.
    let parsed = text.parse::<Timestamp>().ok().or_else(|| {
        let there = text.parse::<DateTime>().ok()?;
        Some(there.to_zoned(TimeZone::UTC).ok()?.timestamp())
    });
    parsed.and_then(|at| i64::try_from(at.as_nanosecond()).ok()).ok_or_else(|| {
        format!("found time `{text}`, expected `2026-11-02T06:00:00.150Z` or seconds, `21600.150`")
    })
}

impl<'a> RowEvent<'a> {
    fn parse(word: &str, detail: Cow<'a, str>) -> Result<Self, String> {
        Ok(match word {
            "start" => Self::Start(task(&detail)?),
            "done" => Self::Done(task(&detail)?),
            "stop" => Self::Stop(detail),
            "repair" => Self::Repair,
            "resume" => Self::Resume,
            "reject" => Self::Reject,
            "read" => Self::Read(task(&detail)?),
            "no-read" => Self::NoRead(task(&detail)?),
            _ => return Err(not_among("event", word, EVENTS)),
        })
    }
}

fn task(word: &str) -> Result<Task, String> {
    let tasks = Task::ALL;
    let found = tasks.into_iter().find(|task| task.word() == word);
    found.ok_or_else(|| not_among("detail", word, tasks.map(Task::word)))
}

fn not_among<const N: usize>(what: &str, found: &str, known: [&'static str; N]) -> String {
    let nearest = nearest_name(found, known.into_iter())
        .map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
    format!("found {what} `{found}`, expected one of `{}`{nearest}", known.join("`, `"))
}

/// The fields of a line. A field may stand in quotes; a quote in it is then written twice.
fn fields(line: &str, separator: char) -> Result<Vec<Cow<'_, str>>, String> {
    let mut fields = Vec::with_capacity(4);
    let mut rest = line;
    loop {
        let Some(quoted) = rest.strip_prefix('"') else {
            let (field, behind) = rest.split_once(separator).unzip();
            fields.push(Cow::Borrowed(field.unwrap_or(rest).trim()));
            match behind {
                Some(behind) => rest = behind,
                None => return Ok(fields),
            }
            continue;
        };
        let mut field = String::new();
        let mut inside = quoted;
        rest = loop {
            let (part, behind) = inside.split_once('"').ok_or("found a quote without an end")?;
            field.push_str(part);
            match behind.strip_prefix('"') {
                Some(behind) => {
                    field.push('"');
                    inside = behind;
                }
                None => break behind,
            }
        };
        fields.push(Cow::Owned(field));
        match rest.strip_prefix(separator) {
            Some(behind) => rest = behind,
            None if rest.trim().is_empty() => return Ok(fields),
            None => return Err(format!("found `{rest}` behind a quoted field")),
        }
    }
}

/// Writes what machines have logged.
#[derive(Debug)]
pub struct LogWriter<W> {
    out: W,
    start: Timestamp,
    /// Name and reasons for stopping of each machine, as they are written.
    machines: Vec<(String, Vec<String>)>,
}

impl<W: Write> LogWriter<W> {
    /// A log of a line whose time begins at `start`.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn new(mut out: W, start: Timestamp, twin: &TwinSpec) -> io::Result<Self> {
        writeln!(out, "{HEADER}")?;
        let machines = twin.machines.iter().map(|machine| {
            let reasons = machine.stop_reasons().into_iter().map(quoted);
            (quoted(machine.id()), reasons.collect())
        });
        Ok(Self { out, start, machines: machines.collect() })
    }

    /// Writes rows.
    ///
    /// # Errors
    /// They cannot be written.
    pub fn write(&mut self, records: &[WorkRecord]) -> io::Result<()> {
        for record in records {
            let after = SignedDuration::from_nanos(record.at.as_nanos() as i64);
            let at = self.start.checked_add(after).map_err(io::Error::other)?;
            let (machine, reasons) = &self.machines[record.machine.index()];
            let (event, detail) = match record.event {
                WorkEvent::Start(task) => ("start", task.word()),
                WorkEvent::Done(task) => ("done", task.word()),
                WorkEvent::Stop(reason) => ("stop", reasons[usize::from(reason)].as_str()),
                WorkEvent::Repair => ("repair", ""),
                WorkEvent::Resume => ("resume", ""),
                WorkEvent::Reject => ("reject", ""),
                WorkEvent::Read(task) => ("read", task.word()),
                WorkEvent::NoRead(task) => ("no-read", task.word()),
            };
            writeln!(self.out, "{at},{machine},{event},{detail}")?;
        }
        Ok(())
    }

    /// Ends the log.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

fn quoted(name: &str) -> String {
    if name.contains([',', '"', ';']) {
        format!("\"{}\"", name.replace('"', "\"\""))
    } else {
        name.to_owned()
    }
}
