//! The results of scenarios as JUnit XML, which every build server reads, and as a page of Markdown.

use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Checked, Verdict};

/// The whole report.
///
/// # Panics
/// Never: memory takes all of it.
pub fn junit(checked: &[Checked]) -> String {
    let mut suite = TestSuite::new("scenarios");
    for one in checked {
        let mut case = TestCase::new(one.scenario.display().to_string(), status(&one.verdict));
        case.set_classname("linetwin").set_time(Duration::from_secs_f64(one.wall_s));
        suite.add_test_case(case);
    }
    let mut report = Report::new("linetwin check");
    report.add_test_suite(suite);
    report.to_string().expect("memory takes all of it")
}

fn status(verdict: &Verdict) -> TestCaseStatus {
    let fault = |kind, words: &[String]| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(words.first().map_or("", String::as_str));
        status.set_description(words.join("\n"));
        status
    };
    match verdict {
        Verdict::Passed | Verdict::Kept(_) => TestCaseStatus::success(),
        Verdict::Failed(words) => fault(NonSuccessKind::Failure, words),
        Verdict::Refused(words) => fault(NonSuccessKind::Error, words),
        Verdict::Crashed(words) => fault(NonSuccessKind::Error, std::slice::from_ref(words)),
    }
}

/// A page for people who look at the build.
pub fn markdown(checked: &[Checked]) -> String {
    let failed = checked.iter().filter(|one| !one.is_fine()).count();
    let mut page = format!("## linetwin: {} scenarios, {failed} failed\n\n", checked.len());
    page.push_str("| scenario | | line time | good units a minute |\n|---|---|---|---|\n");
    for one in checked {
        let word = if one.is_fine() { "passed" } else { "**failed**" };
        let minutes = one.simulated_s / 60.0;
        let scenario = one.scenario.display();
        let _ = writeln!(
            page,
            "| `{scenario}` | {word} | {minutes:.0} min | {:.1} |",
            one.units_per_min
        );
    }
    for one in checked.iter().filter(|one| !one.is_fine()) {
        let _ = write!(page, "\n### `{}`\n\n", one.scenario.display());
        for word in one.verdict.words() {
            let _ = writeln!(page, "- {}", word.replace('\n', " "));
        }
    }
    page
}
