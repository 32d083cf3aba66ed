//! A chain of models, from end to end: one finds plates, another reads each of them as it was taken.

use fieldproof_testkit::{Application, Scene};
use serde_json::{Value, json};

use crate::{server, task};

const PHOTO: &[u8] = include_bytes!("../../../fieldproof-vision/tests/models/reading/photo.png");
const PLATES: &[u8] = include_bytes!("../../../fieldproof-vision/tests/models/reading/plates.onnx");
const READER: &[u8] = include_bytes!("../../../fieldproof-vision/tests/models/reading/reader.onnx");

const DESCRIPTION: &str = r##"
name: serials
version: "1.0"
models:
  plates: {file: models/plates.onnx, kind: detection}
  serial:
    file: models/reader.onnx
    kind: text
    input: {size: [160, 16], mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
metadata:
  - {name: reference, type: text, example: X-77}
task_groups:
  - name: plate
    observe:
      plates: {min_score: 0.5}
      serial: {on: plates}
    tasks:
      - name: pon_reference
        type: Text
        value: "serial.size() > 0 ? serial[0].text : null"
        regions: "serial.size() > 0 ? [serial[0].region] : []"
        outcome_validation:
          - {schema: {pattern: "^CMIB-"}, message: "PON Reference: {}", color: "#26e4bc", is_conformity_validated: true}
          - {not_analyzed: true, message: "No reference can be read", is_conformity_validated: false}
      - name: is_the_one
        type: Boolean
        value: "has(metadata.reference) && serial.exists(s, s.text == metadata.reference)"
"##;

fn application() -> Application {
    let application = Application::new();
    application.write("application.yaml", DESCRIPTION);
    application.write("models/plates.onnx", PLATES);
    application.write("models/reader.onnx", READER);
    application.write("photo.png", PHOTO);
    let tests = "work_orders:\n  - name: w\n    photos:\n      - photo: photo.png\n        task_group: plate\n        \
                 tasks: {pon_reference: CMIB-407, is_the_one: false}\n";
    application.write("tests.yaml", tests);
    application
}

#[tokio::test]
async fn what_is_printed_on_a_plate_becomes_the_value_of_a_task() {
    let server = server().application(application()).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"reference": "X-77"}})).await;
    let verdict = client.analyse(&id, "plate", PHOTO).await.expect(200).json();
    let state = &task(&verdict, "pon_reference")["state"];
    assert_eq!(state["analyzed_value"], "CMIB-407");
    assert_eq!(state["message"], "PON Reference: CMIB-407");
    assert_eq!(state["is_conformity_validated"], true);
    assert_eq!(task(&verdict, "is_the_one")["state"]["analyzed_value"], true);
    // The box of the task is that of the plate.
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() - expected).abs() < 1e-4;
    let is_plate = |shown: &&Value| near(&shown["xmin"], 300.0 / 2400.0) && near(&shown["ymin"], 400.0 / 1600.0);
    assert_eq!(boxes(&verdict).into_iter().filter(is_plate).count(), 1, "{verdict:#}");

    let blank = Scene::new(1).photo();
    let verdict = client.analyse(&id, "plate", &blank).await.expect(200).json();
    assert!(task(&verdict, "pon_reference")["state"]["is_conformity_validated"] != true, "{verdict:#}");
}

/// Every box, however deep.
fn boxes(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) if fields.contains_key("xmin") => vec![value],
        Value::Object(fields) => fields.values().flat_map(boxes).collect(),
        Value::Array(items) => items.iter().flat_map(boxes).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_folder_is_tested_and_its_reader_inspected() {
    let server = server().application(application()).prepare();
    let folder = application();
    assert!(server.cli(&["app", "test", folder.arg()]).ok().stdout.ends_with("1 passed, 0 failed\n"));
    let reader = folder.file("models/reader.onnx");
    let said = server.cli(&["model", "inspect", reader.to_str().unwrap()]).ok().stdout;
    assert!(said.contains("a text model (ctc: gives [1, 13, 10]), 9 characters: 0, 4, 7, B, C, I, …"), "{said}");
    assert!(said.ends_with("    kind: text\n    format: ctc\n    input: {size: [106, 16]}\n"), "{said}");
}
