//! What an archive takes of the server's memory does not depend on its size.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use fieldproof_testkit::{Archive, Scene, TestServer, TestServerBuilder};
use serde_json::{Value, json};

use crate::{photos::padded, server};

const SMALL: u64 = 50_000_000;
/// Bytes of the large archive in an ordinary run; `cargo xtask soak memory` asks for more.
const LARGE: u64 = 250_000_000;
const LARGE_ASKED: &str = "FIELDPROOF_ARCHIVE_BYTES";
/// Bytes of a photo: as many as one may nearly have.
const PHOTO: u64 = 4_900_000;
/// Photos of a work order.
const EACH: u64 = 10;
/// By so many kilobytes the large archive may take more than the small one.
const MOST_MORE: u64 = 50_000;
/// So many kilobytes an archive of any size may take.
const MOST: u64 = 100_000;

/// The most memory that the server ever had, in kilobytes.
pub(crate) fn peak_memory(server: &TestServer) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("VmHWM: 0 kB");
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

fn photos(bytes: u64) -> impl Iterator<Item = (String, Vec<u8>)> {
    (0..bytes / PHOTO).map(|number| {
        let path = format!("WO_{}/before-{}.jpg", number / EACH, number % EACH);
        (path, padded(&Scene::new(number).jpeg(320, 240, 80), PHOTO as usize))
    })
}

/// Kilobytes that a new server took more than it has from its start, to take the archive and to work it off.
async fn taken_for(builder: TestServerBuilder, archive: &Path, bytes: u64) -> u64 {
    let server = builder.start().await;
    let idle = peak_memory(&server);
    let mut upload = Command::new(env!("CARGO_BIN_EXE_fieldproof"));
    upload.args(["batch", "upload", "--wait", "--json"]).arg(archive).stdin(Stdio::null());
    upload.env("FIELDPROOF_SERVER", server.url()).env("FIELDPROOF_TOKEN", server.token());
    let said = tokio::task::spawn_blocking(move || upload.output().unwrap()).await.unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let batch: Value = serde_json::from_slice(&said.stdout).unwrap();
    assert_eq!(batch["photos"]["done"], json!(bytes / PHOTO), "{batch:#}");
    peak_memory(&server) - idle
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_archive_takes_no_more_memory_than_a_small_one() {
    let large = std::env::var(LARGE_ASKED).ok().and_then(|bytes| bytes.parse().ok()).unwrap_or(LARGE);
    let folder = tempfile::tempdir().unwrap();
    let mut taken = Vec::new();
    for bytes in [SMALL, large] {
        let archive = folder.path().join(format!("{bytes}.zip"));
        Archive::write_zip(&archive, photos(bytes));
        // As the service does: with an arena for each thread, the C library keeps as many gaps as chance will have it.
        taken.push(taken_for(server().env("MALLOC_ARENA_MAX", "2"), &archive, bytes).await);
    }
    println!("{} kB of memory for {SMALL} bytes, {} kB for {large}", taken[0], taken[1]);
    assert!(taken[1] < taken[0] + MOST_MORE && taken[1] < MOST, "{taken:?} kB for {SMALL} and {large} bytes");
}
