//! Whether a unit costs the same at the end of a long run as at the beginning of a short one, in time and
//! in memory: the reference line without an engine, and a whole line with a store on disk, from ten thousand
//! to ten million units. Each run is a process of its own, so that its peak of memory is its own.
//!
//! `cargo bench --bench flat`

use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use linetwin::base::{SimSpan, SimTime};
use linetwin::engine::store::open_folder;
use linetwin::harness::{Job, OwnEngine, load, own_engine, run, wall_clock};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SIZES: [u32; 4] = [10_000, 100_000, 1_000_000, 10_000_000];
const STRIDE: SimSpan = SimSpan::from_secs(60);
/// The argument that makes this program one of the runs.
const RUN: &str = "one-run";

fn job(stem: &str, settings: &[String]) -> Job {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{stem}.ron"));
    load(&path, None, settings).expect("a scenario of the project")
}

fn hours(seconds: u32) -> String {
    format!("lasts={:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn finish(job: &Job, engine: Option<OwnEngine>) -> u64 {
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    let result = run(job, engine, [std::io::sink()], STRIDE, go_on).expect("it is not stopped");
    result.only().summary.throughput.good
}

/// Runs the line for so many units, and prints units, nanoseconds and the peak of memory in kilobytes.
fn one(line: &str, units: u32) {
    let (good, ns) = if line == "physics" {
        let job = job("reference-line", &["expect=[]".to_owned(), hours(units / 20 * 3)]);
        let begin = wall_clock();
        (finish(&job, None), wall_clock() - begin)
    } else {
        let quantity = format!("order.quantity={units}");
        let pool = "twin.controller.pool=ReorderPoint(min: 1000, max: 5000)".to_owned();
        let settings = ["expect=[]".to_owned(), quantity, pool, hours(4_000_000)];
        let job = job("blister-cartoner-400", &settings);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let store = open_folder(folder.path()).expect("a store");
        let begin = wall_clock();
        let engine = own_engine(&job, store, |controller| Box::new(controller));
        (finish(&job, engine.expect("a store")), wall_clock() - begin)
    };
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.map_or("0", |peak| peak.trim().trim_end_matches(" kB"));
    println!("{good} {ns} {peak}");
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, run, line, units] = &arguments[..]
        && run == RUN
    {
        return one(line, units.parse().expect("a number of units"));
    }
    let this = std::env::current_exe().expect("this program");
    for (line, what) in [
        ("physics", "Reference line, no engine: trace, digest, checks"),
        ("whole", "Line at 400 a minute: engine, store on disk, codes, EPCIS, all checks"),
    ] {
        println!("{what}");
        let (mut before, mut least_ns) = (None::<(f64, f64)>, f64::INFINITY);
        for units in SIZES {
            let child = Command::new(&this).args([RUN, line, &units.to_string()]).output();
            let child = child.expect("this program runs");
            let text = String::from_utf8(child.stdout).expect("figures");
            let figures: Vec<f64> =
                text.split_whitespace().map(|figure| figure.parse().expect("a figure")).collect();
            let [good, ns, peak_kb] = figures[..] else {
                panic!("{text}{}", String::from_utf8_lossy(&child.stderr));
            };
            least_ns = least_ns.min(ns / good);
            let slope = before.map_or(String::new(), |(units, kb)| {
                format!(
                    "{:6.1} bytes more for each unit more",
                    (peak_kb - kb) * 1024.0 / (good - units)
                )
            });
            before = Some((good, peak_kb));
            println!(
                "{good:>10} units {:>8.0} ns a unit ({:.2} of the least) {:>6.0} MB at most {slope}",
                ns / good,
                ns / good / least_ns,
                peak_kb / 1024.0,
            );
        }
    }
}
