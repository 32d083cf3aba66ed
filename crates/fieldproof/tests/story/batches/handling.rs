//! Batches as things: made, listed, cancelled, forgotten.

use fieldproof_testkit::TestServer;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{finished, named, send, two_orders, upload};
use crate::{keys, server};

fn path(batch: &Value) -> String {
    format!("/v0.2/batches/{}", batch["batch_id"].as_str().unwrap())
}

#[tokio::test]
async fn a_batch_is_made_shown_and_listed() {
    let server = server().start().await;
    let client = server.client();
    let batch = client.send(hyper::Method::POST, "/v0.2/batches", &[], "").await.expect(201).json();
    let id = Uuid::parse_str(batch["batch_id"].as_str().unwrap()).unwrap();
    assert_eq!(id.get_version_num(), 4);
    assert_eq!(batch["status"], "created");
    assert_eq!(
        keys(&batch),
        [
            "batch_id",
            "upload_url",
            "upload_expiry_date",
            "filename",
            "on_existing",
            "status",
            "archive_bytes",
            "crc32c",
            "md5Hash",
            "progress",
            "work_orders",
            "photos",
            "failure",
            "create_date",
            "start_date",
            "end_date",
            "estimated_end_date"
        ]
    );
    assert!(batch["upload_url"].as_str().unwrap().starts_with(server.url()));
    for slash in ["", "/"] {
        assert_eq!(client.get(&format!("{}{slash}", path(&batch))).await.expect(200).json(), batch);
    }
    let mut made = vec![batch];
    for _ in 0..4 {
        made.push(client.post("/v0.2/batches/", &json!({"filename": "x"})).await.expect(201).json());
    }
    made.reverse();
    let mut page = client.get("/v0.2/batches?limit=2").await.expect(200).json();
    let mut seen = page["results"].as_array().unwrap().clone();
    while let Some(next) = page["next"].as_str() {
        page = client.get(next).await.expect(200).json();
        seen.extend(page["results"].as_array().unwrap().clone());
    }
    assert_eq!(seen, made);
    assert!(page["previous"].is_string());
    for wrong in ["limit=0", "limit=101", "cursor=x"] {
        client.get(&format!("/v0.2/batches?{wrong}")).await.expect(400);
    }
}

#[tokio::test]
async fn a_cancelled_batch_makes_nothing_more_and_keeps_what_was_made() {
    let mut server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let client = server.client();
    let batch = client.post("/v0.2/batches", &json!({})).await.expect(201).json();
    upload(&client, &batch, two_orders(0).zip()).await;
    assert_eq!(client.get(&path(&batch)).await.json()["status"], "queued");
    let retry = client.post(&format!("{}/retry", path(&batch)), &json!({})).await.expect(400).json();
    assert_eq!(retry, json!({"status": ["The batch is queued: wait until it is done."]}));
    let cancelled = client.post(&format!("{}/cancel", path(&batch)), &json!({})).await.expect(200).json();
    assert_eq!(cancelled["status"], "cancelled");
    assert_eq!(client.post(&format!("{}/cancel", path(&batch)), &json!({})).await.expect(200).json(), cancelled);
    server.set_env("FIELDPROOF_JOB_WORKERS", "2");
    server.restart().await;
    let client = server.client();
    no_jobs(&server).await;
    assert_eq!(named(&client, "WO_1").await.len(), 0);
    assert_eq!(client.get(&path(&batch)).await.json()["status"], "cancelled");
    assert_eq!(server.stored_photos().len(), 0);
}

#[tokio::test]
async fn a_forgotten_batch_is_gone_and_its_work_orders_stay() {
    let server = server().start().await;
    let client = server.client();
    let done = send(&client, json!({}), two_orders(0).zip()).await;
    client.delete(&path(&done)).await.expect(204);
    for answer in [
        client.get(&path(&done)).await,
        client.delete(&path(&done)).await,
        client.post(&format!("{}/cancel", path(&done)), &json!({})).await,
        client.get(&format!("{}/errors", path(&done))).await,
    ] {
        assert_eq!(answer.expect(404).json(), json!({"detail": "Batch not found!"}));
    }
    assert_eq!(named(&client, "WO_1").await.len(), 1);
    assert_eq!(server.stored_photos().len(), 4);
    // With photos that no analysis has taken over.
    let exists = send(&client, json!({"on_existing": "fail"}), two_orders(0).zip()).await;
    assert_eq!(server.stored_photos().len(), 8, "they wait for a retry");
    client.delete(&path(&exists)).await.expect(204);
    no_jobs(&server).await;
    assert_eq!(server.stored_photos().len(), 4);
}

#[tokio::test]
async fn a_batch_whose_archive_is_lost_fails_in_the_end_and_says_what_to_do() {
    let mut server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let client = server.client();
    let batch = client.post("/v0.2/batches", &json!({})).await.expect(201).json();
    upload(&client, &batch, two_orders(0).zip()).await;
    // As after the restore of a backup, which has no archives.
    std::fs::remove_dir_all(server.data().join("blobs/uploads")).unwrap();
    let worker = server.spawn(&["worker"]);
    until(&server, |job| job["kind"] == "unpack-batch" && job["state"] == "waiting" && job["attempts"] == 1).await;
    assert_eq!(client.get(&path(&batch)).await.json()["status"], "processing", "it may come back");
    drop(worker);
    server.sql("UPDATE jobs SET attempts = 8, run_at = 0 WHERE kind = 'unpack-batch'").await;
    server.set_env("FIELDPROOF_JOB_WORKERS", "2");
    server.restart().await;
    let failed = finished(&server.client(), &batch).await;
    assert_eq!((&failed["status"], &failed["failure"]["code"]), (&json!("failed"), &json!("archive_gone")));
    assert!(failed["failure"]["reason"].as_str().unwrap().contains("send it again"));
}

/// Waits until a job is as `is_so` says.
async fn until(server: &TestServer, is_so: impl Fn(&Value) -> bool) {
    for _ in 0..600 {
        let jobs = server.cli(&["jobs", "list", "--json"]).ok_json();
        if jobs.as_array().unwrap().iter().any(&is_so) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("no job is so");
}

/// Waits until only those jobs are left that recur.
async fn no_jobs(server: &TestServer) {
    for _ in 0..600 {
        let jobs = server.cli(&["jobs", "list", "--json"]).ok_json();
        let recur = ["sweep-orphans", "forget-answers", "expire-uploads", "keep-exports"];
        if jobs.as_array().unwrap().iter().all(|job| recur.contains(&job["kind"].as_str().unwrap())) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("jobs are left");
}
