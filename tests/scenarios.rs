//! Every scenario of the project runs, meets what it expects, and comes out exactly as it is kept in
//! tests/golden. After a change that is meant to alter runs: `UPDATE_GOLDEN=1 cargo test`.

mod common;

use std::fmt::Write as _;
use std::fs;

use linetwin::report::Summary;

/// What is kept of a run.
fn golden(run: &Summary) -> String {
    let made = &run.throughput;
    let mut text = String::new();
    let mut line = |name: &str, value: String| writeln!(text, "{name}: {value}").unwrap();
    line("digest", run.digest.clone());
    line("seconds", format!("{:.3}", run.simulated_s));
    line("infeed, good, rejected", format!("{} {} {}", made.infeed, made.good, made.rejected));
    let containers = &made.containers;
    let counts = (containers.bundle, containers.case, containers.pallet);
    line("bundles, cases, pallets", format!("{counts:?}"));
    line("oee", format!("{:.4}", made.oee.oee));
    line("serials", format!("{:?}", run.serials));
    for fault in &run.integrity.faults {
        line("fault", format!("{fault:?}"));
    }
    text
}

fn meets_its_expectations(stem: &str, run: &Summary) {
    let failed: Vec<_> = run.expectations.iter().filter(|e| !e.pass).collect();
    assert!(failed.is_empty(), "{stem}: {failed:?}");
    assert_eq!(run.integrity.verdict, "clean", "{stem}: {:?}", run.integrity.invariants);
    for machine in &run.throughput.machines {
        let sum: f64 = machine.states.values().sum();
        let id = &machine.id;
        assert!((sum - run.simulated_s).abs() < 1e-6, "{stem}: {id} was somewhere for {sum} s");
    }
}

#[test]
fn every_scenario_meets_its_expectations_and_is_the_run_it_was() {
    let mut stems: Vec<String> = fs::read_dir(common::project("scenarios"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ron"))
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    stems.sort();
    assert!(stems.len() >= 8, "{stems:?}");
    // Each is run twice, beside others on another thread: it is the same run.
    let (one, other) = (stems.iter(), stems.iter().rev());
    std::thread::scope(|threads| {
        threads.spawn(|| one.for_each(|stem| is_the_run_it_was(stem)));
        threads.spawn(|| other.for_each(|stem| is_the_run_it_was(stem)));
    });
}

fn is_the_run_it_was(stem: &str) {
    let job = common::scenario(stem, &[]);
    let (result, _) = common::play_all(&job, &mut |controller| Box::new(controller));
    let mut now = String::new();
    for line in &result.lines {
        meets_its_expectations(stem, &line.summary);
        if result.plant.is_some() {
            writeln!(now, "line: {}", line.name).unwrap();
        }
        now.push_str(&golden(&line.summary));
    }
    if let Some(plant) = &result.plant {
        assert!(plant.is_clean(), "{stem}: {:?}", plant.across);
    }
    let path = common::project(&format!("tests/golden/{stem}.txt"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, now).unwrap();
    } else {
        let kept = fs::read_to_string(&path).expect("a golden file; see the first lines here");
        assert_eq!(now, kept, "{stem} is another run than the one kept");
    }
}

#[test]
fn fault_scenarios_contain_every_fault_they_inject() {
    for stem in ["carton-line-250-faults", "blister-cartoner-400-faults", "bottle-line-240-faults"]
    {
        let (result, _) = common::play(&common::scenario(stem, &[]));
        let faults = &result.summary.integrity.faults;
        let kinds: Vec<&str> = faults.iter().map(|fault| fault.kind.as_str()).collect();
        let all = [
            "Misprint",
            "MissingPrint",
            "SerialPrintedTwice",
            "DuplicateRead",
            "NoRead",
            "GateFailsToFire",
            "LinkOutage",
        ];
        assert_eq!(kinds, all, "{stem}");
        for fault in faults {
            assert_eq!(fault.escaped, 0, "{stem}: {fault:?}");
            assert_eq!(fault.contained + fault.harmless, fault.injected, "{stem}: {fault:?}");
            assert!(fault.contained > 0, "{stem}: {fault:?}");
        }
    }
}
