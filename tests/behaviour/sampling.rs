//! Samples: good packs that an operator takes, in the record and in truth.

use crate::common::trial::{LINES, Trial};

#[test]
fn samples_are_taken_besides_the_quantity_and_recorded_as_such() {
    for line in LINES {
        let run = Trial::on(line).quantity(480).samples(3, 100).run();
        run.is_clean().made(480);
        // The first three, and the 103rd, 203rd, 303rd and 403rd.
        assert_eq!((run.throughput.sampled, run.serials.sampled), (7, 7), "{run}");
        assert_eq!(run.serials.commissioned, 480, "{run}");
        assert_eq!(run.epcis.matches("\"bizStep\":\"sampling\"").count(), 7, "{run}");
    }
}

#[test]
fn samples_and_faults_do_not_get_into_each_others_way() {
    for seed in 1..=6 {
        let run = Trial::on("bottle-line-240-faults").quantity(480).seed(seed).samples(5, 40).run();
        run.is_clean().made(480);
        assert_eq!(run.throughput.sampled, run.serials.sampled, "{run}");
        assert!(run.serials.sampled > 10, "{}: {run}", run.serials.sampled);
    }
}
