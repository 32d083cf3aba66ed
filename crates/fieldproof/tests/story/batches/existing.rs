//! Work orders that are there already, and trying again.

use fieldproof_testkit::Archive;
use serde_json::json;

use super::{finished, named, photo, problems, send, two_orders};
use crate::server;

#[tokio::test]
async fn the_same_archive_twice_does_not_make_its_work_orders_twice() {
    let server = server().start().await;
    let client = server.client();
    send(&client, json!({}), two_orders(0).zip()).await;
    let again = send(&client, json!({"on_existing": "skip"}), two_orders(0).zip()).await;
    assert_eq!(again["status"], "done", "{again:#}");
    assert_eq!((&again["work_orders"]["skipped"], &again["photos"]["skipped"]), (&json!(2), &json!(4)));
    assert_eq!(
        problems(&client, &again).await.iter().map(|line| line.2.as_str()).collect::<Vec<_>>(),
        ["work_order_exists"; 2]
    );
    assert_eq!(named(&client, "WO_1").await.len(), 1);

    let refused = send(&client, json!({"on_existing": "fail"}), two_orders(0).zip()).await;
    assert_eq!((&refused["status"], &refused["work_orders"]["failed"]), (&json!("done_with_errors"), &json!(2)));
    client.post("/v0.2/batches", &json!({"on_existing": "replace", "filename": 7})).await.expect(400);
    let wrong = client.post("/v0.2/batches", &json!({"on_existing": "replace"})).await.expect(400).json();
    assert_eq!(wrong, json!({"on_existing": ["Field 'on_existing': 'replace' is none of skip, append, fail."]}));
}

#[tokio::test]
async fn photos_are_added_to_the_newest_of_that_name() {
    let server = server().start().await;
    let client = server.client();
    let older = client.create(&json!({"name": "WO_1"})).await;
    let newer = client.create(&json!({"name": "WO_1"})).await;
    let batch = send(&client, json!({"on_existing": "append"}), two_orders(0).zip()).await;
    assert_eq!(batch["status"], "done", "{batch:#}");
    assert_eq!(client.work_order(&older).await["inputs"], json!([]));
    assert_eq!(client.work_order(&newer).await["inputs"].as_array().unwrap().len(), 4);
    assert_eq!(named(&client, "WO_1").await.len(), 2);
}

#[tokio::test]
async fn what_failed_is_tried_again_and_nothing_else() {
    let server = server().start().await;
    let client = server.client();
    let in_the_way = client.create(&json!({"name": "WO_1"})).await;
    let archive = Archive::new()
        .file("WO_1/before.jpg", photo(1))
        .file("WO_2/before.jpg", photo(2))
        .file("WO_3/before-0.jpg", photo(3))
        .file("WO_3/before-1.jpg", &photo(4)[..1000]);
    let batch = send(&client, json!({"on_existing": "fail"}), archive.zip()).await;
    assert_eq!((&batch["work_orders"]["done"], &batch["work_orders"]["failed"]), (&json!(1), &json!(2)), "{batch:#}");
    client.delete(&format!("/v0.2/work-orders/{in_the_way}/")).await.expect(204);
    let retry = format!("/v0.2/batches/{}/retry", batch["batch_id"].as_str().unwrap());
    assert_eq!(client.post(&retry, &json!({})).await.expect(200).json()["status"], "processing");
    let batch = finished(&client, &batch).await;
    assert_eq!((&batch["work_orders"]["done"], &batch["work_orders"]["failed"]), (&json!(2), &json!(1)), "{batch:#}");
    let lines = problems(&client, &batch).await;
    assert_eq!(lines, [("WO_3".to_owned(), "WO_3/before-1.jpg".to_owned(), "photo_refused".to_owned())]);
    for name in ["WO_1", "WO_2", "WO_3"] {
        let [order] = &named(&client, name).await[..] else { panic!("one {name}") };
        let order = client.work_order(order["id"].as_str().unwrap()).await;
        assert_eq!(order["inputs"].as_array().unwrap().len(), 2, "{name}");
    }
}
