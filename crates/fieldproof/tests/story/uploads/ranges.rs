//! Every form of a range, and what does not fit.

use fieldproof_testkit::Client;
use serde_json::json;

use super::{Upload, archive, awaits, completes, refuses, stored, taking, wire};

const SIZE: usize = 1_500_000;

#[tokio::test]
async fn in_one_request() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 1);
    let upload = Upload::make(&server).await;
    let batch = completes(&upload.put("", &bytes).await, &bytes);
    assert_eq!((&batch["status"], &batch["batch_id"]), (&json!("queued"), &json!(upload.id)));
    assert!(batch["upload_url"].as_str().unwrap().ends_with(&upload.path));
    assert_eq!(stored(&server, &upload), bytes);
    let seen = server.client().get(&format!("/v0.2/batches/{}", upload.id)).await.expect(200).json();
    assert_eq!(seen, batch);
    // As one range, and as a body whose length nobody announces.
    let upload = Upload::make(&server).await;
    completes(&upload.part(&bytes, 0, SIZE).await, &bytes);
    let upload = Upload::make(&server).await;
    let answer = wire::chunked(&server, &upload.path, "", &bytes);
    assert_eq!(answer.status(), 200, "{}", answer.0);
    assert_eq!(stored(&server, &upload), bytes);
}

#[tokio::test]
async fn in_parts_of_any_size() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 2);
    for part in [256 * 1024, 524_288, 700_001, 1] {
        let upload = Upload::make(&server).await;
        awaits(&upload.put(&format!("bytes */{SIZE}"), b"").await, 0);
        // Byte by byte only the first few.
        let size = if part == 1 { 20 } else { SIZE };
        let bytes = if part == 1 { &bytes[..size] } else { &bytes };
        let upload = if part == 1 { Upload::make(&server).await } else { upload };
        let mut first = 0;
        while first + part < size {
            awaits(&upload.part(bytes, first, part).await, first + part);
            first += part;
            awaits(&upload.put(&format!("bytes */{size}"), b"").await, first);
        }
        completes(&upload.part(bytes, first, part).await, bytes);
        assert_eq!(stored(&server, &upload), bytes);
    }
}

#[tokio::test]
async fn of_a_size_that_is_known_last() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 3);
    // Said with the last part, or alone behind it.
    for says_it_alone in [false, true] {
        let upload = Upload::make(&server).await;
        awaits(&upload.put("bytes */*", b"").await, 0);
        awaits(&upload.put("bytes 0-999999/*", &bytes[..1_000_000]).await, 1_000_000);
        if says_it_alone {
            awaits(&upload.put("bytes 1000000-1499999/*", &bytes[1_000_000..]).await, SIZE);
            awaits(&upload.put("bytes */*", b"").await, SIZE);
            completes(&upload.put("bytes */1500000", b"").await, &bytes);
        } else {
            completes(&upload.put("bytes 1000000-1499999/1500000", &bytes[1_000_000..]).await, &bytes);
        }
        assert_eq!(stored(&server, &upload), bytes);
    }
}

#[tokio::test]
async fn what_is_held_already_may_come_again() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 4);
    let upload = Upload::make(&server).await;
    awaits(&upload.part(&bytes, 0, 600_000).await, 600_000);
    awaits(&upload.part(&bytes, 0, 600_000).await, 600_000);
    awaits(&upload.part(&bytes, 100_000, 200_000).await, 600_000);
    awaits(&upload.part(&bytes, 500_000, 300_000).await, 800_000);
    // Not even a body that says otherwise changes what is held.
    awaits(&upload.put(&format!("bytes 0-99/{SIZE}"), &[0; 100]).await, 800_000);
    completes(&upload.put("", &bytes).await, &bytes);
    assert_eq!(stored(&server, &upload), bytes);
    // All of it again, in whatever way.
    completes(&upload.put("bytes */*", b"").await, &bytes);
    completes(&upload.put(&format!("bytes */{SIZE}"), b"").await, &bytes);
    completes(&upload.part(&bytes, 0, 524_288).await, &bytes);
    completes(&upload.part(&bytes, 1_000_000, SIZE).await, &bytes);
    completes(&upload.put("", &bytes).await, &bytes);
    refuses(&upload.put("bytes */1500001", b"").await, 400, SIZE, "1500001");
    assert_eq!(stored(&server, &upload), bytes);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_never_a_hole() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 5);
    let upload = Upload::make(&server).await;
    refuses(&upload.part(&bytes, 1, 100).await, 400, 0, "go on at byte 0");
    awaits(&upload.part(&bytes, 0, 1000).await, 1000);
    for (range, length, word) in [
        ("bytes 1001-1100/1500000", 100, "bytes from 1000 to 1000 are missing"),
        ("bytes 1400000-1499999/1500000", 100_000, "go on at byte 1000"),
        ("bytes 1000-1099/1500001", 100, "by an earlier request"),
        ("bytes */1500001", 0, "by an earlier request"),
        ("bytes 1499999-1500000/*", 2, "behind the end"),
        ("bytes 1000-1099/1500000", 101, "longer than its Content-Range"),
        ("bytes */1500000", 5, "has no body"),
        ("", 100, "by an earlier request"),
    ] {
        refuses(&upload.put(range, &vec![7; length]).await, 400, 1000, word);
    }
    // What is wrong in itself says how it is written, and looks at nothing.
    for range in ["bytes 5-4/10", "bytes=0-9/10", "items 0-9/10", "bytes 0-9", "0-9/10", "bytes */", "bytes 0-10/10"] {
        let answer = upload.put(range, b"0123456789").await;
        assert_eq!(answer.status, 400, "{range}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(range) && detail.contains("bytes 0-524287/6000000"), "{detail}");
    }
    awaits(&upload.put("bytes */1500000", b"").await, 1000);
    assert_eq!(stored(&server, &upload), bytes[..1000]);
    // A body of unknown length is found to be too long only on the way.
    let answer = wire::chunked(&server, &upload.path, "Content-Range: bytes 1000-1999/1500000\r\n", &bytes[1000..2500]);
    assert_eq!(answer.status(), 400, "{}", answer.0);
    awaits(&upload.put("bytes */*", b"").await, 2000);
    completes(&upload.part(&bytes, 2000, SIZE).await, &bytes);
    assert_eq!(stored(&server, &upload), bytes);
}

#[tokio::test]
async fn an_empty_archive_is_none() {
    let server = taking().start().await;
    let upload = Upload::make(&server).await;
    refuses(&upload.put("", b"").await, 400, 0, "empty");
    refuses(&upload.put("bytes */0", b"").await, 400, 0, "empty");
    awaits(&upload.put("bytes */*", b"").await, 0);
}

#[tokio::test]
async fn archives_have_a_largest_size() {
    let server = taking().option("--batch-archive-limit", "1000000").start().await;
    let bytes = archive(SIZE, 6);
    let upload = Upload::make(&server).await;
    refuses(&upload.put("bytes */1000001", b"").await, 413, 0, "1000000 bytes at most");
    refuses(&upload.put("", &bytes).await, 413, 0, "1000000 bytes at most");
    refuses(&upload.part(&bytes, 0, 1000).await, 413, 0, "1000000 bytes at most");
    awaits(&upload.put("bytes 0-999999/*", &bytes[..1_000_000]).await, 1_000_000);
    refuses(&upload.put("bytes 1000000-1000000/*", &bytes[..1]).await, 413, 1_000_000, "1000000 bytes at most");
    completes(&upload.put("bytes */1000000", b"").await, &bytes[..1_000_000]);

    let upload = Upload::make(&server).await;
    let answer = wire::chunked(&server, &upload.path, "", &bytes);
    assert_eq!(answer.status(), 413, "{}", answer.0);
    // Other bodies have their own limit.
    let refused = server.client().post("/v0.2/batches", &json!({"filename": "x".repeat(2_000_000)})).await;
    assert_eq!(refused.status, 413);
}

/// As the contract's script does it: part after part, whatever is answered.
#[tokio::test]
async fn blindly() {
    let server = taking().start().await;
    let bytes = archive(6_000_001, 7);
    let upload = Upload::make(&server).await;
    let mut statuses = Vec::new();
    for first in (0..bytes.len()).step_by(524_288) {
        let answer = upload.part(&bytes, first, 524_288).await;
        assert!(answer.status < 400 && answer.header("location").is_empty());
        statuses.push(answer.status);
    }
    assert_eq!((statuses.len(), statuses[0], statuses[11]), (12, 308, 200));
    assert_eq!(stored(&server, &upload), bytes);
    // Run once more, it asks first and has nothing to do.
    completes(&upload.put("bytes */6000001", b"").await, &bytes);
}

#[tokio::test]
async fn the_secret_alone_opens_the_address() {
    let server = taking().option("--log", "trace").start().await;
    let (upload, other) = (Upload::make(&server).await, Upload::make(&server).await);
    let secret = |upload: &Upload| upload.path.split_once("?upload_id=").unwrap().1.to_owned();
    let nobody = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    let with_token = server.client();
    let mut answers = Vec::new();
    for path in [
        format!("/uploads/{}", upload.id),
        format!("/uploads/{}?upload_id=", upload.id),
        format!("/uploads/{}?upload_id={}", upload.id, secret(&other)),
        format!("/uploads/{}?upload_id={}", upload.id, secret(&upload).to_uppercase()),
        format!("/uploads/{}?upload_id={}", upload.id, &secret(&upload)[..63]),
        format!("/uploads/{}?id={}", upload.id, secret(&upload)),
        format!("/uploads/{nobody}?upload_id={}", secret(&upload)),
        "/uploads/nonsense?upload_id=x".to_owned(),
    ] {
        for client in [&upload.client, &with_token] {
            for (method, range) in
                [(hyper::Method::PUT, "bytes */*"), (hyper::Method::PUT, "nonsense"), (hyper::Method::DELETE, "")]
            {
                let answer = client.send(method, &path, &[("Content-Range", range)], "").await;
                answers.push((answer.status, answer.text(), answer.header("range").to_owned()));
            }
        }
    }
    let expected = (404, json!({"detail": "Batch not found!"}).to_string(), String::new());
    assert!(answers.iter().all(|answer| *answer == expected), "{answers:?}");
    // And needs no token, not even one that is known.
    awaits(
        &Client::new(server.url())
            .with_token("unknown")
            .send(hyper::Method::PUT, &upload.path, &[("Content-Range", "bytes */*")], "")
            .await,
        0,
    );
    upload.put("", b"an archive").await.expect(200);
    assert_eq!(upload.client.get(&upload.path).await.status, 405);
    let log = server.logs();
    assert!(log.contains(&upload.id), "there is a log");
    for secret in [secret(&upload), secret(&other), "upload_id".to_owned()] {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}
