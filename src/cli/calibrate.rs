//! `linetwin calibrate`: from a line's event log to a twin that has its times and shares.

use std::fs::{self, File};
use std::io::{self, BufReader, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::calibration::{
    Calibration, Finding, Found, ReadOptions, calibrate, calibration_page, number,
};
use crate::harness::{WholeFile, read_twin_file, twin_text};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin run scenarios/reference-line.ron --log line.csv
  linetwin calibrate line.csv --twin twins/reference-line.ron --out calibrated.ron
  linetwin calibrate line.csv --twin twins/reference-line.ron --out calibrated.ron --json

The log has a row an event: time,machine,event,detail. docs/calibration.md says which events there are,
what is dropped, and what intervals and p values mean. Neither the log nor the twin it is held against is
ever overwritten. The page with the drawings stands beside the new twin.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct CalibrateArguments {
    /// The line's log (CSV)
    log: PathBuf,
    /// The line as it is known so far (RON); its machines' names are those of the log
    #[arg(long, value_name = "TWIN.ron")]
    twin: PathBuf,
    /// The twin file to write
    #[arg(long, value_name = "FILE.ron")]
    out: PathBuf,
    /// The page to write [default: --out with the ending .html]
    #[arg(long, value_name = "FILE.html")]
    page: Option<PathBuf>,
    /// Drop up to so many rows that are no rows; with more the log is refused
    #[arg(long, value_name = "N", default_value_t = 0)]
    max_bad: u64,
    /// Silence of the whole line, in seconds, that means a gap in the log [default: a hundred times the usual
    /// work or stop of a machine that is at it]
    #[arg(long, value_name = "SECONDS", value_parser = parse_gap)]
    gap: Option<f64>,
    /// Print what was found as JSON instead of a table
    #[arg(long)]
    json: bool,
}

fn parse_gap(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 1e6 => Ok(seconds),
        _ => Err("expected seconds, above zero and up to 1000000".to_owned()),
    }
}

pub(super) fn run(arguments: &CalibrateArguments) -> Exit {
    match make(arguments) {
        Ok(calibration) => {
            show(arguments, &calibration);
            Exit::Fine
        }
        Err((exit, message)) => {
            eprintln!("{message}");
            exit
        }
    }
}

fn page_of(arguments: &CalibrateArguments) -> PathBuf {
    arguments.page.clone().unwrap_or_else(|| arguments.out.with_extension("html"))
}

fn make(arguments: &CalibrateArguments) -> Result<Calibration, (Exit, String)> {
    let CalibrateArguments { log, twin, out, .. } = arguments;
    let page = page_of(arguments);
    let inputs = [log, twin];
    let bad = |message: String| Err((Exit::BadInput, message));
    if let Some(input) = inputs.into_iter().find(|it| same(it, out) || same(it, &page)) {
        return bad(format!("{}: it is read, and must not be overwritten", input.display()));
    }
    if same(out, &page) || *out == page {
        return bad(format!("{}: twin and page cannot be one file", out.display()));
    }
    let spec = read_twin_file(twin).map_err(|errors| (Exit::BadInput, errors.to_string()))?;
    let of_log =
        |error: &dyn std::fmt::Display| (Exit::BadInput, format!("{}: {error}", log.display()));
    let file = File::open(log).map_err(|error| of_log(&error))?;
    let bar = bar(file.metadata().map_or(0, |data| data.len()), arguments.json);
    let options = ReadOptions { most_bad: arguments.max_bad, gap_s: arguments.gap };
    let reader = BufReader::new(bar.wrap_read(file));
    let calibration = calibrate(reader, &spec, &options, &mut |machine| {
        bar.set_message(format!("fitting {machine}"));
    });
    bar.finish_and_clear();
    let calibration = calibration.map_err(|error| of_log(&error))?;
    let names = (log.display().to_string(), twin.display().to_string());
    let html = calibration_page(&calibration, &names.0, &names.1);
    let text = twin_text(&calibration.twin, &heading(&calibration, &names));
    write(&page, &html)?;
    write(out, &text)?;
    Ok(calibration)
}

/// Whether both are there and the same file.
fn same(one: &Path, other: &Path) -> bool {
    fs::canonicalize(one).is_ok_and(|one| fs::canonicalize(other).is_ok_and(|other| one == other))
}

fn heading(calibration: &Calibration, (log, twin): &(String, String)) -> String {
    let written = calibration.findings.iter().filter(|finding| finding.is_written()).count();
    format!("{twin}, with {written} quantities from {log}, by linetwin calibrate.")
}

fn write(to: &Path, text: &str) -> Result<(), (Exit, String)> {
    let whole = || -> io::Result<()> {
        let mut file = WholeFile::begin(to)?;
        file.write_all(text.as_bytes())?;
        file.finish()
    };
    whole().map_err(|error| {
        (Exit::of_unwritten(&error), format!("{}: cannot be written: {error}", to.display()))
    })
}

fn bar(bytes: u64, hidden: bool) -> ProgressBar {
    let bar = ProgressBar::new(bytes);
    if hidden || !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let style = ProgressStyle::with_template("[{wide_bar}] {percent} % {msg}");
    bar.set_style(style.expect("a constant template").progress_chars("=> "));
    bar.set_message("reading");
    bar
}

fn show(arguments: &CalibrateArguments, calibration: &Calibration) {
    if arguments.json {
        let json = serde_json::to_string_pretty(calibration).expect("findings can be JSON");
        println!("{json}");
        return;
    }
    let reading = &calibration.reading;
    println!("{} rows over {:.0} s", reading.rows, reading.length_s);
    for dropped in reading.dropped() {
        println!("  {dropped}");
    }
    for mistake in &reading.mistakes {
        println!("  {mistake}");
    }
    println!("{}", table(&calibration.findings));
    for finding in &calibration.findings {
        if let Some(why) = &finding.left_out {
            println!("{} {}: not written: {why}", finding.machine, finding.quantity);
        }
    }
    println!("Twin: {}\nPage: {}", arguments.out.display(), page_of(arguments).display());
}

/// A row a parameter.
fn table(findings: &[Finding]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(["machine", "quantity", "values", "found", "", "95 % interval", "p"]);
    for finding in findings {
        let mut first =
            [finding.machine.clone(), finding.quantity.clone(), finding.counts()].into_iter();
        let mut row = |found: &str, value: String, interval: String, p: String| {
            let mut lead = || first.next().unwrap_or_default();
            table.add_row([lead(), lead(), lead(), found.to_owned(), value, interval, p]);
        };
        let interval = |low, high| format!("{} to {}", number(low), number(high));
        match &finding.found {
            Found::TooFew => row("too few", String::new(), String::new(), String::new()),
            Found::Share(share) => {
                row("share", number(share.value), interval(share.low, share.high), String::new());
            }
            Found::Distribution(fit) => {
                let goodness = fit.goodness.as_ref();
                let p = goodness.map(|goodness| {
                    format!("{:.3}{}", goodness.p, if fit.is_poor() { " POOR" } else { "" })
                });
                let mut lead = (fit.distribution.name(), p.unwrap_or_default());
                for parameter in &fit.parameters {
                    let (found, p) = std::mem::take(&mut lead);
                    let value = format!("{} {}", parameter.name, number(parameter.value));
                    row(found, value, interval(parameter.low, parameter.high), p);
                }
            }
        }
    }
    if let Some(column) = table.column_mut(6) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
