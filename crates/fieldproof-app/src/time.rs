//! Times as people and programs write them.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone as _, Utc};
use chrono_tz::Tz;

/// What was written: a moment, or a day whose beginning is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GivenTime {
    /// ISO 8601 with `Z` or an offset.
    Moment(DateTime<Utc>),
    /// A date alone.
    Day(NaiveDate),
}

impl GivenTime {
    /// The moment that is meant where clocks go by `zone`: of a day its first one, which is no midnight where clocks are set
    /// forward at midnight.
    pub fn by(self, zone: Tz) -> DateTime<Utc> {
        let day = match self {
            Self::Moment(moment) => return moment,
            Self::Day(day) => day,
        };
        let midnight = day.and_time(NaiveTime::MIN);
        // A zone that changed to the other side of the date line has left out a whole day.
        let first = (0..=2 * 24 * 60).find_map(|minutes| {
            let local = midnight.checked_add_signed(TimeDelta::minutes(minutes))?;
            zone.from_local_datetime(&local).earliest()
        });
        first.map_or_else(|| midnight.and_utc(), |first| first.to_utc())
    }

    /// As [`Self::by`], by UTC.
    pub fn by_utc(self) -> DateTime<Utc> {
        self.by(Tz::UTC)
    }
}

impl FromStr for GivenTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
            return Ok(Self::Day(date));
        }
        // A '+' that was not escaped arrives as a blank.
        let unescaped = text.replace(' ', "+");
        let formats = ["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
        let with_offset = unescaped.replace(['Z', 'z'], "+00:00").replace('t', "T");
        let read = formats.iter().find_map(|format| DateTime::parse_from_str(&with_offset, format).ok());
        read.map(|time| Self::Moment(time.to_utc())).ok_or_else(|| {
            format!(
                "'{}' is no time: write 2024-05-31, 2024-05-31T08:00:00Z or 2024-05-31T08:00:00+02:00.",
                text.chars().take(64).collect::<String>()
            )
        })
    }
}

/// A time, or the beginning of a day in UTC.
///
/// # Errors
/// A sentence for whoever wrote it.
pub fn read_time(text: &str) -> Result<DateTime<Utc>, String> {
    text.parse().map(GivenTime::by_utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_people_and_programs_write_them() {
        for (text, expected) in [
            ("2024-05-31", "2024-05-31T00:00:00Z"),
            ("2024-05-31T08:00:00Z", "2024-05-31T08:00:00Z"),
            ("2024-05-31T08:00Z", "2024-05-31T08:00:00Z"),
            ("2024-05-31t08:00:00.123456z", "2024-05-31T08:00:00.123456Z"),
            ("2024-05-31T08:00:00+02:00", "2024-05-31T06:00:00Z"),
            ("2024-05-31T08:00:00 0200", "2024-05-31T06:00:00Z"),
            ("2024-05-31T08:00:00-02", "2024-05-31T10:00:00Z"),
        ] {
            let expected: DateTime<Utc> = expected.parse().unwrap();
            assert_eq!(read_time(text), Ok(expected), "{text}");
        }
        for bad in ["", "yesterday", "2024-05-32", "2024-05-31T08:00:00", "1717142400", "2024-05-31T25:00:00Z", "Z"] {
            assert!(read_time(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_begins_by_the_clocks_of_its_place() {
        for (day, zone, expected) in [
            ("2025-03-16", "Europe/Paris", "2025-03-15T23:00:00Z"),
            ("2025-07-16", "America/New_York", "2025-07-16T04:00:00Z"),
            // Clocks were set from 0:00 to 1:00; from 1:00 back to 0:00; a day was left out.
            ("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"),
            ("2018-11-04", "America/Havana", "2018-11-04T04:00:00Z"),
            ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"),
        ] {
            let given: GivenTime = day.parse().unwrap();
            assert_eq!(given.by(zone.parse().unwrap()), expected.parse::<DateTime<Utc>>().unwrap(), "{day} {zone}");
        }
        let moment: GivenTime = "2025-03-16T08:00:00+02:00".parse().unwrap();
        assert_eq!(moment.by(Tz::Europe__Paris), read_time("2025-03-16T06:00:00Z").unwrap());
    }
}
