//! The phase in which nothing breaks any more: what is left of the order shows that the line lives.

use crate::common;

#[test]
fn when_the_faults_end_nothing_breaks_any_more() {
    let run = |faults_end: &str| {
        let faults = r#"faults=[
            {"MissingPrint": {"at": "printer-1", "every": {"EveryNth": 50}}},
            {"FrozenImage": {"at": "camera-1", "from": "00:04:00", "lasts": "00:30:00"}},
            {"MessageLost": {"every": {"PerThousand": 50}}},
            {"ClockStep": {"at": "00:06:00", "offset_s": 60}}
        ]"#;
        let end = format!("faults_end={faults_end}");
        let settings = ["expect=[]", "order.quantity=2400", faults, &end];
        let run = common::play(&common::scenario("carton-line-250", &settings)).0.summary;
        assert!(run.passes(), "{faults_end}: {}", run.ended);
        assert_eq!(run.integrity.verdict, "clean", "{faults_end}");
        run
    };
    let injected = |end: &str, kind: &str| {
        let faults = run(end).integrity.faults;
        faults.iter().find(|row| row.kind == kind).map_or(0, |row| row.injected)
    };
    // 250 a minute, one in 50.
    let (soon, late) = (injected("00:02:00", "MissingPrint"), injected("00:08:00", "MissingPrint"));
    assert!((5..=10).contains(&soon) && late > 2 * soon, "{soon}, {late}");
    assert_eq!(injected("00:02:00", "FrozenImage"), 0);
    assert!(injected("00:05:00", "FrozenImage") > 0);
    assert_eq!((injected("00:05:59", "ClockStep"), injected("00:06:01", "ClockStep")), (0, 1));
}
