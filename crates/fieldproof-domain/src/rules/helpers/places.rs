//! Helpers for where and when.

use cel::Value as Cel;
use chrono::{DateTime, NaiveDate};

use super::{Wrong, field, number};
use crate::observation::GeoPoint;

/// `distance(a, b)`: metres between two places, `{lat, lon}` in degrees.
pub(super) fn distance(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [a, b] = arguments else { return Ok(Cel::Null) };
    Ok(Cel::Float(place(a)?.metres_to(&place(b)?)))
}

fn place(value: &Cel) -> Result<GeoPoint, Wrong> {
    let degrees = |name: &str, most: f64| {
        let found = field(value, name).and_then(number).ok_or_else(|| Wrong::of(value, "a place {lat, lon}"))?;
        if !(-most..=most).contains(&found) {
            return Err(Wrong::Unreadable(format!("{found} is no {name}: it goes from -{most} to {most}")));
        }
        Ok(found)
    };
    Ok(GeoPoint { lat: degrees("lat", 90.0)?, lon: degrees("lon", 180.0)? })
}

/// `days_between(a, b)`: days from one date to another, negative where the second is earlier. A date is a time, or a text
/// such as `2026-01-31` or `2026-01-31T08:00:00+01:00`, whose date counts as it is written.
pub(super) fn days_between(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [a, b] = arguments else { return Ok(Cel::Null) };
    Ok(Cel::Int((date(b)? - date(a)?).num_days()))
}

fn date(value: &Cel) -> Result<NaiveDate, Wrong> {
    match value {
        Cel::Timestamp(time) => Ok(time.date_naive()),
        Cel::String(text) => {
            let day =
                text.parse::<NaiveDate>().or_else(|_| DateTime::parse_from_rfc3339(text).map(|time| time.date_naive()));
            day.map_err(|_| Wrong::Unreadable("a date is written as 2026-01-31 or 2026-01-31T08:00:00Z".to_owned()))
        }
        other => Err(Wrong::of(other, "timestamp")),
    }
}
