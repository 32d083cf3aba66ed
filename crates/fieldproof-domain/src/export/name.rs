//! What the file of a window is called.

use std::fmt::Write as _;

use chrono::{
    DateTime, MappedLocalTime, TimeZone as _, Utc,
    format::{Item, StrftimeItems},
};
use chrono_tz::Tz;

use super::{Schedule, Window};

/// As documented: `2025-03-16_00:00:00_2025-03-17_00:00:00`.
const DOCUMENTED: &str = "{from:%Y-%m-%d_%H:%M:%S}_{to:%Y-%m-%d_%H:%M:%S}";
/// To the last digit: `2025-03-16T00:00:00.000000Z_2025-03-17T00:00:00.000000Z`.
const EXACT: &str = "{from:%Y-%m-%dT%H:%M:%S%.6f}Z_{to:%Y-%m-%dT%H:%M:%S%.6f}Z";
/// Longest name, in bytes: with endings it must fit on any disk.
const LONGEST: usize = 150;
/// So many windows in a row must have names of their own.
const COMPARED: usize = 400;

/// A pattern of names: text, with `{from:…}` and `{to:…}` for the ends of the window, written as `strftime` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamePattern(String);

/// Not a pattern. The text is for whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NameError(String);

impl Default for NamePattern {
    fn default() -> Self {
        Self(DOCUMENTED.to_owned())
    }
}

/// A part of a pattern.
enum Part<'a> {
    Text(&'a str),
    From(&'a str),
    To(&'a str),
}

impl NamePattern {
    /// Reads a pattern and tries it on the windows of a schedule: each must get a name of its own.
    ///
    /// # Errors
    /// A sentence that says what cannot be in a file's name, or which windows would have the same.
    pub fn parse(text: &str, schedule: &Schedule) -> Result<Self, NameError> {
        let pattern = Self(text.to_owned());
        for part in parts(text)? {
            if let Part::From(format) | Part::To(format) = part
                && StrftimeItems::new(format).any(|item| matches!(item, Item::Error))
            {
                return Err(NameError(format!("'{format}' is no format of a date: use one such as %Y-%m-%d.")));
            }
        }
        let mut names = std::collections::HashSet::new();
        let mut from = DateTime::UNIX_EPOCH;
        for _ in 0..COMPARED {
            let window = schedule.window(from).unwrap_or(Window { from, to: from });
            let name = pattern.name(window, schedule.zone);
            check(&name)?;
            if !names.insert(name.clone()) && !schedule.interval.is_once() {
                let detail = format!(
                    "Several windows would be called alike, such as '{name}': put more of the date into the pattern."
                );
                return Err(NameError(detail));
            }
            from = window.to;
        }
        Ok(pattern)
    }

    /// Of which no two windows have the same name, as long as it is told in UTC.
    pub fn exact() -> Self {
        Self(EXACT.to_owned())
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a window's file, without its ending. A time that a place's clocks show twice is followed by how far they
    /// are ahead of UTC.
    pub fn name(&self, window: Window, zone: Tz) -> String {
        let mut name = String::new();
        for part in parts(&self.0).unwrap_or_default() {
            match part {
                Part::Text(text) => name.push_str(text),
                Part::From(format) => write_moment(&mut name, window.from, zone, format),
                Part::To(format) => write_moment(&mut name, window.to, zone, format),
            }
        }
        name
    }
}

fn write_moment(name: &mut String, moment: DateTime<Utc>, zone: Tz, format: &str) {
    let local = moment.with_timezone(&zone);
    // Writing into a string fails for bad formats alone, and those were refused.
    let _ = write!(name, "{}", local.format(format));
    if let MappedLocalTime::Ambiguous(..) = zone.from_local_datetime(&local.naive_local()) {
        let _ = write!(name, "{}", local.format("%z"));
    }
}

fn parts(text: &str) -> Result<Vec<Part<'_>>, NameError> {
    let wrong = |what: &str| NameError(format!("{what} Use a pattern such as '{DOCUMENTED}'."));
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let (inside, behind) = after.split_once('}').ok_or_else(|| wrong("A '{' is not closed."))?;
        found.push(Part::Text(before));
        found.push(match inside.split_once(':') {
            Some(("from", format)) => Part::From(format),
            Some(("to", format)) => Part::To(format),
            _ => return Err(wrong(&format!("'{{{inside}}}' is neither {{from:…}} nor {{to:…}}."))),
        });
        rest = behind;
    }
    found.push(Part::Text(rest));
    let has = |wanted: fn(&Part<'_>) -> bool| found.iter().any(wanted);
    if !has(|part| matches!(part, Part::From(_))) || !has(|part| matches!(part, Part::To(_))) {
        return Err(wrong("Both ends of the window must be in the name."));
    }
    Ok(found)
}

fn check(name: &str) -> Result<(), NameError> {
    let is_fit = |c: char| c.is_ascii_alphanumeric() || " _-.:+=,@".contains(c);
    if let Some(unfit) = name.chars().find(|c| !is_fit(*c)) {
        return Err(NameError(format!("'{unfit}' must not be in a file's name: letters, digits and _-.:+=,@ may.")));
    }
    if name.starts_with(['.', ' ']) || name.ends_with(['.', ' ']) || name.len() > LONGEST {
        let detail = format!("'{name}' is no name for a file: it may have {LONGEST} characters, and no dot at an end.");
        return Err(NameError(detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn schedule(interval: &str) -> Schedule {
        Schedule { interval: interval.parse().unwrap(), zone: Tz::Europe__Paris }
    }

    fn window(from: &str, to: &str) -> Window {
        Window { from: from.parse().unwrap(), to: to.parse().unwrap() }
    }

    #[test]
    fn the_default_is_as_documented() {
        let day = window("2025-03-16T00:00:00Z", "2025-03-17T00:00:00Z");
        assert_eq!(NamePattern::default().name(day, Tz::UTC), "2025-03-16_00:00:00_2025-03-17_00:00:00");
        let day = window("2025-03-15T23:00:00Z", "2025-03-16T23:00:00Z");
        assert_eq!(NamePattern::default().name(day, Tz::Europe__Paris), "2025-03-16_00:00:00_2025-03-17_00:00:00");
    }

    #[test]
    fn hours_that_come_twice_have_two_names() {
        let name = |from: &str, to: &str| NamePattern::default().name(window(from, to), Tz::Europe__Paris);
        let first = name("2025-10-26T00:00:00Z", "2025-10-26T00:30:00Z");
        assert_eq!(first, "2025-10-26_02:00:00+0200_2025-10-26_02:30:00+0200");
        assert_ne!(first, name("2025-10-26T01:00:00Z", "2025-10-26T01:30:00Z"));
    }

    #[test]
    fn patterns_can_leave_colons_out() {
        let pattern = NamePattern::parse("orders-{from:%Y%m%dT%H%M}--{to:%Y%m%dT%H%M}", &schedule("hourly")).unwrap();
        let hour = window("2025-03-16T10:00:00Z", "2025-03-16T11:00:00Z");
        assert_eq!(pattern.name(hour, Tz::UTC), "orders-20250316T1000--20250316T1100");
    }

    #[rstest]
    #[case("data", "Both ends of the window")]
    #[case("{from:%Y-%m-%d}", "Both ends of the window")]
    #[case("{from:%Y-%m-%d}_{to:%Y-%m-%d", "is not closed")]
    #[case("{from}_{to}", "neither {from:…} nor {to:…}")]
    #[case("{from:%Q}_{to:%Y}", "'%Q' is no format of a date")]
    #[case("../{from:%Y-%m-%d}_{to:%Y-%m-%d}", "'/' must not be in a file's name")]
    #[case("{from:%Y/%m}_{to:%Y-%m-%d}", "'/' must not be in a file's name")]
    #[case(".{from:%Y-%m-%d}_{to:%Y-%m-%d}", "no dot at an end")]
    #[case("{from:%Y-%m}_{to:%Y-%m}", "Several windows would be called alike, such as '1970-01_1970-01'")]
    fn what_is_no_pattern_is_told_why(#[case] text: &str, #[case] expected: &str) {
        let error = NamePattern::parse(text, &schedule("daily")).unwrap_err().to_string();
        assert!(error.contains(expected) && error.ends_with('.'), "{text}: {error}");
    }
}
