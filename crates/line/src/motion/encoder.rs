//! The reading of a belt's encoder: the way that the belt has come, and a share more or less of it while it
//! slips. It moves nothing; the true places of products are not in it.

use super::BeltNanos;

/// See the module's first lines.
///
/// ```
/// use linetwin_line::motion::Encoder;
///
/// const SECOND: u64 = 1_000_000_000;
/// let mut encoder = Encoder::new(600.0);
/// assert_eq!(encoder.way_um(SECOND), 600_000);
/// // Between the first and the second reading it slips, and counts a tenth too much.
/// assert_eq!(encoder.read_um(SECOND, None), 600_000);
/// assert_eq!(encoder.read_um(2 * SECOND, Some(0.1)), 1_260_000);
/// assert_eq!(encoder.read_um(3 * SECOND, None), 1_860_000);
/// ```
#[derive(Clone, Debug)]
pub struct Encoder {
    speed_um_s: u64,
    /// What it has counted too much.
    drift_um: i64,
    /// The way of the belt up to the last reading.
    read_um: u64,
}

impl Encoder {
    /// The encoder of a belt with this full speed.
    pub fn new(speed_mm_s: f64) -> Self {
        Self { speed_um_s: (speed_mm_s * 1000.0) as u64, drift_um: 0, read_um: 0 }
    }

    /// The way of the belt in so much belt time.
    #[inline]
    pub fn way_um(&self, ran: BeltNanos) -> u64 {
        (u128::from(ran) * u128::from(self.speed_um_s) / 1_000_000_000) as u64
    }

    /// Its reading at a belt time. With a share it has slipped since the last reading: it has counted so much
    /// more of the way since then, or less if that is below zero.
    #[inline]
    pub fn read_um(&mut self, ran: BeltNanos, slips: Option<f64>) -> u64 {
        let way_um = self.way_um(ran);
        if let Some(share) = slips {
            self.drift_um += ((way_um - self.read_um) as f64 * share) as i64;
        }
        self.read_um = way_um;
        way_um.saturating_add_signed(self.drift_um)
    }
}
