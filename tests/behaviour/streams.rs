//! Random streams: no two draws of a run, whatever they are for, come from one stream.

use std::collections::BTreeMap;
use std::fs;

use linetwin::base::{StreamKey, Streams, streams_taken};
use linetwin::faults::Fault;
use linetwin::harness::campaign::draw;
use linetwin::harness::check::find_scenarios;
use linetwin::harness::{Job, load, load_scenario};

use crate::common::project;
use crate::common::trial::{Trial, tries};

/// Runs a job and returns the keys that were given out more than once.
fn shared(job: &Job) -> Vec<StreamKey> {
    let (_, taken) =
        streams_taken(|| crate::common::run::play_lines(job, &mut |own| Box::new(own)));
    assert!(taken.len() > 5, "a run draws: {taken:?}");
    let mut times = BTreeMap::<StreamKey, u32>::new();
    // The pictures in a report are no draws of the run: each line's are photographed alike.
    for key in taken.into_iter().filter(|key| key.owner != "report") {
        *times.entry(key).or_default() += 1;
    }
    times.into_iter().filter(|(_, times)| *times > 1).map(|(key, _)| key).collect()
}

#[test]
fn no_two_draws_of_a_shipped_scenario_share_a_stream() {
    for scenario in find_scenarios(&[project("scenarios")]).unwrap() {
        let lasts = ["lasts=\"00:20:00\"".to_owned()];
        let job = load(&scenario, None, &lasts).unwrap();
        assert_eq!(shared(&job), [], "{}", scenario.display());
    }
}

#[test]
fn no_two_draws_of_a_random_bad_day_share_a_stream() {
    let scenarios = ["bottle-line-240", "carton-line-two-cartoners", "plant-4-lines"];
    for (scenario, first) in scenarios.into_iter().zip([0, 100, 200]) {
        let job = Trial::on(scenario).job();
        for seed in first..first + tries("LINETWIN_BAD_DAYS", 6) {
            let day = load_scenario(&job.path, draw(&job, seed)).unwrap();
            assert_eq!(shared(&day), [], "linetwin swarm scenarios/{scenario}.ron --seed {seed}");
        }
    }
}

/// Lines of any kind under any name, several of one kind among them, people whom all lines share, and machines
/// with the names of other owners of streams.
#[test]
fn no_two_draws_of_a_random_plant_share_a_stream() {
    let twins = ["carton-line-250", "blister-cartoner-400", "bottle-line-240", "reference-line"];
    for number in 0..tries("LINETWIN_BAD_DAYS", 6) {
        let mut stream = Streams::new(number).stream("test", "plants");
        let mut one_of = |of: &[&'static str]| of[(stream.bits() % of.len() as u64) as usize];
        let lines: Vec<String> = (0..2 + number % 3)
            .map(|line| {
                let name = format!("{}-{line}", one_of(&["link", "campaign", "infeed", "a", ""]));
                let name = name.trim_start_matches('-').to_owned();
                let twin = project(&format!("twins/{}.ron", one_of(&twins)));
                format!("(id: \"{name}\", twin: {twin:?})")
            })
            .collect();
        let folder = tempfile::tempdir().unwrap();
        let people = "[(name: \"infeed\"), (name: \"link\", skills: [\"x\"])]";
        let plant =
            format!("Plant(name: \"test\", lines: [{}], people: {people})", lines.join(", "));
        fs::write(folder.path().join("plant.ron"), &plant).unwrap();
        let scenario = format!(
            "Scenario(name: \"test\", twin: \"plant.ron\", seed: {number}, engine: Detached, \
             lasts: \"00:30:00\")"
        );
        let path = folder.path().join("scenario.ron");
        fs::write(&path, scenario).unwrap();
        let job = load(&path, None, &[]).unwrap_or_else(|errors| panic!("{errors}\n{plant}"));
        assert_eq!(shared(&job), [], "{plant}");
    }
}

/// How two faults that are written alike hit: what each of them has hit, counted from 1.
fn hits(fault: &str) -> Vec<Vec<u32>> {
    let faults: Vec<Fault> = ron::from_str(&format!("[{fault}, {fault}]")).expect("two faults");
    let run = Trial::on("carton-line-250").quantity(900).faults(faults).run();
    run.result.fault_hits.clone()
}

#[test]
fn two_faults_of_one_kind_and_rate_at_one_place_hit_differently() {
    let faults = [
        "MissingPrint(at: \"printer-1\", every: PerThousand(20))",
        "NoRead(at: \"camera-1\", every: PerThousand(20))",
        "DuplicateRead(at: \"camera-1\", every: Interarrival(Exponential(mean: 20)))",
        "GoodUnitEjected(at: \"gate-1\", every: PerThousand(20))",
        "UnitRemoved(at: \"belt-1\", every: PerThousand(20))",
        "MessageRepeated(every: PerThousand(50))",
    ];
    for fault in faults {
        let hits = hits(fault);
        let [one, two] = &hits[..] else { panic!("two faults: {hits:?}") };
        assert!(one.len() > 3 && two.len() > 3, "{fault}: {hits:?}");
        assert_ne!(one, two, "{fault}");
        let both = one.iter().filter(|at| two.contains(at)).count();
        assert!(both * 2 < one.len().max(two.len()), "{fault}: {both} are hit by both: {hits:?}");
    }
}
