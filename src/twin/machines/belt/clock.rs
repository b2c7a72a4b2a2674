//! The clock of a belt: for how long the belt would have run at full speed to come as far as it has.
//! It knows nothing of products and draws nothing.
//!
//! A belt that is told to run or to stand changes its speed evenly. With R the time from standing to
//! full speed, and s the speed as the part of R that lies below it, a belt that is told to run has
//! after u come forward by
//!
//! ```text
//! told to run:    (s u + u²/2) / R   while s + u < R,  and u more for each u from then on
//! told to stand:  (s u - u²/2) / R   while u < s,      and nothing from then on
//! ```
//!
//! All in whole nanoseconds; what lies between two of them is dropped. A moment is found by halving,
//! only while the speed changes: at full speed and standing it is a subtraction.

use crate::base::{SimSpan, SimTime};

/// Belt time: nanoseconds at full speed.
pub(super) type Ran = u64;

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Clock {
    /// From standing to full speed, and back [ns].
    ramp: u64,
    told_to_run: bool,
    /// When it was told so.
    since: SimTime,
    /// Belt time then.
    ran: Ran,
    /// Speed then: 0 stands, `ramp` is full speed.
    speed: u64,
}

impl Clock {
    /// A belt that runs at full speed from the start, and takes `ramp` to stop and to start.
    pub(super) const fn new(ramp: SimSpan) -> Self {
        let ramp = ramp.as_nanos();
        Self { ramp, told_to_run: true, since: SimTime::START, ran: 0, speed: ramp }
    }

    /// Whether it runs, or is on its way to.
    pub(super) const fn is_told_to_run(&self) -> bool {
        self.told_to_run
    }

    /// Belt time at a moment from the last change on.
    pub(super) fn at(&self, now: SimTime) -> Ran {
        self.ran + self.way(now.since(self.since).as_nanos())
    }

    /// The first moment from now on at which belt time is `ran` or later; `None` if it stands before.
    pub(super) fn when(&self, ran: Ran, now: SimTime) -> Option<SimTime> {
        let way = ran.saturating_sub(self.ran);
        let changes_for = if self.told_to_run { self.ramp - self.speed } else { self.speed };
        let changed = self.since + SimSpan::from_nanos(changes_for);
        if !self.told_to_run && now >= changed {
            return None;
        }
        let by_then = self.way(changes_for);
        let at = if way < by_then {
            self.since + SimSpan::from_nanos(self.halve(way, changes_for))
        } else if self.told_to_run {
            changed + SimSpan::from_nanos(way - by_then)
        } else if way == by_then {
            changed
        } else {
            return None;
        };
        Some(at.max(now))
    }

    /// It is told to run.
    pub(super) fn run(&mut self, now: SimTime) {
        self.turn(now, true);
    }

    /// It is told to stand, and slows down.
    pub(super) fn stop(&mut self, now: SimTime) {
        self.turn(now, false);
    }

    /// The brake falls in: it stands at once.
    pub(super) fn brake(&mut self, now: SimTime) {
        self.turn(now, false);
        self.speed = 0;
    }

    fn turn(&mut self, now: SimTime, to_run: bool) {
        let past = now.since(self.since).as_nanos();
        let speed = if self.told_to_run {
            self.speed.saturating_add(past).min(self.ramp)
        } else {
            self.speed.saturating_sub(past)
        };
        (self.ran, self.since, self.speed) = (self.at(now), now, speed);
        self.told_to_run = to_run;
    }

    /// Belt time that passes within `span` of the last change.
    fn way(&self, span: u64) -> Ran {
        let (speed, ramp) = (u128::from(self.speed), u128::from(self.ramp));
        if self.told_to_run {
            let changing = span.min(self.ramp - self.speed);
            if changing == 0 {
                return span;
            }
            let twice = u128::from(changing) * (2 * speed + u128::from(changing));
            (twice / (2 * ramp)) as Ran + (span - changing)
        } else {
            let changing = u128::from(span.min(self.speed));
            if changing == 0 {
                return 0;
            }
            (changing * (2 * speed - changing) / (2 * ramp)) as Ran
        }
    }

    /// The least span, up to `most`, within which the belt comes forward by `way`.
    fn halve(&self, way: Ran, most: u64) -> u64 {
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

    fn clock(ramp_s: u64) -> Clock {
        Clock::new(SimSpan::from_secs(ramp_s))
    }

    #[test]
    fn a_belt_without_a_ramp_stands_and_runs_at_once() {
        let mut clock = clock(0);
        assert_eq!(clock.when(3 * S, at(S)), Some(at(3 * S)));
        clock.stop(at(2 * S));
        assert_eq!((clock.at(at(9 * S)), clock.when(3 * S, at(2 * S))), (2 * S, None));
        clock.run(at(9 * S));
        assert_eq!(clock.when(3 * S, at(9 * S)), Some(at(10 * S)));
        assert_eq!(clock.when(S, at(9 * S)), Some(at(9 * S)), "what is late is due now");
    }

    #[test]
    fn it_coasts_for_half_of_its_ramp_and_gets_going_as_slowly() {
        // Two seconds: 1 s of way while it stops, of which 3/4 in the first second.
        let mut clock = clock(2);
        clock.stop(at(10 * S));
        assert_eq!(clock.at(at(11 * S)), 10 * S + S * 3 / 4);
        assert_eq!(clock.at(at(12 * S)), 11 * S);
        assert_eq!(clock.at(at(20 * S)), 11 * S);
        assert_eq!(clock.when(10 * S + S * 3 / 4, at(10 * S)), Some(at(11 * S)));
        assert_eq!(clock.when(11 * S, at(10 * S)), Some(at(12 * S)));
        assert_eq!(clock.when(11 * S + 1, at(10 * S)), None);
        clock.run(at(20 * S));
        assert_eq!(clock.at(at(21 * S)), 11 * S + S / 4);
        assert_eq!(clock.at(at(22 * S)), 12 * S);
        assert_eq!(clock.when(11 * S + S / 4, at(20 * S)), Some(at(21 * S)));
        assert_eq!(clock.when(15 * S, at(20 * S)), Some(at(25 * S)));
    }

    #[test]
    fn it_is_started_again_before_it_stands() {
        // After one of two seconds it has half its speed, and takes one second to have all of it.
        let mut clock = clock(2);
        clock.stop(at(0));
        clock.run(at(S));
        assert_eq!(clock.at(at(2 * S)), S * 3 / 4 + S * 3 / 4);
        clock.brake(at(2 * S));
        assert_eq!((clock.at(at(9 * S)), clock.when(2 * S, at(2 * S))), (S * 3 / 2, None));
    }

    #[test]
    fn a_moment_is_the_first_at_which_the_belt_has_come_so_far() {
        let mut stream = crate::base::Streams::new(1).stream("test", "clock");
        let mut found = 0;
        for _ in 0..200 {
            let mut clock = Clock::new(SimSpan::from_nanos(1 + stream.bits() % 3_000));
            let mut now = 0;
            for _ in 0..20 {
                now += stream.bits() % 4_000;
                match stream.bits() % 5 {
                    0 => clock.brake(at(now)),
                    1 | 2 => clock.stop(at(now)),
                    _ => clock.run(at(now)),
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
