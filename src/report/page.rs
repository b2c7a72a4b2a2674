//! `report.html`: one self-contained page, readable on a phone and on paper.

use base64::Engine;
use hdrhistogram::Histogram;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use linetwin_base::Cause;
use linetwin_integrity::InvariantResult;

use crate::measure::Observations;

use super::charts;
use super::grades::{self, Grades};
use super::summary::Summary;

pub(super) const STYLE: &str = "
:root{--ink:#282c34;--soft:#5b6472;--line:#d9dee5;--good:#00734f;--bad:#b23b00;--card:#f6f8fa}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1000px;padding:1rem;color:var(--ink);background:#fff;
font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.3rem 0 .6rem}.soft{color:var(--soft)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
.tile{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.6rem .8rem}
.tile b{display:block;font-size:1.35rem}
.good{color:var(--good)}.bad{color:var(--bad)}
.scroll{overflow-x:auto}.scroll svg{min-width:860px;width:100%;height:auto;display:block}
table{border-collapse:collapse;width:100%;font-size:.93rem}
th,td{padding:.3rem .5rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.legend span{display:inline-block;margin:0 1rem .3rem 0;font-size:.88rem}
.legend i{display:inline-block;width:.9em;height:.9em;margin-right:.35em;vertical-align:-.1em}
.pictures{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;max-width:21rem}
figure img{width:100%;image-rendering:pixelated;border:1px solid var(--line)}
figcaption{font-size:.88rem;overflow-wrap:anywhere}
code{font-size:.88em;overflow-wrap:anywhere}
@media print{body{max-width:none;font-size:11pt}h2,h2+p,.legend{break-after:avoid}
.scroll,table{break-inside:avoid}.scroll svg{min-width:0}}
";

/// A picture for the page.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it shows, in a few words.
    pub title: &'static str,
    /// More about it.
    pub caption: String,
    /// A PNG file's bytes.
    pub png: Vec<u8>,
}

/// The page. `latency` is nothing when the engine is detached.
pub fn report_page(
    run: &Summary,
    seen: &Observations,
    latency: Option<&Histogram<u64>>,
    pictures: &[Picture],
) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (run.name) " - linetwin" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head(run, latency.is_some()))
                (throughput(run, seen))
                (machines(run, seen))
                @if let Some(quality) = &run.grades {
                    (print_quality(quality, seen, pictures))
                }
                @if latency.is_some() {
                    (integrity(run, seen))
                    (serials(run))
                }
                @if let Some(histogram) = latency {
                    (engine(run, histogram))
                }
                (footer(run))
            }
        }
    };
    page.into_string()
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

pub(super) fn verdict_class(good: bool) -> &'static str {
    if good { "good" } else { "bad" }
}

pub(super) fn tile(name: &str, value: &str, good: Option<bool>) -> Markup {
    html! {
        div class="tile" {
            b class=[good.map(verdict_class)] { (value) }
            span class="soft" { (name) }
        }
    }
}

fn figure(svg: &str) -> Markup {
    html! { div class="scroll" { (PreEscaped(svg)) } }
}

fn head(run: &Summary, attached: bool) -> Markup {
    let made = &run.throughput;
    let clean = run.integrity.verdict == "clean";
    html! {
        h1 { (run.name) }
        p class="soft" {
            (run.twin) " - seed " (run.seed) " - " (run.ended) " after "
            (hours(run.simulated_s)) " of line time"
        }
        div class="tiles" {
            (tile("good units", &made.good.to_string(), None))
            (tile("good units a minute", &format!("{:.1}", made.units_per_min), None))
            (tile("rejected", &made.rejected.to_string(), None))
            @if made.sampled > 0 {
                (tile("samples", &made.sampled.to_string(), None))
            }
            (tile("OEE", &percent(made.oee.oee), None))
            @if attached {
                (tile("records against physical truth", run.integrity.verdict, Some(clean)))
            }
            (tile("expectations", if run.passes() { "met" } else { "not met" }, Some(run.passes())))
        }
        @if !run.expectations.is_empty() {
            table {
                tr { th { "expected" } th { "found" } th { "" } }
                @for expectation in &run.expectations {
                    tr {
                        td { (expectation.text) }
                        td { (expectation.actual) }
                        td class=(verdict_class(expectation.pass)) {
                            (if expectation.pass { "met" } else { "not met" })
                        }
                    }
                }
            }
        }
    }
}

pub(super) fn hours(seconds: f64) -> String {
    let whole = seconds as u64;
    format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
}

fn throughput(run: &Summary, seen: &Observations) -> Markup {
    let oee = &run.throughput.oee;
    let containers = &run.throughput.containers;
    html! {
        h2 { "Throughput" }
        (figure(&charts::throughput(seen)))
        p {
            "OEE " (percent(oee.oee)) " = availability " (percent(oee.availability))
            " x performance " (percent(oee.performance)) " x quality " (percent(oee.quality)) "."
            @if oee.planned_downtime_s > 0.0 {
                " Breaks, cleaning and maintenance, " (hours(oee.planned_downtime_s))
                ", are no planned busy time."
            }
            @if oee.nee > oee.oee {
                " With set-up as no loss: NEE " (percent(oee.nee)) "."
            }
        }
        p {
            "Closed: "
            @if containers.inner > 0 { (containers.inner) " inner packs, " }
            @if containers.bundle > 0 { (containers.bundle) " bundles, " }
            (containers.case) " cases, " (containers.pallet) " pallets."
        }
    }
}

fn machines(run: &Summary, seen: &Observations) -> Markup {
    let made = &run.throughput;
    html! {
        h2 { "Machines" }
        p class="soft" {
            "Share of the run in which each machine worked, and why it did not: what it stood for itself "
            "is Held (set-up: Resetting) in PackML, what it waited for outside is Suspended."
        }
        div class="legend" {
            @for (name, colour) in charts::state_legend() {
                span { i style=(format!("background:{colour}")) {} (name) }
            }
        }
        (figure(&charts::states(&made.machines, run.simulated_s)))
        h2 { "Timeline" }
        p class="soft" { "States that lasted a second or more; pale green is steady work." }
        (figure(&charts::timeline(seen)))
        @if seen.timeline().spans_dropped > 0 {
            p class="soft" { (seen.timeline().spans_dropped) " later spans are not drawn." }
        }
        h2 { "Bottleneck" }
        p class="soft" {
            "Share of the run in which a machine was active for longer than every other one: "
            "what is starved or blocked waits for somebody else."
        }
        (figure(&charts::bottleneck(run)))
        h2 { "Buffers" }
        (figure(&charts::buffers(seen)))
        div class="scroll" {
            table {
                tr {
                    th { "machine" } th class="n" { "processed" } th class="n" { "defective" }
                    th class="n" { "starved, s" } th class="n" { "blocked, s" }
                    th class="n" { "failure, s" } th class="n" { "waiting for somebody, s" }
                    th class="n" { "material, s" } th class="n" { "planned, s" }
                    th class="n" { "waiting: mean" } th class="n" { "max" } th class="n" { "room" }
                }
                @for machine in &made.machines {
                    @let buffer = made.buffers.iter().find(|buffer| buffer.id == machine.id);
                    @let planned = [Cause::Setup, Cause::Cleaning, Cause::Maintenance, Cause::Break];
                    @let planned = planned.map(|cause| machine.for_cause(cause)).iter().sum::<f64>();
                    tr {
                        td { (machine.id) }
                        td class="n" { (machine.processed) } td class="n" { (machine.defective) }
                        td class="n" { (format!("{:.0}", machine.starved_s)) }
                        td class="n" { (format!("{:.0}", machine.blocked_s)) }
                        @for cause in [Cause::Failure, Cause::Operator, Cause::Material] {
                            td class="n" { (format!("{:.0}", machine.for_cause(cause))) }
                        }
                        td class="n" { (format!("{planned:.0}")) }
                        @match buffer {
                            Some(buffer) => {
                                td class="n" { (format!("{:.1}", buffer.mean)) }
                                td class="n" { (buffer.max) } td class="n" { (buffer.capacity) }
                            }
                            None => { td {} td {} td {} }
                        }
                    }
                }
            }
        }
    }
}

fn print_quality(quality: &Grades, seen: &Observations, pictures: &[Picture]) -> Markup {
    html! {
        h2 { "Print quality" }
        p {
            "Mean grade " (format!("{:.1}", quality.mean)) ", worst "
            (format!("{:.1}", quality.worst)) ", "
            (percent(quality.below_1_5_share)) " below 1.5; "
            (quality.graded) " of " (quality.looked_at) " symbols were read. Grades as the cameras "
            "gave them, after " (quality.edition) "; one look each, so whole grades."
        }
        (figure(&grades::chart(seen)))
        div class="pictures" {
            @for picture in pictures {
                figure {
                    img alt=(picture.title) src=(data_uri(&picture.png));
                    figcaption { b { (picture.title) } br; (picture.caption) }
                }
            }
        }
    }
}

fn data_uri(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(png))
}

pub(super) fn invariant(row: &InvariantResult) -> Markup {
    html! {
        tr {
            td { (row.id) }
            td {
                (row.rule)
                @for example in &row.examples { br; code { (example) } }
            }
            td class={ "n " (verdict_class(row.violations == 0)) } { (row.violations) }
        }
    }
}

fn integrity(run: &Summary, seen: &Observations) -> Markup {
    let faults = &run.integrity.faults;
    let kinds: Vec<String> = faults.iter().map(|row| row.kind.clone()).collect();
    html! {
        h2 { "Integrity: the record against physical truth" }
        div class="scroll" {
            table {
                tr { th {} th { "invariant" } th class="n" { "violations" } }
                @for row in &run.integrity.invariants { (invariant(row)) }
            }
        }
        h2 { "Faults" }
        @if faults.is_empty() {
            p { "None were injected." }
        } @else {
            (figure(&charts::fault_moments(seen, &kinds)))
            div class="scroll" {
                table {
                    tr {
                        th { "kind" } th class="n" { "injected" } th class="n" { "harmless" }
                        th class="n" { "contained" } th class="n" { "escaped" }
                    }
                    @for row in faults {
                        tr {
                            td { (row.kind) } td class="n" { (row.injected) }
                            td class="n" { (row.harmless) } td class="n" { (row.contained) }
                            td class={ "n " (verdict_class(row.escaped == 0)) } { (row.escaped) }
                        }
                    }
                }
            }
        }
    }
}

fn serials(run: &Summary) -> Markup {
    let serials = &run.serials;
    let rows = [
        ("allocated", serials.allocated),
        ("commissioned", serials.commissioned),
        ("scrapped", serials.scrapped),
        ("decommissioned", serials.decommissioned),
        ("sampled", serials.sampled),
        ("returned", serials.returned),
        ("void", serials.void),
    ];
    html! {
        h2 { "Serial numbers" }
        table {
            @for (name, count) in rows {
                tr { td { (name) } td class="n" { (count) } }
            }
            tr {
                th { "balance" }
                th class={ "n " (verdict_class(serials.balance == 0)) } { (serials.balance) }
            }
        }
    }
}

fn engine(run: &Summary, histogram: &Histogram<u64>) -> Markup {
    let engine = &run.engine;
    html! {
        h2 { "Engine" }
        p {
            (engine.commands) " commands, " (engine.refusals) " refused; half were answered within "
            (format!("{:.1}", engine.latency_us.p50)) " microseconds, 99 % within "
            (format!("{:.1}", engine.latency_us.p99)) " on this machine."
        }
        @if !engine.refusals_by_kind.is_empty() {
            p {
                "Refused: "
                @for (place, (kind, count)) in engine.refusals_by_kind.iter().enumerate() {
                    @if place > 0 { ", " }
                    (count) " " (kind)
                }
                "."
            }
        }
        @if let Some(audit) = &engine.audit {
            p class="soft" {
                "Audit trail: " (audit.blocks) " blocks, " (audit.bytes) " bytes, hash "
                code { (audit.hash) }
            }
        }
        (figure(&charts::latency(histogram)))
    }
}

fn footer(run: &Summary) -> Markup {
    html! {
        h2 { "This run" }
        p class="soft" {
            "digest " code { (run.digest) } " - " (format!("{:.0}", run.simulated_s))
            " simulated seconds in " (format!("{:.2}", run.wall_s)) " s, "
            (format!("{:.0}", run.speedup)) " times real time"
        }
    }
}
