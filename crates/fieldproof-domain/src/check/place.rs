//! A place that metadata names, in the ways in which phones and field-service systems write one.

use serde_json::{Map, Value as Json};

use crate::observation::GeoPoint;

const LATITUDES: [&str; 2] = ["latitude", "lat"];
const LONGITUDES: [&str; 4] = ["longitude", "lon", "lng", "long"];
/// Keys that hold a place, the most telling first.
const PLACES: [&str; 6] = ["location", "geolocation", "position", "place", "gps", "coords"];

/// `{"latitude": 48.85, "longitude": 2.35}`, `{"location": {"lat": 48.85, "lon": 2.35}}`, `{"gps": "48.85, 2.35"}`, a
/// GeoJSON point. Case does not matter; a number may be a text.
pub(super) fn place_in(metadata: &Map<String, Json>) -> Option<GeoPoint> {
    let held = || PLACES.iter().filter_map(|name| get(metadata, name)).find_map(place_of);
    pair(metadata).or_else(held)
}

/// The place that a single value is.
pub(super) fn place_of(value: &Json) -> Option<GeoPoint> {
    match value {
        Json::String(text) => {
            let (lat, lon) = text.split_once([',', ';'])?;
            point(lat.trim().parse().ok()?, lon.trim().parse().ok()?)
        }
        Json::Object(place) => {
            let inner = || get(place, "coords").and_then(Json::as_object).and_then(pair);
            pair(place).or_else(inner).or_else(|| geojson(place))
        }
        _ => None,
    }
}

/// A place of two values of their own.
pub(super) fn place_of_two(lat: &Json, lon: &Json) -> Option<GeoPoint> {
    point(number(lat)?, number(lon)?)
}

fn pair(place: &Map<String, Json>) -> Option<GeoPoint> {
    let first = |names: &[&str]| names.iter().find_map(|name| get(place, name));
    place_of_two(first(&LATITUDES)?, first(&LONGITUDES)?)
}

/// RFC 7946: the longitude comes first.
fn geojson(place: &Map<String, Json>) -> Option<GeoPoint> {
    match place.get("coordinates")?.as_array()?.as_slice() {
        [lon, lat, ..] if place.get("type")? == "Point" => place_of_two(lat, lon),
        _ => None,
    }
}

fn get<'m>(map: &'m Map<String, Json>, name: &str) -> Option<&'m Json> {
    map.get(name).or_else(|| map.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

fn number(value: &Json) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Zeros are what is written while there is no position.
fn point(lat: f64, lon: f64) -> Option<GeoPoint> {
    let on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
    (on_earth && (lat != 0.0 || lon != 0.0)).then_some(GeoPoint { lat, lon })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"latitude": 48.85, "longitude": 2.35}), true)]
    #[case(json!({"Lat": "48.85", "LNG": " 2.35"}), true)]
    #[case(json!({"location": {"lat": 48.85, "lon": 2.35}}), true)]
    #[case(json!({"geolocation": {"coords": {"latitude": 48.85, "longitude": 2.35}, "timestamp": 1}}), true)]
    #[case(json!({"gps": "48.85, 2.35"}), true)]
    #[case(json!({"position": {"type": "Point", "coordinates": [2.35, 48.85, 30]}}), true)]
    #[case(json!({"location": "Paris", "gps": "48.85;2.35"}), true)]
    #[case(json!({"location": "Paris"}), false)]
    #[case(json!({"latitude": 48.85}), false)]
    #[case(json!({"latitude": 0, "longitude": 0.0}), false)]
    #[case(json!({"latitude": 248.85, "longitude": 2.35}), false)]
    #[case(json!({"latitude": null, "longitude": [2.35]}), false)]
    #[case(json!({"latitude": "NaN", "longitude": "2.35"}), false)]
    #[case(json!({"position": {"type": "LineString", "coordinates": [[2.35, 48.85], [2.0, 48.0]]}}), false)]
    #[case(json!({}), false)]
    fn ways_to_write_a_place(#[case] metadata: Json, #[case] is_one: bool) {
        let found = place_in(metadata.as_object().unwrap());
        assert_eq!(found, is_one.then_some(GeoPoint { lat: 48.85, lon: 2.35 }));
    }
}
