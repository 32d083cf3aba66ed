//! Helpers for where and when.

use cel::Value as Cel;
use chrono::{DateTime, NaiveDate};

use super::{Wrong, field, number};

/// Mean radius of the Earth, metres.
const RADIUS: f64 = 6_371_008.8;

/// `distance(a, b)`: metres between two places, `{lat, lon}` in degrees, on a sphere: right to half a percent.
pub(super) fn distance(arguments: &[Cel]) -> Result<Cel, Wrong> {
    let [a, b] = arguments else { return Ok(Cel::Null) };
    let ((lat_a, lon_a), (lat_b, lon_b)) = (place(a)?, place(b)?);
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let chord = half(lat_b - lat_a) + lat_a.cos() * lat_b.cos() * half(lon_b - lon_a);
    Ok(Cel::Float(2.0 * RADIUS * chord.clamp(0.0, 1.0).sqrt().asin()))
}

/// Latitude and longitude in radians.
fn place(value: &Cel) -> Result<(f64, f64), Wrong> {
    let degrees = |name: &str, most: f64| {
        let found = field(value, name).and_then(number).ok_or_else(|| Wrong::of(value, "a place {lat, lon}"))?;
        if !(-most..=most).contains(&found) {
            return Err(Wrong::Unreadable(format!("{found} is no {name}: it goes from -{most} to {most}")));
        }
        Ok(found.to_radians())
    };
    Ok((degrees("lat", 90.0)?, degrees("lon", 180.0)?))
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
