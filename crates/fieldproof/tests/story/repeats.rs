//! The very same bytes again for the same work order and task group: a client's retry.

use fieldproof_testkit::{Scene, Tint};
use serde_json::json;

use crate::{image, of_type, server, task, without_links};

#[tokio::test]
async fn a_retry_gets_the_earlier_verdict_and_leaves_nothing() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("w", "maintenance")).await;
    // An accepted photo, one with a warning, and one that is blocked.
    let good = Scene::new(1).photo();
    let blurred = Scene::new(2).blurred().photo();
    for (group, photo) in [("before", &good), ("before", &blurred), ("after", &blurred)] {
        let first = client.analyse(&id, group, photo).await.expect(200).json();
        let order = client.work_order(&id).await;
        let again = client.analyse(&id, group, photo).await.expect(200).json();
        assert_eq!(without_links(again), without_links(first));
        assert_eq!(without_links(client.work_order(&id).await), without_links(order), "{group}: no row, no date moved");
    }
    assert_eq!(server.stored_photos().len(), 3);

    // As it was seen then, although a later photo has moved the state on.
    let again = client.analyse(&id, "before", &good).await.expect(200).json();
    let state = &task(&again, "is_red")["state"];
    assert_eq!(state["analyzed_inputs"][0]["input_id"], image(&again)["id"]);
    assert_eq!(server.stored_photos().len(), 3);

    // The same bytes for another task group are another analysis.
    client.analyse(&id, "after", &good).await.expect(200);
    assert_eq!(server.stored_photos().len(), 4);
}

#[tokio::test]
async fn a_retry_after_a_kept_result_gets_the_same_answer_too() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("w", "quick")).await;
    client.analyse(&id, "after", &Scene::new(3).tint(Tint::Green).photo()).await.expect(200);
    let blue = Scene::new(4).tint(Tint::Blue).photo();
    let first = client.analyse(&id, "after", &blue).await.expect(200).json();
    assert_eq!(task(&first, "is_green")["state"]["analyzed_value"], true, "kept");
    let again = client.analyse(&id, "after", &blue).await.expect(200).json();
    assert_eq!(without_links(again), without_links(first));
}

#[tokio::test]
async fn a_retry_does_not_take_a_correction_back() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("w", "maintenance")).await;
    let photo = Scene::new(5).photo();
    let first = client.analyse(&id, "before", &photo).await.expect(200).json();
    let task_id = task(&first, "is_red")["id"].as_str().unwrap();
    let path = format!("/v0.2/work-orders/{id}/tasks/{task_id}/correction/");
    client.patch(&path, &json!({"corrected_value": false})).await.expect(200);
    let again = client.analyse(&id, "before", &photo).await.expect(200).json();
    assert_eq!(task(&again, "is_red")["state"]["corrected_value"], false);
    assert_eq!(client.work_order(&id).await["progress_score"], 0);
}

#[tokio::test]
async fn the_same_request_many_times_at_once_is_one_analysis() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&of_type("w", "maintenance")).await;
    let photo = Scene::new(6).tint(Tint::Green).photo();
    let (a, b, c, d) = tokio::join!(
        client.analyse(&id, "after", &photo),
        client.analyse(&id, "after", &photo),
        client.analyse(&id, "after", &photo),
        client.analyse(&id, "after", &photo),
    );
    let answers = [a, b, c, d].map(|answer| without_links(answer.expect(200).json()));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let order = client.work_order(&id).await;
    assert_eq!(order["inputs"].as_array().unwrap().len(), 2);
    assert_eq!(order["first_analysis_id"], order["latest_analysis_id"]);
    assert_eq!(server.stored_photos().len(), 1, "the photos of the others are gone again");
}
