//! EPCIS events that nobody wrote by hand: whatever an event says, JSON gives it back, XML gives back
//! what it can hold, and texts of anybody's are refused with a place and never crash the reader.

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use linetwin_epcis::{
    Action, Decimal, Document, EpcisEvent, EpcisFault, ErrorDeclaration, EventTime, Frame, Items,
    Location, MASTER_DATA, Name, Node, Party, PersistentDisposition, Quantity, Scalar, Vocabulary,
    What, Word, XmlVersion, ZoneOffset,
};

fn uri() -> impl Strategy<Value = String> {
    prop_oneof![
        "urn:epc:id:sgtin:0614141\\.[0-9]{6}\\.[A-Za-z0-9]{1,20}",
        "urn:epc:id:sscc:0614141\\.[0-9]{10}",
        "https://example\\.com/[a-z]{1,8}(/[A-Za-z0-9._~-]{1,8}){0,3}",
        "urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}",
    ]
}

fn time() -> impl Strategy<Value = EventTime> {
    // Years 1901 to 2199, most of them to the millisecond.
    let moment =
        (-2_177_452_800_000..7_258_118_400_000_i64, prop_oneof![Just(0_i128), 0..1_000_000_i128]);
    moment.prop_map(|(millis, nanos)| {
        let nanos = i128::from(millis) * 1_000_000 + nanos;
        EventTime::new(jiff::Timestamp::from_nanosecond(nanos).unwrap()).unwrap()
    })
}

fn word(vocabulary: Vocabulary, words: &'static [&'static str]) -> impl Strategy<Value = Word> {
    let own = "https://example\\.com/words/[a-z]{1,10}";
    let text = prop_oneof![proptest::sample::select(words).prop_map(str::to_owned), own];
    text.prop_map(move |text| Word::read(&text, vocabulary))
}

fn scalar() -> impl Strategy<Value = Scalar> {
    let number = any::<f64>().prop_filter_map("finite", Decimal::new);
    prop_oneof![
        "\\PC{0,12}".prop_map(Scalar::Text),
        number.prop_map(Scalar::Number),
        any::<bool>().prop_map(Scalar::Boolean),
    ]
}

/// Extensions with different names, some of them several times in a row.
fn extensions() -> impl Strategy<Value = Vec<Node>> {
    fn named(nodes: Vec<Vec<Node>>) -> Vec<Node> {
        let namespaces =
            ["https://example.com/a/", "https://example.com/b?c&d#", "urn:c", MASTER_DATA];
        let groups = nodes.into_iter().enumerate().flat_map(|(n, group)| {
            group.into_iter().map(move |mut node| {
                node.name = Name::new(namespaces[n % 4], ["one", "two", "drei", "élan"][n / 4 % 4]);
                node
            })
        });
        groups.collect()
    }
    let empty = || Name::new("", "");
    let leaf = scalar().prop_map(move |value| Node {
        name: empty(),
        value: Some(value),
        children: Vec::new(),
    });
    let node = leaf.prop_recursive(3, 20, 4, move |inner| {
        (of(scalar()), vec(vec(inner, 1..3), 1..4)).prop_map(move |(value, children)| Node {
            name: empty(),
            value,
            children: named(children),
        })
    });
    vec(vec(node, 1..3), 0..5).prop_map(named)
}

fn items() -> impl Strategy<Value = Items> {
    let amount = of(any::<f64>().prop_filter_map("finite", Decimal::new));
    let quantity = (uri(), amount, of("[A-Z0-9]{2,3}"));
    let quantity = quantity.prop_map(|(class, amount, unit)| Quantity { class, amount, unit });
    (vec(uri(), 0..4), vec(quantity, 0..3))
        .prop_map(|(epcs, quantities)| Items { epcs, quantities })
}

fn what() -> impl Strategy<Value = What> {
    let action = || prop_oneof![Just(Action::Add), Just(Action::Observe), Just(Action::Delete)];
    prop_oneof![
        (action(), items(), extensions()).prop_map(|(action, items, ilmd)| What::Object {
            action,
            items,
            ilmd
        }),
        (action(), of(uri()), items()).prop_map(|(action, parent, children)| What::Aggregation {
            action,
            parent,
            children
        }),
        (action(), of(uri()), items()).prop_map(|(action, parent, items)| What::Transaction {
            action,
            parent,
            items
        }),
        (items(), items(), of(uri()), extensions()).prop_map(|(inputs, outputs, id, ilmd)| {
            What::Transformation { inputs, outputs, id, ilmd }
        }),
        (action(), uri(), items()).prop_map(|(action, parent, children)| What::Association {
            action,
            parent,
            children
        }),
    ]
}

fn sensors() -> impl Strategy<Value = Vec<Node>> {
    let standard = |name| Name::new("", name);
    let report =
        (any::<f64>().prop_filter_map("finite", Decimal::new), any::<bool>(), extensions());
    let report = report.prop_map(move |(value, truth, extensions)| {
        let mut children = vec![Node::text(standard("type"), "Temperature")];
        for (name, value) in
            [("value", Scalar::Number(value)), ("booleanValue", Scalar::Boolean(truth))]
        {
            children.push(Node { name: standard(name), value: Some(value), children: Vec::new() });
        }
        children.extend(extensions);
        Node::tree(standard("sensorReport"), children)
    });
    let element = (time(), vec(report, 1..3)).prop_map(move |(time, reports)| {
        let time = Node::text(standard("time"), time.to_string());
        let mut children = vec![Node::tree(standard("sensorMetadata"), vec![time])];
        children.extend(reports);
        Node::tree(standard("sensorElement"), children)
    });
    vec(element, 0..3)
}

fn location() -> impl Strategy<Value = Option<Location>> {
    of((uri(), extensions()).prop_map(|(id, extensions)| Location { id, extensions }))
}

fn event() -> impl Strategy<Value = EpcisEvent> {
    let step = || word(Vocabulary::BizStep, &["commissioning", "packing", "shipping"]);
    let state = || word(Vocabulary::Disposition, &["active", "in_transit", "recalled"]);
    let party = || {
        let kind = word(Vocabulary::PartyType, &["owning_party", "location"]);
        (kind, uri()).prop_map(|(kind, id)| Party { kind: Some(kind), id })
    };
    let order = (of(word(Vocabulary::BizTransactionType, &["po", "desadv"])), uri());
    let order = order.prop_map(|(kind, id)| Party { kind, id });
    let reason = word(Vocabulary::ErrorReason, &["did_not_occur", "incorrect_data"]);
    let error = (time(), of(reason), vec(uri(), 0..3), extensions());
    let error = error.prop_map(|(time, reason, corrected_by, extensions)| ErrorDeclaration {
        time,
        reason,
        corrected_by,
        extensions,
    });
    let offset =
        "[+-](0[0-9]|1[0-3]):[0-5][0-9]".prop_map(|text| ZoneOffset::parse(&text).unwrap());
    let who = (time(), offset, of(time()), of(uri()), of(error), vec(uri(), 0..3));
    let states = (vec(state(), 0..3), vec(state(), 0..3));
    let how = (what(), of(step()), of(state()), states, location(), location());
    let ties = (vec(order, 1..3), vec(party(), 0..3), vec(party(), 0..3), sensors(), extensions());
    (who, how, ties).prop_map(
        |(
            (time, offset, record_time, id, error, certification),
            (what, biz_step, disposition, (set, unset), read_point, biz_location),
            (biz_transactions, sources, destinations, sensors, extensions),
        )| EpcisEvent {
            time,
            offset,
            record_time,
            id,
            error,
            certification,
            what,
            biz_step,
            disposition,
            persistent: PersistentDisposition { set, unset },
            read_point,
            biz_location,
            biz_transactions,
            sources,
            destinations,
            sensors,
            extensions,
        },
    )
}

fn turn(node: &mut Node) {
    node.children.reverse();
    node.children.iter_mut().for_each(turn);
}

proptest! {
    #[test]
    fn json_gives_back_every_event(events in vec(event(), 1..4)) {
        let created = events[0].time;
        let document = Document::new(created, events);
        let again = Document::from_json(&document.to_json().to_string()).unwrap();
        prop_assert_eq!(&again.events, &document.events);
        prop_assert_eq!(&again.frame, &document.frame);
        for frame in [Frame::List, Frame::Event] {
            let events = match frame {
                Frame::Event => document.events[..1].to_vec(),
                _ => document.events.clone(),
            };
            let other = Document { frame, events, ..document.clone() };
            let again = Document::from_json(&other.to_json().to_string()).unwrap();
            prop_assert_eq!(&again.events, &other.events);
            prop_assert_eq!(&again.frame, &other.frame);
        }
    }

    #[test]
    fn names_that_stand_apart_are_one_list_in_json(event in event()) {
        let mut apart = event;
        apart.extensions.extend(apart.extensions.clone());
        for extension in &mut apart.extensions {
            extension.children.extend(extension.children.clone());
        }
        let document = Document::new(apart.time, vec![apart]);
        let again = Document::from_json(&document.to_json().to_string()).unwrap();
        prop_assert_eq!(again.events[0].pre_hash(), document.events[0].pre_hash());
    }

    #[test]
    fn xml_gives_back_what_it_can_hold(
        event in event(),
        version in prop_oneof![Just(XmlVersion::V1_2), Just(XmlVersion::V2_0)],
    ) {
        let document = Document::new(event.time, vec![event]);
        match document.to_xml(version) {
            Ok(text) => {
                let again = Document::from_xml(&text).unwrap();
                prop_assert_eq!(again.events[0].pre_hash(), document.events[0].pre_hash());
                prop_assert_eq!(&again.events[0].id, &document.events[0].id);
            }
            Err(error) => {
                let unwritable = matches!(error.fault, EpcisFault::Unwritable { .. });
                prop_assert!(unwritable, "{}", error);
            }
        }
    }

    #[test]
    fn the_order_of_lists_and_fields_does_not_change_the_hash(event in event()) {
        let mut turned = event.clone();
        turned.biz_transactions.reverse();
        turned.sources.reverse();
        turned.destinations.reverse();
        turned.sensors.reverse();
        turned.sensors.iter_mut().for_each(turn);
        turned.extensions.reverse();
        turned.extensions.iter_mut().for_each(turn);
        if let What::Object { items, ilmd, .. } = &mut turned.what {
            items.epcs.reverse();
            items.quantities.reverse();
            ilmd.reverse();
        }
        prop_assert_eq!(turned.hash(), event.hash());
    }

    #[test]
    fn a_text_cut_anywhere_is_refused_with_its_place(event in event(), cut in 0.0..1.0) {
        let document = Document::new(event.time, vec![event]);
        let json = document.to_json().to_string();
        let cut_at = |text: &str| text.floor_char_boundary((text.len() as f64 * cut) as usize);
        let error = Document::from_json(&json[..cut_at(&json)]).unwrap_err();
        prop_assert!(!error.place.to_string().is_empty());
        if let Ok(xml) = document.to_xml(XmlVersion::V2_0) {
            prop_assert!(Document::from_xml(&xml[..cut_at(xml.trim_end())]).is_err());
        }
    }

    #[test]
    fn what_is_still_read_of_a_damaged_text_can_be_written_and_read_again(
        event in event(),
        damage in vec((0.0..1.0, "[\\x00-\u{ff}\u{2028}]{0,2}", 0_usize..3), 1..4),
        as_xml in any::<bool>(),
    ) {
        let document = Document::new(event.time, vec![event]);
        let xml = document.to_xml(XmlVersion::V2_0).ok().filter(|_| as_xml);
        let is_xml = xml.is_some();
        let mut text = xml.unwrap_or_else(|| document.to_json().to_string());
        for (place, new, length) in damage {
            let from = text.floor_char_boundary((text.len() as f64 * place) as usize);
            let to = text.ceil_char_boundary(from + length);
            text.replace_range(from..to, &new);
        }
        let read = if is_xml { Document::from_xml(&text) } else { Document::from_json(&text) };
        if let Ok(document) = read {
            let again = Document::from_json(&document.to_json().to_string()).unwrap();
            prop_assert_eq!(&again.events, &document.events);
            if let Ok(xml) = document.to_xml(XmlVersion::V2_0) {
                let again = Document::from_xml(&xml).unwrap();
                prop_assert_eq!(again.events[0].pre_hash(), document.events[0].pre_hash());
            }
        }
    }

    #[test]
    fn no_text_crashes_a_reader(text in "\\PC{0,200}", xml in "[<>/=\"a-c&;:! \\[\\]-]{0,60}") {
        let _ = (Document::from_json(&text), Document::from_xml(&text), Document::from_xml(&xml));
    }
}

const SOUND: &str = r#"{"@context": ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld"],
"type": "ObjectEvent", "eventTime": "2026-01-05T06:00:00.000Z", "eventTimeZoneOffset": "+00:00",
"action": "ADD", "bizStep": "commissioning", "epcList": ["urn:epc:id:sscc:0614141.1234567890"],
"quantityList": [{"epcClass": "urn:epc:class:lgtin:0614141.012345.L1", "quantity": 5}]}"#;

#[test]
fn json_that_is_wrong_is_refused_with_the_place() {
    assert!(Document::from_json(SOUND).unwrap().warnings.is_empty());
    let cases = [
        ("", "", "line 1, column 0: EOF while parsing a value"),
        ("\"ADD\"", "\"SUB\"", "/action: found `SUB`, expected ADD, OBSERVE or DELETE"),
        ("\"ADD\"", "1", "/action: found `1`, expected a text"),
        ("\"ADD\"", "null", "/action: found `null`, expected a value"),
        ("\"action\": \"ADD\", ", "", "/: `action` is missing"),
        ("\"action\"", "\"actoin\"", "/: `action` is missing"),
        (
            "\"bizStep\"",
            "\"bizSteps\"",
            "/: found a field `bizSteps` that EPCIS does not have there",
        ),
        ("\"bizStep\"", "\"action\"", "line 3, column 25: `action` stands in an object twice"),
        ("\"commissioning\"", "[\"a\", \"b\"]", "/: `bizStep` stands there more than once"),
        ("\"+00:00\"", "\"UTC\"", "/eventTimeZoneOffset: found `UTC`, expected an offset such as"),
        ("06:00:00.000Z", "06:00:00", "/eventTime: found `2026-01-05T06:00:00`, expected a date"),
        ("urn:epc:id:sscc:0614141.", "sscc 1 ", "/epcList/epc/0: found `sscc 1 1234567890`, exp"),
        ("[\"urn:epc:id", "[[], \"urn:epc:id", "/epcList/0: found `[0 items]`, expected one item"),
        ("\"epcList\": [", "\"epcList\": {\"a\": [", "line 4, column"),
        (
            "\"quantity\": 5",
            "\"quantity\": \"5\"",
            "/quantityList/quantityElement/0/quantity: found",
        ),
        ("\"quantity\": 5", "\"quantity\": 1e999", "line 4, column 88: number out of range"),
        (
            "\"quantity\": 5",
            "\"quantity\": 9007199254740993",
            "line 4, column 99: found a number with more digits than a double holds",
        ),
        ("ObjectEvent", "QuantityEvent", "/: found `QuantityEvent`, expected ObjectEvent"),
        ("{\"@context\"", "[{\"@context\"", "line 4, column"),
    ];
    for (old, new, expected) in cases {
        let text = if old.is_empty() { String::new() } else { SOUND.replacen(old, new, 1) };
        assert_ne!(text, SOUND, "{old}");
        let error = Document::from_json(&text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{old} -> {new}: {error}");
    }
}

#[test]
fn xml_that_is_wrong_is_refused_with_the_place() {
    let document = Document::from_json(SOUND).unwrap();
    let sound = document.to_xml(XmlVersion::V1_2).unwrap();
    assert_eq!(Document::from_xml(&sound).unwrap().events, document.events);
    let event = "/EPCISDocument/EPCISBody/EventList/0";
    let place = |rest: &str| format!("{event}{rest}");
    let cases = [
        (
            "<action>ADD",
            "<action>SUB",
            place("/action: found `SUB`, expected ADD, OBSERVE or DELETE"),
        ),
        ("<action>ADD</action>", "", place(": `action` is missing")),
        ("<quantity>5", "<quantity>five", "line 3, column".to_owned()),
        (
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>",
            "line 1".into(),
        ),
        ("ADD", "&b;", "line 3, column".into()),
        ("<action>ADD</action>", "<b:action>ADD</b:action>", "line 3, column".into()),
        ("</EventList>", "</EventLists>", "line 4, column".into()),
        ("<EPCISBody>", "<EPCISBody/><EPCISBody>", "/EPCISDocument: `EPCISBody` stands".into()),
    ];
    for (old, new, expected) in &cases {
        let text = sound.replacen(old, new, 1);
        assert_ne!(text, sound, "{old}");
        let error = Document::from_xml(&text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{old} -> {new}: {error}");
    }
}

#[test]
fn what_is_nested_too_deep_or_too_large_is_refused() {
    let deep = |n: usize| {
        SOUND.replacen(
            "\"action\"",
            &format!("\"x:y\": {}{}, \"action\"", "[".repeat(n), "]".repeat(n)),
            1,
        )
    };
    assert!(Document::from_json(&deep(60)).is_ok());
    let error = Document::from_json(&deep(100_000)).unwrap_err().to_string();
    assert!(error.contains("found more than 64 levels"), "{error}");
    let error = Document::from_xml(&"<a>".repeat(100_000)).unwrap_err().to_string();
    assert!(error.contains("found more than 64 levels"), "{error}");
    let error = Document::from_json(&format!("[{}0]", "0,".repeat(3_000_000))).unwrap_err();
    assert!(error.to_string().contains("values"), "{error}");
    let error = Document::from_xml(&format!("<a>{}</a>", "<b/>".repeat(3_000_000))).unwrap_err();
    assert!(error.to_string().contains("values"), "{error}");
    let attributes: String = (0..300).map(|n| format!(" a{n}=\"\"")).collect();
    let error = Document::from_xml(&format!("<ObjectEvent{attributes}/>")).unwrap_err();
    assert!(error.to_string().contains("found more than 256 attributes"), "{error}");
    let error = Document::from_json(&" ".repeat((64 << 20) + 1)).unwrap_err().to_string();
    assert_eq!(error, "/: found more than 67108864 bytes");
}

#[test]
fn words_that_nobody_knows_and_codes_that_stand_twice_are_warned_of() {
    let text = SOUND.replacen("commissioning", "polishing", 1);
    let document = Document::from_json(&text).unwrap();
    assert_eq!(document.warnings, ["/bizStep: `polishing` is no word of the CBV"]);
    let sscc = "\"urn:epc:id:sscc:0614141.1234567890\"";
    let document =
        Document::from_json(&SOUND.replacen(sscc, &format!("{sscc}, {sscc}"), 1)).unwrap();
    let expected = "/epcList: `urn:epc:id:sscc:0614141.1234567890` stands there twice";
    assert_eq!(document.warnings, [expected]);
}

#[test]
fn events_keep_their_order_and_their_prefixes() {
    let event = |kind: &str, rest: &str| {
        format!(
            "<{kind}><eventTime>2026-01-05T06:00:00Z</eventTime>\
             <eventTimeZoneOffset>+00:00</eventTimeZoneOffset><action>OBSERVE</action>{rest}</{kind}>"
        )
    };
    let object = event("ObjectEvent", "<epcList/><own:note>a</own:note>");
    let aggregation = event("AggregationEvent", "<childEPCs/>");
    let text = format!(
        "<e:EPCISDocument xmlns:e=\"urn:epcglobal:epcis:xsd:1\" xmlns:own=\"https://example.com/\" \
         schemaVersion=\"1.2\" creationDate=\"2026-01-05T06:00:00Z\"><EPCISBody><EventList>\
         {object}{aggregation}{object}</EventList></EPCISBody></e:EPCISDocument>"
    );
    let document = Document::from_xml(&text).unwrap();
    let kinds: Vec<&str> = document.events.iter().map(|event| event.what.event_type()).collect();
    assert_eq!(kinds, ["ObjectEvent", "AggregationEvent", "ObjectEvent"]);
    let json = document.to_json();
    assert_eq!(json["epcisBody"]["eventList"][0]["own:note"], "a");
    assert_eq!(json["@context"][1]["own"], "https://example.com/");
}
