//! An embedding model, from end to end: which of the application's own photos a photo is like.

use fieldproof_testkit::{Application, Scene, Tint};

use crate::{server, task};

const COLOUR: &[u8] = include_bytes!("../../../fieldproof-vision/tests/models/embedding.onnx");

const DESCRIPTION: &str = "
name: likeness
version: \"1.0\"
models:
  look:
    file: models/look.onnx
    kind: embedding
    references: {red: photos/red.jpg, green: [photos/green-1.jpg, photos/green-2.jpg]}
task_groups:
  - name: cabinet
    observe: [look]
    tasks:
      - {name: like, type: Text, value: \"look.score > 0.5 ? look.concept : null\"}
";

fn application() -> Application {
    let application = Application::new();
    application.write("application.yaml", DESCRIPTION);
    std::fs::remove_file(application.file("tests.yaml")).unwrap();
    application.write("models/look.onnx", COLOUR);
    for (name, seed, tint) in [("red", 1, Tint::Red), ("green-1", 2, Tint::Green), ("green-2", 3, Tint::Green)] {
        application.write(&format!("photos/{name}.jpg"), Scene::new(seed).tint(tint).photo());
    }
    application
}

#[tokio::test]
async fn a_photo_is_compared_with_the_references() {
    let server = server().application(application()).start().await;
    let client = server.client();
    let id = client.create(&serde_json::json!({"name": "w"})).await;
    for (seed, tint, expected) in [(11, Tint::Red, "red"), (12, Tint::Green, "green")] {
        let verdict = client.analyse(&id, "cabinet", &Scene::new(seed).tint(tint).photo()).await.expect(200).json();
        assert_eq!(task(&verdict, "like")["state"]["analyzed_value"], expected);
    }
}

#[test]
fn a_reference_that_is_no_photo_is_told() {
    let server = server().prepare();
    let broken = application();
    broken.write("photos/red.jpg", "no photo");
    std::fs::remove_file(broken.file("photos/green-2.jpg")).unwrap();
    let said = server.cli(&["app", "check", broken.arg()]);
    assert_eq!(said.status, 1);
    assert!(said.stdout.contains("photos/red.jpg: Not a photo: "), "{}", said.stdout);
    assert!(said.stdout.contains("photos/green-2.jpg: "), "{}", said.stdout);
}
