//! Check 7, Location.

use serde_json::{Map, Value as Json};

use super::{
    Check, Evidence, Level, Problem, Reading, Wanted,
    place::{place_in, place_of, place_of_two},
};
use crate::observation::GeoPoint;

/// Was the photo taken at the work order's place?
#[derive(Clone, Debug, PartialEq)]
pub struct LocationSettings {
    /// What a photo from somewhere else means, or one that does not say where it is from.
    pub level: Level,
    /// Most metres between the two.
    pub max_metres: f64,
    /// The entries of the work order's metadata that hold its place: one, or latitude and longitude; none: those that are
    /// named as places usually are.
    pub place: Vec<String>,
}

impl Default for LocationSettings {
    fn default() -> Self {
        Self { level: Level::Off, max_metres: 250.0, place: Vec::new() }
    }
}

impl LocationSettings {
    fn place_of_order(&self, metadata: &Map<String, Json>) -> Option<GeoPoint> {
        match self.place.as_slice() {
            [] => place_in(metadata),
            [place] => place_of(metadata.get(place)?),
            [latitude, longitude, ..] => place_of_two(metadata.get(latitude)?, metadata.get(longitude)?),
        }
    }
}

/// What the camera wrote counts before what the sender says. Nothing is said where the work order has no place.
pub(super) fn readings(evidence: &Evidence<'_>, settings: &LocationSettings) -> Vec<Reading> {
    let check = (Check::Location, settings.level);
    let wanted = Wanted::AtMost(settings.max_metres);
    let reading = |value| Reading::of_number(check, "metres", value, wanted, Problem::FarAway);
    let Some(place) = settings.place_of_order(evidence.order_metadata) else { return vec![reading(None)] };
    match evidence.facts.location.or_else(|| place_in(evidence.input_metadata)) {
        // No place is known more closely than to a decimetre.
        Some(taken_at) => vec![reading(Some((place.metres_to(&taken_at) * 10.0).round() / 10.0))],
        None => {
            let problem = Some(Problem::PlaceUnknown);
            vec![Reading::of_trace(check, "metres", wanted, problem, None)]
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::{check::testing::Known, observation::PhotoFacts};

    const HERE: GeoPoint = GeoPoint { lat: 48.8566, lon: 2.3522 };
    const NEAR: GeoPoint = GeoPoint { lat: 48.8576, lon: 2.3522 };
    const BERLIN: GeoPoint = GeoPoint { lat: 52.52, lon: 13.405 };

    fn place(of: Option<GeoPoint>) -> Map<String, Json> {
        let place = of.map(|place| json!({"latitude": place.lat, "longitude": place.lon}));
        place.and_then(|place| place.as_object().cloned()).unwrap_or_default()
    }

    #[rstest]
    #[case::there(Some(HERE), Some(NEAR), None, None)]
    #[case::elsewhere(Some(HERE), Some(BERLIN), None, Some(Problem::FarAway))]
    #[case::the_sender_says_so(Some(HERE), None, Some(NEAR), None)]
    #[case::the_camera_counts_first(Some(HERE), Some(BERLIN), Some(NEAR), Some(Problem::FarAway))]
    #[case::nobody_says(Some(HERE), None, None, Some(Problem::PlaceUnknown))]
    #[case::a_work_order_without_a_place(None, Some(BERLIN), None, None)]
    fn places(
        #[case] order: Option<GeoPoint>,
        #[case] camera: Option<GeoPoint>,
        #[case] sender: Option<GeoPoint>,
        #[case] expected: Option<Problem>,
    ) {
        let known = Known {
            facts: PhotoFacts { location: camera, ..PhotoFacts::default() },
            order_metadata: place(order),
            input_metadata: place(sender),
            ..Known::default()
        };
        let settings = LocationSettings { level: Level::Error, ..LocationSettings::default() };
        let found = readings(&known.evidence(), &settings);
        assert_eq!(found[0].finding().map(|finding| finding.problem), expected);
    }

    #[test]
    fn metres_are_measured() {
        let known = Known {
            facts: PhotoFacts { location: Some(NEAR), ..PhotoFacts::default() },
            order_metadata: json!({"site": "48.8566, 2.3522", "lat": 1.0, "lon": 1.0}).as_object().unwrap().clone(),
            ..Known::default()
        };
        let settings = LocationSettings { max_metres: 100.0, place: vec!["site".into()], level: Level::Warning };
        let finding = readings(&known.evidence(), &settings)[0].finding().unwrap();
        assert_eq!((finding.value.map(f64::round), finding.threshold), (Some(111.0), Some(100.0)));
    }
}
