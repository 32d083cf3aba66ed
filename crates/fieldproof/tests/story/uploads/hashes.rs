//! What the sender knows of the archive's checksums.

use serde_json::{Value, json};

use super::{Upload, archive, awaits, completes, md5, refuses, stored, taking};

const SIZE: usize = 300_000;

#[tokio::test]
async fn right_ones_complete_the_archive() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 1);
    let upload = Upload::make(&server).await;
    let crc32c = completes(&upload.put("", &bytes).await, &bytes)["crc32c"].as_str().unwrap().to_owned();
    assert_eq!(crc32c.len(), 8);
    let sum = md5(&bytes);
    for headers in [
        vec![format!("crc32c={crc32c}")],
        vec![format!("md5={sum}")],
        vec![format!("crc32c={crc32c},md5={sum}")],
        vec![format!("md5={sum}"), format!("crc32c={crc32c}")],
        vec![format!("sha256=whatever, md5={}", sum.trim_end_matches('='))],
    ] {
        let upload = Upload::make(&server).await;
        // It speaks of the whole archive, so with a part before the last it does not matter yet.
        let pairs: Vec<_> = headers.iter().map(|value| ("X-Goog-Hash", value.as_str())).collect();
        awaits(&upload.put_with(&format!("bytes 0-99999/{SIZE}"), &bytes[..100_000], &pairs).await, 100_000);
        let range = format!("bytes 100000-{}/{SIZE}", SIZE - 1);
        completes(&upload.put_with(&range, &bytes[100_000..], &pairs).await, &bytes);
    }
    // A known checksum: that of "123456789".
    let upload = Upload::make(&server).await;
    let answer = upload.put_with("", b"123456789", &[("X-Goog-Hash", "crc32c=4waSgw==")]).await;
    assert_eq!(completes(&answer, b"123456789")["crc32c"], "4waSgw==");
}

#[tokio::test]
async fn md5_is_for_those_who_compare_it() {
    let server = taking().start().await;
    let bytes = archive(SIZE, 4);
    for (hash, found) in [(None, Value::Null), (Some(format!("md5={}", md5(&bytes))), md5(&bytes).into())] {
        let batch = server.client().post("/v0.2/batches", &json!({})).await.expect(201).json();
        let upload = Upload::of(&server, &batch);
        awaits(&upload.part(&bytes, 0, 200_000).await, 200_000);
        // Of what came before it was asked for, too.
        let headers: Vec<_> = hash.iter().map(|hash| ("X-Goog-Hash", hash.as_str())).collect();
        let range = format!("bytes 200000-{}/{SIZE}", SIZE - 1);
        let batch = upload.put_with(&range, &bytes[200_000..], &headers).await.expect(200).json();
        assert_eq!(batch["md5Hash"], found);
        assert!(batch["crc32c"].is_string());
    }
}

#[tokio::test]
async fn a_wrong_one_throws_the_archive_away_to_be_sent_anew() {
    let server = taking().start().await;
    let (meant, sent) = (archive(SIZE, 2), archive(SIZE, 3));
    let hash = format!("md5={}", md5(&meant));
    let upload = Upload::make(&server).await;
    awaits(&upload.part(&sent, 0, 100_000).await, 100_000);
    let range = format!("bytes 100000-{}/{SIZE}", SIZE - 1);
    let answer = upload.put_with(&range, &sent[100_000..], &[("X-Goog-Hash", &hash)]).await;
    refuses(&answer, 400, 0, "Send it again, from its first byte");
    let detail = answer.text();
    assert!(detail.contains(&md5(&meant)) && detail.contains(&md5(&sent)), "{detail}");
    assert_eq!(stored(&server, &upload), b"");
    let batch = server.client().get(&format!("/v0.2/batches/{}", upload.id)).await.json();
    assert_eq!((&batch["status"], &batch["archive_bytes"]), (&"created".into(), &serde_json::Value::Null));
    // Nothing is held, and nothing that was said binds any more.
    awaits(&upload.put("bytes */*", b"").await, 0);
    refuses(&upload.part(&sent, 100_000, 10).await, 400, 0, "go on at byte 0");
    let shorter = &meant[..200_000];
    let hash = format!("md5={}", md5(shorter));
    completes(&upload.put_with("", shorter, &[("X-Goog-Hash", &hash)]).await, shorter);
    assert_eq!(stored(&server, &upload), shorter);
}

#[tokio::test]
async fn an_unreadable_one_is_told_before_anything_is_taken() {
    let server = taking().start().await;
    let upload = Upload::make(&server).await;
    for hash in ["md5=abc", "crc32c", "crc32c=AAAAAA==,crc32c=BBBBBB=="] {
        let answer = upload.put_with("", b"an archive", &[("X-Goog-Hash", hash)]).await;
        refuses(&answer, 400, 0, "X-Goog-Hash");
    }
    awaits(&upload.put("bytes */*", b"").await, 0);
}
