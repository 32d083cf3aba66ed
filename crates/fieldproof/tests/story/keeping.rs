//! Backup, restore, doctor, move: what was acknowledged is still there afterwards, and what is broken is found.

mod doctor;
mod many;
mod moving;
mod restoring;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use fieldproof_testkit::{Client, Scene, TestServer};
use serde_json::json;
use tokio::task::JoinSet;

use crate::{cli::refused, link, server};

/// A work order with one photo: its id, and the bytes.
type Known = (String, Vec<u8>);

async fn analysed(client: &Client, seed: u64) -> Known {
    let id = client.create(&json!({"name": format!("w{seed}")})).await;
    let photo = Scene::new(seed).jpeg(320, 240, 80);
    client.analyse(&id, "before", &photo).await.expect(200);
    (id, photo)
}

async fn several(client: &Client, seeds: std::ops::Range<u64>) -> Vec<Known> {
    let mut known = Vec::new();
    for seed in seeds {
        known.push(analysed(client, seed).await);
    }
    known
}

/// Every work order is there, and its photo opens by its link.
async fn has_all(server: &TestServer, known: &[Known]) {
    let client = server.client();
    for (id, photo) in known {
        let order = client.work_order(id).await;
        let answer = client.get(link(&order)).await.expect(200);
        assert!(answer.body[..] == photo[..], "{id}: another photo");
    }
}

fn archive(folder: &tempfile::TempDir, name: &str) -> (PathBuf, String) {
    let file = folder.path().join(name);
    let text = file.to_str().unwrap().to_owned();
    (file, text)
}

/// Makes work orders, analyses and deletes every second one until it is told to stop.
async fn work(client: Client, seeds: Arc<AtomicU64>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let seed = seeds.fetch_add(1, Ordering::Relaxed);
        let (id, _) = analysed(&client, seed).await;
        if seed.is_multiple_of(2) {
            client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_backup_under_load_has_everything_of_one_moment() {
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    let client = source.client();
    let known = several(&client, 1000..1012).await;
    let (stop, seeds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(1)));
    let mut writers = JoinSet::new();
    for _ in 0..3 {
        writers.spawn(work(source.client(), Arc::clone(&seeds), Arc::clone(&stop)));
    }
    // Deleted while they are copied, all of them photos that the rows may name.
    let doomed = several(&client, 2000..2006).await;
    let deletions = tokio::spawn({
        let client = client.clone();
        async move {
            for (id, _) in doomed {
                client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    });
    let mut archives = Vec::new();
    for name in ["plain.tar", "gzip.tar.gz", "zstd.tar.zst"] {
        let (_, file) = archive(&folder, name);
        let done = tokio::task::block_in_place(|| source.cli(&["backup", &file, "--json"])).ok_json();
        assert_eq!(done["manifest"]["missing"]["count"], 0, "{done}");
        assert!(done["manifest"]["blobs"]["count"].as_u64().unwrap() >= 12, "{done}");
        archives.push(file);
        // What comes and goes while it looks is no fault.
        let doctor = tokio::task::block_in_place(|| source.cli(&["doctor"])).ok();
        assert_eq!(doctor.stdout.lines().filter(|line| line.starts_with("OK ")).count(), 6, "{}", doctor.stdout);
    }
    stop.store(true, Ordering::Relaxed);
    writers.join_all().await;
    deletions.await.unwrap();
    assert!(seeds.load(Ordering::Relaxed) > 6, "nobody worked meanwhile");

    for file in archives {
        let mut copy = server().empty();
        copy.cli(&["restore", &file]).ok();
        let doctor = copy.cli(&["doctor"]).ok();
        let said: Vec<_> = doctor.stdout.lines().filter(|line| !line.starts_with("OK ")).collect();
        assert_eq!(said, [""; 0], "{}", doctor.stdout);
        copy.is_copy_of(&source);
        copy.restart().await;
        has_all(&copy, &known).await;
        // It goes on where the other one was.
        analysed(&copy.client(), 5000).await;
    }
    assert_eq!(source.cli(&["doctor"]).status, 0);
}

#[tokio::test]
async fn photos_deleted_during_a_backup_go_when_it_is_over() {
    let mut server = server().start().await;
    let client = server.client();
    let (id, _) = analysed(&client, 1).await;
    let until = (unix_now() + Duration::from_secs(600)).as_micros();
    let hold = |until: u128| match server.database() {
        Some(_) => format!("INSERT INTO holds VALUES ('00000000-0000-0000-0000-000000000001', 'backup', {until})"),
        None => format!("INSERT INTO holds VALUES (x'00000000000000000000000000000001', 'backup', {until})"),
    };
    server.change_by_hand(&hold(until));
    client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    assert_eq!(server.stored_photos().len(), 1, "the backup may need it");
    // The server was started again: it tries at once, and must not yet.
    server.restart().await;
    assert_eq!(server.stored_photos().len(), 1, "the backup may still need it");
    server.change_by_hand("UPDATE holds SET until = 1");
    server.restart().await;
    for _ in 0..500 {
        if server.stored_photos().is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("a hold that has run out still counts");
}

fn unix_now() -> Duration {
    #[expect(clippy::disallowed_methods, reason = "the server under test has the system's clock")]
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap()
}

#[tokio::test]
async fn an_archive_that_is_not_whole_is_refused_before_anything_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    several(&source.client(), 0..3).await;
    for ending in ["tar", "tar.gz", "tar.zst"] {
        let (file, text) = archive(&folder, &format!("good.{ending}"));
        source.cli(&["backup", &text]).ok();
        let good = std::fs::read(&file).unwrap();
        let (bad, bad_text) = archive(&folder, &format!("bad.{ending}"));
        let copy = server().empty();
        std::fs::remove_dir(copy.data()).unwrap();
        let refuse = |bytes: &[u8], why: &str| {
            std::fs::write(&bad, bytes).unwrap();
            let output = copy.cli(&["restore", &bad_text]);
            assert_eq!(output.status, 1, "{ending}, {why}");
            refused(&output, &["bad.tar", "Nothing was touched"]);
            assert!(!copy.data().exists(), "{ending}, {why}: a data folder was made");
        };
        // The last kilobyte of a plain tar is padding.
        for part in [0, 1, 30, 50, 75, 95] {
            refuse(&good[..good.len() * part / 100], &format!("cut off at {part} %"));
        }
        for part in [5, 35, 65, 90] {
            let mut changed = good.clone();
            // A run of bytes: one alone may be padding.
            for byte in &mut changed[good.len() * part / 100..][..600] {
                *byte = byte.wrapping_add(1);
            }
            refuse(&changed, &format!("changed at {part} %"));
        }
        refuse(b"not an archive", "something else");
    }
}

#[tokio::test]
async fn rows_and_photos_that_were_tampered_with_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    several(&source.client(), 0..2).await;
    let (file, text) = archive(&folder, "good.tar");
    source.cli(&["backup", &text]).ok();
    let good = std::fs::read(&file).unwrap();
    let copy = server().empty();
    let (bad, bad_text) = archive(&folder, "bad.tar");
    for (from, to, word) in [
        (&b"Ada Admin"[..], &b"Eve Admin"[..], "users"),
        (b"work_order.analyse", b"work_order.analyze", "audit"),
        (b"\"schema\": ", b"\"schema\":9", "schema version 9"),
        (b"\"format\": 1", b"\"format\": 2", "format 2"),
        (b"manifest.json", b"manifest.jsom", "manifest.jsom"),
    ] {
        let mut changed = good.clone();
        let at = good.windows(from.len()).position(|window| window == from).unwrap();
        changed[at..at + to.len()].copy_from_slice(to);
        std::fs::write(&bad, &changed).unwrap();
        let output = copy.cli(&["restore", &bad_text]);
        // A changed name breaks the sum of its header.
        let word = if word == "manifest.jsom" { "damaged" } else { word };
        refused(&output, &[word, "Nothing was touched"]);
    }
    copy.cli(&["restore", &text]).ok();
}

#[tokio::test]
async fn a_backup_overwrites_nothing_and_a_restore_neither() {
    let folder = tempfile::tempdir().unwrap();
    let source = server().start().await;
    let known = several(&source.client(), 0..1).await;
    let (_, text) = archive(&folder, "one.tar");
    let made = source.cli(&["backup", &text]).ok();
    assert!(made.stdout.contains("one.tar: ") && made.stdout.contains(" rows of "), "{}", made.stdout);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");
    refused(&source.cli(&["backup", &text]), &["is there already"]);
    source.client().delete(&format!("/v0.2/work-orders/{}/", known[0].0)).await.expect(204);
    assert_eq!(source.stored_photos().len(), 0, "nothing is held any longer");
    refused(&source.cli(&["backup", "one.zip"]), &[".tar.zst"]);
    refused(&source.cli(&["backup", "/nowhere/one.tar"]), &["/nowhere/one.tar"]);
    refused(&source.cli(&["restore", &text]), &["is not empty", "rows"]);
    // Photos alone are somebody's too.
    let other = server().empty();
    std::fs::create_dir_all(other.data().join("blobs/inputs")).unwrap();
    std::fs::write(other.data().join("blobs/inputs/a.jpeg"), "photo").unwrap();
    refused(&other.cli(&["restore", &text]), &["is not empty", "photos"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&text).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "password hashes are in it");
    }
}
