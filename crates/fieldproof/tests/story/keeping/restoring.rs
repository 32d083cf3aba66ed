//! Restores that are cut off, and the next one that goes on.

use std::{path::Path, time::Duration};

use fieldproof_testkit::TestServer;

use super::{archive, has_all, several};
use crate::{bucket::Bucket, cli::refused, server};

/// Blobs that were there already when a restore has succeeded.
fn went_on_with(copy: &TestServer, file: &str) -> u64 {
    let restored = copy.cli(&["restore", file, "--json"]).ok_json();
    restored["already_there"].as_u64().unwrap()
}

/// Photos that are there as a whole: those that are still being written have a `#` in their name.
fn whole(copy: &TestServer) -> usize {
    copy.stored_photos().iter().filter(|photo| !photo.to_string_lossy().contains('#')).count()
}

fn name(photo: &Path) -> &str {
    photo.file_name().unwrap().to_str().unwrap()
}

fn note(server: &TestServer) -> std::path::PathBuf {
    server.data().join("blobs/restoring")
}

#[tokio::test]
async fn a_restore_that_was_killed_is_simply_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    let known = several(&source.client(), 0..40).await;
    let (_, file) = archive(&folder, "one.tar");
    source.cli(&["backup", &file]).ok();
    let mut went_on = None;
    // It may be at its end before the kill reaches it.
    for _ in 0..50 {
        let copy = server().empty();
        let restoring = copy.spawn(&["restore", &file]);
        for _ in 0..10_000 {
            if whole(&copy) > 0 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        drop(restoring);
        if note(&copy).exists() && whole(&copy) < known.len() {
            went_on = Some(copy);
            break;
        }
    }
    let mut copy = went_on.expect("a restore that was killed half-way");
    assert!(went_on_with(&copy, &file) > 0, "what was there is made use of");
    assert!(!note(&copy).exists(), "it has come to its end");
    let doctor = copy.cli(&["doctor"]).ok();
    assert_eq!(doctor.stdout.lines().filter(|line| line.starts_with("OK ")).count(), 6, "{}", doctor.stdout);
    copy.is_copy_of(&source);
    copy.restart().await;
    has_all(&copy, &known).await;
    refused(&copy.cli(&["restore", &file]), &["is not empty", "rows"]);
}

#[tokio::test]
async fn only_what_the_same_backup_has_left_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    several(&source.client(), 0..3).await;
    let (_, file) = archive(&folder, "one.tar");
    source.cli(&["backup", &file]).ok();
    let (_, other) = archive(&folder, "other.tar");
    source.cli(&["backup", &other]).ok();
    let photos = source.stored_photos();

    // A folder where a photo should go: writing it fails, whoever the tests run as.
    let mut copy = server().empty();
    let inputs = copy.data().join("blobs/inputs");
    std::fs::create_dir_all(inputs.join(name(&photos[1]))).unwrap();
    let cut_off = copy.cli(&["restore", &file]);
    refused(&cut_off, &["No row was written", "blobs in", "run it again"]);
    assert!(note(&copy).exists());
    let left = inputs.join(name(&photos[0]));
    let content = std::fs::read(&left).unwrap();

    // Another backup, though it has the same content; a photo of somebody else; one that has changed.
    refused(&copy.cli(&["restore", &other]), &["is not empty", "another backup"]);
    std::fs::write(inputs.join("foreign.jpeg"), "photo").unwrap();
    refused(&copy.cli(&["restore", &file]), &["is not empty", "not of the backup", "Nothing was touched"]);
    std::fs::remove_file(inputs.join("foreign.jpeg")).unwrap();
    for changed in ["another picture".as_bytes(), &content.iter().map(|byte| byte ^ 1).collect::<Vec<_>>()] {
        std::fs::write(&left, changed).unwrap();
        refused(&copy.cli(&["restore", &file]), &["is not empty", "not of the backup"]);
        assert!(std::fs::read(&left).unwrap() == changed, "it was touched");
    }
    std::fs::write(&left, &content).unwrap();
    // Nobody has said that a restore was begun here.
    let said = std::fs::read(note(&copy)).unwrap();
    std::fs::remove_file(note(&copy)).unwrap();
    refused(&copy.cli(&["restore", &file]), &["is not empty", "photos"]);
    std::fs::write(note(&copy), said).unwrap();

    std::fs::remove_dir(inputs.join(name(&photos[1]))).unwrap();
    assert!(went_on_with(&copy, &file) > 0);
    copy.cli(&["doctor"]).ok();
    copy.is_copy_of(&source);
    copy.restart().await;
    assert_eq!(copy.stored_photos().len(), photos.len());

    // A place that was cleared takes any backup, whatever the note says.
    let cleared = server().empty();
    std::fs::create_dir_all(cleared.data().join("blobs")).unwrap();
    std::fs::write(note(&cleared), "some other backup").unwrap();
    assert_eq!(went_on_with(&cleared, &file), 0);
    assert!(!note(&cleared).exists());
}

#[tokio::test]
async fn a_bucket_is_gone_on_with_as_well() {
    let Some(bucket) = Bucket::make().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    let known = several(&source.client(), 0..20).await;
    let (_, file) = archive(&folder, "one.tar");
    source.cli(&["backup", &file]).ok();
    let photos = source.stored_photos();
    // A restore that fails, since there is a folder in its way, leaves a note.
    let failing = server().empty();
    std::fs::create_dir_all(failing.data().join("blobs/inputs").join(name(&photos[0]))).unwrap();
    refused(&failing.cli(&["restore", &file]), &["run it again"]);

    // What one would leave that was killed.
    bucket.put("restoring", std::fs::read(note(&failing)).unwrap()).await;
    for photo in &photos[..15] {
        bucket.put(&format!("inputs/{}", name(photo)), std::fs::read(photo).unwrap()).await;
    }
    let mut copy = bucket.of(server()).empty();
    assert_eq!(went_on_with(&copy, &file), 15);
    copy.cli(&["doctor"]).ok();
    copy.is_copy_of(&source);
    copy.restart().await;
    has_all(&copy, &known).await;
    refused(&bucket.of(server()).empty().cli(&["restore", &file]), &["is not empty", "photos"]);
}
