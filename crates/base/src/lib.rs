//! What the model of a packaging line stands on: simulated time in whole nanoseconds, clock time, ids, keyed
//! random streams, distributions, PackML states. It is free of lines and codes, reads no clock and draws no
//! entropy: the same numbers in, the same bits out, on every machine.
//!
//! ```
//! use linetwin_base::{Distribution, SimSpan, SimTime, Streams};
//!
//! // One stream for each (seed, owner, purpose): what another machine draws shifts nothing here.
//! let mut repairs = Streams::new(42).stream("printer-1", "repair");
//! let repair = Distribution::LogNormal { mean: 120.0, sd: 60.0 };
//! let end = SimTime::START + SimSpan::from_secs(30) + repair.draw(&mut repairs);
//!
//! let mut again = Streams::new(42).stream("printer-1", "repair");
//! assert_eq!(end, SimTime::START + SimSpan::from_secs(30) + repair.draw(&mut again));
//! ```

mod coverage;
mod distribution;
mod id;
mod nearest;
mod packml;
mod stream;
mod time;
mod week;

pub use distribution::{Distribution, DistributionError};
pub use id::{ContainerId, Level, LineId, MachineId, UnitId};
pub use nearest::nearest_name;
pub use packml::{Cause, Command, Input, MachineState, Stay};
pub use stream::{Stream, StreamKey, Streams, streams_taken};
pub use time::{ParseSpanError, SimSpan, SimTime};
pub use week::{ClockTime, Day, ParseClockError, WeekClock};
