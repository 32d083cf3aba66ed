//! Creations and updates that are refused.

use fieldproof_testkit::Application;
use hyper::Method;
use serde_json::json;

use crate::{answers::Answers, server};

#[tokio::test]
async fn creations_that_are_refused() {
    let server = server().application(Application::with_required_metadata()).start().await;
    let client = server.client();
    let region = json!({"region": "North"});
    let mut answers = Answers::default();
    for (what, body) in [
        ("nothing", json!({})),
        ("no name", json!({"metadata": region})),
        ("no metadata", json!({"name": "w"})),
        ("metadata without what is required", json!({"name": "w", "metadata": {"other": 1}})),
        ("metadata of the wrong type", json!({"name": "w", "metadata": {"region": 5}})),
        ("metadata that is no object", json!({"name": "w", "metadata": "North"})),
        ("a name with a space", json!({"name": "my work", "metadata": region})),
        ("an empty name", json!({"name": "", "metadata": region})),
        ("a name of 129 characters", json!({"name": "n".repeat(129), "metadata": region})),
        ("a name that is a number", json!({"name": 5, "metadata": region})),
        ("an unknown engineer", json!({"name": "w", "metadata": region, "field_engineer_email": "who@example.com"})),
        ("an engineer that is no address", json!({"name": "w", "metadata": region, "field_engineer_email": "who"})),
        ("an unknown type", json!({"name": "w", "metadata": region, "work_order_types": ["quick", "slow"]})),
        ("tags that are no list", json!({"name": "w", "metadata": region, "tags": "a"})),
        ("several at once", json!({"name": "a b", "tags": [1], "work_order_types": {}})),
        ("a list", json!([1])),
    ] {
        answers.note(what, &client.post("/v0.2/work-orders/", &body).await);
    }
    let raw = |body: &'static [u8]| client.send(Method::POST, "/v0.2/work-orders", &[], body);
    answers.note("no body", &raw(b"").await);
    answers.note("no JSON", &raw(b"{\"name\": ").await);
    answers.note("no UTF-8", &raw(b"{\"name\": \"\xff\"}").await);
    answers.note("U+0000", &raw(b"{\"name\": \"w\", \"metadata\": {\"region\": \"a\\u0000\"}}").await);
    insta::assert_json_snapshot!("creations_refused", answers.redacted());
    let accepted =
        client.post("/v0.2/work-orders", &json!({"name": "n".repeat(128), "metadata": region, "x": 1})).await;
    assert_eq!(accepted.status, 201, "unknown fields are ignored: {}", accepted.text());
}

#[tokio::test]
async fn updates_that_are_refused() {
    let server = server().application(Application::with_required_metadata()).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w", "metadata": {"region": "North"}})).await;
    let path = format!("/v0.2/work-orders/{id}/");
    let before = client.work_order(&id).await;
    let mut answers = Answers::default();
    for (what, body) in [
        ("an unknown engineer", json!({"name": "other", "field_engineer_email": "who@example.com"})),
        ("a bad name", json!({"name": "a/b"})),
        ("a name that is null", json!({"name": null})),
        ("metadata without what is required", json!({"metadata": {}})),
        ("an unknown type", json!({"work_order_types": ["slow"]})),
        ("a list", json!([])),
    ] {
        answers.note(what, &client.patch(&path, &body).await);
    }
    answers.note("a wish that is neither true nor false", &client.get(&format!("{path}?include_inputs=maybe")).await);
    insta::assert_json_snapshot!("updates_refused", answers.redacted());
    assert_eq!(client.work_order(&id).await, before, "what is refused changes nothing");
}
