//! How fast the twin is: the reference line R1 beside the same line in other simulators, measured
//! in one run and interleaved, and the serialized lines with their engine on.
//!
//! `cargo bench --bench reference_line` ; the peers are built and run when they stand in
//! ../shared/peers. Ratios carry over; absolute figures only on a quiet machine.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::Command;

use linetwin::base::{LineId, SimSpan, SimTime};
use linetwin::engine::store::Store;
use linetwin::harness::{Probes, load, own_engine, run, run_bare, wall_clock};
use linetwin::measure::{LineInfo, Measurer};
use linetwin::symbol::Fidelity;
use linetwin::trace::Fact;
use linetwin::twin::Twin;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 5;

/// Runs once and returns how many cartons it packed per second.
type Contender = Box<dyn Fn() -> Option<f64>>;

fn main() {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut rows: Vec<(&str, Vec<f64>)> = Vec::new();
    let mut contenders: Vec<(&str, Contender)> = vec![
        ("linetwin, whole run: trace, digest, checks", Box::new(move || Some(whole_run(project)))),
        ("linetwin, bare run: measured, not checked", Box::new(move || Some(bare_run(project)))),
        ("linetwin, twin alone", Box::new(move || Some(twin_alone(project)))),
    ];
    let peers = project.join("../shared/peers");
    if let Some(floor) = build(&peers.join("floor"), "floor-line") {
        contenders.push(("hand-written event loop", Box::new(move || peer(&floor, &["24"]))));
    }
    if let Some(nexosim) = build(&peers.join("nexosim"), "nexosim-line") {
        contenders.push(("NexoSim", Box::new(move || peer(&nexosim, &["24"]))));
    }
    let simpy = peers.join("simpy_line.py");
    if simpy.exists() {
        let run = move || {
            let arguments = [simpy.to_str()?, "2"];
            peer(Path::new("python3"), &arguments)
        };
        contenders.push(("SimPy", Box::new(run)));
    }
    for round in 0..ROUNDS {
        for (name, contender) in &contenders {
            let Some(rate) = contender() else { continue };
            if round == 0 {
                rows.push((name, Vec::new()));
            }
            if let Some(row) = rows.iter_mut().find(|row| row.0 == *name) {
                row.1.push(rate);
            }
        }
    }
    println!("Reference line R1, cartons packed per second, median of {ROUNDS} interleaved rounds");
    let nexosim = rows.iter().find(|row| row.0 == "NexoSim").map(|row| median(&row.1));
    for (name, rates) in &rows {
        let rate = median(rates);
        let spread = rates.iter().fold((f64::MAX, 0.0f64), |s, r| (s.0.min(*r), s.1.max(*r)));
        let ratio = nexosim.map_or(String::new(), |n| format!("{:6.2} x NexoSim", rate / n));
        println!("{name:>44} {rate:>12.0}  ({:.0} to {:.0})  {ratio}", spread.0, spread.1);
    }
    println!("\nWhole lines with engine and faults, times real time, median of {ROUNDS}");
    for stem in ["carton-line-250-faults", "blister-cartoner-400-faults", "bottle-line-240-faults"]
    {
        let speeds: Vec<f64> = (0..ROUNDS).map(|_| engine_on(project, stem)).collect();
        println!("{stem:>44} {:>12.0}", median(&speeds));
    }
}

fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// R1 as `linetwin run` does it.
fn whole_run(project: &Path) -> f64 {
    let job = load(&project.join("scenarios/reference-line.ron"), None, &[]).expect("a scenario");
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    let stride = SimSpan::from_secs(60);
    let result =
        run(&job, None, [std::io::sink()], stride, go_on).expect("it is not interrupted").only();
    result.summary.throughput.good as f64 / result.summary.wall_s
}

/// R1 as planning needs it: measured, neither hashed nor judged.
fn bare_run(project: &Path) -> f64 {
    let job = load(&project.join("scenarios/reference-line.ron"), None, &[]).expect("a scenario");
    let begin = wall_clock();
    let mut measurer = Measurer::new(LineInfo::of(&job.lines[0].twin));
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    let (probes, stride) = (Probes::one(&mut measurer), SimSpan::from_secs(60));
    run_bare(&job, None, probes, stride, go_on).expect("it is not interrupted");
    measurer.finish().counts.packed as f64 / ((wall_clock() - begin) as f64 / 1e9)
}

/// R1 without keeping the trace.
fn twin_alone(project: &Path) -> f64 {
    let job = load(&project.join("scenarios/reference-line.ron"), None, &[]).expect("a scenario");
    let begin = wall_clock();
    let mut twin = Twin::new([job.lines[0].setup(None)], Fidelity::Model, None);
    let (mut records, mut packed) = (Vec::new(), 0u64);
    let line = LineId(0);
    while !twin.advance(twin.now(line) + SimSpan::from_secs(60)) {
        twin.take_trace(line, &mut records);
        packed +=
            records.iter().filter(|r| matches!(r.fact, Fact::UnitPlaced { .. })).count() as u64;
    }
    packed as f64 / ((wall_clock() - begin) as f64 / 1e9)
}

fn engine_on(project: &Path, stem: &str) -> f64 {
    let path = project.join(format!("scenarios/{stem}.ron"));
    let job = load(&path, None, &[]).expect("a scenario");
    let engine = own_engine(&job, Store::memory(), |controller| Box::new(controller)).unwrap();
    let go_on = &mut |_: SimTime| ControlFlow::Continue(());
    let stride = SimSpan::from_secs(60);
    let result =
        run(&job, engine, [std::io::sink()], stride, go_on).expect("it is not interrupted");
    result.only().summary.speedup
}

/// Builds a peer into a folder of its own beside our target folder.
fn build(folder: &Path, name: &str) -> Option<PathBuf> {
    if !folder.exists() {
        println!("{name}: skipped, {} is not there", folder.display());
        return None;
    }
    let target = std::env::current_exe().ok()?.ancestors().nth(3)?.join("peers").join(name);
    std::fs::create_dir_all(&target).ok()?;
    // Built from a copy, so that nothing is written beside the peer's own files.
    let copy = target.join("source");
    let _ = std::fs::create_dir_all(copy.join("src"));
    std::fs::copy(folder.join("Cargo.toml"), copy.join("Cargo.toml")).ok()?;
    std::fs::copy(folder.join("src/main.rs"), copy.join("src/main.rs")).ok()?;
    let built = Command::new("cargo")
        .args(["build", "--release", "--quiet"])
        .current_dir(&copy)
        .env("CARGO_TARGET_DIR", target.join("target"))
        .status()
        .ok()?;
    let program = target.join("target/release").join(name);
    (built.success() && program.exists()).then_some(program)
}

/// Runs a peer and reads "N cartons/s" off its output.
fn peer(program: &Path, arguments: &[&str]) -> Option<f64> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).replace(',', "");
    let before = text.split(" cartons/s").next()?;
    before.rsplit(' ').next()?.trim().parse().ok()
}
