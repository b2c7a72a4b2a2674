//! What every other module stands on: simulated time, clock time, ids, keyed random streams, distributions,
//! PackML states. It knows nothing of lines or codes, reads no clock and draws no entropy.

mod distribution;
mod id;
mod nearest;
mod packml;
mod situations;
mod stream;
mod time;
mod week;

pub use distribution::{Distribution, DistributionError};
pub use id::{ContainerId, Level, LineId, MachineId, UnitId};
pub use nearest::nearest_name;
pub use packml::{Cause, Command, Input, MachineState, Stay};
pub use stream::{Stream, Streams};
pub use time::{ParseSpanError, SimSpan, SimTime};
pub use week::{ClockTime, Day, ParseClockError, WeekClock};
