//! Task groups as they are told to workers, and tasks out of the ordinary.

use fieldproof_testkit::Scene;
use serde_json::{Value, json};

use crate::{server, task};

#[tokio::test]
async fn task_groups_tell_workers_what_to_photograph() {
    let server = server().start().await;
    let client = server.client();
    let groups = client.get("/v0.2/task-groups/").await.expect(200).json();
    let names: Vec<_> = groups.as_array().unwrap().iter().map(|group| &group["name"]).collect();
    assert_eq!(names, ["before", "after", "papers"]);
    let before = client.get("/v0.2/task-groups/before").await.expect(200).json();
    assert_eq!(before["id"], groups[0]["id"]);
    assert_eq!(before["tasks"], groups[0]["tasks"]);
    let rule = &before["tasks"][0]["outcome_validation"][1];
    assert_eq!(rule["schema"], json!({"const": false}));
    assert_eq!((&rule["message"], &rule["not_analyzed"]), (&json!("Not red"), &json!(false)));
    let name = &before["tasks"][1];
    assert_eq!(
        (&name["only_for_dashboard"], &name["conformity_status"], &name["mandatory"]),
        (&json!(true), &json!(false), &json!(false))
    );

    let example = before["input_examples"][0].as_str().unwrap();
    let photo = client.clone().without_token().get(example).await.expect(200);
    assert_eq!(photo.header("content-type"), "image/jpeg");
    let file = std::fs::read(server.application().file("examples/before.jpg")).unwrap();
    assert!(photo.body == file, "the example of the application's folder");
}

#[tokio::test]
async fn a_rule_that_fails_gives_no_value_and_the_rule_for_it() {
    let server = server().start().await;
    let client = server.client();
    let order =
        |installed: Value| json!({"name": "w", "work_order_types": ["audit"], "metadata": {"installed": installed}});
    let scene = Scene::new(21);
    for (installed, value, message, validated) in [
        (json!("2024-05-01T08:00:00Z"), json!(2024.0), "Installed in 2024.0", true),
        (json!("last summer"), Value::Null, "No date", false),
        (Value::Null, Value::Null, "No date", false),
    ] {
        let id = client.create(&order(installed.clone())).await;
        let verdict = client.analyse(&id, "papers", &scene.photo()).await.expect(200).json();
        let state = &task(&verdict, "installed_year")["state"];
        assert_eq!(state["analyzed_value"], value, "{installed}");
        assert_eq!(state["message"], message, "{installed}");
        assert_eq!(state["is_conformity_validated"], validated, "{installed}");
        assert_eq!(task(&verdict, "is_wide")["state"]["analyzed_value"], true, "other tasks are judged all the same");
    }
}

#[tokio::test]
async fn a_task_can_be_corrected_before_any_photo() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&crate::of_type("w", "maintenance")).await;
    let order = client.work_order(&id).await;
    let task_id = task(&order, "doors")["id"].as_str().unwrap();
    let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    let corrected = client.patch(&path, &json!({"corrected_value": 3})).await.expect(200).json();
    let state = &corrected["state"];
    assert_eq!((&state["analyzed_value"], &state["analyzed_date"]), (&Value::Null, &Value::Null));
    assert_eq!((&state["corrected_value"], &state["message"]), (&json!(3.0), &json!("3.0 doors")));
    assert_eq!(state["analyzed_inputs"], json!([]));
    assert_eq!(client.work_order(&id).await["progress_score"], 25);
}
