//! Hands on the products of a belt: the operator's, who does what he was called for, and those of
//! people who say nothing.

use std::sync::Arc;

use linetwin_base::SimSpan;
use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_faults::{Inserted, ManualVerdict};
use linetwin_trace::Fact;

use super::super::super::floor::Floor;
use super::super::super::item::{Impression, Item, Mark, Unit};
use super::super::super::meter::Meter;
use super::super::super::situation::Situation;
use super::super::printer::of_another_lot;
use super::{Belt, Event};

impl Belt {
    /// An operator takes off the product that stands where one must be that came on at that reading, if
    /// there is one.
    pub(super) fn remove_by_hand(
        &mut self,
        task: OperatorTask,
        entered_um: u64,
        as_sample: bool,
        meter: &mut Meter,
        floor: &mut Floor,
    ) {
        // Called again for what he has done, because nobody heard of it, he shows what he took.
        if let Some((done, read)) = &self.sampled
            && *done == task
        {
            return floor.report(DeviceEvent::OperatorDone { task, read: read.clone() });
        }
        let mut read = Read::NoRead;
        let ran = self.ran(floor);
        let reach_um = self.encoder.way_um(self.motion.pitch()) / 2;
        let place_um = self.encoder.read(ran, floor).0.saturating_sub(entered_um);
        let found = self.riders.iter().position(|rider| {
            let stands_um = self.encoder.way_um(ran - rider.entered);
            rider.item.is_some() && stands_um.abs_diff(place_um) <= reach_um
        });
        if found.is_none() {
            floor.reached(Situation::OperatorFindsNothing.name());
        }
        if let Some(index) = found {
            let ordinal = self.first + index as u64;
            if let Some(Item::Unit(unit)) = self.take_off(ordinal, meter, floor) {
                floor.arrived();
                let (machine, id) = (self.id, unit.id);
                if as_sample {
                    read = self.scan(unit.mark.as_ref());
                    floor.note(Fact::SampleTaken { machine, unit: id });
                } else {
                    floor.note(Fact::RemovedByHand { machine, unit: id });
                }
            }
        }
        if as_sample {
            self.sampled = Some((task, read.clone()));
        }
        floor.report(DeviceEvent::OperatorDone { task, read });
    }

    /// He scans what he has taken, and tries again if it does not read.
    fn scan(&mut self, mark: Option<&Mark>) -> Read {
        const TRIES: usize = 3;
        let mut reads = (0..TRIES).map(|_| self.handheld.read(mark));
        reads.find(|read| matches!(read, Read::Symbol { .. })).unwrap_or(Read::NoRead)
    }

    pub(super) fn meddle(&mut self, meter: &mut Meter, floor: &mut Floor) {
        match floor.faults.manual(self.id, floor.now()) {
            ManualVerdict::None => {}
            ManualVerdict::Remove(fault, which) => {
                let ordinal = self.first + which % self.riders.len() as u64;
                if let Some(Item::Unit(unit)) = self.take_off(ordinal, meter, floor) {
                    floor.note_fault(fault, Some(unit.id));
                    floor.remove_by_hand(self.id, Item::Unit(unit));
                }
            }
            ManualVerdict::Swap(fault, which) => {
                let pair = (which % self.riders.len() as u64) as usize;
                let neighbours = self.riders.make_contiguous();
                if let Some([one, other]) = neighbours.get_mut(pair..pair + 2)
                    && let (Some(Item::Unit(unit)), Some(_)) = (&one.item, &other.item)
                {
                    floor.note_fault(fault, Some(unit.id));
                    std::mem::swap(&mut one.item, &mut other.item);
                }
            }
            ManualVerdict::Insert(fault, what) => {
                self.to_insert = Some((fault, what));
                let after = SimSpan::from_nanos(self.motion.pitch());
                floor.schedule(after, self.id, Event::Insert.into());
            }
        }
    }

    /// Puts a product on, if there is room at this moment.
    pub(super) fn insert(&mut self, meter: &mut Meter, floor: &mut Floor) {
        let Some((fault, what)) = self.to_insert.take() else { return };
        if !floor.squeeze_in(self.id) {
            return;
        }
        let id = floor.new_unit();
        let neighbour = self.riders.back().and_then(|rider| rider.item.as_ref());
        let neighbour = neighbour.and_then(Item::mark).cloned();
        let mark = match what {
            Inserted::Bare => None,
            Inserted::Copy => neighbour,
            Inserted::Alien(which) => {
                let impression = Arc::new(Impression::Modelled);
                let text = |mark: &Mark| of_another_lot(&mark.text, which);
                let alien = |mark: Mark| Mark { text: text(&mark), impression, ..mark };
                neighbour.map(alien)
            }
            Inserted::Packed => self.long_gone.clone(),
        };
        floor.note(Fact::UnitEntered { unit: id });
        if let Some(mark) = &mark {
            floor.note(Fact::Printed {
                machine: self.id,
                unit: id,
                text: Some(mark.text.clone()),
                grade_tenths: mark.grade_tenths,
            });
        }
        floor.note_fault(fault, Some(id));
        floor.on_the_way += 1;
        self.enter(Item::Unit(Unit { id, mark }), meter, floor);
    }
}
