//! Clock time and days of the week, for shifts and breaks: times of a run as a clock on the wall shows them.
//! It reads no clock; where in the week a run starts is passed in.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{SimSpan, SimTime};

const DAY_S: u64 = 24 * 3600;
const WEEK_S: u64 = 7 * DAY_S;

/// A day of the week.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Day {
    /// All days, Monday first.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

/// A time of day, `"HH:MM"`, from 00:00 to 24:00.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime {
    minutes: u16,
}

/// A text that is no time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("found `{found}`, expected a time of day as \"HH:MM\", for example \"06:00\"")]
pub struct ParseClockError {
    found: String,
}

impl ClockTime {
    /// Midnight at the beginning of a day.
    pub const MIDNIGHT: Self = Self { minutes: 0 };

    const fn seconds(self) -> u64 {
        self.minutes as u64 * 60
    }

    /// From this time of day to that one; to that of the next day if it is not later.
    pub const fn until(self, end: Self) -> SimSpan {
        let (from, to) = (self.seconds(), end.seconds());
        SimSpan::from_secs(if to > from { to - from } else { to + DAY_S - from })
    }
}

impl FromStr for ClockTime {
    type Err = ParseClockError;

    fn from_str(text: &str) -> Result<Self, ParseClockError> {
        let wrong = || ParseClockError { found: text.to_owned() };
        let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
        let part = |digits: &str| match digits.as_bytes() {
            [b'0'..=b'9', b'0'..=b'9'] => digits.parse::<u16>().ok(),
            _ => None,
        };
        let (hours, minutes) = part(hours).zip(part(minutes)).ok_or_else(wrong)?;
        let all = hours * 60 + minutes;
        if minutes < 60 && all <= 24 * 60 { Ok(Self { minutes: all }) } else { Err(wrong()) }
    }
}

impl<'de> Deserialize<'de> for ClockTime {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for ClockTime {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:02}:{:02}", self.minutes / 60, self.minutes % 60))
    }
}

/// Where in the week a run starts.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct WeekClock {
    /// Seconds since Monday, 00:00.
    start_s: u64,
}

impl Default for WeekClock {
    /// Monday, 06:00.
    fn default() -> Self {
        Self { start_s: 6 * 3600 }
    }
}

impl WeekClock {
    /// A run that starts so many seconds after Monday, 00:00.
    pub const fn starting(seconds_since_monday: u64) -> Self {
        Self { start_s: seconds_since_monday % WEEK_S }
    }

    /// When it is this time on this day, at `from` or later.
    pub fn next(self, day: Day, time: ClockTime, from: SimTime) -> SimTime {
        self.next_of(day as u64 * DAY_S + time.seconds(), WEEK_S, from)
    }

    /// When it is this time on any day, at `from` or later.
    pub fn next_daily(self, time: ClockTime, from: SimTime) -> SimTime {
        self.next_of(time.seconds(), DAY_S, from)
    }

    /// The next moment so many seconds into a period that is counted from Monday, 00:00.
    fn next_of(self, into_s: u64, period_s: u64, from: SimTime) -> SimTime {
        let nanos = |seconds: u64| SimSpan::from_secs(seconds).as_nanos();
        let period = nanos(period_s);
        let now = (nanos(self.start_s) + from.as_nanos()) % period;
        let wait = (nanos(into_s % period_s) + period - now) % period;
        from + SimSpan::from_nanos(wait)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: f64) -> SimTime {
        SimTime::START + SimSpan::from_secs_f64(hours * 3600.0)
    }

    fn clock(text: &str) -> ClockTime {
        text.parse().unwrap()
    }

    #[test]
    fn the_next_time_of_day_is_today_or_tomorrow() {
        let monday_at_six = WeekClock::default();
        assert_eq!(monday_at_six.next_daily(clock("09:30"), at(0.0)), at(3.5));
        assert_eq!(monday_at_six.next_daily(clock("09:30"), at(3.5)), at(3.5));
        assert_eq!(monday_at_six.next_daily(clock("09:30"), at(3.75)), at(27.5));
        assert_eq!(monday_at_six.next_daily(clock("24:00"), at(0.0)), at(18.0));
    }

    #[test]
    fn the_next_day_of_the_week_comes_round_again() {
        let friday_noon = WeekClock::starting(4 * DAY_S + 12 * 3600);
        assert_eq!(friday_noon.next(Day::Fri, clock("14:00"), at(0.0)), at(2.0));
        assert_eq!(friday_noon.next(Day::Mon, clock("06:00"), at(0.0)), at(66.0));
        assert_eq!(friday_noon.next(Day::Fri, clock("06:00"), at(0.0)), at(162.0));
    }

    #[test]
    fn a_night_shift_ends_on_the_next_day() {
        assert_eq!(clock("22:00").until(clock("06:00")), SimSpan::from_secs(8 * 3600));
        assert_eq!(clock("06:00").until(clock("14:00")), SimSpan::from_secs(8 * 3600));
        assert_eq!(clock("00:00").until(clock("24:00")), SimSpan::from_secs(24 * 3600));
        assert_eq!(clock("07:00").until(clock("07:00")), SimSpan::from_secs(24 * 3600));
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for wrong in ["", "6:00", "24:01", "12:60", "12", "-1:00", "+1:00", "12:00:00"] {
            assert!(wrong.parse::<ClockTime>().is_err(), "{wrong} was accepted");
        }
    }
}
