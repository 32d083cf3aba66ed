//! What runs models: ONNX Runtime where it is found. `FIELDPROOF_TEST_ONNXRUNTIME` names its library, which `cargo xtask
//! test` fetches.

use std::path::PathBuf;

use fieldproof_testkit::{Scene, Tint};
use serde_json::json;

use crate::{cli::refused, of_type, server, task};

/// The library of ONNX Runtime, if it is there.
fn library() -> Option<PathBuf> {
    let library = std::env::var_os("FIELDPROOF_TEST_ONNXRUNTIME").map(PathBuf::from);
    if library.is_none() {
        println!("there is no ONNX Runtime: FIELDPROOF_TEST_ONNXRUNTIME is not set");
    }
    library
}

#[tokio::test]
async fn models_run_on_the_library_that_is_named() {
    let Some(library) = library() else { return };
    let named = library.to_str().unwrap();
    let server = server().everywhere("FIELDPROOF_ONNXRUNTIME", named).start().await;
    let client = server.client();
    let ready = client.get("/readyz").await.expect(200).json();
    assert_eq!(ready["engine"], format!("ONNX Runtime, {named}"));
    assert!(server.logs().contains("ONNX Runtime, "), "{}", server.logs());
    let id = client.create(&of_type("w", "maintenance")).await;
    let green = Scene::new(7).tint(Tint::Green).photo();
    // At once: each has a session of its own.
    let (after, before) = tokio::join!(client.analyse(&id, "after", &green), client.analyse(&id, "before", &green));
    assert_eq!(task(&after.expect(200).json(), "is_green")["state"]["analyzed_value"], true);
    assert_eq!(task(&before.expect(200).json(), "is_red")["state"]["analyzed_value"], false);
    let said = server.cli(&["doctor"]).ok().stdout;
    assert!(said.contains(&format!("OK      engine: models run on ONNX Runtime, {named}")), "{said}");
    assert!(server.cli(&["app", "test", server.application().arg()]).ok().stdout.ends_with("0 failed\n"));
    let model = server.application().file("models/classifier.onnx");
    let said = server.cli(&["model", "inspect", model.to_str().unwrap()]).ok().stdout;
    assert!(said.contains("# engine      ONNX Runtime runs it, "), "{said}");
}

#[tokio::test]
async fn a_library_in_the_data_folder_is_found() {
    let Some(library) = library() else { return };
    let data = tempfile::tempdir().unwrap();
    let folder = data.path().join("onnxruntime");
    std::fs::create_dir(&folder).unwrap();
    std::fs::copy(&library, folder.join(library.file_name().unwrap())).unwrap();
    let server = server().data_at(data.path()).everywhere("FIELDPROOF_ONNXRUNTIME", "").start().await;
    let ready = server.client().get("/readyz").await.expect(200).json();
    let found = folder.join(library.file_name().unwrap());
    assert_eq!(ready["engine"], format!("ONNX Runtime, {}", found.display()));
}

#[test]
fn a_library_that_is_named_has_to_be_one() {
    let server = server().prepare();
    let none = server.application().file("application.yaml");
    let none = none.to_str().unwrap();
    let message = format!("{none} cannot be used as ONNX Runtime: ");
    refused(&server.cli(&["serve", "--listen", "127.0.0.1:0", "--onnxruntime", none]), &[&message]);
    let app = server.application().arg();
    refused(&server.cli(&["app", "check", app, "--onnxruntime", none]), &[&message]);
    let said = server.cli(&["doctor", "--onnxruntime", none, "--json"]);
    assert_eq!(said.status, 1);
    let checks = said.json();
    let engine = checks["checks"].as_array().unwrap().iter().find(|check| check["name"] == "engine").unwrap();
    assert_eq!((&engine["status"], &checks["sound"]), (&json!("error"), &json!(false)));
}
