//! Moves between databases and folders: the same rows, the same photos, and nothing by half.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use serde_json::Value;
use tokio::task::JoinSet;

use super::{analysed, has_all, several, work};
use crate::{cli::refused, server};

/// Counts and checksums of all tables, as `move` has compared them.
fn moved(output: &Value) -> &Value {
    assert_eq!(output["missing"]["count"], 0, "{output}");
    &output["tables"]
}

#[tokio::test]
async fn a_move_to_postgres_and_back_changes_nothing() {
    let mut source = server().on_sqlite().start().await;
    let mut there = server().empty();
    let Some(database) = there.database().map(fieldproof_testkit::TestDatabase::url) else {
        eprintln!("no PostgreSQL to move to");
        return;
    };
    let mut known = several(&source.client(), 0..4).await;
    // The newest numbers are given to nobody again.
    let (gone, _) = analysed(&source.client(), 4).await;
    source.client().delete(&format!("/v0.2/work-orders/{gone}/")).await.expect(204);
    source.terminate().await;

    let data = there.data().to_str().unwrap();
    let first = source.cli(&["move", "--to", &database, "--to-data", data, "--json"]).ok_json();
    assert_eq!(first["copied_blobs"], known.len() + 4, "photos and the application's files");
    assert_eq!(first["tables"]["work_orders"]["rows"], known.len());
    refused(&source.cli(&["move", "--to", &database, "--to-data", data]), &["is not empty"]);
    there.is_copy_of(&source);
    there.cli(&["doctor"]).ok();

    let untouched = server().on_sqlite().empty();
    let data = untouched.data().to_str().unwrap();
    let second = there.cli(&["move", "--to", data, "--json"]).ok_json();
    assert_eq!(moved(&second), moved(&first), "there and back, nothing has changed");

    there.restart().await;
    has_all(&there, &known).await;
    known.push(analysed(&there.client(), 10).await);
    there.terminate().await;

    let mut back = server().on_sqlite().empty();
    let data = back.data().to_str().unwrap();
    let text = there.cli(&["move", "--to", data]).ok().stdout;
    assert!(text.contains("work_orders: 5 rows, the same on both sides"), "{text}");
    back.is_copy_of(&there);
    back.cli(&["doctor"]).ok();
    back.restart().await;
    has_all(&back, &known).await;
    analysed(&back.client(), 11).await;
}

#[tokio::test]
async fn a_move_within_sqlite_copies_photos_and_refuses_what_makes_no_sense() {
    let mut source = server().on_sqlite().start().await;
    let known = several(&source.client(), 0..2).await;
    source.terminate().await;
    refused(&source.cli(&["move", "--to", "mysql://db/x"]), &["postgres://"]);
    refused(&source.cli(&["move", "--to", "elsewhere", "--to-data", "else"]), &["--to-data"]);
    refused(&source.cli(&["move", "--to", source.data().to_str().unwrap()]), &["is not empty"]);
    let mut copy = server().on_sqlite().empty();
    source.cli(&["move", "--to", copy.data().to_str().unwrap()]).ok();
    copy.is_copy_of(&source);
    copy.restart().await;
    has_all(&copy, &known).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_move_beside_a_server_at_work_is_undone() {
    let source = server().start().await;
    several(&source.client(), 0..3).await;
    let (stop, seeds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(1)));
    let mut writers = JoinSet::new();
    for _ in 0..3 {
        writers.spawn(work(source.client(), Arc::clone(&seeds), Arc::clone(&stop)));
    }
    let mut undone = None;
    // A move may fall between two changes.
    for _ in 0..20 {
        let copy = server().on_sqlite().empty();
        let output =
            tokio::task::block_in_place(|| source.cli(&["move", "--to", copy.data().to_str().unwrap(), "--json"]));
        if output.status != 0 {
            undone = Some((copy, output));
            break;
        }
    }
    stop.store(true, Ordering::Relaxed);
    writers.join_all().await;
    let (copy, output) = undone.expect("a move that was disturbed");
    refused(&output, &["has changed", "Stop every server".to_lowercase().as_str(), "No row was written", "blobs in"]);
    refused(&source.cli(&["move", "--to", copy.data().to_str().unwrap()]), &["is not empty", "photos"]);
    std::fs::remove_dir_all(copy.data().join("blobs")).unwrap();
    source.cli(&["move", "--to", copy.data().to_str().unwrap()]).ok();
    copy.cli(&["doctor"]).ok();
}
