//! An archive is sent.

use fieldproof_testkit::Client;
use serde_json::{Value, json};

use super::{Machine, heavy, orders, said_id};
use crate::server;

#[tokio::test]
async fn an_archive_is_sent_and_followed_to_its_end() {
    let server = server().start().await;
    let machine = Machine::of(&server);
    machine.write("may.zip", orders().zip());
    let sent = machine.batch(&["upload", "may.zip", "--wait", "--json"]).await;
    let batch = sent.clone().ok_json();
    assert_eq!((&batch["status"], &batch["filename"]), (&json!("done"), &json!("may")), "{batch:#}");
    assert_eq!((&batch["work_orders"]["done"], &batch["photos"]["done"]), (&json!(2), &json!(3)));
    assert_eq!(batch["batch_id"], said_id(&sent.stderr));
    let again =
        format!("fieldproof batch upload may.zip --batch {} --wait --server {}", said_id(&sent.stderr), server.url());
    assert!(sent.stderr.contains(&again), "{}", sent.stderr);

    // All of it is there already.
    let id = batch["batch_id"].as_str().unwrap();
    let again = machine.batch(&["upload", "may.zip", "--batch", id, "--json"]).await.ok_json();
    assert_eq!(again, batch);

    let said = machine.batch(&["upload", "may.zip", "--wait"]).await.ok().stdout;
    assert!(said.contains(": done\n") && said.contains("work orders: 2: 2 passed over\n"), "{said}");
    assert!(said.contains("WO_1: There is a work order of this name already"), "{said}");

    let said = machine.batch(&["upload", "may.zip", "--on-existing", "append"]).await.ok().stdout;
    let id = said_id(&said.replace(':', ";"));
    let status = machine.batch(&["status", &id, "--wait", "--json"]).await.ok_json();
    assert_eq!((&status["on_existing"], &status["status"]), (&json!("append"), &json!("done")));
}

#[tokio::test]
async fn a_large_archive_goes_in_chunks_and_arrives_as_it_was() {
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let machine = Machine::of(&server);
    let archive = heavy(3_000_000);
    machine.write("may.zip", &archive);
    let batch = machine.batch(&["upload", "may.zip", "--chunk", "256KiB", "--json"]).await.ok_json();
    assert_eq!((&batch["status"], &batch["archive_bytes"]), (&json!("queued"), &json!(archive.len())));
    let whole = by_hand(&server.client(), &archive).await;
    assert_eq!(batch["crc32c"], whole["crc32c"]);
}

#[tokio::test]
async fn an_upload_url_needs_no_token() {
    let server = server().start().await;
    let made = server.client().post("/v0.2/batches", &json!({})).await.expect(201).json();
    let url = made["upload_url"].as_str().unwrap();
    let machine = Machine::of(&server);
    machine.write("may.tar", orders().tar());
    let mut stranger = Machine::at(server.url(), "");
    stranger.folder = machine.folder;
    let sent = stranger.batch(&["upload", "may.tar", "--upload-url", url, "--json"]).await.ok_json();
    assert_eq!(sent["batch_id"], made["batch_id"]);
}

/// The batch of an archive that is sent with one request.
pub(super) async fn by_hand(client: &Client, archive: &[u8]) -> Value {
    let batch = client.post("/v0.2/batches", &json!({})).await.expect(201).json();
    let url = batch["upload_url"].as_str().unwrap();
    client.clone().without_token().send(hyper::Method::PUT, url, &[], archive.to_vec()).await.expect(200).json()
}
