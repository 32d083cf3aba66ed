//! Analyses whose inputs make no sense.

use fieldproof_testkit::{Scene, data_uri};
use serde_json::{Value, json};

use crate::{Untouched, field_error, server};

fn input(name: &str, kind: &str, value: impl Into<Value>) -> Value {
    json!({"name": name, "data": {"type": kind, "value": value.into()}})
}

#[tokio::test]
async fn every_senseless_list_of_inputs_is_refused_and_leaves_nothing() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let photo = data_uri(&Scene::new(1).photo());
    let context = || input("context", "text", "before");
    let image = || input("image_input", "image", photo.as_str());
    let with = |other: Value| json!([context(), other]);
    for (case, inputs, word) in [
        ("an unknown context", json!([input("context", "text", "nope"), image()]), "'nope'"),
        ("an empty context", json!([input("context", "text", ""), image()]), "''"),
        ("an endless context", json!([input("context", "text", "x".repeat(100_000)), image()]), "use before"),
        ("no context", json!([image()]), "'context' is missing"),
        ("two contexts", json!([context(), context(), image()]), "two inputs named 'context'"),
        ("two other contexts", json!([context(), input("context", "text", "after"), image()]), "two inputs"),
        ("no image", json!([context()]), "image is missing"),
        ("two images", json!([context(), image(), image()]), "two images"),
        ("an image as context", json!([input("context", "image", photo.as_str()), image()]), "type 'text'"),
        ("a second text", json!([context(), input("note", "text", "hi"), image()]), "'note'"),
        ("a number", with(input("x", "number", 3)), "data.value"),
        ("a number as text", json!([context(), image(), input("x", "number", "3")]), "'number'"),
        ("a video", with(input("x", "video", photo.as_str())), "'video'"),
        ("a type in capitals", with(input("x", "IMAGE", photo.as_str())), "'IMAGE'"),
        ("an endless type", with(input("x", &"t".repeat(100_000), photo.as_str())), "use 'text', 'image' or 'pdf'"),
        ("no inputs", json!([]), "'context' is missing"),
        ("a list of texts", json!(["a"]), "Input 1"),
        ("a list of null", json!([null]), "Input 1"),
        ("a list in a list", json!([[context(), image()]]), "Input 1"),
        ("17 inputs", Value::Array(vec![context(); 17]), "17 entries"),
        ("100,000 inputs", Value::Array(vec![json!({}); 100_000]), "100000 entries"),
        ("an object", json!({"context": "before"}), "list"),
        ("a text", json!("before"), "list"),
        ("a number in place of a list", json!(0), "list"),
        ("null", Value::Null, "missing"),
        ("no data", with(json!({"name": "x"})), "'data'"),
        ("data that is null", with(json!({"name": "x", "data": null})), "'data'"),
        ("no value", with(json!({"name": "x", "data": {"type": "image"}})), "data.value"),
        ("no type", with(json!({"name": "x", "data": {"value": "x"}})), "data.type"),
        ("no name", with(json!({"data": {"type": "image", "value": "x"}})), "'name'"),
        ("a number as name", with(json!({"name": 3, "data": {"type": "image", "value": "x"}})), "'name'"),
        ("a list as value", with(input("x", "image", json!([photo.as_str()]))), "data.value"),
        ("null as value", with(input("x", "image", Value::Null)), "data.value"),
        (
            "metadata as list",
            with(json!({"name": "x", "data": {"type": "image", "value": photo.as_str()}, "metadata": [1]})),
            "'metadata'",
        ),
        ("an empty value", with(input("x", "image", "")), "empty"),
        ("Base64 without its header", with(input("x", "image", "/9j/4AAQSkZJRg==")), "data URI"),
        ("a header without content", with(input("x", "image", "data:image/jpeg;base64")), "comma"),
        ("a header without Base64", with(input("x", "image", "data:image/jpeg,abc")), "not Base64"),
        ("wrong Base64", with(input("x", "image", "data:image/jpeg;base64,!!!!")), "Base64"),
        ("Base64 with a space", with(input("x", "image", "data:image/jpeg;base64,/9j/ 4AA")), "Base64"),
        ("Base64 for URLs", with(input("x", "image", "data:image/jpeg;base64,_-_-")), "Base64"),
        ("Base64 of odd length", with(input("x", "image", "data:image/jpeg;base64,/9j/4")), "Base64"),
        ("an empty photo", with(input("x", "image", "data:image/jpeg;base64,")), "empty"),
        ("a PDF that says so", with(input("x", "image", "data:application/pdf;base64,JVBERi0=")), "PDF"),
    ] {
        let answer = server.client().post(&order.analyze(), &json!({"inputs": inputs})).await;
        let message = order.refuses(case, "inputs", &answer).await;
        assert!(message.contains(word), "{case}: {message}");
        assert!(answer.body.len() < 10_000, "{case}: {} bytes", answer.body.len());
    }
    let answer = server.client().post(&order.analyze(), &json!({})).await;
    order.refuses("inputs that are not there", "inputs", &answer).await;
    for metadata in [json!([1]), json!("x"), json!(1)] {
        let body = json!({"inputs": [context(), image()], "metadata": metadata});
        field_error("metadata", "metadata", &server.client().post(&order.analyze(), &body).await);
    }
    order.check("wrong metadata").await;
}
