//! EPCIS events replayed from nothing: what somebody knows who has only those (I7).

use std::collections::BTreeMap;

use SerialState::{Commissioned, Destroyed, Inactive, Released, Sampled};

use linetwin_engine::{ObjectCode, SerialState};
use linetwin_epcis::{Action, Document, What};
use linetwin_gs1::{CompanyPrefix, sgtin_uri, sscc_uri};

use super::model::Model;

/// What is known of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    state: SerialState,
    parent: Option<String>,
    status: String,
}

/// The objects of all events so far.
#[derive(Debug, Default)]
pub struct Replay(BTreeMap<String, Known>);

impl Replay {
    /// Takes one line of EPCIS JSON.
    pub fn line(&mut self, line: &str) {
        let document = Document::from_json(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(document.warnings, [] as [String; 0], "{line}");
        for event in document.events {
            assert_eq!(
                event.id.as_deref(),
                Some(&*event.hash()),
                "each event is named by its hash"
            );
            let step = event.biz_step.as_ref().map_or("", |step| step.as_str());
            let disposition = event.disposition.as_ref().map_or("", |word| word.as_str());
            match event.what {
                What::Object { action: Action::Add, items, .. } => {
                    for epc in items.epcs {
                        let status = "Active".to_owned();
                        let known = Known { state: Commissioned, parent: None, status };
                        assert_eq!(self.0.insert(epc, known), None, "commissioned once: {line}");
                    }
                }
                What::Object { action: Action::Delete, items, .. } => {
                    let state = if step == "destroying" { Destroyed } else { Inactive };
                    items.epcs.iter().for_each(|epc| self.set(epc, state));
                }
                What::Object { action: Action::Observe, items, .. } => {
                    let own = event.extensions.iter().find(|node| node.name.local == "packStatus");
                    for epc in &items.epcs {
                        match (step, disposition) {
                            ("sampling", _) => self.set(epc, Sampled),
                            ("shipping", _) => self.set_all(epc, Released),
                            ("void_shipping", _) | ("receiving", "returned") => {
                                self.set_all(epc, Commissioned);
                            }
                            _ => {}
                        }
                        if let Some(status) = own.and_then(|node| node.value.as_ref()) {
                            self.known(epc).status = status.to_string();
                        }
                    }
                }
                What::Aggregation { action, parent, children } => {
                    for child in &children.epcs {
                        let parent = parent.clone().filter(|_| action == Action::Add);
                        self.known(child).parent = parent;
                    }
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn known(&mut self, epc: &str) -> &mut Known {
        self.0.get_mut(epc).unwrap_or_else(|| panic!("{epc} was used and never commissioned"))
    }

    fn set(&mut self, epc: &str, state: SerialState) {
        self.known(epc).state = state;
    }

    /// The object and everything in it.
    fn set_all(&mut self, epc: &str, state: SerialState) {
        self.set(epc, state);
        let inside = self.0.iter().filter(|(_, known)| known.parent.as_deref() == Some(epc));
        for child in inside.map(|(epc, _)| epc.clone()).collect::<Vec<_>>() {
            self.set_all(&child, state);
        }
    }

    /// Knows of every object what the model knows, and of no other.
    pub fn compare(&self, model: &Model, prefix: CompanyPrefix) {
        let uri = |code: &ObjectCode| match code {
            ObjectCode::Unit(unit) => sgtin_uri(unit, prefix),
            ObjectCode::Container(sscc) => sscc_uri(*sscc, prefix),
        };
        let lived = [Commissioned, Sampled, Inactive, Destroyed, Released];
        let mut expected = BTreeMap::new();
        for (code, thing) in &model.things {
            if lived.contains(&thing.state) {
                let parent = thing.parent.as_ref().map(uri);
                let status = format!("{:?}", thing.status.0);
                expected.insert(uri(code), Known { state: thing.state, parent, status });
            }
        }
        assert_eq!(self.0, expected);
    }
}
