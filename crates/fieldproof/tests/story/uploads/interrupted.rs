//! Connections that break and servers that are killed: whatever was acknowledged is held, and the end is the archive.

use std::time::Duration;

use fieldproof_testkit::TestServer;

use super::{
    Upload, archive, completes, held, stored, taking,
    wire::{self, Leave},
};

/// Numbers that look like chance and repeat.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }
}

#[tokio::test]
async fn what_came_before_a_break_is_kept() {
    let server = taking().start().await;
    let bytes = archive(1_000_000, 1);
    let upload = Upload::make(&server).await;
    let range = "bytes 0-999999/1000000";
    let said = wire::broken(&server, &upload.path, range, 1_000_000, &bytes[..300_001], Leave::Politely);
    // Who still listens may be told; most servers close.
    assert!(matches!(said.status(), 0 | 308 | 400), "{}", said.0);
    wait_until_held(&upload, 300_001).await;
    let range = "bytes 300001-999999/1000000";
    wire::broken(&server, &upload.path, range, 699_999, &bytes[300_001..700_000], Leave::Abruptly);
    wait_until_held(&upload, 700_000).await;
    completes(&upload.part(&bytes, 700_000, 1_000_000).await, &bytes);
    assert_eq!(stored(&server, &upload), bytes);
}

async fn wait_until_held(upload: &Upload, expected: usize) {
    for _ in 0..600 {
        if upload.held().await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} bytes are held instead of {expected}", upload.held().await);
}

/// What a sender does next, by chance.
async fn step(
    server: &mut TestServer,
    upload: &mut Upload,
    dice: &mut Dice,
    bytes: &[u8],
    acknowledged: usize,
) -> usize {
    let size = bytes.len();
    // Mostly it goes on where the server stands, at times before that.
    let first = acknowledged.saturating_sub([0, 0, 0, dice.below(50_000)][dice.below(4)]).min(size - 1);
    let length = 1 + dice.below(400_000).min(size - first - 1);
    let (end, total) =
        (first + length, if dice.below(3) == 0 && first + length < size { "*".to_owned() } else { size.to_string() });
    let range = format!("bytes {first}-{}/{total}", end - 1);
    match dice.below(10) {
        0 => {
            // Killed while nothing is under way.
            server.kill9();
            server.restart().await;
            *upload = upload.at(server);
            held(&upload.put("bytes */*", b"").await)
        }
        1 | 2 => {
            // Killed under a part.
            let (part, path) = (bytes[first..end].to_vec(), upload.path.clone());
            let client = upload.client.clone();
            let sending = tokio::spawn(async move {
                client.try_send(hyper::Method::PUT, &path, &[("Content-Range", &range)], part).await
            });
            tokio::time::sleep(Duration::from_micros(dice.below(20_000) as u64)).await;
            server.kill9();
            let answered = sending.await.unwrap().ok().map(|answer| held(&answer));
            server.restart().await;
            *upload = upload.at(server);
            let now = held(&upload.put(&format!("bytes */{size}"), b"").await);
            assert!(now >= answered.unwrap_or_default(), "{now} bytes are held, and {answered:?} were acknowledged");
            now
        }
        3..=5 => {
            let sent = first + dice.below(length + 1);
            let leave = if dice.below(2) == 0 { Leave::Politely } else { Leave::Abruptly };
            wire::broken(server, &upload.path, &range, length, &bytes[first..sent], leave);
            // What is still on its way may come before the next part, after it, or with it.
            held(&upload.put("bytes */*", b"").await)
        }
        _ => {
            let answer = upload.put(&range, &bytes[first..end]).await;
            assert!(matches!(answer.status, 200 | 308), "{range}: {} {}", answer.status, answer.text());
            let now = held(&answer);
            assert!(now >= end, "{range}: {now} are held");
            now
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_order_of_breaks_and_kills_gives_the_archive() {
    let mut server = taking().start().await;
    for seed in 1..5 {
        let bytes = archive(2_000_000 + seed as usize * 77_777, seed);
        let mut upload = Upload::make(&server).await;
        let mut dice = Dice(seed * 1_000_003);
        let mut acknowledged = 0;
        while acknowledged < bytes.len() {
            let now = step(&mut server, &mut upload, &mut dice, &bytes, acknowledged).await;
            assert!(now >= acknowledged, "{acknowledged} bytes were acknowledged, and {now} are held");
            acknowledged = now;
            let held = stored(&server, &upload);
            let differs = held.iter().zip(&bytes).position(|(held, sent)| held != sent);
            assert!(
                differs.is_none() && held.len() <= bytes.len(),
                "{} bytes are held, {now} acknowledged, which are not the beginning of the archive from {differs:?} on",
                held.len()
            );
        }
        completes(&upload.put(&format!("bytes */{}", bytes.len()), b"").await, &bytes);
        assert_eq!(stored(&server, &upload), bytes);
        // And after one more kill it is as complete as before.
        server.kill9();
        server.restart().await;
        completes(&upload.at(&server).put("bytes */*", b"").await, &bytes);
    }
}
