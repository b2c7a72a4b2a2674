//! The outlet of a machine: it holds one finished item until a place is free behind (blocking after service).

use linetwin_base::MachineId;

use super::super::item::Item;
use super::super::line_context::{LineContext, Sender};
use super::{Signal, SimEvent};

/// See the module's first lines.
#[derive(Debug)]
pub(in super::super) struct Outlet {
    from: Sender,
    to: Option<MachineId>,
    held: Option<Item>,
}

impl Outlet {
    /// The way from one machine to the next.
    pub(in super::super) fn new(
        from: MachineId,
        to: Option<MachineId>,
        retry: impl Into<SimEvent>,
    ) -> Self {
        Self { from: Sender { machine: from, retry: retry.into() }, to, held: None }
    }

    /// Sends an item on, or holds it. True if it is gone.
    pub(in super::super) fn send(&mut self, item: Item, context: &mut LineContext) -> bool {
        self.held = context.offer(&self.from, self.to, item);
        self.held.is_none()
    }

    /// Keeps a place behind for what is being worked on. True if there is one.
    pub(in super::super) fn reserve(&self, context: &mut LineContext) -> bool {
        context.reserve(self.from.machine, self.to)
    }

    /// Sends an item to the place that was kept for it.
    pub(in super::super) fn send_to_reserved(&self, item: Item, context: &mut LineContext) {
        match self.to {
            Some(to) => context.signal(to, Signal::Arrive(item)),
            None => {
                let gone = context.offer(&self.from, None, item);
                debug_assert!(gone.is_none(), "the end of the line takes every item");
            }
        }
    }

    /// Gives a place back that was kept.
    pub(in super::super) fn give_up_reserved(&self, context: &mut LineContext) {
        if let Some(to) = self.to {
            context.add_free_place(to);
        }
    }

    /// Tries again to send what is held. True if something was held and is gone now.
    pub(in super::super) fn retry(&mut self, context: &mut LineContext) -> bool {
        match self.held.take() {
            Some(item) => self.send(item, context),
            None => false,
        }
    }

    /// An operator takes away what is held.
    pub(in super::super) const fn take(&mut self) -> Option<Item> {
        self.held.take()
    }

    /// Whether something is held.
    pub(in super::super) const fn is_blocked(&self) -> bool {
        self.held.is_some()
    }

    /// Units held.
    pub(in super::super) fn units(&self) -> u32 {
        self.held.as_ref().map_or(0, Item::units)
    }
}
