//! The page of a calibration: everything that was measured, with drawings, readable without anything else.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::plots;
use super::reader::Reading;
use super::{Calibration, Finding, Fit, Found};

const STYLE: &str = "
:root{--ink:#282c34;--soft:#5b6472;--line:#d9dee5;--good:#00734f;--bad:#b23b00}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1000px;padding:1rem;color:var(--ink);background:#fff;
font:16px/1.45 system-ui,sans-serif}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:2rem 0 .3rem}
h3{font-size:1rem;margin:1.2rem 0 .2rem}
p{margin:.3rem 0 .6rem}.soft{color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
table{border-collapse:collapse;font-size:.93rem}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:left}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
.pair{display:flex;flex-wrap:wrap;gap:.5rem}.pair svg{flex:1 1 22rem;max-width:100%;height:auto}
@media print{h3,.pair{break-inside:avoid}}
";

/// The page. `log` and `twin` are the files' names.
pub fn calibration_page(calibration: &Calibration, log: &str, twin: &str) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Calibration of " (calibration.twin.name) " - linetwin" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { "Calibration of " (calibration.twin.name) }
                p class="soft" { "Twin " (twin) ", log " (log) "." }
                (reading(&calibration.reading))
                (machines(&calibration.findings))
                (how())
            }
        }
    };
    page.into_string()
}

fn reading(reading: &Reading) -> Markup {
    html! {
        h2 { "The log" }
        p { (reading.rows) " rows over " (duration(reading.length_s)) "." }
        @let dropped = reading.dropped();
        @if dropped.is_empty() {
            p class="good" { "Every row could be used." }
        } @else {
            ul { @for line in dropped { li { (line) } } }
        }
        @if !reading.mistakes.is_empty() {
            details {
                summary { "The first mistakes" }
                ul { @for mistake in &reading.mistakes { li { (mistake) } } }
            }
        }
    }
}

fn machines(findings: &[Finding]) -> Markup {
    html! {
        @for of_machine in findings.chunk_by(|one, two| one.machine == two.machine) {
            h2 { (of_machine[0].machine) }
            @for finding in of_machine {
                (one(finding))
            }
        }
    }
}

fn one(finding: &Finding) -> Markup {
    html! {
        h3 { (finding.quantity) }
        p class="soft" { (finding.counts()) }
        @match &finding.found {
            Found::TooFew => p { "Too few for a fit; the twin keeps what it had." },
            Found::Share(share) => p {
                (format!("{:.5}, 95 % interval {:.5} to {:.5}", share.value, share.low, share.high))
            },
            Found::Distribution(fit) => (fitted(finding, fit)),
        }
        @if let Some(reason) = &finding.left_out {
            p class="bad" { "Not written into the twin: " (reason) }
        }
    }
}

fn fitted(finding: &Finding, fit: &Fit) -> Markup {
    let unit = finding.unit();
    html! {
        p {
            b { (fit.distribution.name()) }
            @if let Some(goodness) = &fit.goodness {
                ", distance " (format!("{:.4}", goodness.distance)) ", "
                span class=(if fit.is_poor() { "bad" } else { "good" }) {
                    "p " (format!("{:.3}", goodness.p))
                    @if fit.is_poor() { ": none of the distributions fits well" }
                }
            }
        }
        table {
            tr { th { "parameter" } th class="n" { "value" } th class="n" { "95 % interval" } }
            @for parameter in &fit.parameters {
                tr {
                    td { (parameter.name) }
                    td class="n" { (number(parameter.value)) }
                    td class="n" { (number(parameter.low)) " to " (number(parameter.high)) }
                }
            }
        }
        @if !fit.tried.is_empty() {
            @let best = fit.tried[0].bic;
            p class="soft" {
                "Others, and how much worse (BIC): "
                (fit.tried[1..]
                    .iter()
                    .map(|other| format!("{} {:.1}", other.distribution.name(), other.bic - best))
                    .collect::<Vec<_>>()
                    .join(", "))
            }
            div class="pair" {
                (PreEscaped(plots::histogram(&finding.points, &fit.distribution, unit)))
                (PreEscaped(plots::shares(&finding.points, &fit.distribution, unit)))
            }
        }
    }
}

fn how() -> Markup {
    html! {
        h2 { "How to read it" }
        p {
            "Each distribution is the likeliest of its kind; of the kinds the one with the lowest Bayesian "
            "information criterion is taken. Left: the values as grey bars, the fitted density as a line. "
            "Right: the share of values below each value, counted as dots, fitted as a line. The distance is "
            "Kolmogorov's, the largest gap between dots and line. Since the line was fitted to the dots, p is "
            "counted: how often values drawn from the fitted distribution lie as far from their own fit. "
            "Below 0.01 the data did not come from such a distribution. Of more than 1000 values a fair "
            "sample is compared: with very many values no formula would pass."
        }
    }
}

/// Five digits that matter.
pub fn number(value: f64) -> String {
    let digits = match value.abs() {
        0.0 => 1,
        value => (4.0 - libm::floor(libm::log10(value))).clamp(0.0, 9.0) as usize,
    };
    format!("{value:.digits$}")
}

fn duration(seconds: f64) -> String {
    let (hours, rest) = (libm::floor(seconds / 3600.0), seconds % 3600.0);
    format!("{hours:.0} h {:.0} min", libm::floor(rest / 60.0))
}
