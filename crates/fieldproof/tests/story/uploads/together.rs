//! Several senders, and several servers, with one archive.

use fieldproof_testkit::TestServer;

use super::{Upload, archive, awaits, completes, held, md5, stored, taking, wire};
use crate::bucket::Bucket;

/// Sends what is missing, part after part, wherever that is by what is answered.
async fn send(upload: Upload, bytes: &[u8], part: usize) {
    let mut first = 0;
    loop {
        let answer = upload.part(bytes, first, part).await;
        match answer.status {
            200 => return,
            308 => first = held(&answer),
            // Another sender has said where the end is meanwhile.
            400 => first = held(&answer),
            status => panic!("{status}: {}", answer.text()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_senders_at_once() {
    let server = taking().start().await;
    for seed in 0..4 {
        let bytes = archive(3_000_000, seed);
        let upload = Upload::make(&server).await;
        let whole = upload.at(&server);
        let (one, two) = (upload.at(&server), upload.at(&server));
        let (_, _, answer) = tokio::join!(send(one, &bytes, 70_000), send(two, &bytes, 110_000), whole.put("", &bytes));
        assert_eq!(answer.status, 200, "{}", answer.text());
        completes(&upload.put("bytes */*", b"").await, &bytes);
        assert_eq!(stored(&server, &upload), bytes);
    }
}

#[tokio::test]
async fn a_sender_that_hangs_does_not_keep_another_from_going_on() {
    let server = taking().start().await;
    let bytes = archive(100_000, 9);
    let upload = Upload::make(&server).await;
    let hanging = wire::hang(&server, &upload.path, "bytes 0-99999/100000", 100_000, &bytes[..40_000]);
    // Nothing is waited for: neither to ask nor to send.
    awaits(&upload.put("bytes */100000", b"").await, 0);
    awaits(&upload.part(&bytes, 0, 60_000).await, 60_000);
    completes(&upload.part(&bytes, 60_000, 40_000).await, &bytes);
    drop(hanging);
    assert_eq!(stored(&server, &upload), bytes);
}

#[tokio::test]
async fn two_servers_take_parts_in_turns() {
    let one = taking().with_blobs_in_common().start().await;
    if one.database().is_none() {
        eprintln!("skipped: only PostgreSQL can be shared");
        return;
    }
    let two = taking().beside(&one).await;
    take_turns(&one, &two).await;
}

#[tokio::test]
async fn two_servers_with_one_bucket_take_parts_in_turns() {
    let Some(bucket) = Bucket::make().await else { return };
    let one = bucket.of(taking()).start().await;
    if one.database().is_none() {
        eprintln!("skipped: only PostgreSQL can be shared");
        return;
    }
    let two = bucket.of(taking()).beside(&one).await;
    take_turns(&one, &two).await;
}

async fn take_turns(one: &TestServer, two: &TestServer) {
    let bytes = archive(2_500_000, 11);
    for (begins, goes_on) in [(one, two), (two, one)] {
        let upload = Upload::make(begins).await;
        let servers = [upload.at(begins), upload.at(goes_on)];
        let mut first = 0;
        for number in 0.. {
            let answer = servers[number % 2].part(&bytes, first, 300_000).await;
            first = held(&answer);
            if answer.status == 200 {
                completes(&answer, &bytes);
                break;
            }
            awaits(&answer, (number + 1) * 300_000);
            // The other knows it too.
            assert_eq!(servers[(number + 1) % 2].held().await, first);
        }
        for server in &servers {
            completes(&server.put("bytes */*", b"").await, &bytes);
        }
    }
    // Both at once, and one of them with all of it; thrown away on one, begun anew on the other.
    let upload = Upload::make(one).await;
    let (here, there) = (upload.at(one), upload.at(two));
    let hash = format!("md5={}", md5(&bytes));
    let wrong = archive(2_500_000, 12);
    awaits(&here.part(&wrong, 0, 2_000_000).await, 2_000_000);
    let range = "bytes 2000000-2499999/2500000";
    let refused = there.put_with(range, &wrong[2_000_000..], &[("X-Goog-Hash", &hash)]).await;
    assert_eq!((refused.status, held(&refused)), (400, 0), "{}", refused.text());
    awaits(&here.put("bytes */*", b"").await, 0);
    let (sent_here, sent_there) = (send(upload.at(one), &bytes, 200_000), send(upload.at(two), &bytes, 300_000));
    tokio::join!(sent_here, sent_there);
    completes(&there.put("bytes */*", b"").await, &bytes);
}
