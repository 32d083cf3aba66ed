//! Analyses and corrections: every kind of answer.

use fieldproof_testkit::{Scene, Tint, analysis_body, data_uri};
use serde_json::{Value, json};

use crate::{answers::Answers, server, task};

#[tokio::test]
async fn analyses() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let mut answers = Answers::default();
    for (what, group, scene) in [
        ("no message", "after", Scene::new(61).tint(Tint::Green)),
        ("a warning: there are results", "before", Scene::new(62).blurred()),
        ("errors: there are no results", "after", Scene::new(63).blurred().dark()),
        ("too bright", "after", Scene::new(64).bright()),
    ] {
        answers.note(what, &client.analyse(&id, group, &scene.photo()).await);
    }
    answers
        .note("too small", &client.analyse(&id, "after", &Scene::new(65).tint(Tint::Green).jpeg(480, 360, 90)).await);
    let mut with_metadata = analysis_body("papers", &data_uri(&Scene::new(66).png(640, 480)));
    with_metadata["inputs"][1]["metadata"] = json!({"timestamp_ms": 1_700_000_000_000_i64});
    answers.note("a PNG with metadata", &client.post(&format!("/v0.2/work-orders/{id}/analyze"), &with_metadata).await);
    insta::assert_json_snapshot!("analyses", answers.redacted());
}

#[tokio::test]
async fn analyses_that_are_refused() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let photo = data_uri(&Scene::new(67).photo());
    let context = json!({"name": "context", "data": {"type": "text", "value": "before"}});
    let image = json!({"name": "image_input", "data": {"type": "image", "value": photo}});
    let of = |kind: Value, value: Value| json!({"name": "x", "data": {"type": kind, "value": value}});
    let mut answers = Answers::default();
    for (what, body) in [
        ("no inputs", json!({})),
        ("inputs that are null", json!({"inputs": null})),
        ("inputs that are no list", json!({"inputs": {}})),
        ("an empty list", json!({"inputs": []})),
        ("no image", json!({"inputs": [context]})),
        ("no context", json!({"inputs": [image]})),
        ("two images", json!({"inputs": [context, image, image]})),
        ("two contexts", json!({"inputs": [context, context, image]})),
        ("an unknown context", analysis_body("afer", &photo)),
        (
            "a context of type image",
            json!({"inputs": [{"name": "context", "data": {"type": "image", "value": photo}}]}),
        ),
        ("one more text", json!({"inputs": [context, image, of(json!("text"), json!("y"))]})),
        ("an unknown type", json!({"inputs": [context, of(json!("video"), json!("y"))]})),
        ("no type", json!({"inputs": [context, of(json!(null), json!("y"))]})),
        ("no value", json!({"inputs": [context, of(json!("image"), json!(null))]})),
        ("no data", json!({"inputs": [context, {"name": "image_input"}]})),
        ("no name", json!({"inputs": [context, {"data": {"type": "image", "value": photo}}]})),
        ("inputs that are texts", json!({"inputs": ["context", "image_input"]})),
        ("metadata that is no object", json!({"inputs": [context, image], "metadata": 5})),
    ] {
        answers.note(what, &client.post(&format!("/v0.2/work-orders/{id}/analyze/"), &body).await);
    }
    insta::assert_json_snapshot!("analyses_refused", answers.redacted());
    assert_eq!(client.work_order(&id).await["inputs"], json!([]));
    assert_eq!(server.stored_photos().len(), 0, "what is refused leaves nothing");
}

#[tokio::test]
async fn corrections() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let order = client.work_order(&id).await;
    let mut answers = Answers::default();
    for (what, name, body) in [
        ("a boolean", "is_red", json!({"corrected_value": false})),
        ("the text of a boolean", "is_red", json!({"corrected_value": "True"})),
        ("a number", "doors", json!({"corrected_value": 2})),
        ("the text of a number", "doors", json!({"corrected_value": "2.5"})),
        ("a text", "colour_name", json!({"corrected_value": "2"})),
        ("nothing", "is_red", json!({})),
        ("null", "is_red", json!({"corrected_value": null})),
        ("a number for a boolean", "is_red", json!({"corrected_value": 1})),
        ("another text for a boolean", "is_red", json!({"corrected_value": "yes"})),
        ("a text for a number", "doors", json!({"corrected_value": "two"})),
        ("no finite number", "doors", json!({"corrected_value": "NaN"})),
        ("a boolean for a text", "colour_name", json!({"corrected_value": true})),
        ("a list", "doors", json!({"corrected_value": [1]})),
    ] {
        let task_id = task(&order, name)["id"].as_str().unwrap();
        let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
        answers.note(what, &client.patch(&path, &body).await);
    }
    insta::assert_json_snapshot!("corrections", answers.redacted());
}
