//! Several lines in one world: each is the line it would be alone, and what they share holds together.

use std::path::PathBuf;

use linetwin::base::{LineId, SimSpan, SimTime};
use linetwin::harness::{Job, load};
use linetwin::symbol::Fidelity;
use linetwin::trace::{Digest, RunDigest};
use linetwin::twin::Twin;

use crate::common::project;
use crate::common::times::hours;
use crate::common::trial::Trial;

const PLANT: &str = "plant-4-lines";

/// Runs these lines of a job, without an engine, in strides of a length that fits nothing.
fn digests(job: &Job, lines: &[usize]) -> Vec<RunDigest> {
    let setups = lines.iter().map(|&line| job.lines[line].setup(None));
    let mut twin = Twin::new(setups, Fidelity::Model, None);
    let mut digests: Vec<Digest> = lines.iter().map(|_| Digest::default()).collect();
    let (mut records, mut now, mut ended) = (Vec::new(), SimTime::START, false);
    while !ended {
        now += SimSpan::from_millis(17_311);
        ended = twin.advance(now);
        for (index, digest) in digests.iter_mut().enumerate() {
            twin.take_trace(LineId(index as u16), &mut records);
            digest.absorb(&records);
        }
    }
    digests.into_iter().map(Digest::finish).collect()
}

#[test]
fn a_line_that_shares_nothing_is_the_same_line_alone_and_among_others() {
    let trial = Trial::on(PLANT).set("engine=Detached").set("lines=[]").lasts(hours(1));
    let job = trial.job();
    let together = digests(&job, &[0, 1, 2, 3]);
    for (line, digest) in together.iter().enumerate() {
        assert_eq!(
            digests(&job, &[line]),
            std::slice::from_ref(digest),
            "{}",
            job.lines[line].name
        );
    }
    assert_eq!(digests(&job, &[3, 1]), [together[3].clone(), together[1].clone()]);
    assert_ne!(together[0], together[1], "lines of one kind have streams of their own");
}

/// The orders of the plant, with these quantities.
fn orders_of(quantities: [u64; 4]) -> Trial {
    let quantities = quantities.iter().enumerate();
    let settings = quantities.map(|(line, units)| format!("lines.{line}.order.quantity={units}"));
    settings.fold(Trial::of(PLANT), Trial::set)
}

#[test]
fn lines_of_one_product_share_its_numbers_and_use_none_twice() {
    let quantities = [900, 1_100, 500, 300];
    let (result, epcis) = orders_of(quantities).run_plant();
    let plant = result.plant.expect("a plant");
    assert!(plant.is_clean(), "{:?}", plant.across);
    assert_eq!(plant.good, quantities.iter().sum::<u64>());
    let mut serials = std::collections::BTreeSet::new();
    let mut commissioned = 0;
    for line in &epcis[..2] {
        for event in line.lines() {
            let event: serde_json::Value = serde_json::from_str(event).unwrap();
            if event["bizStep"] == "commissioning" {
                for code in event["epcList"].as_array().into_iter().flatten() {
                    commissioned += 1;
                    serials.insert(code.as_str().unwrap().to_owned());
                }
            }
        }
    }
    assert!(commissioned >= 2000, "{commissioned}");
    assert_eq!(serials.len(), commissioned, "a code was commissioned on both lines");
}

#[test]
fn a_plant_is_the_same_run_again_and_each_line_records_where_it_happened() {
    let trial = orders_of([300; 4]);
    let ((one, epcis), (two, again)) = (trial.run_plant(), trial.run_plant());
    assert_eq!(one.first_difference(&two), None);
    assert_eq!(epcis, again);
    for (line, events) in trial.job().lines.iter().zip(&epcis) {
        let place = format!(".{}\"", line.name);
        assert!(events.contains(&place), "{place}");
    }
}

fn refused(plant: &str, lines: &str, settings: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    write("plant.ron", plant);
    let twin = std::fs::read_to_string(project("twins/carton-line-250.ron")).unwrap();
    write("line.ron", &twin);
    let scenario = format!("Scenario(name: \"test\", twin: \"plant.ron\", seed: 1, {lines})");
    let path = write("scenario.ron", &scenario);
    let settings: Vec<String> = settings.iter().map(|&setting| setting.to_owned()).collect();
    load(&path, None, &settings).expect_err("refused").to_string()
}

#[test]
fn mistakes_in_plants_are_named_with_their_places() {
    let plant = "Plant(name: \"p\", lines: [(id: \"a\", twin: \"line.ron\"), (id: \"b\", twin: \"line.ron\")])";
    let idle = "engine: Detached, lasts: \"00:01:00\"";
    let cases = [
        (plant, "lines: [(id: \"c\")]", &[][..], "scenario.ron:1:", "expected a line of the plant"),
        (plant, "lines: [(id: \"a\"), (id: \"a\")]", &[], "lines[1].id", "each line once"),
        (
            plant,
            "faults: [LinkOutage(from: \"00:01:00\", lasts: \"00:01:00\")]",
            &[],
            "faults",
            "a plant has several lines",
        ),
        (
            plant,
            idle,
            &["twin.machines.infeed.cycle_time_s=Fixed(1.0)"],
            "machines.infeed",
            "begins with a line: a., b.",
        ),
        (plant, idle, &["twin.b.machines.infeed.every=1"], "machines.infeed.every", ""),
        (plant, "lines: [(id: \"a\")]", &[], "engine", "an `order` for the engine"),
        ("Plant(name: \"p\", lines: [])", idle, &[], "plant.ron:1:", "one line at least"),
        (
            "Plant(name: \"p\", lines: [(id: \"a/b\", twin: \"line.ron\")])",
            idle,
            &[],
            "lines[0].id",
            "letters, digits",
        ),
        (
            "Plant(name: \"p\", lines: [(id: \"a\", twin: \"none.ron\")])",
            idle,
            &[],
            "lines[0].twin",
            "a twin file",
        ),
    ];
    for (plant, lines, settings, place, words) in cases {
        let message = refused(plant, lines, settings);
        assert!(message.contains(place) && message.contains(words), "{message}");
    }
}
