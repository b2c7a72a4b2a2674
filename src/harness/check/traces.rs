//! Traces of runs that passed, by their digests, so that a later run that differs can be compared with the
//! one that was kept. The same scenario and seed always give the same run, so a trace is written by running
//! again, and only where there is none.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::super::divergence::{AnyTrace, divergence, open_trace, traces_of_run, write_traces};
use super::super::load::Job;
use super::super::play::Parts;
use super::super::run::RunResult;
use super::super::whole_file::WholeFile;
use super::Golden;

/// Records that are shown before and after a divergence.
const AROUND: usize = 3;

fn file(folder: &Path, digest: &str) -> PathBuf {
    folder.join(digest).with_extension("ltz")
}

/// Keeps the traces of a run, unless they are there.
///
/// # Errors
/// They cannot be written, in words.
pub(super) fn keep(folder: &Path, job: &Job, parts: Parts, run: &RunResult) -> Result<(), String> {
    let files: Vec<PathBuf> =
        run.lines.iter().map(|line| file(folder, &line.summary.digest)).collect();
    if files.iter().all(|file| file.is_file()) {
        return Ok(());
    }
    let cannot = |error: String| format!("{}: {error}", folder.display());
    let written =
        write_traces(job, parts, |line| WholeFile::begin(&files[line])).map_err(cannot)?;
    for file in written {
        file.finish().map_err(|error| cannot(error.to_string()))?;
    }
    Ok(())
}

/// Where a run diverges from the one that was kept, a line each; nothing if there is no trace of that one.
///
/// # Errors
/// A trace cannot be read, in words.
pub(super) fn divergence_words(
    folder: &Path,
    job: &Job,
    parts: Parts,
    run: &RunResult,
    kept: &Golden,
) -> Result<Option<Vec<String>>, String> {
    let plant = run.plant.is_some();
    let mut before: Vec<Option<AnyTrace>> = Vec::new();
    for line in &run.lines {
        let digest = kept.digest(if plant { &line.name } else { "" });
        let known = digest.filter(|digest| *digest != line.summary.digest);
        let opened = known.and_then(|digest| File::open(file(folder, digest)).ok());
        before.push(opened.map(open_trace).transpose()?);
    }
    if before.iter().all(Option::is_none) {
        return Ok(None);
    }
    let mut first = None;
    for (before, now) in before.into_iter().zip(traces_of_run(job, parts)?) {
        let Some(before) = before else { continue };
        let found = divergence([before, now], AROUND).map_err(|(_, error)| error.to_string())?;
        first = [first, found].into_iter().flatten().min_by_key(|divergence| divergence.at_ns());
    }
    Ok(first.map(|divergence| {
        let mut words = vec![divergence.place()];
        words.extend(divergence.records(["was", "is"]));
        words
    }))
}
