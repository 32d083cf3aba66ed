//! kill -9 in the middle of everything: what was acknowledged is there after the restart, and nothing is there by half.

use std::{
    collections::{HashMap, HashSet},
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

/// Kills in an ordinary run; `cargo xtask soak crash` asks for more.
const CYCLES: u64 = 8;
const CYCLES_ASKED: &str = "FIELDPROOF_CRASH_CYCLES";
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
    /// The tag that each work order was last given.
    tags: HashMap<String, String>,
    /// Deletions under way when the server was killed.
    going: HashSet<String>,
    /// Deleted.
    gone: Vec<String>,
}

impl Acknowledged {
    fn extend(&mut self, other: Self) {
        self.orders.extend(other.orders);
        self.photos.extend(other.photos);
        self.corrections.extend(other.corrections);
        self.in_doubt.extend(other.in_doubt);
        self.tags.extend(other.tags);
        self.going.extend(other.going);
        self.gone.extend(other.gone);
    }

    fn forget(&mut self, id: &str) {
        self.orders.retain(|order| order != id);
        self.photos.retain(|photo| photo.0 != id);
    }
}

/// Creates, analyses, corrects, patches and deletes until the server is gone.
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
        let path = format!("/v0.2/work-orders/{id}");
        let tag = format!("tag-{}", seeds.load(Ordering::Relaxed));
        let body = json!({"tags": [tag]}).to_string();
        let Ok(answer) = client.try_send(hyper::Method::PATCH, &path, &[], body).await else { return };
        let _ = answer.expect(200);
        known.lock().unwrap().tags.insert(id.clone(), tag);
        if seeds.load(Ordering::Relaxed).is_multiple_of(2) {
            let is_going = |known: &mut Acknowledged| {
                known.forget(&id);
                known.going.insert(id.clone());
            };
            is_going(&mut known.lock().unwrap());
            let Ok(answer) = client.try_send(hyper::Method::DELETE, &path, &[], "").await else { return };
            let _ = answer.expect(204);
            let mut known = known.lock().unwrap();
            known.going.remove(&id);
            known.gone.push(id.clone());
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
        if let Some(tag) = known.tags.get(id) {
            assert_eq!(order["tags"], json!([tag]), "{id}");
        }
        let Some((task, value)) = known.corrections.get(id) else { continue };
        let state = order["tasks"].as_array().unwrap().iter().find(|t| t["id"] == **task).unwrap()["state"].clone();
        let corrected = &state["corrected_value"];
        let possible = known.in_doubt.get(id).is_some_and(|doubt| corrected == &Value::from(*doubt));
        assert!(corrected == &Value::from(*value) || possible, "{id}: {value} was acknowledged: {state}");
    }
    for id in &known.gone {
        client.get(&format!("/v0.2/work-orders/{id}/")).await.expect(404);
    }
    // A deletion under way has happened or not, and never by half.
    for id in &known.going {
        let answer = client.get(&format!("/v0.2/work-orders/{id}/")).await;
        assert!(answer.status == 404 || answer.status == 200, "{}", answer.text());
        if answer.status == 200 {
            let order = answer.json();
            for input in order["inputs"].as_array().unwrap().iter().filter(|i| i["data"]["type"] == "image") {
                client.get(input["data"]["value"].as_str().unwrap()).await.expect(200);
                shown += 1;
            }
        }
    }
    shown
}

/// What an operator asks after a crash.
fn doctor(server: &TestServer) {
    let said = server.cli(&["doctor"]);
    assert_eq!(said.status, 0, "{}{}", said.stdout, said.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_kept_its_word() {
    let mut server = server().start().await;
    let known = Arc::new(Mutex::new(Acknowledged::default()));
    let seeds = Arc::new(AtomicU64::new(0));
    let mut dice = Dice::new(20_240_501);
    let mut all = Acknowledged::default();
    let cycles = std::env::var(CYCLES_ASKED).ok().and_then(|cycles| cycles.parse().ok()).unwrap_or(CYCLES);
    for cycle in 0..cycles {
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
        let seen = known.orders.len() + known.gone.len() + known.going.len();
        assert!(seen > 0, "cycle {cycle}: killed before anything was done");
        println!("cycle {cycle}: {} photos acknowledged, {shown} kept", known.photos.len());
        doctor(&server);
        all.extend(known);
    }
    // Once more, what every later kill could have hurt.
    let shown = check(&server, &all).await;
    doctor(&server);
    let client = server.client();
    // A photo without its row is room lost, at most one for each writer and kill; a row without its photo is a lie.
    let orphans = server.stored_photos().len().saturating_sub(shown);
    println!("{shown} photos, {orphans} files that belong to none");
    assert!(orphans as u64 <= cycles * WRITERS, "{orphans} files that belong to none");
    let id = client.create(&json!({"name": "after"})).await;
    client.analyse(&id, "before", &Scene::new(1_000_000).photo()).await.expect(200);
}
