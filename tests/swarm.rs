//! Random combinations of faults: every plan can be run, is the same for the same seed, and nothing on it
//! makes a line sell what it should not or write down what is not true.

mod common;

use linetwin::base::Streams;
use linetwin::harness::{Job, swarm};

const LINES: [&str; 4] =
    ["carton-line-250", "blister-cartoner-400", "bottle-line-240", "carton-line-two-cartoners"];

fn job(stem: &str, seed: u64) -> Job {
    let seed_setting = format!("seed={seed}");
    let quantity = format!("order.quantity={}", 400 + seed % 7 * 150);
    let mut job =
        common::scenario(stem, &["expect=[]", "lasts=48:00:00", &seed_setting, &quantity]);
    let line = &mut job.lines[0];
    line.faults = swarm(&line.twin, 240.0, Streams::new(seed));
    job
}

/// `LINETWIN_SWARM_SEEDS=200 cargo test --test swarm` tries more of them.
#[test]
fn no_random_combination_of_faults_makes_the_record_false() {
    let seeds = std::env::var("LINETWIN_SWARM_SEEDS").ok().and_then(|seeds| seeds.parse().ok());
    let mut bad = Vec::new();
    for seed in 1..=seeds.unwrap_or(12) {
        for stem in LINES {
            let job = job(stem, seed);
            let run = common::play(&job).0.summary;
            let escaped: Vec<_> =
                run.integrity.faults.iter().filter(|fault| fault.escaped > 0).collect();
            if !run.passes() || run.integrity.verdict != "clean" || !escaped.is_empty() {
                let broken = run.integrity.invariants.iter().filter(|i| i.violations > 0);
                let broken: Vec<_> = broken.map(|i| (&i.id, i.violations, &i.examples)).collect();
                bad.push(format!("{stem}, seed {seed}: {}, {broken:?}, {escaped:?}", run.ended));
            }
        }
    }
    assert!(bad.is_empty(), "{} runs:\n{}", bad.len(), bad.join("\n"));
}

#[test]
fn a_plan_is_written_out_read_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("bad-day.ron");
    let scenario = common::project("scenarios/bottle-line-240.ron");
    let write = |to: &str| {
        let seed = ["--seed", "7", "--set", "order.quantity=600"];
        let arguments =
            [&["swarm", scenario.to_str().unwrap()][..], &seed, &["--out", to]].concat();
        common::linetwin(&arguments).status.code()
    };
    assert_eq!(write(out.to_str().unwrap()), Some(0));
    let text = std::fs::read_to_string(&out).unwrap();
    assert!(text.contains("WrongText(") && text.contains("seed: 7"), "{text}");
    // What is there already is not overwritten, and the same seed gives the same file.
    assert_eq!(write(out.to_str().unwrap()), Some(2));
    let again = folder.path().join("again.ron");
    assert_eq!(write(again.to_str().unwrap()), Some(0));
    assert_eq!(text, std::fs::read_to_string(&again).unwrap());
    // Beside the project's scenarios it would find its twin by itself.
    let twin = common::project("twins/bottle-line-240.ron");
    let text = text.replace("twins/bottle-line-240.ron", twin.to_str().unwrap());
    std::fs::write(&out, text).unwrap();
    let reports = folder.path().join("report");
    let run = ["run", out.to_str().unwrap(), "--out", reports.to_str().unwrap()];
    assert_eq!(common::linetwin(&run).status.code(), Some(0));
}
