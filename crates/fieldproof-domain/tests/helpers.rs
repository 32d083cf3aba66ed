//! The functions that rules have beside CEL's own.

use std::collections::BTreeMap;

use chrono::DateTime;
use fieldproof_domain::{
    application::load,
    observation::{BoundingBox, Detection, GeoPoint, Observation, PhotoFacts},
    rules::Facts,
};
use rstest::rstest;
use serde_json::{Map, Value, json};

fn application(kind: &str, rule: &str) -> String {
    format!(
        "name: helpers
version: \"1.0\"
models:
  cabinet: {{file: m.onnx, kind: detection, labels: [door, plate], input: {{size: [64, 64]}}}}
  serial: {{file: t.onnx, kind: text, characters: \"0123\", input: {{size: [160, 16]}}}}
metadata:
  - {{name: serial, type: text, required: true, example: X-1}}
  - {{name: number, type: number, required: true, example: 4711}}
  - {{name: due, type: text, required: true, example: \"2026-01-31\"}}
task_groups:
  - name: g
    observe: {{cabinet: , serial: {{on: cabinet}}}}
    tasks:
      - {{name: t, type: {kind}, value: \"{rule}\"}}
"
    )
}

/// A door in the upper left quarter, a plate in a corner of it, a plate that reaches out of it, and a door far away.
fn seen() -> Vec<Detection> {
    let places = [
        ("door", 0.9, [0.0, 0.0, 0.5, 0.5]),
        ("plate", 0.8, [0.25, 0.0, 0.5, 0.25]),
        ("plate", 0.7, [0.375, 0.25, 0.625, 0.5]),
        ("door", 0.5, [0.75, 0.75, 1.0, 1.0]),
    ];
    let detection = |(concept, score, [xmin, ymin, xmax, ymax]): (&str, f64, [f64; 4])| Detection {
        page: None,
        bbox: BoundingBox { xmin, ymin, xmax, ymax },
        score,
        concept: concept.to_owned(),
    };
    places.into_iter().map(detection).collect()
}

/// Value and failure of a rule on a photo with all of the above on it.
fn run(kind: &str, rule: &str) -> (Value, Option<String>) {
    let (_, book) =
        load(&application(kind, rule), &|_| None).unwrap_or_else(|problems| panic!("{rule}: {problems:#?}"));
    let read = |text: &str| Observation::Text { text: text.to_owned(), score: 0.875 };
    let texts = ["CMIB-G-47", "sn 4711", "", "x/1"];
    let observations = BTreeMap::from([
        ("cabinet".to_owned(), Observation::Detections(seen())),
        ("serial".to_owned(), Observation::Regions(seen().into_iter().zip(texts.map(read)).collect())),
    ]);
    let photo = PhotoFacts {
        taken_at: DateTime::from_timestamp(1_769_900_000, 0),
        location: Some(GeoPoint { lat: 52.5163, lon: 13.3777 }),
        ..PhotoFacts::default()
    };
    let metadata = json!({"serial": "X-1", "number": 4711, "due": "2026-03-01T23:00:00+02:00"});
    let Some(metadata) = metadata.as_object() else { panic!("metadata is an object") };
    let facts = Facts {
        observations: &observations,
        photo: &photo,
        metadata,
        types: &[],
        tags: &[],
        input_metadata: &Map::new(),
        state: &BTreeMap::new(),
    };
    let outcome = book.run("g", &["t"], &facts).remove(0);
    (outcome.value.map_or(Value::Null, |value| value.to_json()), outcome.failure)
}

#[rstest]
#[case::all("Number", "count(cabinet, 'door')", json!(2.0))]
#[case::sure("Number", "count(cabinet, 'door', 0.9)", json!(1.0))]
#[case::whole_score("Number", "count(cabinet, 'plate', 1)", json!(0.0))]
#[case::of_some("Number", "count(cabinet.filter(d, d.score > 0.6), 'door')", json!(1.0))]
#[case::iou("Number", "iou(cabinet[0], cabinet[1])", json!(0.25))]
#[case::iou_of_itself("Number", "iou(cabinet[0], cabinet[0])", json!(1.0))]
#[case::iou_of_others("Number", "iou(cabinet[0], cabinet[3])", json!(0.0))]
#[case::overlap("Number", "overlap(cabinet[2], cabinet[0])", json!(0.5))]
#[case::overlap_is_of_the_first("Number", "overlap(cabinet[0], cabinet[1])", json!(0.25))]
#[case::inside("Boolean", "inside(cabinet[1], cabinet[0])", json!(true))]
#[case::reaches_out("Boolean", "inside(cabinet[2], cabinet[0])", json!(false))]
#[case::boxes("Boolean", "inside(cabinet[1].bbox, cabinet[0].bbox)", json!(true))]
#[case::regions("Boolean", "inside(serial[1], serial[0].region)", json!(true))]
#[case::left_to_right("Text", "left_to_right(cabinet.filter(d, d.concept == 'plate'))[1].score < 0.75 ? 'yes' : 'no'", json!("yes"))]
#[case::from_the_left("Boolean", "left_to_right(cabinet).map(d, d.concept) == ['door', 'plate', 'plate', 'door']", json!(true))]
#[case::from_the_top("Boolean", "top_to_bottom(cabinet).map(d, d.score) == [0.8, 0.9, 0.7, 0.5]", json!(true))]
#[case::texts_in_order("Text", "left_to_right(serial)[1].text", json!("sn 4711"))]
#[case::group("Text", "capture(serial[0].text, '-([0-9]+)$')", json!("47"))]
#[case::no_group("Text", "capture(serial[1].text, '[0-9]+')", json!("4711"))]
#[case::first_of_two("Text", "capture(serial[0].text, '^([A-Z]+)-([A-Z])')", json!("CMIB"))]
#[case::not_there("Text", "capture(serial[2].text, '[0-9]+')", json!(null))]
#[case::a_group_that_is_not_there("Text", "capture(serial[0].text, 'CMIB|(x)')", json!("CMIB"))]
#[case::same("Boolean", "serial.exists(s, same_text(s.text, metadata.serial))", json!(true))]
#[case::number_as_text("Boolean", "same_text(capture(serial[1].text, '[0-9]+'), metadata.number)", json!(true))]
#[case::others("Boolean", "same_text(serial[0].text, metadata.serial)", json!(false))]
#[case::nothing_is_like_nothing("Boolean", "same_text(serial[2].text, '- -')", json!(false))]
#[case::letters_of_all_scripts("Boolean", "same_text('straße 1é', 'STRASSE-1É')", json!(true))]
#[case::alike("Number", "similarity([1.0, 0.0], [3.0, 4.0])", json!(0.6))]
#[case::opposite("Number", "similarity([1, 0], [-2, 0])", json!(-1.0))]
#[case::nothing_alike("Number", "similarity([0.0, 0.0], [1.0, 0.0])", json!(0.0))]
#[case::near("Boolean", "distance(photo.location, {'lat': 52.5163, 'lon': 13.3777}) < 0.001", json!(true))]
#[case::days("Number", "days_between(photo.taken_at, metadata.due)", json!(29.0))]
#[case::days_back("Number", "days_between('2026-03-01', '2026-02-28')", json!(-1.0))]
fn values(#[case] kind: &str, #[case] rule: &str, #[case] expected: Value) {
    let guarded = format!("cabinet.size() == 4 && serial.size() == 4 ? ({rule}) : null");
    assert_eq!(run(kind, &guarded), (expected, None), "{rule}");
}

/// Berlin to Paris, a quarter of the Earth, and across the date line.
#[rstest]
#[case("{'lat': 52.52, 'lon': 13.405}", "{'lat': 48.8566, 'lon': 2.3522}", 877_500.0)]
#[case("{'lat': 0, 'lon': 0}", "{'lat': 90.0, 'lon': 0}", 10_007_557.0)]
#[case("{'lat': 0.0, 'lon': 179.5}", "{'lat': 0.0, 'lon': -179.5}", 111_195.0)]
fn distances(#[case] a: &str, #[case] b: &str, #[case] metres: f64) {
    let (value, failure) = run("Number", &format!("distance({a}, {b})"));
    assert_eq!(failure, None);
    assert!((value.as_f64().unwrap() / metres - 1.0).abs() < 1e-3, "{value}");
}

#[rstest]
#[case::date("days_between(metadata.serial, '2026-01-01') > 0", "days_between: a date is written as 2026-01-31")]
#[case::lengths("similarity([1.0], [1.0, 2.0]) > 0.0", "similarity: one vector has 1 numbers, the other 2")]
#[case::place("distance({'lat': 91.0, 'lon': 0.0}, photo.location) > 0.0", "distance: 91 is no lat")]
fn what_cannot_be_read_is_told(#[case] rule: &str, #[case] reason: &str) {
    let (value, failure) = run("Boolean", &format!("photo.location != null && ({rule})"));
    let failure = failure.unwrap_or_else(|| panic!("{value}"));
    assert!(failure.starts_with(reason), "{failure}");
}

#[rstest]
#[case::no_place(
    "distance(photo.location, {'lat': 1.0, 'lon': 2.0}) < 9.0",
    "'value' of task 't' fails on a photo without EXIF"
)]
#[case::not_a_list("count(photo, 'door') > 0", "This needs a value of type list, not map.")]
#[case::not_a_box("cabinet.exists(d, inside(d, d.score))", "This needs a value of type a detection, not double.")]
#[case::label("count(cabinet, 'dor') > 0", "'dor' is not a label of model 'cabinet'.")]
#[case::too_few("count(cabinet) > 0", "'count' is not used as it should. Write count(cabinet, 'door_open', 0.8).")]
#[case::as_method("cabinet.count('door') > 0", "'count' is not used as it should.")]
#[case::pattern("capture(metadata.serial, '(') == 'x'", "The pattern of 'capture' cannot be read.")]
#[case::pattern_from_metadata("capture('x', metadata.serial) == 'x'", "The pattern of 'capture' is not a plain text.")]
#[case::fields_of_what_is_sorted("left_to_right(cabinet)[0].scor > 0.5", "There is no 'scor' in a detection.")]
#[case::typing_error("left_to_rigth(cabinet).size() > 0", "Did you mean 'left_to_right'?")]
#[case::too_long("cabinet.exists(a, cabinet.exists(b, left_to_right(cabinet).size() > 0))", "can take too long")]
fn what_is_wrong_is_told_when_pushed(#[case] rule: &str, #[case] message: &str) {
    let told = match load(&application("Boolean", rule), &|_| None) {
        Ok(_) => panic!("nothing is wrong with {rule}"),
        Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    assert!(told.contains(message), "{told}");
}
