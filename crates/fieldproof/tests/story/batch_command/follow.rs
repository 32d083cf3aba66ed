//! What became of a batch: shown, listed, followed, written out, ended, tried again.

use fieldproof_testkit::{Archive, Scene};
use serde_json::{Value, json};

use super::{Machine, orders, said_id};
use crate::server;

fn broken() -> Archive {
    let photo = Scene::new(9).photo();
    orders().file("WO_3/before.jpg", &photo[..photo.len() / 2]).file("WO_3/roof.jpg", photo).file("stray.txt", "text")
}

#[tokio::test]
async fn a_work_order_that_fails_fails_the_command_and_is_told() {
    let server = server().start().await;
    let machine = Machine::of(&server);
    machine.write("may.zip", broken().zip());
    let sent = machine.batch(&["upload", "may.zip", "--wait"]).await;
    assert_eq!(sent.status, 1, "{}", sent.stderr);
    for words in [
        ": done with errors\n",
        "work orders: 3: 2 done, 1 failed\n",
        "photos: 5: 3 done, 2 failed\n",
        "what went wrong:\n",
        "  WO_3/roof.jpg: No task group has this name",
        "(photo_refused)",
        "the error file: fieldproof batch errors ",
    ] {
        assert!(sent.stdout.contains(words), "no {words:?} in:\n{}", sent.stdout);
    }
    let id = said_id(&sent.stderr);

    let status = machine.batch(&["status", &id]).await.ok().stdout;
    assert!(status.contains("file: may\n") && status.contains("\nended: "), "{status}");
    let followed = machine.batch(&["status", &id, "--wait", "--json"]).await;
    assert_eq!((followed.status, &followed.json()["status"]), (1, &json!("done_with_errors")));

    let csv = machine.batch(&["errors", &id]).await.ok().stdout;
    assert_eq!((csv.lines().next(), csv.lines().count()), (Some("work_order,file,code,reason"), 4), "{csv}");
    machine.batch(&["errors", &id, "--format", "jsonl", "--to-file", "errors.jsonl"]).await.ok();
    let lines = std::fs::read_to_string(machine.path("errors.jsonl")).unwrap();
    let codes: Vec<_> = lines
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 3, "{lines}");

    let retried = machine.batch(&["retry", &id, "--wait", "--json"]).await;
    assert_eq!((retried.status, &retried.json()["work_orders"]["failed"]), (1, &json!(1)));
}

#[tokio::test]
async fn batches_are_listed_and_cancelled() {
    let server = server().env("FIELDPROOF_JOB_WORKERS", "0").start().await;
    let machine = Machine::of(&server);
    assert_eq!(machine.batch(&["list"]).await.ok().stdout, "no batches\n");
    machine.write("may.tar", orders().tar());
    let sent = machine.batch(&["upload", "may.tar", "--json"]).await.ok_json();
    let id = sent["batch_id"].as_str().unwrap();
    machine.batch(&["upload", "may.tar"]).await.ok();
    let list = machine.batch(&["list", "--json"]).await.ok_json();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!(list[1]["batch_id"], id);
    let one = machine.batch(&["list", "--limit", "1"]).await.ok().stdout;
    assert!(one.lines().count() == 2 && one.contains(" queued ") && one.contains(" may "), "{one}");

    let cancelled = machine.batch(&["cancel", id]).await.ok().stdout;
    assert!(cancelled.starts_with(&format!("batch {id}: cancelled\n")), "{cancelled}");
    let waited = machine.batch(&["status", id, "--wait"]).await;
    assert_eq!(waited.status, 1, "{}", waited.stdout);
    let late = machine.batch(&["upload", "may.tar", "--batch", id]).await;
    assert!(
        late.status == 1 && late.stderr.contains("is cancelled: send the archive as a new batch"),
        "{}",
        late.stderr
    );
    let made = server.client().post("/v0.2/batches", &json!({})).await.expect(201).json();
    let early = machine.batch(&["status", made["batch_id"].as_str().unwrap(), "--wait"]).await;
    assert!(early.status == 1 && early.stderr.contains("waits for its archive"), "{}", early.stderr);
}
