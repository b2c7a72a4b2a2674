//! The inlet of a machine that works on one item at a time: a queue with a capacity; with none the inlet
//! opens only while the machine has nothing to do.

use std::collections::VecDeque;

use linetwin_base::MachineId;

use super::super::item::Item;
use super::super::line_context::LineContext;
use super::super::meter::Meter;

/// See the module's first lines.
#[derive(Debug)]
pub(in super::super) struct InputQueue {
    machine: MachineId,
    queue: VecDeque<Item>,
    capacity: u32,
    /// Without a queue: whether the machine would take an item now.
    open: bool,
}

impl InputQueue {
    /// An empty queue before a machine.
    pub(in super::super) fn new(
        machine: MachineId,
        capacity: u32,
        context: &mut LineContext,
    ) -> Self {
        context.set_free_places(machine, capacity.max(1));
        Self { machine, queue: VecDeque::new(), capacity, open: true }
    }

    /// An item has come through the inlet.
    #[inline]
    pub(in super::super) fn arrive(
        &mut self,
        item: Item,
        meter: &mut Meter,
        context: &LineContext,
    ) {
        self.queue.push_back(item);
        meter.level_up(context.now());
    }

    /// Takes the item that waits longest; its place is free for another.
    #[inline]
    pub(in super::super) fn take(
        &mut self,
        meter: &mut Meter,
        context: &mut LineContext,
    ) -> Option<Item> {
        let item = self.queue.pop_front();
        if item.is_some() {
            meter.level_down(context.now());
        }
        if self.capacity == 0 {
            if item.is_some() {
                self.open = false;
            } else if !std::mem::replace(&mut self.open, true) {
                context.add_free_place(self.machine);
            }
        } else if item.is_some() {
            context.add_free_place(self.machine);
        }
        item
    }

    /// Whether nothing waits.
    pub(in super::super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Units waiting.
    pub(in super::super) fn units(&self) -> u32 {
        self.queue.iter().map(Item::units).sum()
    }
}
