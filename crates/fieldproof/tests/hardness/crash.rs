//! kill -9 in the middle of everything: what was acknowledged is there after the restart, and nothing is there by half.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use fieldproof_testkit::{Client, Scene, TestServer};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::{dice::Dice, server};

const CYCLES: u64 = 8;
const WRITERS: u64 = 4;

/// What the server has said yes to.
#[derive(Default)]
struct Acknowledged {
    orders: Vec<String>,
    /// Work order, input, and the bytes that were sent.
    photos: Vec<(String, String, Vec<u8>)>,
    /// The last correction of each work order: task and value.
    corrections: HashMap<String, (String, bool)>,
    /// Corrections under way when the server was killed: they may have happened or not.
    in_doubt: HashMap<String, bool>,
}

/// Creates, analyses and corrects until the server is gone.
async fn write(client: Client, seeds: Arc<AtomicU64>, known: Arc<Mutex<Acknowledged>>) {
    loop {
        let created = client.try_send(hyper::Method::POST, "/v0.2/work-orders/", &[], r#"{"name":"w"}"#).await;
        let Ok(created) = created else { return };
        let order = created.expect(201).json();
        let id = order["id"].as_str().unwrap().to_owned();
        let task = order["tasks"].as_array().unwrap().iter().find(|task| task["name"] == "is_red").unwrap();
        let task = task["id"].as_str().unwrap().to_owned();
        known.lock().unwrap().orders.push(id.clone());
        for _ in 0..3 {
            let photo = Scene::new(seeds.fetch_add(1, Ordering::Relaxed)).jpeg(320, 240, 80);
            let Ok(answer) = client.try_analyse(&id, "before", &photo).await else { return };
            let verdict = answer.expect(200).json();
            let input = verdict["inputs"][1]["id"].as_str().unwrap().to_owned();
            known.lock().unwrap().photos.push((id.clone(), input, photo));
        }
        for value in [true, false] {
            known.lock().unwrap().in_doubt.insert(id.clone(), value);
            let path = format!("/v0.2/work-orders/{id}/tasks/{task}/correction");
            let body = json!({"corrected_value": value}).to_string();
            let Ok(answer) = client.try_send(hyper::Method::PATCH, &path, &[], body).await else { return };
            let _ = answer.expect(200);
            let mut known = known.lock().unwrap();
            known.in_doubt.remove(&id);
            known.corrections.insert(id.clone(), (task.clone(), value));
        }
    }
}

/// Everything acknowledged is there; answers how many photos the work orders show.
async fn check(server: &TestServer, known: &Acknowledged) -> usize {
    let client = server.client();
    let mut shown = 0;
    for id in &known.orders {
        let order = client.work_order(id).await;
        let mut links = HashMap::new();
        for input in order["inputs"].as_array().unwrap().iter().filter(|input| input["data"]["type"] == "image") {
            links.insert(input["id"].as_str().unwrap(), input["data"]["value"].as_str().unwrap());
        }
        shown += links.len();
        let contexts = order["inputs"].as_array().unwrap().len() - links.len();
        assert_eq!(contexts, links.len(), "{id}: an analysis by half");
        let sent: HashMap<_, _> =
            known.photos.iter().filter(|photo| &photo.0 == id).map(|p| (p.1.as_str(), &p.2)).collect();
        for input in sent.keys() {
            assert!(links.contains_key(input), "{id}: the acknowledged photo {input} is lost");
        }
        for (input, link) in links {
            let answer = client.get(link).await;
            assert_eq!(answer.status, 200, "{id}: the input {input} has no photo");
            if let Some(bytes) = sent.get(input) {
                assert!(answer.body[..] == bytes[..], "{id}: the photo {input} has changed");
            }
        }
        let Some((task, value)) = known.corrections.get(id) else { continue };
        let state = order["tasks"].as_array().unwrap().iter().find(|t| t["id"] == **task).unwrap()["state"].clone();
        let corrected = &state["corrected_value"];
        let possible = known.in_doubt.get(id).is_some_and(|doubt| corrected == &Value::from(*doubt));
        assert!(corrected == &Value::from(*value) || possible, "{id}: {value} was acknowledged: {state}");
    }
    shown
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_kept_its_word() {
    let mut server = server().start().await;
    let known = Arc::new(Mutex::new(Acknowledged::default()));
    let seeds = Arc::new(AtomicU64::new(0));
    let mut dice = Dice::new(20_240_501);
    let mut all = Acknowledged::default();
    for cycle in 0..CYCLES {
        let mut writers = JoinSet::new();
        for _ in 0..WRITERS {
            writers.spawn(write(server.client(), Arc::clone(&seeds), Arc::clone(&known)));
        }
        tokio::time::sleep(Duration::from_millis(100 + dice.below(900))).await;
        server.kill9();
        writers.join_all().await;
        server.restart().await;
        let known = std::mem::take(&mut *known.lock().unwrap());
        let shown = check(&server, &known).await;
        assert!(!known.orders.is_empty(), "cycle {cycle}: killed before anything was done");
        println!("cycle {cycle}: {} photos acknowledged, {shown} kept", known.photos.len());
        all.orders.extend(known.orders);
        all.photos.extend(known.photos);
        all.corrections.extend(known.corrections);
        all.in_doubt.extend(known.in_doubt);
    }
    // Once more, what every later kill could have hurt.
    let shown = check(&server, &all).await;
    let client = server.client();
    // A photo without its row is room lost, at most one for each writer and kill; a row without its photo is a lie.
    let orphans = server.stored_photos().len() - shown;
    println!("{shown} photos, {orphans} files that belong to none");
    assert!(orphans as u64 <= CYCLES * WRITERS, "{orphans} files that belong to none");
    let id = client.create(&json!({"name": "after"})).await;
    client.analyse(&id, "before", &Scene::new(1_000_000).photo()).await.expect(200);
}
