//! Small pictures of photos, for lists.

use fieldproof_testkit::{Client, Scene, TestServer, Tint};
use serde_json::{Value, json};

use crate::{image, link, server};

/// Width and height of a JPEG.
fn size(jpeg: &[u8]) -> (u16, u16) {
    let frame = jpeg.windows(2).position(|bytes| bytes == [0xFF, 0xC0]).expect("a baseline JPEG");
    let number = |at: usize| u16::from_be_bytes([jpeg[frame + at], jpeg[frame + at + 1]]);
    (number(7), number(5))
}

fn path(order: &str, analysis: &Value) -> String {
    format!("/v0.2/work-orders/{order}/inputs/{}/thumbnail/", image(analysis)["id"].as_str().unwrap())
}

async fn photographed(server: &TestServer) -> (Client, String, Value) {
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let analysis = client.analyse(&id, "after", &Scene::new(90).tint(Tint::Green).photo()).await.expect(200).json();
    (client, id, analysis)
}

#[tokio::test]
async fn a_photo_has_a_small_picture_until_its_work_order_is_deleted() {
    let server = server().start().await;
    let (client, id, analysis) = photographed(&server).await;
    let path = path(&id, &analysis);
    let answer = client.get(&path).await.expect(200);
    assert_eq!((answer.header("content-type"), size(&answer.body)), ("image/jpeg", (256, 192)));
    assert_eq!(answer.header("cache-control"), "private, max-age=3600, immutable");
    let photo = client.get(link(&analysis)).await.expect(200);
    assert!(answer.body.len() * 3 < photo.body.len());

    let refused = client.clone().without_token().get(&path).await;
    assert_eq!(refused.status, 403);
    client.delete(&format!("/v0.2/work-orders/{id}/")).await.expect(204);
    assert_eq!(client.get(&path).await.expect(404).json(), json!({"detail": "Photo not found!"}));
}

#[tokio::test]
async fn a_photo_that_level_1_has_blocked_is_shown_too() {
    let server = server().start().await;
    let client = server.client();
    let id = client.create(&json!({"name": "w"})).await;
    let dark = Scene::new(91).tint(Tint::Green).blurred().dark().photo();
    let blocked = client.analyse(&id, "after", &dark).await.expect(200).json();
    assert_eq!(blocked["tasks"], json!([]));
    client.get(&path(&id, &blocked)).await.expect(200);
}

#[tokio::test]
async fn one_that_was_not_kept_is_made_from_the_photo() {
    let server = server().start().await;
    let (client, id, analysis) = photographed(&server).await;
    let kept = client.get(&path(&id, &analysis)).await.expect(200);
    server.sql("DELETE FROM thumbnails").await;
    let made = client.get(&path(&id, &analysis)).await.expect(200);
    assert_eq!(made.body, kept.body);
}

#[tokio::test]
async fn what_is_no_photo_of_the_work_order_has_none() {
    let server = server().start().await;
    let (client, id, analysis) = photographed(&server).await;
    let other = client.create(&json!({"name": "other"})).await;
    let inputs = analysis["inputs"].as_array().unwrap();
    let text = inputs.iter().find(|input| input["data"]["type"] == "text").unwrap()["id"].as_str().unwrap();
    for wrong in [
        path(&other, &analysis),
        format!("/v0.2/work-orders/{id}/inputs/{text}/thumbnail"),
        format!("/v0.2/work-orders/{id}/inputs/nonsense/thumbnail"),
        format!("/v0.2/work-orders/{id}/inputs/{id}/thumbnail"),
    ] {
        assert_eq!(client.get(&wrong).await.expect(404).json(), json!({"detail": "Photo not found!"}), "{wrong}");
    }
}
