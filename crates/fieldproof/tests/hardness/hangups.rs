//! Clients that go away in the middle of an analysis.

use std::time::Duration;

use fieldproof_testkit::{Scene, TestServer, analysis_body, data_uri};
use serde_json::json;

use crate::{
    dice::Dice,
    overload::{images, photos},
    server,
    wire::{Wire, head},
};

/// Sends a whole analysis and does not look at the answer.
fn start_analysis(server: &TestServer, id: &str, photo: &[u8]) -> Wire {
    let body = analysis_body("before", &data_uri(photo)).to_string();
    let start = head(server, &format!("POST /v0.2/work-orders/{id}/analyze/"));
    Wire::open(server).say(format!("{start}Content-Length: {}\r\n\r\n{body}", body.len()))
}

async fn in_flight(server: &TestServer) -> bool {
    let metrics = server.client().get("/metrics").await.text();
    metrics.lines().any(|line| line.starts_with("fieldproof_analyses_in_flight ") && !line.ends_with(" 0"))
}

async fn until_idle(server: &TestServer) {
    while in_flight(server).await {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn they_leave_no_photo_without_its_analysis() {
    let server = server().option("--workers", "1").option("--queue", "8").start().await;
    let id = server.client().create(&json!({"name": "w"})).await;
    let mut dice = Dice::new(2);
    for photo in photos(20) {
        let wire = start_analysis(&server, &id, &photo);
        tokio::time::sleep(Duration::from_millis(dice.below(60))).await;
        drop(wire);
    }
    until_idle(&server).await;
    let kept = images(&server.client().work_order(&id).await);
    assert!(kept > 0);
    assert_eq!(server.stored_photos().len(), kept);
}

#[tokio::test]
async fn their_work_keeps_its_place_in_the_queue_and_its_verdict() {
    let server = server().option("--workers", "1").option("--queue", "0").start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let photo = Scene::new(5).jpeg(4000, 3000, 85);
    let wire = start_analysis(&server, &id, &photo);
    while !in_flight(&server).await {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(wire);
    // Until it is done, nobody else gets the place; the other photo comes in time or too late.
    let other = client.analyse(&id, "before", &Scene::new(6).photo()).await.status;
    until_idle(&server).await;
    let expected = match other {
        503 => 1,
        200 => 2,
        status => panic!("{status}"),
    };
    assert_eq!(images(&client.work_order(&id).await), expected);
    // Who tries again gets the verdict that was lost.
    client.analyse(&id, "before", &photo).await.expect(200);
    assert_eq!(images(&client.work_order(&id).await), expected);
}
