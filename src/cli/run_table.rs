//! What `linetwin run` prints: a line's summary, or a plant's.

use comfy_table::{CellAlignment, Table, presets};

use linetwin_integrity::InvariantResult;

use crate::report::{PlantSummary, Summary};

/// The summary of a line.
pub(super) fn table(run: &Summary) -> Table {
    let made = &run.throughput;
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    let mut row = |name: &str, value: String| {
        table.add_row([name.to_owned(), value]);
    };
    row("scenario", format!("{} (seed {})", run.name, run.seed));
    row("ended", format!("{}, {:.0} s of line time", run.ended, run.simulated_s));
    row("good units", format!("{} ({:.1} a minute)", made.good, made.units_per_min));
    row("rejected", made.rejected.to_string());
    if made.sampled > 0 {
        row("samples", made.sampled.to_string());
    }
    let containers = &made.containers;
    let counts = [
        (containers.inner, "inner packs"),
        (containers.bundle, "bundles"),
        (containers.case, "cases"),
        (containers.pallet, "pallets"),
    ];
    let counts = counts.iter().filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts.map(|(count, name)| format!("{count} {name}")).collect();
    row("containers", counts.join(", "));
    let oee = &made.oee;
    row("OEE", format!("{:.1} %", oee.oee * 100.0));
    if let Some(first) = made.bottleneck.first() {
        row("bottleneck", format!("{} ({:.0} % of the time)", first.id, first.share * 100.0));
    }
    if run.engine.commands > 0 {
        let engine = &run.engine;
        let refused = format!("{} commands, {} refused", engine.commands, engine.refusals);
        row("engine", format!("{refused}, p99 {:.0} us", engine.latency_us.p99));
        let serials = &run.serials;
        row(
            "serial numbers",
            format!(
                "{} allocated, {} commissioned, {} scrapped, {} returned, balance {}",
                serials.allocated,
                serials.commissioned,
                serials.scrapped,
                serials.returned,
                serials.balance
            ),
        );
    }
    for fault in &run.integrity.faults {
        let counts = [
            (fault.harmless, "harmless"),
            (fault.contained, "contained"),
            (fault.escaped, "ESCAPED"),
        ];
        let counts = counts.iter().filter(|(count, _)| *count > 0);
        let counts: Vec<String> = counts.map(|(count, name)| format!("{count} {name}")).collect();
        row(&fault.kind, counts.join(", "));
    }
    row("integrity", verdict(run.integrity.invariants.iter()));
    for expectation in &run.expectations {
        let mark = if expectation.pass { "met" } else { "NOT MET" };
        row(mark, format!("{} ({})", expectation.text, expectation.actual));
    }
    row("speed", format!("{:.2} s, {:.0} times real time", run.wall_s, run.speedup));
    row("digest", run.digest.clone());
    if let Some(column) = table.column_mut(0) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

/// A summary of all lines of a plant together.
pub(super) fn plant_words(plant: &PlantSummary) -> String {
    format!(
        "{}, {} (seed {}): {} good units in {:.0} s of line time; between the lines: {}\n\
         {:.2} s, {:.0} times real time",
        plant.plant,
        plant.name,
        plant.seed,
        plant.good,
        plant.simulated_s,
        verdict(plant.across.iter()),
        plant.wall_s,
        plant.speedup
    )
}

/// The summaries of all lines, a row each.
pub(super) fn plant_table(plant: &PlantSummary) -> Table {
    let mut table = Table::new();
    table.load_style(presets::UTF8_BORDERS_ONLY);
    table.set_header([
        "line",
        "good",
        "a minute",
        "rejected",
        "OEE",
        "ended",
        "integrity",
        "expected",
    ]);
    for line in &plant.lines {
        let (run, made) = (&line.summary, &line.summary.throughput);
        table.add_row([
            line.id.clone(),
            made.good.to_string(),
            format!("{:.1}", made.units_per_min),
            made.rejected.to_string(),
            format!("{:.1} %", made.oee.oee * 100.0),
            run.ended.clone(),
            verdict(run.integrity.invariants.iter()),
            if run.passes() { "met" } else { "NOT MET" }.to_owned(),
        ]);
    }
    table
}

fn verdict<'a>(invariants: impl Iterator<Item = &'a InvariantResult>) -> String {
    let broken = invariants.filter(|invariant| invariant.violations > 0);
    let broken: Vec<String> = broken
        .map(|invariant| format!("{} ({} times)", invariant.id, invariant.violations))
        .collect();
    if broken.is_empty() {
        "clean: the record is true".to_owned()
    } else {
        format!("VIOLATED: {}", broken.join(", "))
    }
}
