//! `linetwin validate`: the line model against exact results, as a table.

use std::io::{self, IsTerminal};

use clap::Args;
use comfy_table::{CellAlignment, Table, presets};
use indicatif::{ProgressBar, ProgressDrawTarget};

use crate::harness::validate::{Estimate, cases, validate};

use super::Exit;

const AFTER_HELP: &str = "\
Examples:
  linetwin validate
  linetwin validate --case V6 --case V7
  linetwin validate --json > validation.json

Each line runs ten times with seeds 1 to 10. A row is right when the mean lies within 1.5 half-widths
of the 95 % interval of the exact value, and the half-width is at most 0.5 % of it. Exit code 1 when
one is not.";

#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct ValidateArguments {
    /// Only this case, V1 to V12 or V14 to V17; may be repeated
    #[arg(long = "case", value_name = "CASE")]
    cases: Vec<String>,
    /// Runs side by side [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Print the rows as JSON instead of a table
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &ValidateArguments) -> Exit {
    let all = cases();
    let unknown = arguments.cases.iter().find(|id| !all.iter().any(|case| case.id == **id));
    if let Some(unknown) = unknown {
        eprintln!("found case `{unknown}`, expected one of V1 to V12 and V14 to V17");
        return Exit::BadInput;
    }
    let chosen = all.into_iter();
    let chosen =
        chosen.filter(|case| arguments.cases.is_empty() || arguments.cases.contains(&case.id));
    let chosen: Vec<_> = chosen.collect();
    let threads = arguments
        .jobs
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let bar = ProgressBar::new(0);
    if !io::stderr().is_terminal() || arguments.json {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    let estimates = validate(&chosen, threads, &|done, of| {
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    if arguments.json {
        let json = serde_json::to_string_pretty(&estimates).expect("rows can be written as JSON");
        println!("{json}");
    } else {
        println!("{}", table(&estimates));
    }
    if estimates.iter().all(|estimate| estimate.pass) { Exit::Fine } else { Exit::Failed }
}

fn table(estimates: &[Estimate]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header(["case", "line", "measure", "exact", "simulated", "half-width", ""]);
    for row in estimates {
        table.add_row([
            row.id.clone(),
            row.line.clone(),
            row.measure.clone(),
            format!("{:.6}", row.exact),
            format!("{:.6}", row.mean),
            format!("{:.6}", row.half_width),
            if row.pass { "right" } else { "WRONG" }.to_owned(),
        ]);
    }
    for column in 3..6 {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}
