//! Embedding models: photos are compared with references.

use std::collections::BTreeMap;

use fieldproof_domain::{
    application::load,
    observation::{BoundingBox, Detection, Observation, PhotoFacts},
    rules::Facts,
};
use rstest::rstest;
use serde_json::{Map, Value, json};

const GOOD: &str = "\
name: looks
version: \"1.0\"
models:
  boxes: {file: models/boxes.onnx, kind: detection, labels: [box], input: {size: [64, 64]}}
  look:
    file: models/look.onnx
    kind: embedding
    input: {size: [64, 64]}
    references: {tidy: photos/tidy.jpg, messy: [photos/messy-1.jpg, photos/messy-2.jpg]}
  part: {file: models/look.onnx, kind: embedding, input: {size: [64, 64]}}
task_groups:
  - name: cabling
    observe: {boxes: , look: , part: {on: boxes}}
    tasks:
      - {name: is_tidy, type: Boolean, value: \"look.concept == 'tidy' && look.score > 0.8\"}
      - {name: how_tidy, type: Number, value: look.scores.tidy}
      - {name: alike, type: Boolean, value: \"part.exists(a, part.exists(b, a != b && similarity(a, b) > 0.9))\"}
";

fn good(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "no {from:?}");
    GOOD.replacen(from, to, 1)
}

#[test]
fn references_are_files_of_the_application() {
    let (application, _) = load(GOOD, &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(application.models["look"].labels, ["tidy", "messy"]);
    assert_eq!(
        application.files(),
        ["models/boxes.onnx", "models/look.onnx", "photos/tidy.jpg", "photos/messy-1.jpg", "photos/messy-2.jpg"]
    );
}

#[rstest]
#[case::list(
    "{tidy: photos/tidy.jpg, messy: [photos/messy-1.jpg, photos/messy-2.jpg]}",
    "[photos/tidy.jpg]",
    "'references' is a list."
)]
#[case::no_photo("photos/tidy.jpg", "[]", "'tidy' has 0 photos.")]
#[case::outside("photos/tidy.jpg", "../tidy.jpg", "../tidy.jpg")]
#[case::labels("    references", "    labels: [a]\n    references", "The key 'labels' is unknown in model 'look'.")]
#[case::unknown_reference("look.concept == 'tidy'", "look.concept == 'tidi'", "'tidi' is not a label of model 'look'.")]
#[case::unknown_score("look.scores.tidy", "look.scores.tidi", "There is no 'tidi' in the labels of model 'look'.")]
#[case::no_references(
    "similarity(a, b) > 0.9",
    "a.concept == b.concept",
    "There is no 'concept' in what embedding model 'part' says."
)]
fn what_is_wrong_is_told(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
    let told = match load(&good(from, to), &|_| None) {
        Ok(_) => panic!("nothing is wrong"),
        Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    assert!(told.contains(message), "{told}");
}

#[test]
fn rules_see_what_a_photo_is_like() {
    let (_, book) = load(GOOD, &|_| None).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let bbox = BoundingBox { xmin: 0.0, ymin: 0.0, xmax: 0.5, ymax: 0.5 };
    let region = Detection { bbox, score: 0.9, concept: "box".to_owned(), page: None };
    let look = |vector: &[f32], scores: &[(&str, f64)]| Observation::Embedding {
        vector: vector.to_vec(),
        scores: scores.iter().map(|(name, score)| ((*name).to_owned(), *score)).collect(),
    };
    let observations = BTreeMap::from([
        ("boxes".to_owned(), Observation::Detections(vec![region.clone()])),
        ("look".to_owned(), look(&[1.0, 0.0], &[("tidy", 0.875), ("messy", 0.25)])),
        (
            "part".to_owned(),
            Observation::Regions(vec![(region.clone(), look(&[1.0, 0.0], &[])), (region, look(&[0.0, 1.0], &[]))]),
        ),
    ]);
    let facts = Facts {
        observations: &observations,
        photo: &PhotoFacts::default(),
        metadata: &Map::new(),
        types: &[],
        tags: &[],
        input_metadata: &Map::new(),
        state: &BTreeMap::new(),
    };
    let outcomes = book.run("cabling", &["is_tidy", "how_tidy", "alike"], &facts);
    let values: Vec<_> =
        outcomes.iter().map(|outcome| outcome.value.as_ref().map_or(Value::Null, |value| value.to_json())).collect();
    assert_eq!(values, [json!(true), json!(0.875), json!(false)], "{outcomes:#?}");
}
