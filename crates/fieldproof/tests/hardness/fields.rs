//! Fields of work orders and corrections, at and beyond their edges.

use fieldproof_testkit::TestServer;
use serde_json::{Value, json};

use crate::{Untouched, field_error, json_refusal, server};

const PATH: &str = "/v0.2/work-orders/";

/// A user of another site than the server's.
fn stranger(server: &TestServer) -> &'static str {
    server.cli(&["site", "create", "other", "--app", server.application().arg()]).ok();
    server.cli(&["user", "create", "eve@example.com", "--site", "other"]).ok();
    "eve@example.com"
}

#[tokio::test]
async fn wrong_fields_are_named_by_create_and_update_alike() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let client = server.client();
    for (field, values) in [
        (
            "name",
            vec![
                json!(""),
                json!(" "),
                json!("a b"),
                json!("é"),
                json!("日本"),
                json!("a/b"),
                json!("a\n"),
                json!("a.b"),
                json!("\u{202e}a"),
                json!("a".repeat(129)),
                json!("a".repeat(100_000)),
                json!(1),
                json!(true),
                json!([]),
                json!({}),
            ],
        ),
        (
            "metadata",
            vec![
                json!([]),
                json!([["region", "North"]]),
                json!("a"),
                json!(1),
                json!(true),
                json!({"region": 5}),
                json!({"region": ["North"]}),
                json!({"region": true}),
            ],
        ),
        ("tags", vec![json!([1]), json!(["a", null]), json!([["a"]]), json!("a"), json!({"a": "b"}), json!(1)]),
        ("user_group_ids", vec![json!([1]), json!("a"), json!({})]),
        (
            "work_order_types",
            vec![
                json!(["unknown"]),
                json!(["Quick"]),
                json!(["quick", "unknown"]),
                json!([1]),
                json!("quick"),
                json!([{"name": "quick"}]),
                json!([""]),
            ],
        ),
        ("field_engineer_email", vec![json!(1), json!(["a@example.com"]), json!({})]),
    ] {
        for value in values {
            let shown: String = value.to_string().chars().take(60).collect();
            let mut body = json!({"name": "w"});
            body[field] = value.clone();
            field_error(&format!("create with {field} {shown}"), field, &client.post(PATH, &body).await);
            let answer = client.patch(&format!("{PATH}{}", order.id), &json!({field: value})).await;
            order.refuses(&format!("update to {field} {shown}"), field, &answer).await;
        }
    }
    field_error("no name", "name", &client.post(PATH, &json!({})).await);
    let answer = client.post(PATH, &json!({"name": "a b", "metadata": [], "tags": [1]})).await.expect(400).json();
    assert!(answer.as_object().is_some_and(|errors| errors.contains_key("metadata")), "{answer}");
}

#[tokio::test]
async fn values_at_the_edge_are_kept_as_they_are() {
    let server = server().start().await;
    let client = server.client();
    for body in [
        json!({"name": "a"}),
        json!({"name": "-"}),
        json!({"name": "_".repeat(128)}),
        json!({"name": "w", "metadata": {}, "tags": [], "work_order_types": [], "user_group_ids": []}),
        json!({"name": "w", "metadata": {"": "", "日本": [null, {"é": "\u{1F477}"}], "region": "\u{202e}"}}),
        json!({"name": "w", "tags": ["", "a", "a", "\u{1F477}".repeat(1000)]}),
    ] {
        let id = client.create(&body).await;
        let kept = client.work_order(&id).await;
        for (field, value) in body.as_object().unwrap() {
            if field != "work_order_types" {
                assert_eq!(&kept[field], value, "{field}");
            }
        }
    }
    for absent in ["metadata", "tags", "work_order_types", "user_group_ids", "field_engineer_email"] {
        client.post(PATH, &json!({"name": "w", absent: null})).await.expect(201);
    }
}

#[tokio::test]
async fn an_engineer_without_an_account_here_has_the_contracts_two_bodies() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let client = server.client();
    let detail = json!({"field_engineer_email": "There is no user with this email."});
    for email in ["nobody@example.com", stranger(&server), "", "admin", "@", "a@b@c", &"a".repeat(10_000)] {
        let body = json!({"name": "w", "field_engineer_email": email});
        assert_eq!(client.post(PATH, &body).await.expect(400).json(), json!({"detail": detail}), "{email}");
        let answer = client.patch(&format!("{PATH}{}", order.id), &body).await.expect(400).json();
        assert_eq!(answer, json!({"error": "Serialization error", "detail": detail}), "{email}");
        order.check(email).await;
    }
    let known = json!({"name": "w", "field_engineer_email": " ADMIN@example.com "});
    assert_eq!(client.post(PATH, &known).await.expect(201).json()["field_engineer_name"], "Ada Admin");
}

fn task(order: &Value, name: &str) -> String {
    let task = order["tasks"].as_array().unwrap().iter().find(|task| task["name"] == name).unwrap();
    task["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn corrections_of_the_wrong_type_or_task() {
    let server = server().start().await;
    let order = Untouched::new(&server).await;
    let client = server.client();
    let path = |task: &str| format!("{PATH}{}/tasks/{task}/correction/", order.id);
    for (name, values) in [
        ("is_red", vec![json!(1), json!(0), json!("yes"), json!(""), json!([true]), json!({}), json!(1.0)]),
        ("doors", vec![json!(true), json!("two"), json!("NaN"), json!("inf"), json!("1e999"), json!([1]), json!({})]),
        ("colour_name", vec![json!(1), json!(true), json!(["red"]), json!({})]),
    ] {
        let task = path(&task(&order.before.0, name));
        for value in values.into_iter().chain([Value::Null]) {
            let answer = client.patch(&task, &json!({"corrected_value": value})).await;
            order.refuses(&format!("{name} to {value}"), "corrected_value", &answer).await;
        }
        for body in [json!({}), json!({"value": true}), json!({"corrected": 1})] {
            order.refuses(name, "corrected_value", &client.patch(&task, &body).await).await;
        }
    }

    // The same task in another version of the application has another id.
    let text = std::fs::read_to_string(server.application().file("application.yaml")).unwrap();
    server.application().write("application.yaml", text.replace("version: \"1.0\"", "version: \"2.0\""));
    server.cli(&["app", "push", server.application().arg(), "--site", "site"]).ok();
    let newer = client.post(PATH, &json!({"name": "newer"})).await.expect(201).json();
    let of_newer = task(&newer, "is_red");
    assert_ne!(of_newer, task(&order.before.0, "is_red"));
    let quick = client.post(PATH, &json!({"name": "w", "work_order_types": ["quick"]})).await.expect(201).json();
    let inactive = format!("{PATH}{}/tasks/{of_newer}/correction", quick["id"].as_str().unwrap());
    for (case, path, detail) in [
        ("another version's", path(&of_newer), "Task not found!"),
        ("one that is not active", inactive, "Task not found!"),
        ("none", path("00000000-0000-0000-0000-000000000000"), "Task not found!"),
        ("no id", path("is_red"), "Task not found!"),
        ("no id of a work order", format!("{PATH}x/tasks/{of_newer}/correction"), "WorkOrder not found!"),
    ] {
        let answer = client.patch(&path, &json!({"corrected_value": true})).await;
        json_refusal(case, &answer);
        assert_eq!((answer.status, &answer.json()["detail"]), (404, &json!(detail)), "{case}");
    }
    order.check("tasks that are not there").await;
}
