//! Places that fill up or take their time.

use std::time::{Duration, Instant};

use fieldproof_testkit::{Scene, SlowProxy, SmallDisk};
use serde_json::json;

use super::place::{Place, files_below, make, runs, runs_in};
use crate::{bucket::Bucket, server};

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_on_it_looks_complete() {
    let place = Place::new().await;
    let Some(disk) = SmallDisk::make(&place.team()) else { return };
    let client = &place.client;
    let id = client.create(&json!({"name": "w"})).await;
    for seed in 0..4 {
        client.analyse(&id, "before", &Scene::new(70 + seed).photo()).await.expect(200);
    }
    disk.fill(4096);
    let export = make(client, &place.to_folder(&json!({"interval": "once", "export_images": true}))).await;
    let run = runs_in(client, &export, "failed", 1).await.remove(0);
    assert!(run["error"].as_str().unwrap().ends_with("make room there."), "{run:#}");
    assert_eq!(files_below(&place.team()), ["filler"]);
    let tried = client.post(&format!("{export}/test"), &json!({})).await.expect(200).json();
    let last = tried["steps"].as_array().unwrap().last().unwrap();
    assert!(last["ok"] == true || last["code"] == "full", "{tried:#}");
    disk.free();
    client.post(&format!("{export}/run"), &json!({})).await.expect(202);
    let run = runs_in(client, &export, "delivered", 1).await.remove(0);
    assert_eq!((files_below(&place.team()).len(), &run["images"]), (6, &json!(4)));
}

#[tokio::test]
async fn a_slow_place_is_waited_for_and_holds_up_nobody_else() {
    let Some(bucket) = Bucket::make().await else { return };
    let slow = SlowProxy::start(&bucket.endpoint, Duration::from_secs(2)).await;
    let root = tempfile::tempdir().unwrap();
    let server = server()
        .option("--allow-address", "127.0.0.0/8")
        .option("--export-root", root.path().to_str().unwrap())
        .start()
        .await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    let credentials = json!({
        "aws_access_key_id": "test", "aws_secret_access_key": "test", "aws_region": "us-east-1",
        "aws_endpoint_url": slow.url(), "aws_allow_http": true,
    });
    let to_slow = json!({
        "connector_type": "cloud_storage", "interval": "once", "storage_uri": bucket.uri("lake"),
        "storage_credentials": credentials, "export_images": true,
    });
    let start = Instant::now();
    let slow_export = make(&client, &to_slow).await;
    while runs(&client, &slow_export).await.first().is_none_or(|run| run["status"] != "running") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let to_fast = json!({
        "connector_type": "cloud_storage", "interval": "once", "storage_uri": format!("file://{}", root.path().display()),
    });
    let fast_export = make(&client, &to_fast).await;
    client.create(&json!({"name": "meanwhile"})).await;
    runs_in(&client, &fast_export, "delivered", 1).await;
    assert_eq!(runs(&client, &slow_export).await[0]["status"], "running", "after {:?}", start.elapsed());
    runs_in(&client, &slow_export, "delivered", 1).await;
    // Photo, file and manifest, one after the other.
    assert!(start.elapsed() > Duration::from_secs(6), "{:?}", start.elapsed());
    assert_eq!(bucket.keys("lake/").await.len(), 3);
}
