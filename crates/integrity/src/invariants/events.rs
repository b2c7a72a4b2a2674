//! EPCIS events replayed from nothing (I7): what can be known from the events alone. The reader is its own,
//! so that a fault of the engine's cannot hide in both.
//!
//! It keeps one sum and no objects, however many there are. An event takes from the sum what an object must
//! have been before it and adds what the object is after it; an event that was left out, written twice or
//! written of an object in another state leaves a sum that is not the ledger's.

use std::borrow::Cow;
use std::hash::Hasher;

use serde::Deserialize;
use siphasher::sip::SipHasher13;

use super::{InvariantId, InvariantResult, Violations};

/// What has become of an object that was commissioned.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum ObjectState {
    /// In use.
    Active,
    /// Taken as a sample.
    Sampled,
    /// Taken out of use.
    Inactive,
    /// Destroyed.
    Destroyed,
    /// Left production's responsibility.
    Released,
}

/// Objects by name, state and parent, as a sum that does not depend on their order. Two different lots of
/// objects have the same sum once in 2^64.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct StateSum {
    objects: i64,
    sum: u64,
}

impl StateSum {
    /// Adds an object.
    pub fn add(&mut self, name: &str, state: ObjectState, parent: Option<&str>) {
        self.objects += 1;
        self.sum = self.sum.wrapping_add(digest(name, state, parent));
    }

    fn take(&mut self, name: &str, state: ObjectState, parent: Option<&str>) {
        self.objects -= 1;
        self.sum = self.sum.wrapping_sub(digest(name, state, parent));
    }
}

fn digest(name: &str, state: ObjectState, parent: Option<&str>) -> u64 {
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_bytes());
    // No name contains these bytes.
    hasher.write_u8(0xf0 | state as u8);
    hasher.write(parent.unwrap_or_default().as_bytes());
    hasher.finish()
}

/// The fields of an event that decide what becomes of objects (EPCIS 2.0, 7.4).
#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    action: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "bizStep")]
    step: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "epcList")]
    objects: Vec<Cow<'a, str>>,
    #[serde(borrow, rename = "parentID")]
    parent: Option<Cow<'a, str>>,
    #[serde(borrow, default, rename = "childEPCs")]
    children: Vec<Cow<'a, str>>,
}

/// See the module's first lines.
#[derive(Debug, Default)]
pub struct EventReplay {
    sum: StateSum,
    /// Lines that could not be read or make no sense, and the first of them.
    odd: u64,
    first_odd: Option<String>,
}

impl EventReplay {
    /// Takes one event of EPCIS in JSON.
    pub fn line(&mut self, line: &[u8]) {
        let read = serde_json::from_slice::<Event>(line).map_err(|error| error.to_string());
        if let Err(problem) = read.and_then(|event| self.event(&event)) {
            self.odd += 1;
            self.first_odd.get_or_insert(problem);
        }
    }

    fn event(&mut self, event: &Event) -> Result<(), String> {
        use ObjectState::{Active, Destroyed, Inactive, Sampled};
        let step = event.step.as_deref().unwrap_or_default();
        let action = event.action.as_deref().unwrap_or_default();
        let mut becomes = |state| {
            for name in &event.objects {
                self.sum.take(name, Active, None);
                self.sum.add(name, state, None);
            }
        };
        match (&*event.kind, action, step) {
            ("ObjectEvent", "ADD", "commissioning") => {
                event.objects.iter().for_each(|name| self.sum.add(name, Active, None));
            }
            ("ObjectEvent", "DELETE", "destroying") => becomes(Destroyed),
            ("ObjectEvent", "DELETE", _) => becomes(Inactive),
            ("ObjectEvent", "OBSERVE", "sampling") => becomes(Sampled),
            ("AggregationEvent", "ADD", "packing") => {
                for name in &event.children {
                    self.sum.take(name, Active, None);
                    self.sum.add(name, Active, event.parent.as_deref());
                }
            }
            (kind, action, step) => return Err(format!("{kind} {action} {step} on a line")),
        }
        Ok(())
    }

    /// Compares what the events come to with what the ledger holds; `chain` is what is wrong with its
    /// audit trail, if anything is.
    pub fn judge(&self, ledger: StateSum, chain: Option<String>) -> InvariantResult {
        let mut found = Violations::of(InvariantId::I7, InvariantId::I7.rule());
        if let Some(first) = &self.first_odd {
            found.violated(|| format!("{} events that cannot be, the first: {first}", self.odd));
        }
        if self.sum != ledger {
            found.violated(|| match (self.sum.objects, ledger.objects) {
                (replayed, held) if replayed == held => {
                    format!("of {held} objects some are not as in the events")
                }
                (replayed, held) => {
                    format!("events of {replayed} objects, the ledger holds {held}")
                }
            });
        }
        if let Some(chain) = chain {
            found.violated(|| chain);
        }
        found.result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BORN: &str =
        r#"{"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","epcList":["a","b"]}"#;
    const CASE: &str =
        r#"{"type":"ObjectEvent","action":"ADD","bizStep":"commissioning","epcList":["c"]}"#;
    const PACKED: &str = r#"{"type":"AggregationEvent","action":"ADD","bizStep":"packing","parentID":"c","childEPCs":["a","b"]}"#;
    const GONE: &str =
        r#"{"type":"ObjectEvent","action":"DELETE","bizStep":"decommissioning","epcList":["b"]}"#;

    fn violated(lines: &[&str], ledger: &[(&str, ObjectState, Option<&str>)]) -> u64 {
        let mut replay = EventReplay::default();
        lines.iter().for_each(|line| replay.line(line.as_bytes()));
        let mut sum = StateSum::default();
        ledger.iter().for_each(|(name, state, parent)| sum.add(name, *state, *parent));
        replay.judge(sum, None).violations
    }

    #[test]
    fn complete_events_give_the_state() {
        use ObjectState::{Active, Inactive};
        let packed = [("a", Active, Some("c")), ("b", Active, Some("c")), ("c", Active, None)];
        assert_eq!(violated(&[BORN, CASE, PACKED], &packed), 0);
        assert_eq!(violated(&[BORN, CASE], &packed), 1, "no event has the contents of the case");
        assert_eq!(violated(&[BORN, BORN, CASE, PACKED], &packed), 1, "born twice");
        assert_eq!(violated(&[BORN, CASE, PACKED, PACKED], &packed), 1, "packed twice");
        let gone = [("a", Active, None), ("b", Inactive, None)];
        assert_eq!(violated(&[BORN, GONE], &gone), 0);
        assert_eq!(violated(&[GONE, BORN], &gone), 0, "the order is the hash chain's business");
        assert_eq!(violated(&[BORN], &gone), 1);
        let swapped = [("b", Active, Some("c")), ("a", Active, Some("d"))];
        assert_eq!(violated(&[BORN, CASE, PACKED], &swapped), 1);
    }

    #[test]
    fn what_no_line_writes_is_odd() {
        let shipped =
            r#"{"type":"ObjectEvent","action":"OBSERVE","bizStep":"shipping","epcList":["a"]}"#;
        assert_eq!(violated(&[shipped], &[]), 1);
        assert_eq!(violated(&["{"], &[]), 1);
    }
}
