//! From an archive to work orders.

use fieldproof_testkit::Archive;
use serde_json::json;

use super::{finished, named, photo, problems, send, two_orders, upload};
use crate::{server, task};

#[tokio::test]
async fn an_archive_becomes_work_orders_with_every_photo_analysed() {
    let server = server().start().await;
    let client = server.client();
    for (number, archive) in [two_orders(0).zip(), two_orders(10).tar()].into_iter().enumerate() {
        let settings = json!({"filename": "may", "on_existing": "append"});
        let batch = send(&client, settings, archive.clone()).await;
        assert_eq!(batch["status"], "done", "{batch:#}");
        assert_eq!((&batch["filename"], &batch["on_existing"]), (&json!("may"), &json!("append")));
        assert_eq!(batch["progress"], 100);
        let counts = |total| json!({"total": total, "done": total, "failed": 0, "skipped": 0, "cancelled": 0});
        assert_eq!(batch["work_orders"], counts(2));
        assert_eq!(batch["photos"], counts(4));
        assert_eq!(batch["archive_bytes"], archive.len());
        assert!(batch["start_date"].is_string() && batch["end_date"].is_string());
        assert_eq!(batch["failure"], json!(null));
        assert_eq!(problems(&client, &batch).await, []);
        // The second archive has other photos of the same work orders.
        let orders = named(&client, "WO_1").await;
        let [order] = &orders[..] else { panic!("one WO_1: {orders:#?}") };
        let order = client.work_order(order["id"].as_str().unwrap()).await;
        assert_eq!(order["metadata"], json!({"region": "North"}));
        assert_eq!(order["inputs"].as_array().unwrap().len(), 4 * (number + 1));
        assert_eq!(task(&order, "is_red")["state"]["analyzed_value"], true);
        assert_eq!(task(&order, "is_green")["state"]["analyzed_value"], true);
        assert_eq!(order["inputs"][1]["name"], "image_input");
    }
    // Photos lie where those of other analyses do, and nothing else is left.
    assert_eq!(server.stored_photos().len(), 8);
    let pieces = || walk(&server.data().join("blobs/uploads"));
    for _ in 0..100 {
        if pieces() == 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(pieces(), 0, "the archive is erased once it is unpacked");
    assert_eq!(server.cli(&["doctor"]).status, 0);
}

fn walk(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries.flatten().map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { 1 }).sum()
}

#[tokio::test]
async fn photos_have_their_turn_by_number_across_task_groups_and_those_without_come_last() {
    let server = server().start().await;
    let client = server.client();
    // As in the contract, section 11: A-1, B-0, A are worked off as B-0, A-1, A.
    let archive = Archive::new()
        .file("WO/before-1.jpg", photo(1))
        .file("WO/papers-0.jpg", photo(2))
        .file("WO/before.jpg", photo(3))
        .file("WO/papers-10.jpg", photo(4))
        .file("WO/before-2.jpg", photo(5));
    let batch = send(&client, json!({}), archive.zip()).await;
    assert_eq!(batch["status"], "done", "{:?}", problems(&client, &batch).await);
    let id = named(&client, "WO").await[0]["id"].as_str().unwrap().to_owned();
    let history = client.get(&format!("/v0.2/work-orders/{id}/analyses/")).await.expect(200).json();
    let mut groups: Vec<_> =
        history["results"].as_array().unwrap().iter().map(|analysis| &analysis["inputs"]).collect();
    groups.reverse();
    let contexts: Vec<_> = groups.iter().map(|inputs| inputs[0]["data"]["value"].as_str().unwrap()).collect();
    assert_eq!(contexts, ["papers", "before", "before", "papers", "before"]);
    // The one without a number is the newest, so the state is of it.
    let order = client.work_order(&id).await;
    let newest = order["inputs"].as_array().unwrap().last().unwrap()["id"].clone();
    assert_eq!(task(&order, "is_red")["state"]["analyzed_inputs"][0]["input_id"], newest);
}

#[tokio::test]
async fn parameters_are_shown_and_a_retry_of_the_same_bytes_is_one_analysis() {
    let server = server().start().await;
    let client = server.client();
    let archive = Archive::new()
        .file("WO/parameters.json", json!({"text-to-validate": "abcde"}).to_string())
        .file("WO/before-0.jpg", photo(1))
        .file("WO/before-1.jpg", photo(1));
    let batch = send(&client, json!({}), archive.tar()).await;
    assert_eq!((&batch["status"], &batch["photos"]["done"]), (&json!("done"), &json!(2)), "{batch:#}");
    let order = named(&client, "WO").await[0].clone();
    assert_eq!(order["parameters"], json!({"text-to-validate": "abcde"}));
    let order = client.work_order(order["id"].as_str().unwrap()).await;
    assert_eq!(order["inputs"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn an_upload_url_keeps_the_site_of_its_batch() {
    let server = server().start().await;
    let client = server.client();
    let second = server.cli(&["site", "create", "second", "--app", server.application().arg(), "--json"]).ok_json();
    server.cli(&["user", "grant", "admin@example.com", "--role", "org-admin", "--site", "second"]).ok();
    let there = client.clone().with_prefix(&format!("/sites/{}", second["id"].as_str().unwrap()));
    let batch = there.post("/v0.2/batches/", &json!({})).await.expect(201).json();
    upload(&client, &batch, two_orders(0).zip()).await;
    assert_eq!(finished(&there, &batch).await["status"], "done");
    assert_eq!(named(&client, "WO_1").await.len(), 0);
    assert_eq!(named(&there, "WO_1").await.len(), 1);
    client.get(&format!("/v0.2/batches/{}", batch["batch_id"].as_str().unwrap())).await.expect(404);
}
