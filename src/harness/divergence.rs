//! Where two runs diverge: their traces are read side by side up to the first record that differs.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, Write};
use std::path::{Path, PathBuf};

use linetwin_trace::{
    Fact, TraceError, TraceHeader, TraceReader, TraceRecord, TraceWriter, in_words,
};

use super::load::Job;
use super::play::{Parts, play_bare};
use super::probe::Probes;

/// Name of a trace in a report folder.
pub const TRACE_FILE: &str = "trace.ltz";

/// Where two traces of a line diverge.
#[derive(Debug)]
pub struct Divergence {
    /// The line.
    pub line: String,
    /// Records that both have, up to there; those that only count are left out.
    pub before: Vec<TraceRecord>,
    /// The first record of each that differs, and those after it. Empty where a trace is over.
    pub after: [Vec<TraceRecord>; 2],
    /// The headers of the traces.
    pub headers: [TraceHeader; 2],
}

impl Divergence {
    /// When the runs diverge, in nanoseconds.
    pub fn at_ns(&self) -> u64 {
        let firsts = self.after.iter().filter_map(|after| after.first());
        firsts.map(|record| record.at.as_nanos()).min().unwrap_or(0)
    }

    /// The machine of the first differing record.
    pub fn machine(&self) -> Option<&str> {
        let [a, b] = &self.after;
        let [of_a, of_b] = &self.headers;
        let a = a.iter().map(|record| (record, of_a));
        let b = b.iter().map(|record| (record, of_b));
        let before = self.before.iter().rev().map(|record| (record, of_a));
        let mut then = a.chain(b).chain(before).filter(|(of, _)| of.at.as_nanos() == self.at_ns());
        then.find_map(|(record, header)| Some(header.machine(record.fact.machine()?)))
    }

    /// Second, line and machine.
    pub fn place(&self) -> String {
        let machine = self.machine().map_or_else(String::new, |name| format!(", {name}"));
        let second = self.at_ns() / 1_000_000_000;
        format!("they diverge in second {second} of {}{machine}", self.line)
    }

    /// The records around in words, a line each; the runs have these names.
    pub fn records(&self, names: [&str; 2]) -> Vec<String> {
        let mut words = Vec::new();
        let width = names.map(str::len).into_iter().max().unwrap_or(0);
        let mut append = |name: &str, record: &TraceRecord, header: &TraceHeader| {
            let fact = in_words(&record.fact, &header.machines);
            words.push(format!(" {name:<width$}  {:<12}  {fact}", record.at.to_string()));
        };
        for record in &self.before {
            append("", record, &self.headers[0]);
        }
        for ((name, header), after) in names.into_iter().zip(&self.headers).zip(&self.after) {
            for record in after {
                append(name, record, header);
            }
        }
        for (name, after) in names.into_iter().zip(&self.after) {
            if after.is_empty() {
                words.push(format!(" {name:<width$}  nothing more"));
            }
        }
        words
    }
}

/// A trace to be compared.
pub type AnyTrace = TraceReader<Box<dyn Read>>;

/// Whether a record is shown to people. Meters are read every few seconds and only count.
const fn is_shown(record: &TraceRecord) -> bool {
    !matches!(record.fact, Fact::Meter(_))
}

/// Reads two traces up to their divergence; nothing if they are the same. `around` records before and after
/// are kept.
///
/// # Errors
/// A trace cannot be read; the number is its place, 0 or 1.
pub fn divergence(
    mut traces: [AnyTrace; 2],
    around: usize,
) -> Result<Option<Divergence>, (usize, TraceError)> {
    let mut before = VecDeque::new();
    let [one, other] = loop {
        let mut next = |which: usize| traces[which].next().transpose().map_err(|e| (which, e));
        let pair = [next(0)?, next(1)?];
        match &pair {
            [None, None] => return Ok(None),
            [Some(one), Some(other)] if one == other => {
                if is_shown(one) {
                    before.extend(pair.into_iter().next().flatten());
                }
                if before.len() > around {
                    before.pop_front();
                }
            }
            _ => break pair,
        }
    };
    let headers = [traces[0].header().clone(), traces[1].header().clone()];
    let mut after = [Vec::from_iter(one), Vec::from_iter(other)];
    for (which, (trace, after)) in traces.iter_mut().zip(&mut after).enumerate() {
        let mut kept = 0;
        while kept < around && !after.is_empty() {
            let Some(record) = trace.next() else { break };
            let record = record.map_err(|error| (which, error))?;
            if is_shown(&record) {
                kept += 1;
                after.push(record);
            }
        }
    }
    let line = headers[0].line.clone();
    Ok(Some(Divergence { line, before: before.into(), after, headers }))
}

/// The header of a line's trace.
pub fn trace_header(job: &Job, line: usize) -> TraceHeader {
    let of = &job.lines[line];
    TraceHeader {
        scenario: job.scenario.name.clone(),
        seed: job.scenario.seed,
        start: job.scenario.start,
        line: of.name.clone(),
        machines: of.twin.machines.iter().map(|machine| machine.id().to_owned()).collect(),
    }
}

/// Runs a job and writes the traces of its lines, each into a place of its own.
///
/// # Errors
/// The run failed, or a trace could not be written, in words.
pub fn write_traces<W: Write>(
    job: &Job,
    parts: Parts,
    mut to: impl FnMut(usize) -> io::Result<W>,
) -> Result<Vec<W>, String> {
    let begin = |line| TraceWriter::new(to(line)?, &trace_header(job, line));
    let writers: io::Result<Vec<_>> = (0..job.lines.len()).map(begin).collect();
    let mut writers = writers.map_err(|error| error.to_string())?;
    play_bare(job, parts, Probes::each(&mut writers))?;
    let written = writers.into_iter().map(|writer| writer.finish().map_err(|e| e.to_string()));
    written.collect()
}

/// Runs a job and returns the traces of its lines.
///
/// # Errors
/// The run failed, or a trace could not be written, in words.
pub fn traces_of_run(job: &Job, parts: Parts) -> Result<Vec<AnyTrace>, String> {
    let written = write_traces(job, parts, |_| tempfile::tempfile())?;
    let read = written.into_iter().map(|mut file| {
        file.rewind().map_err(|error| error.to_string())?;
        open_trace(file)
    });
    read.collect()
}

/// The trace in a file.
///
/// # Errors
/// It is none, in words.
pub fn open_trace(file: File) -> Result<AnyTrace, String> {
    let file: Box<dyn Read> = Box::new(BufReader::new(file));
    TraceReader::new(file).map_err(|error| error.to_string())
}

/// The traces at a path: of one file, or of the lines of a report folder, each with where it is.
///
/// # Errors
/// Nothing is there that could be read, in words.
pub fn traces_at(path: &Path) -> Result<Vec<(PathBuf, AnyTrace)>, String> {
    let mut files = vec![path.to_owned()];
    if path.is_dir() {
        let own = path.join(TRACE_FILE);
        let folders = std::fs::read_dir(path).map_err(|error| error.to_string())?;
        let of_lines = folders.filter_map(|entry| Some(entry.ok()?.path().join(TRACE_FILE)));
        files = std::iter::once(own).chain(of_lines).filter(|file| file.is_file()).collect();
        files.sort();
    }
    if files.is_empty() {
        let name = TRACE_FILE;
        return Err(format!(
            "found no {name} here, expected one: `linetwin run --trace` writes it"
        ));
    }
    let open = |file: PathBuf| {
        let opened = File::open(&file).map_err(|error| error.to_string())?;
        Ok((file, open_trace(opened)?))
    };
    files.into_iter().map(open).collect()
}
