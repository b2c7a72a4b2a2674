//! The clock of a belt: for how long the belt would have run at full speed to come as far as it has. Free of
//! products; draws nothing.
//!
//! A belt whose target speed changes gets there evenly. With R the time from standing to full speed, and
//! s and t the speeds before and after as parts of full speed, after u it has come forward by
//!
//! ```text
//! faster:  s u + u²/2R   until the speed is t, and by t u more for each u from then on
//! slower:  s u - u²/2R   until the speed is t, and by t u more for each u from then on
//! ```
//!
//! All in whole nanoseconds and in whole parts of [`FULL_SPEED`]; what lies between two of them is
//! dropped. A moment is found by halving, only while the speed changes: at an even speed it is a
//! division, at full speed and standing a subtraction.

use serde::{Deserialize, Serialize};

use linetwin_base::{SimSpan, SimTime};

/// Belt time: so many nanoseconds at full speed are the way that the belt has come. Lengths along a belt
/// are kept in it too, so that sums and differences of both are exact.
pub type BeltNanos = u64;

/// Full speed; all speeds are parts of it.
pub const FULL_SPEED: u32 = 1 << 30;

/// A speed as a part of a belt's full speed, which must be above zero: at least the smallest part, so that
/// a belt with that speed runs.
///
/// ```
/// use linetwin_line::motion::{FULL_SPEED, speed_part};
///
/// assert_eq!(speed_part(250.0, 500.0), FULL_SPEED / 2);
/// assert_eq!(speed_part(900.0, 500.0), FULL_SPEED);
/// ```
pub fn speed_part(speed_mm_s: f64, full_mm_s: f64) -> u32 {
    let part = (speed_mm_s / full_mm_s * f64::from(FULL_SPEED) + 0.5) as u32;
    part.clamp(1, FULL_SPEED)
}

/// How far a belt has come, as a function of time from its last change of speed on. A copy of it is enough to
/// compute where the belt is until the next change.
///
/// ```
/// use linetwin_base::{SimSpan, SimTime};
/// use linetwin_line::motion::BeltClock;
///
/// const SECOND: u64 = 1_000_000_000;
/// let at = |second| SimTime::from_nanos(second * SECOND);
/// // Two seconds from full speed to standing: it coasts for half of that at full speed.
/// let mut clock = BeltClock::new(SimSpan::from_secs(2));
/// assert_eq!(clock.at(at(10)), 10 * SECOND);
/// clock.set_speed(at(10), 0);
/// assert_eq!(clock.at(at(12)), 11 * SECOND);
/// assert_eq!(clock.when(11 * SECOND, at(10)), Some(at(12)));
/// assert_eq!(clock.when(11 * SECOND + 1, at(10)), None);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeltClock {
    /// From standing to full speed, and back [ns].
    ramp: u64,
    /// The speed that it should have, in parts of full speed.
    target: u32,
    /// When it was set.
    since: SimTime,
    /// Belt time then.
    ran: BeltNanos,
    /// Speed then, in parts of full speed.
    speed: u32,
}

impl BeltClock {
    /// A belt that runs at full speed from the start, and takes `ramp` to stop and to start.
    pub const fn new(ramp: SimSpan) -> Self {
        let ramp = ramp.as_nanos();
        Self { ramp, target: FULL_SPEED, since: SimTime::START, ran: 0, speed: FULL_SPEED }
    }

    /// Whether it runs, or is on its way to.
    #[inline]
    pub const fn should_run(&self) -> bool {
        self.target > 0
    }

    /// Belt time at a moment from the last change of speed on.
    #[inline]
    pub fn at(&self, now: SimTime) -> BeltNanos {
        self.ran + self.way(now.since(self.since).as_nanos())
    }

    /// The first moment from now on at which belt time is `ran` or later; `None` if it stands before.
    #[inline]
    pub fn when(&self, ran: BeltNanos, now: SimTime) -> Option<SimTime> {
        let way = ran.saturating_sub(self.ran);
        let changes_for = self.changes_for();
        let changed = self.since + SimSpan::from_nanos(changes_for);
        if self.target == 0 && now >= changed {
            return None;
        }
        let by_then = self.way(changes_for);
        let at = if way <= by_then {
            self.since + SimSpan::from_nanos(self.halve(way, changes_for))
        } else if self.target == 0 {
            return None;
        } else {
            let left = u128::from(way - by_then) * u128::from(FULL_SPEED);
            changed + SimSpan::from_nanos(left.div_ceil(u128::from(self.target)) as u64)
        };
        Some(at.max(now))
    }

    /// From now on its target is this speed, in parts of [`FULL_SPEED`], which it takes its time to reach.
    pub fn set_speed(&mut self, now: SimTime, speed: u32) {
        let past = now.since(self.since).as_nanos();
        let reached = if past >= self.changes_for() {
            self.target
        } else {
            // Less than a ramp has passed.
            let change = (u128::from(past) * u128::from(FULL_SPEED) / u128::from(self.ramp)) as u32;
            if self.target > self.speed { self.speed + change } else { self.speed - change }
        };
        (self.ran, self.since, self.speed) = (self.at(now), now, reached);
        self.target = speed;
    }

    /// The speed that it should have, in parts of [`FULL_SPEED`].
    pub const fn target_speed(&self) -> u32 {
        self.target
    }

    /// The moment from which its speed has been the target, as long as nothing else is set.
    pub fn steady_from(&self) -> SimTime {
        self.since + SimSpan::from_nanos(self.changes_for())
    }

    /// The brake is applied: it stands at once.
    pub fn brake(&mut self, now: SimTime) {
        self.set_speed(now, 0);
        self.speed = 0;
    }

    /// For so long its speed changes [ns].
    #[inline]
    const fn changes_for(&self) -> u64 {
        let change = self.target.abs_diff(self.speed);
        if change == 0 || self.ramp == 0 {
            return 0;
        }
        (change as u128 * self.ramp as u128 / FULL_SPEED as u128) as u64
    }

    /// Belt time that passes within `span` of the last change.
    #[inline]
    fn way(&self, span: u64) -> BeltNanos {
        if self.target == FULL_SPEED && self.speed == FULL_SPEED {
            return span;
        }
        let full = u128::from(FULL_SPEED);
        let changes_for = self.changes_for();
        let changing = u128::from(span.min(changes_for));
        let even = u128::from(span.saturating_sub(changes_for)) * u128::from(self.target);
        // Twice the way, times the ramp, in parts of full speed.
        let ramp = u128::from(self.ramp.max(1));
        let (at_first, bent) =
            (2 * changing * u128::from(self.speed) * ramp, changing * changing * full);
        let changed = if self.target > self.speed { at_first + bent } else { at_first - bent };
        (changed / (2 * ramp * full) + even / full) as BeltNanos
    }

    /// The least span, up to `most`, within which the belt comes forward by `way`.
    fn halve(&self, way: BeltNanos, most: u64) -> u64 {
        let (mut short, mut enough) = (0, most);
        while short < enough {
            let middle = short + (enough - short) / 2;
            if self.way(middle) >= way {
                enough = middle;
            } else {
                short = middle + 1;
            }
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: u64 = 1_000_000_000;

    fn at(nanos: u64) -> SimTime {
        SimTime::from_nanos(nanos)
    }

    fn clock(ramp_s: u64) -> BeltClock {
        BeltClock::new(SimSpan::from_secs(ramp_s))
    }

    #[test]
    fn a_belt_without_a_ramp_stands_and_runs_at_once() {
        let mut clock = clock(0);
        assert_eq!(clock.when(3 * S, at(S)), Some(at(3 * S)));
        clock.set_speed(at(2 * S), 0);
        assert_eq!((clock.at(at(9 * S)), clock.when(3 * S, at(2 * S))), (2 * S, None));
        clock.set_speed(at(9 * S), FULL_SPEED);
        assert_eq!(clock.when(3 * S, at(9 * S)), Some(at(10 * S)));
        assert_eq!(clock.when(S, at(9 * S)), Some(at(9 * S)), "what is late is due now");
    }

    #[test]
    fn it_coasts_for_half_of_its_ramp_and_gets_going_as_slowly() {
        // Two seconds: 1 s of way while it stops, of which 3/4 in the first second.
        let mut clock = clock(2);
        clock.set_speed(at(10 * S), 0);
        assert_eq!(clock.at(at(11 * S)), 10 * S + S * 3 / 4);
        assert_eq!(clock.at(at(12 * S)), 11 * S);
        assert_eq!(clock.at(at(20 * S)), 11 * S);
        assert_eq!(clock.when(10 * S + S * 3 / 4, at(10 * S)), Some(at(11 * S)));
        assert_eq!(clock.when(11 * S, at(10 * S)), Some(at(12 * S)));
        assert_eq!(clock.when(11 * S + 1, at(10 * S)), None);
        clock.set_speed(at(20 * S), FULL_SPEED);
        assert_eq!(clock.at(at(21 * S)), 11 * S + S / 4);
        assert_eq!(clock.at(at(22 * S)), 12 * S);
        assert_eq!(clock.when(11 * S + S / 4, at(20 * S)), Some(at(21 * S)));
        assert_eq!(clock.when(15 * S, at(20 * S)), Some(at(25 * S)));
    }

    #[test]
    fn it_is_started_again_before_it_stands() {
        // After one of two seconds it has half its speed, and takes one second to have all of it.
        let mut clock = clock(2);
        clock.set_speed(at(0), 0);
        clock.set_speed(at(S), FULL_SPEED);
        assert_eq!(clock.at(at(2 * S)), S * 3 / 4 + S * 3 / 4);
        clock.brake(at(2 * S));
        assert_eq!((clock.at(at(9 * S)), clock.when(2 * S, at(2 * S))), (S * 3 / 2, None));
    }

    #[test]
    fn at_half_its_speed_it_takes_twice_as_long() {
        let mut slow = clock(0);
        slow.set_speed(at(S), FULL_SPEED / 2);
        assert_eq!(slow.at(at(5 * S)), 3 * S);
        assert_eq!(slow.when(3 * S, at(2 * S)), Some(at(5 * S)));
        assert_eq!(slow.when(3 * S + 1, at(2 * S)), Some(at(5 * S + 2)));
        // With a ramp of two seconds it slows down for one, at three quarters on the average.
        let mut slow = clock(2);
        slow.set_speed(at(S), FULL_SPEED / 2);
        assert_eq!(slow.at(at(2 * S)), S + S * 3 / 4);
        assert_eq!(slow.at(at(4 * S)), 2 * S + S * 3 / 4);
        slow.set_speed(at(4 * S), FULL_SPEED);
        assert_eq!(slow.at(at(5 * S)), 3 * S + S / 2);
        assert_eq!(slow.when(4 * S + S / 2, at(5 * S)), Some(at(6 * S)));
    }

    #[test]
    fn a_moment_is_the_first_at_which_the_belt_has_come_so_far() {
        let mut stream = linetwin_base::Streams::new(1).stream("test", "clock");
        let mut found = 0;
        for _ in 0..200 {
            let mut clock = BeltClock::new(SimSpan::from_nanos(1 + stream.bits() % 3_000));
            let mut now = 0;
            for _ in 0..20 {
                now += stream.bits() % 4_000;
                match stream.bits() % 5 {
                    0 => clock.brake(at(now)),
                    1 => clock.set_speed(at(now), 0),
                    2 => clock.set_speed(at(now), (stream.bits() % u64::from(FULL_SPEED)) as u32),
                    _ => clock.set_speed(at(now), FULL_SPEED),
                }
                let ran = clock.at(at(now)) + 1 + stream.bits() % 2_000;
                let Some(when) = clock.when(ran, at(now)) else {
                    assert!(clock.at(at(now + 1_000_000)) < ran, "it never comes so far");
                    continue;
                };
                found += 1;
                assert!(clock.at(when) >= ran, "{clock:?}");
                assert!(clock.at(at(when.as_nanos() - 1)) < ran, "{clock:?}");
            }
        }
        assert!(found > 1_000, "{found}");
    }
}
