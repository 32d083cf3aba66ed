//! Check 8, CaptureTime.
//!
//! Three clocks may speak: the camera's (EXIF), the device's (`timestamp_ms` of the input's metadata, contract section
//! 1.5) and the server's, when the photo came. Many cameras write local time without saying of which zone: such a time is
//! any of the times that it can be, and the one that speaks best for the worker counts.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value as Json;

use super::{Check, Evidence, Level, Problem, Reading, Wanted};

/// The zones on Earth, hours from UTC.
const ZONES: (i64, i64) = (-12, 14);

/// Was the photo taken when it should have been?
#[derive(Clone, Debug, PartialEq)]
pub struct CaptureTimeSettings {
    /// What a photo of another time means, or one that does not say when it was taken.
    pub level: Level,
    /// Most hours from the taking to the sending.
    pub max_age_hours: f64,
    /// Most minutes by which a clock may be ahead of the server's.
    pub max_ahead_minutes: f64,
    /// Most minutes between the camera's clock and the device's.
    pub max_drift_minutes: f64,
    /// The entry of the work order's metadata that says when the intervention starts.
    pub from: Option<String>,
    /// The entry that says when it ends.
    pub until: Option<String>,
}

impl Default for CaptureTimeSettings {
    fn default() -> Self {
        Self {
            level: Level::Off,
            max_age_hours: 24.0,
            max_ahead_minutes: 10.0,
            max_drift_minutes: 30.0,
            from: None,
            until: None,
        }
    }
}

/// When something can have been: two times that are one where the zone is known.
#[derive(Clone, Copy)]
struct Span {
    earliest: DateTime<Utc>,
    latest: DateTime<Utc>,
}

impl Span {
    fn of_camera(evidence: &Evidence<'_>) -> Option<Self> {
        let written = evidence.facts.taken_at?;
        if evidence.facts.zone_known {
            return Some(Self { earliest: written, latest: written });
        }
        let at = |zone: i64| written.checked_sub_signed(TimeDelta::hours(zone));
        Some(Self { earliest: at(ZONES.1)?, latest: at(ZONES.0)? })
    }

    /// Minutes from `moment`, positive when all of it is later, negative when all of it is earlier, else 0.
    fn minutes_from(self, moment: DateTime<Utc>) -> f64 {
        let minutes = |time: DateTime<Utc>| time.signed_duration_since(moment).as_seconds_f64() / 60.0;
        minutes(self.earliest).max(0.0) + minutes(self.latest).min(0.0)
    }
}

pub(super) fn readings(evidence: &Evidence<'_>, settings: &CaptureTimeSettings) -> Vec<Reading> {
    let check = (Check::CaptureTime, settings.level);
    let camera = Span::of_camera(evidence);
    let device = evidence.input_metadata.get("timestamp_ms").and_then(of_millis);
    let device = device.map(|at| Span { earliest: at, latest: at });
    // The device's time has a zone; the camera's is part of the photo.
    let taken = camera.filter(|_| evidence.facts.zone_known || device.is_none()).or(device);
    let Some(taken) = taken else {
        return vec![Reading::of_trace(check, "time", Wanted::Something, Some(Problem::TimeUnknown), None)];
    };
    let since = taken.minutes_from(evidence.received_at);
    let number = |measure, value, wanted, problem| Reading::of_number(check, measure, value, wanted, problem);
    let ahead = Wanted::AtMost(settings.max_ahead_minutes);
    let age = Wanted::AtMost(settings.max_age_hours);
    let drift = camera.zip(device).map(|(camera, device)| camera.minutes_from(device.earliest).abs());
    vec![
        number("minutes ahead", Some(since.max(0.0)), ahead, Problem::InFuture),
        number("hours old", Some((-since).max(0.0) / 60.0), age, Problem::TooOld),
        number(
            "minutes outside",
            outside(taken, evidence, settings),
            Wanted::AtMost(0.0),
            Problem::OutsideIntervention,
        ),
        number("minutes of drift", drift, Wanted::AtMost(settings.max_drift_minutes), Problem::ClocksDiffer),
    ]
}

/// Minutes before the start of the intervention or after its end; `None`: the work order names neither.
fn outside(taken: Span, evidence: &Evidence<'_>, settings: &CaptureTimeSettings) -> Option<f64> {
    let moment = |name: &Option<String>, end| moment(evidence.order_metadata.get(name.as_ref()?)?, end);
    let (from, until) = (moment(&settings.from, false), moment(&settings.until, true));
    let early = from.map(|from| (-taken.minutes_from(from)).max(0.0));
    let late = until.map(|until| taken.minutes_from(until).max(0.0));
    early.into_iter().chain(late).reduce(f64::max)
}

/// A time as field-service systems write it: RFC 3339, milliseconds since 1970, or a day, of which the end counts where
/// an intervention ends. A day is meant where the work is: no zone is earlier or later.
fn moment(value: &Json, is_end: bool) -> Option<DateTime<Utc>> {
    let Some(text) = value.as_str().map(str::trim) else { return of_millis(value) };
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Some(time.to_utc());
    }
    let day: chrono::NaiveDate = text.parse().ok()?;
    let hours = if is_end { 24 - ZONES.0 } else { -ZONES.1 };
    day.and_hms_opt(0, 0, 0)?.and_utc().checked_add_signed(TimeDelta::hours(hours))
}

fn of_millis(value: &Json) -> Option<DateTime<Utc>> {
    let millis = value.as_i64().or_else(|| value.as_f64().map(|millis| millis as i64));
    let millis = millis.or_else(|| value.as_str()?.trim().parse().ok());
    DateTime::from_timestamp_millis(millis.filter(|millis| *millis > 0)?)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Map, json};

    use super::*;
    use crate::{check::testing::Known, observation::PhotoFacts};

    const NOW: &str = "2026-03-10T12:00:00Z";

    fn problem(
        camera: Option<(&str, bool)>,
        device: Option<&str>,
        order: Json,
        change: impl FnOnce(&mut CaptureTimeSettings),
    ) -> Option<(Problem, Option<f64>)> {
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let mut input_metadata = Map::new();
        if let Some(device) = device {
            input_metadata.insert("timestamp_ms".to_owned(), json!(at(device).timestamp_millis()));
        }
        let known = Known {
            facts: PhotoFacts {
                taken_at: camera.map(|(time, _)| at(time)),
                zone_known: camera.is_some_and(|(_, zone)| zone),
                ..PhotoFacts::default()
            },
            input_metadata,
            order_metadata: order.as_object().unwrap().clone(),
            received_at: at(NOW),
            ..Known::default()
        };
        let mut settings = CaptureTimeSettings { level: Level::Error, ..CaptureTimeSettings::default() };
        change(&mut settings);
        let found = readings(&known.evidence(), &settings).iter().find_map(Reading::finding);
        found.map(|finding| (finding.problem, finding.value))
    }

    #[rstest]
    #[case::fresh(Some(("2026-03-10T11:00:00Z", true)), None, None)]
    #[case::of_yesterday(Some(("2026-03-09T11:00:00Z", true)), None, Some((Problem::TooOld, Some(25.0))))]
    #[case::a_fast_clock(Some(("2026-03-10T12:05:00Z", true)), None, None)]
    #[case::of_tomorrow(Some(("2026-03-11T12:00:00Z", true)), None, Some((Problem::InFuture, Some(1440.0))))]
    #[case::local_time_of_tokyo(Some(("2026-03-10T21:00:00Z", false)), None, None)]
    #[case::local_time_of_yesterday(Some(("2026-03-09T10:00:00Z", false)), None, None)]
    #[case::too_old_in_every_zone(Some(("2026-03-08T10:00:00Z", false)), None, Some((Problem::TooOld, Some(38.0))))]
    #[case::future_in_every_zone(Some(("2026-03-11T03:00:00Z", false)), None, Some((Problem::InFuture, Some(60.0))))]
    #[case::the_device_says(None, Some("2026-03-10T11:00:00Z"), None)]
    #[case::the_device_says_long_ago(None, Some("2026-03-01T12:00:00Z"), Some((Problem::TooOld, Some(216.0))))]
    #[case::they_agree(Some(("2026-03-10T11:10:00Z", true)), Some("2026-03-10T11:00:00Z"), None)]
    #[case::another_photo(
        Some(("2026-03-10T10:00:00Z", true)), Some("2026-03-10T11:00:00Z"), Some((Problem::ClocksDiffer, Some(60.0)))
    )]
    #[case::local_time_beside_the_device(Some(("2026-03-10T13:00:00Z", false)), Some("2026-03-10T11:00:00Z"), None)]
    #[case::another_day_beside_the_device(
        Some(("2026-03-09T08:00:00Z", false)), Some("2026-03-10T11:00:00Z"), Some((Problem::ClocksDiffer, Some(900.0)))
    )]
    #[case::nobody_says(None, None, Some((Problem::TimeUnknown, None)))]
    fn clocks(
        #[case] camera: Option<(&str, bool)>,
        #[case] device: Option<&str>,
        #[case] expected: Option<(Problem, Option<f64>)>,
    ) {
        assert_eq!(problem(camera, device, json!({}), |_| ()), expected);
    }

    #[rstest]
    #[case::during(json!({"start": "2026-03-10T10:00:00Z", "end": "2026-03-10T14:00:00+01:00"}), None)]
    #[case::before(json!({"start": "2026-03-10T11:30:00Z"}), Some(30.0))]
    #[case::after(json!({"start": "2026-03-10T08:00:00Z", "end": "2026-03-10T10:00:00Z"}), Some(60.0))]
    #[case::that_day(json!({"start": "2026-03-10", "end": "2026-03-10"}), None)]
    #[case::days_before(json!({"end": "2026-03-08"}), Some(1380.0))]
    #[case::in_milliseconds(json!({"start": 1_773_142_200_000_i64}), Some(30.0))]
    #[case::nothing_named(json!({}), None)]
    #[case::not_a_time(json!({"start": "soon", "end": [1]}), None)]
    fn interventions(#[case] order: Json, #[case] minutes: Option<f64>) {
        let found = problem(Some(("2026-03-10T11:00:00Z", true)), None, order, |settings| {
            settings.from = Some("start".to_owned());
            settings.until = Some("end".to_owned());
        });
        assert_eq!(found, minutes.map(|minutes| (Problem::OutsideIntervention, Some(minutes))));
    }
}
