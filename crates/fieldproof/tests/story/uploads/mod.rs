//! Archives sent by Google's resumable protocol, as its clients do and as they fail.

mod bucket;
mod ends;
mod hashes;
mod interrupted;
mod ranges;
mod together;
mod wire;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fieldproof_testkit::{Answer, Client, TestServer, TestServerBuilder};
use hyper::Method;
use md5::{Digest as _, Md5};
use serde_json::Value;

use crate::server;

/// A server that takes archives and leaves them as they are.
fn taking() -> TestServerBuilder {
    server().env("FIELDPROOF_JOB_WORKERS", "0")
}

/// Bytes that look like chance and repeat.
fn archive(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    (0..size.div_ceil(8)).flat_map(|_| next()).take(size).collect()
}

fn md5(bytes: &[u8]) -> String {
    STANDARD.encode(Md5::digest(bytes))
}

/// A batch to send to, and a client that has nothing but its address.
struct Upload {
    client: Client,
    id: String,
    /// Path and query: servers get new ports when they start again.
    path: String,
}

impl Upload {
    /// As Google's clients begin, so that all checksums can be compared.
    async fn make(server: &TestServer) -> Self {
        let headers = [("Content-Type", "application/json"), ("X-Upload-Content-Type", "application/zip")];
        let made = server.client().send(Method::POST, "/v0.2/batches", &headers, "{}").await;
        Self::of(server, &made.expect(201).json())
    }

    /// To a batch that was made.
    fn of(server: &TestServer, batch: &Value) -> Self {
        let url = batch["upload_url"].as_str().unwrap();
        let path = url.strip_prefix(server.url()).expect("an address on this server").to_owned();
        Self { client: Client::new(server.url()), id: batch["batch_id"].as_str().unwrap().to_owned(), path }
    }

    /// The same by way of another server, or of this one after it was started again.
    fn at(&self, server: &TestServer) -> Self {
        Self { client: Client::new(server.url()), id: self.id.clone(), path: self.path.clone() }
    }

    /// A request with a `Content-Range`; the empty one: without.
    async fn put(&self, range: &str, body: &[u8]) -> Answer {
        self.put_with(range, body, &[]).await
    }

    async fn put_with(&self, range: &str, body: &[u8], more: &[(&str, &str)]) -> Answer {
        let mut headers = vec![("Content-Type", "application/octet-stream")];
        headers.extend((!range.is_empty()).then_some(("Content-Range", range)));
        headers.extend(more);
        self.client.send(Method::PUT, &self.path, &headers, body.to_vec()).await
    }

    /// Bytes of an archive, as a part of the whole.
    async fn part(&self, archive: &[u8], first: usize, length: usize) -> Answer {
        let end = (first + length).min(archive.len());
        self.put(&format!("bytes {first}-{}/{}", end - 1, archive.len()), &archive[first..end]).await
    }

    /// How many bytes are held.
    async fn held(&self) -> usize {
        let answer = self.put("bytes */*", b"").await;
        assert!(matches!(answer.status, 200 | 308), "{}: {}", answer.status, answer.text());
        held(&answer)
    }
}

/// How many bytes an answer says are held.
fn held(answer: &Answer) -> usize {
    assert_eq!(answer.header("location"), "", "clients would follow it");
    match answer.header("range") {
        "" => 0,
        range => range.strip_prefix("bytes=0-").unwrap().parse::<usize>().unwrap() + 1,
    }
}

/// More is awaited, and so many bytes are held.
#[track_caller]
fn awaits(answer: &Answer, expected: usize) {
    assert_eq!((answer.status, held(answer)), (308, expected), "{}", answer.text());
    assert!(answer.body.is_empty());
}

/// All of an archive is there, as it was meant.
#[track_caller]
fn completes(answer: &Answer, archive: &[u8]) -> Value {
    assert_eq!((answer.status, held(answer)), (200, archive.len()), "{}", answer.text());
    let batch = answer.json();
    assert_eq!(batch["md5Hash"], md5(archive));
    assert_eq!(batch["archive_bytes"], archive.len());
    batch
}

/// Refused with a sentence, and so many bytes are held.
#[track_caller]
fn refuses(answer: &Answer, status: u16, expected: usize, word: &str) {
    assert_eq!((answer.status, held(answer)), (status, expected), "{}", answer.text());
    let body = answer.json();
    let detail = body["detail"].as_str().unwrap();
    assert!(detail.contains(word) && detail.ends_with('.'), "{detail}");
}

/// The archive as it lies in the data folder.
fn stored(server: &TestServer, upload: &Upload) -> Vec<u8> {
    let folder = server.data().join("blobs/uploads").join(&upload.id);
    let Ok(attempts) = std::fs::read_dir(&folder) else { return Vec::new() };
    let mut files: Vec<_> = attempts
        .flat_map(|attempt| std::fs::read_dir(attempt.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        // A server that is killed while it makes the first part leaves a second name of it, which nobody reads.
        .filter(|file| !file.to_string_lossy().contains('#'))
        .collect();
    files.sort();
    files.iter().flat_map(|file| std::fs::read(file).unwrap()).collect()
}
