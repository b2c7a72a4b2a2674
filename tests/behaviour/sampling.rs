//! Samples: good packs that an operator takes, in the record and in truth.

use linetwin::report::Summary;

use crate::common;

fn run(stem: &str, samples: &str, more: &[&str]) -> (Summary, String) {
    let samples = format!("order.samples={samples}");
    let mut settings = vec!["order.quantity=480", "expect=[]", &samples];
    settings.extend(more);
    let (result, epcis) = common::play(&common::scenario(stem, &settings));
    (result.summary, String::from_utf8(epcis).unwrap())
}

#[test]
fn samples_are_taken_besides_the_quantity_and_recorded_as_such() {
    for stem in ["carton-line-250", "blister-cartoner-400", "bottle-line-240"] {
        let (run, epcis) = run(stem, r#"{"first": 3, "every": 100}"#, &[]);
        assert!(run.passes(), "{stem}: {}", run.ended);
        assert_eq!(run.integrity.verdict, "clean", "{stem}: {:?}", run.integrity.invariants);
        // The first three, and the 103rd, 203rd, 303rd and 403rd.
        assert_eq!((run.throughput.good, run.throughput.sampled), (480, 7), "{stem}");
        assert_eq!(run.serials.sampled, 7, "{stem}");
        assert_eq!(run.serials.commissioned, 480, "{stem}");
        assert_eq!((run.serials.balance, run.engine.refusals), (0, 0), "{stem}");
        assert_eq!(epcis.matches("\"bizStep\":\"sampling\"").count(), 7, "{stem}");
    }
}

#[test]
fn samples_and_faults_do_not_get_into_each_others_way() {
    for seed in 1..=6 {
        let seed = format!("seed={seed}");
        let stem = "bottle-line-240-faults";
        let (run, _) = run(stem, r#"{"first": 5, "every": 40}"#, &[&seed]);
        assert!(run.passes(), "{seed}: {}", run.ended);
        assert_eq!(run.integrity.verdict, "clean", "{seed}: {:?}", run.integrity.invariants);
        assert_eq!(run.throughput.sampled, run.serials.sampled, "{seed}");
        assert!(run.serials.sampled > 10, "{seed}");
        assert!(run.integrity.faults.iter().all(|fault| fault.escaped == 0), "{seed}");
    }
}
