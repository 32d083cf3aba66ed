//! The JSON that the contract documents, with invented values, against what the server sends: the same keys, the same
//! types. A documented null may hold anything; the four keys that clients demand besides may stand at the top.

use fieldproof_testkit::{Application, Scene, Tint};
use serde_json::{Value, json};

use crate::{keys, server, task};

const EXTRA: [&str; 4] = ["first_analysis_id", "latest_analysis_id", "assigned_user_id", "engage_app_id"];

/// Every difference in shape, with its place.
fn differences(documented: &Value, sent: &Value, place: &str) -> Vec<String> {
    match (documented, sent) {
        (Value::Null, _) | (Value::Bool(_), Value::Bool(_)) | (Value::String(_), Value::String(_)) => Vec::new(),
        (Value::Number(one), Value::Number(other)) if one.is_f64() == other.is_f64() => Vec::new(),
        (Value::Array(documented), Value::Array(sent)) => {
            let fits = |one: &Value, other: &Value| differences(one, other, "").is_empty();
            let unknown = sent.iter().filter(|item| !documented.iter().any(|known| fits(known, item)));
            let missing = documented.iter().filter(|known| !sent.iter().any(|item| fits(known, item)));
            let unknown = unknown.map(|item| format!("{place}: not documented: {item}"));
            unknown.chain(missing.map(|item| format!("{place}: nothing like {item}"))).collect()
        }
        (Value::Object(documented), Value::Object(fields)) => {
            let inside = documented.iter().flat_map(|(key, value)| match fields.get(key) {
                Some(sent) => differences(value, sent, &format!("{place}.{key}")),
                None => vec![format!("{place}.{key}: missing")],
            });
            let allowed = |key: &str| documented.contains_key(key) || (place == "$" && EXTRA.contains(&key));
            let more = keys(sent).into_iter().filter(|key| !allowed(key)).map(|key| format!("{place}.{key}: too much"));
            inside.chain(more).collect()
        }
        _ => vec![format!("{place}: documented {documented}, sent {sent}")],
    }
}

fn check(documented: &str, sent: &Value) {
    let documented: Value = serde_json::from_str(documented).unwrap();
    assert_eq!(differences(&documented, sent, "$"), Vec::<String>::new(), "{sent:#}");
}

#[tokio::test]
async fn what_is_sent_has_the_documented_shape() {
    // Every task with a state in the end, as in the contract's example.
    let application = Application::new().edit("task_groups: [before, after]", "task_groups: [after]");
    std::fs::remove_file(application.file("tests.yaml")).unwrap();
    let server = server().application(application).start().await;
    let client = server.client();
    let request: Value = serde_json::from_str(include_str!("creation-request.json")).unwrap();
    let created = client.post("/v0.2/work-orders/", &request).await.expect(201).json();
    check(include_str!("created.json"), &created);

    let id = created["id"].as_str().unwrap();
    let updated = client.patch(&format!("/v0.2/work-orders/{id}/"), &json!({"tags": ["x", "y"]})).await.expect(200);
    check(include_str!("created.json"), &updated.json());

    // As the official client sends it: the image first, a metadata object beside.
    let photo = Scene::new(31).tint(Tint::Green).photo();
    let analysis = json!({
        "inputs": [
            {"name": "image_input", "data": {"type": "image", "value": fieldproof_testkit::data_uri(&photo)}},
            {"name": "context", "data": {"type": "text", "value": "after"}},
        ],
        "metadata": {"foo": "bar"},
    });
    let path = format!("/v0.2/work-orders/{id}/analyze/");
    let analysed = client.post(&path, &analysis).await.expect(200).json();
    check(include_str!("analysed.json"), &analysed);

    let task_id = task(&created, "is_green")["id"].as_str().unwrap().to_owned();
    let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    let corrected = client.patch(&path, &json!({"corrected_value": "false"})).await.expect(200).json();
    check(include_str!("corrected.json"), &corrected);

    let retrieved = client.work_order(id).await;
    check(include_str!("retrieved.json"), &retrieved);
    // What the official client's own tests ask for.
    for key in [
        "id",
        "name",
        "site_id",
        "review_date",
        "first_analysis_id",
        "latest_analysis_id",
        "create_date",
        "update_date",
        "tags",
        "assigned_user_id",
        "engage_app_id",
        "parameters",
        "metadata",
        "tasks",
        "task_groups",
        "inputs",
    ] {
        assert!(retrieved.get(key).is_some(), "{key}");
    }

    let group = client.get("/v0.2/task-groups/after").await.expect(200).json();
    check(include_str!("task-group.json"), &group);
}

#[test]
fn a_difference_in_shape_is_seen() {
    let documented = json!({"a": 1, "b": [{"c": "x"}, {"d": true}], "e": null, "f": 2.0});
    let good = json!({"a": 5, "b": [{"c": "y"}, {"d": false}, {"c": "z"}], "e": "any", "f": 0.5});
    assert_eq!(differences(&documented, &good, "$"), Vec::<String>::new());
    for bad in [
        json!({"a": 1.5, "b": [{"c": "y"}, {"d": false}], "e": null, "f": 0.5}),
        json!({"a": 1, "b": [{"c": "y"}], "e": null, "f": 0.5}),
        json!({"a": 1, "b": [{"c": "y"}, {"d": false}, {"c": 1}], "e": null, "f": 0.5}),
        json!({"a": 1, "b": [{"c": "y"}, {"d": false}], "f": 0.5}),
        json!({"a": 1, "b": [{"c": "y"}, {"d": false}], "e": null, "f": 0.5, "g": 1}),
        json!({"a": 1, "b": [{"c": "y"}, {"d": false}], "e": null, "f": 1}),
    ] {
        assert_eq!(differences(&documented, &bad, "$").len(), 1, "{bad}");
    }
}
