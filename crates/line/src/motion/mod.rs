//! How products move, as formulas: from when a product came on and how the belt has run since follows where
//! it is at any time. The twin runs on them, and a viewer, a report or a calibration that uses them gets the
//! twin's places. Nothing here draws, schedules, reads or writes.

mod belt;
mod clock;
mod encoder;
mod table;

pub use belt::{BeltMeasures, BeltMotion, Riding};
pub use clock::{BeltClock, BeltNanos, FULL_SPEED, speed_part};
pub use encoder::Encoder;
pub use table::TableMotion;
