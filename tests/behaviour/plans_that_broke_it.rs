//! Plans of faults that once made a line sell what it should not, write down what is not true or stand
//! for ever, each cut down to what it takes. What was mended stays mended.

use crate::common;

/// Line, packs, seed, and the plan.
const PLANS: &[(&str, u32, u64, &str)] = &[
    // The word that a layer is accepted is lost with the power; read again, one code is misread. It
    // was taken for a new layer of unknown_machines, and all of them for thrown out.
    (
        "carton-line-250",
        550,
        197,
        r#"{"FrozenImage": {"at": "camera-1", "from": "00:00:46", "lasts": "00:00:59"}},
           {"LayerMisread": {"at": "case-packer", "every": {"Nth": 5}}},
           {"ControllerPowerCut": {"from": "00:00:54", "lasts": "00:00:14"}}"#,
    ),
    // Of two bundles with one code between them only the second was ever scanned by hand.
    (
        "blister-cartoner-400",
        1300,
        937,
        r#"{"LayerMisread": {"at": "case-packer", "every": {"PerThousand": 7.0}}}"#,
    ),
    // The encoder slips: before the gate stands one that nobody expects, and the gate fails to fire. The
    // encoder slips back, and behind the gate it is taken for a good one.
    (
        "bottle-line-240",
        400,
        434,
        r#"{"EncoderSlip": {"at": "belt-2", "share": -0.2, "from": "00:04:29", "lasts": "00:00:10"}},
           {"FrozenImage": {"at": "camera-1", "from": "00:03:21", "lasts": "00:00:05"}},
           {"GateFailsToFire": {"at": "gate-1", "from": "00:04:34", "lasts": "00:01:29"}}"#,
    ),
];

#[test]
fn they_break_it_no_more() {
    for (stem, quantity, seed, faults) in PLANS {
        let settings = [
            "expect=[]",
            &format!("order.quantity={quantity}"),
            &format!("seed={seed}"),
            &format!("faults=[{faults}]"),
        ];
        let run = common::play(&common::scenario(stem, &settings)).0.summary;
        assert!(run.passes(), "{stem}, {faults}: {}", run.ended);
        assert_eq!(run.integrity.verdict, "clean", "{stem}, {faults}");
        let escaped = run.integrity.faults.iter().map(|fault| fault.escaped).sum::<u64>();
        assert_eq!(escaped, 0, "{stem}, {faults}");
    }
}
