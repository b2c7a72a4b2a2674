//! Products that come on so close to one another that no sensor sees a gap: the second one passes every
//! device unseen, until the first one is taken away.

use super::super::super::item::Item;
use super::super::super::line_context::LineContext;
use super::{Belt, BeltNanos};

impl Belt {
    /// Where the product that comes on would have come on, if a fault pushes it up to the one before. That
    /// one must be near, and neither of them under a device.
    pub(super) fn close_up(&mut self, item: &Item, context: &mut LineContext) -> Option<BeltNanos> {
        let fault = context.faults.touches(self.id, context.now())?;
        let unit = item.unit_id()?;
        let ahead = self.products.back().filter(|product| product.item.is_some())?;
        let gap = self.ran(context) - ahead.entered;
        let first = self.stations.first()?;
        if gap > 2 * self.motion.pitch() || gap >= first.at {
            return None;
        }
        let entered = self.motion.touching(ahead.entered);
        context.note_fault(fault, Some(unit));
        Some(entered)
    }
}
