//! More at once than the server can do, and everything at the same time on one work order.

use std::time::{Duration, Instant};

use fieldproof_testkit::{Answer, Client, Scene, Tint};
use hyper::Method;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{dice::Dice, server};

pub(crate) fn photos(count: u64) -> Vec<Vec<u8>> {
    (0..count).map(|seed| Scene::new(seed).jpeg(640, 480, 80)).collect()
}

pub(crate) fn images(order: &Value) -> usize {
    order["inputs"].as_array().unwrap().iter().filter(|input| input["data"]["type"] == "image").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_so_at_once_and_loses_nothing() {
    let server = server().option("--workers", "1").option("--queue", "2").start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let mut calls = JoinSet::new();
    for photo in photos(30) {
        let (client, id) = (client.clone(), id.clone());
        calls.spawn(async move {
            let start = Instant::now();
            (client.analyse(&id, "before", &photo).await, start.elapsed())
        });
    }
    let (mut judged, mut refused) = (0, 0);
    for (answer, took) in calls.join_all().await {
        match answer.status {
            200 => judged += 1,
            503 => {
                assert!(answer.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds > 0));
                assert!(answer.json()["detail"].is_string());
                assert!(took < Duration::from_secs(2), "refused after {took:?}");
                refused += 1;
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert!(refused > 0 && judged >= 3, "{judged} judged, {refused} refused");
    assert_eq!(images(&client.work_order(&id).await), judged);
    assert_eq!(server.stored_photos().len(), judged);
    client.analyse(&id, "before", &Scene::new(99).photo()).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_while_photos_are_judged_leaves_nothing() {
    let server = server().start().await;
    let client = server.client();
    let photos = photos(6);
    let mut dice = Dice::new(1);
    for round in 0..8 {
        let id = client.create(&json!({"name": "w"})).await;
        let mut calls = JoinSet::new();
        for photo in photos.iter().chain(&photos) {
            let (client, id, photo) = (client.clone(), id.clone(), photo.clone());
            let wait = Duration::from_millis(dice.below(60));
            calls.spawn(async move {
                tokio::time::sleep(wait).await;
                client.analyse(&id, "before", &photo).await.status
            });
        }
        tokio::time::sleep(Duration::from_millis(dice.below(150))).await;
        let path = format!("/v0.2/work-orders/{id}/");
        assert_eq!(client.delete(&path).await.status, 204);
        for status in calls.join_all().await {
            assert!(matches!(status, 200 | 404), "round {round}: {status}");
        }
        client.get(&path).await.expect(404);
        assert_eq!(server.stored_photos(), Vec::<std::path::PathBuf>::new(), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn progress_follows_the_states_whatever_happens_at_once() {
    let server = server().option("--queue", "100").start().await;
    let client = server.client();
    let order = client.post("/v0.2/work-orders/", &json!({"name": "w"})).await.expect(201).json();
    let id = order["id"].as_str().unwrap().to_owned();
    let tasks: Vec<(String, Value)> = [("is_red", json!(true)), ("is_green", json!(false)), ("doors", json!(0))]
        .into_iter()
        .map(|(name, value)| {
            let task = order["tasks"].as_array().unwrap().iter().find(|task| task["name"] == name).unwrap();
            (task["id"].as_str().unwrap().to_owned(), value)
        })
        .collect();
    let mut calls = JoinSet::new();
    for round in 0..12u64 {
        let scene = Scene::new(round).tint([Tint::Red, Tint::Green, Tint::Blue][round as usize % 3]);
        let photo = scene.jpeg(640, 480, 85);
        let types = [json!([]), json!(["maintenance"]), json!(["quick"])][round as usize % 3].clone();
        let (task, value) = tasks[round as usize % 3].clone();
        calls.spawn(call(client.clone(), id.clone(), move |client, id| async move {
            client.analyse(&id, if round % 2 == 0 { "before" } else { "after" }, &photo).await
        }));
        calls.spawn(call(client.clone(), id.clone(), move |client, id| async move {
            client.patch(&format!("/v0.2/work-orders/{id}"), &json!({"work_order_types": types})).await
        }));
        calls.spawn(call(client.clone(), id.clone(), move |client, id| async move {
            let path = format!("/v0.2/work-orders/{id}/tasks/{task}/correction");
            client.patch(&path, &json!({"corrected_value": value})).await
        }));
    }
    for answer in calls.join_all().await {
        // A task or a task group may just not be active.
        assert!(matches!(answer.status, 200 | 400 | 404), "{}: {}", answer.status, answer.text());
    }
    for types in [json!([]), json!(["maintenance"]), json!(["quick"]), json!(["audit"])] {
        let path = format!("/v0.2/work-orders/{id}/");
        client.send(Method::PATCH, &path, &[], json!({"work_order_types": types}).to_string()).await.expect(200);
        let order = client.work_order(&id).await;
        assert_eq!(order["progress_score"], expected_progress(&order), "{types}: {order}");
    }
    assert_eq!(server.stored_photos().len(), images(&client.work_order(&id).await));
}

async fn call<F: Future<Output = Answer>>(client: Client, id: String, f: impl FnOnce(Client, String) -> F) -> Answer {
    f(client, id).await
}

/// Mean over the task groups of the validated share of their counted tasks, rounded down.
fn expected_progress(order: &Value) -> u64 {
    const NOT_COUNTED: [&str; 2] = ["colour_name", "is_wide"];
    let tasks = order["tasks"].as_array().unwrap();
    let shares: Vec<(u64, u64)> = order["task_groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| {
            let counted = || {
                let mine = tasks.iter().filter(|task| task["group_id"] == group["id"]);
                mine.filter(|task| !NOT_COUNTED.contains(&task["name"].as_str().unwrap()))
            };
            let validated = counted().filter(|task| task["state"]["is_conformity_validated"] == true);
            (validated.count() as u64, counted().count() as u64)
        })
        .filter(|(_, counted)| *counted > 0)
        .collect();
    // Over 12, so that halves, thirds and quarters are whole numbers.
    let sum: u64 = shares.iter().map(|(validated, counted)| validated * 12 / counted).sum();
    sum * 100 / (12 * shares.len() as u64)
}
