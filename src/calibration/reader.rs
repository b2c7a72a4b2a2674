//! Reads a log row by row and passes each row to its machine. Rows that cannot be used are dropped and
//! counted by reason, and nothing is guessed: where rows are missing or the clock was set, work under way
//! counts only up to there. Memory does not grow with the log.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::hash::{Hash, Hasher};
use std::io::{self, BufRead};

use indexmap::IndexMap;
use rustc_hash::FxHasher;
use serde::Serialize;

use linetwin_line::TwinSpec;

use super::machine_log::{MachineLog, Odd};
use super::row::{Columns, Row, RowEvent};

/// A row is no longer than this.
const LONGEST_ROW: usize = 4096;
/// Mistakes that are named one by one.
const MOST_NAMED: usize = 20;
/// Rows that are kept, to recognise those that come a second time.
const REMEMBERED: usize = 10_000;
/// A machine is silent for at most so many times its usual work or stop.
const SILENT_TIMES: i64 = 100;
/// And for so long while its usual work is not known, in nanoseconds.
const SILENT_AT_FIRST: i64 = 600_000_000_000;

/// How a log is read. By default every row must be one.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// So many rows may be no rows at all; they are dropped. With more the log is refused.
    pub most_bad: u64,
    /// Silence of the whole line, while a machine is at work or stopped, that means a gap in the log; in
    /// seconds. Nothing means a hundred times that machine's usual work or stop.
    pub gap_s: Option<f64>,
}

/// What was read, and what of it could not be used.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reading {
    /// Rows below the header.
    pub rows: u64,
    /// Rows that are no rows.
    pub bad: u64,
    /// The first of them, with their places.
    pub mistakes: Vec<String>,
    /// Rows of machines that the twin does not have, by name.
    pub unknown_machines: BTreeMap<String, u64>,
    /// Rows of further such machines.
    pub more_unknown_machines: u64,
    /// Rows that had come before.
    pub repeated: u64,
    /// Gaps: nothing was logged although a machine was at work.
    pub gaps: u64,
    /// Their length together, in seconds. A clock that was set forward is a gap as well.
    pub gaps_s: f64,
    /// Times that the clock was set back.
    pub set_back: u64,
    /// Rows that cannot follow the one before: some are missing between them.
    pub rows_missing: u64,
    /// From the first row to the last, gaps included, in seconds.
    pub length_s: f64,
}

impl Reading {
    /// What could not be used and why, a line each; nothing if all could.
    pub fn dropped(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut add = |count: u64, what: &str| {
            if count > 0 {
                lines.push(format!("{count} {what}"));
            }
        };
        add(self.bad, "rows are no rows; dropped");
        add(self.repeated, "rows had come before; dropped");
        let unknown_machines =
            self.unknown_machines.values().sum::<u64>() + self.more_unknown_machines;
        let names: Vec<&str> = self.unknown_machines.keys().map(String::as_str).collect();
        let strange = format!("rows of machines that the twin does not have: {}", names.join(", "));
        add(unknown_machines, &strange);
        let gaps = format!(
            "gaps, {:.0} s together: nothing was logged although a machine was at work or usually stops for less, or the clock was \
             set forward; what was under way counts up to there",
            self.gaps_s
        );
        add(self.gaps, &gaps);
        add(self.set_back, "times the clock was set back; what was under way counts up to there");
        add(
            self.rows_missing,
            "times rows are missing between two of a machine; what was under way is given up",
        );
        lines
    }
}

/// Why a log cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// There is nothing in it.
    #[error("line 1: found nothing, expected a row `time,machine,event,detail`")]
    Empty,
    /// The first row.
    #[error("line 1: {0}")]
    Header(String),
    /// Too much of it is wrong.
    #[error("{}{} of the first {} rows are no rows, more than the {most} of --max-bad", listed(&.reading.mistakes), .reading.bad, .reading.rows)]
    TooManyBad {
        /// What was read up to there.
        reading: Box<Reading>,
        /// The limit.
        most: u64,
    },
    /// None of its machines is in the twin.
    #[error("none of its {0} rows is of a machine of the twin; the twin has `{1}`")]
    NothingKnown(u64, String),
}

fn listed(mistakes: &[String]) -> String {
    mistakes.iter().map(|mistake| format!("{mistake}\n")).collect()
}

/// A log that is being read.
struct Reader {
    machines: Vec<MachineLog>,
    /// Place of a machine by name.
    places: IndexMap<String, usize>,
    recent: Recent,
    /// Rows that went to a machine.
    used: u64,
    gap: Option<i64>,
    reading: Reading,
    first: Option<i64>,
    last: Option<i64>,
    /// Nanoseconds of log before the clock was last set back.
    length: i64,
}

/// Reads a log of a line.
///
/// # Errors
/// See [`ReadError`].
pub(super) fn read(
    mut input: impl BufRead,
    twin: &TwinSpec,
    options: &ReadOptions,
) -> Result<(Vec<MachineLog>, Reading), ReadError> {
    let mut line = Vec::new();
    if !next_line(&mut input, &mut line)? {
        return Err(ReadError::Empty);
    }
    let header = String::from_utf8_lossy(&line);
    let mut columns = Columns::parse(&header).map_err(ReadError::Header)?;
    let mut reader = Reader::new(twin, options);
    let mut number = 1_u64;
    while next_line(&mut input, &mut line)? {
        number += 1;
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        reader.reading.rows += 1;
        let row = match std::str::from_utf8(&line) {
            _ if line.len() > LONGEST_ROW => Err(format!("found more than {LONGEST_ROW} bytes")),
            Ok(text) => columns.row(text),
            Err(_) => Err("found bytes that are no UTF-8 text".to_owned()),
        };
        if let Err(message) = row.and_then(|row| reader.take(&row)) {
            reader.mistake(number, message);
            // Enough to name them all, and no reason to read on.
            if reader.reading.bad > options.most_bad.max(MOST_NAMED as u64) {
                break;
            }
        }
    }
    if reader.reading.bad > options.most_bad {
        let (reading, most) = (reader.reading, options.most_bad);
        return Err(ReadError::TooManyBad { reading: Box::new(reading), most });
    }
    reader.finish()
}

/// The next line without its end; of a line that is too long only the beginning, one byte more than a row
/// may have. False at the end of the input.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let mut any = false;
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(any);
        }
        any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let part = &buffer[..end.unwrap_or(buffer.len())];
        let left = (LONGEST_ROW + 1).saturating_sub(line.len());
        line.extend_from_slice(&part[..part.len().min(left)]);
        let used = part.len() + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() {
            if line.last() == Some(&b'\r') {
                line.pop();
            }
            return Ok(true);
        }
    }
}

impl Reader {
    fn new(twin: &TwinSpec, options: &ReadOptions) -> Self {
        let machines: Vec<MachineLog> = twin.machines.iter().map(MachineLog::new).collect();
        let names = machines.iter().enumerate();
        Self {
            places: names.map(|(place, machine)| (machine.name.clone(), place)).collect(),
            machines,
            recent: Recent { last: vec![None; twin.machines.len()], ..Recent::default() },
            used: 0,
            gap: options.gap_s.map(|seconds| (seconds * 1e9) as i64),
            reading: Reading::default(),
            first: None,
            last: None,
            length: 0,
        }
    }

    fn take(&mut self, row: &Row) -> Result<(), String> {
        let Some(&place) = self.places.get(row.machine.as_ref()) else {
            self.count_unknown_machine(&row.machine);
            return Ok(());
        };
        let before = self.machines[place].last;
        if self.recent.has(row, place, before) {
            self.reading.repeated += 1;
            return Ok(());
        }
        if before.is_some_and(|before| row.at < before) {
            self.reading.set_back += 1;
            self.length += self.last.unwrap_or(row.at) - self.first.unwrap_or(row.at);
            self.first = None;
            self.give_up();
        }
        if let Some(silence) = self.gap_before(row.at) {
            self.reading.gaps += 1;
            self.reading.gaps_s += silence as f64 / 1e9;
            self.give_up();
        }
        match self.machines[place].row(row.at, &row.event) {
            Ok(()) => {}
            Err(Odd::RowsMissing) => self.reading.rows_missing += 1,
            Err(Odd::TooManyReasons) => return Err("found one reason to stop too many".to_owned()),
        }
        self.recent.remember(row, place);
        self.used += 1;
        self.first.get_or_insert(row.at);
        // Machines may be a little out of step with one another.
        self.last = self.last.max(Some(row.at));
        Ok(())
    }

    /// How long nothing was logged before this time, if a machine at work cannot have been silent so long.
    fn gap_before(&self, at: i64) -> Option<i64> {
        let silence = at - self.last?;
        let most = self.machines.iter().filter_map(|machine| {
            let own = machine.silent_at_most(SILENT_TIMES, SILENT_AT_FIRST)?;
            Some(self.gap.unwrap_or(own))
        });
        (silence > most.min()?).then_some(silence)
    }

    /// Work under way at any machine has lasted until the last row at least.
    fn give_up(&mut self) {
        let Some(at) = self.last.take() else { return };
        for machine in &mut self.machines {
            machine.give_up(at);
            machine.last = None;
        }
    }

    fn count_unknown_machine(&mut self, name: &str) {
        if let Some(count) = self.reading.unknown_machines.get_mut(name) {
            *count += 1;
        } else if self.reading.unknown_machines.len() < MOST_NAMED {
            self.reading.unknown_machines.insert(name.to_owned(), 1);
        } else {
            self.reading.more_unknown_machines += 1;
        }
    }

    fn mistake(&mut self, line: u64, message: String) {
        self.reading.bad += 1;
        if self.reading.mistakes.len() < MOST_NAMED {
            self.reading.mistakes.push(format!("line {line}: {message}"));
        }
    }

    fn finish(mut self) -> Result<(Vec<MachineLog>, Reading), ReadError> {
        if self.used == 0 {
            let names: Vec<String> = self.places.into_keys().collect();
            return Err(ReadError::NothingKnown(self.reading.rows, names.join("`, `")));
        }
        let last = self.last.unwrap_or_default();
        self.reading.length_s = (self.length + last - self.first.unwrap_or(last)) as f64 / 1e9;
        self.give_up();
        Ok((self.machines, self.reading))
    }
}

/// The last rows, to recognise one that comes a second time.
#[derive(Default)]
struct Recent {
    order: VecDeque<u64>,
    known: BTreeSet<u64>,
    /// The last one of each machine.
    last: Vec<Option<u64>>,
}

impl Recent {
    /// Whether the row came before: out of its time and remembered, or the machine's very row before. Reads
    /// of a layer are alike and all meant.
    fn has(&self, row: &Row, place: usize, before: Option<i64>) -> bool {
        let meant = matches!(row.event, RowEvent::Read(_) | RowEvent::NoRead(_) | RowEvent::Reject);
        let hash = hash(row);
        let late = before.is_some_and(|before| row.at < before);
        let again = !meant && self.last[place] == Some(hash);
        again || (late && self.known.contains(&hash))
    }

    fn remember(&mut self, row: &Row, place: usize) {
        let hash = hash(row);
        self.last[place] = Some(hash);
        if self.known.insert(hash) {
            self.order.push_back(hash);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}

fn hash(row: &Row) -> u64 {
    let mut hasher = FxHasher::default();
    row.hash(&mut hasher);
    hasher.finish()
}
