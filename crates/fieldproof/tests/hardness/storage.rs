//! Storage that fails: full, read-only, gone. Never a 500, nothing acknowledged is lost, and it works again without a
//! restart once the storage does.

use fieldproof_testkit::{Client, Scene, SmallDisk, TestServer};
use hyper::Method;
use serde_json::json;

use crate::server;

/// Creates and analyses until the storage refuses both; answers what was acknowledged.
async fn until_refused(client: &Client, statuses: &[u16]) -> Vec<String> {
    let mut made = Vec::new();
    let (mut orders_refused, mut photos_refused) = (0, 0);
    for seed in 0..400 {
        let answer = client.post("/v0.2/work-orders/", &json!({"name": "w", "tags": ["x".repeat(4000)]})).await;
        if answer.status == 201 {
            made.push(answer.json()["id"].as_str().unwrap().to_owned());
        } else {
            assert!(statuses.contains(&answer.status), "{}: {}", answer.status, answer.text());
            assert_eq!(answer.header("retry-after"), "5");
            orders_refused += 1;
        }
        let Some(id) = made.last() else { continue };
        let answer = client.analyse(id, "before", &Scene::new(seed).jpeg(640, 480, 90)).await;
        if answer.status != 200 {
            assert!(statuses.contains(&answer.status), "{}: {}", answer.status, answer.text());
            photos_refused += 1;
        }
        if orders_refused > 3 && photos_refused > 3 {
            return made;
        }
    }
    panic!("the storage took everything");
}

async fn all_there(server: &TestServer, made: &[String]) {
    let client = server.client();
    for id in made {
        for input in client.work_order(id).await["inputs"].as_array().unwrap() {
            if input["data"]["type"] == "image" {
                client.get(input["data"]["value"].as_str().unwrap()).await.expect(200);
            }
        }
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_gets_over() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::make(&folder.path().join("disk")) else { return };
    let server = server().on_sqlite().data_at(disk.folder()).start().await;
    let client = server.client();
    let first = client.create(&json!({"name": "before"})).await;
    client.analyse(&first, "before", &Scene::new(1000).photo()).await.expect(200);
    disk.fill(300_000);
    let mut made = until_refused(&client, &[507]).await;
    made.push(first);
    all_there(&server, &made).await;
    disk.free();
    let after = client.create(&json!({"name": "after"})).await;
    client.analyse(&after, "before", &Scene::new(1001).photo()).await.expect(200);
    made.push(after);
    all_there(&server, &made).await;
}

#[tokio::test]
async fn an_archive_that_finds_no_room_goes_on_when_there_is_some() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::make(&folder.path().join("disk")) else { return };
    // Only the blobs: the batch's row finds its room.
    let blobs = format!("file://{}", disk.folder().display());
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").everywhere("FIELDPROOF_BLOB_URL", &blobs).start().await;
    let client = server.client();
    let batch = client.post("/v0.2/batches", &json!({})).await.expect(201).json();
    let path = batch["upload_url"].as_str().unwrap();
    let bytes: Vec<u8> = (0..9_000_000_u32).map(|i| (i.wrapping_mul(0x9E37_79B9) >> 24) as u8).collect();
    disk.fill(5_000_000);
    let sender = client.clone().without_token();
    let whole = [("Content-Range", "bytes 0-8999999/9000000")];
    let refused = sender.send(Method::PUT, path, &whole, bytes.clone()).await.expect(507);
    assert!(refused.json()["detail"].as_str().unwrap().ends_with('.'), "{}", refused.text());
    disk.free();
    let asked = sender.send(Method::PUT, path, &[("Content-Range", "bytes */9000000")], "").await.expect(308);
    let last: usize = asked.header("range").strip_prefix("bytes=0-").map_or(0, |last| last.parse().unwrap());
    assert!(last > 1_000_000, "what found room is kept: {last}");
    let range = format!("bytes {}-8999999/9000000", last + 1);
    let rest = bytes[last + 1..].to_vec();
    let done = sender.send(Method::PUT, path, &[("Content-Range", &range)], rest).await.expect(200).json();
    let again = client.post("/v0.2/batches", &json!({})).await.expect(201).json();
    let again = sender.send(Method::PUT, again["upload_url"].as_str().unwrap(), &[], bytes).await.expect(200).json();
    assert_eq!(done["crc32c"], again["crc32c"]);
}

#[tokio::test]
async fn a_disk_that_becomes_read_only_is_told_and_gets_over() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::make(&folder.path().join("disk")) else { return };
    // Only the photos: what has files open for writing cannot be made read-only.
    let photos = format!("file://{}", disk.folder().display());
    let server = server().everywhere("FIELDPROOF_BLOB_URL", &photos).start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    client.analyse(&id, "before", &Scene::new(1).photo()).await.expect(200);
    disk.remount("ro");
    let refused = client.analyse(&id, "before", &Scene::new(2).photo()).await.expect(503);
    assert_eq!(refused.header("retry-after"), "5");
    client.get("/readyz").await.expect(503);
    all_there(&server, std::slice::from_ref(&id)).await;
    disk.remount("rw");
    client.analyse(&id, "before", &Scene::new(2).photo()).await.expect(200);
    client.get("/readyz").await.expect(200);
}

#[tokio::test]
async fn a_database_that_goes_away_is_told_and_gets_over() {
    let server = server().start().await;
    let Some(database) = server.database() else {
        eprintln!("skipped: the database is a file");
        return;
    };
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    database.cut_off();
    for _ in 0..3 {
        let refused = client.post("/v0.2/work-orders/", &json!({"name": "w"})).await.expect(503);
        assert_eq!(refused.header("retry-after"), "5");
        client.get(&format!("/v0.2/work-orders/{id}/")).await.expect(503);
    }
    let ready = client.get("/readyz").await.expect(503).json();
    assert_ne!(ready["database"], "ok");
    client.get("/healthz").await.expect(200);
    database.let_in();
    client.work_order(&id).await;
    client.create(&json!({"name": "w"})).await;
    client.get("/readyz").await.expect(200);
}
