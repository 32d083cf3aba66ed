//! What is written on a label: codes, and printed text where Tesseract is there.

use fieldproof_testkit::{Application, Scene, labelled};
use serde_json::{Value, json};

use crate::{keys, server, task};

const DESCRIPTION: &str = r##"
name: labels
version: "1.0"
readers:
  codes: {kind: codes, formats: [qr_code, code_128]}
metadata:
  - {name: serial, type: text, required: true, example: SN-4711}
task_groups:
  - name: label
    observe: {codes: {}}
    tasks:
      - name: label_is_right
        type: Boolean
        value: "codes.exists(c, same_text(c.text, metadata.serial))"
        regions: "codes"
        outcome_validation:
          - {schema: {const: true}, message: "The label is right", is_conformity_validated: true}
          - {schema: {const: false}, message: "This is another label", is_conformity_validated: false}
"##;

/// What rules see of a reader of text.
const PRINT: &str = r##"
  print: {kind: text}
metadata:
"##;
const OBSERVED: &str = r##"observe: {codes: {}, print: {min_score: 0.5}}
    tasks:
      - {name: is_read, type: Boolean, value: "print != null"}
      - {name: printed, type: Text, value: "print.size() > 0 ? print[0].text : null"}
"##;

fn application(description: &str) -> Application {
    let application = Application::new();
    application.write("application.yaml", description);
    std::fs::remove_file(application.file("tests.yaml")).unwrap();
    application
}

fn with_print() -> String {
    DESCRIPTION.replacen("\nmetadata:\n", PRINT, 1).replacen("observe: {codes: {}}\n    tasks:\n", OBSERVED, 1)
}

#[tokio::test]
async fn the_code_on_a_label_is_compared_with_the_work_order() {
    let server = server().application(application(DESCRIPTION)).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"serial": "sn 4711"}})).await;

    let wrong = client.analyse(&id, "label", &labelled(Scene::new(1), "SN-4712")).await.expect(200).json();
    let state = &task(&wrong, "label_is_right")["state"];
    assert_eq!((&state["analyzed_value"], &state["is_conformity_validated"]), (&json!(false), &json!(false)));
    assert_eq!(state["message"], "This is another label");

    let right = client.analyse(&id, "label", &labelled(Scene::new(2), "SN-4711")).await.expect(200).json();
    let state = &task(&right, "label_is_right")["state"];
    assert_eq!((&state["analyzed_value"], &state["is_conformity_validated"]), (&json!(true), &json!(true)));
    // The label lies in the middle: 84 pixels of 800 x 600.
    let region = regions(&right).into_iter().next().unwrap_or_else(|| panic!("no region: {right:#}"));
    for (edge, expected) in [("xmin", 0.4475), ("xmax", 0.5525), ("ymin", 0.43), ("ymax", 0.57)] {
        assert!((region[edge].as_f64().unwrap() - expected).abs() < 0.01, "{edge}: {region}");
    }

    let none = client.analyse(&id, "label", &Scene::new(3).photo()).await.expect(200).json();
    assert_eq!(task(&none, "label_is_right")["state"]["analyzed_value"], false);
    assert!(regions(&none).is_empty());
}

/// Every box, however deep.
fn regions(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) if fields.contains_key("xmin") => vec![value],
        Value::Object(fields) => fields.values().flat_map(regions).collect(),
        Value::Array(items) => items.iter().flat_map(regions).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn an_application_of_readers_alone_is_checked() {
    let server = server().prepare();
    let labels = application(DESCRIPTION);
    let said = server.cli(&["app", "check", labels.arg()]).ok();
    assert_eq!(said.stdout, "labels 1.0 is in order: 1 task groups, 0 models, 1 readers, 0 work orders to test\n");
    assert_eq!(said.stderr, "");
    let broken = application(&DESCRIPTION.replacen("c.text", "c.txt", 1));
    let said = server.cli(&["app", "check", broken.arg()]);
    assert!(said.status == 1 && said.stdout.contains("There is no 'txt' in what is read."), "{}", said.stdout);
}

/// Without Tesseract rules get `null` for what it would read, all else goes on, and whoever runs it is told.
#[tokio::test]
async fn where_text_cannot_be_read_the_rest_is_judged() {
    let labels = application(&with_print());
    let server = server().application(labels).everywhere("PATH", "/nowhere").start().await;
    let said = server.cli(&["app", "check", server.application().arg(), "--json"]).ok();
    let note = "Reader 'print' cannot read here, rules get null for it. Tesseract is not installed";
    assert!(said.stderr.starts_with(&format!("note: {note}")), "{}", said.stderr);
    let said = said.json();
    assert!(said["notes"][0].as_str().unwrap().starts_with(note), "{said}");
    assert_eq!(keys(&said), ["name", "version", "id", "files", "tests", "problems", "notes"]);

    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"serial": "SN-4711"}})).await;
    let verdict = client.analyse(&id, "label", &labelled(Scene::new(4), "SN-4711")).await.expect(200).json();
    let value = |name: &str| task(&verdict, name)["state"]["analyzed_value"].clone();
    assert_eq!([value("label_is_right"), value("is_read"), value("printed")], [json!(true), json!(false), Value::Null]);
}

#[tokio::test]
async fn where_text_can_be_read_rules_see_it() {
    if std::env::var_os("FIELDPROOF_TEST_TESSERACT").is_none() {
        println!("there is no Tesseract: FIELDPROOF_TEST_TESSERACT is not set");
        return;
    }
    let line = include_bytes!("../../../fieldproof-vision/tests/photos/line.png");
    let server = server().application(application(&with_print())).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"serial": "SN-4711"}})).await;
    let verdict = client.analyse(&id, "label", line).await.expect(200).json();
    let value = |name: &str| task(&verdict, name)["state"]["analyzed_value"].clone();
    assert_eq!([value("is_read"), value("printed")], [json!(true), json!("CMIB-G-X-4NOZAJ")]);
}
