//! When a person is on shift: shifts and breaks on a week's clock.

use linetwin_base::{SimSpan, SimTime, WeekClock};
use linetwin_line::{BreakSpec, PersonSpec, ShiftSpec};

const WEEK: SimSpan = SimSpan::from_secs(7 * 24 * 3600);
const MOMENT: SimSpan = SimSpan::from_nanos(1);

/// See the module's first lines.
#[derive(Debug)]
pub(super) struct Roster {
    clock: WeekClock,
    shifts: Vec<ShiftSpec>,
    breaks: Vec<BreakSpec>,
    /// Whether a shift is on.
    pub(super) on_shift: bool,
    /// A break whose time has come and that has not been taken.
    pub(super) owed: Option<SimSpan>,
    shift_changes: SimTime,
    break_due: SimTime,
}

impl Roster {
    pub(super) fn new(clock: WeekClock, shifts: &[ShiftSpec], breaks: &[BreakSpec]) -> Self {
        let mut roster = Self {
            clock,
            shifts: shifts.to_vec(),
            breaks: breaks.to_vec(),
            on_shift: true,
            owed: None,
            shift_changes: SimTime::NEVER,
            break_due: SimTime::NEVER,
        };
        roster.look_up(SimTime::START);
        roster.break_due = roster.next_break(SimTime::START);
        roster
    }

    /// When something changes next.
    pub(super) fn changes_at(&self) -> SimTime {
        self.shift_changes.min(self.break_due)
    }

    /// Brings it up to date.
    pub(super) fn turn(&mut self, now: SimTime) {
        if now >= self.break_due {
            let due = self.breaks.iter().filter(|of| self.clock.next_daily(of.at, now) == now);
            let longest = due.map(|of| SimSpan::from_secs_f64(of.lasts_s)).max();
            self.owed = longest.filter(|_| self.on_shift).or(self.owed);
            self.break_due = self.next_break(now + MOMENT);
        }
        if now >= self.shift_changes {
            self.look_up(now);
            if !self.on_shift {
                self.owed = None;
            }
        }
    }

    fn next_break(&self, from: SimTime) -> SimTime {
        let breaks = self.breaks.iter().map(|of| self.clock.next_daily(of.at, from));
        breaks.min().unwrap_or(SimTime::NEVER)
    }

    /// Whether a shift is on, and when that changes next.
    fn look_up(&mut self, now: SimTime) {
        if self.shifts.is_empty() {
            return;
        }
        self.on_shift = false;
        self.shift_changes = SimTime::NEVER;
        for shift in &self.shifts {
            let length = shift.from.until(shift.to);
            for day in &shift.days {
                // Counted a week ahead, because the begin may lie before the start of the run.
                let next = self.clock.next(*day, shift.from, now + MOMENT);
                let end = next + length;
                let is_on = end > now + WEEK;
                self.on_shift |= is_on;
                let ends = SimTime::from_nanos(end.since(SimTime::START + WEEK).as_nanos());
                let changes = if is_on { next.min(ends) } else { next };
                self.shift_changes = self.shift_changes.min(changes);
            }
        }
    }
}

/// The longest time between two shifts of a person.
pub fn longest_absence(person: &PersonSpec, clock: WeekClock) -> SimSpan {
    let mut roster = Roster::new(clock, &person.shifts, &[]);
    let (mut longest, mut since) = (SimSpan::ZERO, SimTime::START);
    // A shift on one day of the week comes again within two weeks.
    while roster.changes_at() < SimTime::START + WEEK + WEEK {
        let now = roster.changes_at();
        if !roster.on_shift {
            longest = longest.max(now.since(since));
        }
        roster.turn(now);
        since = now;
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;
    use linetwin_base::{ClockTime, Day};

    fn at(hours: f64) -> SimTime {
        SimTime::START + SimSpan::from_secs_f64(hours * 3600.0)
    }

    fn clock(text: &str) -> ClockTime {
        text.parse().unwrap()
    }

    fn shift(from: &str, to: &str, days: &[Day]) -> ShiftSpec {
        ShiftSpec { from: clock(from), to: clock(to), days: days.to_vec() }
    }

    /// Times of change up to a limit, in hours, and whether a shift is on from then.
    fn changes(roster: &mut Roster, until: f64) -> Vec<(f64, bool)> {
        let mut seen = vec![(0.0, roster.on_shift)];
        while roster.changes_at() < at(until) {
            let now = roster.changes_at();
            roster.turn(now);
            seen.push((now.as_secs_f64() / 3600.0, roster.on_shift));
        }
        seen
    }

    #[test]
    fn a_day_shift_begins_and_ends_on_its_days() {
        // The run starts on Monday at six.
        let days = [Day::Mon, Day::Wed];
        let mut roster = Roster::new(WeekClock::default(), &[shift("08:00", "16:30", &days)], &[]);
        let week = [(0.0, false), (2.0, true), (10.5, false), (50.0, true), (58.5, false)];
        assert_eq!(changes(&mut roster, 169.0), week);
    }

    #[test]
    fn who_works_on_weekdays_is_away_longest_over_the_weekend() {
        let days = [Day::Mon, Day::Tue, Day::Wed, Day::Thu, Day::Fri];
        let person = |shifts: Vec<ShiftSpec>| PersonSpec { shifts, ..PersonSpec::default() };
        let away = |person: &PersonSpec| longest_absence(person, WeekClock::default());
        let by_day = person(vec![shift("06:00", "14:00", &days)]);
        assert_eq!(away(&by_day), SimSpan::from_secs(64 * 3600));
        assert_eq!(away(&person(Vec::new())), SimSpan::ZERO);
    }

    #[test]
    fn a_night_shift_that_has_begun_before_the_run_is_on_at_its_start() {
        let mut roster =
            Roster::new(WeekClock::starting(2 * 3600), &[shift("22:00", "06:00", &Day::ALL)], &[]);
        let first_day = [(0.0, true), (4.0, false), (20.0, true), (28.0, false)];
        assert_eq!(changes(&mut roster, 40.0), first_day);
    }

    #[test]
    fn a_break_is_owed_from_its_time_on_and_lapses_with_the_shift() {
        let breaks = [BreakSpec { at: clock("09:30"), lasts_s: 900.0 }];
        let shifts = [shift("06:00", "14:00", &Day::ALL)];
        let mut roster = Roster::new(WeekClock::default(), &shifts, &breaks);
        assert_eq!(roster.changes_at(), at(3.5));
        roster.turn(at(3.5));
        assert_eq!(roster.owed, Some(SimSpan::from_secs(900)));
        roster.turn(at(8.0));
        assert_eq!((roster.on_shift, roster.owed), (false, None));
        assert_eq!(roster.changes_at(), at(24.0));
    }
}
