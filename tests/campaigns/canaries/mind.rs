//! What a double knows of its line: what was printed where, what was commissioned and not yet packed. It
//! needs that to lie well.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use linetwin::engine::{Action, Command, DeviceCommand, DeviceEvent, JobId, ObjectCode, Read};
use linetwin::gs1::{Label, UnitCode, parse_element_string};

/// Products stand at least so far apart, in micrometres; a little less than half of it is near.
const NEAR_UM: u64 = 35_000;

#[derive(Default)]
pub struct Mind {
    /// What each job says.
    jobs: BTreeMap<JobId, Arc<str>>,
    /// Where the printer was when it printed what, latest last.
    printed: VecDeque<(u64, Arc<str>)>,
    /// From printer to camera, in micrometres, once a read has told.
    to_camera_um: Option<u64>,
    /// Where the first product came on, and from there to the camera.
    first_um: Option<u64>,
    entry_to_camera_um: Option<u64>,
    /// Texts of units that were commissioned and not packed yet, by the order in which that was.
    waiting: BTreeMap<u64, Arc<str>>,
    place_of: BTreeMap<UnitCode, u64>,
    commissioned: u64,
    texts: BTreeMap<UnitCode, Arc<str>>,
    /// The label that was printed last.
    pub label: Option<Arc<str>>,
}

impl Mind {
    /// Hears an event as it really was.
    pub fn heard(&mut self, event: &DeviceEvent) {
        match event {
            DeviceEvent::ProductEntered { at_um, .. } => {
                self.first_um = self.first_um.or(Some(*at_um));
            }
            DeviceEvent::Printed { job, at_um, .. } => {
                if let Some(text) = self.jobs.get(job) {
                    self.printed.push_back((*at_um, Arc::clone(text)));
                    if self.printed.len() > 64 {
                        self.printed.pop_front();
                    }
                }
            }
            DeviceEvent::SymbolRead { at_um, read: Read::Symbol { text, .. }, .. } => {
                let way_um = self.first_um.and_then(|first| at_um.checked_sub(first));
                self.entry_to_camera_um = self.entry_to_camera_um.or(way_um);
                let found = self.printed.iter().rev().find(|(_, printed)| printed == text);
                if let (Some((at, _)), None) = (found, self.to_camera_um) {
                    self.to_camera_um = at_um.checked_sub(*at);
                }
            }
            _ => {}
        }
    }

    /// Hears what the controller says.
    pub fn said(&mut self, action: &Action) {
        match action {
            Action::Device(DeviceCommand::Print { job, text, .. }) => {
                self.jobs.insert(*job, Arc::clone(text));
                if let Some(unit) = unit_of(text) {
                    self.texts.insert(unit, Arc::clone(text));
                }
            }
            Action::Device(DeviceCommand::PrintLabel { text, .. }) => {
                self.label = Some(Arc::clone(text));
            }
            Action::Send(message) => match &message.command {
                Command::Commission { unit } => {
                    if let (Some(text), false) = (self.texts.get(unit), self.waits(unit)) {
                        self.waiting.insert(self.commissioned, Arc::clone(text));
                        self.place_of.insert(*unit, self.commissioned);
                        self.commissioned += 1;
                    }
                }
                Command::Pack { children, .. } => {
                    for child in children {
                        if let ObjectCode::Unit(unit) = child
                            && let Some(place) = self.place_of.remove(unit)
                        {
                            self.waiting.remove(&place);
                        }
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// Whether the unit was commissioned and is not packed yet.
    pub fn waits(&self, unit: &UnitCode) -> bool {
        self.place_of.contains_key(unit)
    }

    /// The same of the unit that was printed with this text.
    pub fn waits_with(&self, text: &str) -> bool {
        let place = unit_of(text).and_then(|unit| self.place_of.get(&unit));
        place.is_some_and(|place| *self.waiting[place] == *text)
    }

    /// What the job says that was printed on the product before the camera.
    pub fn expected(&self, at_um: u64) -> Option<Arc<str>> {
        let from = at_um.checked_sub(self.to_camera_um?)?;
        let near = self.printed.iter().rev().filter(|(at, _)| at.abs_diff(from) < NEAR_UM);
        near.min_by_key(|(at, _)| at.abs_diff(from)).map(|(_, text)| Arc::clone(text))
    }

    /// What the job says that was printed on the product that came on there.
    pub fn entered(&self, entered_um: u64) -> Option<Arc<str>> {
        self.expected(entered_um + self.entry_to_camera_um?)
    }

    /// Makes a layer look as it should, where `doubt` says that it does not.
    pub fn believe_layer(&self, reads: &mut [Read], doubt: impl Fn(&Read, &[Read]) -> bool) {
        let before = reads.to_vec();
        for place in 0..reads.len() {
            if !doubt(&before[place], &before[..place]) {
                continue;
            }
            let taken = |text: &Arc<str>| {
                reads
                    .iter()
                    .any(|read| matches!(read, Read::Symbol { text: other, .. } if other == text))
            };
            let free = self.waiting.values().find(|text| !taken(text)).cloned();
            if let Some(text) = free {
                reads[place] = good(text);
            }
        }
    }
}

pub fn good(text: Arc<str>) -> Read {
    Read::Symbol { text, grade_tenths: 40 }
}

pub fn unit_of(text: &str) -> Option<UnitCode> {
    match parse_element_string(text) {
        Ok(Label::Pack(code)) => Some(code.unit),
        _ => None,
    }
}
