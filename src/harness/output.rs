//! The report folder. Everything is written into a folder beside it first and moved into place at the end, so
//! that half a report is never seen.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use hdrhistogram::Histogram;
use serde::Serialize;
use tempfile::TempDir;

use crate::report::{plant_page, report_page};

use super::divergence::TRACE_FILE;
use super::load::Job;
use super::run::{LineResult, RunResult};

/// A report folder in the making.
#[derive(Debug)]
pub struct Folder {
    to: PathBuf,
    making: TempDir,
}

impl Folder {
    /// Starts a folder that will be at `to`.
    ///
    /// # Errors
    /// The place cannot be written to, or something other than a report folder is there.
    pub fn begin(to: &Path) -> io::Result<Self> {
        if to.exists() && !is_report(to) {
            let message = "it exists and is no report folder: it holds no summary.json";
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let to = std::path::absolute(to)?;
        let parent = to.parent().unwrap_or(Path::new("/"));
        fs::create_dir_all(parent)?;
        let making = tempfile::Builder::new().prefix(".linetwin-").tempdir_in(parent)?;
        Ok(Self { to, making })
    }

    /// The files for the EPCIS events of a job's lines.
    ///
    /// # Errors
    /// They cannot be created.
    pub fn epcis(&self, job: &Job) -> io::Result<Vec<BufWriter<File>>> {
        self.of_lines(job, "epcis.jsonl")
    }

    /// The files for the traces of a job's lines.
    ///
    /// # Errors
    /// They cannot be created.
    pub fn traces(&self, job: &Job) -> io::Result<Vec<BufWriter<File>>> {
        self.of_lines(job, TRACE_FILE)
    }

    fn of_lines(&self, job: &Job, name: &str) -> io::Result<Vec<BufWriter<File>>> {
        let files = job.lines.iter().map(|line| {
            let folder = self.of_line(job.plant.is_some(), &line.name);
            fs::create_dir_all(&folder)?;
            File::create(folder.join(name)).map(BufWriter::new)
        });
        files.collect()
    }

    /// Where the reports of a line go: in a plant each has a folder of its own.
    fn of_line(&self, plant: bool, line: &str) -> PathBuf {
        let making = self.making.path();
        if plant { making.join(line) } else { making.to_owned() }
    }

    /// The folder for the ledger, where it is kept on disk.
    pub fn ledger(&self) -> PathBuf {
        self.making.path().join("ledger")
    }

    /// Writes the reports of a run and moves the folder into place.
    ///
    /// # Errors
    /// A file cannot be written; then the place is as it was before.
    pub fn finish(self, run: &RunResult) -> io::Result<PathBuf> {
        for line in &run.lines {
            write_line(&self.of_line(run.plant.is_some(), &line.name), line)?;
        }
        if let Some(plant) = &run.plant {
            let folder = self.making.path();
            write_json(&folder.join("summary.json"), plant)?;
            fs::write(folder.join("report.html"), plant_page(plant))?;
        }
        let made = self.making.keep();
        if self.to.exists() {
            fs::remove_dir_all(&self.to)?;
        }
        fs::rename(&made, &self.to).inspect_err(|_| drop(fs::remove_dir_all(&made)))?;
        Ok(self.to)
    }
}

fn write_line(folder: &Path, line: &LineResult) -> io::Result<()> {
    let LineResult { summary, observations, latency_ns, pictures, .. } = line;
    let at = |name: &str| folder.join(name);
    write_json(&at("summary.json"), summary)?;
    let page = report_page(summary, observations, latency_ns.as_ref(), pictures);
    fs::write(at("report.html"), page)?;
    match latency_ns {
        Some(histogram) => fs::write(at("latency.hgrm"), hgrm(histogram)?),
        None => fs::remove_file(at("epcis.jsonl")),
    }
}

fn write_json(to: &Path, value: &impl Serialize) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    fs::write(to, text)
}

/// Only what looks like an earlier report, or nothing at all, is ever replaced.
fn is_report(folder: &Path) -> bool {
    let empty = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    empty || folder.join("summary.json").is_file()
}

/// The percentile table of HdrHistogram, values in microseconds, as its own plotter reads it.
fn hgrm(histogram: &Histogram<u64>) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    writeln!(out, "{:>12} {:>17} {:>10} {:>14}", "Value", "Percentile", "TotalCount", "1/(1-P)")?;
    writeln!(out)?;
    let mut total = 0;
    for step in histogram.iter_quantiles(5) {
        total += step.count_since_last_iteration();
        let value = step.value_iterated_to() as f64 / 1000.0;
        let quantile = step.quantile_iterated_to();
        write!(out, "{value:12.3} {quantile:2.12} {total:10}")?;
        if quantile < 1.0 {
            writeln!(out, " {:14.2}", 1.0 / (1.0 - quantile))?;
        } else {
            writeln!(out)?;
        }
    }
    let (mean, deviation) = (histogram.mean() / 1000.0, histogram.stdev() / 1000.0);
    writeln!(out, "#[Mean    = {mean:12.3}, StdDeviation   = {deviation:12.3}]")?;
    let (max, count) = (histogram.max() as f64 / 1000.0, histogram.len());
    writeln!(out, "#[Max     = {max:12.3}, Total count    = {count:12}]")?;
    Ok(out)
}
