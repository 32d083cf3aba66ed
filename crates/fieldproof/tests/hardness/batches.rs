//! kill -9 in the middle of a batch, again and again, with a second worker beside the server: every entry of the archive
//! has one recorded analysis in the end, and nothing is lost or left over.

use std::time::Duration;

use fieldproof_testkit::{Archive, Client, Scene};
use hyper::Method;
use serde_json::{Value, json};

use crate::{dice::Dice, server};

/// Kills in an ordinary run; `cargo xtask soak batches` asks for more.
const KILLS: u64 = 6;
const KILLS_ASKED: &str = "FIELDPROOF_BATCH_KILLS";
const WORK_ORDERS: u64 = 12;
const EACH: u64 = 3;

fn archive(batch: u64) -> Vec<u8> {
    let mut archive = Archive::new();
    for order in 0..WORK_ORDERS {
        for photo in 0..EACH {
            let seed = (batch * WORK_ORDERS + order) * EACH + photo;
            let path = format!("WO_{batch}_{order}/before-{photo}.jpg");
            archive = archive.file(&path, Scene::new(seed).jpeg(320, 240, 80));
        }
    }
    archive.zip()
}

async fn send(client: &Client, batch: u64) -> Value {
    let made = client.post("/v0.2/batches", &json!({})).await.expect(201).json();
    let url = made["upload_url"].as_str().unwrap();
    client.send(Method::PUT, url, &[], archive(batch)).await.expect(200);
    made
}

async fn finished(client: &Client, batch: &Value) -> Value {
    let path = format!("/v0.2/batches/{}", batch["batch_id"].as_str().unwrap());
    // A worker that was killed keeps its job for a minute.
    for _ in 0..2400 {
        let now = client.get(&path).await.expect(200).json();
        if now["end_date"].is_string() {
            return now;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("not finished after two minutes: {:#}", client.get(&path).await.json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_loses_nothing_of_a_batch_and_does_nothing_twice() {
    let mut server = server().start().await;
    let mut dice = Dice::new(20_261_125);
    let kills = std::env::var(KILLS_ASKED).ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let mut sent = Vec::new();
    for number in 0..kills {
        let batch = send(&server.client(), number).await;
        sent.push(batch);
        let mut worker = server.spawn(&["worker"]);
        worker.begun();
        tokio::time::sleep(Duration::from_millis(20 + dice.below(900))).await;
        server.kill9();
        worker.terminate();
        server.restart().await;
    }
    let client = server.client();
    for (number, batch) in sent.iter().enumerate() {
        let ended = finished(&client, batch).await;
        assert_eq!(ended["status"], "done", "{ended:#}");
        assert_eq!(ended["photos"]["done"], WORK_ORDERS * EACH);
        for order in 0..WORK_ORDERS {
            let path = format!("/v0.2/work-orders/?name=WO_{number}_{order}");
            let found = client.get(&path).await.expect(200).json();
            let [order] = &found["results"].as_array().unwrap()[..] else { panic!("made once: {found:#}") };
            let id = order["id"].as_str().unwrap();
            let analyses = client.get(&format!("/v0.2/work-orders/{id}/analyses/")).await.expect(200).json();
            assert_eq!(analyses["results"].as_array().unwrap().len() as u64, EACH, "{path}");
        }
    }
    let said = server.cli(&["doctor"]);
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
}
