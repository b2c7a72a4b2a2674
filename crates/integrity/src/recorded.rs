//! What the engine recorded, rebuilt from the trace by itself: each serial number's class, each
//! container's children.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use linetwin_base::Level;
use linetwin_gs1::{ExpiryDate, Lot, Sscc, UnitCode};
use linetwin_trace::{RecordedChild, RecordedFact};

use super::code_set::CodeSet;

/// The class of a serial number.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Allocated,
    Commissioned,
    Scrapped,
    Decommissioned,
    Sampled,
    Returned,
    Void,
}

impl Class {
    /// Whether a serial number of this class may come into that one (OPEN-SCS 4.1.4).
    const fn may_become(self, other: Self) -> bool {
        match other {
            Self::Allocated => false,
            Self::Commissioned | Self::Scrapped | Self::Returned | Self::Void => {
                matches!(self, Self::Allocated)
            }
            Self::Sampled => matches!(self, Self::Commissioned),
            Self::Decommissioned => matches!(self, Self::Commissioned | Self::Sampled),
        }
    }
}

/// Where the serial numbers of the run are.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SerialClasses {
    /// Given to the line.
    pub allocated: u64,
    /// Bound to a unit.
    pub commissioned: u64,
    /// Taken as samples.
    pub sampled: u64,
    /// Spoiled before they were commissioned.
    pub scrapped: u64,
    /// Bound and unbound again.
    pub decommissioned: u64,
    /// Given back unused.
    pub returned: u64,
    /// Declared void.
    pub void: u64,
    /// Allocated less all others: 0 when every number is in one class.
    pub balance: i64,
}

/// A serial number in the record. Millions of these are kept: what many share is kept elsewhere.
#[derive(Copy, Clone, Debug)]
pub(super) struct UnitRecord {
    pub(super) class: Class,
    /// It came into a class that its own does not lead to.
    pub(super) astray: bool,
    /// Its unit was settled: it is in the container of which the record has it. The record has been
    /// changed since.
    pub(super) left: bool,
    /// Place in the list of batches, from 1; 0 for none.
    batch: u16,
    /// The container in which the record has it.
    pub(super) parent: Option<Sscc>,
}

impl UnitRecord {
    const fn new(class: Class) -> Self {
        Self { class, astray: false, left: false, batch: 0, parent: None }
    }
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
    /// Every lot and expiry that units were commissioned with.
    batches: Vec<(Lot, ExpiryDate)>,
    /// Codes of units that are settled.
    pub(super) settled: CodeSet<UnitCode>,
    /// Those of containers that are.
    pub(super) settled_containers: CodeSet<Sscc>,
    /// Settled units of which more was recorded afterwards.
    changed: u64,
    /// Settled containers that were packed once more.
    pub(super) packed_again: Vec<Sscc>,
    /// Facts that are impossible, or about unknown serial numbers or containers.
    pub(super) impossible: Vec<String>,
}

impl Recorded {
    pub(super) fn absorb(&mut self, fact: &RecordedFact) {
        match fact {
            RecordedFact::SerialsAllocated(units) => {
                for unit in units {
                    if self.units.contains_key(unit) || self.settled.contains(unit) {
                        self.impossible.push(format!("{unit} was allocated twice"));
                        continue;
                    }
                    self.units.insert(*unit, UnitRecord::new(Class::Allocated));
                }
            }
            RecordedFact::UnitCommissioned { unit, lot, expiry } => {
                let batch = self.batch(*lot, *expiry);
                self.classify(unit, Class::Commissioned);
                if let Some(record) = self.units.get_mut(unit) {
                    record.batch = batch;
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
            RecordedFact::SerialsVoided(units) => {
                for unit in units {
                    self.classify(unit, Class::Void);
                }
            }
            RecordedFact::ContainerPacked { parent, level, children } => {
                let record = ContainerRecord {
                    level: *level,
                    children: children.len() as u32,
                    parent: None,
                    packed: 0,
                };
                if self.settled_containers.contains(parent) {
                    self.packed_again.push(*parent);
                } else {
                    self.containers.entry(*parent).or_insert(record).packed += 1;
                }
                for child in children {
                    self.put(child, *parent);
                }
            }
            RecordedFact::OrderClosed | RecordedFact::Refused { .. } => {}
        }
    }

    /// The record of a serial number, of one that was settled too.
    fn known(&mut self, unit: &UnitCode) -> Option<&mut UnitRecord> {
        if !self.units.contains_key(unit) {
            if !self.settled.contains(unit) {
                self.impossible.push(format!("{unit} was never allocated"));
                return None;
            }
            // It was of the order's lot, or it would not have been settled.
            let record = UnitRecord { left: true, ..UnitRecord::new(Class::Commissioned) };
            self.units.insert(*unit, record);
            self.changed += 1;
        }
        self.units.get_mut(unit)
    }

    fn classify(&mut self, unit: &UnitCode, class: Class) {
        if let Some(record) = self.known(unit) {
            record.astray |= !record.class.may_become(class);
            record.class = class;
        }
    }

    /// The place of a batch in the list.
    fn batch(&mut self, lot: Lot, expiry: ExpiryDate) -> u16 {
        let known = self.batches.iter().position(|batch| *batch == (lot, expiry));
        let at = known.unwrap_or_else(|| {
            self.batches.push((lot, expiry));
            self.batches.len() - 1
        });
        u16::try_from(at + 1).expect("a line makes few lots")
    }

    /// With which lot and expiry a unit was commissioned.
    pub(super) fn printed(&self, record: &UnitRecord) -> Option<(Lot, ExpiryDate)> {
        let at = usize::from(record.batch).checked_sub(1)?;
        Some(self.batches[at])
    }

    /// A unit has left as it should.
    pub(super) fn settle(&mut self, unit: &UnitCode) {
        self.units.swap_remove(unit);
        self.settled.insert(unit);
    }

    /// A container has left as it should, and so has everything in it.
    pub(super) fn settle_container(&mut self, sscc: Sscc) {
        self.containers.swap_remove(&sscc);
        self.settled_containers.insert(&sscc);
    }

    /// Whether the record has a container.
    pub(super) fn has_container(&self, sscc: &Sscc) -> bool {
        self.containers.contains_key(sscc) || self.settled_containers.contains(sscc)
    }

    fn put(&mut self, child: &RecordedChild, parent: Sscc) {
        let of_child = match child {
            RecordedChild::Unit(unit) => match self.known(unit) {
                None => return,
                Some(record) if record.left => {
                    self.impossible.push(format!("{unit} was packed into {parent}, and has left"));
                    return;
                }
                Some(record) => &mut record.parent,
            },
            RecordedChild::Container(sscc) => match self.containers.get_mut(sscc) {
                None => {
                    self.impossible.push(format!("{child:?} was packed but never made"));
                    return;
                }
                Some(record) => &mut record.parent,
            },
        };
        match *of_child {
            None => *of_child = Some(parent),
            Some(other) => {
                self.impossible.push(format!("{child:?} was packed into {other} and into {parent}"))
            }
        }
    }

    /// The container in which the record has something.
    pub(super) fn parent(&self, child: &RecordedChild) -> Option<Sscc> {
        match child {
            RecordedChild::Unit(code) => self.units.get(code)?.parent,
            RecordedChild::Container(sscc) => self.containers.get(sscc)?.parent,
        }
    }

    /// Everything that the record has in a container, and that is not settled.
    pub(super) fn children(&self) -> impl Iterator<Item = (RecordedChild, Sscc)> {
        let units = self.units.iter();
        let units = units.filter_map(|(code, it)| Some((RecordedChild::Unit(*code), it.parent?)));
        let inner = self.containers.iter();
        let inner = inner.filter_map(|(it, of)| Some((RecordedChild::Container(*it), of.parent?)));
        units.chain(inner)
    }

    /// Counts serial numbers by class.
    pub(super) fn classes(&self) -> SerialClasses {
        let count = |class| self.units.values().filter(|unit| unit.class == class).count() as u64;
        let settled = self.settled.len() - self.changed;
        let classes = SerialClasses {
            allocated: self.units.len() as u64 + settled,
            commissioned: count(Class::Commissioned) + settled,
            scrapped: count(Class::Scrapped),
            decommissioned: count(Class::Decommissioned),
            returned: count(Class::Returned),
            sampled: count(Class::Sampled),
            void: count(Class::Void),
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
