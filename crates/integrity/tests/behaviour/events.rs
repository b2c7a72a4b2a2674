//! The replay of EPCIS events (I7) against a plain one, which keeps every object.

use std::collections::BTreeMap;

use linetwin_base::{Stream, Streams};
use linetwin_integrity::ObjectState::{Active, Destroyed, Inactive, Released, Sampled};
use linetwin_integrity::{EventReplay, ObjectState, StateSum};

/// An object as it is: name, state, parent.
type Object = (String, u8, Option<String>);

/// How many objects are so; an event that takes away what never was leaves less than none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Plain(BTreeMap<Object, i64>);

impl Plain {
    fn add(&mut self, name: &str, state: ObjectState, parent: Option<&str>, times: i64) {
        let object = (name.to_owned(), state as u8, parent.map(str::to_owned));
        let count = self.0.entry(object.clone()).or_default();
        *count += times;
        if *count == 0 {
            self.0.remove(&object);
        }
    }
}

struct Events {
    stream: Stream,
    lines: Vec<String>,
    right: Plain,
    odd: u64,
}

impl Events {
    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[(self.stream.bits() % of.len() as u64) as usize]
    }

    fn event(&mut self) {
        let (name, other) = (self.one_of(&["a", "b", "c"]), self.one_of(&["a", "b", "c"]));
        let object = |action: &str, step: &str| {
            let step =
                if step.is_empty() { String::new() } else { format!(r#","bizStep":"{step}""#) };
            format!(r#"{{"type":"ObjectEvent","action":"{action}"{step},"epcList":["{name}"]}}"#)
        };
        let becomes = |right: &mut Plain, state| {
            right.add(name, Active, None, -1);
            right.add(name, state, None, 1);
        };
        let line = match self.stream.bits() % 10 {
            0..4 => {
                self.right.add(name, Active, None, 1);
                object("ADD", "commissioning")
            }
            4 => {
                becomes(&mut self.right, Inactive);
                let step = self.one_of(&["decommissioning", ""]);
                object("DELETE", step)
            }
            5 => {
                becomes(&mut self.right, Destroyed);
                object("DELETE", "destroying")
            }
            6 => {
                becomes(&mut self.right, Sampled);
                object("OBSERVE", "sampling")
            }
            7 | 8 => {
                self.right.add(name, Active, None, -1);
                self.right.add(name, Active, Some(other), 1);
                format!(
                    r#"{{"type":"AggregationEvent","action":"ADD","bizStep":"packing","parentID":"{other}","childEPCs":["{name}"]}}"#
                )
            }
            _ => {
                self.odd += 1;
                self.one_of(&[
                    r#"{"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","epcList":["a"]}"#,
                    r#"{"type":"ObjectEvent","action":"ADD","bizStep":"packing","epcList":["a"]}"#,
                    r#"{"type":"AggregationEvent","action":"DELETE","bizStep":"unpacking","parentID":"c","childEPCs":["a"]}"#,
                    r#"{"type":"TransformationEvent"}"#,
                    r#"{"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","epcList":"a"}"#,
                    "{",
                    "",
                ])
                .to_owned()
            }
        };
        self.lines.push(line);
    }
}

#[test]
fn events_come_to_what_a_plain_replay_says() {
    let (mut equal, mut unequal) = (0, 0);
    for number in 0..20_000 {
        let stream = Streams::new(number).stream("liar", "events");
        let mut events = Events { stream, lines: Vec::new(), right: Plain::default(), odd: 0 };
        for _ in 0..events.stream.bits() % 6 {
            events.event();
        }
        let mut replay = EventReplay::default();
        events.lines.iter().for_each(|line| replay.line(line.as_bytes()));
        // The ledger holds what the events say, as far as objects can be; or a little else.
        let mut held = Plain::default();
        let mut sum = StateSum::default();
        let mut hold = |name: &str, state, parent: Option<&str>| {
            held.add(name, state, parent, 1);
            sum.add(name, state, parent);
        };
        for ((name, state, parent), count) in &events.right.0 {
            let state = [Active, Sampled, Inactive, Destroyed, Released]
                .into_iter()
                .find(|it| *it as u8 == *state)
                .unwrap();
            for _ in 0..*count {
                match events.stream.bits() % 24 {
                    0 => {}
                    1 => hold("d", state, parent.as_deref()),
                    2 => hold(name, Released, parent.as_deref()),
                    3 => hold(name, state, Some("d")),
                    4 => hold(name, state, None),
                    _ => hold(name, state, parent.as_deref()),
                }
            }
        }
        let chain =
            events.stream.chance(0.1).then(|| "block 3 is not the one that was written".to_owned());
        let wrong = u64::from(events.right != held)
            + u64::from(events.odd > 0)
            + u64::from(chain.is_some());
        let judged = replay.judge(sum, chain.clone());
        assert_eq!(judged.violations, wrong, "{:?} {held:?} {chain:?}", events.lines);
        if events.right == held { equal += 1 } else { unequal += 1 }
    }
    assert!(equal > 2_000 && unequal > 2_000, "{equal} equal, {unequal} not");
}
