//! Plans of faults that once made a line sell what it should not, write down what is not true or stand
//! for ever, each cut down to what it takes. What was mended stays mended.

use linetwin::faults::{Fault, Rate};

use crate::common::times::{seconds, time};
use crate::common::trial::Trial;

/// The command that accepts a layer is lost with the power; read again, one code is misread. The layer was taken
/// for a new one of untracked products, and all of them for rejected.
#[test]
fn a_layer_that_was_accepted_as_the_power_failed_is_no_new_one() {
    let trial = Trial::on("carton-line-250").quantity(550).seed(197).faults([
        Fault::FrozenImage { at: "camera-1".into(), from: seconds(46), lasts: seconds(59) },
        Fault::LayerMisread { at: "case-packer".into(), every: Rate::Nth(5) },
        Fault::ControllerPowerCut { from: seconds(54), lasts: seconds(14) },
    ]);
    trial.run().is_clean().made(550);
}

/// Of two bundles with one code between them only the second was ever scanned by hand.
#[test]
fn of_two_bundles_with_one_code_both_are_scanned() {
    let every = Rate::PerThousand(7.0);
    let misread = Fault::LayerMisread { at: "case-packer".into(), every };
    let trial = Trial::on("blister-cartoner-400").quantity(1_300).seed(937).fault(misread);
    trial.run().is_clean().made(1_300);
}

/// The encoder slips: before the gate stands an untracked product, and the gate fails to fire. The encoder slips
/// back, and behind the gate the product was taken for a good one.
#[test]
fn an_untracked_product_that_passed_the_gate_is_not_taken_for_a_good_one() {
    let (from, lasts) = (time("00:04:29"), seconds(10));
    let trial = Trial::on("bottle-line-240").quantity(400).seed(434).faults([
        Fault::EncoderSlip { at: "belt-2".into(), share: -0.2, from, lasts },
        Fault::FrozenImage { at: "camera-1".into(), from: time("00:03:21"), lasts: seconds(5) },
        Fault::GateFailsToFire { at: "gate-1".into(), from: time("00:04:34"), lasts: seconds(89) },
    ]);
    trial.run().is_clean().made(400);
}
