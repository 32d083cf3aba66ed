//! Uploads that end before all is there.

use std::time::Duration;

use fieldproof_testkit::TestServer;
use hyper::Method;
use serde_json::{Value, json};

use super::{Upload, archive, awaits, completes, refuses, stored, taking};
use crate::server;

async fn status(server: &TestServer, upload: &Upload) -> Value {
    server.client().get(&format!("/v0.2/batches/{}", upload.id)).await.expect(200).json()["status"].clone()
}

async fn erased(server: &TestServer, upload: &Upload) {
    for _ in 0..600 {
        if !server.data().join("blobs/uploads").join(&upload.id).exists() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("what was sent is still there after half a minute");
}

#[tokio::test]
async fn the_sender_gives_up() {
    let server = server().start().await;
    let upload = Upload::make(&server).await;
    awaits(&upload.part(&archive(5000, 1), 0, 1000).await, 1000);
    for _ in 0..2 {
        let answer = upload.client.send(Method::DELETE, &upload.path, &[], "").await;
        refuses(&answer, 499, 0, "cancelled");
    }
    assert_eq!(status(&server, &upload).await, "cancelled");
    refuses(&upload.put("bytes */*", b"").await, 410, 0, "cancelled");
    refuses(&upload.part(&archive(5000, 1), 1000, 1000).await, 410, 0, "cancelled");
    erased(&server, &upload).await;
}

#[tokio::test]
async fn a_user_cancels_or_forgets_the_batch() {
    let server = server().start().await;
    let bytes = archive(5000, 2);
    let upload = Upload::make(&server).await;
    awaits(&upload.part(&bytes, 0, 1000).await, 1000);
    server.client().post(&format!("/v0.2/batches/{}/cancel", upload.id), &json!({})).await.expect(200);
    refuses(&upload.part(&bytes, 1000, 1000).await, 410, 0, "make a new one");
    erased(&server, &upload).await;
    let upload = Upload::make(&server).await;
    awaits(&upload.part(&bytes, 0, 1000).await, 1000);
    server.client().delete(&format!("/v0.2/batches/{}", upload.id)).await.expect(204);
    refuses_as_unknown(&upload.part(&bytes, 1000, 1000).await);
    erased(&server, &upload).await;
}

fn refuses_as_unknown(answer: &fieldproof_testkit::Answer) {
    assert_eq!((answer.status, answer.json()), (404, json!({"detail": "Batch not found!"})));
}

#[tokio::test]
async fn a_complete_archive_is_not_for_its_sender_to_cancel() {
    let server = taking().start().await;
    let upload = Upload::make(&server).await;
    upload.put("", b"an archive").await.expect(200);
    refuses(&upload.client.send(Method::DELETE, &upload.path, &[], "").await, 409, 0, "complete");
    assert_eq!(status(&server, &upload).await, "queued");
    completes(&upload.put("bytes */10", b"").await, b"an archive");
}

#[tokio::test]
async fn an_archive_that_cannot_be_used_is_told_at_its_address_too() {
    let server = server().start().await;
    let upload = Upload::make(&server).await;
    upload.put("", b"no archive at all").await.expect(200);
    for _ in 0..600 {
        if status(&server, &upload).await == "failed" {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let batch = server.client().get(&format!("/v0.2/batches/{}", upload.id)).await.json();
    let reason = batch["failure"]["reason"].as_str().unwrap();
    refuses(&upload.put("bytes */17", b"").await, 410, 0, reason);
}

#[tokio::test]
async fn an_address_expires() {
    let server = taking().start().await;
    let bytes = archive(5000, 3);
    let (open, complete) = (Upload::make(&server).await, Upload::make(&server).await);
    awaits(&open.part(&bytes, 0, 1000).await, 1000);
    complete.put("", b"an archive").await.expect(200);
    server.sql("UPDATE batches SET upload_until = 1000000").await;
    for upload in [&open, &complete] {
        refuses(&upload.put("bytes */*", b"").await, 410, 0, "expired");
        refuses(&upload.part(&bytes, 1000, 1000).await, 410, 0, "expired");
        refuses(&upload.client.send(Method::DELETE, &upload.path, &[], "").await, 410, 0, "expired");
    }
    assert_eq!(status(&server, &complete).await, "queued");
    assert_eq!(stored(&server, &complete), b"an archive", "it goes on being worked off");
}
