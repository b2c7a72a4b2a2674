//! The results of all lines of a plant: `summary.json` of schema `linetwin.plant/1`, and a page.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde::Serialize;

use linetwin_integrity::InvariantResult;

use super::page::{STYLE, hours, invariant, percent, tile, verdict_class};
use super::summary::{AuditSummary, Summary};

/// Name of the schema.
const SCHEMA: &str = "linetwin.plant/1";

/// The summary of a plant's run.
#[derive(Clone, Debug, Serialize)]
pub struct PlantSummary {
    /// `linetwin.plant/1`.
    pub schema: &'static str,
    /// Name of the scenario.
    pub name: String,
    /// Name of the plant.
    pub plant: String,
    /// Seed of the run.
    pub seed: u64,
    /// Simulated seconds until the last line had ended.
    pub simulated_s: f64,
    /// Seconds that the run took on this machine.
    pub wall_s: f64,
    /// Simulated seconds a second.
    pub speedup: f64,
    /// Good units of all lines.
    pub good: u64,
    /// The ledger's audit trail.
    pub audit: Option<AuditSummary>,
    /// What must hold between the lines.
    pub across: Vec<InvariantResult>,
    /// Each line, in the order of the plant.
    pub lines: Vec<LineOfPlant>,
}

/// A line.
#[derive(Clone, Debug, Serialize)]
pub struct LineOfPlant {
    /// Its name, and that of its folder.
    pub id: String,
    /// Its summary.
    #[serde(flatten)]
    pub summary: Summary,
}

impl PlantSummary {
    /// The lines' summaries together; `names` are the scenario's, the plant's and the seed.
    pub fn new(
        names: (&str, &str, u64),
        wall_s: f64,
        lines: impl Iterator<Item = LineOfPlant>,
    ) -> Self {
        let (name, plant, seed) = names;
        let lines: Vec<LineOfPlant> = lines.collect();
        let simulated_s = lines.iter().map(|line| line.summary.simulated_s).fold(0.0, f64::max);
        Self {
            schema: SCHEMA,
            name: name.to_owned(),
            plant: plant.to_owned(),
            seed,
            simulated_s,
            wall_s,
            speedup: simulated_s / wall_s,
            good: lines.iter().map(|line| line.summary.throughput.good).sum(),
            audit: None,
            across: Vec::new(),
            lines,
        }
    }

    /// True when every line is clean and no rule between lines is violated.
    pub fn is_clean(&self) -> bool {
        self.across.iter().all(|invariant| invariant.violations == 0)
            && self.lines.iter().all(|line| line.summary.integrity.verdict == "clean")
    }

    /// True when every expectation of every line was met.
    pub fn passes(&self) -> bool {
        self.lines.iter().all(|line| line.summary.passes())
    }
}

/// The page of a plant; each line has its own in a folder of its name.
pub fn plant_page(plant: &PlantSummary) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (plant.name) " - linetwin" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head(plant))
                h2 { "Lines" }
                div class="scroll" { (lines(plant)) }
                h2 { "Between the lines" }
                table {
                    tr { th {} th { "invariant" } th class="n" { "violations" } }
                    @for row in &plant.across { (invariant(row)) }
                }
                @if let Some(audit) = &plant.audit {
                    p class="soft" {
                        "One ledger, audit trail: " (audit.blocks) " blocks, " (audit.bytes)
                        " bytes, hash " code { (audit.hash) }
                    }
                }
                p class="soft" {
                    (format!("{:.0}", plant.simulated_s)) " simulated seconds in "
                    (format!("{:.2}", plant.wall_s)) " s, "
                    (format!("{:.0}", plant.speedup)) " times real time"
                }
            }
        }
    };
    page.into_string()
}

fn head(plant: &PlantSummary) -> Markup {
    let (clean, passes) = (plant.is_clean(), plant.passes());
    let verdict = if clean { "clean" } else { "violated" };
    html! {
        h1 { (plant.name) }
        p class="soft" {
            (plant.plant) " - seed " (plant.seed) " - " (hours(plant.simulated_s)) " of line time"
        }
        div class="tiles" {
            (tile("lines", &plant.lines.len().to_string(), None))
            (tile("good units", &plant.good.to_string(), None))
            (tile("records against physical truth", verdict, Some(clean)))
            (tile("expectations", if passes { "met" } else { "not met" }, Some(passes)))
        }
    }
}

fn lines(plant: &PlantSummary) -> Markup {
    html! {
        table {
            tr {
                th { "line" } th { "twin" } th class="n" { "good" } th class="n" { "a minute" }
                th class="n" { "rejected" } th class="n" { "OEE" } th { "bottleneck" }
                th { "ended" } th { "record" } th { "expectations" }
            }
            @for line in &plant.lines {
                @let (run, made) = (&line.summary, &line.summary.throughput);
                @let clean = run.integrity.verdict == "clean";
                tr {
                    td { a href=(format!("{}/report.html", line.id)) { (line.id) } }
                    td { (run.twin) }
                    td class="n" { (made.good) }
                    td class="n" { (format!("{:.1}", made.units_per_min)) }
                    td class="n" { (made.rejected) }
                    td class="n" { (percent(made.oee.oee)) }
                    td { (made.bottleneck.first().map_or("", |first| &first.id)) }
                    td { (run.ended) " after " (hours(run.simulated_s)) }
                    td class=(verdict_class(clean)) { (run.integrity.verdict) }
                    td class=(verdict_class(run.passes())) {
                        (if run.passes() { "met" } else { "not met" })
                    }
                }
            }
        }
    }
}
