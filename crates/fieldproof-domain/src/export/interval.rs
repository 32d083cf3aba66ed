//! When windows end: at the times of an interval, as the clocks of a place show them.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};

/// How often an export runs (contract section 5): `once`, `hourly`, `daily`, `weekly` (Mondays), `monthly` (the first day),
/// or the five fields of a cron expression.
#[derive(Clone, Debug)]
pub struct Interval {
    text: String,
    /// `None`: once.
    cron: Option<Box<Cron>>,
}

/// Not an interval. The text is for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IntervalError(String);

impl FromStr for Interval {
    type Err = IntervalError;

    fn from_str(text: &str) -> Result<Self, IntervalError> {
        let text = text.trim();
        let fields = match text {
            "once" => return Ok(Self { text: text.to_owned(), cron: None }),
            "hourly" => "0 * * * *",
            "daily" => "0 0 * * *",
            "weekly" => "0 0 * * 1",
            "monthly" => "0 0 1 * *",
            other if other.contains(' ') => other,
            other => {
                return Err(IntervalError(format!(
                    "'{other}' is no interval: use once, hourly, daily, weekly, monthly, or the five fields of a cron \
                     expression, such as '30 6 * * 1-5'."
                )));
            }
        };
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(fields).map_err(|error| IntervalError(no_cron(text, &error.to_string())))?;
        let interval = Self { text: text.to_owned(), cron: Some(Box::new(cron)) };
        let schedule = Schedule { interval: interval.clone(), zone: Tz::UTC };
        match schedule.after(DateTime::UNIX_EPOCH) {
            Some(_) => Ok(interval),
            None => Err(IntervalError(format!("'{text}' names a time that never comes."))),
        }
    }
}

/// The parser names the kind of its error first and ends with a full stop or without.
fn no_cron(text: &str, error: &str) -> String {
    let error = error.split_once(": ").map_or(error, |(_, detail)| detail).trim_end_matches('.');
    let kinds = "minute, hour, day of the month, month, day of the week";
    format!("'{text}' is no cron expression of five fields ({kinds}): {error}.")
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Interval {
    /// Whether there is one window and no other.
    pub fn is_once(&self) -> bool {
        self.cron.is_none()
    }
}

/// A window of time: from `from`, up to and without `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub to: DateTime<Utc>,
}

/// The ends of windows, each of which is the beginning of the next.
///
/// Where clocks are set forward, a time that is left out comes at the moment they are set; where they are set back, a
/// time that comes twice counts once, unless the hour is any hour (`*`).
#[derive(Clone, Debug)]
pub struct Schedule {
    /// How often.
    pub interval: Interval,
    /// By whose clocks.
    pub zone: Tz,
}

impl Schedule {
    /// The first end after a moment; `None`: there is none.
    pub fn after(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let cron = self.interval.cron.as_ref()?;
        let next = cron.find_next_occurrence(&moment.with_timezone(&self.zone), false).ok()?;
        Some(next.with_timezone(&Utc))
    }

    /// The last end at a moment or before it; `None`: there is none.
    pub fn until(&self, moment: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let cron = self.interval.cron.as_ref()?;
        let last = cron.find_previous_occurrence(&moment.with_timezone(&self.zone), true).ok()?;
        Some(last.with_timezone(&Utc))
    }

    /// The window that begins at `from`.
    pub fn window(&self, from: DateTime<Utc>) -> Option<Window> {
        Some(Window { from, to: self.after(from)? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    fn schedule(interval: &str, zone: &str) -> Schedule {
        Schedule { interval: interval.parse().unwrap(), zone: zone.parse().unwrap() }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The ends after a moment, in UTC.
    fn ends(interval: &str, zone: &str, after: &str, number: usize) -> Vec<String> {
        let schedule = schedule(interval, zone);
        let mut moment = at(after);
        let next = || {
            moment = schedule.after(moment)?;
            Some(moment.format("%m-%dT%H:%M").to_string())
        };
        std::iter::from_fn(next).take(number).collect()
    }

    #[rstest]
    #[case("hourly", "UTC", "2025-03-16T10:17:00Z", &["03-16T11:00", "03-16T12:00"])]
    #[case("daily", "UTC", "2025-03-16T00:00:00Z", &["03-17T00:00", "03-18T00:00"])]
    #[case("weekly", "UTC", "2025-03-16T23:59:59Z", &["03-17T00:00", "03-24T00:00"])]
    #[case("monthly", "UTC", "2025-01-31T12:00:00Z", &["02-01T00:00", "03-01T00:00", "04-01T00:00"])]
    #[case("monthly", "UTC", "2024-12-31T23:59:59Z", &["01-01T00:00", "02-01T00:00"])]
    #[case("0 6 L * *", "UTC", "2024-01-31T06:00:00Z", &["02-29T06:00", "03-31T06:00", "04-30T06:00"])]
    #[case("0 0 31 * *", "UTC", "2025-01-31T00:00:00Z", &["03-31T00:00", "05-31T00:00"])]
    #[case("*/20 8-9 * * 1-5", "UTC", "2025-03-14T09:20:00Z", &["03-14T09:40", "03-17T08:00", "03-17T08:20"])]
    // Where the clocks are set forward on March 30 at 02:00 and back on October 26 at 03:00.
    #[case("daily", "Europe/Paris", "2025-03-28T23:00:00Z", &["03-29T23:00", "03-30T22:00", "03-31T22:00"])]
    #[case("daily", "Europe/Paris", "2025-10-25T22:00:00Z", &["10-26T23:00", "10-27T23:00"])]
    #[case("30 2 * * *", "Europe/Paris", "2025-03-29T01:30:00Z", &["03-30T01:00", "03-31T00:30"])]
    #[case("30 2 * * *", "Europe/Paris", "2025-10-25T00:30:00Z", &["10-26T00:30", "10-27T01:30"])]
    #[case("hourly", "Europe/Paris", "2025-03-29T23:30:00Z", &["03-30T00:00", "03-30T01:00", "03-30T02:00"])]
    #[case("hourly", "Europe/Paris", "2025-10-25T23:30:00Z", &["10-26T00:00", "10-26T01:00", "10-26T02:00"])]
    #[case("weekly", "America/New_York", "2025-03-03T05:00:00Z", &["03-10T04:00", "03-17T04:00"])]
    // Where midnight is left out.
    #[case("daily", "America/Asuncion", "2023-09-30T04:00:00Z", &["10-01T04:00", "10-02T03:00"])]
    #[case("daily", "Asia/Kolkata", "2025-03-16T00:00:00Z", &["03-16T18:30", "03-17T18:30"])]
    fn ends_come_by_the_clocks_of_the_place(
        #[case] interval: &str,
        #[case] zone: &str,
        #[case] after: &str,
        #[case] expected: &[&str],
    ) {
        assert_eq!(ends(interval, zone, after, expected.len()), expected);
    }

    #[rstest]
    #[case("", "is no interval")]
    #[case("yearly", "'yearly' is no interval: use once, hourly, daily, weekly, monthly")]
    #[case("every day", "no cron expression of five fields")]
    #[case("0 0 * *", "no cron expression of five fields")]
    #[case("0 0 0 * * *", "no cron expression of five fields")]
    #[case("61 * * * *", "no cron expression of five fields")]
    #[case("0 0 30 2 *", "names a time that never comes")]
    fn what_is_no_interval_is_told_why(#[case] text: &str, #[case] expected: &str) {
        let error = text.parse::<Interval>().unwrap_err().to_string();
        assert!(error.contains(expected) && error.ends_with('.'), "{text}: {error}");
    }

    #[test]
    fn once_has_no_ends() {
        let once = schedule("once", "UTC");
        assert!(once.interval.is_once());
        assert_eq!((once.after(at("2025-01-01T00:00:00Z")), once.until(at("2025-01-01T00:00:00Z"))), (None, None));
    }

    proptest! {
        #[test]
        fn windows_follow_each_other_without_gap_or_overlap(
            interval in prop::sample::select(vec!["hourly", "daily", "weekly", "monthly", "17 */5 * * *", "30 2 * * 0"]),
            zone in prop::sample::select(vec!["UTC", "Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu"]),
            seconds in 1_400_000_000_i64..1_900_000_000,
        ) {
            let schedule = schedule(interval, zone);
            let moment = DateTime::from_timestamp(seconds, 0).unwrap();
            let last = schedule.until(moment).unwrap();
            let next = schedule.after(moment).unwrap();
            prop_assert!(last <= moment && moment < next);
            prop_assert_eq!(schedule.after(last), Some(next), "nothing ends between {} and {}", last, next);
            prop_assert_eq!(schedule.until(next), Some(next));
        }
    }
}
