//! One work order from its creation to its deletion.

use fieldproof_testkit::{Client, Scene, TestServer, Tint};
use serde_json::{Value, json};

use crate::{image, keys, link, server, task};

async fn progress(client: &Client, id: &str) -> Value {
    client.get(&format!("/v0.2/work-orders/{id}?include_inputs=false")).await.expect(200).json()["progress_score"]
        .clone()
}

async fn analyse(client: &Client, id: &str, group: &str, scene: Scene) -> Value {
    client.analyse(id, group, &scene.photo()).await.expect(200).json()
}

async fn correct(client: &Client, id: &str, task_id: &Value, value: Value) -> Value {
    let path = format!("/v0.2/work-orders/{id}/tasks/{}/correction/", task_id.as_str().unwrap());
    client.patch(&path, &json!({"corrected_value": value})).await.expect(200).json()
}

#[tokio::test]
async fn a_work_order_from_its_creation_to_its_deletion() {
    let server = server().start().await;
    let client = server.client();
    let id = created(&client).await;
    before_the_work(&client, &id).await;
    after_the_work(&client, &id).await;
    retrieved(&client, &id, 7).await;
    photos_have_links(&client, &id).await;
    changed(&client, &id).await;
    deleted(&server, &id).await;
}

async fn created(client: &Client) -> String {
    let body = json!({
        "name": "Cabinet_12-b", "metadata": {"region": "North", "ticket": 7}, "tags": ["a", "b"],
        "field_engineer_email": "Admin@Example.com", "user_group_ids": ["team-1"], "work_order_types": ["maintenance"],
    });
    let order = client.post("/v0.2/work-orders/", &body).await.expect(201).json();
    let documented = [
        "id",
        "name",
        "site_id",
        "progress_score",
        "review_date",
        "create_date",
        "update_date",
        "tags",
        "app_version_id",
        "parameters",
        "metadata",
        "types",
        "field_engineer_email",
        "field_engineer_name",
        "user_group_ids",
        "tasks",
        "task_groups",
    ];
    let extra = ["first_analysis_id", "latest_analysis_id", "assigned_user_id", "engage_app_id"];
    assert_eq!(keys(&order), [&documented[..], &extra[..]].concat());
    assert_eq!(keys(&order["tasks"][0]), ["id", "name", "label", "type", "group_id", "group_name", "state"]);
    assert_eq!(keys(&order["task_groups"][0]), ["id", "name", "display_name", "order"]);
    assert_eq!(order["progress_score"], 0);
    assert_eq!(order["metadata"], body["metadata"]);
    assert_eq!((&order["tags"], &order["user_group_ids"]), (&json!(["a", "b"]), &json!(["team-1"])));
    assert_eq!(
        (&order["field_engineer_email"], &order["field_engineer_name"]),
        (&json!("admin@example.com"), &json!("Ada Admin"))
    );
    let names: Vec<_> = order["tasks"].as_array().unwrap().iter().map(|task| &task["name"]).collect();
    assert_eq!(names, ["is_red", "colour_name", "is_green", "doors"]);
    assert!(order["tasks"].as_array().unwrap().iter().all(|task| task["state"].is_null()));
    order["id"].as_str().unwrap().to_owned()
}

/// A photo, retakes of it, a correction, and a retake that clears it.
async fn before_the_work(client: &Client, id: &str) {
    let first = analyse(client, id, "before", Scene::new(1)).await;
    assert_eq!(keys(&first), ["inputs", "tasks", "task_groups"]);
    let names: Vec<_> = first["tasks"].as_array().unwrap().iter().map(|task| &task["name"]).collect();
    assert_eq!(names, ["is_red", "colour_name"], "only the tasks that the photo speaks of");
    assert_eq!(first["task_groups"][0]["name"], "before");
    assert_eq!(first["task_groups"].as_array().unwrap().len(), 1);
    let red = &task(&first, "is_red")["state"];
    assert_eq!(
        (&red["analyzed_value"], &red["message"], &red["color"]),
        (&json!(true), &json!("Red"), &json!("#26e4bc"))
    );
    assert_eq!(red["is_conformity_validated"], true);
    let name = &task(&first, "colour_name")["state"];
    assert_eq!((&name["analyzed_value"], &name["message"]), (&json!("red"), &json!("red")), "no rule: the value");
    assert_eq!((&name["color"], &name["is_conformity_validated"]), (&Value::Null, &Value::Null));
    assert_eq!(progress(client, id).await, 50);

    let retake = analyse(client, id, "before", Scene::new(2).tint(Tint::Blue)).await;
    assert_eq!(task(&retake, "is_red")["state"]["message"], "Not red");
    assert_eq!(task(&retake, "is_red")["state"]["id"], red["id"], "a state stays the same state");
    assert_eq!(progress(client, id).await, 0);

    let task_id = &task(&first, "is_red")["id"];
    let corrected = correct(client, id, task_id, json!("true")).await;
    assert_eq!(keys(&corrected), ["id", "state"]);
    assert_eq!(&corrected["id"], task_id);
    let state = &corrected["state"];
    assert_eq!((&state["analyzed_value"], &state["corrected_value"]), (&json!(false), &json!(true)));
    assert_eq!((&state["message"], &state["color"]), (&json!("Red"), &json!("#26e4bc")), "they follow the person");
    assert_eq!(state["is_conformity_validated"], true);
    assert!(state["corrected_date"].is_string());
    assert_eq!(progress(client, id).await, 50);
    assert_eq!(correct(client, id, task_id, json!(false)).await["state"]["message"], "Not red");
    assert_eq!(progress(client, id).await, 0);

    let newest = analyse(client, id, "before", Scene::new(3)).await;
    let state = &task(&newest, "is_red")["state"];
    assert_eq!((&state["corrected_value"], &state["corrected_date"]), (&Value::Null, &Value::Null));
    assert_eq!(state["message"], "Red");
    assert_eq!(progress(client, id).await, 50);
}

/// Two photos on one task group; what was validated is kept.
async fn after_the_work(client: &Client, id: &str) {
    let dim = analyse(client, id, "after", Scene::new(11).tint(Tint::Green).dim()).await;
    let doors = &task(&dim, "doors")["state"];
    assert_eq!((&doors["analyzed_value"], &doors["message"]), (&json!(0.0), &json!("No door")));
    assert_eq!(doors["analyzed_inputs"], json!([{"input_id": image(&dim)["id"], "regions": []}]));
    assert_eq!(progress(client, id).await, 75, "one of one, and one of two");

    let bright = analyse(client, id, "after", Scene::new(12).tint(Tint::Blue)).await;
    let green = &task(&bright, "is_green")["state"];
    assert_eq!(green["analyzed_value"], true, "keep_once_validated");
    assert_eq!(green["analyzed_inputs"][0]["input_id"], image(&dim)["id"], "of the photo that showed it");
    let doors = &task(&bright, "doors")["state"];
    assert_eq!((&doors["analyzed_value"], &doors["message"]), (&json!(2.0), &json!("2.0 doors")));
    let regions = doors["analyzed_inputs"][0]["regions"].as_array().unwrap();
    assert_eq!(regions.len(), 2);
    for region in regions {
        assert_eq!(region["concept"], "door");
        let edge = |name: &str| region["bbox"][name].as_f64().unwrap();
        assert!(0.0 <= edge("xmin") && edge("xmin") < edge("xmax") && edge("xmax") <= 1.0, "{region}");
        assert!(0.0 <= edge("ymin") && edge("ymin") < edge("ymax") && edge("ymax") <= 1.0, "{region}");
    }
    assert_eq!(progress(client, id).await, 100);

    let blocked = analyse(client, id, "after", Scene::new(13).tint(Tint::Green).blurred()).await;
    assert_eq!(image(&blocked)["conformity_messages"][0]["name"], "Blur");
    assert_eq!(image(&blocked)["conformity_messages"][0]["level"], "error");
    assert_eq!((&blocked["tasks"], &blocked["task_groups"]), (&json!([]), &json!([])));
    assert_eq!(progress(client, id).await, 100, "a blocked photo changes no state");

    let papers = client.analyse(id, "papers", &Scene::new(14).photo()).await.expect(400).json();
    assert!(papers["inputs"][0].as_str().unwrap().contains("not active"), "{papers}");
}

async fn retrieved(client: &Client, id: &str, analyses: usize) {
    // The refused photo left nothing.
    let analyses = analyses - 1;
    let full = client.work_order(id).await;
    let inputs = full["inputs"].as_array().unwrap();
    assert_eq!(inputs.len(), analyses * 2);
    assert_eq!(keys(&inputs[1]), ["id", "name", "data", "metadata", "conformity_messages"]);
    let contexts: Vec<_> = inputs.iter().step_by(2).map(|input| input["data"]["value"].as_str().unwrap()).collect();
    assert_eq!(contexts, ["before", "before", "before", "after", "after", "after"], "oldest first");
    assert_ne!(full["first_analysis_id"], full["latest_analysis_id"]);

    let mut expected = full.clone();
    expected.as_object_mut().unwrap().remove("inputs");
    for task in expected["tasks"].as_array_mut().unwrap() {
        let state = task["state"].as_object_mut().unwrap();
        assert!(state.remove("analyzed_inputs").is_some());
    }
    let lean = client.get(&format!("/v0.2/work-orders/{id}/?include_inputs=false")).await.expect(200).json();
    assert_eq!(lean, expected);
}

async fn photos_have_links(client: &Client, id: &str) {
    let order = client.work_order(id).await;
    let anybody = client.clone().without_token();
    let link = link(&order);
    let photo = anybody.get(link).await.expect(200);
    assert!(photo.body == Scene::new(13).tint(Tint::Green).blurred().photo(), "the very bytes that were sent");
    assert_eq!(photo.header("content-type"), "image/jpeg");
    assert_eq!(photo.header("x-content-type-options"), "nosniff");

    let (path, query) = link.split_once('?').unwrap();
    let (expires, signature) = query.split_once('&').unwrap();
    let last = if link.ends_with('0') { "1" } else { "0" };
    let other = order["inputs"][1]["data"]["value"].as_str().unwrap().split('?').next().unwrap();
    for wrong in [
        path.to_owned(),
        format!("{path}?{expires}"),
        format!("{path}?{signature}"),
        format!("{}{last}", &link[..link.len() - 1]),
        format!("{path}?{expires}0&{signature}"),
        format!("{other}?{query}"),
        format!("{path}/../../../fieldproof.db?{query}"),
    ] {
        let answer = anybody.get(&wrong).await;
        assert_eq!(answer.status, 404, "{wrong}");
        assert!(!answer.text().contains("JFIF"));
    }
}

async fn changed(client: &Client, id: &str) {
    let path = format!("/v0.2/work-orders/{id}/");
    let before = client.work_order(id).await;
    let change = json!({"name": "renamed", "metadata": {"ticket": 8}, "tags": []});
    let after = client.patch(&path, &change).await.expect(200).json();
    assert!(after.get("inputs").is_none());
    assert_eq!(
        (&after["name"], &after["metadata"], &after["tags"]),
        (&json!("renamed"), &json!({"ticket": 8}), &json!([]))
    );
    assert!(after["update_date"].as_str() > before["update_date"].as_str());
    for kept in ["create_date", "field_engineer_email", "types", "user_group_ids", "progress_score", "app_version_id"] {
        assert_eq!(after[kept], before[kept], "{kept}");
    }

    let quick = client.patch(&path, &json!({"work_order_types": ["quick"]})).await.expect(200).json();
    assert_eq!(quick["tasks"].as_array().unwrap().len(), 1);
    assert_eq!(task(&quick, "is_green")["state"]["analyzed_value"], true);
    assert_eq!(quick["task_groups"].as_array().unwrap().len(), 1);
    assert_eq!(quick["progress_score"], 100);
    let both = json!({"work_order_types": ["quick", "audit", "quick"], "field_engineer_email": null});
    let both = client.patch(&path, &both).await.expect(200).json();
    let types: Vec<_> = both["types"].as_array().unwrap().iter().map(|kind| &kind["name"]).collect();
    assert_eq!(types, ["quick", "audit"]);
    let names: Vec<_> = both["tasks"].as_array().unwrap().iter().map(|task| &task["name"]).collect();
    assert_eq!(names, ["is_green", "installed_year", "is_wide"]);
    assert_eq!(both["progress_score"], 50);
    assert_eq!((&both["field_engineer_email"], &both["assigned_user_id"]), (&Value::Null, &Value::Null));
    let all = client.patch(&path, &json!({"work_order_types": []})).await.expect(200).json();
    assert_eq!(all["tasks"].as_array().unwrap().len(), 6);
    assert_eq!(all["progress_score"], 66, "two of three task groups, rounded down");
}

async fn deleted(server: &TestServer, id: &str) {
    let client = server.client();
    let path = format!("/v0.2/work-orders/{id}");
    let link = link(&client.work_order(id).await).to_owned();
    assert_eq!(server.stored_photos().len(), 6);
    let answer = client.delete(&path).await.expect(204);
    assert!(answer.body.is_empty());
    let gone = json!({"detail": "WorkOrder not found!"});
    assert_eq!(client.get(&path).await.expect(404).json(), gone);
    assert_eq!(client.delete(&path).await.expect(404).json(), gone);
    assert_eq!(client.patch(&path, &json!({})).await.expect(404).json(), gone);
    assert_eq!(client.analyse(id, "before", &Scene::new(1).photo()).await.expect(404).json(), gone);
    assert_eq!(client.get(&link).await.status, 404);
    assert_eq!(server.stored_photos(), Vec::<std::path::PathBuf>::new(), "the photos are really gone");
}
