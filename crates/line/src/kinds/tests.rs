//! A machine is written as it is read, and each kind answers for itself.

use super::*;

fn options() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}

#[test]
fn a_machine_is_written_as_a_variant_with_fields() {
    let text = r#"Merge(id:"join",priority:["lane-1"],to:"belt-1")"#;
    let machine: MachineSpec = options().from_str(text).unwrap();
    let MachineSpec::Merge(merge) = &machine else { panic!("{machine:?}") };
    assert_eq!((merge.id.as_str(), merge.priority.len()), ("join", 1));
    assert_eq!(options().to_string(&machine).unwrap(), text);
    let json = serde_json::to_value(&machine).unwrap();
    assert_eq!(json["Merge"]["id"], "join");
    assert_eq!(serde_json::from_value::<MachineSpec>(json).unwrap(), machine);
}

#[test]
fn a_mistake_is_named_with_the_kind() {
    let error = |text: &str| options().from_str::<MachineSpec>(text).unwrap_err().code;
    match error(r#"Merge(id: "join", first: [])"#) {
        ron::Error::NoSuchStructField { expected, found, outer } => {
            assert_eq!((found.as_str(), outer.as_deref()), ("first", Some("Merge")));
            assert_eq!(expected, ["id", "priority", "to"]);
        }
        other => panic!("{other:?}"),
    }
    match error("Merg(id: 1)") {
        ron::Error::NoSuchEnumVariant { expected, found, outer } => {
            assert_eq!((found.as_str(), outer.as_deref()), ("Merg", Some("MachineSpec")));
            assert_eq!(expected, MachineSpec::KINDS);
        }
        other => panic!("{other:?}"),
    }
}
