//! Applications that read: text models, and models that look at what others have found.

use std::collections::BTreeMap;

use fieldproof_domain::{
    application::{ModelFacts, ModelFile, ModelKind, ResizeFit, TaskType, load},
    observation::{BoundingBox, Detection, Observation, PhotoFacts},
    rules::{Facts, RuleBook},
    work_order::TaskValue,
};
use rstest::rstest;
use serde_json::Map;

const GOOD: &str = "\
name: serials
version: \"1.0\"
models:
  plates: {file: models/plates.onnx, kind: detection, labels: [plate, seal], input: {size: [64, 64]}}
  serial: {file: models/reader.onnx, kind: text, characters: \"0123456789-\", input: {size: [160, 16]}}
  seal: {file: models/seal.onnx, kind: classification, labels: [whole, broken], input: {size: [64, 64]}}
metadata:
  - {name: serial, type: text, example: \"123\"}
task_groups:
  - name: plate
    observe:
      plates: {min_score: 0.4}
      serial: {on: plates, concepts: [plate], margin: 0.1, at_most: 3}
      seal: {on: plates, concepts: [seal]}
    tasks:
      - name: number
        type: Text
        value: \"serial.size() > 0 ? serial[0].text : null\"
        regions: \"serial.map(s, s.region)\"
      - name: is_the_one
        type: Boolean
        value: \"has(metadata.serial) && serial.exists(s, s.text == metadata.serial && s.region.concept == 'plate')\"
      - name: sealed
        type: Boolean
        value: \"seal.all(s, s.concept == 'whole' && s.score > 0.5)\"
        regions: \"seal.filter(s, s.concept == 'broken').map(s, s.region)\"
";

fn files(path: &str) -> Option<ModelFile> {
    match path {
        "models/digits.txt" => Some(ModelFile::Text("\u{feff}0\r\n1\n \n\nAB\n".to_owned())),
        "models/knows.onnx" => Some(ModelFile::Onnx(ModelFacts {
            characters: Some(vec!["x".to_owned(), "y".to_owned()]),
            ..ModelFacts::default()
        })),
        _ => None,
    }
}

fn good(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "no {from:?}");
    GOOD.replacen(from, to, 1)
}

#[test]
fn what_is_read() {
    let (application, _) = load(GOOD, &files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let serial = &application.models["serial"];
    assert_eq!((serial.kind, serial.input.fit, serial.labels.len()), (ModelKind::Text, ResizeFit::Line, 11));
    let observe = &application.task_groups[0].observe;
    let on = observe["serial"].on.as_ref().unwrap();
    assert_eq!((on.model.as_str(), on.margin, on.at_most), ("plates", 0.1, 3));
    assert_eq!(on.concepts, ["plate"]);
    assert_eq!(observe["seal"].on.as_ref().unwrap().at_most, 10);
    assert_eq!(observe["plates"].on, None);
    assert_eq!(application.task_groups[0].tasks[0].kind, TaskType::Text);
}

#[rstest]
#[case::text("characters: \"0123456789-\"", "characters: \"0 é\"", &["0", " ", "é"])]
#[case::list("characters: \"0123456789-\"", "characters: [\"0\", CH, \" \"]", &["0", "CH", " "])]
#[case::file("characters: \"0123456789-\"", "characters_file: models/digits.txt", &["0", "1", " ", "AB"])]
#[case::of_the_model("reader.onnx, kind: text, characters: \"0123456789-\"", "knows.onnx, kind: text", &["x", "y"])]
fn characters(#[case] from: &str, #[case] to: &str, #[case] expected: &[&str]) {
    let (application, _) = load(&good(from, to), &files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(application.models["serial"].labels, expected);
    assert_eq!(application.files().contains(&"models/digits.txt"), to.contains("digits.txt"));
}

#[rstest]
#[case::no_characters("characters: \"0123456789-\", ", "", "The key 'characters' of model 'serial' is missing.")]
#[case::labels("characters: \"0123456789-\"", "labels: [a]", "The key 'labels' is unknown in model 'serial'.")]
#[case::both(
    "characters: \"0",
    "characters_file: models/digits.txt, characters: \"0",
    "both 'characters' and 'characters_file'"
)]
#[case::a_model_as_text(
    "characters: \"0123456789-\"",
    "characters_file: models/knows.onnx",
    "'models/knows.onnx' is no text."
)]
#[case::no_text("characters: \"0123456789-\"", "characters: 12", "'characters' is the number 12.")]
#[case::format("kind: text,", "kind: text, format: yolov8,", "'format' is the text 'yolov8'.")]
#[case::nowhere(
    "on: plates, concepts: [plate]",
    "on: plate, concepts: [plate]",
    "'on' names 'plate', which is no detection model"
)]
#[case::itself("serial: {on: plates", "serial: {on: serial", "'on' names 'serial'")]
#[case::no_regions("seal: {on: plates", "seal: {on: serial", "'on' names 'serial', which is no detection model")]
#[case::concept("concepts: [plate]", "concepts: [plat]", "'plat' is not a label of model 'plates'.")]
#[case::margin("margin: 0.1", "margin: 2", "'margin' is 2.")]
#[case::none("at_most: 3", "at_most: 0", "'at_most' is the number 0.")]
#[case::alone("{on: plates, concepts: [seal]}", "{concepts: [seal]}", "'concepts' stands without 'on'.")]
#[case::not_a_list("serial.size() > 0 ? serial[0].text : null", "serial.text", "A list has no 'text'.")]
#[case::field("serial[0].text", "serial[0].txt", "There is no 'txt' in a text that is read.")]
#[case::an_unread_plate(
    "serial.size() > 0 ? serial[0].text : null",
    "capture(serial.size() > 0 ? serial[0].text : 'x', '.+') + 'x'",
    "fails on a photo where nothing can be read"
)]
#[case::region("s.region.concept == 'plate'", "s.region.concept == 'plat'", "'plat' is not a label of model 'plates'.")]
#[case::no_region("{on: plates, concepts: [seal]}", "{}", "'s.region'")]
fn what_is_wrong_is_told(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
    let told = match load(&good(from, to), &files) {
        Ok(_) => panic!("nothing is wrong"),
        Err(problems) => problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"),
    };
    // Of a model that looks at the whole photo there are no regions, nor a list of them.
    let message = if message == "'s.region'" { "task 'sealed'" } else { message };
    assert!(told.contains(message), "{told}");
}

fn region(concept: &str, xmin: f64) -> Detection {
    let bbox = BoundingBox { xmin, ymin: 0.25, xmax: xmin + 0.25, ymax: 0.5 };
    Detection { bbox, score: 0.9, concept: concept.to_owned(), page: None }
}

/// Value and left edges of the regions of each task.
fn judged(book: &RuleBook, observations: &BTreeMap<String, Observation>) -> Vec<(Option<TaskValue>, Vec<f64>)> {
    let metadata = Map::from_iter([("serial".to_owned(), "47-11".into())]);
    let facts = Facts {
        observations,
        photo: &PhotoFacts::default(),
        metadata: &metadata,
        types: &[],
        tags: &[],
        input_metadata: &Map::new(),
        state: &BTreeMap::new(),
    };
    let outcomes = book.run("plate", &["number", "is_the_one", "sealed"], &facts);
    assert!(outcomes.iter().all(|outcome| outcome.failure.is_none()), "{outcomes:#?}");
    let edges = |regions: Vec<Detection>| regions.iter().map(|region| region.bbox.xmin).collect();
    outcomes.into_iter().map(|outcome| (outcome.value, edges(outcome.regions))).collect()
}

#[test]
fn rules_see_what_was_read_and_where() {
    let (_, book) = load(GOOD, &files).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let read = |text: &str| Observation::Text { text: text.to_owned(), score: 0.875 };
    let class = |concept: &str| Observation::Classification {
        concept: concept.to_owned(),
        score: 0.75,
        scores: BTreeMap::from([("whole".to_owned(), 0.25), ("broken".to_owned(), 0.75)]),
    };
    let observations = BTreeMap::from([
        ("plates".to_owned(), Observation::Detections(vec![region("plate", 0.0), region("seal", 0.5)])),
        (
            "serial".to_owned(),
            Observation::Regions(vec![(region("plate", 0.0), read("12")), (region("plate", 0.25), read("47-11"))]),
        ),
        ("seal".to_owned(), Observation::Regions(vec![(region("seal", 0.5), class("broken"))])),
    ]);
    assert_eq!(
        judged(&book, &observations),
        [
            (Some(TaskValue::Text("12".to_owned())), vec![0.0, 0.25]),
            (Some(TaskValue::Boolean(true)), vec![]),
            (Some(TaskValue::Boolean(false)), vec![0.5]),
        ]
    );
    let nothing = ["plates", "serial", "seal"].map(|name| match name {
        "plates" => (name.to_owned(), Observation::Detections(Vec::new())),
        _ => (name.to_owned(), Observation::Regions(Vec::new())),
    });
    assert_eq!(
        judged(&book, &BTreeMap::from(nothing)),
        [(None, vec![]), (Some(TaskValue::Boolean(false)), vec![]), (Some(TaskValue::Boolean(true)), vec![]),]
    );
}
