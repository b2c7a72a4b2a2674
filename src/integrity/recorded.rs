//! What the engine recorded, rebuilt from the trace by itself: each serial number's class, each
//! container's children.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use crate::base::Level;
use crate::gs1::{ExpiryDate, Lot, Sscc, UnitCode};
use crate::trace::{RecordedChild, RecordedFact};

use super::invariants::SerialClasses;

/// The class of a serial number.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Allocated,
    Commissioned,
    Scrapped,
    Decommissioned,
    Sampled,
    Returned,
}

/// A serial number in the record.
#[derive(Clone, Debug)]
pub(super) struct UnitRecord {
    pub(super) class: Class,
    pub(super) printed: Option<(Lot, ExpiryDate)>,
    pub(super) parent: Option<Sscc>,
    /// How often it was commissioned.
    pub(super) commissioned: u32,
}

/// A container in the record.
#[derive(Clone, Debug)]
pub(super) struct ContainerRecord {
    pub(super) level: Level,
    pub(super) children: u32,
    pub(super) parent: Option<Sscc>,
    /// How often it was packed.
    pub(super) packed: u32,
}

/// The whole record.
#[derive(Debug, Default)]
pub(super) struct Recorded {
    pub(super) units: IndexMap<UnitCode, UnitRecord, FxBuildHasher>,
    pub(super) containers: IndexMap<Sscc, ContainerRecord, FxBuildHasher>,
    /// Facts about serial numbers or containers that were never heard of, or impossible ones.
    pub(super) impossible: Vec<String>,
}

impl Recorded {
    pub(super) fn absorb(&mut self, fact: &RecordedFact) {
        match fact {
            RecordedFact::SerialsAllocated(units) => {
                for unit in units {
                    let record = UnitRecord {
                        class: Class::Allocated,
                        printed: None,
                        parent: None,
                        commissioned: 0,
                    };
                    if self.units.insert(*unit, record).is_some() {
                        self.impossible.push(format!("{unit} was allocated twice"));
                    }
                }
            }
            RecordedFact::UnitCommissioned { unit, lot, expiry } => {
                if let Some(record) = self.known(unit) {
                    record.class = Class::Commissioned;
                    record.printed = Some((*lot, *expiry));
                    record.commissioned += 1;
                }
            }
            RecordedFact::UnitSampled { unit } => self.classify(unit, Class::Sampled),
            RecordedFact::LabelScrapped { unit } => self.classify(unit, Class::Scrapped),
            RecordedFact::UnitDecommissioned { unit } => {
                self.classify(unit, Class::Decommissioned);
            }
            RecordedFact::SerialsReturned(units) => {
                for unit in units {
                    self.classify(unit, Class::Returned);
                }
            }
            RecordedFact::ContainerPacked { parent, level, children } => {
                for child in children {
                    self.put(child, *parent);
                }
                let record = ContainerRecord {
                    level: *level,
                    children: children.len() as u32,
                    parent: None,
                    packed: 0,
                };
                self.containers.entry(*parent).or_insert(record).packed += 1;
            }
            RecordedFact::OrderClosed | RecordedFact::Refused { .. } => {}
        }
    }

    fn known(&mut self, unit: &UnitCode) -> Option<&mut UnitRecord> {
        let record = self.units.get_mut(unit);
        if record.is_none() {
            self.impossible.push(format!("{unit} was never allocated"));
        }
        record
    }

    fn classify(&mut self, unit: &UnitCode, class: Class) {
        if let Some(record) = self.known(unit) {
            record.class = class;
        }
    }

    fn put(&mut self, child: &RecordedChild, parent: Sscc) {
        let place = match child {
            RecordedChild::Unit(unit) => self.known(unit).map(|record| &mut record.parent),
            RecordedChild::Container(sscc) => {
                self.containers.get_mut(sscc).map(|record| &mut record.parent)
            }
        };
        match place {
            Some(place @ None) => *place = Some(parent),
            Some(Some(other)) => {
                let message = format!("{child:?} was packed into {other} and into {parent}");
                self.impossible.push(message);
            }
            None => self.impossible.push(format!("{child:?} was packed but never made")),
        }
    }

    /// Counts serial numbers by class.
    pub(super) fn classes(&self) -> SerialClasses {
        let count = |class| self.units.values().filter(|unit| unit.class == class).count() as u64;
        let classes = SerialClasses {
            allocated: self.units.len() as u64,
            commissioned: count(Class::Commissioned),
            scrapped: count(Class::Scrapped),
            decommissioned: count(Class::Decommissioned),
            returned: count(Class::Returned),
            sampled: count(Class::Sampled),
            // Nothing on a line voids numbers yet.
            void: 0,
            balance: 0,
        };
        let accounted = classes.commissioned
            + classes.scrapped
            + classes.decommissioned
            + classes.returned
            + classes.sampled
            + classes.void;
        SerialClasses { balance: classes.allocated as i64 - accounted as i64, ..classes }
    }
}
