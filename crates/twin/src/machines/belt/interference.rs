//! What people do to the products of a belt: the operator who does the task he was called for, and manual
//! interference that is not reported to the line controller.

use std::sync::Arc;

use linetwin_base::SimSpan;
use linetwin_engine::{DeviceEvent, OperatorTask, Read};
use linetwin_faults::{Inserted, ManualVerdict};
use linetwin_trace::Fact;

use super::super::super::coverage::CoveragePoint;
use super::super::super::item::{Impression, Item, Mark, Unit};
use super::super::super::line_context::LineContext;
use super::super::super::meter::Meter;
use super::super::printer::of_another_lot;
use super::{Belt, Event};

impl Belt {
    /// An operator takes off the product that stands where one with that encoder reading must be, if there is
    /// one.
    pub(super) fn remove_by_hand(
        &mut self,
        task: OperatorTask,
        entered_um: u64,
        as_sample: bool,
        meter: &mut Meter,
        context: &mut LineContext,
    ) {
        // Called again for a task that he has done, because the report was lost, he shows what he took.
        if let Some((done, read)) = &self.sampled
            && *done == task
        {
            return context.report(DeviceEvent::OperatorDone { task, read: read.clone() });
        }
        let mut read = Read::NoRead;
        let ran = self.ran(context);
        let reach_um = self.encoder.way_um(self.motion.pitch()) / 2;
        let place_um = self.encoder.read(ran, context).0.saturating_sub(entered_um);
        let found = self.products.iter().position(|product| {
            let stands_um = self.encoder.way_um(ran - product.entered);
            product.item.is_some() && stands_um.abs_diff(place_um) <= reach_um
        });
        if found.is_none() {
            context.reached(CoveragePoint::OperatorFindsNothing.name());
        }
        if let Some(index) = found {
            let ordinal = self.first + index as u64;
            if let Some(Item::Unit(unit)) = self.take_off(ordinal, meter, context) {
                context.arrived();
                let (machine, id) = (self.id, unit.id);
                if as_sample {
                    read = self.scan(unit.mark.as_ref());
                    context.note(Fact::SampleTaken { machine, unit: id });
                } else {
                    context.note(Fact::RemovedByHand { machine, unit: id });
                }
            }
        }
        if as_sample {
            self.sampled = Some((task, read.clone()));
        }
        context.report(DeviceEvent::OperatorDone { task, read });
    }

    /// He scans what he has taken, and tries again if it does not read.
    fn scan(&mut self, mark: Option<&Mark>) -> Read {
        const TRIES: usize = 3;
        let mut reads = (0..TRIES).map(|_| self.handheld.read(mark));
        reads.find(|read| matches!(read, Read::Symbol { .. })).unwrap_or(Read::NoRead)
    }

    pub(super) fn interfere(&mut self, meter: &mut Meter, context: &mut LineContext) {
        match context.faults.manual(self.id, context.now()) {
            ManualVerdict::None => {}
            ManualVerdict::Remove(fault, which) => {
                let ordinal = self.first + which % self.products.len() as u64;
                if let Some(Item::Unit(unit)) = self.take_off(ordinal, meter, context) {
                    context.note_fault(fault, Some(unit.id));
                    context.remove_by_hand(self.id, Item::Unit(unit));
                }
            }
            ManualVerdict::Swap(fault, which) => {
                let pair = (which % self.products.len() as u64) as usize;
                let neighbours = self.products.make_contiguous();
                if let Some([one, other]) = neighbours.get_mut(pair..pair + 2)
                    && let (Some(Item::Unit(unit)), Some(_)) = (&one.item, &other.item)
                {
                    context.note_fault(fault, Some(unit.id));
                    std::mem::swap(&mut one.item, &mut other.item);
                }
            }
            ManualVerdict::Insert(fault, what) => {
                self.to_insert = Some((fault, what));
                let after = SimSpan::from_nanos(self.motion.pitch());
                context.schedule(after, self.id, Event::Insert.into());
            }
        }
    }

    /// Puts a product on, if a place is free at this moment.
    pub(super) fn insert(&mut self, meter: &mut Meter, context: &mut LineContext) {
        let Some((fault, what)) = self.to_insert.take() else { return };
        if !context.try_reserve(self.id) {
            return;
        }
        let id = context.new_unit();
        let neighbour = self.products.back().and_then(|product| product.item.as_ref());
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
        context.note(Fact::UnitEntered { unit: id });
        if let Some(mark) = &mark {
            context.note(Fact::Printed {
                machine: self.id,
                unit: id,
                text: Some(mark.text.clone()),
                grade_tenths: mark.grade_tenths,
            });
        }
        context.note_fault(fault, Some(id));
        context.on_the_way += 1;
        self.enter(Item::Unit(Unit { id, mark }), meter, context);
    }
}
