//! The encoder of a belt: it counts the way of the belt, and a share more or less of it while it slips.
//! It moves nothing: where products really are, it does not know.

use linetwin_base::MachineId;

use super::super::super::floor::Floor;
use super::Ran;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Encoder {
    belt: MachineId,
    speed_um_s: u64,
    /// Whether the plan of faults ever makes it slip.
    slips: bool,
    /// What it has counted too much [um].
    drift_um: i64,
    /// The way of the belt up to the last reading [um].
    read_um: u64,
}

impl Encoder {
    pub(super) fn new(belt: MachineId, speed_mm_s: f64, floor: &Floor) -> Self {
        let slips = floor.faults.slips(belt);
        let speed_um_s = (speed_mm_s * 1000.0) as u64;
        Self { belt, speed_um_s, slips, drift_um: 0, read_um: 0 }
    }

    /// The way of the belt in so much belt time.
    pub(super) fn way_um(&self, ran: Ran) -> u64 {
        (u128::from(ran) * u128::from(self.speed_um_s) / 1_000_000_000) as u64
    }

    /// What it shows at a belt time, and the fault of the plan that makes it slip now. It has slipped
    /// since the last reading if it does so now.
    pub(super) fn read(&mut self, ran: Ran, floor: &Floor) -> (u64, Option<u16>) {
        let way_um = self.way_um(ran);
        if !self.slips {
            return (way_um, None);
        }
        let slip = floor.faults.encoder(self.belt, floor.now());
        if let Some((_, share)) = slip {
            self.drift_um += ((way_um - self.read_um) as f64 * share) as i64;
        }
        self.read_um = way_um;
        (way_um.saturating_add_signed(self.drift_um), slip.map(|(fault, _)| fault))
    }
}
