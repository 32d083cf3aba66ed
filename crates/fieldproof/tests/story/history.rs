//! What was said of a work order, and when.

use fieldproof_testkit::{Scene, Tint};
use serde_json::json;

use crate::{listing::page, server, task, without_links};

#[tokio::test]
async fn the_history_of_a_work_order_is_what_was_said_at_the_time() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let path = format!("/v0.2/work-orders/{id}/analyses/");
    assert_eq!(page(&client, &path).await, json!({"results": [], "corrections": []}));
    let red = client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200).json();
    let blue = client.analyse(&id, "before", &Scene::new(2).tint(Tint::Blue).photo()).await.expect(200).json();
    let doors = client.analyse(&id, "after", &Scene::new(12).tint(Tint::Green).photo()).await.expect(200).json();
    client.analyse(&id, "after", &Scene::new(13).tint(Tint::Green).blurred().photo()).await.expect(200);
    let task_id = task(&red, "is_red")["id"].as_str().unwrap();
    let correction = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    client.patch(&correction, &json!({"corrected_value": true})).await.expect(200);

    let history = page(&client, &path).await;
    let groups: Vec<_> = history["results"].as_array().unwrap().iter().map(|past| &past["task_group"]).collect();
    assert_eq!(groups, ["after", "after", "before", "before"], "newest first");
    let order = client.work_order(&id).await;
    assert_eq!(history["results"][0]["id"], order["latest_analysis_id"]);
    assert_eq!(history["results"][3]["id"], order["first_analysis_id"]);
    assert_eq!(history["results"][0]["tasks"], json!([]), "it was blocked");
    for (past, answered) in [(1, &doors), (2, &blue), (3, &red)] {
        let past = without_links(history["results"][past].clone());
        assert_eq!(past["inputs"], without_links(answered.clone())["inputs"]);
        for then in past["tasks"].as_array().unwrap() {
            let state = &task(answered, then["name"].as_str().unwrap())["state"];
            for key in ["analyzed_value", "message", "color", "is_conformity_validated"] {
                assert_eq!(then[key], state[key], "{key}");
            }
            assert_eq!(then["regions"], state["analyzed_inputs"][0]["regions"]);
        }
    }
    let version = &history["results"][0]["app_version"];
    assert_eq!((&version["name"], &version["version"]), (&json!("colours"), &json!("1.0")));
    assert_eq!(version["id"], order["app_version_id"]);
    assert_eq!(history["results"][0]["user_email"], "admin@example.com");
    assert_eq!(history["corrections"][0]["corrected_value"], true);
    assert_eq!(history["corrections"][0]["task"], "is_red");
    let photo = history["results"][1]["inputs"][1]["data"]["value"].as_str().unwrap();
    assert_eq!(client.clone().without_token().get(photo).await.status, 200);
    for wrong in ["00000000-0000-4000-8000-000000000000", "17"] {
        let answer = client.get(&format!("/v0.2/work-orders/{wrong}/analyses/")).await.expect(404).json();
        assert_eq!(answer, json!({"detail": "WorkOrder not found!"}));
    }
}
