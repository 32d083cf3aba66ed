//! The checks that ask whether a photo can be trusted: where and when it was taken, whether it was changed, whether it is
//! what was asked for.

use fieldproof_app::{Ambient as _, SystemAmbient};
use fieldproof_testkit::{Application, Client, Scene, Tint, analysis_body, data_uri};
use serde_json::{Value, json};

use crate::{checks, image, server};

const DESCRIPTION: &str = "
name: trust
version: \"1.0\"
models:
  colour:
    file: models/classifier.onnx
    kind: classification
    labels: [red, green, blue]
    input: {size: [24, 32], fit: stretch}
  boxes:
    file: models/detector.onnx
    kind: detection
    labels: [door, label]
    input: {size: [64, 64]}
    format: yolov8
metadata:
  - {name: position, type: text, required: false, example: [\"48.8566, 2.3522\"]}
  - {name: start, type: text, required: false, example: [\"2026-03-10\"]}
task_groups:
  - name: place
    checks: {location: {level: error, max_metres: 300, place: position}}
  - name: time
    checks: {capture_time: {level: warning, from: start}}
  - name: changes
    checks: {edited: error}
  - name: subject
    checks:
      framing: {level: warning, model: boxes, concepts: [door], min_size: 0.9}
      content: {level: error, model: colour, concepts: [green]}
    observe: {colour: {min_score: 0.0}, boxes: {min_score: 0.5}}
    tasks:
      - {name: green, type: Boolean, value: \"colour.concept == 'green'\"}
";

fn application() -> Application {
    let application = Application::new();
    application.write("application.yaml", DESCRIPTION);
    std::fs::remove_file(application.file("tests.yaml")).unwrap();
    application
}

/// A JPEG file with an XMP packet behind its start mark.
fn with_xmp(photo: &[u8], packet: &str) -> Vec<u8> {
    let content = ["http://ns.adobe.com/xap/1.0/\0", packet].concat();
    let length = (content.len() as u16 + 2).to_be_bytes();
    [&photo[..2], &[0xFF, 0xE1], &length, content.as_bytes(), &photo[2..]].concat()
}

fn only(verdict: &Value) -> Value {
    let messages = image(verdict)["conformity_messages"].as_array().unwrap();
    assert_eq!(messages.len(), 1, "{verdict:#}");
    messages[0].clone()
}

async fn send(client: &Client, id: &str, group: &str, photo: &[u8], metadata: Value) -> Value {
    let mut body = analysis_body(group, &data_uri(photo));
    body["inputs"][1]["metadata"] = metadata;
    client.post(&format!("/v0.2/work-orders/{id}/analyze/"), &body).await.expect(200).json()
}

#[tokio::test]
async fn a_photo_from_somewhere_else_or_from_nowhere() {
    let server = server().application(application()).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"position": "48.8566, 2.3522"}})).await;
    let photo = |seed| Scene::new(seed).photo();
    let there = send(&client, &id, "place", &photo(1), json!({"latitude": 48.857, "longitude": 2.353})).await;
    assert_eq!(checks(&there), Vec::<String>::new());
    let berlin = send(&client, &id, "place", &photo(2), json!({"location": {"lat": 52.52, "lon": 13.405}})).await;
    let found = only(&berlin);
    assert_eq!((&found["code"], &found["name"], &found["threshold"]), (&json!(7), &json!("Location"), &json!(300.0)));
    assert!(found["message"].as_str().unwrap().contains("877 km"), "{found}");
    let silent = only(&send(&client, &id, "place", &photo(3), json!({})).await);
    assert_eq!((&silent["value"], &silent["threshold"]), (&Value::Null, &Value::Null));
    assert!(silent["message"].as_str().unwrap().contains("does not say where"), "{silent}");
    // Without a place of its own a work order asks nothing.
    let other = client.create(&json!({"name": "anywhere"})).await;
    assert_eq!(checks(&send(&client, &other, "place", &photo(4), json!({})).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_photo_of_another_time() {
    let server = server().application(application()).start().await;
    let client = server.client();
    let now = SystemAmbient.now();
    let at = |hours: i64| json!({"timestamp_ms": (now - chrono::TimeDelta::hours(hours)).timestamp_millis()});
    let start = (now - chrono::TimeDelta::hours(5)).to_rfc3339();
    let id = client.create(&json!({"name": "w", "metadata": {"start": start}})).await;
    let photo = |seed| Scene::new(seed).photo();
    assert_eq!(checks(&send(&client, &id, "time", &photo(1), at(1)).await), Vec::<String>::new());
    for (seed, hours, words) in
        [(2, 100, "100 hours ago"), (3, -20, "later than now"), (4, 8, "during the intervention")]
    {
        let found = only(&send(&client, &id, "time", &photo(seed), at(hours)).await);
        assert_eq!((&found["code"], &found["level"]), (&json!(8), &json!("warning")));
        assert!(found["message"].as_str().unwrap().contains(words), "{found}");
    }
    let silent = only(&send(&client, &id, "time", &photo(5), json!({"timestamp_ms": "soon"})).await);
    assert!(silent["message"].as_str().unwrap().contains("does not say when"), "{silent}");
}

#[tokio::test]
async fn a_photo_that_an_editor_has_saved() {
    let server = server().application(application()).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let edited = with_xmp(&Scene::new(1).photo(), "<x xmp:CreatorTool='Adobe Photoshop 25.1'/>");
    let found = only(&send(&client, &id, "changes", &edited, json!({})).await);
    assert_eq!((&found["code"], &found["detail"]), (&json!(9), &json!("Adobe Photoshop 25.1")));
    assert!(found["message"].as_str().unwrap().contains("edited with Adobe Photoshop 25.1"), "{found}");
    let from_phone = with_xmp(&Scene::new(2).photo(), "<x xmp:CreatorTool='HDR+ 1.0'/>");
    assert_eq!(checks(&send(&client, &id, "changes", &from_phone, json!({})).await), Vec::<String>::new());
    let broken = with_xmp(&Scene::new(3).photo(), "<x xmp:CreatorTool='");
    assert_eq!(checks(&send(&client, &id, "changes", &broken, json!({})).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_photo_of_something_else_or_of_a_part() {
    let server = server().application(application()).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let red = send(&client, &id, "subject", &Scene::new(1).tint(Tint::Red).photo(), json!({})).await;
    assert_eq!(checks(&red), ["Framing", "Content"]);
    assert_eq!(red["tasks"], json!([]), "an error of a check that needs a model stops level 2 as well");
    let green = send(&client, &id, "subject", &Scene::new(2).tint(Tint::Green).photo(), json!({})).await;
    let found = only(&green);
    assert_eq!((&found["code"], &found["threshold"]), (&json!(5), &json!(0.9)));
    let region = &found["region"];
    assert!(region["xmax"].as_f64() > region["xmin"].as_f64(), "{found}");
    assert_eq!(green["tasks"][0]["state"]["analyzed_value"], true);
    // A model that sees no door leaves nothing to frame.
    let dim = send(&client, &id, "subject", &Scene::new(3).tint(Tint::Green).dim().photo(), json!({})).await;
    assert_eq!(checks(&dim), Vec::<String>::new());
}
