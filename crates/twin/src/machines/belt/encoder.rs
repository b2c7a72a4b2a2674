//! The encoder of a belt, and the faults that make it slip. Its reading is the line model's formula.

use linetwin_base::MachineId;
use linetwin_line::motion::{self, BeltNanos};

use super::super::super::line_context::LineContext;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Encoder {
    belt: MachineId,
    counts: motion::Encoder,
    /// Whether the fault plan ever makes it slip.
    slips: bool,
}

impl Encoder {
    pub(super) fn new(belt: MachineId, speed_mm_s: f64, context: &LineContext) -> Self {
        let slips = context.faults.slips(belt);
        Self { belt, counts: motion::Encoder::new(speed_mm_s), slips }
    }

    /// The way of the belt in so much belt time.
    pub(super) fn way_um(&self, ran: BeltNanos) -> u64 {
        self.counts.way_um(ran)
    }

    /// Its reading at a belt time, and the fault that makes it slip now, if one does: then it has slipped
    /// since the last reading.
    pub(super) fn read(&mut self, ran: BeltNanos, context: &LineContext) -> (u64, Option<u16>) {
        if !self.slips {
            return (self.counts.way_um(ran), None);
        }
        let slip = context.faults.encoder(self.belt, context.now());
        let at_um = self.counts.read_um(ran, slip.map(|(_, share)| share));
        (at_um, slip.map(|(fault, _)| fault))
    }
}
