//! Windows that close while work orders are made: each is told once.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use fieldproof_app::{Ambient as _, SystemAmbient};
use fieldproof_testkit::{Client, Scene, TestServer};
use serde_json::{Value, json};

use super::{
    lines_of,
    place::{make, runs_in},
    preview,
};
use crate::{server, task};

/// Windows that are closed under writers.
const WINDOWS: usize = 12;

/// Makes work orders until told to stop; answers their ids.
async fn write(client: Client, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut made = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        made.push(client.create(&json!({"name": "w"})).await);
    }
    made
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_work_order_is_told_in_one_window_however_busy_its_end() {
    let root = tempfile::tempdir().unwrap();
    let export_root = root.path().to_str().unwrap();
    let one = server().option("--export-root", export_root).with_blobs_in_common().start().await;
    let mut servers: Vec<TestServer> = vec![one];
    if servers[0].database().is_some() {
        let two = server().option("--export-root", export_root).beside(&servers[0]).await;
        servers.push(two);
    }
    let client = servers[0].client();
    let fields = json!({
        "connector_type": "cloud_storage", "storage_uri": format!("file://{export_root}"), "interval": "monthly",
        "file_name": "{from:%Y%m%dT%H%M%S%.6f}-{to:%Y%m%dT%H%M%S%.6f}",
    });
    let export = make(&client, &fields).await;
    let stop = Arc::new(AtomicBool::new(false));
    let mut from = SystemAmbient.now();
    let writers: Vec<_> =
        (0..6).map(|number| tokio::spawn(write(servers[number % servers.len()].client(), Arc::clone(&stop)))).collect();
    for window in 1..=WINDOWS {
        tokio::time::sleep(Duration::from_millis(150)).await;
        let to = SystemAmbient.now();
        client.post(&format!("{export}/run"), &json!({"from": from, "to": to})).await.expect(202);
        runs_in(&client, &export, "delivered", window).await;
        from = to;
    }
    stop.store(true, Ordering::Relaxed);
    let mut made = Vec::new();
    for writer in writers {
        made.extend(writer.await.unwrap());
    }
    client.post(&format!("{export}/run"), &json!({"from": from, "to": SystemAmbient.now()})).await.expect(202);
    let runs = runs_in(&client, &export, "delivered", WINDOWS + 1).await;
    let mut told: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for run in &runs {
        let text = std::fs::read_to_string(root.path().join(run["file"].as_str().unwrap())).unwrap();
        for line in lines_of(&text) {
            let date = line["create_date"].as_str().unwrap().replace("+00:00", "Z");
            assert!(
                run["from"].as_str() <= Some(&date) && Some(date.as_str()) < run["to"].as_str(),
                "{date} in {run:#}"
            );
            told.entry(line["id"].as_str().unwrap().to_owned()).or_default().push(run["from"].clone());
        }
    }
    let twice: Vec<_> = told.iter().filter(|(_, windows)| windows.len() != 1).collect();
    assert!(twice.is_empty(), "told more than once: {twice:#?}");
    made.sort();
    assert_eq!(told.into_keys().collect::<Vec<_>>(), made, "none is missing, and none is made up");
    let busy = runs.iter().filter(|run| run["rows"].as_u64() > Some(0)).count();
    assert!(busy >= WINDOWS / 2, "windows were closed under writers: {runs:#?}");
}

#[tokio::test]
async fn no_change_comes_before_the_last_one_whose_server_was_ahead() {
    let server = server().start().await;
    let client = server.client();
    let mut ids = Vec::new();
    for name in ["updated", "analysed", "corrected"] {
        ids.push(client.create(&crate::of_type(name, "maintenance")).await);
    }
    let ahead = SystemAmbient.now() + TimeDelta::seconds(2);
    let micros = ahead.timestamp_micros();
    server.sql(&format!("UPDATE work_orders SET updated_at = {micros}")).await;
    server.sql(&format!("UPDATE audit SET at = {micros} WHERE action = 'work_order.create'")).await;
    let path = |number: usize| format!("/v0.2/work-orders/{}/", ids[number]);
    client.patch(&path(0), &json!({"tags": ["changed"]})).await.expect(200);
    client.analyse(&ids[1], "before", &Scene::new(1).photo()).await.expect(200);
    let order = client.work_order(&ids[2]).await;
    let task = task(&order, "doors")["id"].as_str().unwrap();
    let correction = format!("{}tasks/{task}/correction/", path(2));
    client.patch(&correction, &json!({"corrected_value": 3})).await.expect(200);
    while SystemAmbient.now() <= ahead {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let query = format!("from={}&to={}", ahead.format("%FT%T%.6fZ"), SystemAmbient.now().format("%FT%T%.6fZ"));
    let mut told: Vec<_> = preview(&client, &query).await.into_iter().map(|line| line["name"].clone()).collect();
    told.sort_by_key(ToString::to_string);
    assert_eq!(told, ["analysed", "corrected", "updated"], "each was made in this window");
}
