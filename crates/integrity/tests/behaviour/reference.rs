//! A second auditor, written from the definitions alone: it keeps the whole trace, judges once at the end, and
//! uses maps and sets. It is slow, and shares nothing with the first but the formats.
//!
//! Definitions. A pack is *sold* if it is in a container that was not taken off the line, nor was any around
//! it. It *carries* the code in its symbol, read or not. The record *knows* what was allocated or packed.

use std::collections::{BTreeMap, BTreeSet};

use linetwin_base::{ContainerId, Level, SimTime, UnitId};
use linetwin_faults::{FaultKind, RightAnswer};
use linetwin_gs1::{Batch, ExpiryDate, Label, Lot, PackCode, Sscc, UnitCode, parse_element_string};
use linetwin_integrity::{Expected, InvariantId, Judgement, SerialClasses};
use linetwin_trace::{CloseReason, Fact, RecordedChild, RecordedFact, TraceRecord};

/// A verdict: the invariants that are violated, outcomes by kind of fault (injected, harmless, contained,
/// escaped), classes of serial numbers, packs sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Violated.
    pub violated: BTreeSet<InvariantId>,
    /// Outcomes.
    pub outcomes: BTreeMap<String, [u64; 4]>,
    /// Classes.
    pub serials: SerialClasses,
    /// Sold.
    pub packed: u64,
}

impl From<&Judgement> for Verdict {
    fn from(judgement: &Judgement) -> Self {
        let violated = judgement.invariants.iter().filter(|it| it.violations > 0);
        let row = |row: &linetwin_integrity::FaultOutcomes| {
            (row.kind.clone(), [row.injected, row.harmless, row.contained, row.escaped])
        };
        Self {
            violated: violated.map(|it| it.id).collect(),
            outcomes: judgement.faults.iter().map(row).collect(),
            serials: judgement.serials,
            packed: judgement.packed,
        }
    }
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Place {
    Line,
    In(ContainerId),
    Off,
    Sample,
}

#[derive(Clone, Debug)]
struct Unit {
    text: Option<String>,
    grade: Option<u8>,
    place: Place,
    returned: bool,
}

#[derive(Clone, Debug, Default)]
struct Container {
    label: Option<String>,
    closed: Option<(Level, u32, u32)>,
    parent: Option<ContainerId>,
    off: bool,
    left: bool,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Allocated,
    Commissioned,
    Scrapped,
    Decommissioned,
    Sampled,
    Returned,
    Void,
}

/// From which class a serial number may come into another one.
fn may_become(from: Class, to: Class) -> bool {
    match to {
        Class::Allocated => false,
        Class::Commissioned | Class::Scrapped | Class::Returned | Class::Void => {
            from == Class::Allocated
        }
        Class::Sampled => from == Class::Commissioned,
        Class::Decommissioned => matches!(from, Class::Commissioned | Class::Sampled),
    }
}

#[derive(Clone, Debug)]
struct Number {
    class: Class,
    batch: Option<(Lot, ExpiryDate)>,
    parent: Option<Sscc>,
}

#[derive(Clone, Debug)]
struct Packed {
    level: Level,
    children: usize,
    parent: Option<Sscc>,
}

/// Everything that a trace says.
#[derive(Default)]
struct World {
    units: BTreeMap<UnitId, Unit>,
    containers: BTreeMap<ContainerId, Container>,
    entered: u64,
    left_bare: u64,
    still: u64,
    forgotten: u64,
    wrong_batch: bool,
    lost_by: BTreeSet<u16>,
    faults: Vec<(FaultKind, Option<UnitId>, u16)>,
    progress: SimTime,
    closed: Option<(SimTime, CloseReason)>,
    numbers: BTreeMap<UnitCode, Number>,
    packed: BTreeMap<Sscc, Packed>,
    /// What breaks an invariant by being said.
    said: BTreeSet<InvariantId>,
}

fn pack(text: &str) -> Option<PackCode<'_>> {
    match parse_element_string(text) {
        Ok(Label::Pack(code)) => Some(code),
        _ => None,
    }
}

fn sscc(text: &str) -> Option<Sscc> {
    match parse_element_string(text) {
        Ok(Label::Container(sscc)) => Some(sscc),
        _ => None,
    }
}

impl World {
    fn unit(&mut self, id: UnitId) -> &mut Unit {
        let new = Unit { text: None, grade: None, place: Place::Line, returned: false };
        self.units.entry(id).or_insert(new)
    }

    fn container(&mut self, id: ContainerId) -> &mut Container {
        self.containers.entry(id).or_default()
    }

    fn hear(&mut self, at: SimTime, fact: &Fact) {
        match fact {
            Fact::UnitEntered { .. }
            | Fact::Rejected { .. }
            | Fact::RemovedByHand { .. }
            | Fact::SampleTaken { .. }
            | Fact::Returned { .. }
            | Fact::UnitPlaced { .. }
            | Fact::ContainerPlaced { .. }
            | Fact::ContainerRemoved { .. }
            | Fact::ContainerClosed { .. }
            | Fact::LeftLine { .. } => self.progress = at,
            _ => {}
        }
        match fact {
            Fact::UnitEntered { unit } => {
                self.entered += 1;
                self.unit(*unit);
            }
            Fact::Printed { unit, text, grade_tenths, .. } => {
                let unit = self.unit(*unit);
                unit.text = text.as_deref().map(str::to_owned);
                unit.grade = *grade_tenths;
            }
            Fact::Rejected { unit, .. } | Fact::RemovedByHand { unit, .. } => {
                self.unit(*unit).place = Place::Off;
            }
            Fact::SampleTaken { unit, .. } => self.unit(*unit).place = Place::Sample,
            Fact::Returned { unit, .. } => {
                let unit = self.unit(*unit);
                (unit.place, unit.returned) = (Place::Line, true);
            }
            Fact::UnitPlaced { unit, container } => {
                self.container(*container);
                self.unit(*unit).place = Place::In(*container);
            }
            Fact::ContainerPlaced { child, container } => {
                self.container(*container);
                self.container(*child).parent = Some(*container);
            }
            Fact::ContainerRemoved { container } => {
                let container = self.container(*container);
                (container.parent, container.off) = (None, true);
            }
            Fact::ContainerClosed { container, level, target, children, .. } => {
                self.container(*container).closed = Some((*level, *target, *children));
            }
            Fact::ContainerLabelled { container, text, .. } => {
                self.container(*container).label = Some(text.to_string());
            }
            Fact::LeftLine { container: Some(container) } => self.container(*container).left = true,
            Fact::LeftLine { container: None } => self.left_bare += 1,
            Fact::StillOnLine { units } => self.still = u64::from(*units),
            Fact::LedgerRestarted { forgotten } => self.forgotten += forgotten,
            Fact::WrongBatchTried { started } => self.wrong_batch |= started,
            Fact::MessageLost { fault } => self.lost_by.extend(fault),
            Fact::FaultInjected { fault, kind, unit } => self.faults.push((*kind, *unit, *fault)),
            Fact::Closed(reason) => self.closed = Some((at, *reason)),
            Fact::Recorded { fact, .. } => self.record(fact),
            Fact::Processed { .. }
            | Fact::Inspected { .. }
            | Fact::Span { .. }
            | Fact::Meter(_)
            | Fact::CoveragePoint { .. } => {}
        }
    }

    fn record(&mut self, fact: &RecordedFact) {
        match fact {
            RecordedFact::SerialsAllocated(codes) => {
                for code in codes {
                    let new = Number { class: Class::Allocated, batch: None, parent: None };
                    if self.numbers.contains_key(code) {
                        self.said.insert(InvariantId::I3);
                    }
                    self.numbers.entry(*code).or_insert(new);
                }
            }
            RecordedFact::UnitCommissioned { unit, lot, expiry } => {
                self.becomes(unit, Class::Commissioned);
                if let Some(number) = self.numbers.get_mut(unit) {
                    number.batch = Some((*lot, *expiry));
                }
            }
            RecordedFact::LabelScrapped { unit } => self.becomes(unit, Class::Scrapped),
            RecordedFact::UnitDecommissioned { unit } => self.becomes(unit, Class::Decommissioned),
            RecordedFact::UnitSampled { unit } => self.becomes(unit, Class::Sampled),
            RecordedFact::SerialsReturned(codes) => {
                codes.iter().for_each(|code| self.becomes(code, Class::Returned));
            }
            RecordedFact::SerialsVoided(codes) => {
                codes.iter().for_each(|code| self.becomes(code, Class::Void));
            }
            RecordedFact::ContainerPacked { parent, level, children } => {
                if self.packed.contains_key(parent) {
                    self.said.insert(InvariantId::I9);
                }
                let new = Packed { level: *level, children: children.len(), parent: None };
                self.packed.entry(*parent).or_insert(new);
                for child in children {
                    let held = match child {
                        RecordedChild::Unit(code) => {
                            self.numbers.get_mut(code).map(|it| &mut it.parent)
                        }
                        RecordedChild::Container(sscc) => {
                            self.packed.get_mut(sscc).map(|it| &mut it.parent)
                        }
                    };
                    match held {
                        Some(held @ None) => *held = Some(*parent),
                        // It has a parent, or nobody knows it.
                        Some(_) | None => drop(self.said.insert(InvariantId::I3)),
                    }
                }
            }
            RecordedFact::OrderClosed | RecordedFact::Refused { .. } => {}
        }
    }

    fn becomes(&mut self, code: &UnitCode, class: Class) {
        match self.numbers.get_mut(code) {
            None => drop(self.said.insert(InvariantId::I3)),
            Some(number) => {
                if !may_become(number.class, class) {
                    self.said.insert(InvariantId::I5);
                }
                number.class = class;
            }
        }
    }

    /// A container and all around it.
    fn around(&self, container: ContainerId) -> Vec<&Container> {
        let outwards = std::iter::successors(Some(container), |at| self.containers[at].parent);
        outwards.map(|at| &self.containers[&at]).collect()
    }

    fn is_sold(&self, unit: &Unit) -> bool {
        matches!(unit.place, Place::In(container) if self.around(container).iter().all(|it| !it.off))
    }

    fn code_of(unit: &Unit) -> Option<UnitCode> {
        unit.text.as_deref().and_then(pack).map(|code| code.unit)
    }

    fn label_of(&self, container: ContainerId) -> Option<Sscc> {
        let container = &self.containers[&container];
        if container.off {
            return None;
        }
        container.label.as_deref().and_then(sscc)
    }
}

/// Judges a whole trace.
pub fn judge(expected: Option<&Expected>, trace: &[TraceRecord]) -> Verdict {
    let mut world = World::default();
    for record in trace {
        world.hear(record.at, &record.fact);
    }
    let sold: BTreeMap<UnitId, &Unit> = world
        .units
        .iter()
        .filter(|(_, unit)| world.is_sold(unit))
        .map(|(id, unit)| (*id, unit))
        .collect();
    let mut violated = BTreeSet::new();
    if !is_conserved(&world) {
        violated.insert(InvariantId::I6);
    }
    let mut bad = BTreeSet::new();
    if let Some(expected) = expected {
        violated.extend(&world.said);
        recorded(&world, expected, &sold, &mut violated, &mut bad);
    }
    let record_is_true =
        [InvariantId::I3, InvariantId::I4, InvariantId::I5].iter().all(|id| !violated.contains(id));
    let mut outcomes = BTreeMap::<String, [u64; 4]>::new();
    for (kind, unit, fault) in &world.faults {
        let outcome = match unit {
            Some(unit) => of_unit(&world, kind.right_answer(), *unit, &sold, &bad, record_is_true),
            None => of_line(&world, kind.right_answer(), *fault, record_is_true),
        };
        let row = outcomes.entry(kind.name().to_owned()).or_default();
        row[0] += 1;
        row[outcome] += 1;
    }
    Verdict { violated, outcomes, serials: classes(&world), packed: sold.len() as u64 }
}

/// I6: everything that came in has left, was taken off, or is still there.
fn is_conserved(world: &World) -> bool {
    let gone = world.units.values().filter(|unit| match unit.place {
        Place::Off | Place::Sample => true,
        Place::In(container) => world.around(container).iter().any(|it| it.off || it.left),
        Place::Line => false,
    });
    world.entered == gone.count() as u64 + world.left_bare + world.still
}

/// All that is judged where there is a record.
fn recorded(
    world: &World,
    expected: &Expected,
    sold: &BTreeMap<UnitId, &Unit>,
    violated: &mut BTreeSet<InvariantId>,
    bad: &mut BTreeSet<UnitId>,
) {
    let cut_off = matches!(world.closed, Some((_, CloseReason::TimeOver)));

    // I1: no code on two packs that are sold.
    let mut bearers = BTreeMap::<UnitCode, Vec<UnitId>>::new();
    for (id, unit) in sold {
        if let Some(code) = World::code_of(unit) {
            bearers.entry(code).or_default().push(*id);
        }
    }
    for twins in bearers.values().filter(|all| all.len() > 1) {
        violated.insert(InvariantId::I1);
        bad.extend(twins);
    }

    // I2: what is sold can be read, is of the order, and is commissioned as such.
    for (id, unit) in sold {
        let readable = unit.grade.is_some_and(|grade| grade >= expected.minimum_grade_tenths);
        let good = readable
            && unit.text.as_deref().and_then(pack).is_some_and(|code| {
                let batch = Batch { expiry: expected.expiry, lot: expected.lot };
                let batch = expected.lot_and_expiry.then_some(batch);
                let number = world.numbers.get(&code.unit);
                let known = number.is_some_and(|number| match number.class {
                    Class::Commissioned => number.batch == Some((expected.lot, expected.expiry)),
                    Class::Allocated => cut_off,
                    _ => false,
                });
                code.unit.gtin == expected.gtin && code.batch == batch && known
            });
        if !good {
            violated.insert(InvariantId::I2);
            bad.insert(*id);
        }
    }

    // I3: who is in whom, by the codes, is the same in truth and in the record.
    let mut truly = BTreeSet::<(RecordedChild, Sscc)>::new();
    for unit in sold.values() {
        let Place::In(container) = unit.place else { unreachable!("it is sold") };
        if let (Some(code), Some(parent)) = (World::code_of(unit), world.label_of(container)) {
            truly.insert((RecordedChild::Unit(code), parent));
        }
    }
    for (id, container) in &world.containers {
        let outer = container.parent.and_then(|outer| world.label_of(outer));
        if let (Some(child), Some(parent)) = (world.label_of(*id), outer) {
            truly.insert((RecordedChild::Container(child), parent));
        }
        // What has left without a label, nobody can have a record of.
        if container.left
            && !container.off
            && container.closed.is_some()
            && container.label.is_none()
        {
            violated.insert(InvariantId::I3);
        }
    }
    let of_units = world
        .numbers
        .iter()
        .filter_map(|(code, it)| Some((RecordedChild::Unit(*code), it.parent?)));
    let of_containers = world
        .packed
        .iter()
        .filter_map(|(sscc, it)| Some((RecordedChild::Container(*sscc), it.parent?)));
    let written: BTreeSet<_> = of_units.chain(of_containers).collect();
    let under_way = |parent: &Sscc| cut_off && !world.packed.contains_key(parent);
    if !written.is_subset(&truly)
        || truly.difference(&written).any(|(_, parent)| !under_way(parent))
    {
        violated.insert(InvariantId::I3);
    }

    // I4: what is active is there, what is a sample was taken.
    for (code, number) in &world.numbers {
        let is_there = |unit: &Unit| World::code_of(unit) == Some(*code);
        let on_line = |unit: &&Unit| unit.place == Place::Line;
        let held = match number.class {
            Class::Commissioned => {
                sold.values().any(|unit| is_there(unit))
                    || world.units.values().filter(on_line).any(is_there)
            }
            Class::Sampled => {
                world.units.values().any(|unit| unit.place == Place::Sample && is_there(unit))
            }
            _ => true,
        };
        if !held {
            violated.insert(InvariantId::I4);
        }
    }

    // I5: every number is in one class in the end.
    if !cut_off && world.numbers.values().any(|number| number.class == Class::Allocated) {
        violated.insert(InvariantId::I5);
    }

    // I8: nothing acknowledged is forgotten.
    if world.forgotten > 0 {
        violated.insert(InvariantId::I8);
    }

    // I9: each container has an SSCC of its own and as many children as it should and as is recorded.
    let mut seen = BTreeSet::new();
    for container in world.containers.values() {
        let wrong_count = container.closed.is_some_and(|(_, target, children)| target != children);
        let labelled = container.label.as_deref().filter(|_| !container.off).map(sscc);
        let wrong_label = labelled.is_some_and(|sscc| sscc.is_none_or(|sscc| !seen.insert(sscc)));
        let record = labelled.flatten().and_then(|sscc| world.packed.get(&sscc));
        let wrong_record = record.is_some_and(|record| {
            let (level, children) =
                container.closed.map_or((None, 0), |(level, _, children)| (Some(level), children));
            Some(record.level) != level || record.children != children as usize
        });
        if wrong_count || wrong_label || wrong_record {
            violated.insert(InvariantId::I9);
        }
    }

    // I10: the line ends as it should, or could still go on.
    let alive = match world.closed {
        None => true,
        Some((_, CloseReason::Stuck)) => false,
        Some((at, CloseReason::TimeOver)) => {
            at <= world.progress.max(expected.faults_over) + expected.max_stall
        }
        Some((_, CloseReason::OrderClosed)) => {
            world.units.values().all(|unit| unit.place != Place::Line)
        }
    };
    if !alive {
        violated.insert(InvariantId::I10);
    }
}

const HARMLESS: usize = 1;
const CONTAINED: usize = 2;
const ESCAPED: usize = 3;

/// The outcome of a fault that hit this unit.
fn of_unit(
    world: &World,
    answer: RightAnswer,
    unit: UnitId,
    sold: &BTreeMap<UnitId, &Unit>,
    bad: &BTreeSet<UnitId>,
    record_is_true: bool,
) -> usize {
    use RightAnswer::{Missed, Rejected, Unaffected};
    let was = &world.units[&unit];
    let taken_off =
        was.place == Place::Off || matches!(was.place, Place::In(_)) && !sold.contains_key(&unit);
    if sold.contains_key(&unit) {
        match answer {
            _ if bad.contains(&unit) => ESCAPED,
            // It was verified again.
            Unaffected => CONTAINED,
            _ if was.returned => CONTAINED,
            Rejected => ESCAPED,
            _ => HARMLESS,
        }
    } else if taken_off {
        match answer {
            Unaffected => HARMLESS,
            Missed if !record_is_true => ESCAPED,
            _ => CONTAINED,
        }
    } else {
        HARMLESS
    }
}

/// The outcome of a fault that hit no unit.
fn of_line(world: &World, answer: RightAnswer, fault: u16, record_is_true: bool) -> usize {
    let well = record_is_true && world.forgotten == 0;
    match answer {
        RightAnswer::TrueRecordIfCutOff if !world.lost_by.contains(&fault) => HARMLESS,
        RightAnswer::OrderRefused if world.wrong_batch => ESCAPED,
        _ if well => CONTAINED,
        _ => ESCAPED,
    }
}

fn classes(world: &World) -> SerialClasses {
    let count =
        |class| world.numbers.values().filter(|number| number.class == class).count() as u64;
    SerialClasses {
        allocated: world.numbers.len() as u64,
        commissioned: count(Class::Commissioned),
        sampled: count(Class::Sampled),
        scrapped: count(Class::Scrapped),
        decommissioned: count(Class::Decommissioned),
        returned: count(Class::Returned),
        void: count(Class::Void),
        balance: count(Class::Allocated) as i64,
    }
}

/// What the packs of a line that are sold carry, and its labelled containers: codes and SSCCs.
pub fn carried(trace: &[TraceRecord]) -> (BTreeSet<UnitCode>, BTreeSet<Sscc>) {
    let mut world = World::default();
    trace.iter().for_each(|record| world.hear(record.at, &record.fact));
    let sold = world.units.values().filter(|unit| world.is_sold(unit));
    let labels = world.containers.keys().filter_map(|id| world.label_of(*id));
    (sold.filter_map(World::code_of).collect(), labels.collect())
}
