//! Archives of work orders: sent, worked off, followed.

mod errors;
mod existing;
mod handling;
mod walk;

use std::time::Duration;

use fieldproof_testkit::{Archive, Client, Scene, Tint};
use hyper::Method;
use serde_json::{Value, json};

/// Makes a batch, sends its archive with one request, and waits for its end.
async fn send(client: &Client, settings: Value, archive: Vec<u8>) -> Value {
    let batch = client.post("/v0.2/batches", &settings).await.expect(201).json();
    upload(client, &batch, archive).await;
    finished(client, &batch).await
}

/// Sends an archive with one request.
async fn upload(client: &Client, batch: &Value, archive: Vec<u8>) {
    let url = batch["upload_url"].as_str().unwrap();
    let answer = client.clone().without_token().send(Method::PUT, url, &[], archive).await.expect(200);
    assert_eq!(answer.json()["batch_id"], batch["batch_id"]);
}

/// The batch once nothing more will happen.
async fn finished(client: &Client, batch: &Value) -> Value {
    let path = format!("/v0.2/batches/{}", batch["batch_id"].as_str().unwrap());
    for _ in 0..1200 {
        let now = client.get(&path).await.expect(200).json();
        if matches!(now["status"].as_str().unwrap(), "done" | "done_with_errors" | "failed" | "cancelled") {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not finished after a minute: {:#}", client.get(&path).await.json());
}

/// The lines of the error file as (work order, file, code), in the order of their names.
async fn problems(client: &Client, batch: &Value) -> Vec<(String, String, String)> {
    let path = format!("/v0.2/batches/{}/errors?format=jsonl", batch["batch_id"].as_str().unwrap());
    let text = client.get(&path).await.expect(200).text();
    let mut lines: Vec<_> = text
        .lines()
        .map(|line| {
            let line: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| line[key].as_str().unwrap_or_default().to_owned();
            assert!(text("reason").ends_with('.'), "{line}");
            (text("work_order"), text("file"), text("code"))
        })
        .collect();
    lines.sort();
    lines
}

/// The work orders of a name, newest first.
async fn named(client: &Client, name: &str) -> Vec<Value> {
    let list = client.get(&format!("/v0.2/work-orders/?name={name}")).await.expect(200).json();
    list["results"].as_array().unwrap().clone()
}

fn photo(seed: u64) -> Vec<u8> {
    Scene::new(seed).photo()
}

/// Two work orders, two photos each.
fn two_orders(seed: u64) -> Archive {
    let green = |seed| Scene::new(seed).tint(Tint::Green).photo();
    Archive::new()
        .file("WO_1/metadata.json", json!({"region": "North"}).to_string())
        .file("WO_1/before-0.jpg", photo(seed))
        .file("WO_1/after-1.jpg", green(seed + 1))
        .file("WO_2/after-1.jpg", green(seed + 3))
        .file("WO_2/before-0.jpg", photo(seed + 2))
}
