//! Products that come on so close to one another that no sensor sees a gap: the second one passes every
//! device unseen, until the first one is taken away.

use super::super::super::floor::Floor;
use super::super::super::item::Item;
use super::{Belt, BeltNanos};

impl Belt {
    /// Where the product that comes on would have come on, if the plan of faults pushes it up to the one
    /// before. That one must be near, and neither of them under a device.
    pub(super) fn run_up(&mut self, item: &Item, floor: &mut Floor) -> Option<BeltNanos> {
        let fault = floor.faults.touches(self.id, floor.now())?;
        let unit = item.unit_id()?;
        let ahead = self.riders.back().filter(|rider| rider.item.is_some())?;
        let gap = self.ran(floor) - ahead.entered;
        let first = self.stations.first()?;
        if gap > 2 * self.motion.pitch() || gap >= first.at {
            return None;
        }
        let entered = self.motion.touching(ahead.entered);
        floor.note_fault(fault, Some(unit));
        Some(entered)
    }
}
